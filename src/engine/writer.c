/* writer.c: the one thread that writes: takes what waits, decides each under its savepoint, commits once.
 *
 * In: struct work through engine_submit. Out: journal entries, and each work's answer after the commit. Read next:
 * decide.c (one command), journal.h (where the entry goes). */
#include "engine/attachment.h"
#include "engine/engine_internal.h"

#include "base/crypto.h"
#include "store/journal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    LARGEST_BATCH = 256,           /* bounds how long the first of a batch waits for the last */
    DECISION_BYTES = 64 << 20,     /* a form of 20,000 answers takes a tenth */
    IDEMPOTENCY_DAYS = 30,
    LONGEST_WAIT = 10000, /* of gather(), twice; microseconds */
    GATHER_STEP = 100,
};

/* ---- the entry of the journal */

static void add_actor(struct arena *a, struct json *to, const struct actor *actor) {
    struct json *v = json_add_empty(a, to, "actor", JSON_OBJECT);
    if (actor->account) json_add_integer(a, v, "account", actor->account);
    if (actor->resident_case) json_add_integer(a, v, "resident", actor->resident_case);
    if (actor->system) json_add_boolean(a, v, "system", true);
}

/* Arguments as they are stored: personal ones sealed with the decision's subject. */
static void add_arguments(struct engine *e, struct decision *d, const struct command_kind *kind, struct json *to) {
    struct json *out = json_add_empty(d->arena, to, "arguments", JSON_OBJECT);
    struct seal_subject subject;
    bool can_seal = event_subject(d->subject, &subject);
    for (size_t i = 0; i < d->command->arguments->count; i++) {
        const struct json *v = &d->command->arguments->items[i];
        const struct argument *spec = kind->arguments;
        while (spec->name && !str_eqz(v->name, spec->name)) spec++;
        bool personal = spec->kind == ARGUMENT_PERSONAL || spec->kind == ARGUMENT_PERSONAL_JSON;
        if (!personal || v->kind == JSON_NULL) {
            json_add(d->arena, out, v->name, *v);
            continue;
        }
        struct buf text;
        buf_init(&text, d->arena, 16 << 20);
        json_write_canonical(&text, v);
        struct sealed sealed;
        struct str context = arena_printf(d->arena, "command.%s.%.*s", kind->name, STR_ARGS(v->name));
        struct json form = {.kind = JSON_NULL};
        if (can_seal && seal_value(e->store, d->arena, subject, context, buf_str(&text), &sealed)) {
            form.kind = JSON_OBJECT;
            json_add_string(d->arena, &form, "commitment", base64url_encode(d->arena, HASH_STR(sealed.commitment)));
            json_add_string(d->arena, &form, "sealed", sealed.token);
        }
        json_add(d->arena, out, v->name, form);
    }
}

static struct str entry_body(struct engine *e, struct decision *d, const struct command_kind *kind,
                             const unsigned char seed[32]) {
    struct arena *a = d->arena;
    struct json *entry = json_new_object(a);
    json_add_integer(a, entry, "v", 1);
    json_add_integer(a, entry, "at", d->now);
    json_add_string(a, entry, "engine", STR(ENGINE_VERSION));
    json_add_string(a, entry, "seed", hex_encode(a, (struct str){(const char *)seed, 32}));
    struct json *c = json_add_empty(a, entry, "command", JSON_OBJECT);
    json_add_string(a, c, "kind", d->command->name);
    json_add_string(a, c, "channel", d->command->channel);
    if (d->command->occurred_at) json_add_integer(a, c, "occurred_at", d->command->occurred_at);
    if (d->command->device_at) json_add_integer(a, c, "device_at", d->command->device_at);
    add_actor(a, c, &d->command->actor);
    add_arguments(e, d, kind, c);
    json_add(a, entry, STR("events"), *d->events);
    struct buf out;
    buf_init(&out, a, 32 << 20);
    json_write_canonical(&out, entry);
    return buf_str(&out);
}

static instant event_time(struct engine *e) {
    instant now = env_now();
    return now > e->last_at ? now : e->last_at;
}

/* ---- idempotency: the same key and body get the same answer, kept 30 days; refusals are not remembered */

static struct str body_hash(struct arena *a, const struct command *c) {
    struct buf text;
    buf_init(&text, a, 16 << 20);
    json_write_canonical(&text, c->arguments);
    struct str pieces[] = {c->name, STR("\n"), buf_str(&text)};
    struct hash h = sha256_pieces(pieces, 3);
    return hex_encode(a, HASH_STR(h));
}

/* True when the key was seen: then the answer is set. */
static bool answered_before(struct engine *e, struct work *w) {
    if (w->command->key.n == 0) return false;
    db_run(store_writer(e->store), "delete from local_answer where at < ?", DB_INT(event_time(e) - IDEMPOTENCY_DAYS * MICROS_A_DAY));
    struct query q = db_query(store_writer(e->store), "select body, result from local_answer where key = ?", DB_TEXT(w->command->key));
    if (!query_next(&q)) return false;
    bool same = str_eq(query_text(&q, 0), body_hash(w->arena, w->command));
    struct str result = arena_str(w->arena, query_text(&q, 1));
    query_done(&q);
    if (same) {
        w->answer = (struct answer){.done = true};
        w->answer.result = json_parse(w->arena, result, &json_default_limits, STR_NONE, NULL);
    } else {
        w->answer.refusal = (struct refusal){.status = 422, .code = "command.key-reused", .sentence_count = 1};
        w->answer.refusal.sentence[0] = T("This was sent before with other contents. Please start again from a fresh page.");
    }
    return true;
}

static void remember_answer(struct engine *e, struct work *w, const struct decision *d) {
    if (w->command->key.n == 0) return;
    struct buf result;
    buf_init(&result, w->arena, 1 << 20);
    json_write(&result, d->result);
    db_run(store_writer(e->store), "insert or replace into local_answer (key, body, result, at) values (?, ?, ?, ?)",
           DB_TEXT(w->command->key), DB_TEXT(body_hash(w->arena, w->command)), DB_TEXT(buf_str(&result)), DB_INT(d->now));
}

/* ---- one piece of work */

struct attempt {
    struct engine *engine;
    struct work *work;
    bool kept;
};

static void decide_command(struct engine *e, struct work *w, struct attempt *attempt) {
    unsigned char seed[32];
    env_random(seed, sizeof seed);
    struct command command = *w->command;
    const struct command_kind *kind = command_find(&e->commands, w->command->name);
    struct json *arguments = kind ? command_normalised(w->arena, kind, w->command->arguments) : w->command->arguments;
    /* Decided in the order in which the journal keeps it: deciding anew must see the same. */
    struct json ordered = json_sorted(w->arena, attachments_given(store_writer(e->store), w->arena, arguments));
    command.arguments = &ordered;
    struct decision d = {.engine = e, .store = e->store, .arena = w->arena, .command = &command, .now = event_time(e)};
    draw_init(&d.draw, seed);
    if (!engine_decide(e, &d)) {
        w->answer.refusal = d.refusal;
        return;
    }
    if (w->dry) {
        w->answer = (struct answer){.done = true, .result = d.result};
        return;
    }
    struct str body = entry_body(e, &d, kind, seed);
    w->answer = (struct answer){.done = true, .result = d.result};
    w->answer.entry = journal_append(e->store, d.now, w->command->name, body);
    remember_answer(e, w, &d);
    e->last_at = d.now;
    attempt->kept = true;
}

static void try_work(void *argument) {
    struct attempt *attempt = argument;
    struct work *w = attempt->work;
    if (w->local) {
        attempt->kept = w->answer.done = w->local(store_writer(attempt->engine->store), w->argument);
    } else if (!answered_before(attempt->engine, w)) {
        decide_command(attempt->engine, w, attempt);
    }
}

static void set_failure(struct work *w, int status, const char *code, struct str sentence) {
    w->answer = (struct answer){.done = false};
    w->answer.refusal = (struct refusal){.status = status, .code = code, .sentence = {sentence}, .sentence_count = 1};
}

static void tell_failure(struct work *w, bool full) {
    if (full) set_failure(w, 503, "store.full", T("The disk is full. Nothing was changed. Please tell the administrator."));
    else set_failure(w, 503, "store.failed", T("The data could not be written. Nothing was changed. Please try again."));
}

static void failed_by_store(struct engine *e, struct work *w) {
    fprintf(stderr, "lingban: the writer could not write: %s\n", db_failure_detail(store_writer(e->store)));
    tell_failure(w, db_failure(store_writer(e->store)) == DB_FULL);
}

static void run_one(struct engine *e, struct work *w) {
    struct attempt attempt = {e, w, false};
    instant last = e->last_at;
    store_savepoint(e->store);
    if (!arena_run(w->arena, try_work, &attempt)) {
        attempt.kept = false;
        set_failure(w, 413, "command.too-large", T("This is too large to be worked on at once. Please split it."));
    }
    if (attempt.kept && store_keep(e->store)) return;
    if (attempt.kept) failed_by_store(e, w);
    else store_undo(e->store);
    e->last_at = last;
}

/* Nearly every command is done, or refused before it has written anything: then no savepoint was needed. False: something
 * stands half-done. */
static bool run_swiftly(struct engine *e, struct work *w) {
    struct attempt attempt = {e, w, false};
    instant last = e->last_at;
    int64_t changes = store_changes(e->store);
    bool ended = arena_run(w->arena, try_work, &attempt);
    if (!attempt.kept) e->last_at = last;
    return store_step(e->store, attempt.kept, changes) && ended;
}

/* Work that is not a command may have effects of its own, a trial leaves rows behind: these get their savepoints. */
static bool may_run_swiftly(const struct work *batch) {
    for (; batch; batch = batch->next)
        if (batch->local || batch->dry) return false;
    return true;
}

/* Without savepoints first; when one command stands half-done the batch begins anew, each under its savepoint. Nothing of
 * the first way was told to anybody. False: no transaction could begin. */
static bool run_all(struct engine *e, struct work *batch) {
    instant last = e->last_at;
    struct work *w = batch;
    if (!store_begin(e->store)) return false;
    if (may_run_swiftly(batch)) {
        while (w && run_swiftly(e, w)) w = w->next;
        if (!w) return true;
        store_rollback(e->store);
        e->last_at = last;
        if (!store_begin(e->store)) return false;
    }
    for (w = batch; w; w = w->next) {
        w->answer = (struct answer){.done = false};
        run_one(e, w);
    }
    return true;
}

/* ---- the batch */

/* Those who were just answered come back within moments. Whoever takes the first of them at once pays a commit for it
 * alone; so, while fewer wait than the last batch had, their return is awaited for up to half of what a commit takes.
 * Somebody alone never waits. Called and left with the lock held. */
static void gather(struct engine *e) {
    int64_t until = env_monotonic() + (e->commit_micros < LONGEST_WAIT ? e->commit_micros : LONGEST_WAIT) / 2;
    size_t wanted = e->batch < LARGEST_BATCH ? e->batch : LARGEST_BATCH;
    while (e->waiting < wanted && !e->stopping && env_monotonic() < until) {
        pthread_mutex_unlock(&e->lock);
        usleep(GATHER_STEP);
        pthread_mutex_lock(&e->lock);
    }
}

static struct work *take_batch(struct engine *e) {
    gather(e);
    struct work *first = e->first, *w = first;
    size_t n = 1;
    for (; w->next && n < LARGEST_BATCH; n++) w = w->next;
    e->waiting -= n;
    e->batch = n;
    e->first = w->next;
    w->next = NULL;
    if (!e->first) e->last = &e->first;
    return first;
}

/* Nothing of the batch is kept; the database has forgotten why by now, the faults say it. */
static void fail_all(struct arena *a, struct work *batch, const struct faults *why) {
    struct str said = why->count ? fault_text(a, LANGUAGE_EN, &why->items[0]) : STR("no reason is known");
    fprintf(stderr, "lingban: the writer could not write: %.*s\n", STR_ARGS(said));
    for (struct work *w = batch; w; w = w->next)
        if (w->answer.done) tell_failure(w, why->count && strcmp(why->items[0].code, "store.full") == 0);
}

static void run_batch(struct engine *e, struct work *batch) {
    struct faults why;
    struct arena scratch;
    arena_init(&scratch, 1 << 20);
    faults_init(&why, &scratch);
    instant last = e->last_at;
    if (!run_all(e, batch)) {
        for (struct work *w = batch; w; w = w->next) failed_by_store(e, w);
    } else {
        int64_t begun = env_monotonic();
        if (!store_commit(e->store, &why)) {
            fail_all(&scratch, batch, &why);
            e->last_at = last;
        }
        e->commit_micros = env_monotonic() - begun;
        atomic_fetch_add(&e->version, 1);
    }
    arena_release(&scratch);
    while (batch) {
        struct work *w = batch;
        batch = w->next; /* `finished` may free it */
        w->finished(w);
    }
}

/* ---- timers */

struct timer_work {
    struct work work;
    struct arena arena;
};

static void timer_finished(struct work *w) {
    (void)w;
}

/* One command of the clock in a batch of its own; false: refused. */
static bool run_timed(struct engine *e, struct timer_work *t, struct command *c) {
    t->work = (struct work){.finished = timer_finished, .arena = &t->arena, .command = c};
    run_batch(e, &t->work);
    return t->work.answer.done;
}

enum { ROUND = 10000 };

/* Fires what is due, earliest first, one at a time: a firing may arm or disarm others. A timer that may not fire now
 * (its case is suspended) is passed over until the next round and keeps none behind it. */
static size_t fire_timers(struct engine *e) {
    size_t fired = 0, passed_over = 0;
    int64_t case_id, wait;
    while (fired + passed_over < ROUND && timer_due(store_writer(e->store), event_time(e), passed_over, &case_id, &wait)) {
        struct timer_work t;
        arena_init(&t.arena, DECISION_BYTES);
        struct command *c = command_new(&t.arena, "timer.fire", (struct actor){.system = true}, "timer");
        json_add_integer(&t.arena, c->arguments, "case", case_id);
        json_add_integer(&t.arena, c->arguments, "wait", wait);
        if (run_timed(e, &t, c)) fired++;
        else passed_over++;
        arena_release(&t.arena);
    }
    return fired;
}

/* Likewise what a room says is due. */
static size_t fire_room(struct engine *e, const struct engine_room *room) {
    size_t fired = 0, passed_over = 0;
    for (bool more = true; more && fired + passed_over < ROUND;) {
        struct timer_work t;
        struct command *c;
        arena_init(&t.arena, DECISION_BYTES);
        more = room->due(e, store_writer(e->store), &t.arena, event_time(e), passed_over, &c);
        if (more && run_timed(e, &t, c)) fired++;
        else passed_over++;
        arena_release(&t.arena);
    }
    return fired;
}

/* Likewise cases whose time is over. */
static size_t fire_retention(struct engine *e) {
    size_t fired = 0;
    for (bool more = true; more && fired < ROUND;) {
        struct timer_work t;
        struct command *c;
        arena_init(&t.arena, DECISION_BYTES);
        more = retention_due(e, store_writer(e->store), &t.arena, event_time(e), &c);
        if (more && run_timed(e, &t, c)) fired++;
        arena_release(&t.arena);
    }
    return fired;
}

/* A change of the calendar is worked in a few hundred cases at a time, with room for others in between. */
static void recount_on(struct engine *e) {
    enum { PIECES = 10 };
    for (int i = 0; i < PIECES && recount_waits(store_writer(e->store)); i++) {
        struct timer_work t;
        arena_init(&t.arena, DECISION_BYTES);
        run_timed(e, &t, command_new(&t.arena, "calendar.recount", (struct actor){.system = true}, "timer"));
        arena_release(&t.arena);
    }
}

static size_t fire_due(struct engine *e) {
    recount_on(e);
    size_t fired = fire_timers(e);
    for (const struct engine_room *const *room = e->rooms; room && *room; room++)
        if ((*room)->due) fired += fire_room(e, *room);
    return fired + fire_retention(e);
}

/* ---- the thread */

static void *writer(void *argument) {
    struct engine *e = argument;
    pthread_mutex_lock(&e->lock);
    for (;;) {
        while (!e->first && !e->stopping && !e->fire_now) {
            struct timespec until;
            clock_gettime(CLOCK_REALTIME, &until);
            until.tv_nsec += 500 * 1000000L; /* looks for due timers twice a second */
            if (until.tv_nsec >= 1000000000L) until.tv_nsec -= 1000000000L, until.tv_sec++;
            if (pthread_cond_timedwait(&e->wake, &e->lock, &until) == ETIMEDOUT && e->timers) break;
        }
        if (e->stopping && !e->first) break;
        struct work *batch = e->first ? take_batch(e) : NULL;
        bool asked = e->fire_now && !batch;
        if (asked) e->fire_now = false;
        pthread_mutex_unlock(&e->lock);
        if (batch) run_batch(e, batch);
        size_t fired = e->timers || asked ? fire_due(e) : 0;
        pthread_mutex_lock(&e->lock);
        if (asked) {
            e->fired = fired;
            e->fire_done = true;
            pthread_cond_broadcast(&e->fire_finished);
        }
    }
    pthread_mutex_unlock(&e->lock);
    return NULL;
}

bool writer_start(struct engine *e) {
    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->wake, NULL);
    pthread_cond_init(&e->fire_finished, NULL);
    e->last = &e->first;
    e->last_at = journal_last_at(store_writer(e->store));
    e->running = pthread_create(&e->thread, NULL, writer, e) == 0;
    return e->running;
}

void writer_stop(struct engine *e) {
    if (!e->running) return;
    pthread_mutex_lock(&e->lock);
    e->stopping = true;
    pthread_cond_signal(&e->wake);
    pthread_mutex_unlock(&e->lock);
    pthread_join(e->thread, NULL);
    pthread_mutex_destroy(&e->lock);
    pthread_cond_destroy(&e->wake);
    pthread_cond_destroy(&e->fire_finished);
}

void engine_submit(struct engine *e, struct work *w) {
    w->next = NULL;
    w->answer = (struct answer){.done = false};
    pthread_mutex_lock(&e->lock);
    *e->last = w;
    e->last = &w->next;
    e->waiting++;
    pthread_cond_signal(&e->wake);
    pthread_mutex_unlock(&e->lock);
}

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t finished;
    bool done;
};

static void wake_waiter(struct work *w) {
    struct waiter *waiter = w->owner;
    pthread_mutex_lock(&waiter->lock);
    waiter->done = true;
    pthread_cond_signal(&waiter->finished);
    pthread_mutex_unlock(&waiter->lock);
}

static void submit_and_wait(struct engine *e, struct work *w) {
    struct waiter waiter = {.done = false};
    pthread_mutex_init(&waiter.lock, NULL);
    pthread_cond_init(&waiter.finished, NULL);
    w->finished = wake_waiter;
    w->owner = &waiter;
    engine_submit(e, w);
    pthread_mutex_lock(&waiter.lock);
    while (!waiter.done) pthread_cond_wait(&waiter.finished, &waiter.lock);
    pthread_mutex_unlock(&waiter.lock);
    pthread_mutex_destroy(&waiter.lock);
    pthread_cond_destroy(&waiter.finished);
}

struct answer engine_run(struct engine *e, struct arena *a, const struct command *c) {
    struct work w = {.arena = a, .command = c};
    submit_and_wait(e, &w);
    return w.answer;
}

bool engine_run_local(struct engine *e, bool (*local)(struct db *, void *), void *argument) {
    struct arena a;
    arena_init(&a, DECISION_BYTES);
    struct work w = {.arena = &a, .local = local, .argument = argument};
    submit_and_wait(e, &w);
    arena_release(&a);
    return w.answer.done;
}

size_t engine_fire_due(struct engine *e) {
    pthread_mutex_lock(&e->lock);
    e->fire_now = true;
    e->fire_done = false;
    pthread_cond_signal(&e->wake);
    while (!e->fire_done) pthread_cond_wait(&e->fire_finished, &e->lock);
    size_t fired = e->fired;
    pthread_mutex_unlock(&e->lock);
    return fired;
}
