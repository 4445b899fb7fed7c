/* xlsform.h: a form drawn up in a spreadsheet (XLSForm, https://xlsform.org) becomes an XForm (ODK XForms 1.0).
 *
 * In: a workbook (workbook.h) with the sheets survey, choices, settings, entities, external_choices and osm, as the
 * XLSForm reference describes them. Out: the XForm as pyxform 4.5 would write it, ready for form_load() and for ODK's
 * own tools, or faults that name sheet, row and column and say how to mend them. The whole workbook is checked, so one
 * reading finds all faults.
 *
 * Three columns of our own in the survey sheet, written as attributes of the bind in the namespace
 * https://lingban.org/ns/form (declared only when one is used):
 *   privacy  public, office, personal or sensitive: who may see the answer
 *   purpose  why this is asked, shown to the resident; purpose::LANGUAGE as label::LANGUAGE; the attribute holds the
 *            text, or jr:itext('/data/x:lingban:purpose') when it is translated or names answers
 *   kind     phone, cn-id, uscc or division: a text with a check of its own
 *
 * Pure. Read next: workbook.h (the input), xlsform_parts.h (inside), ../form/form.h (what reads the result).
 */
#ifndef FORM_XLSFORM_H
#define FORM_XLSFORM_H

#include "form/workbook.h"

struct xlsform_options {
    struct str root; /* name of the answers' root element; empty: "data". The settings column `name` wins. */
    struct str id;   /* form id where the settings name none; empty: "data" */
    /* search() in `appearance` asks ODK Collect's own database; no other client knows it, so it is refused unless the
     * form is meant for Collect. */
    bool for_collect;
    /* For our own pages: select_one_external becomes a select with the list of the sheet external_choices written into the
     * XForm. Otherwise it is what ODK Collect reads: an input with a query into itemsets.csv. */
    bool for_page;
};

/* Sheets of a workbook that a form is made of: for workbook_read(). */
extern const char *const xlsform_sheets[];

/* The XForm in the arena, or STR_NONE with faults. Faults at level warning come with an XForm too. */
struct str xlsform_convert(struct arena *a, const struct workbook *w, const struct xlsform_options *options,
                           struct faults *faults);
/* The workbook's bytes to an XForm in one call; the form id is the file's stem. */
struct str xlsform_convert_bytes(struct arena *a, struct str bytes, struct str file,
                                 const struct xlsform_options *options, struct faults *faults);

/* After form_load() of what was converted: its faults, from `loaded` on, get sheet, row and column of the workbook; those of
 * the conversion stand from `first` on. One that both found stays once, as an error. */
void xlsform_place_faults(const struct workbook *w, struct faults *faults, size_t first, size_t loaded);

#endif
