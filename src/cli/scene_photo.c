/* scene_photo.c: see scene_photo.h. */
#include "cli/scene_photo.h"

#include "base/env.h"
#include "cli/scene_register.h"
#include "engine/attachment.h"
#include "engine/housekeeping.h"

static void step_upload(struct scene *s) {
    struct str bytes, answer = STR_NONE;
    struct faults faults;
    faults_init(&faults, &s->arena);
    if (file_read(&s->arena, arena_cstr(&s->arena, scene_word(s, 2)), 20 << 20, &bytes, &faults)) answer = attachment_upload(s->engine, &s->arena, bytes, &faults);
    s->answer = (struct answer){.done = answer.p != NULL};
    if (!answer.p) {
        s->answer.refusal = (struct refusal){.status = 422, .code = faults.items[0].code, .sentence = {faults.items[0].sentence[0]}, .sentence_count = 1};
        return;
    }
    struct scene_words *list = arena_new(&s->kept, struct scene_words);
    list->count = 1;
    list->items = arena_array(&s->kept, struct str, 1);
    list->items[0] = arena_printf(&s->kept, "%.*s=%.*s", STR_ARGS(scene_after(s, "at")), STR_ARGS(answer));
    map_put(&s->lists, arena_str(&s->kept, scene_word(s, 1)), list);
}

static void step_housekeep(struct scene *s) {
    struct housekeeping_report report;
    s->answer = (struct answer){.done = housekeeping_round(s->engine, &report)};
    if (!s->answer.done) s->answer.refusal = (struct refusal){.status = 500, .code = "housekeeping"};
}

bool scene_photo_step(struct scene *s) {
    if (str_eqz(scene_word(s, 0), "upload")) step_upload(s);
    else if (str_eqz(scene_word(s, 0), "housekeep")) step_housekeep(s);
    else return false;
    return true;
}

static int64_t photos_of(struct scene *s, struct db *db, int64_t case_id) {
    int64_t count = 0;
    struct query q = db_query(db, "select 'attachment:' || address from attachment where subject_kind = 2 and subject_id = ?", DB_INT(case_id));
    while (query_next(&q)) {
        struct str small, whole, answer = arena_str(&s->arena, query_text(&q, 0));
        count += attachment_open(s->engine, db, &s->arena, case_id, answer, false, &small) && attachment_open(s->engine, db, &s->arena, case_id, answer, true, &whole) &&
                 str_starts(small, STR("\xFF\xD8\xFF")) && str_starts(whole, STR("\xFF\xD8\xFF"));
    }
    return count;
}

static int64_t media_files(struct scene *s) {
    struct str *prefixes, *names;
    size_t prefix_count = 0, count;
    int64_t files = 0;
    const char *media = arena_printf(&s->arena, "%s/media", store_folder(engine_store(s->engine))).p;
    folder_list(&s->arena, media, &prefixes, &prefix_count, NULL);
    for (size_t i = 0; i < prefix_count; i++)
        if (folder_list(&s->arena, arena_printf(&s->arena, "%s/%.*s", media, STR_ARGS(prefixes[i])).p, &names, &count, NULL)) files += (int64_t)count;
    return files;
}

static void want_number(struct scene *s, int64_t have, struct str wanted) {
    scene_want(s, arena_printf(&s->arena, "%lld", (long long)have), wanted);
}

bool scene_expect_photo(struct scene *s, struct db *db) {
    if (str_eqz(scene_word(s, 1), "uploads")) want_number(s, db_int(db, -1, "select count(*) from local_upload"), scene_word(s, 2));
    else if (str_eqz(scene_word(s, 1), "media")) want_number(s, media_files(s), scene_word(s, 2));
    else if (str_eqz(scene_word(s, 2), "photos")) want_number(s, photos_of(s, db, scene_named(s, 'c', scene_word(s, 1))), scene_word(s, 3));
    else return false;
    return true;
}
