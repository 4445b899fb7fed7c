/* load_text.c: words — labels, hints and messages with outputs, and the translations of itext. */
#include "form/model.h"

static void add_piece(struct form *f, struct form_words *w, struct form_piece piece) {
    VEC_PUSH(f->arena, w->pieces, w->count, w->capacity, piece);
}

static void read_words(struct form *f, const struct xml_node *element, struct form_words *out) {
    for (const struct xml_node *c = element->first; c; c = c->next) {
        if (c->kind == XML_TEXT) {
            add_piece(f, out, (struct form_piece){.text = c->text});
        } else if (c->kind == XML_ELEMENT && str_eqz(c->name, "output")) {
            struct str value = xml_attr(c, "value");
            if (!value.p) value = xml_attr(c, "ref");
            add_piece(f, out, (struct form_piece){.output = form_compile(f, c, value)});
        } else if (c->kind == XML_ELEMENT) {
            read_words(f, c, out); /* <b>, <span>: only their text counts */
        }
    }
}

/* The id when `s` is one quoted literal, else p == NULL. */
static struct str literal(struct str s) {
    if (s.n < 2 || (s.p[0] != '\'' && s.p[0] != '"') || s.p[s.n - 1] != s.p[0]) return STR_NONE;
    struct str id = str_sub(s, 1, s.n - 1);
    return str_find_byte(id, s.p[0]) < 0 ? id : STR_NONE;
}

static void check_id(struct form *f, const struct xml_node *at, struct str id) {
    for (size_t i = 0; i < f->translation_count; i++)
        if (map_has(&f->translations[i].entries, id)) return;
    form_warn(f, "form.text-missing", at, T("The text “{0}” is in no translation."), id);
}

/* jr:itext('id') or jr:itext(expression); false when the text is nothing of the kind. */
static bool read_text_reference(struct form *f, const struct xml_node *at, struct str text, struct form_saying *out) {
    struct str s = str_trim(text), call = STR("jr:itext(");
    if (!str_starts(s, call) || !str_ends(s, STR(")"))) return false;
    s = str_trim(str_sub(s, call.n, s.n - 1));
    out->text_id = literal(s);
    if (out->text_id.p) {
        check_id(f, at, out->text_id);
    } else {
        out->expression = form_compile(f, at, s);
        out->expression_is_id = true;
    }
    return true;
}

struct form_saying form_read_saying(struct form *f, const struct xml_node *element) {
    struct form_saying s = {.present = true};
    struct str ref = xml_attr(element, "ref");
    if (!ref.n) {
        read_words(f, element, &s.words);
        return s;
    }
    if (!read_text_reference(f, element, ref, &s)) s.expression = form_compile(f, element, ref);
    return s;
}

struct form_saying form_saying_of(struct form *f, const struct xml_node *at, struct str text) {
    struct form_saying s = {.present = true};
    if (!read_text_reference(f, at, text, &s)) add_piece(f, &s.words, (struct form_piece){.text = text});
    return s;
}

/* "-" is what pyxform writes for a translation that is missing. */
static void read_media(struct form *f, struct str form_name, struct str address, struct form_media *media) {
    struct str *const places[] = {&media->image, &media->big_image, &media->audio, &media->video};
    static const char *const names[] = {"image", "big-image", "audio", "video"};
    if (!str_starts(address, STR("jr://"))) return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!str_eqz(form_name, names[i])) continue;
        *places[i] = address;
        VEC_PUSH(f->arena, f->media, f->media_count, f->media_capacity, address);
    }
}

static void read_value(struct form *f, const struct xml_node *value, struct form_entry *entry) {
    struct str form_name = xml_attr(value, "form");
    if (entry->value_count < sizeof entry->values / sizeof *entry->values)
        entry->values[entry->value_count++] = value;
    if (!form_name.n || str_eqz(form_name, "long")) {
        if (entry->words.count == 0) read_words(f, value, &entry->words);
    } else if (str_eqz(form_name, "guidance")) {
        read_words(f, value, &entry->guidance);
    } else {
        read_media(f, form_name, str_trim(xml_text(f->arena, value)), &entry->media);
    }
}

static void read_translation(struct form *f, const struct xml_node *e) {
    struct form_translation t = {.name = xml_attr(e, "lang")};
    map_init(&t.entries, f->arena);
    for (const struct xml_node *text = xml_child(e, NULL, "text"); text; text = xml_next(text, NULL, "text")) {
        struct form_entry *entry = arena_new(f->arena, struct form_entry);
        for (const struct xml_node *v = xml_child(text, NULL, "value"); v; v = xml_next(v, NULL, "value"))
            read_value(f, v, entry);
        map_put(&t.entries, xml_attr(text, "id"), entry);
    }
    if (xml_attr(e, "default").p) f->default_language = t.name;
    VEC_PUSH(f->arena, f->translations, f->translation_count, f->translation_capacity, t);
}

void form_read_itext(struct form *f, const struct xml_node *model) {
    const struct xml_node *itext = xml_child(model, NULL, "itext");
    for (const struct xml_node *t = itext ? xml_child(itext, NULL, "translation") : NULL; t;
         t = xml_next(t, NULL, "translation"))
        read_translation(f, t);
    if (!f->default_language.p && f->translation_count) f->default_language = f->translations[0].name;
}
