/* parser.h: the state of one parse, shared by lexer.c (characters to words), scope.c (names to places), parser.c
 * (operators) and parser_forms.c (for, if, function …). There is no token list: what a name is depends on the names
 * in scope, which the parser learns on the way. */
#ifndef FEEL_PARSER_H
#define FEEL_PARSER_H

#include "feel/internal.h"

enum { NESTING_MAX = 200, PARSE_STEPS_PER_BYTE = 4, PARSE_STEPS_LEAST = 20000, LOCALS_MAX = 60000 };

/* A name bound inside the text, innermost first; or, with `filter`, an item whose members are names. */
struct binding {
    struct str name;
    uint32_t slot;
    bool filter;
    bool *used; /* set when the name is used; may be NULL */
    struct binding *outer;
};

/* One function body (or the whole text). */
struct function_scope {
    struct function_scope *outer;
    struct binding *bindings;
    uint32_t local_count, local_top;
    struct str self_name; /* a body may call itself by the name of its context entry */
    size_t capture_count, capture_capacity;
    struct node **captures;
    struct str *capture_names;
};

struct parser {
    struct arena *arena;
    struct str text;
    size_t at;
    const struct feel_scope *scope;
    struct feel_expression *expression;
    struct faults *faults;
    enum feel_mode mode;
    int depth;
    int64_t steps;
    bool failed;
    size_t failed_at;
    struct str failure; /* what is wrong, when it is more than "unexpected" */
    struct function_scope *function;
    struct str entry_name; /* of the context entry being parsed, for self_name */
    bool uses_input;
    bool closing_bracket_may_open; /* inside the upper end of a range: "[" may close it */
    size_t name_capacity;
    struct str *members; /* keys of context literals seen so far */
    size_t member_count, member_capacity;
};

/* lexer.c */
void skip_space(struct parser *p);
bool at_end(struct parser *p);
char peek_char(struct parser *p);                         /* after space; 0 at the end */
bool looking_at(struct parser *p, const char *symbol);    /* after space */
bool accept(struct parser *p, const char *symbol);
bool expect(struct parser *p, const char *symbol);
bool looking_at_word(struct parser *p, const char *word); /* a whole word */
bool accept_word(struct parser *p, const char *word);
void parse_failed(struct parser *p, struct str why); /* why empty: unexpected text */
bool lex_number(struct parser *p, struct decimal *out);
bool lex_string(struct parser *p, struct str *out);
/* The longest of the known names here, or the words up to the next keyword. */
size_t match_known_name(struct str text, struct str name); /* bytes of text that spell `name`, 0 if none */
size_t word_length(struct str text);                       /* of one word; 0 when no name starts here */
struct str lex_words(struct parser *p);                    /* normalised */
struct str lex_name_before(struct parser *p, const char *ends, const char *end_word); /* all text up to one of these */
bool is_reserved(struct str word);

/* scope.c */
bool lex_known_name(struct parser *p, struct str *out); /* a name in scope or of a built-in function */
struct str lex_member_name(struct parser *p);
struct node *resolve_name(struct parser *p, struct str name, uint32_t at, bool called);
struct node *resolve_input(struct parser *p, uint32_t at);
uint32_t bind_local(struct parser *p, struct binding *b, struct str name);
void unbind(struct parser *p, struct binding *b);
void remember_member(struct parser *p, struct str name);

/* parser.c */
struct node *new_node(struct parser *p, enum node_kind kind, uint32_t at);
struct node *constant_node(struct parser *p, struct feel_value v, uint32_t at);
/* Sets height and weight from the children and, when all of them are constant, the value. */
struct node *finish_node(struct parser *p, struct node *n);
void measure(struct node *n, const struct node *child);
struct node *parse_expression(struct parser *p);
struct node *parse_additive(struct parser *p);
struct node *parse_tests(struct parser *p, bool unary, struct node *input, const char *close);
bool enter(struct parser *p);
void leave(struct parser *p);

/* parser_forms.c */
struct node *parse_if(struct parser *p, uint32_t at);
struct node *parse_for(struct parser *p, uint32_t at);
struct node *parse_quantified(struct parser *p, enum node_kind kind, uint32_t at);
struct node *parse_function(struct parser *p, uint32_t at);
struct node *parse_context(struct parser *p, uint32_t at);
struct node *parse_call(struct parser *p, struct node *callee, struct str name, const struct builtin *builtin, uint32_t at);
const struct feel_type *parse_type(struct parser *p);

#endif
