/* cli.h: the command line. One file a group of commands; main.c joins them in one table.
 *
 * A command gets the words after its name and answers the exit status: 0 done, 1 the thing asked about is not as it
 * should be (a check found faults, a file is damaged), 2 the call itself was wrong. Every command answers --help.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/fault.h"
#include "store/store.h"

enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

struct cli_command {
    const char *name;    /* "feel", "dmn", … the first word */
    const char *usage;   /* what follows "lingban ": one line a form */
    struct str summary;  /* T("…"), one sentence */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
};

/* The table is in src/main.c; its end has name NULL. */
extern const struct cli_command cli_commands[];

/* The schema of all rooms, in floor order (rooms.c). */
extern const struct store_schema cli_schema[];

/* Language of messages on a terminal: LINGBAN_LANG, else LANG (zh… Chinese, else English). */
enum language cli_language(void);
/* The whole file, "-" being standard input, into the arena; false with a sentence on standard error. */
bool cli_read_file(struct arena *a, const char *path, size_t limit, struct str *out);
/* One sentence on standard error, "lingban: …". cli_complain(T("…"), argument …) */
void cli_say_error(const struct str *pieces, size_t count);
#define cli_complain(...)                                                                                         \
    cli_say_error((const struct str[]){__VA_ARGS__}, sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
/* All faults on standard error, one a line. */
void cli_print_faults(const struct faults *faults);
/* Usage of one command on standard output, its options explained (help.c). CLI_DONE. */
int cli_usage(const char *name);
/* "--" and a letter: no file name, no expression. */
bool cli_is_option(const char *word);
/* The call was wrong: an option that the command does not know is named, else a sentence leads to --help. CLI_USAGE. */
int cli_wrong_call(const char *name, int argc, char **argv);
int cli_wrong_words(const char *name); /* the latter, when the options are read already */

/* Groups of commands, one file each. */
int cli_backup(int argc, char **argv);
int cli_bpmn(int argc, char **argv);
int cli_dmn(int argc, char **argv);
int cli_feel(int argc, char **argv);
int cli_form(int argc, char **argv);
int cli_init(int argc, char **argv);
int cli_demo(int argc, char **argv);
int cli_account(int argc, char **argv);
int cli_service(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_serve(int argc, char **argv);
int cli_routes(int argc, char **argv);
int cli_restore(int argc, char **argv);
int cli_upgrade(int argc, char **argv);
int cli_verify(int argc, char **argv);

#endif
