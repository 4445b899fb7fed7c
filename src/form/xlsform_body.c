/* xlsform_body.c: writes <h:body>: groups, repeats and the controls of the questions (xlsform_parts.h). */
#include "form/xlsform_parts.h"

#include <string.h>

/* ---- labels ---- */

static void write_label(struct xlsform *x, struct out *o, struct element *e) {
    out_open(o, STR("label"));
    if (needs_itext(e)) {
        out_attr(o, STR("ref"), itext_ref(x, e, "label"));
        out_close(o);
    } else {
        out_text_close(x, o, words_first(&e->label), e);
    }
}

static void write_hint(struct xlsform *x, struct out *o, struct element *e) {
    out_open(o, STR("hint"));
    if (e->hint.translated || e->guidance.count) {
        out_attr(o, STR("ref"), itext_ref(x, e, "hint"));
        out_close(o);
    } else {
        out_text_close(x, o, words_first(&e->hint), e);
    }
}

/* A guidance alone is no label: clients may hide it. */
static void write_label_and_hint(struct xlsform *x, struct out *o, struct element *e) {
    if (!e->label.count && !e->media.count && !e->hint.count && !e->has_loose_media) {
        fault_error(x->faults, "xlsform.label-missing", xlsform_place(x, "survey", e->row, 0),
                    T("The question “{0}” has neither label nor hint. Fill the column “label”."), e->name);
        return;
    }
    if (pairs_find(&e->media, "big-image") && !pairs_find(&e->media, "image"))
        fault_error(x->faults, "xlsform.big-image", xlsform_place(x, "survey", e->row, 0), T("A big-image needs an image beside it."));
    write_label(x, o, e);
    if (e->hint.count || e->guidance.count) write_hint(x, o, e);
}

static void write_control_attributes(struct xlsform *x, struct out *o, struct element *e) {
    for (size_t i = 0; i < e->control.count; i++) {
        const struct pair *p = &e->control.items[i];
        struct str value = words_first(&p->value);
        if (str_eqz(p->key, "ref") || str_eqz(p->key, "nodeset") || str_eqz(p->key, "query")) continue;
        bool raw = e->kind == ELEMENT_GROUP && str_eqz(p->key, "appearance");
        out_attr(o, p->key, raw ? value : xlsform_paths(x, value, e, PATH_PLAIN));
    }
}

/* ---- itemsets ---- */

struct itemset {
    struct str value, label, nodeset, filter;
};

static struct itemset itemset_of_file(struct xlsform *x, const struct element *e, struct str stem, struct str ending) {
    bool geojson = str_eqz(ending, ".geojson");
    struct str value = pairs_text(&e->parameters, "value"), label = pairs_text(&e->parameters, "label");
    return (struct itemset){.value = value.n ? value : geojson ? STR("id") : STR("name"),
                            .label = label.n ? label : geojson ? STR("title") : STR("label"),
                            .nodeset = arena_printf(x->arena, "instance('%.*s')/root/item", STR_ARGS(stem))};
}

/* select_one ${name}: the answers given to a question inside a repeat; geo questions: those of a repeat's geometry. */
static struct itemset itemset_of_answers(struct xlsform *x, struct element *e) {
    struct str path = str_trim(xlsform_paths(x, e->itemset, e, PATH_PARENT));
    if (e->type->class == CLASS_GEO)
        return (struct itemset){STR("geometry"), STR("geometry"), path, STR("./geometry != ''")};
    size_t slash = path.n;
    while (slash > 0 && path.p[slash - 1] != '/') slash--;
    struct str last = str_sub(path, slash, path.n);
    return (struct itemset){last, last, str_sub(path, 0, slash ? slash - 1 : 0), arena_printf(x->arena, "./%.*s != ''", STR_ARGS(last))};
}

static struct str replace_all(struct arena *a, struct str text, struct str old, struct str new) {
    struct buf out;
    buf_init(&out, a, 1 << 20);
    for (ptrdiff_t at; old.n && (at = str_find(text, old)) >= 0;) {
        buf_add(&out, str_sub(text, 0, (size_t)at));
        buf_add(&out, new);
        text = str_sub(text, (size_t)at + old.n, text.n);
    }
    buf_add(&out, text);
    return out.p ? buf_str(&out) : STR("");
}

static void settle_filter(struct xlsform *x, struct element *e, struct itemset *set, bool of_answers) {
    if (!e->choice_filter.n) return;
    set->filter = xlsform_paths(x, e->choice_filter, e, of_answers ? PATH_CURRENT | PATH_PARENT : PATH_CURRENT);
    if (!of_answers) return;
    struct str from_here = arena_printf(x->arena, "current()/%.*s", STR_ARGS(set->nodeset));
    set->filter = replace_all(x->arena, set->filter, from_here, STR("."));
    set->filter = replace_all(x->arena, set->filter, set->nodeset, STR("."));
}

static void settle_order(struct xlsform *x, struct element *e, struct itemset *set) {
    if (!str_eqz(pairs_text(&e->parameters, "randomize"), "true")) return;
    struct str seed = pairs_text(&e->parameters, "seed");
    struct str resolved = seed.n ? str_trim(xlsform_paths(x, seed, e, PATH_PLAIN)) : STR_NONE;
    set->nodeset = arena_printf(x->arena, seed.n ? "randomize(%.*s, %.*s)" : "randomize(%.*s%.*s)", STR_ARGS(set->nodeset), STR_ARGS(resolved));
}

static void write_itemset(struct xlsform *x, struct out *o, struct element *e) {
    struct str stem, ending = file_extension(e->itemset, &stem);
    bool of_answers = has_reference(e->itemset), plain = e->type->class == CLASS_RANGE;
    struct itemset set;
    if (ending.n) {
        set = itemset_of_file(x, e, stem, ending);
    } else if (of_answers) {
        set = itemset_of_answers(x, e);
    } else {
        bool itext = e->choices && e->choices->needs_itext;
        set = (struct itemset){.value = STR("name"), .label = itext ? STR("jr:itext(itextId)") : STR("label")};
        set.nodeset = arena_printf(x->arena, "instance('%.*s')/root/item", STR_ARGS(e->itemset));
    }
    if (!plain) settle_filter(x, e, &set, of_answers);
    if (set.filter.n) set.nodeset = arena_printf(x->arena, "%.*s[%.*s]", STR_ARGS(set.nodeset), STR_ARGS(set.filter));
    if (!plain) settle_order(x, e, &set);
    out_open(o, STR("itemset"));
    out_attr(o, STR("nodeset"), set.nodeset);
    out_open(o, STR("value"));
    out_attr(o, STR("ref"), set.value);
    out_close(o);
    out_open(o, STR("label"));
    out_attr(o, STR("ref"), set.label);
    out_close(o);
    out_close(o);
}

/* Collect wants the items of a search() in the control itself. */
static void write_search_items(struct xlsform *x, struct out *o, const struct element *e) {
    const struct choice_list *list = e->choices;
    for (size_t i = 0; i < list->count; i++) {
        out_open(o, STR("item"));
        out_open(o, STR("label"));
        if (list->needs_itext) {
            out_attr(o, STR("ref"), arena_printf(x->arena, "jr:itext('%.*s-%zu')", STR_ARGS(list->name), i));
            out_close(o);
        } else {
            out_text_close(x, o, e->label.count ? words_first(&list->items[i].label) : STR_NONE, NULL);
        }
        out_leaf(o, "value", list->items[i].name);
        out_close(o);
    }
}

static void write_osm_tags(struct xlsform *x, struct out *o, const struct element *e) {
    for (size_t i = 0; e->choices && i < e->choices->count; i++) {
        const struct choice *c = &e->choices->items[i];
        out_open(o, STR("tag"));
        out_attr(o, STR("key"), c->name);
        out_open(o, STR("label"));
        if (c->label.translated) {
            out_attr(o, STR("ref"), arena_printf(x->arena, "jr:itext('/%.*s:label')", STR_ARGS(c->name)));
            out_close(o);
        } else {
            out_text_close(x, o, words_first(&c->label), NULL);
        }
        out_close(o);
    }
}

static void write_query(struct xlsform *x, struct out *o, struct element *e) {
    struct str filter = xlsform_paths(x, e->choice_filter, e, PATH_CURRENT);
    out_attr(o, STR("query"), arena_printf(x->arena, "instance('%.*s')/root/item[%.*s]", STR_ARGS(e->query), STR_ARGS(filter)));
}

/* ---- controls ---- */

static void write_triggered(struct xlsform *x, struct out *o, struct element *e, bool geopoint) {
    for (size_t i = 0; i < e->triggered_count; i++) {
        const struct triggered *t = &e->triggered[i];
        if (t->geopoint != geopoint) continue;
        out_open(o, geopoint ? STR("odk:setgeopoint") : STR("setvalue"));
        out_attr(o, STR("ref"), element_path(x, t->target));
        out_attr(o, STR("event"), STR("xforms-value-changed"));
        if (!geopoint && t->value.n) out_attr(o, STR("value"), xlsform_paths(x, t->value, e, PATH_PLAIN));
        out_close(o);
    }
}

/* A calculated question is shown only when it has something to say. */
static bool is_hidden(struct xlsform *x, const struct element *e) {
    bool calculated = pairs_find(&e->bind, "calculate") || e->trigger_count;
    if (!e->is_calculate && !(calculated && !e->label.count && !e->hint.count)) return e->type->class == CLASS_NONE;
    for (size_t i = 0; i < e->triggered_count; i++)
        if (!e->triggered[i].geopoint)
            fault_error(x->faults, "xlsform.trigger-hidden", xlsform_place(x, "survey", e->triggered[i].target->row, 0),
                        T("“{0}” is not shown to anybody, so it cannot trigger the calculation of “{1}”."), e->name, e->triggered[i].target->name);
    return true;
}

static void write_question(struct xlsform *x, struct out *o, struct element *e) {
    if (is_hidden(x, e)) return;
    if (str_eqz(pairs_text(&e->control, "appearance"), "label") && !e->label.count) e->label = words_plain(x->arena, STR(" "));
    out_open(o, str_from(e->type->tag));
    out_attr(o, STR("ref"), element_path(x, e));
    write_control_attributes(x, o, e);
    if (e->query.n) write_query(x, o, e);
    write_label_and_hint(x, o, e);
    bool choosing = e->type->class == CLASS_SELECT || e->type->class == CLASS_RANGE || e->type->class == CLASS_GEO;
    if (choosing && e->itemset.n) write_itemset(x, o, e);
    if (e->is_search) write_search_items(x, o, e);
    if (e->type->class == CLASS_OSM) write_osm_tags(x, o, e);
    write_triggered(x, o, e, false);
    write_triggered(x, o, e, true);
    out_close(o);
}

static void write_controls(struct xlsform *x, struct out *o, struct element *parent);

static void write_group(struct xlsform *x, struct out *o, struct element *e) {
    if (e->bodyless) return;
    if (str_eqz(pairs_text(&e->control, "appearance"), "label") && !e->label.count) e->label = words_plain(x->arena, STR(" "));
    out_open(o, STR("group"));
    if (!e->flat) out_attr(o, STR("ref"), element_path(x, e));
    write_control_attributes(x, o, e);
    if (e->label.count) write_label(x, o, e);
    write_controls(x, o, e);
    out_close(o);
}

static void write_repeat(struct xlsform *x, struct out *o, struct element *e) {
    out_open(o, STR("group"));
    out_attr(o, STR("ref"), element_path(x, e));
    write_label(x, o, e);
    out_open(o, STR("repeat"));
    out_attr(o, STR("nodeset"), element_path(x, e));
    write_control_attributes(x, o, e);
    write_controls(x, o, e);
    for (struct element *c = e; c; c = element_after(c, e))
        if ((c->kind == ELEMENT_QUESTION || c->kind == ELEMENT_ATTRIBUTE) && element_repeat_above(c) == e)
            xlsform_write_actions(x, o, c, true);
    out_close(o);
    out_close(o);
}

static void write_controls(struct xlsform *x, struct out *o, struct element *parent) {
    for (struct element *e = parent->first; e; e = e->next) {
        if (e->kind == ELEMENT_QUESTION) write_question(x, o, e);
        else if (e->kind == ELEMENT_GROUP) write_group(x, o, e);
        else if (e->kind == ELEMENT_REPEAT) write_repeat(x, o, e);
    }
}

void xlsform_write_body(struct xlsform *x, struct out *o) {
    out_open(o, STR("h:body"));
    struct str style = pairs_text(&x->set, "style");
    if (style.n) out_attr(o, STR("class"), style);
    write_controls(x, o, x->root);
    out_close(o);
}
