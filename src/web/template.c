/* template.c: compiles templates (template.h) into nodes (template_internal.h).
 *
 * In: the text of a file. Out: parts in the set, faults with their lines. Two things run side by side: the template's own
 * syntax, and html_context.c, which says for every value how it must be escaped. Read next: render.c.
 */
#include "web/html_context.h"
#include "web/template_internal.h"

#include <string.h>

struct compiler {
    struct templates *set;
    struct faults *faults;
    struct str file, text;
    size_t at;
    int line;
    int depth;
    struct html_context html;
    struct arena scratch; /* lists that still grow */
    struct buf literal;   /* bytes not yet made a node */
    char space;           /* white space held back: 0, ' ' or '\n' */
};

enum { NESTING = 32 };

struct templates *templates_new(struct arena *a, const struct templates *base,
                                struct str (*words)(void *arg, enum language language, struct str key), void *arg) {
    struct templates *t = arena_new(a, struct templates);
    t->arena = a;
    t->base = base;
    t->words = words;
    t->words_arg = arg;
    map_init(&t->parts, a);
    return t;
}

const struct part *part_find(const struct templates *t, struct str name) {
    for (; t; t = t->base) {
        const struct part *p = map_get(&t->parts, name);
        if (p) return p;
    }
    return NULL;
}

static struct place here(const struct compiler *c, struct str element) {
    return (struct place){.file = c->file, .line = c->line, .element = element};
}

/* ---- reading ---- */

static char peek(const struct compiler *c) {
    return c->at < c->text.n ? c->text.p[c->at] : 0;
}

static bool ahead(const struct compiler *c, const char *piece) {
    return str_starts(str_sub(c->text, c->at, c->text.n), str_from(piece));
}

static void skip(struct compiler *c, size_t n) {
    for (size_t end = c->at + n; c->at < end && c->at < c->text.n; c->at++)
        if (c->text.p[c->at] == '\n') c->line++;
}

static bool is_space(char ch) {
    return ch == ' ' || ch == '\n' || ch == '\t' || ch == '\r';
}

static void skip_space(struct compiler *c) {
    while (is_space(peek(c))) skip(c, 1);
}

static bool is_word(char ch) {
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-' || ch == '@';
}

static struct str word(struct compiler *c) {
    size_t from = c->at;
    while (is_word(peek(c))) c->at++;
    return str_sub(c->text, from, c->at);
}

/* The word, only when it stands there as a whole. */
static bool take_word(struct compiler *c, const char *wanted) {
    size_t before = c->at;
    if (str_eqz(word(c), wanted)) {
        skip_space(c);
        return true;
    }
    c->at = before;
    return false;
}

/* Templates live as long as the program: what has stopped growing is copied to its size. */
static void *settled(struct compiler *c, const void *items, size_t count, size_t size) {
    void *copy = arena_alloc_array(c->set->arena, count, size);
    if (count) memcpy(copy, items, count * size);
    return copy;
}

static void settle(struct compiler *c, struct nodes *nodes) {
    nodes->items = settled(c, nodes->items, nodes->count, sizeof *nodes->items);
    nodes->capacity = nodes->count;
}

/* ---- operands ---- */

static size_t read_parts(struct compiler *c, struct str parts[PATH_PARTS]) {
    size_t count = 0;
    if (peek(c) == '.' && (c->at + 1 >= c->text.n || !is_word(c->text.p[c->at + 1]))) {
        parts[count++] = STR(".");
        c->at++;
        return count;
    }
    do {
        struct str part = word(c);
        if (part.n == 0 || count == PATH_PARTS) {
            fault_error(c->faults, "template.name", here(c, STR("")), T("A name of letters, digits, “-” or “_” was expected here."));
            return count;
        }
        parts[count++] = part;
    } while (peek(c) == '.' && ++c->at);
    return count;
}

static void read_path(struct compiler *c, struct operand *o) {
    struct str parts[PATH_PARTS] = {{0}};
    o->kind = OPERAND_PATH;
    o->part_count = read_parts(c, parts);
    o->parts = settled(c, parts, o->part_count ? o->part_count : 1, sizeof *parts);
}

static void read_quoted(struct compiler *c, struct str *out) {
    skip(c, 1);
    size_t from = c->at;
    while (peek(c) && peek(c) != '"') skip(c, 1);
    *out = str_sub(c->text, from, c->at);
    if (!peek(c)) fault_error(c->faults, "template.quote", here(c, STR("")), T("The closing quotation mark is missing."));
    skip(c, 1);
}

/* One space for each run of white space, none at the ends: the key as it stands in the .po file. */
static struct str squeeze(struct arena *a, struct str s) {
    struct buf out;
    buf_init(&out, a, s.n + 1);
    s = str_trim(s);
    for (size_t i = 0; i < s.n; i++)
        if (!is_space(s.p[i])) buf_byte(&out, s.p[i]);
        else if (!is_space(s.p[i - 1])) buf_byte(&out, ' ');
    return out.p ? buf_str(&out) : STR("");
}

/* The key ends at "|" or at the brace that closes; {0} inside it is part of the key. */
static struct str read_key(struct compiler *c) {
    size_t from = c->at;
    int braces = 0;
    for (; peek(c); skip(c, 1)) {
        if (peek(c) == '{') braces++;
        if (braces == 0 && (peek(c) == '}' || peek(c) == '|')) break;
        if (peek(c) == '}') braces--;
    }
    return squeeze(c->set->arena, str_sub(c->text, from, c->at));
}

static void read_operand(struct compiler *c, struct operand *o, bool inside_sentence);

/* After "T{". */
static void read_sentence(struct compiler *c, struct operand *o) {
    o->kind = OPERAND_SENTENCE;
    o->literal = read_key(c);
    struct operand arguments[SENTENCE_ARGUMENTS] = {{0}};
    while (peek(c) == '|' && o->argument_count < SENTENCE_ARGUMENTS) {
        skip(c, 1);
        skip_space(c);
        read_operand(c, &arguments[o->argument_count++], true);
        skip_space(c);
    }
    o->arguments = settled(c, arguments, o->argument_count, sizeof *arguments);
    if (peek(c) != '}' || o->literal.n == 0)
        fault_error(c->faults, "template.sentence", here(c, STR("")), T("A sentence looks like T{text {0} | value}."));
    else
        skip(c, 1);
}

static void read_operand(struct compiler *c, struct operand *o, bool inside_sentence) {
    if (peek(c) == '"') {
        o->kind = OPERAND_LITERAL;
        read_quoted(c, &o->literal);
    } else if (!inside_sentence && ahead(c, "T{")) {
        skip(c, 2);
        read_sentence(c, o);
    } else {
        read_path(c, o);
    }
}

static void skip_past(struct compiler *c, const char *end) {
    ptrdiff_t at = str_find(str_sub(c->text, c->at, c->text.n), str_from(end));
    skip(c, at < 0 ? c->text.n - c->at : (size_t)at + str_from(end).n);
}

static void end_of_braces(struct compiler *c) {
    skip_space(c);
    if (ahead(c, "}}")) {
        skip(c, 2);
        return;
    }
    fault_error(c->faults, "template.braces", here(c, STR("")), T("“}}” was expected here."));
    skip_past(c, "}}");
}

/* ---- literals ---- */

static void flush(struct compiler *c, struct nodes *to) {
    if (c->space) buf_byte(&c->literal, c->space);
    c->space = 0;
    if (!c->literal.n) return;
    struct node n = {.kind = NODE_LITERAL, .line = c->line, .text = arena_str(c->set->arena, buf_str(&c->literal))};
    VEC_PUSH(&c->scratch, to->items, to->count, to->capacity, n);
    buf_clear(&c->literal);
}

static void take_literal(struct compiler *c) {
    char byte = peek(c);
    bool loose = (c->html.place == HTML_TEXT && !c->html.preformatted) || c->html.place == HTML_TAG;
    html_context_step(&c->html, byte);
    if (loose && is_space(byte)) {
        if (c->space != '\n') c->space = byte == '\n' ? '\n' : ' ';
    } else {
        if (c->space) buf_byte(&c->literal, c->space);
        c->space = 0;
        buf_byte(&c->literal, byte);
    }
    if (c->html.place == HTML_BROKEN) {
        fault_error(c->faults, "template.html", here(c, STR("")), T("This HTML is too loose: attributes need double quotes, and “<” in text is written &lt;."));
        c->html = (struct html_context){0};
    }
    skip(c, 1);
}

/* ---- nodes ---- */

static struct node *add(struct compiler *c, struct nodes *to, enum node_kind kind) {
    flush(c, to);
    VEC_PUSH(&c->scratch, to->items, to->count, to->capacity, ((struct node){.kind = kind, .line = c->line}));
    return &to->items[to->count - 1];
}

static enum escape escape_here(struct compiler *c) {
    switch (c->html.place) {
    case HTML_TEXT: return ESCAPE_TEXT;
    case HTML_VALUE:
        if (html_attribute_is_closed(&c->html)) break;
        if (!html_attribute_is_url(&c->html)) return ESCAPE_ATTRIBUTE;
        return c->html.value_begun ? ESCAPE_URL_PART : ESCAPE_URL_START;
    default: break;
    }
    fault_error(c->faults, "template.place", here(c, STR("")), T("No value may stand here: only between tags and in quoted attributes other than style and on…."));
    return ESCAPE_TEXT;
}

/* Ends of a block, as parse_nodes found them. */
enum stop { STOP_END, STOP_IF, STOP_EACH, STOP_PART, STOP_CONTENT, STOP_ELSE, STOP_ELSE_IF };

static enum stop parse_nodes(struct compiler *c, struct nodes *to);

static void expect(struct compiler *c, enum stop found, enum stop wanted, int opened, const char *what) {
    if (found == wanted) return;
    struct place place = here(c, STR(""));
    place.line = opened;
    fault_error(c->faults, "template.open", place, T("The block {0} is not closed, or closed by another one."), str_from(what));
}

static void must_match(struct compiler *c, const struct html_context *before, const char *what) {
    if (html_context_merge(&c->html, before)) return;
    fault_error(c->faults, "template.unbalanced", here(c, STR("")), T("The ways through {0} end in different places of the HTML."), str_from(what));
    c->html = *before;
}

static void read_condition(struct compiler *c, struct node *n) {
    skip_space(c);
    if (take_word(c, "not")) n->negated = true;
    read_operand(c, &n->operand, false);
    skip_space(c);
    if (ahead(c, "==") || ahead(c, "!=")) {
        n->compared = true;
        if (peek(c) == '!') n->negated = !n->negated;
        skip(c, 2);
        skip_space(c);
        if (peek(c) == '"') read_quoted(c, &n->other);
        else fault_error(c->faults, "template.compare", here(c, STR("")), T("A text in quotation marks was expected after the comparison."));
    }
    end_of_braces(c);
}

/* The condition has yet to be read. Nodes may move while others are added, so the node is filled aside. */
static void parse_if(struct compiler *c, struct nodes *to) {
    flush(c, to);
    int opened = c->line;
    struct node n = {.kind = NODE_IF, .line = opened};
    read_condition(c, &n);
    struct html_context before = c->html, after;
    enum stop stop = parse_nodes(c, &n.body);
    after = c->html;
    c->html = before;
    if (stop == STOP_ELSE_IF) {
        parse_if(c, &n.otherwise); /* reads up to the one {{/if}} that closes all */
        settle(c, &n.otherwise);
    } else if (stop == STOP_ELSE) {
        expect(c, parse_nodes(c, &n.otherwise), STOP_IF, opened, "{{#if}}");
    } else {
        expect(c, stop, STOP_IF, opened, "{{#if}}");
    }
    must_match(c, &after, "{{#if}}");
    VEC_PUSH(&c->scratch, to->items, to->count, to->capacity, n);
}

static void parse_each(struct compiler *c, struct nodes *to) {
    flush(c, to);
    int opened = c->line;
    struct node n = {.kind = NODE_EACH, .line = opened};
    skip_space(c);
    read_path(c, &n.operand);
    end_of_braces(c);
    struct html_context before = c->html;
    enum stop stop = parse_nodes(c, &n.body);
    must_match(c, &before, "{{#each}}");
    if (stop == STOP_ELSE) {
        stop = parse_nodes(c, &n.otherwise);
        must_match(c, &before, "{{#each}}");
    }
    expect(c, stop, STOP_EACH, opened, "{{#each}}");
    VEC_PUSH(&c->scratch, to->items, to->count, to->capacity, n);
}

static void read_arguments(struct compiler *c, struct node *n) {
    struct argument *arguments = arena_array(&c->scratch, struct argument, PART_ARGUMENTS);
    for (skip_space(c); peek(c) && !ahead(c, "}}"); skip_space(c)) {
        struct str name = word(c);
        if (name.n == 0 || peek(c) != '=' || n->argument_count == PART_ARGUMENTS) {
            fault_error(c->faults, "template.argument", here(c, n->text), T("An argument looks like name=value; a part takes at most twelve."));
            break;
        }
        skip(c, 1);
        struct argument *a = &arguments[n->argument_count++];
        a->name = name;
        read_operand(c, &a->value, false);
    }
    n->arguments = settled(c, arguments, n->argument_count, sizeof *arguments);
    end_of_braces(c);
}

static void parse_part_use(struct compiler *c, struct nodes *to, bool with_content) {
    flush(c, to);
    int opened = c->line;
    struct node n = {.kind = NODE_PART, .line = opened};
    skip_space(c);
    n.text = word(c);
    if (str_eqz(n.text, "@content")) n.kind = NODE_CONTENT;
    read_arguments(c, &n);
    if (c->html.place != HTML_TEXT)
        fault_error(c->faults, "template.part-place", here(c, n.text), T("A part may stand only between tags."));
    if (with_content) expect(c, parse_nodes(c, &n.body), STOP_CONTENT, opened, "{{#>}}");
    VEC_PUSH(&c->scratch, to->items, to->count, to->capacity, n);
}

static void parse_part(struct compiler *c, struct str name, struct nodes *into, enum stop wanted) {
    struct html_context outer = c->html;
    int opened = c->line;
    c->html = (struct html_context){0};
    enum stop stop = parse_nodes(c, into);
    expect(c, stop, wanted, opened, wanted == STOP_END ? "" : "{{#part}}");
    if (c->html.place != HTML_TEXT)
        fault_error(c->faults, "template.unfinished", here(c, name), T("The part ends inside a tag, an attribute or a comment."));
    c->html = outer;
}

static struct part *new_part(struct compiler *c, struct str name) {
    struct part *p = arena_new(c->set->arena, struct part);
    p->file = c->file;
    if (map_has(&c->set->parts, name))
        fault_error(c->faults, "template.twice", here(c, name), T("There are two parts of this name."));
    map_put(&c->set->parts, name, p);
    return p;
}

static void parse_definition(struct compiler *c, struct nodes *to) {
    flush(c, to);
    skip_space(c);
    struct str name = word(c);
    end_of_braces(c);
    struct part *p = new_part(c, name);
    parse_part(c, name, &p->nodes, STOP_PART);
    c->space = 0;
}

static void parse_value(struct compiler *c, struct nodes *to) {
    enum escape escape = escape_here(c);
    struct node *n = add(c, to, NODE_VALUE);
    n->escape = escape;
    skip_space(c);
    struct operand o = {0};
    read_operand(c, &o, false);
    to->items[to->count - 1].operand = o;
    end_of_braces(c);
    html_context_value(&c->html);
}

static void parse_bare_sentence(struct compiler *c, struct nodes *to) {
    enum escape escape = escape_here(c);
    add(c, to, NODE_VALUE)->escape = escape;
    skip(c, 2);
    read_sentence(c, &to->items[to->count - 1].operand);
    html_context_value(&c->html);
}

/* "{{" has been skipped. true: a block ended, as *stop says. */
static bool parse_braces(struct compiler *c, struct nodes *to, enum stop *stop) {
    static const struct {
        const char *opening;
        enum stop stop;
    } closings[] = {{"/if}}", STOP_IF}, {"/each}}", STOP_EACH}, {"/part}}", STOP_PART}, {"/>}}", STOP_CONTENT}, {"else}}", STOP_ELSE}};
    for (size_t i = 0; i < sizeof closings / sizeof *closings; i++) {
        if (!ahead(c, closings[i].opening)) continue;
        skip(c, str_from(closings[i].opening).n);
        *stop = closings[i].stop;
        return true;
    }
    if (ahead(c, "else if ")) {
        skip(c, 8);
        *stop = STOP_ELSE_IF;
        return true;
    }
    if (ahead(c, "!--")) skip_past(c, "--}}");
    else if (ahead(c, "!")) skip_past(c, "}}");
    else if (ahead(c, "#if ")) skip(c, 4), parse_if(c, to);
    else if (ahead(c, "#each ")) skip(c, 6), parse_each(c, to);
    else if (ahead(c, "#part ")) skip(c, 6), parse_definition(c, to);
    else if (ahead(c, "#>")) skip(c, 2), parse_part_use(c, to, true);
    else if (ahead(c, ">")) skip(c, 1), parse_part_use(c, to, false);
    else parse_value(c, to);
    return false;
}

static bool sentence_ahead(const struct compiler *c) {
    return ahead(c, "T{") && (c->at == 0 || !is_word(c->text.p[c->at - 1]));
}

static enum stop parse_nodes(struct compiler *c, struct nodes *to) {
    enum stop stop = STOP_END;
    if (++c->depth > NESTING) {
        fault_error(c->faults, "template.deep", here(c, STR("")), T("The blocks are nested too deeply."));
        c->at = c->text.n;
    }
    while (c->at < c->text.n) {
        if (ahead(c, "{{")) {
            skip(c, 2);
            if (ahead(c, "else") || ahead(c, "/")) flush(c, to);
            if (parse_braces(c, to, &stop)) break;
        } else if (sentence_ahead(c)) {
            parse_bare_sentence(c, to);
        } else {
            take_literal(c);
        }
    }
    flush(c, to);
    settle(c, to);
    c->depth--;
    return stop;
}

void templates_add(struct templates *t, struct str name, struct str text, struct faults *faults) {
    struct compiler c = {.set = t, .faults = faults, .text = text, .line = 1};
    c.file = arena_printf(t->arena, "%.*s.html", STR_ARGS(name));
    arena_init(&c.scratch, t->arena->limit);
    buf_init(&c.literal, &c.scratch, text.n + 1);
    if (!utf8_valid(text)) {
        fault_error(faults, "template.utf8", here(&c, STR("")), T("The file is not valid UTF-8 text."));
        return;
    }
    struct part *p = new_part(&c, arena_str(t->arena, name));
    parse_part(&c, name, &p->nodes, STOP_END);
    arena_release(&c.scratch);
}

static void check_nodes(const struct templates *t, const struct part *p, const struct nodes *nodes, struct faults *faults) {
    for (size_t i = 0; i < nodes->count; i++) {
        const struct node *n = &nodes->items[i];
        struct place place = {.file = p->file, .line = n->line, .element = n->text};
        if (n->kind == NODE_PART && !part_find(t, n->text))
            fault_error(faults, "template.unknown-part", place, T("There is no part of this name."));
        check_nodes(t, p, &n->body, faults);
        check_nodes(t, p, &n->otherwise, faults);
    }
}

void templates_check(const struct templates *t, struct faults *faults) {
    for (size_t i = 0; i < t->parts.count; i++) {
        const struct part *p = t->parts.entries[i].value;
        check_nodes(t, p, &p->nodes, faults);
    }
}
