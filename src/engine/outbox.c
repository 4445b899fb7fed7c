/* outbox.c: see outbox.h. */
#include "engine/outbox.h"

#include "base/crypto.h"
#include "engine/engine_internal.h"
#include "engine/session.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

struct outbox {
    struct engine *engine;
    struct outbox_options options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
};

struct message {
    int64_t id;
    bool local; /* of local_message */
    struct str channel, kind, recipient, body;
    instant at;
    int64_t tries; /* so far */
};

enum { RESULT_AGAIN_SECONDS = 5, OUTBOX_WAIT_HOURS = 8 };

/* ---- which addresses */

static bool private_v4(uint32_t ip) {
    static const struct {
        uint32_t net;
        int bits;
    } nets[] = {{0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},  {0xA9FE0000, 16}, {0xAC100000, 12},
                {0xC0000000, 24}, {0xC0000200, 24}, {0xC0A80000, 16}, {0xC6120000, 15}, {0xE0000000, 3}};
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
        if ((ip ^ nets[i].net) >> (32 - nets[i].bits) == 0) return true;
    return false;
}

static bool private_v6(const unsigned char *b) {
    static const unsigned char zero[16], mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, nat64[12] = {0, 0x64, 0xFF, 0x9B};
    uint32_t last = (uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 | b[15];
    if (memcmp(b, zero, 15) == 0) return true; /* :: and ::1 */
    if (memcmp(b, mapped, 12) == 0 || memcmp(b, nat64, 12) == 0) return private_v4(last);
    return (b[0] & 0xFE) == 0xFC || (b[0] == 0xFE && (b[1] & 0xC0) == 0x80) || b[0] == 0xFF;
}

bool outbox_is_private(const char *address) {
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, address, &v4) == 1) return private_v4(ntohl(v4.s_addr));
    if (inet_pton(AF_INET6, address, &v6) == 1) return private_v6(v6.s6_addr);
    return true;
}

/* Asked after the name was resolved, for the very address that is connected to. */
static curl_socket_t open_socket(void *client, curlsocktype purpose, struct curl_sockaddr *to) {
    const struct outbox *o = client;
    char text[INET6_ADDRSTRLEN] = "";
    (void)purpose;
    if (to->family == AF_INET) inet_ntop(AF_INET, &((struct sockaddr_in *)&to->addr)->sin_addr, text, sizeof text);
    else if (to->family == AF_INET6) inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&to->addr)->sin6_addr, text, sizeof text);
    if (!o->options.allow_private && outbox_is_private(text)) return CURL_SOCKET_BAD;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* ---- one message */

static size_t swallow(char *data, size_t size, size_t count, void *got) {
    (void)data;
    size_t *total = got;
    *total += size * count;
    return *total > 65536 ? 0 : size * count; /* an answer longer than this is cut off as an error */
}

static void common_options(const struct outbox *o, CURL *curl, size_t *got) {
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 10L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, o->options.allow_private ? "http,https,smtp,smtps" : "https,smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, (void *)o);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, got);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY); /* smtp:// asks for STARTTLS */
    if (o->options.ca_file) curl_easy_setopt(curl, CURLOPT_CAINFO, o->options.ca_file);
}

static bool send_webhook(const struct outbox *o, struct arena *a, CURL *curl, const struct message *m) {
    struct buf body;
    struct json_out j;
    buf_init(&body, a, 1 << 20);
    json_begin(&j, &body);
    json_object_open(&j);
    json_member_string(&j, "kind", m->kind);
    json_member_string(&j, "text", m->body);
    json_member_string(&j, "to", m->recipient);
    json_object_close(&j);
    struct str key = arena_printf(a, "Idempotency-Key: %s-%lld", m->local ? "local" : "outbox", (long long)m->id);
    struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, "Content-Type: application/json"), key.p);
    curl_easy_setopt(curl, CURLOPT_URL, o->options.webhook);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.p);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body.n);
    long status = 0;
    bool good = curl_easy_perform(curl) == CURLE_OK;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    return good && status >= 200 && status < 300;
}

struct upload {
    struct str text;
    size_t at;
};

static size_t read_mail(char *to, size_t size, size_t count, void *from) {
    struct upload *u = from;
    size_t n = u->text.n - u->at;
    if (n > size * count) n = size * count;
    memcpy(to, u->text.p + u->at, n);
    u->at += n;
    return n;
}

/* No header may be smuggled in through an address. */
static bool plain_address(struct str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '<' || s.p[i] == '>' || s.p[i] == 127) return false;
    return s.n > 2 && str_find_byte(s, '@') > 0;
}

static bool send_mail(const struct outbox *o, struct arena *a, CURL *curl, const struct message *m) {
    if (!plain_address(m->recipient)) return false;
    struct buf text;
    buf_init(&text, a, 1 << 20);
    buf_printf(&text, "From: <%s>\r\nTo: <%.*s>\r\nSubject: =?UTF-8?B?6aKG5Yqe?=\r\nMIME-Version: 1.0\r\n", o->options.mail_from, STR_ARGS(m->recipient));
    buf_printf(&text, "Message-ID: <outbox-%lld@lingban>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", (long long)m->id);
    struct str coded = base64_encode(a, m->body);
    for (size_t i = 0; i < coded.n; i += 76) {
        buf_add(&text, str_sub(coded, i, i + 76));
        buf_addz(&text, "\r\n");
    }
    struct upload upload = {buf_str(&text), 0};
    struct curl_slist *to = curl_slist_append(NULL, arena_cstr(a, m->recipient));
    curl_easy_setopt(curl, CURLOPT_URL, o->options.smtp);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, o->options.mail_from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_mail);
    curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    bool good = curl_easy_perform(curl) == CURLE_OK;
    curl_slist_free_all(to);
    return good;
}

static bool send_one(const struct outbox *o, struct arena *a, const struct message *m) {
    bool mail = str_eqz(m->channel, "mail");
    if (o->options.demo) return true;
    if (mail ? !o->options.smtp || !o->options.mail_from : !o->options.webhook) return false;
    if (!m->recipient.n) return false; /* erased meanwhile */
    CURL *curl = curl_easy_init();
    size_t got = 0;
    if (!curl) return false;
    common_options(o, curl, &got);
    bool good = mail ? send_mail(o, a, curl, m) : send_webhook(o, a, curl, m);
    curl_easy_cleanup(curl);
    return good;
}

/* ---- results */

struct attempt {
    int64_t id;
    bool local, good, last;
    instant now;
    int64_t tries;
};

static instant wait_after(int64_t tries) {
    instant wait = (60LL << (tries < 16 ? tries : 16)) * MICROS_A_SECOND, most = OUTBOX_WAIT_HOURS * 3600LL * MICROS_A_SECOND;
    return wait < most ? wait : most;
}

/* Local messages share the table of attempts under negative numbers. */
static bool note_attempt(struct db *db, void *argument) {
    struct attempt *t = argument;
    int64_t key = t->local ? -t->id : t->id;
    if (t->local && (t->good || t->last))
        return db_run(db, "update local_message set state = ?, body = '' where id = ?", DB_TEXT(t->good ? STR("sent") : STR("failed")), DB_INT(t->id));
    if (t->good || t->last) return db_run(db, "delete from local_outbox_attempt where message = ?", DB_INT(key));
    return db_run(db, "insert or replace into local_outbox_attempt (message, tries, next_at) values (?, ?, ?)", DB_INT(key), DB_INT(t->tries + 1),
                  DB_INT(t->now + wait_after(t->tries)));
}

/* A code that would come after it has ended is not sent again. */
static bool was_last(const struct message *m, instant now) {
    return m->tries + 1 >= OUTBOX_TRIES || (m->local && now + wait_after(m->tries) > m->at + CODE_MINUTES * 60LL * MICROS_A_SECOND);
}

/* False: the result could not be written. */
static bool report(struct outbox *o, struct arena *a, const struct message *m, bool good) {
    instant now = engine_now(o->engine);
    struct attempt t = {m->id, m->local, good, was_last(m, now), now, m->tries};
    if (!m->local && (good || t.last)) {
        struct command *c = command_new(a, "outbox.result", (struct actor){.system = true}, "outbox");
        json_add_integer(a, c->arguments, "message", m->id);
        json_add_string(a, c->arguments, "state", good ? STR("sent") : STR("failed"));
        struct answer answer = engine_run(o->engine, a, c);
        if (!answer.done && answer.refusal.status >= 500) return false;
    }
    /* In demo mode a code stays readable on the demo page. */
    if (m->local && o->options.demo) return true;
    return engine_run_local(o->engine, note_attempt, &t);
}

/* Waits at most so long; false when the house is closing. */
static bool rest(struct outbox *o, int seconds) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&o->lock);
    while (!o->stopping && pthread_cond_timedwait(&o->wake, &o->lock, &until) == 0) {}
    bool go_on = !o->stopping;
    pthread_mutex_unlock(&o->lock);
    return go_on;
}

/* A code is waited for by somebody at a telephone: it goes before all that waits longer. */
static bool next_message(struct db *db, struct arena *a, instant now, bool demo, struct message *out) {
    struct query q = db_query(db,
                              "select * from (select m.id, 1 as local, m.channel, 'code' as kind, m.recipient, m.body, coalesce(t.tries, 0), m.at from local_message m"
                              " left join local_outbox_attempt t on t.message = -m.id where m.state = 'waiting' and coalesce(t.next_at, 0) <= ?1 and not ?2 order by m.id limit 1)"
                              " union all select * from (select o.id, 0, o.channel, o.kind, o.recipient, o.body, coalesce(t.tries, 0), o.at from outbox o"
                              " left join local_outbox_attempt t on t.message = o.id where o.state = 'waiting' and coalesce(t.next_at, 0) <= ?1 order by o.id limit 1)"
                              " order by local desc limit 1",
                              DB_INT(now), DB_INT(demo));
    if (!query_next(&q)) return false;
    *out = (struct message){.id = query_int(&q, 0), .local = query_int(&q, 1) != 0, .channel = arena_str(a, query_text(&q, 2)), .kind = arena_str(a, query_text(&q, 3))};
    out->recipient = arena_str(a, query_text(&q, 4));
    out->body = arena_str(a, query_text(&q, 5));
    out->tries = query_int(&q, 6);
    out->at = query_int(&q, 7);
    query_done(&q);
    return true;
}

/* False when there is nothing to send. A result that cannot be written (a full disk) is kept until it can: else the
 * message would be found waiting, and go out again and again meanwhile. */
static bool send_next(struct outbox *o) {
    struct arena a;
    struct faults none;
    struct message m;
    arena_init(&a, 16 << 20);
    faults_init(&none, &a);
    struct db *db = store_read_begin(o->engine->store);
    bool found = next_message(db, &a, engine_now(o->engine), o->options.demo, &m);
    found = store_read_end(o->engine->store, db, &none) && found;
    if (found) {
        bool good = send_one(o, &a, &m);
        struct arena_mark mark = arena_mark(&a);
        while (!report(o, &a, &m, good) && rest(o, RESULT_AGAIN_SECONDS)) arena_rewind(&a, mark);
    }
    arena_release(&a);
    return found;
}

static bool stopping(struct outbox *o) {
    pthread_mutex_lock(&o->lock);
    bool yes = o->stopping;
    pthread_mutex_unlock(&o->lock);
    return yes;
}

static void *work(void *argument) {
    struct outbox *o = argument;
    while (!stopping(o))
        if (!send_next(o)) rest(o, 1);
    return NULL;
}

struct outbox *outbox_start(struct engine *e, const struct outbox_options *options) {
    struct outbox *o = calloc(1, sizeof *o);
    if (!o) return NULL;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    o->engine = e;
    o->options = *options;
    pthread_mutex_init(&o->lock, NULL);
    pthread_cond_init(&o->wake, NULL);
    if (pthread_create(&o->thread, NULL, work, o) == 0) return o;
    free(o);
    return NULL;
}

void outbox_stop(struct outbox *o) {
    if (!o) return;
    pthread_mutex_lock(&o->lock);
    o->stopping = true;
    pthread_cond_signal(&o->wake);
    pthread_mutex_unlock(&o->lock);
    pthread_join(o->thread, NULL);
    pthread_mutex_destroy(&o->lock);
    pthread_cond_destroy(&o->wake);
    free(o);
}
