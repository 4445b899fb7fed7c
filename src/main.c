/* main.c: the only place that knows every command and every page. It joins their tables (the rooms: cli/rooms.c).
 * Read next: docs/TOUR.md. */
#include "cli/house.h"
#include "web/activity_pages.h"
#include "web/backup_page.h"
#include "web/register_pages.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static int run_version(int argc, char **argv) {
    static const struct cli_option none[] = {{NULL, NULL, NULL}};
    int words;
    if (!cli_options(argc, argv, none, NULL, 0, &words)) return CLI_USAGE;
    puts("lingban 0.1.0");
    return CLI_DONE;
}

static enum http_outcome healthy(struct http_request *rq) {
    return http_send(rq, 200, "text/plain; charset=utf-8", STR("ok\n"));
}

static const struct http_route health_routes[] = {
    {"GET", "/healthz", healthy, "anyone", T_STATIC("Says that the server lives"), 0, 0},
    {0},
};

const struct http_route *const house_routes[] = {
    home_routes, fill_routes, media_routes, view_routes, case_routes, task_routes, together_routes, household_routes, sign_in_routes, office_routes, figure_routes, paper_routes, register_routes, register_import_routes, activity_routes, attendance_routes, admin_routes, manage_routes, admin_more_routes, erase_routes, backup_routes, calendar_routes, admin_service_routes, move_routes, delegation_routes, health_routes, web_dev_routes, NULL,
};

const struct cli_command cli_commands[] = {
    {"account", "account create LOGIN [--name NAME] [--role ROLE] [--password-file FILE] [--data DIR]\naccount import FILE.csv|FILE.xlsx [--data DIR]\naccount reset LOGIN [--password-file FILE] [--data DIR]",
     T_STATIC("Adds accounts, one or a whole list, or gives a new password."), cli_account},
    {"backup", "backup [--data DIR] [--master-key FILE] OUT.zip",
     T_STATIC("Saves a data folder to one file, also while it is served."), cli_backup},
    {"bpmn", "bpmn check [--strict] FILE\nbpmn svg [--relayout] [--diagram N] [--mark done|here|overdue|failed:ID[:NOTE]] FILE\nbpmn run FILE --input FILE|- [--trace]",
     T_STATIC("Checks a process file, draws it, plays it."), cli_bpmn},
    {"demo", "demo [--data DIR]", T_STATIC("Makes a data folder with an invented town."), cli_demo},
    {"dmn", "dmn check FILE…\ndmn eval FILE… --decision NAME [--input FILE|-] [--explain]\ndmn show FILE…",
     T_STATIC("Checks, evaluates and shows decision models."), cli_dmn},
    {"feel", "feel 'EXPR' [--context FILE|-]", T_STATIC("Evaluates a FEEL expression and prints the result as JSON."), cli_feel},
    {"form", "form check FILE\nform fill FILE --answers JSON [--xml]\nform convert [--collect] IN.xlsx OUT.xml\nform convert IN OUT.md | OUT.xlsx",
     T_STATIC("Checks a form, tries it out, turns a spreadsheet into one."), cli_form},
    {"init", "init [--data DIR] [--master-key FILE] [--admin LOGIN] [--name NAME] [--organisation NAME] [--password-file FILE]",
     T_STATIC("Makes a new data folder with its first administrator."), cli_init},
    {"replay", "replay [--data DIR] [--master-key FILE] --verify [--recompute]", T_STATIC("Plays the journal again and compares."), cli_replay},
    {"restore", "restore [--data DIR] [--master-key FILE] IN.zip",
     T_STATIC("Makes a data folder from a backup; a former folder is put aside."), cli_restore},
    {"routes", "routes", T_STATIC("Lists every address, and who may use it."), cli_routes},
    {"serve", "serve [--data DIR] [--master-key FILE] [--listen HOST:PORT] [--tls-cert FILE --tls-key FILE | --behind-proxy] [--address URL] [--demo]\n"
              "serve … [--webhook URL] [--smtp URL --mail-from ADDRESS] [--ca-file FILE] [--allow-private-addresses] [--threads N] [--quiet]",
     T_STATIC("Serves a data folder on the web."), cli_serve},
    {"service", "service check FOLDER\nservice deploy FOLDER [--data DIR]", T_STATIC("Checks a service folder, deploys it."), cli_service},
    {"upgrade", "upgrade [--data DIR] [--master-key FILE] [BACKUP.zip]",
     T_STATIC("Gives a data folder the tables of this version, after a backup."), cli_upgrade},
    {"verify", "verify [--data DIR] [--master-key FILE]",
     T_STATIC("Checks that nothing in a data folder was altered or lost."), cli_verify},
    {"version", "version", T_STATIC("Prints the version."), run_version},
    {NULL, NULL, {NULL, 0}, NULL},
};

static int help(FILE *to, int status) {
    fputs("lingban COMMAND …\n\n", to);
    for (const struct cli_command *c = cli_commands; c->name; c++)
        fprintf(to, "  %-10s %.*s\n", c->name, STR_ARGS(text_in(cli_language(), c->summary)));
    fprintf(to, "\n%.*s\n", STR_ARGS(text_in(cli_language(), T("“lingban COMMAND --help” says how to call one. LINGBAN_LANG=zh speaks Chinese."))));
    return status;
}

static int run(int argc, char **argv) {
    if (argc < 2) return help(stderr, CLI_USAGE);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) return help(stdout, CLI_DONE);
    for (const struct cli_command *c = cli_commands; c->name; c++) {
        if (strcmp(c->name, argv[1]) != 0) continue;
        for (int i = 2; i < argc; i++)
            if (strcmp(argv[i], "--help") == 0) return cli_usage(c->name);
        return c->run(argc - 1, argv + 1);
    }
    cli_complain(T("There is no command “{0}”. “lingban help” lists the commands."), str_from(argv[1]));
    return CLI_USAGE;
}

/* What a command prints may be a password that stands nowhere else: output that did not arrive is a failure. */
int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    int status = run(argc, argv);
    if (fflush(stdout) == 0 && !ferror(stdout)) return status;
    cli_complain(T("What was to be printed could not be written: the disk is full, or whoever was to read it has gone."));
    return CLI_FAILED;
}
