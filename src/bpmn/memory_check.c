/* memory_check.c: what must hold between the rows of a case after every step, whatever the file and the events were.
 * Asked by tests, the fuzzer and the random sequences; production never needs it. See memory.h. */
#include "bpmn/memory.h"

static const struct bpmn_token *token_of(const struct bpmn_case *c, int64_t id) {
    for (uint32_t i = 0; i < c->tokens.count; i++)
        if (c->tokens.items[i].id == id) return &c->tokens.items[i];
    return NULL;
}

static bool has_scope(const struct bpmn_case *c, int64_t id) {
    for (uint32_t i = 0; i < c->scopes.count; i++)
        if (c->scopes.items[i].id == id) return true;
    return false;
}

/* What was there before a completed visit (before.c) stands under its number. */
static bool can_be_taken_back(const struct bpmn_case *c, int64_t visit) {
    for (uint32_t i = 0; i < c->tokens.count; i++)
        if (c->tokens.items[i].origin == visit || c->tokens.items[i].visit == visit) return true;
    return false;
}

static bool is_kept_for_compensation(const struct bpmn_case *c, int64_t scope) {
    for (uint32_t i = 0; i < c->compensations.count; i++)
        if (c->compensations.items[i].child == scope) return true;
    return false;
}

static const char *broken_scope(const struct bpmn_case *c, const struct bpmn_scope *s) {
    int32_t live = 0;
    for (uint32_t i = 0; i < c->tokens.count; i++) live += c->tokens.items[i].scope == s->id && c->tokens.items[i].state != BPMN_TOKEN_SPENT;
    if (live != s->live) return "a scope's count of live tokens is not the number of its tokens";
    if (!s->parent) return s->token ? "the root belongs to a token" : NULL;
    if (!has_scope(c, s->parent)) return "a scope lies in none";
    if (!s->token) return is_kept_for_compensation(c, s->id) ? NULL : "a scope belongs to no token";
    const struct bpmn_token *owner = token_of(c, s->token);
    return owner && owner->child == s->id && owner->scope == s->parent ? NULL : "a scope and its token do not belong together";
}

static const char *broken_token(const struct bpmn_case *c, const struct bpmn_token *t) {
    if (!has_scope(c, t->scope)) return "a token lies in no scope";
    if (t->child && !has_scope(c, t->child)) return "a token's scope is gone";
    return t->state <= BPMN_TOKEN_STOPPED_LEAVING ? NULL : "a token is neither at rest nor on its way";
}

static const char *broken_open(const struct bpmn_case *c, const struct bpmn_open *o) {
    const struct bpmn_token *t = token_of(c, o->token);
    return t && t->work == o->work ? NULL : "something is open for which no token waits";
}

static const char *broken_rows(const struct bpmn_case *c) {
    const char *broken = NULL;
    for (uint32_t i = 0; i < c->scopes.count && !broken; i++) broken = broken_scope(c, &c->scopes.items[i]);
    for (uint32_t i = 0; i < c->tokens.count && !broken; i++) broken = broken_token(c, &c->tokens.items[i]);
    for (uint32_t i = 0; i < c->open.count && !broken; i++) broken = broken_open(c, &c->open.items[i]);
    return broken;
}

static const char *broken_belongings(const struct bpmn_case *c) {
    for (uint32_t i = 0; i < c->waits.count; i++) {
        const struct bpmn_wait *w = &c->waits.items[i];
        if (w->token ? !token_of(c, w->token) : !has_scope(c, w->scope)) return "a wait belongs to nothing";
    }
    for (uint32_t i = 0; i < c->variables.count; i++) {
        int64_t scope = c->variables.items[i].scope;
        if (!has_scope(c, scope) && !can_be_taken_back(c, scope)) return "a variable belongs to no scope";
    }
    for (uint32_t i = 0; i < c->compensations.count; i++)
        if (!has_scope(c, c->compensations.items[i].scope)) return "a compensation belongs to no scope";
    return NULL;
}

const char *bpmn_memory_broken(const struct bpmn_case *c) {
    bool any = c->tokens.count || c->scopes.count || c->waits.count || c->variables.count || c->compensations.count || c->open.count;
    if (c->ended) return any ? "an ended case has rows" : NULL;
    const char *broken = broken_rows(c);
    return broken ? broken : broken_belongings(c);
}
