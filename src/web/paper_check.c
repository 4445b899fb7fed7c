/* paper_check.c: papers of a service folder are compiled when it is checked, and not only when somebody wants to print.
 *
 * In: print/NAME.html of a folder. Out: the faults of the template, with file and line. It is this room's part of
 * `service check` and service.deploy (engine.h, engine_room); cli/rooms.c joins it. */
#include "web/pages.h"

static bool is_paper(struct str path) {
    return str_starts(path, STR("print/")) && str_ends(path, STR(".html"));
}

static void copy_faults(const struct faults *found, struct str path, struct faults *faults) {
    for (size_t i = 0; i < found->count; i++) {
        const struct fault *f = &found->items[i];
        struct place place = f->place;
        place.file = path;
        faults_add(faults, f->level, f->code, place, f->sentence, f->sentence_count);
    }
}

static void check_papers(struct arena *a, const struct service *s, struct faults *faults) {
    struct web house;
    struct faults ours;
    bool opened = false;
    faults_init(&ours, a);
    for (size_t i = 0; i < s->file_count; i++) {
        struct str path = s->files[i].path;
        if (!is_paper(path)) continue;
        if (!opened) opened = web_open(&house, &ours);
        struct faults found;
        faults_init(&found, a);
        struct templates *set = templates_new(a, house.templates, NULL, NULL);
        templates_add(set, str_sub(path, STR("print/").n, path.n - STR(".html").n), s->files[i].content, &found);
        templates_check(set, &found);
        copy_faults(&found, path, faults);
    }
    if (opened) web_close(&house);
}

const struct engine_room web_room = {.name = "web", .check = check_papers};
