/* session.h: who somebody is: passwords with lock-out, sessions that can be listed and ended, one-time codes, links.
 *
 * All of it is local (never journalled): losing it means signing in again. Tokens and codes are stored hashed. A
 * password is checked on the caller's thread, since that is meant to be slow; only the rows go through the writer.
 */
#ifndef ENGINE_SESSION_H
#define ENGINE_SESSION_H

#include "engine/viewer.h"

enum {
    SIGN_IN_TRIES = 5,          /* wrong passwords from one address until the lock-out of that address … */
    SIGN_IN_TRIES_ANYWHERE = 20, /* … or, from all addresses where the account is not known, of all of those: many addresses guess no faster … */
    SIGN_IN_TRIES_PLACE = 100,  /* … or, from one address, for all logins that are not known there … */
    SIGN_IN_LOCK_MINUTES = 15,  /* … which ends by itself: an office must not be locked out by a stranger for a day */
    SIGN_IN_KNOWN_DAYS = 30,    /* so long an address is known after a sign-in: a month's leave */
    SESSION_HOURS = 12,         /* unused for so long it ends: a shift and its overtime */
    CODE_MINUTES = 10,
    CODE_TRIES = 5,
    CODES_A_DAY = 10,           /* a number: nobody is woken all night by a stranger, and 50 guesses a day find one code in 20,000 days */
    PASSWORD_LEAST = 8,         /* GB/T 39786-2021 asks for 8 and more */
};

bool account_login_good(struct str login); /* 2 to 60 of a-z 0-9 . - _ */

enum sign_in { SIGN_IN_GOOD, SIGN_IN_WRONG, SIGN_IN_LOCKED, SIGN_IN_CLOSED };
/* On SIGN_IN_GOOD *account is set; a session is not yet begun. `address`: of whoever asks; kept as an HMAC only. */
enum sign_in sign_in(struct engine *e, struct str login, struct str password, struct str address, int64_t *account);
/* Also ends a lock-out of the login. False when it is too short or the account is unknown. `must_change`: the next sign-in asks for a new one. */
bool password_set(struct engine *e, int64_t account, struct str password, bool must_change);
bool password_must_change(struct db *db, int64_t account);

/* Exactly one of account, phone, case_id. The token goes into the cookie; it is in the arena. STR_NONE when the
 * session could not be kept: a full disk, say. */
struct str session_begin(struct engine *e, struct arena *a, int64_t account, struct str phone, int64_t case_id, struct str agent);
/* Fills account, phone, resident_case and may; false when the token is unknown or too old. */
bool session_find(struct engine *e, struct db *db, struct arena *a, struct str token, struct viewer *out);
/* Each is false when it could not be written: the session goes on, and whoever ended it has to be told. */
bool session_end(struct engine *e, struct str token);
bool session_end_by_hash(struct engine *e, int64_t account, struct str hash); /* from the list of one's own */
bool session_end_all(struct engine *e, int64_t account);
bool session_end_others(struct engine *e, int64_t account, struct str token); /* all of the account but this one */

struct session_row {
    struct str hash, agent;
    instant created_at, seen_at;
};
size_t session_list(struct db *db, struct arena *a, int64_t account, struct session_row **out);

/* A six-digit code for a telephone number, sent by whoever drains local_message. The answer never says whether the
 * number is known: a code goes out only when a case has it. False: one was asked for less than a minute ago, or CODES_A_DAY in a day. */
bool code_send(struct engine *e, struct str phone);
/* Sessions, codes and messages of that number are gone: of a person who is erased. Writer thread, inside a batch. */
void session_forget(struct store *s, struct str phone);
bool code_check(struct engine *e, struct str phone, struct str code);

/* The secret of a case's link, and back. */
struct secret case_secret(struct engine *e, struct db *db, int64_t case_id);
int64_t case_of_secret(struct engine *e, struct db *db, struct str reference, struct str secret); /* 0: wrong */

#endif
