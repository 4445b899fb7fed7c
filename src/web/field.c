/* field.c: see field.h. */
#include "web/field.h"

struct data *field_add_named(struct data *list, const char *kind, struct str name, struct str label) {
    struct data *f = data_item(list);
    data_text(f, "kind", str_from(kind));
    data_text(f, "id", name);
    data_text(f, "name", name);
    data_text(f, "label", label);
    /* Everything the part asks for is answered here, so that nothing of the same name further out shows through. */
    static const char *const texts[] = {"hint", "error", "value", "autocomplete", "inputmode", "accept", "width"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) data_text(f, texts[i], STR(""));
    static const char *const flags[] = {"optional", "large", "many"};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) data_flag(f, flags[i], false);
    data_number(f, "rows", 4);
    data_number(f, "limit", 0);
    data_list(f, "options");
    return f;
}

struct data *field_add(struct data *list, const char *kind, const char *name, struct str label_key) {
    return field_add_named(list, kind, str_from(name), text_in(list->language, label_key));
}

void field_hint(struct data *field, struct str hint_key) {
    data_text(field, "hint", text_in(field->language, hint_key));
}

void field_value(struct data *field, struct str value) {
    data_text(field, "value", value);
}

static struct data *options_of(struct data *field) {
    return (struct data *)data_get(field, STR("options"));
}

void field_option(struct data *field, struct str value, struct str text, bool chosen) {
    struct data *options = options_of(field), *o = data_item(options);
    struct str id = data_get(field, STR("id"))->text;
    data_text(o, "id", options->count == 1 ? id : arena_printf(field->arena, "%.*s-%zu", STR_ARGS(id), options->count));
    data_text(o, "value", value);
    data_text(o, "text", text);
    data_flag(o, "chosen", chosen);
    data_text(o, "note", STR(""));
}

void field_option_note(struct data *field, struct str note) {
    struct data *options = options_of(field);
    if (options->count) data_text(options->members[options->count - 1].value, "note", note);
}

void field_error_named(struct page *page, struct data *field, struct str sentence) {
    data_text(field, "error", sentence);
    page_error(page, data_get(field, STR("id"))->text, sentence);
}

void field_error(struct page *page, struct data *field, struct str sentence_key) {
    field_error_named(page, field, text_in(field->language, sentence_key));
}
