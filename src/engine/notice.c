/* notice.c: telling people: the inbox, and what leaves the house through the outbox.
 *
 * A notice is a row; when its receiver has a mail address, or a webhook is set up, an outbox row goes with it in the
 * same transaction. The sender (outbox.h) drains the outbox and brings each result back as a command. */
#include "engine/cases.h"

#include "engine/commands.h"

static struct str sentence_json(struct decision *d, const struct str *pieces, size_t count) {
    struct json *list = json_new_array(d->arena);
    struct buf out;
    for (size_t i = 0; i < count; i++) json_add_string(d->arena, list, "", pieces[i]);
    buf_init(&out, d->arena, 1 << 16);
    json_write(&out, list);
    return buf_str(&out);
}

static void add_or_null(struct decision *d, struct json *e, const char *name, int64_t v) {
    if (v) json_add_integer(d->arena, e, name, v);
    else json_add_string(d->arena, e, name, STR_NONE);
}

static void queue_out(struct decision *d, int64_t case_id, const char *channel, const char *kind, struct str of, struct str to, struct str body) {
    struct json *e = event_new(d, "outbox.queued", of);
    json_add_integer(d->arena, e, "id", next_id(d, "outbox"));
    add_or_null(d, e, "case_id", case_id);
    json_add_string(d->arena, e, "channel", str_from(channel));
    json_add_string(d->arena, e, "kind", str_from(kind));
    json_add_string(d->arena, e, "recipient", to);
    json_add_string(d->arena, e, "body", body);
    json_add_integer(d->arena, e, "at", d->now);
    json_add_string(d->arena, e, "state", STR("waiting"));
    json_add_string(d->arena, e, "answer", STR(""));
    event_emit(d, e);
}

static void emit_notice(struct decision *d, int64_t case_id, int64_t account, bool resident, const char *kind, const struct str *sentence, size_t count) {
    struct json *e = event_new(d, "notice.sent", STR_NONE);
    json_add_integer(d->arena, e, "id", next_id(d, "notice"));
    add_or_null(d, e, "case_id", case_id);
    add_or_null(d, e, "account", account);
    json_add_integer(d->arena, e, "resident", resident);
    json_add_string(d->arena, e, "kind", str_from(kind));
    json_add_string(d->arena, e, "sentence", sentence_json(d, sentence, count));
    json_add_integer(d->arena, e, "at", d->now);
    event_emit(d, e);
}

/* Sentences carry no personal data: a reference, a step's name, a day. */
void notice_resident(struct decision *d, struct case_row *c, const char *kind, const struct str *sentence, size_t count) {
    emit_notice(d, c->id, 0, true, kind, sentence, count);
    if (!c->applicant) return;
    struct str phone = db_text(store_writer(d->store), d->arena, "select phone from party where id = ?", DB_INT(c->applicant));
    if (phone.n) queue_out(d, c->id, "webhook", kind, c->of, phone, text_format(d->arena, LANGUAGE_ZH, sentence, count));
}

/* Where residents may join a case ("me too", case: joins:) whoever's case was merged into this one hears what comes of it, each
 * under the number of their own: sentence[1]. In other services the words may be for one person's eyes. */
void notice_joined(struct decision *d, const struct case_row *c, const char *kind, const struct str *sentence, size_t count) {
    if (!c->of_service->means.joins.n || count < 2 || count > 3) return;
    struct query q = db_query(store_writer(d->store), "select id from cases where merged_into = ? and state = 'merged' order by id limit 1000", DB_INT(c->id));
    while (query_next(&q)) {
        struct case_row joined;
        if (!case_load_any(d, query_int(&q, 0), &joined)) continue;
        struct str own[3] = {sentence[0], joined.reference, count > 2 ? sentence[2] : STR("")};
        notice_resident(d, &joined, kind, own, count);
        notice_joined(d, &joined, kind, sentence, count);
    }
    query_done(&q);
}

void notice_account(struct decision *d, int64_t case_id, int64_t account, const char *kind, const struct str *sentence, size_t count) {
    emit_notice(d, case_id, account, false, kind, sentence, count);
    struct db *db = store_writer(d->store);
    int64_t party = db_int(db, 0, "select party from account where id = ?", DB_INT(account));
    struct str mail = db_text(db, d->arena, "select mail from party where id = ?", DB_INT(party));
    struct str of = arena_printf(d->arena, "party:%lld", (long long)party);
    if (mail.n) queue_out(d, case_id, "mail", kind, of, mail, text_format(d->arena, LANGUAGE_ZH, sentence, count));
}

void notice_party(struct decision *d, int64_t party, const char *kind, const struct str *sentence, size_t count) {
    struct db *db = store_writer(d->store);
    struct str of = arena_printf(d->arena, "party:%lld", (long long)party), text = text_format(d->arena, LANGUAGE_ZH, sentence, count);
    struct str mail = db_text(db, d->arena, "select mail from party where id = ?", DB_INT(party));
    struct str phone = db_text(db, d->arena, "select phone from party where id = ?", DB_INT(party));
    if (mail.n) queue_out(d, 0, "mail", kind, of, mail, text);
    else if (phone.n) queue_out(d, 0, "webhook", kind, of, phone, text);
}

bool decide_notice_read(struct decision *d) {
    int64_t id = command_integer(d->command, "notice");
    if (!db_int(store_writer(d->store), 0, "select count(*) from notice where id = ? and account = ?", DB_INT(id), DB_INT(d->command->actor.account)))
        return refuse(d, 404, "notice.unknown", T("There is no such notice."));
    struct json *e = event_new(d, "notice.read", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "read_at", d->now);
    event_emit(d, e);
    return true;
}

bool decide_outbox_result(struct decision *d) {
    int64_t id = command_integer(d->command, "message");
    struct str state = command_text(d->command, "state");
    if (!str_eqz(state, "sent") && !str_eqz(state, "failed")) return refuse(d, 422, "outbox.state", T("A message is sent or failed."));
    if (!db_int(store_writer(d->store), 0, "select count(*) from outbox where id = ? and state = 'waiting'", DB_INT(id)))
        return refuse(d, 409, "outbox.done", T("This message has its result already."));
    struct json *e = event_new(d, "outbox.done", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_string(d->arena, e, "state", state);
    json_add_integer(d->arena, e, "done_at", d->now);
    json_add_string(d->arena, e, "answer", command_text(d->command, "answer"));
    event_emit(d, e);
    return true;
}
