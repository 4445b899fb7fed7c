/* field.h: questions of a form as data for the part "field" (parts.html).
 *
 *     struct data *fields = data_list(page.data, "fields");
 *     struct data *f = field_add(fields, "tel", "phone", T("Phone number"));
 *     field_hint(f, T("We only use it for this wish."));
 *     field_value(f, http_form(rq, "phone"));
 *     if (wrong) field_error(&page, f, T("Please write eleven digits."));
 */
#ifndef WEB_FIELD_H
#define WEB_FIELD_H

#include "web/web.h"

/* kind: text, tel, email, number, password, search, date, area, select, radios, checks, file. The id is the name. */
struct data *field_add(struct data *list, const char *kind, const char *name, struct str label_key);
/* With texts already in the page's language, as a service's own form brings them; name and label are borrowed. */
struct data *field_add_named(struct data *list, const char *kind, struct str name, struct str label);
void field_hint(struct data *field, struct str hint_key);
void field_value(struct data *field, struct str value);
void field_option(struct data *field, struct str value, struct str text, bool chosen);
void field_option_note(struct data *field, struct str note); /* a second line under the option added last */
/* Marks the field and adds a line to the page's error summary. */
void field_error(struct page *page, struct data *field, struct str sentence_key);
void field_error_named(struct page *page, struct data *field, struct str sentence);

#endif
