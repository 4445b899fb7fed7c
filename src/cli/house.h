/* house.h: what commands on a data folder share: options, opening store and engine, shipped service folders.
 *
 * rooms.c joins the rooms and their schemas, main.c the commands and routes, so that no lower room knows an upper one.
 */
#ifndef CLI_HOUSE_H
#define CLI_HOUSE_H

#include "cli/cli.h"
#include "engine/engine.h"

/* rooms.c */
extern const struct engine_room *const house_rooms[];

/* services/, embedded by the build; sorted by service and path; the last one has path NULL. */
struct shipped_file {
    const char *service, *path;
    struct str content;
};
extern const struct shipped_file shipped_files[];
/* {"path": {"text": …}} of a shipped service; false when there is none of that name. */
bool shipped_service(struct arena *a, struct str service, struct json *files);
/* folder.c: adds the files of a service folder on the disk in the same form, without its scenes and what begins with a dot.
 * False: there is no such folder. What is no file, cannot be read or is too much is a fault. */
bool service_folder(struct arena *a, const char *path, struct json *files, struct faults *faults);

/* One option of a command: text when `text` is set, a switch when `flag` is. The list ends with a NULL name. */
struct cli_option {
    const char *name; /* "--data" */
    const char **text;
    bool *flag;
};
/* Fills options and up to `most` other words; a wrong or incomplete option is one sentence and false. */
bool cli_options(int argc, char **argv, const struct cli_option *options, const char **words, int most, int *count);

struct house {
    const char *folder, *clock, *clock_file, *master_key; /* --data, --clock, --clock-file, --master-key */
    struct arena arena;
    struct store *store;
    struct engine *engine;
};
/* Options every command on a data folder takes; put them into its list. */
#define HOUSE_OPTIONS(h)                                                                                          \
    {"--data", &(h).folder, NULL}, {"--clock", &(h).clock, NULL}, {"--clock-file", &(h).clock_file, NULL},         \
    {"--master-key", &(h).master_key, NULL}

/* Sets the clock, opens (or creates) the folder and, when `timers` or a plain engine is wanted, the engine. Says what
 * is wrong in one sentence and answers false; house_close in either case. */
bool house_open(struct house *h, bool create, bool with_engine, bool timers);
void house_close(struct house *h);
void house_say_first(const struct faults *faults); /* the first error as the command's one sentence */
/* Runs a command as the owner of the machine; a refusal is one sentence and NULL, else the result. */
const struct json *house_run(struct house *h, struct command *c);
struct command *house_command(struct house *h, const char *name);

#endif
