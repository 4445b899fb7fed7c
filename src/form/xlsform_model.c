/* xlsform_model.c: writes <model>: texts, answers, lists, binds and actions (xlsform_parts.h). */
#include "form/xlsform_parts.h"

#include <string.h>

/* ---- <submission> and <itext> ---- */

static void attr_if(struct out *o, const char *name, struct str value) {
    if (value.n) out_attr(o, str_from(name), value);
}

static void write_submission(struct xlsform *x, struct out *o) {
    struct str url = pairs_text(&x->set, "submission_url"), key = pairs_text(&x->set, "public_key"),
               send = pairs_text(&x->set, "auto_send"), delete = pairs_text(&x->set, "auto_delete");
    bool editable = xlsform_yes(pairs_text(&x->set, "client_editable"));
    if (!url.n && !key.n && !send.n && !delete.n && !editable) return;
    out_open(o, STR("submission"));
    attr_if(o, "action", url);
    if (url.n) out_attr(o, STR("method"), STR("post"));
    attr_if(o, "base64RsaPublicKey", key);
    attr_if(o, "orx:auto-send", send);
    attr_if(o, "orx:auto-delete", delete);
    if (editable) out_attr(o, STR("odk:client-editable"), STR("true"));
    out_close(o);
}

static void write_value(struct xlsform *x, struct out *o, const struct itext_value *v, bool hint) {
    bool text = str_eqz(v->form, "long"), guidance = str_eqz(v->form, "guidance");
    bool media = !text && !guidance && !hint;
    if (media && str_eqz(v->text, "-")) return;
    out_open(o, STR("value"));
    if (!text && (media || guidance)) out_attr(o, STR("form"), v->form);
    struct str folder = str_eqz(v->form, "big-image") || str_eqz(v->form, "image") ? STR("images") : v->form;
    struct str content = media ? arena_printf(x->arena, "jr://%.*s/%.*s", STR_ARGS(folder), STR_ARGS(v->text)) : v->text;
    out_text_close(x, o, content, v->context);
}

static void write_itext(struct xlsform *x, struct out *o) {
    if (!x->itext->count) return;
    out_open(o, STR("itext"));
    for (size_t i = 0; i < x->itext->count; i++) {
        const struct itext_language *l = &x->itext->languages[i];
        out_open(o, STR("translation"));
        out_attr(o, STR("lang"), l->name);
        if (str_eq(l->name, x->default_language)) out_attr(o, STR("default"), STR("true()"));
        for (size_t k = 0; k < l->count; k++) {
            out_open(o, STR("text"));
            out_attr(o, STR("id"), l->entries[k].id);
            bool hint = str_ends(l->entries[k].id, STR(":hint"));
            for (size_t v = 0; v < l->entries[k].count; v++) write_value(x, o, &l->entries[k].values[v], hint);
            out_close(o);
        }
        out_close(o);
    }
    out_close(o);
}

/* ---- the primary instance ---- */

static void write_node(struct xlsform *x, struct out *o, struct element *e, bool inside_repeat);

static void write_instance_attributes(struct xlsform *x, struct out *o, struct element *e) {
    for (size_t i = 0; i < e->instance.count; i++)
        out_attr(o, e->instance.items[i].key, xlsform_paths(x, words_first(&e->instance.items[i].value), e, PATH_PLAIN));
    for (struct element *c = e->first; c; c = c->next)
        if (c->kind == ELEMENT_ATTRIBUTE) out_attr(o, c->name, c->value);
}

/* A repeat stands twice: as the pattern for new rounds, and as the first round. Within the first round inner repeats
 * stand once, within the pattern as patterns. */
static void write_template(struct xlsform *x, struct out *o, struct element *repeat) {
    out_open(o, repeat->name);
    out_attr(o, STR("jr:template"), STR(""));
    for (struct element *c = repeat->first; c; c = c->next) {
        if (c->kind == ELEMENT_INSTANCE) continue;
        if (c->kind == ELEMENT_REPEAT) write_template(x, o, c);
        else write_node(x, o, c, false);
    }
    out_close(o);
}

static void write_flat(struct xlsform *x, struct out *o, struct element *group) {
    for (struct element *c = group->first; c; c = c->next) {
        if (c->flat) write_flat(x, o, c);
        else if (c->kind != ELEMENT_INSTANCE) write_node(x, o, c, false);
    }
}

static void write_children(struct xlsform *x, struct out *o, struct element *e, bool inside_repeat) {
    for (struct element *c = e->first; c; c = c->next) {
        if (c->flat) {
            write_flat(x, o, c);
            continue;
        }
        if (c->kind == ELEMENT_INSTANCE || c->kind == ELEMENT_ATTRIBUTE) continue;
        bool repeat = c->kind == ELEMENT_REPEAT && !inside_repeat;
        if (repeat) write_template(x, o, c);
        write_node(x, o, c, inside_repeat || repeat);
    }
}

static void write_node(struct xlsform *x, struct out *o, struct element *e, bool inside_repeat) {
    out_open(o, e->name);
    write_instance_attributes(x, o, e);
    if (e->kind == ELEMENT_QUESTION && e->default_value.n && !default_is_dynamic(e->default_value, e->type)) {
        struct str text = e->default_value;
        o->tag_open = true;
        out_text_close(x, o, text, e);
        return;
    }
    write_children(x, o, e, inside_repeat);
    out_close(o);
}

static void write_root(struct xlsform *x, struct out *o) {
    out_open(o, STR("instance"));
    out_open(o, x->root->name);
    for (size_t i = 0; i < x->attributes.count; i++) {
        struct str key = x->attributes.items[i].key;
        bool ours = str_eqz(key, "id") || str_eqz(key, "version") || str_starts(key, STR("odk:"));
        if (!ours)
            out_attr(o, key, words_first(&x->attributes.items[i].value));
    }
    out_attr(o, STR("id"), x->id);
    attr_if(o, "xmlns", pairs_text(&x->set, "instance_xmlns"));
    attr_if(o, "version", pairs_text(&x->set, "version"));
    attr_if(o, "odk:prefix", pairs_text(&x->set, "prefix"));
    attr_if(o, "odk:delimiter", pairs_text(&x->set, "delimiter"));
    write_children(x, o, x->root, false);
    out_close(o);
    out_close(o);
}

/* ---- further instances ---- */

struct instance {
    struct str name, uri; /* no uri: a list of the sheet choices */
    bool declared;        /* by a row csv-external or xml-external */
};

struct instances {
    struct xlsform *x;
    struct out *out;
    struct instance *items;
    size_t count, capacity;
};

/* The same name with the same source may come again; with another it would mean two things. */
static bool note_instance(struct instances *all, struct instance new, int row) {
    for (size_t i = 0; i < all->count; i++) {
        struct instance *known = &all->items[i];
        if (!str_eq(known->name, new.name)) continue;
        struct place place = xlsform_place(all->x, "survey", row, 0);
        if (known->declared && new.declared)
            fault_error(all->x->faults, "xlsform.instance-twice", place, T("The data “{0}” are declared twice. Keep one of the rows."), new.name);
        else if (!str_eq(known->uri, new.uri))
            fault_error(all->x->faults, "xlsform.instance-clash", place,
                        T("“{0}” would mean two different sources of data ({1} and {2}). Rename the list or the file."), new.name,
                        known->uri.n ? known->uri : STR("choices"), new.uri.n ? new.uri : STR("choices"));
        known->declared = known->declared || new.declared;
        return false;
    }
    VEC_PUSH(all->x->arena, all->items, all->count, all->capacity, new);
    return true;
}

static void add_instance(struct instances *all, struct instance new, int row) {
    if (!note_instance(all, new, row)) return;
    out_open(all->out, STR("instance"));
    out_attr(all->out, STR("id"), new.name);
    out_attr(all->out, STR("src"), new.uri);
    out_close(all->out);
}

/* pulldata('file', …) looks something up in an attached file.csv. */
static void add_pulldata(struct instances *all, struct str expression, int row) {
    static const char word[] = "pulldata";
    if (str_find(expression, STR("pulldata(")) < 0) return;
    for (ptrdiff_t at; (at = str_find(expression, STR("pulldata"))) >= 0;) {
        expression = str_sub(expression, (size_t)at + sizeof word - 1, expression.n);
        struct str rest = str_trim(expression);
        ptrdiff_t comma = str_find_byte(rest, ',');
        if (!rest.n || rest.p[0] != '(' || comma < 0) continue;
        struct str name = str_trim(str_sub(rest, 1, (size_t)comma));
        while (name.n && (name.p[0] == '\'' || name.p[0] == '"')) name = str_sub(name, 1, name.n);
        while (name.n && (name.p[name.n - 1] == '\'' || name.p[name.n - 1] == '"')) name.n--;
        name = str_trim(name);
        struct str uri = arena_printf(all->x->arena, "jr://file-csv/%.*s.csv", STR_ARGS(name));
        if (name.n) add_instance(all, (struct instance){.name = name, .uri = uri}, row);
    }
}

static const char *const formulas[] = {"calculate", "constraint", "readonly", "required", "relevant"};

static void add_of_element(struct instances *all, struct element *e, bool *last_saved) {
    struct arena *a = all->x->arena;
    struct str stem;
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        struct str f = pairs_text(&e->bind, formulas[i]);
        add_pulldata(all, f, e->row);
        *last_saved = *last_saved || (e->kind == ELEMENT_QUESTION && has_last_saved(f));
    }
    if (e->kind == ELEMENT_QUESTION) {
        add_pulldata(all, e->choice_filter, e->row);
        add_pulldata(all, e->default_value, e->row);
        *last_saved = *last_saved || has_last_saved(e->choice_filter) || has_last_saved(e->default_value);
    }
    if (e->kind == ELEMENT_QUESTION && e->type->class == CLASS_SELECT) {
        struct str ending = file_extension(e->itemset, &stem);
        const char *folder = str_eqz(ending, ".csv") ? "file-csv" : "file";
        if (ending.n) add_instance(all, (struct instance){stem, arena_printf(a, "jr://%s/%.*s", folder, STR_ARGS(e->itemset)), false}, e->row);
    }
    if (e->kind == ELEMENT_INSTANCE) {
        bool csv = str_eqz(e->value, "csv-external");
        struct str uri = arena_printf(a, "jr://%s/%.*s.%s", csv ? "file-csv" : "file", STR_ARGS(e->name), csv ? "csv" : "xml");
        add_instance(all, (struct instance){e->name, uri, true}, e->row);
    }
}

static void write_list(struct xlsform *x, struct out *o, const struct choice_list *list) {
    out_open(o, STR("instance"));
    out_attr(o, STR("id"), list->name);
    out_open(o, STR("root"));
    for (size_t i = 0; i < list->count; i++) {
        const struct choice *c = &list->items[i];
        out_open(o, STR("item"));
        if (list->needs_itext) out_leaf(o, "itextId", arena_printf(x->arena, "%.*s-%zu", STR_ARGS(list->name), i));
        out_leaf(o, "name", c->name);
        if (!list->needs_itext && c->label.count) out_leaf(o, "label", words_first(&c->label));
        for (size_t k = 0; k < c->extra.count; k++) out_named_leaf(o, c->extra.items[k].key, words_first(&c->extra.items[k].value));
        if (c->sms_option.n) out_leaf(o, "sms_option", c->sms_option);
        out_close(o);
    }
    out_close(o);
    out_close(o);
}

static void write_instances(struct xlsform *x, struct out *o) {
    struct instances all = {.x = x, .out = o};
    bool last_saved = false;
    for (struct element *e = x->root; e; e = element_after(e, x->root)) add_of_element(&all, e, &last_saved);
    if (last_saved) add_instance(&all, (struct instance){STR("__last-saved"), STR("jr://instance/last-saved"), false}, 0);
    for (size_t i = 0; i < x->lists.count; i++) {
        const struct choice_list *list = x->lists.entries[i].value;
        if (!list->used_by_search && note_instance(&all, (struct instance){.name = list->name}, 0)) write_list(x, o, list);
    }
}

/* ---- binds and actions ---- */

static struct str bind_value(struct xlsform *x, struct element *e, const struct pair *p) {
    static const char *const messages[] = {"jr:constraintMsg", "jr:requiredMsg", "jr:noAppErrorString", "lingban:purpose"};
    struct str value = words_first(&p->value);
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if (str_eqz(p->key, messages[i]) && message_needs_itext(&p->value, messages[i])) return itext_ref(x, e, messages[i]);
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        if (!str_eqz(p->key, formulas[i])) continue;
        if (xlsform_yes(value)) return STR("true()");
        if (str_eqz(value, "no") || str_eqz(value, "No") || str_eqz(value, "NO") || str_eqz(value, "false") || str_eqz(value, "False") ||
            str_eqz(value, "FALSE"))
            return STR("false()");
    }
    return xlsform_paths(x, value, e, PATH_PLAIN);
}

static void write_bind(struct xlsform *x, struct out *o, struct element *e) {
    if (!e->has_bind || e->flat || e->kind == ELEMENT_INSTANCE) return;
    out_open(o, STR("bind"));
    out_attr(o, STR("nodeset"), element_path(x, e));
    for (size_t i = 0; i < e->bind.count; i++) {
        const struct pair *p = &e->bind.items[i];
        if (e->trigger_count && str_eqz(p->key, "calculate")) continue; /* set when the trigger changes, not always */
        if (str_eqz(p->key, "nodeset")) continue;
        out_attr(o, p->key, bind_value(x, e, p));
    }
    out_close(o);
}

void xlsform_write_actions(struct xlsform *x, struct out *o, struct element *e, bool in_repeat) {
    for (size_t i = 0; i < e->action_count; i++) {
        const struct action *a = &e->actions[i];
        if (in_repeat != (strcmp(a->event, "odk-new-repeat") == 0)) continue;
        struct str value = e->dynamic_default   ? xlsform_paths(x, e->default_value, e, PATH_PLAIN)
                           : e->default_value.n ? e->default_value
                                                : a->value;
        out_open(o, str_from(a->name));
        out_attr(o, STR("ref"), element_path(x, e));
        out_attr(o, STR("event"), str_from(a->event));
        if (strcmp(a->name, "setvalue") == 0) attr_if(o, "value", value);
        attr_if(o, "odk:quality", a->quality);
        out_close(o);
    }
}

void xlsform_write_model(struct xlsform *x, struct out *o) {
    out_open(o, STR("model"));
    out_attr(o, STR("odk:xforms-version"), STR("1.0.0"));
    if (x->entities_version) out_attr(o, STR("entities:entities-version"), str_from(x->entities_version));
    write_submission(x, o);
    write_itext(x, o);
    write_root(x, o);
    write_instances(x, o);
    for (struct element *e = x->root; e; e = element_after(e, x->root)) {
        write_bind(x, o, e);
        if (e->kind == ELEMENT_QUESTION || e->kind == ELEMENT_ATTRIBUTE) xlsform_write_actions(x, o, e, false);
    }
    out_close(o);
}
