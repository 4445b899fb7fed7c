/* account.h: first accounts and their passwords: what `lingban init` and `lingban account` share. */
#ifndef CLI_ACCOUNT_H
#define CLI_ACCOUNT_H

#include "cli/house.h"

/* A password that was made here is printed and has to be changed. */
struct first_password {
    struct arena a; /* holds the text */
    struct str text;
    bool made;
};

/* From the first line of a file ("-": standard input), or made here when `file` is NULL. Chosen before anything is changed:
 * a file that cannot be read leaves no account that nobody can enter. Release the arena whatever it answers. */
bool choose_password(const char *file, struct first_password *out);
/* Prints it when it was made here. */
bool give_password(struct house *h, int64_t account, const char *login, const struct first_password *password);
/* `organisation` 0 and `role` NULL: none. 0 with a sentence when it cannot be. */
int64_t add_account(struct house *h, const char *login, const char *name, int64_t organisation, const char *role);

#endif
