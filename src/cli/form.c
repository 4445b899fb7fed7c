/* form.c: lingban form convert | …: look at a form without a data folder. */
#include "cli/cli.h"
#include "cli/form_fill.h"
#include "cli/form_sheets.h"

#include "form/xlsform.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MEMORY = 512 << 20, WORKBOOK_BYTES = 64 << 20, PARTS_MAXIMUM = 64 };

bool cli_is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int is_csv(const struct dirent *entry) {
    return str_ends(str_from(entry->d_name), STR(".csv"));
}

/* A folder with a CSV file a sheet. */
static struct workbook *read_folder(struct arena *a, const char *path, struct faults *faults) {
    struct dirent **names;
    int count = scandir(path, &names, is_csv, alphasort);
    struct workbook_part parts[PARTS_MAXIMUM];
    size_t read = 0;
    bool good = count >= 0;
    for (int i = 0; i < count; i++) {
        if (good && read < PARTS_MAXIMUM) {
            parts[read].name = arena_str(a, str_from(names[i]->d_name));
            good = cli_read_file(a, arena_cstr(a, arena_printf(a, "%s/%s", path, names[i]->d_name)), WORKBOOK_BYTES, &parts[read].bytes);
            read++;
        }
        free(names[i]);
    }
    if (count >= 0) free(names);
    return good ? workbook_from_csv_files(a, parts, read, str_from(path), faults) : NULL;
}

struct workbook *cli_read_workbook(struct arena *a, const char *path, struct faults *faults) {
    struct str bytes;
    if (cli_is_folder(path)) return read_folder(a, path, faults);
    return cli_read_file(a, path, WORKBOOK_BYTES, &bytes) ? workbook_read(a, bytes, str_from(path), xlsform_sheets, faults) : NULL;
}

static bool write_file(const char *path, struct str text) {
    bool standard_output = strcmp(path, "-") == 0;
    FILE *f = standard_output ? stdout : fopen(path, "wb");
    bool good = f && fwrite(text.p, 1, text.n, f) == text.n;
    if (f && !standard_output && fclose(f) != 0) good = false;
    if (!good) cli_complain(T("The file {0} cannot be written: {1}."), str_from(path), str_from(strerror(errno)));
    return good;
}

/* What the ending of OUT asks for: the same sheets as a workbook or as Markdown, else the XForm they make. */
static struct str convert(struct arena *a, const struct workbook *w, const char *out, const struct xlsform_options *options,
                          struct faults *faults) {
    struct str name = str_from(out);
    if (str_ends(name, STR(".xlsx"))) return cli_form_workbook(a, w, WORKBOOK_BYTES);
    if (str_ends(name, STR(".md"))) return cli_form_markdown(a, w, WORKBOOK_BYTES);
    return xlsform_convert(a, w, options, faults);
}

/* convert [--collect] IN OUT: faults on standard error, 1 when there is no form. */
static int run_convert(int argc, char **argv) {
    bool collect = argc > 1 && strcmp(argv[1], "--collect") == 0;
    if (argc != (collect ? 4 : 3)) return cli_wrong_call("form", argc, argv);
    const char *in = argv[argc - 2], *out = argv[argc - 1];
    struct arena a;
    struct faults faults;
    arena_init(&a, MEMORY);
    faults_init(&faults, &a);
    struct xlsform_options options = {.id = workbook_stem(str_from(in)), .for_collect = collect};
    const struct workbook *w = cli_read_workbook(&a, in, &faults);
    struct str text = w ? convert(&a, w, out, &options, &faults) : STR_NONE;
    cli_print_faults(&faults);
    bool good = text.p && write_file(out, text);
    arena_release(&a);
    return good ? CLI_DONE : CLI_FAILED;
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the name */
} groups[] = {
    {"check", cli_form_check},
    {"convert", run_convert},
    {"fill", cli_form_fill},
};

int cli_form(int argc, char **argv) {
    for (size_t i = 0; argc > 1 && i < sizeof groups / sizeof groups[0]; i++)
        if (strcmp(groups[i].name, argv[1]) == 0) return groups[i].run(argc - 1, argv + 1);
    return cli_wrong_call("form", argc, argv);
}
