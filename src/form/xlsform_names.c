/* xlsform_names.c: names that the workbook gives to elements and attributes must be names in XML, with prefixes that
 * the form declares (Namespaces in XML 1.0); else the XForm would not be well-formed (xlsform_parts.h). */
#include "form/xlsform_parts.h"

#include <string.h>

/* ---- prefixes ---- */

/* A plain address: letters, a colon, and nothing that RFC 3986 would want escaped. Stranger ones are not written: some
 * readers refuse the whole form for them. */
static bool is_plain_uri(struct str uri) {
    size_t scheme = 0;
    while (scheme < uri.n && ((uri.p[scheme] >= 'a' && uri.p[scheme] <= 'z') || (uri.p[scheme] >= 'A' && uri.p[scheme] <= 'Z'))) scheme++;
    if (scheme == 0 || scheme == uri.n || uri.p[scheme] != ':') return false;
    for (size_t i = scheme + 1; i < uri.n; i++) {
        char c = uri.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == 0 || !strchr("-._~/?@!$&()*+,;=:", c))) return false;
    }
    return true;
}

bool xlsform_next_namespace(struct str *rest, struct str *out_prefix, struct str *out_uri) {
    struct str one;
    while (str_split(rest, ' ', &one)) {
        ptrdiff_t equals = str_find_byte(one, '=');
        if (equals <= 0) continue;
        struct str prefix = str_sub(one, 0, (size_t)equals), uri = str_sub(one, (size_t)equals + 1, one.n);
        while (uri.n && (uri.p[0] == '"' || uri.p[0] == '\'')) uri = str_sub(uri, 1, uri.n);
        while (uri.n && (uri.p[uri.n - 1] == '"' || uri.p[uri.n - 1] == '\'')) uri.n--;
        bool kept_free = prefix.n >= 3 && str_eq_nocase(str_sub(prefix, 0, 3), STR("xml"));
        if (ncname_length(prefix, 0) != prefix.n || !is_plain_uri(uri) || kept_free) continue;
        *out_prefix = prefix;
        *out_uri = uri;
        return true;
    }
    return false;
}

static bool prefix_is_declared(const struct xlsform *x, struct str name) {
    static const char *const ours[] = {"h", "ev", "xsd", "jr", "orx", "odk"};
    ptrdiff_t colon = str_find_byte(name, ':');
    if (colon < 0) return true;
    struct str prefix = str_sub(name, 0, (size_t)colon), rest = pairs_text(&x->set, "namespaces"), own, uri;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (str_eqz(prefix, ours[i])) return true;
    if (str_eqz(prefix, "entities") && x->entities_version) return true;
    if (str_eqz(prefix, "lingban") && x->uses_lingban) return true;
    while (xlsform_next_namespace(&rest, &own, &uri))
        if (str_eq(own, prefix)) return true;
    return false;
}

static void check_prefix(struct xlsform *x, struct str name, struct place place) {
    if (prefix_is_declared(x, name)) return;
    fault_error(x->faults, "xlsform.prefix", place,
                T("The prefix of “{0}” is not known. Declare it in the setting “namespaces”, for example esri=\"http://esri.com/xforms\"."), name);
}

/* ---- attributes: bind::x, body::x, instance::x, attribute::x ---- */

static void check_attribute(struct xlsform *x, struct str name, struct place place) {
    if (!is_xml_name(name) || str_eqz(name, "xmlns") || str_starts(name, STR("xmlns:")))
        fault_error(x->faults, "xlsform.attribute-name", place, T("“{0}” cannot be the name of an attribute. Correct the name of the column."), name);
    else
        check_prefix(x, name, place);
}

static void check_columns(struct xlsform *x) {
    for (size_t i = 0; i < x->survey.column_count; i++) {
        const struct column *c = &x->survey.columns[i];
        bool saves = str_eqz(c->key, "entities:saveto"), own = str_starts(c->key, STR("lingban:"));
        if (c->group == COLUMN_PLAIN || c->group == COLUMN_MEDIA || saves || own) continue;
        check_attribute(x, c->key, xlsform_place(x, "survey", x->survey.header_row, c->number));
    }
    for (size_t i = 0; i < x->settings.column_count; i++) {
        const struct column *c = &x->settings.columns[i];
        if (str_eqz(c->key, "attribute") && c->language.n)
            check_attribute(x, c->language, xlsform_place(x, "settings", x->settings.header_row, c->number));
    }
    for (size_t i = 0; i < x->choices.column_count; i++) {
        const struct column *c = &x->choices.columns[i];
        if (c->group == COLUMN_PLAIN && c->key.n) check_prefix(x, c->key, xlsform_place(x, "choices", x->choices.header_row, c->number));
    }
}

void xlsform_check_names(struct xlsform *x) {
    check_columns(x);
    for (struct element *e = x->root; e; e = element_after(e, x->root)) {
        if (e->kind == ELEMENT_ATTRIBUTE) continue;
        struct place place = xlsform_place(x, "survey", e->row, 0);
        if (!is_xml_name(e->name))
            fault_error(x->faults, "xlsform.name-form", place,
                        T("“{0}” cannot be a name. A name begins with a letter or _, then letters, digits, _, - and . may follow."), e->name);
        else
            check_prefix(x, e->name, place);
    }
}
