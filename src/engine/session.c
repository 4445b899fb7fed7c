/* session.c: see session.h. */
#include "engine/session.h"

#include "base/crypto.h"
#include "base/ids.h"
#include "base/nfc.h"
#include "engine/engine_internal.h"
#include "store/seal.h"

static struct str token_hash(struct arena *a, struct str token) {
    struct hash h = sha256(token);
    return hex_encode(a, HASH_STR(h));
}

/* ---- passwords and the lock-out */

/* Rows of local_failure, all hashed. A stranger locks out only the address they sit at: whoever signed in from another of late
 * may still. From addresses the account is not known at all tries count together, so that many addresses guess no faster; and
 * so do the tries of one address for many logins, so that one password is not tried on everybody, nor made-up logins fill the disk. */
struct tries {
    struct str here;     /* login:LOGIN@ADDRESS: wrong passwords from this address */
    struct str anywhere; /* login:LOGIN: from all that are not known */
    struct str known;    /* known:LOGIN@ADDRESS: signed in from here of late; no count */
    struct str place;    /* place:ADDRESS: for whatever login, where none of them is known */
    instant now;
    bool is_known, good, waits;
};

static struct str hashed_place(struct engine *e, struct arena *a, struct str login, struct str address) {
    const struct str pieces[] = {STR("sign in|"), login, STR("|"), address};
    struct hash place = hmac_sha256(seal_link_key(e->store), pieces, 4);
    return hex_encode(a, HASH_STR(place));
}

static struct tries tries_of(struct engine *e, struct arena *a, struct str login, struct str address, instant now) {
    struct str name = token_hash(a, login);
    struct str both = arena_printf(a, "%.*s@%.*s", STR_ARGS(name), STR_ARGS(hashed_place(e, a, name, address)));
    return (struct tries){.here = arena_concat(a, STR("login:"), both),
                          .anywhere = arena_concat(a, STR("login:"), name),
                          .known = arena_concat(a, STR("known:"), both),
                          .place = arena_concat(a, STR("place:"), hashed_place(e, a, STR(""), address)),
                          .now = now};
}

static bool count_failure(struct db *db, struct str what, instant now) {
    return db_run(db,
                  "insert into local_failure (what, count, last_at) values (?1, 1, ?2) on conflict (what) do update set"
                  " count = case when last_at < ?2 - ?3 then 1 else count + 1 end, last_at = ?2",
                  DB_TEXT(what), DB_INT(now), DB_INT((int64_t)SIGN_IN_LOCK_MINUTES * 60 * MICROS_A_SECOND));
}

static bool reached(struct db *db, struct str what, int tries, instant since) {
    return db_int(db, 0, "select count(*) from local_failure where what = ? and count >= ? and last_at > ?", DB_TEXT(what), DB_INT(tries), DB_INT(since)) > 0;
}

static bool is_locked(struct db *db, struct tries *t) {
    instant since = t->now - (int64_t)SIGN_IN_LOCK_MINUTES * 60 * MICROS_A_SECOND;
    t->is_known = reached(db, t->known, 0, t->now - SIGN_IN_KNOWN_DAYS * MICROS_A_DAY);
    if (reached(db, t->here, SIGN_IN_TRIES, since)) return true;
    return !t->is_known && (reached(db, t->anywhere, SIGN_IN_TRIES_ANYWHERE, since) || reached(db, t->place, SIGN_IN_TRIES_PLACE, since));
}

/* Several may be looked at at once: which of them is one too many is settled here, one after another. */
static bool note_try(struct db *db, void *argument) {
    struct tries *t = argument;
    if ((t->waits = is_locked(db, t))) return true;
    if (!t->good) return count_failure(db, t->here, t->now) && (t->is_known || (count_failure(db, t->anywhere, t->now) && count_failure(db, t->place, t->now)));
    db_run(db, "delete from local_failure where what = ?", DB_TEXT(t->here));
    return db_run(db, "insert or replace into local_failure (what, count, last_at) values (?, 0, ?)", DB_TEXT(t->known), DB_INT(t->now));
}

/* A hash to check against when the login is unknown, so that both take the same time. */
static const char decoy[] = "$argon2id$v=19$m=19456,t=2,p=1$bGluZ2Jhbi5kZWNveS4xMg$2mP0mQy4b0m5s6m0zq0Uq3kQ3o2mJr8mZ0vYkq4bXrE";

enum sign_in sign_in(struct engine *e, struct str login, struct str password, struct str address, int64_t *account) {
    struct arena a;
    arena_init(&a, 1 << 20);
    struct faults none;
    faults_init(&none, &a);
    struct tries tries = tries_of(e, &a, login, address, env_now());
    struct db *db = store_read_begin(e->store);
    tries.waits = is_locked(db, &tries);
    int64_t id = db_int(db, 0, "select id from account where login = ?", DB_TEXT(login));
    bool closed = id && db_int(db, 0, "select closed_at is not null from account where id = ?", DB_INT(id));
    struct str hash = db_text(db, &a, "select hash from local_password where account = ?", DB_INT(id));
    store_read_end(e->store, db, &none);
    enum sign_in result = SIGN_IN_LOCKED;
    if (!tries.waits) {
        tries.good = password_verify(hash.p ? hash : str_from(decoy), nfc(&a, password)) && hash.p;
        engine_run_local(e, note_try, &tries);
        if (!tries.waits) result = !tries.good ? SIGN_IN_WRONG : closed ? SIGN_IN_CLOSED : SIGN_IN_GOOD;
    }
    *account = result == SIGN_IN_GOOD ? id : 0;
    arena_release(&a);
    return result;
}

struct new_password {
    int64_t account;
    struct str hash, failures; /* of its login, from wherever */
    instant now;
    bool must_change;
};

static bool keep_password(struct db *db, void *argument) {
    struct new_password *p = argument;
    if (!db_int(db, 0, "select count(*) from account where id = ?", DB_INT(p->account))) return false;
    db_run(db, "delete from local_failure where what like ?", DB_TEXT(p->failures)); /* whoever gets a new one need not wait */
    return db_run(db, "insert or replace into local_password (account, hash, changed_at, must_change) values (?, ?, ?, ?)",
                  DB_INT(p->account), DB_TEXT(p->hash), DB_INT(p->now), DB_INT(p->must_change));
}

bool password_set(struct engine *e, int64_t account, struct str password, bool must_change) {
    if (utf8_count(password) < PASSWORD_LEAST || password.n > 1000) return false;
    struct arena a;
    arena_init(&a, 1 << 20);
    uint8_t salt[16];
    env_random(salt, sizeof salt);
    struct password_cost cost = store_test_keys(e->store) ? password_test_cost : password_default_cost;
    struct db *db = store_read_begin(e->store);
    struct str login = db_text(db, &a, "select login from account where id = ?", DB_INT(account));
    store_read_end(e->store, db, NULL);
    struct str failures = arena_printf(&a, "login:%.*s%%", STR_ARGS(token_hash(&a, login)));
    struct new_password p = {account, password_hash(&a, nfc(&a, password), salt, cost), failures, env_now(), must_change};
    bool kept = engine_run_local(e, keep_password, &p);
    arena_release(&a);
    return kept;
}

bool password_must_change(struct db *db, int64_t account) {
    return db_int(db, 0, "select must_change from local_password where account = ?", DB_INT(account)) != 0;
}

/* ---- sessions */

struct new_session {
    struct str hash, phone, agent;
    int64_t account, case_id;
    instant now;
};

static bool keep_session(struct db *db, void *argument) {
    struct new_session *s = argument;
    db_run(db, "delete from local_session where seen_at < ?", DB_INT(s->now - (int64_t)SESSION_HOURS * 3600 * MICROS_A_SECOND));
    return db_run(db,
                  "insert into local_session (hash, account, phone, case_id, created_at, seen_at, agent)"
                  " values (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
                  DB_TEXT(s->hash), DB_INT_OR_NULL(s->account, 0), DB_TEXT_OR_NULL(s->phone.n ? s->phone : STR_NONE),
                  DB_INT_OR_NULL(s->case_id, 0), DB_INT(s->now), DB_TEXT(s->agent));
}

struct str session_begin(struct engine *e, struct arena *a, int64_t account, struct str phone, int64_t case_id, struct str agent) {
    struct str token = token_make(a);
    struct new_session s = {token_hash(a, token), phone, str_sub(agent, 0, 120), account, case_id, env_now()};
    if (!utf8_valid(s.agent)) s.agent = STR("");
    return engine_run_local(e, keep_session, &s) ? token : STR_NONE;
}

struct touch {
    struct str hash;
    instant now;
};

static bool touch_session(struct db *db, void *argument) {
    struct touch *t = argument;
    return db_run(db, "update local_session set seen_at = ? where hash = ?", DB_INT(t->now), DB_TEXT(t->hash));
}

bool session_find(struct engine *e, struct db *db, struct arena *a, struct str token, struct viewer *out) {
    if (token.n < 20 || token.n > 100) return false;
    struct str hash = token_hash(a, token);
    struct query q = db_query(db, "select coalesce(account, 0), phone, coalesce(case_id, 0), seen_at from local_session where hash = ?", DB_TEXT(hash));
    if (!query_next(&q)) return false;
    instant now = env_now(), seen = query_int(&q, 3);
    out->account = query_int(&q, 0);
    out->phone = arena_str(a, query_text(&q, 1));
    out->resident_case = query_int(&q, 2);
    query_done(&q);
    if (seen < now - (int64_t)SESSION_HOURS * 3600 * MICROS_A_SECOND) return false;
    out->now = now;
    out->may = account_may(db, out->account, now);
    if (out->account && !(out->may & MAY_ACCOUNT)) return false; /* closed meanwhile */
    out->must_change = out->account && password_must_change(db, out->account);
    if (seen < now - 300LL * MICROS_A_SECOND) { /* written every five minutes, not at every page */
        struct touch t = {hash, now};
        engine_run_local(e, touch_session, &t);
    }
    return true;
}

struct ending {
    struct str hash;
    int64_t account;
    bool others; /* than `hash` */
};

static bool end_session(struct db *db, void *argument) {
    struct ending *x = argument;
    if (x->others) return db_run(db, "delete from local_session where account = ? and hash <> ?", DB_INT(x->account), DB_TEXT(x->hash));
    if (x->hash.n && x->account) return db_run(db, "delete from local_session where hash = ? and account = ?", DB_TEXT(x->hash), DB_INT(x->account));
    if (x->hash.n) return db_run(db, "delete from local_session where hash = ?", DB_TEXT(x->hash));
    return db_run(db, "delete from local_session where account = ?", DB_INT(x->account));
}

static bool end_by_token(struct engine *e, int64_t account, struct str token, bool others) {
    struct arena a;
    arena_init(&a, 1 << 16);
    struct ending x = {token_hash(&a, token), account, others};
    bool ended = engine_run_local(e, end_session, &x);
    arena_release(&a);
    return ended;
}

bool session_end(struct engine *e, struct str token) {
    return end_by_token(e, 0, token, false);
}

bool session_end_others(struct engine *e, int64_t account, struct str token) {
    return end_by_token(e, account, token, true);
}

bool session_end_by_hash(struct engine *e, int64_t account, struct str hash) {
    struct ending x = {hash, account, false};
    return engine_run_local(e, end_session, &x);
}

bool session_end_all(struct engine *e, int64_t account) {
    struct ending x = {STR_NONE, account, false};
    return engine_run_local(e, end_session, &x);
}

size_t session_list(struct db *db, struct arena *a, int64_t account, struct session_row **out) {
    size_t count = 0, capacity = 0;
    *out = NULL;
    struct query q = db_query(db, "select hash, agent, created_at, seen_at from local_session where account = ? order by seen_at desc", DB_INT(account));
    while (query_next(&q)) {
        struct session_row row = {arena_str(a, query_text(&q, 0)), arena_str(a, query_text(&q, 1)), query_int(&q, 2), query_int(&q, 3)};
        VEC_PUSH(a, *out, count, capacity, row);
    }
    return count;
}

/* ---- one-time codes */

struct new_code {
    struct engine *e;
    struct str phone, key, hash, text;
    instant now;
    bool known;
};

/* The number itself stands in no row of codes: a stranger may type anybody's. */
static struct str code_key(struct store *s, struct arena *a, struct str phone) {
    const struct str pieces[] = {STR("code for "), phone};
    struct hash h = hmac_sha256(seal_link_key(s), pieces, 2);
    return hex_encode(a, HASH_STR(h));
}

/* Counted from the first of a day on; in the table of failures, which lapse too. */
static bool too_many_codes(struct db *db, const struct new_code *c) {
    db_run(db,
           "insert into local_failure (what, count, last_at) values ('codes:' || ?1, 1, ?2) on conflict (what) do update set"
           " count = case when last_at < ?2 - ?3 then 1 else count + 1 end, last_at = case when last_at < ?2 - ?3 then ?2 else last_at end",
           DB_TEXT(c->key), DB_INT(c->now), DB_INT(MICROS_A_DAY));
    return db_int(db, 0, "select count from local_failure where what = 'codes:' || ?", DB_TEXT(c->key)) > CODES_A_DAY;
}

static bool keep_code(struct db *db, void *argument) {
    struct new_code *c = argument;
    if (db_int(db, 0, "select count(*) from local_code where phone = ? and made_at > ?", DB_TEXT(c->key), DB_INT(c->now - 60LL * MICROS_A_SECOND)))
        return false;
    if (too_many_codes(db, c)) return false;
    db_run(db, "insert or replace into local_code (phone, hash, made_at, tries) values (?, ?, ?, 0)", DB_TEXT(c->key), DB_TEXT(c->hash), DB_INT(c->now));
    if (!db_int(db, 0, "select count(*) from cases c join party p on p.id = c.applicant where p.phone = ?", DB_TEXT(c->phone))) return true;
    return db_run(db, "insert into local_message (channel, recipient, body, at, state) values ('webhook', ?, ?, ?, 'waiting')", DB_TEXT(c->phone),
                  DB_TEXT(c->text), DB_INT(c->now));
}

/* The number goes into the hash, so that a code is good for it alone. */
static struct str code_hash(struct arena *a, struct str phone, struct str code) {
    return token_hash(a, arena_printf(a, "%.*s:%.*s", STR_ARGS(phone), STR_ARGS(code)));
}

bool code_send(struct engine *e, struct str phone) {
    struct arena a;
    arena_init(&a, 1 << 16);
    uint32_t luck;
    do env_random(&luck, sizeof luck);
    while (luck >= 4294000000u); /* 4,294 times a million: no digit is likelier than another */
    struct str code = arena_printf(&a, "%06u", luck % 1000000u);
    struct new_code c = {.e = e, .phone = phone, .key = code_key(e->store, &a, phone), .hash = code_hash(&a, phone, code), .now = env_now()};
    c.text = text_say(&a, LANGUAGE_ZH, T("Your code is {0}. It is good for ten minutes. Tell it to nobody."), code);
    bool kept = engine_run_local(e, keep_code, &c);
    arena_release(&a);
    return kept;
}

struct code_try {
    struct str key, hash;
    instant now;
    bool good;
};

static bool try_code(struct db *db, void *argument) {
    struct code_try *t = argument;
    t->good = db_int(db, 0, "select count(*) from local_code where phone = ? and hash = ? and tries < ? and made_at > ?", DB_TEXT(t->key),
                     DB_TEXT(t->hash), DB_INT(CODE_TRIES), DB_INT(t->now - (int64_t)CODE_MINUTES * 60 * MICROS_A_SECOND)) > 0;
    if (t->good) return db_run(db, "delete from local_code where phone = ?", DB_TEXT(t->key));
    return db_run(db, "update local_code set tries = tries + 1 where phone = ?", DB_TEXT(t->key));
}

bool code_check(struct engine *e, struct str phone, struct str code) {
    struct arena a;
    arena_init(&a, 1 << 16);
    struct code_try t = {code_key(e->store, &a, phone), code_hash(&a, phone, code), env_now(), false};
    engine_run_local(e, try_code, &t);
    arena_release(&a);
    return t.good;
}

void session_forget(struct store *s, struct str phone) {
    struct db *db = store_writer(s);
    struct arena a;
    arena_init(&a, 1 << 16);
    db_run(db, "delete from local_session where phone = ?", DB_TEXT(phone));
    db_run(db, "delete from local_message where recipient = ?", DB_TEXT(phone));
    db_run(db, "delete from local_code where phone = ?", DB_TEXT(code_key(s, &a, phone)));
    arena_release(&a);
}

/* ---- links */

struct secret case_secret(struct engine *e, struct db *db, int64_t case_id) {
    int64_t generation = db_int(db, 1, "select generation from cases where id = ?", DB_INT(case_id));
    return secret_for_case(seal_link_key(e->store), case_id, generation);
}

int64_t case_of_secret(struct engine *e, struct db *db, struct str reference, struct str secret) {
    int64_t id = viewer_find_reference(db, reference);
    if (!id || !secret_plausible(secret)) return 0;
    struct secret right = case_secret(e, db, id);
    return crypto_equal(secret, str_from(right.text)) ? id : 0;
}
