/* help.c: what `lingban COMMAND --help` says: how to call it, what it does, and each option in one line.
 *
 * In: the usage lines of the command (cli_commands). Every option, and every word of them that needs it, is explained by the table below, so
 * that an option is explained once, however many commands take it. tests/parts/26-help.sh asks every command. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

struct option_words {
    const char *name;
    struct str words;
};

static const struct option_words options[] = {
    {"--data", T_STATIC("the data folder; “data” when left out")},
    {"--clock", T_STATIC("a made-up time, for tests and training: 2026-09-28T09:00:00+08:00")},
    {"--clock-file", T_STATIC("a file with that time, read again every second")},
    {"--master-key", T_STATIC("a file with the master key, when it is not kept in the folder")},
    {"--admin", T_STATIC("login of the first administrator; “admin” when left out")},
    {"import", T_STATIC("a list: its first row names the columns login, name, role, organisation; first passwords are printed")},
    {"reset", T_STATIC("a new first password; all sessions of the account end")},
    {"--name", T_STATIC("the person's name; the login when left out")},
    {"--organisation", T_STATIC("name of the organisation above all others")},
    {"--role", T_STATIC("a role that holds everywhere: staff, supervisor, admin, member, partner")},
    {"--password-file", T_STATIC("first line is the password; “-” is standard input. Else one is made and printed")},
    {"--listen", T_STATIC("where to listen; 127.0.0.1:8080 when left out")},
    {"--tls-cert", T_STATIC("certificate and chain, PEM")},
    {"--tls-key", T_STATIC("its key, PEM")},
    {"--behind-proxy", T_STATIC("a proxy terminates TLS and sets X-Forwarded-For; nobody else may reach the port")},
    {"--address", T_STATIC("what links on slips begin with: https://town.example.org")},
    {"--demo", T_STATIC("anybody may enter as anybody, and no message leaves: never with real data")},
    {"--webhook", T_STATIC("where messages to residents go, as JSON by POST")},
    {"--smtp", T_STATIC("where mail goes: smtp://HOST:25 or smtps://HOST")},
    {"--mail-from", T_STATIC("sender of mail")},
    {"--ca-file", T_STATIC("certificates to trust instead of the system's, PEM")},
    {"--allow-private-addresses", T_STATIC("messages may go to addresses of the own network, and by plain http")},
    {"--threads", T_STATIC("threads that answer; one a core when left out")},
    {"--quiet", T_STATIC("no line a request on standard error")},
    {"--verify", T_STATIC("the state must be what the journal's events give, row for row")},
    {"--recompute", T_STATIC("every command is decided anew and must give the same events")},
    {"--strict", T_STATIC("every rule of the standard is an error")},
    {"--relayout", T_STATIC("laid out anew, whatever coordinates the file has")},
    {"--diagram", T_STATIC("which diagram of the file, from 1")},
    {"--mark", T_STATIC("marks a step; may be given several times")},
    {"--input", T_STATIC("JSON with the input values; “-” is standard input")},
    {"--trace", T_STATIC("prints every change")},
    {"--context", T_STATIC("JSON with the variables; “-” is standard input")},
    {"--answers", T_STATIC("JSON of answers by name, or a file with it")},
    {"--xml", T_STATIC("prints the answer document at the end")},
    {"--collect", T_STATIC("as ODK Collect wants it")},
    {"--decision", T_STATIC("name or id of the decision")},
    {"--explain", T_STATIC("also which rules matched, and why others did not")},
    {NULL, {NULL, 0}},
};

static bool option_char(char c) {
    return c == '-' || (c >= 'a' && c <= 'z');
}

/* Does the usage name this option, and not only a longer one that begins with it? */
static bool names(struct str usage, struct str option) {
    for (size_t at = 0;;) {
        ptrdiff_t found = str_find(str_sub(usage, at, usage.n), option);
        if (found < 0) return false;
        at += (size_t)found + option.n;
        if (at >= usage.n || !option_char(usage.p[at])) return true;
    }
}

/* Whoever opens a data folder also takes a made-up clock and a master key. */
static bool takes(struct str usage, const struct option_words *o) {
    if (strncmp(o->name, "--clock", 7) == 0 || strcmp(o->name, "--master-key") == 0) return names(usage, STR("--data"));
    return names(usage, str_from(o->name));
}

static void explain(const struct cli_command *c) {
    struct str usage = str_from(c->usage);
    bool first = true;
    for (const struct option_words *o = options; o->name; o++) {
        if (!takes(usage, o)) continue;
        if (first) putchar('\n');
        first = false;
        printf("  %-26s %.*s\n", o->name, STR_ARGS(text_in(cli_language(), o->words)));
    }
}

int cli_usage(const char *name) {
    for (const struct cli_command *c = cli_commands; c->name; c++) {
        if (strcmp(c->name, name) != 0) continue;
        struct str usage = str_from(c->usage), line;
        while (str_split(&usage, '\n', &line)) printf("lingban %.*s\n", STR_ARGS(line));
        printf("%.*s\n", STR_ARGS(text_in(cli_language(), c->summary)));
        explain(c);
    }
    return CLI_DONE;
}

bool cli_is_option(const char *word) {
    return word[0] == '-' && word[1] == '-' && ((word[2] >= 'a' && word[2] <= 'z') || (word[2] >= 'A' && word[2] <= 'Z'));
}

int cli_wrong_words(const char *name) {
    cli_complain(T("A word is missing in this call, or wrong, or too much. “lingban {0} --help” shows how it is made."), str_from(name));
    return CLI_USAGE;
}

int cli_wrong_call(const char *name, int argc, char **argv) {
    const struct cli_command *c = cli_commands;
    while (c->name && strcmp(c->name, name) != 0) c++;
    for (int i = 1; c->name && i < argc; i++) {
        if (!cli_is_option(argv[i]) || strstr(c->usage, argv[i])) continue;
        cli_complain(T("There is no option {0}. --help shows the options."), str_from(argv[i]));
        return CLI_USAGE;
    }
    return cli_wrong_words(name);
}
