/* actors.c: the commands about organisations, parties, accounts and roles. Rights are dated: they hold as of the act. */
#include "engine/attachment.h"
#include "engine/cases.h"
#include "engine/commands.h"
#include "engine/household.h"
#include "engine/engine_internal.h"
#include "engine/session.h"

static void add_or_null(struct decision *d, struct json *e, const char *name, int64_t v) {
    if (v) json_add_integer(d->arena, e, name, v);
    else json_add_string(d->arena, e, name, STR_NONE);
}

static bool known(struct decision *d, const char *what, int64_t id) {
    struct db *db = store_writer(d->store);
    int64_t found = 0;
    if (str_eqz(str_from(what), "organisation")) found = db_int(db, 0, "select count(*) from organisation where id = ? and closed_at is null", DB_INT(id));
    else if (str_eqz(str_from(what), "account")) found = db_int(db, 0, "select count(*) from account where id = ? and closed_at is null", DB_INT(id));
    else if (str_eqz(str_from(what), "party")) found = db_int(db, 0, "select count(*) from party where id = ?", DB_INT(id));
    return found > 0;
}

static bool no_organisation(struct decision *d) {
    return refuse(d, 422, "organisation.unknown", T("There is no such organisation, or it is closed."));
}

/* ---- organisations */

static void place(struct decision *d, int64_t child, int64_t parent) {
    struct json *e = event_new(d, "organisation.placed", STR_NONE);
    json_add_integer(d->arena, e, "id", next_id(d, "organisation_edge"));
    json_add_integer(d->arena, e, "child", child);
    json_add_integer(d->arena, e, "parent", parent);
    json_add_integer(d->arena, e, "from_at", d->now);
    event_emit(d, e);
}

bool decide_organisation_add(struct decision *d) {
    int64_t parent = command_integer(d->command, "parent"), id = next_id(d, "organisation");
    if (parent && !known(d, "organisation", parent)) return no_organisation(d);
    struct json *e = event_new(d, "organisation.added", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_string(d->arena, e, "kind", command_text(d->command, "kind"));
    json_add_string(d->arena, e, "name", str_trim(command_text(d->command, "name")));
    json_add_string(d->arena, e, "name_en", command_text(d->command, "name_en"));
    json_add_string(d->arena, e, "division", command_text(d->command, "division"));
    json_add_integer(d->arena, e, "created_at", d->now);
    event_emit(d, e);
    if (parent) place(d, id, parent);
    json_add_integer(d->arena, d->result, "organisation", id);
    return true;
}

bool decide_organisation_change(struct decision *d) {
    int64_t id = command_integer(d->command, "organisation");
    if (!known(d, "organisation", id)) return no_organisation(d);
    struct json *e = event_new(d, "organisation.changed", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_string(d->arena, e, "name", str_trim(command_text(d->command, "name")));
    json_add_string(d->arena, e, "name_en", command_text(d->command, "name_en"));
    json_add_string(d->arena, e, "division", command_text(d->command, "division"));
    event_emit(d, e);
    return true;
}

bool decide_organisation_move(struct decision *d) {
    int64_t id = command_integer(d->command, "organisation"), parent = command_integer(d->command, "parent");
    struct db *db = store_writer(d->store);
    if (!known(d, "organisation", id) || !known(d, "organisation", parent)) return no_organisation(d);
    if (organisation_covers(db, id, parent, d->now))
        return refuse(d, 422, "organisation.circle", T("An organisation cannot stand below itself."));
    int64_t edge = db_int(db, 0, "select id from organisation_edge where child = ? and to_at is null", DB_INT(id));
    if (edge) {
        struct json *e = event_new(d, "organisation.moved-away", STR_NONE);
        json_add_integer(d->arena, e, "id", edge);
        json_add_integer(d->arena, e, "to_at", d->now);
        event_emit(d, e);
    }
    place(d, id, parent);
    return true;
}

bool decide_organisation_close(struct decision *d) {
    int64_t id = command_integer(d->command, "organisation");
    if (!known(d, "organisation", id)) return no_organisation(d);
    struct json *e = event_new(d, "organisation.closed", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "closed_at", d->now);
    event_emit(d, e);
    return true;
}

bool decide_partnership_begin(struct decision *d) {
    int64_t unit = command_integer(d->command, "unit"), community = command_integer(d->command, "community");
    if (!known(d, "organisation", unit) || !known(d, "organisation", community)) return no_organisation(d);
    if (unit == community) return refuse(d, 422, "partnership.self", T("An organisation cannot be its own partner."));
    if (db_int(store_writer(d->store), 0, "select count(*) from partnership where unit = ? and community = ? and to_at is null", DB_INT(unit), DB_INT(community)))
        return refuse(d, 409, "partnership.exists", T("They are partners already."));
    struct json *e = event_new(d, "partnership.begun", STR_NONE);
    int64_t id = next_id(d, "partnership");
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "unit", unit);
    json_add_integer(d->arena, e, "community", community);
    json_add_integer(d->arena, e, "from_at", d->now);
    event_emit(d, e);
    json_add_integer(d->arena, d->result, "partnership", id);
    return true;
}

bool decide_partnership_end(struct decision *d) {
    int64_t id = command_integer(d->command, "partnership");
    if (!db_int(store_writer(d->store), 0, "select count(*) from partnership where id = ? and to_at is null", DB_INT(id)))
        return refuse(d, 404, "partnership.unknown", T("There is no such partnership, or it has ended."));
    struct json *e = event_new(d, "partnership.ended", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "to_at", d->now);
    event_emit(d, e);
    return true;
}

/* ---- parties */

static struct str party_of(struct decision *d, int64_t id) {
    return arena_printf(d->arena, "party:%lld", (long long)id);
}

static void add_party_fields(struct decision *d, struct json *e) {
    static const char *const names[] = {"name", "phone", "mail", "address", "note"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str v = str_trim(command_text(d->command, names[i]));
        if (i == 1) v = fold_full_width(d->arena, v);
        json_add_string(d->arena, e, names[i], v.n ? v : STR_NONE);
    }
    add_or_null(d, e, "organisation", command_integer(d->command, "organisation"));
}

static int64_t party_add(struct decision *d, struct str kind) {
    int64_t id = next_id(d, "party");
    d->subject = party_of(d, id);
    struct json *e = event_new(d, "party.added", d->subject);
    json_add_integer(d->arena, e, "id", id);
    json_add_string(d->arena, e, "kind", kind);
    add_party_fields(d, e);
    json_add_integer(d->arena, e, "created_at", d->now);
    event_emit(d, e);
    return id;
}

/* Parties are kept by the offices of the community they belong to. */
static bool keeps(struct decision *d, int64_t party) {
    if (d->command->actor.system || party_kept_by(store_writer(d->store), d->command->actor.account, party, d->now)) return true;
    return refuse(d, 404, "party.unknown", T("There is no such person or household."));
}

bool decide_party_add(struct decision *d) {
    struct str kind = command_text(d->command, "kind");
    int64_t household = command_integer(d->command, "household");
    if (!str_eqz(kind, "person") && !str_eqz(kind, "household"))
        return refuse(d, 422, "party.kind", T("A party is a person or a household."));
    if (household && !known(d, "party", household)) return refuse(d, 422, "party.unknown", T("There is no such person or household."));
    if (household && !keeps(d, household)) return false;
    struct str relation = command_text(d->command, "relation");
    int64_t id = party_add(d, kind);
    if (household) {
        struct json *e = event_new(d, "member.joined", STR_NONE);
        json_add_integer(d->arena, e, "id", next_id(d, "member"));
        json_add_integer(d->arena, e, "household", household);
        json_add_integer(d->arena, e, "person", id);
        json_add_string(d->arena, e, "relation", relation.n ? relation : STR("other"));
        json_add_integer(d->arena, e, "from_at", d->now);
        event_emit(d, e);
    }
    json_add_integer(d->arena, d->result, "party", id);
    return true;
}

bool decide_party_change(struct decision *d) {
    int64_t id = command_integer(d->command, "party");
    if (!known(d, "party", id)) return refuse(d, 404, "party.unknown", T("There is no such person or household."));
    if (!keeps(d, id)) return false;
    d->subject = party_of(d, id);
    struct json *e = event_new(d, "party.changed", d->subject);
    json_add_integer(d->arena, e, "id", id);
    add_party_fields(d, e);
    event_emit(d, e);
    return true;
}

bool decide_member_leave(struct decision *d) {
    int64_t id = command_integer(d->command, "member");
    int64_t household = db_int(store_writer(d->store), 0, "select household from member where id = ? and to_at is null", DB_INT(id));
    if (!household) return refuse(d, 404, "member.unknown", T("There is no such member, or they have left already."));
    if (!keeps(d, household)) return false;
    struct json *e = event_new(d, "member.left", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "to_at", d->now);
    event_emit(d, e);
    return true;
}

void case_erase(struct decision *d, int64_t id) {
    static const char *const kinds[] = {"answer.erased", "amendment.erased", "history.erased", "outbox.erased"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct json *e = event_new(d, kinds[i], STR_NONE);
        json_add_integer(d->arena, e, "case_id", id);
        event_emit(d, e);
    }
    attachments_erase(d, id);
    if (!d->trial) seal_destroy(d->store, (struct seal_subject){SEAL_CASE, id});
}

/* The same cells are blanked here and stay blank on replay, whose keys are gone: before or after, the state is equal.
 * Cases of the party go with their answers, and what is known of it outside the journal; what remains are counts. */
int64_t party_erase(struct decision *d, int64_t id, bool with_cases) {
    struct db *db = store_writer(d->store);
    struct str phone = db_text(db, d->arena, "select phone from party where id = ?", DB_INT(id));
    d->subject = STR_NONE;
    struct json *e = event_new(d, "party.erased", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "erased_at", d->now);
    event_emit(d, e);
    int64_t cases = 0;
    struct query q = db_query(db, "select id from cases where ?2 and (applicant = ?1 or household = ?1) order by id", DB_INT(id), DB_INT(with_cases));
    for (; query_next(&q); cases++) case_erase(d, query_int(&q, 0));
    for (size_t i = 0; d->engine->rooms && d->engine->rooms[i]; i++)
        if (d->engine->rooms[i]->forget) d->engine->rooms[i]->forget(d, id);
    if (d->trial) return cases;
    if (phone.n) session_forget(d->store, phone);
    seal_destroy(d->store, (struct seal_subject){SEAL_PARTY, id});
    return cases;
}

/* A household of nobody else goes with its last person: its address is theirs. */
bool decide_party_erase(struct decision *d) {
    int64_t id = command_integer(d->command, "party");
    if (!known(d, "party", id)) return refuse(d, 404, "party.unknown", T("There is no such person or household."));
    int64_t cases = party_erase(d, id, true);
    int64_t *alone;
    size_t count = households_alone(store_writer(d->store), d->arena, id, &alone);
    for (size_t i = 0; i < count; i++) cases += party_erase(d, alone[i], true);
    json_add_integer(d->arena, d->result, "cases", cases);
    return true;
}

/* ---- accounts and roles */

bool account_login_good(struct str s) {
    if (s.n < 2 || s.n > 60) return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_')) return false;
    }
    return true;
}

bool decide_account_add(struct decision *d) {
    struct str login = command_text(d->command, "login"), language = command_text(d->command, "language");
    int64_t organisation = command_integer(d->command, "organisation");
    if (!account_login_good(login))
        return refuse(d, 422, "account.login", T("A login name has 2 to 60 small letters, digits, dots or dashes."));
    if (db_int(store_writer(d->store), 0, "select count(*) from account where login = ?", DB_TEXT(login)))
        return refuse(d, 409, "account.exists", T("There is already an account “{0}”."), login);
    if (organisation && !known(d, "organisation", organisation)) return no_organisation(d);
    int64_t party = party_add(d, STR("person")), id = next_id(d, "account");
    struct json *e = event_new(d, "account.added", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_string(d->arena, e, "login", login);
    json_add_integer(d->arena, e, "party", party);
    add_or_null(d, e, "organisation", organisation);
    json_add_string(d->arena, e, "language", language.n ? language : STR("zh"));
    json_add_integer(d->arena, e, "created_at", d->now);
    event_emit(d, e);
    json_add_integer(d->arena, d->result, "account", id);
    json_add_integer(d->arena, d->result, "party", party);
    return true;
}

bool decide_account_close(struct decision *d) {
    int64_t id = command_integer(d->command, "account");
    if (!known(d, "account", id)) return refuse(d, 404, "account.unknown", T("There is no such account."));
    if (id == d->command->actor.account) return refuse(d, 422, "account.self", T("You cannot close your own account."));
    struct json *e = event_new(d, "account.closed", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "closed_at", d->now);
    event_emit(d, e);
    return true;
}

bool decide_role_grant(struct decision *d) {
    int64_t account = command_integer(d->command, "account"), organisation = command_integer(d->command, "organisation");
    struct str role = command_text(d->command, "role");
    if (!known(d, "account", account)) return refuse(d, 422, "account.unknown", T("There is no such account."));
    if (organisation && !known(d, "organisation", organisation)) return no_organisation(d);
    if (!role_exists(d->engine->services, store_writer(d->store), d->arena, role)) return refuse(d, 422, "role.no-such", ROLE_UNKNOWN, role);
    int64_t id = next_id(d, "role_grant");
    struct json *e = event_new(d, "role.granted", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "account", account);
    json_add_string(d->arena, e, "role", role);
    json_add_string(d->arena, e, "service", command_text(d->command, "service"));
    add_or_null(d, e, "organisation", organisation);
    json_add_integer(d->arena, e, "from_at", d->now);
    event_emit(d, e);
    json_add_integer(d->arena, d->result, "grant", id);
    return true;
}

bool decide_role_end(struct decision *d) {
    int64_t id = command_integer(d->command, "grant");
    struct db *db = store_writer(d->store);
    struct query q = db_query(db, "select role, account from role_grant where id = ? and to_at is null", DB_INT(id));
    if (!query_next(&q)) return refuse(d, 404, "role.unknown", T("There is no such role, or it has ended."));
    bool admin = str_eqz(query_text(&q, 0), "admin");
    query_done(&q);
    if (admin && db_int(db, 0, "select count(*) from role_grant where role = 'admin' and to_at is null") < 2)
        return refuse(d, 422, "role.last-admin", T("This is the last administrator. Name another one first."));
    struct json *e = event_new(d, "role.ended", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "to_at", d->now);
    event_emit(d, e);
    return true;
}
