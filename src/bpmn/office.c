/* office.c: what an office asks of a case beyond the picture: going back and jumping, taking back, adding signers,
 * choosing in an ad-hoc sub-process.
 *
 * Moving keeps the promise of the picture: for every parallel block there is one token a branch. So a token that is
 * taken out of a block takes the tokens of its sibling branches with it; one that is put into a block finds the
 * sibling branches done (their tokens wait at the join); and when one branch sends another back, it stays where it is
 * and the other branch begins again at the element. See step.h, run.h, region.c.
 */
#include "bpmn/run.h"

/* ---- moving ------------------------------------------------------------------------------------------------------------ */

static bool can_be_target(const struct bpmn_element *e) {
    if (e->kind == BPMN_BOUNDARY_EVENT || e->for_compensation || e->triggered_by_event || e->parent < 0) return false;
    return bpmn_is_activity(e->kind) || bpmn_is_gateway(e->kind) || bpmn_is_event(e->kind);
}

static bool holds_flow(const struct row *scope) {
    return scope->scope.kind <= BPMN_SCOPE_CALL;
}

/* Climbs from `token` to the innermost scope that contains `element`; *token becomes the token in that scope. */
static struct row *common_scope(struct run *r, struct row **token, int32_t element) {
    struct row *scope = scope_of(r, *token);
    while (scope) {
        if ((*token)->token.waiter) return NULL;
        if (holds_flow(scope) && bpmn_is_inside(r->model, element, scope->scope.element)) return scope;
        struct row *owner = scope->scope.token ? step_token_row(r, scope->scope.token) : NULL;
        if (!owner) return NULL;
        *token = owner;
        scope = scope_of(r, owner);
    }
    return NULL;
}

/* The element directly in `container` that is `element` or holds it. */
static int32_t child_holding(const struct run *r, int32_t container, int32_t element) {
    while (element >= 0 && element_of(r, element)->parent != container) element = element_of(r, element)->parent;
    return element;
}

/* The outermost region in which both lie, on different branches; NULL. */
static const struct region *sibling_region(const struct run *r, struct regions regions, const struct row *from, int32_t to) {
    const struct region *found = NULL;
    for (size_t i = 0; i < regions.count; i++) {
        const struct region *g = &regions.items[i];
        ptrdiff_t a = step_branch_of(r, g, from), b = step_branch_of_element(g, to);
        if (a < 0 || b < 0 || g->branches[a][to]) continue;
        if (!found || g->size > found->size) found = g;
    }
    return found;
}

/* Takes away the tokens of one branch (or, branch -1, of all) of a region. */
static void clear_region(struct run *r, struct row *scope, const struct region *g, ptrdiff_t branch) {
    struct row_list tokens = step_tokens_of(r, scope);
    for (size_t i = 0; i < tokens.count; i++) {
        struct row *t = tokens.items[i];
        if (t->deleted) continue;
        ptrdiff_t in = step_branch_of(r, g, t);
        if (in >= 0 && (branch < 0 || in == branch)) step_cancel_token(r, t, BPMN_CLOSE_MOVED);
    }
}

/* The branches beside the one that holds `to` count as done: their tokens wait at the join. */
static void mark_siblings_done(struct run *r, struct row *scope, const struct region *g, int32_t to) {
    if (g->join < 0 || element_of(r, g->join)->kind != BPMN_PARALLEL_GATEWAY) return;
    const struct bpmn_element *join = element_of(r, g->join), *split = element_of(r, g->split);
    ptrdiff_t own = step_branch_of_element(g, to);
    if (join->incoming.count < 2) return;
    for (size_t i = 0; i < join->incoming.count; i++) {
        int32_t flow = join->incoming.items[i], source = r->model->flows[flow].source;
        bool direct = source == g->split;
        if (!direct && (!g->inside[source] || g->branches[own][source])) continue;
        if (direct && split->outgoing.items[own] == flow) continue;
        struct row *waiting = step_new_token(r, scope, g->join, flow);
        waiting->token.state = BPMN_TOKEN_ARRIVED;
    }
}

/* Regions that hold `to` but not the token that comes from outside. First all are cleared, then the marks are set:
 * one region may lie within another. */
static void enter_regions(struct run *r, struct row *scope, struct regions regions, const struct row *from, int32_t to) {
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < regions.count; i++) {
            const struct region *g = &regions.items[i];
            if (step_branch_of_element(g, to) < 0 || (from && step_branch_of(r, g, from) >= 0)) continue;
            if (pass == 0) clear_region(r, scope, g, NONE);
            else mark_siblings_done(r, scope, g, to);
        }
    }
}

/* Makes room: afterwards a token may be put at `to`, which lies directly in the scope. */
static void make_room(struct run *r, struct row *scope, struct row *from, int32_t to) {
    struct regions regions = step_regions(r, scope->scope.element);
    const struct region *siblings = sibling_region(r, regions, from, to);
    if (siblings) {
        clear_region(r, scope, siblings, step_branch_of_element(siblings, to));
        enter_regions(r, scope, regions, from, to);
        return;
    }
    /* Copied: the token's row may go with the first region. */
    struct row was = *from;
    for (size_t i = 0; i < regions.count; i++) {
        const struct region *g = &regions.items[i];
        if (step_branch_of(r, g, &was) >= 0 && step_branch_of_element(g, to) < 0) clear_region(r, scope, g, NONE);
    }
    enter_regions(r, scope, regions, &was, to);
    if (!from->deleted) step_cancel_token(r, from, BPMN_CLOSE_MOVED);
}

/* Opens the sub-processes between `scope` and `element`, and puts the token. */
static void put_inside(struct run *r, struct row *scope, struct row *first, int32_t element) {
    struct row *token = first;
    while (token->token.element != element) {
        scope = step_enter_container(r, token);
        if (!scope) return; /* stopped, or an event has taken over at once */
        int32_t next = child_holding(r, scope->scope.element, element);
        enter_regions(r, scope, step_regions(r, scope->scope.element), NULL, next);
        token = step_new_token(r, scope, next, NONE);
    }
    token->admitted = true;
    step_enqueue(r, token);
}

/* What lies between (the containers on the way down) must be a plain sub-process. */
static bool can_enter(struct run *r, int32_t container, int32_t element) {
    for (int32_t e = element_of(r, element)->parent; e >= 0 && e != container; e = element_of(r, e)->parent) {
        const struct bpmn_element *c = element_of(r, e);
        if (c->loop || c->triggered_by_event || c->for_compensation) return false;
    }
    return true;
}

static bool check_move(struct run *r, struct row *scope, const struct row *from, int32_t to, int32_t element) {
    const struct bpmn_element *e = element_of(r, element);
    struct str name = step_element_name(r, element);
    if (!can_enter(r, scope->scope.element, element)) {
        refuse(r, "bpmn.move-inside", element, T("“{0}” lies in something that is repeated or begins by an event; go to that as a whole."), name);
        return false;
    }
    bool event_process = element_of(r, from->token.element)->triggered_by_event;
    if (event_process && scope->scope.state == BPMN_SCOPE_OPEN) {
        refuse(r, "bpmn.move-beside", element, T("This goes on beside the main flow, which is still going; it cannot be led into it."));
        return false;
    }
    const bool *beside = step_beside(r, scope->scope.element);
    if (!event_process && beside[from->token.element] != beside[to]) {
        refuse(r, "bpmn.move-beside", element, T("This goes on beside the main flow, which is still going; it cannot be led into it."));
        return false;
    }
    (void)e;
    return true;
}

static void move(struct run *r, struct row *token, int32_t element) {
    struct row *from = token;
    struct row *scope = common_scope(r, &from, element);
    if (!scope || scope->scope.state == BPMN_SCOPE_FINISHED || scope->scope.state == BPMN_SCOPE_COMPENSATING) {
        refuse(r, "bpmn.move-elsewhere", element, T("There is no way from here to “{0}”."), step_element_name(r, element));
        return;
    }
    int32_t to = child_holding(r, scope->scope.element, element);
    if (!check_move(r, scope, from, to, element)) return;
    /* The new token first: a scope without tokens would be finished. */
    struct row *placed = step_new_token(r, scope, to, NONE);
    placed->token.state = BPMN_TOKEN_QUEUED;
    int32_t kept = placed->token.element;
    placed->token.element = scope->scope.element; /* nowhere: no region holds it */
    make_room(r, scope, from, to);
    placed->token.element = kept;
    if (scope->scope.state == BPMN_SCOPE_INTERRUPTED) { /* back from an event sub-process to the main flow */
        struct str reason;
        scope->scope.state = BPMN_SCOPE_OPEN;
        step_cancel_tokens(r, scope, placed, BPMN_CLOSE_MOVED);
        if (!step_arm_event_processes(r, scope, &reason)) {
            refuse(r, "bpmn.wait", element, T("“{0}” cannot wait: {1}"), step_element_name(r, scope->scope.element), reason);
            return;
        }
        if (placed->deleted) return;
    }
    put_inside(r, scope, placed, element);
}

static bool known_target(struct run *r, int32_t element) {
    bool good = element >= 0 && (size_t)element < r->model->element_count && can_be_target(element_of(r, element));
    if (!good) refuse(r, "bpmn.move-target", NONE, T("A case cannot be led to that element."));
    return good;
}

void step_office_move(struct run *r, const struct bpmn_event *event) {
    struct row *token = step_token_row(r, event->token);
    if (!token || token->token.state == BPMN_TOKEN_SPENT) {
        r->changes->outcome = BPMN_STEP_STALE;
        return;
    }
    if (token->token.state == BPMN_TOKEN_COMPENSATING || token->token.waiter) {
        refuse(r, "bpmn.move-compensation", event->element, T("What is being undone cannot be led elsewhere."));
        return;
    }
    if (known_target(r, event->element)) move(r, token, event->element);
}

/* ---- taking back --------------------------------------------------------------------------------------------------------- */

struct found {
    struct row **items;
    size_t count, capacity;
};

/* Resting tokens, not those that only hold a scope, that `visit` set going. */
static void find_followers(struct run *r, struct row *scope, int64_t visit, struct found *out) {
    struct row_list tokens = step_tokens_of(r, scope);
    for (size_t i = 0; i < tokens.count; i++) {
        struct row *t = tokens.items[i], *child = step_child_of(r, t);
        bool holder = child && child->scope.kind != BPMN_SCOPE_LOCAL && child->scope.kind != BPMN_SCOPE_SIGNERS;
        if (holder) find_followers(r, child, visit, out);
        else if (t->token.origin == visit && t->token.state != BPMN_TOKEN_SPENT) VEC_PUSH(r->arena, out->items, out->count, out->capacity, t);
    }
}

void step_office_withdraw(struct run *r, const struct bpmn_event *event) {
    struct found found = {0};
    if (!event->visit || !known_target(r, event->element)) return;
    find_followers(r, step_root(r), event->visit, &found);
    bool untouched = found.count > 0;
    for (size_t i = 0; i < found.count; i++) untouched &= (size_t)found.items[i]->token.together == found.count && !found.items[i]->token.waiter;
    struct row *scope = found.count ? scope_of(r, found.items[0]) : NULL;
    /* One of several signers has signed, the next has the paper: returning the whole round is another operation. */
    bool in_round = scope && !holds_flow(scope);
    if (element_of(r, event->element)->loop && !in_round) {
        refuse(r, "bpmn.withdraw-round", event->element, T("“{0}” was done by several; what is over for all of them is returned as a whole."),
               step_element_name(r, event->element));
        return;
    }
    if (!untouched || in_round || step_is_final(r, event->visit)) {
        refuse(r, "bpmn.withdraw-late", event->element, T("“{0}” cannot be taken back: others have gone on already."),
               step_element_name(r, event->element));
        return;
    }
    step_put_variables_back(r, event->visit);
    move(r, found.items[0], event->element);
    step_put_scopes_back(r, event->visit);
    for (size_t i = 1; i < found.count; i++)
        if (!found.items[i]->deleted)
            refuse(r, "bpmn.withdraw-late", event->element, T("“{0}” cannot be taken back: others have gone on already."),
                   step_element_name(r, event->element));
}

/* ---- adding signers ---------------------------------------------------------------------------------------------------- */

static struct str signer_name(struct run *r, const struct row *signer) {
    return arena_printf(r->arena, "#%lld", (long long)signer->token.id);
}

static struct row *signers_scope(struct run *r, struct row *token) {
    struct row *group = step_child_of(r, token);
    if (!group) return step_new_scope(r, BPMN_SCOPE_SIGNERS, token->token.element, scope_of(r, token), token);
    group->scope.kind = BPMN_SCOPE_SIGNERS; /* local variables stay with it */
    touch(group);
    return group;
}

static void open_signer(struct run *r, struct row *group, struct row *signer) {
    struct variable *who = step_own_variable(r, group, signer_name(r, signer));
    step_tell_entered(r, signer);
    step_open_task(r, signer, who && who->row.value.kind == FEEL_STRING ? who->row.value.string : STR(""), true);
}

void step_office_add_signer(struct run *r, const struct bpmn_event *event) {
    struct row *token = step_token_row(r, event->token);
    if (!token || !event->work || token->token.work != event->work || token->token.state != BPMN_TOKEN_ACTIVE) {
        r->changes->outcome = BPMN_STEP_STALE;
        return;
    }
    if (element_of(r, token->token.element)->kind != BPMN_USER_TASK || token->token.in_listener) {
        refuse(r, "bpmn.no-task", token->token.element, T("Signers can be added to tasks only."));
        return;
    }
    struct row *group = signers_scope(r, token);
    struct row *signer = step_new_token(r, group, token->token.element, NONE);
    signer->token.origin = token->token.origin;
    signer->token.state = BPMN_TOKEN_QUEUED;
    step_set_variable(r, group, signer_name(r, signer), feel_string(event->assignee));
    if (event->order == BPMN_SIGN_AFTER) return;
    if (event->order == BPMN_SIGN_BEFORE) {
        step_close_work(r, token, BPMN_CLOSE_HELD);
        token->token.state = BPMN_TOKEN_QUEUED;
        step_set_variable(r, group, STR("#holder"), feel_string(event->holder));
    }
    open_signer(r, group, signer);
}

/* The first signer in that state; NULL. */
static struct row *signer_in(struct run *r, struct row *group, bool queued) {
    struct row_list signers = step_tokens_of(r, group);
    for (size_t i = 0; i < signers.count; i++) {
        const struct bpmn_token *t = &signers.items[i]->token;
        /* A signer who waits for a signer before them is at work, not waiting for their turn. */
        bool waits = t->state == BPMN_TOKEN_QUEUED && !t->child;
        if (waits == queued) return signers.items[i];
    }
    return NULL;
}

void step_signers_changed(struct run *r, struct row *token) {
    struct row *group = step_child_of(r, token);
    if (token->token.work || !group || signer_in(r, group, false)) return;
    if (token->token.state == BPMN_TOKEN_QUEUED) { /* those before have signed: it is the holder's turn again */
        struct variable *holder = step_own_variable(r, group, STR("#holder"));
        step_open_task(r, token, holder && holder->row.value.kind == FEEL_STRING ? holder->row.value.string : STR(""), false);
        return;
    }
    struct row *next = signer_in(r, group, true);
    if (next) open_signer(r, group, next);
    else step_after_work(r, token);
}

/* ---- ad-hoc --------------------------------------------------------------------------------------------------------------- */

void step_office_activate(struct run *r, const struct bpmn_event *event) {
    struct row *token = step_token_row(r, event->token);
    struct row *scope = token ? step_child_of(r, token) : NULL;
    if (!scope || element_of(r, token->token.element)->kind != BPMN_AD_HOC || scope->scope.kind != BPMN_SCOPE_SUB) {
        r->changes->outcome = BPMN_STEP_STALE;
        return;
    }
    bool inside = event->element >= 0 && (size_t)event->element < r->model->element_count &&
                  element_of(r, event->element)->parent == token->token.element && can_be_target(element_of(r, event->element));
    if (!inside) {
        refuse(r, "bpmn.not-ad-hoc", event->element, T("That does not lie in “{0}”."), step_element_name(r, token->token.element));
        return;
    }
    bool busy = scope->scope.live > 0 && element_of(r, token->token.element)->ad_hoc_sequential;
    struct row *chosen = step_new_token(r, scope, event->element, NONE);
    if (busy) chosen->token.state = BPMN_TOKEN_QUEUED;
    else step_enqueue(r, chosen);
}
