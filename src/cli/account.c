/* account.c: `lingban account create | import | reset`: accounts by hand, while nobody serves the folder.
 *
 * An import is a workbook or a CSV file whose first row names the columns login, name, role, organisation. All rows are
 * looked at before the first account is made: either everybody in it can sign in afterwards, or nothing has happened. */
#include "cli/account.h"

#include "base/env.h"
#include "engine/session.h"
#include "form/workbook.h"

#include <stdio.h>
#include <string.h>

/* ---- passwords */

/* Readable by voice: no letters that look alike. 12 of 31 signs are 59 bits. */
static struct str make_password(struct arena *a) {
    static const char signs[] = "abcdefghjkmnpqrstuvwxyz23456789";
    char out[13] = "";
    for (size_t i = 0; i < 12;) {
        uint8_t luck;
        env_random(&luck, 1);
        if (luck < 31 * 8) out[i++] = signs[luck % 31];
    }
    return arena_str(a, str_from(out));
}

/* From a file or standard input ("-"), its first line. */
static bool read_password(struct arena *a, const char *path, struct str *out) {
    struct str text, line;
    if (!cli_read_file(a, path, 4096, &text)) return false;
    str_split(&text, '\n', &line);
    *out = str_trim(line);
    return true;
}

int64_t add_account(struct house *h, const char *login, const char *name, int64_t organisation, const char *role) {
    struct command *c = house_command(h, "account.add");
    json_add_string(&h->arena, c->arguments, "login", str_from(login));
    json_add_string(&h->arena, c->arguments, "name", str_from(name));
    if (organisation) json_add_integer(&h->arena, c->arguments, "organisation", organisation);
    const struct json *result = house_run(h, c);
    if (!result) return 0;
    int64_t account = json_integer(result, "account", 0);
    if (!role || !account) return account;
    c = house_command(h, "role.grant");
    json_add_integer(&h->arena, c->arguments, "account", account);
    json_add_string(&h->arena, c->arguments, "role", str_from(role));
    return house_run(h, c) ? account : 0;
}

bool choose_password(const char *file, struct first_password *out) {
    arena_init(&out->a, 1 << 20);
    out->made = !file;
    if (out->made) out->text = make_password(&out->a);
    else if (!read_password(&out->a, file, &out->text)) return false;
    if (utf8_count(out->text) >= PASSWORD_LEAST) return true;
    cli_complain(T("The password must have at least 8 characters."));
    return false;
}

bool give_password(struct house *h, int64_t account, const char *login, const struct first_password *password) {
    if (!password_set(h->engine, account, password->text, password->made)) {
        cli_complain(T("The data could not be written. Nothing was changed. Please try again."));
        return false;
    }
    if (password->made) {
        struct str line = text_say(&h->arena, cli_language(), T("Account {0}, first password {1} (it has to be changed at the first sign-in)."), str_from(login), password->text);
        printf("%.*s\n", STR_ARGS(line));
    }
    return true;
}

/* ---- one account */

static int create_account(struct house *h, const char *login, const char *name, const char *role, const struct first_password *password) {
    struct db *db = store_read_begin(h->store);
    bool known = !role || role_exists(engine_services(h->engine), db, &h->arena, str_from(role));
    store_read_end(h->store, db, NULL);
    if (!known) {
        cli_complain(ROLE_UNKNOWN, str_from(role));
        return CLI_FAILED;
    }
    int64_t account = add_account(h, login, name ? name : login, 0, role);
    return account && give_password(h, account, login, password) ? CLI_DONE : CLI_FAILED;
}

static int reset_password(struct house *h, const char *login, const struct first_password *password) {
    struct db *db = store_read_begin(h->store);
    int64_t account = db_int(db, 0, "select id from account where login = ?", DB_TEXT(str_from(login)));
    store_read_end(h->store, db, NULL);
    if (!account) {
        cli_complain(T("There is no account “{0}”."), str_from(login));
        return CLI_FAILED;
    }
    return session_end_all(h->engine, account) && give_password(h, account, login, password) ? CLI_DONE : CLI_FAILED;
}

/* ---- many */

enum { IMPORT_BYTES = 4 << 20, IMPORT_MOST = 5000 };
enum column { LOGIN, NAME, ROLE, ORGANISATION, COLUMNS };
static const char *const column_names[COLUMNS] = {"login", "name", "role", "organisation"};

struct import {
    struct house *h;
    struct db *db;
    struct str file;
    const struct sheet *sheet;
    int columns[COLUMNS]; /* where each stands; 0: it does not */
    struct map logins;    /* of the rows so far */
    struct faults faults;
};

static struct str cell(const struct import *in, const struct sheet_row *row, enum column c) {
    return in->columns[c] ? sheet_row_at(row, in->columns[c]) : STR("");
}

static struct place row_place(const struct import *in, const struct sheet_row *row) {
    return (struct place){.file = in->file, .line = row->number, .element = in->sheet->name, .sheet = true};
}

static int64_t organisation_named(const struct import *in, struct str name) {
    return db_int(in->db, 0, "select id from organisation where (name = ?1 or name_en = ?1) and closed_at is null order by id limit 1", DB_TEXT(name));
}

static void check_row(struct import *in, const struct sheet_row *row) {
    struct str login = cell(in, row, LOGIN), role = cell(in, row, ROLE), organisation = cell(in, row, ORGANISATION);
    struct place place = row_place(in, row);
    if (!account_login_good(login)) fault_error(&in->faults, "account.login", place, T("A login name has 2 to 60 small letters, digits, dots or dashes."));
    else if (map_has(&in->logins, login) || db_int(in->db, 0, "select count(*) from account where login = ?", DB_TEXT(login)))
        fault_error(&in->faults, "account.exists", place, T("There is already an account “{0}”."), login);
    if (role.n && !role_exists(engine_services(in->h->engine), in->db, &in->h->arena, role)) fault_error(&in->faults, "role.no-such", place, ROLE_UNKNOWN, role);
    if (organisation.n && !organisation_named(in, organisation)) fault_error(&in->faults, "organisation.unknown", place, T("There is no organisation “{0}”."), organisation);
    map_put(&in->logins, login, in);
}

static bool find_columns(struct import *in) {
    const struct sheet_row *head = in->sheet && in->sheet->count ? &in->sheet->rows[0] : NULL;
    for (size_t i = 0; head && i < head->count; i++)
        for (int c = 0; c < COLUMNS; c++)
            if (str_eqz(head->cells[i].text, column_names[c])) in->columns[c] = head->cells[i].column;
    struct place place = {.file = in->file, .line = 1};
    if (!in->columns[LOGIN]) {
        fault_error(&in->faults, "account.columns", place, T("The first row must name the columns: login, name, role, organisation."));
    } else if (in->sheet->count > IMPORT_MOST) {
        fault_error(&in->faults, "account.many", place, T("At most 5,000 accounts come in one file."));
    }
    return !in->faults.errors;
}

static const struct sheet *read_sheet(struct import *in, struct str bytes) {
    struct workbook_part part = {in->file, bytes};
    const struct workbook *book = str_ends(in->file, STR(".xlsx")) ? workbook_read(&in->h->arena, bytes, in->file, NULL, &in->faults)
                                                                   : workbook_from_csv_files(&in->h->arena, &part, 1, in->file, &in->faults);
    return book && book->count ? &book->sheets[0] : NULL;
}

static bool make_account(struct import *in, const struct sheet_row *row) {
    struct arena *a = &in->h->arena;
    struct str name = cell(in, row, NAME), role = cell(in, row, ROLE), organisation = cell(in, row, ORGANISATION);
    const char *login = arena_cstr(a, cell(in, row, LOGIN));
    int64_t under = organisation.n ? organisation_named(in, organisation) : 0;
    int64_t account = add_account(in->h, login, name.n ? arena_cstr(a, name) : login, under, role.n ? arena_cstr(a, role) : NULL);
    struct first_password password;
    bool good = account && choose_password(NULL, &password);
    if (good) good = give_password(in->h, account, login, &password);
    if (account) arena_release(&password.a);
    return good;
}

static int import_accounts(struct house *h, const char *path) {
    struct import in = {.h = h, .file = str_from(path)};
    struct str bytes;
    bool good = true;
    faults_init(&in.faults, &h->arena);
    map_init(&in.logins, &h->arena);
    if (!cli_read_file(&h->arena, path, IMPORT_BYTES, &bytes)) return CLI_FAILED;
    in.db = store_read_begin(h->store);
    in.sheet = read_sheet(&in, bytes);
    if (!in.faults.errors && find_columns(&in))
        for (size_t i = 1; i < in.sheet->count; i++) check_row(&in, &in.sheet->rows[i]);
    for (size_t i = 1; !in.faults.errors && good && i < in.sheet->count; i++) good = make_account(&in, &in.sheet->rows[i]);
    store_read_end(h->store, in.db, NULL);
    cli_print_faults(&in.faults);
    return good && !in.faults.errors ? CLI_DONE : CLI_FAILED;
}

/* ---- the command */

int cli_account(int argc, char **argv) {
    struct house h = {0};
    const char *name = NULL, *role = NULL, *password_file = NULL, *words[2] = {NULL, NULL};
    const struct cli_option options[] = {HOUSE_OPTIONS(h), {"--name", &name, NULL}, {"--role", &role, NULL}, {"--password-file", &password_file, NULL},
                                         {NULL, NULL, NULL}};
    int count, status = CLI_FAILED;
    if (!cli_options(argc, argv, options, words, 2, &count)) return CLI_USAGE;
    bool create = count == 2 && strcmp(words[0], "create") == 0, reset = count == 2 && strcmp(words[0], "reset") == 0;
    if (!create && !reset && !(count == 2 && strcmp(words[0], "import") == 0)) return cli_wrong_words("account");
    struct first_password password;
    if (choose_password(password_file, &password) && house_open(&h, false, true, false))
        status = create ? create_account(&h, words[1], name, role, &password) : reset ? reset_password(&h, words[1], &password) : import_accounts(&h, words[1]);
    arena_release(&password.a);
    house_close(&h);
    return status;
}
