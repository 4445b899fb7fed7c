/* blob_test.c: photos lose what they carried and nothing else; files are sealed, verified, swept. The test's photos
 * are made here, pixel by pixel. */
#include "support.h"
#include "store/blob.h"
#include "store/seal.h"

#include <turbojpeg.h>

/* Four quarters: red, green / blue, white. */
static struct str photo_of(int width, int height, int noise) {
    uint8_t *pixels = arena_alloc(&arena, (size_t)width * (size_t)height * 3);
    static const uint8_t colours[4][3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 255}};
    uint32_t luck = 1;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < 3; c++) {
                luck = luck * 1664525 + 1013904223;
                int v = colours[(y >= height / 2) * 2 + (x >= width / 2)][c];
                pixels[((size_t)y * (size_t)width + (size_t)x) * 3 + (size_t)c] = (uint8_t)(noise ? luck >> 24 : (uint32_t)v);
            }
    tjhandle handle = tjInitCompress();
    unsigned char *bytes = NULL;
    unsigned long n = 0;
    assert_int_equal(tjCompress2(handle, pixels, width, 0, height, TJPF_RGB, &bytes, &n, TJSAMP_444, 95, 0), 0);
    struct str out = arena_str(&arena, (struct str){(const char *)bytes, n});
    tjFree(bytes);
    tjDestroy(handle);
    return out;
}

/* Puts an Exif segment behind the first marker, with an orientation and a place. */
static struct str with_exif(struct str jpeg, int orientation) {
    char exif[] = "\xFF\xE1\x00\x2C"
                  "Exif\0\0"
                  "II\x2A\0\x08\0\0\0"
                  "\x01\0" "\x12\x01\x03\0\x01\0\0\0?\0\0\0" "\0\0\0\0"
                  "GPS N43.16E";
    exif[2] = 0, exif[3] = (char)(sizeof exif - 1 - 2);
    for (char *at = exif; at < exif + sizeof exif; at++)
        if (*at == '?') *at = (char)orientation;
    struct str head = str_sub(jpeg, 0, 2), rest = str_sub(jpeg, 2, jpeg.n);
    return arena_concat(&arena, head, arena_concat(&arena, (struct str){exif, sizeof exif - 1}, rest));
}

static void pixel(struct str jpeg, double across, double down, int out[3], int *width, int *height) {
    int sampling, colours;
    tjhandle handle = tjInitDecompress();
    const unsigned char *bytes = (const unsigned char *)jpeg.p;
    assert_int_equal(tjDecompressHeader3(handle, bytes, jpeg.n, width, height, &sampling, &colours), 0);
    uint8_t *pixels = arena_alloc(&arena, (size_t)*width * (size_t)*height * 3);
    assert_int_equal(tjDecompress2(handle, bytes, jpeg.n, pixels, *width, 0, *height, TJPF_RGB, 0), 0);
    tjDestroy(handle);
    const uint8_t *p = pixels + ((size_t)(down * *height) * (size_t)*width + (size_t)(across * *width)) * 3;
    for (int c = 0; c < 3; c++) out[c] = p[c];
}

static char colour_at(struct str jpeg, double across, double down, int *width, int *height) {
    int p[3];
    pixel(jpeg, across, down, p, width, height);
    int bits = (p[0] > 128) | (p[1] > 128) << 1 | (p[2] > 128) << 2;
    return ".RGyBmcW"[bits];
}

static void photos_are_turned_and_stripped(void **state) {
    (void)state;
    /* Upright: RG over BW. What each orientation makes of it, from the table of Exif 2.32. */
    static const char *const expected[9] = {NULL, "RGBW", "GRWB", "WBGR", "BWRG", "RBGW", "BRWG", "WGBR", "GWRB"};
    for (int orientation = 1; orientation <= 8; orientation++) {
        struct str in = with_exif(photo_of(320, 160, 0), orientation), out;
        int width, height, w, h;
        assert_true(str_find(in, STR("GPS N43")) > 0);
        assert_true(photo_encode(&arena, in, 2000, 0, &out, &width, &height, &faults));
        assert_int_equal(width, orientation <= 4 ? 320 : 160);
        assert_int_equal(height, orientation <= 4 ? 160 : 320);
        assert_true(str_find(out, STR("GPS N43")) < 0 && str_find(out, STR("Exif")) < 0);
        char seen[5] = {colour_at(out, 0.25, 0.25, &w, &h), colour_at(out, 0.75, 0.25, &w, &h),
                        colour_at(out, 0.25, 0.75, &w, &h), colour_at(out, 0.75, 0.75, &w, &h), 0};
        assert_string_equal(seen, expected[orientation]);
        assert_int_equal(w, width);
    }
}

static void photos_are_made_small(void **state) {
    (void)state;
    struct str out;
    int width, height;
    assert_true(photo_encode(&arena, photo_of(3000, 1000, 0), 2000, 0, &out, &width, &height, &faults));
    assert_int_equal(width, 2000);
    assert_in_range(height, 665, 667);
    int w, h;
    assert_int_equal(colour_at(out, 0.1, 0.1, &w, &h), 'R');
    assert_int_equal(colour_at(out, 0.9, 0.9, &w, &h), 'W');
    assert_true(photo_encode(&arena, photo_of(1600, 1200, 1), 480, BLOB_THUMBNAIL_BYTES, &out, &width, &height, &faults));
    assert_true(out.n <= BLOB_THUMBNAIL_BYTES); /* noise compresses worst of all */
    assert_true(photo_encode(&arena, photo_of(1, 1, 0), 480, 0, &out, &width, &height, &faults));
    assert_int_equal(width, 1);
    assert_true(photo_encode(&arena, photo_of(2500, 1, 0), 480, 0, &out, &width, &height, &faults));
    assert_int_equal(height, 1);
}

static void other_kinds_are_refused(void **state) {
    (void)state;
    struct str out;
    int width, height;
    static const char *const kinds[] = {"", "\xFF\xD8\xFF", "GIF89a....", "\x89PNG\r\n\x1a\n....", "%PDF-1.7", "<svg onload='x'>"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        assert_false(photo_encode(&arena, str_from(kinds[i]), 2000, 0, &out, &width, &height, &faults));
        assert_string_equal(only_fault(), "blob.kind");
    }
    assert_false(photo_encode(&arena, STR("\xFF\xD8\xFF\xE0 nothing that follows is a photo"), 2000, 0, &out, &width, &height, &faults));
    assert_string_equal(only_fault(), "blob.damaged");
    struct str good = photo_of(64, 64, 0); /* a header that claims 65,500 by 65,500 pixels */
    char *huge = (char *)(uintptr_t)arena_cstr(&arena, good);
    for (size_t i = 2; i + 8 < good.n; i++)
        if ((uint8_t)huge[i] == 0xFF && (uint8_t)huge[i + 1] == 0xC0) memcpy(huge + i + 5, "\xFF\xDC\xFF\xDC", 4);
    assert_false(photo_encode(&arena, (struct str){huge, good.n}, 2000, 0, &out, &width, &height, &faults));
    assert_string_equal(only_fault(), "blob.large");
}

/* Cut and flipped photos are refused or read, never worse. */
static void damaged_photos_do_no_harm(void **state) {
    (void)state;
    struct str good = with_exif(photo_of(48, 32, 1), 6), out;
    int width, height, read = 0;
    char *bytes = (char *)(uintptr_t)arena_cstr(&arena, good);
    for (size_t i = 2; i < good.n; i += 3) {
        bytes[i] = (char)~bytes[i];
        read += photo_encode(&arena, (struct str){bytes, good.n}, 100, 0, &out, &width, &height, NULL);
        bytes[i] = (char)~bytes[i];
        read += photo_encode(&arena, str_sub(good, 0, i), 100, 0, &out, &width, &height, NULL);
    }
    assert_true(read > 0);
}

static void begin(struct store *s) {
    assert_true(store_begin(s));
    store_savepoint(s);
}

static void commit(struct store *s) {
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
}

static void attach_to(struct store *s, const struct blob *b, int64_t case_id) {
    struct sealed sealed;
    begin(s);
    assert_true(seal_value(s, &arena, (struct seal_subject){SEAL_CASE, case_id}, BLOB_KEY_CONTEXT, hex_encode(&arena, (struct str){(const char *)b->key, KEY_BYTES}), &sealed));
    db_run(store_writer(s),
           "INSERT INTO attachment (address, subject_kind, subject_id, thumbnail, media_type, width, height, bytes, sealed_key)"
           " VALUES (?, 2, ?, ?, 'image/jpeg', ?, ?, ?, ?)",
           DB_TEXT(str_from(b->address)), DB_INT(case_id), DB_TEXT_OR_NULL(b->thumbnail[0] ? str_from(b->thumbnail) : STR_NONE),
           DB_INT(b->width), DB_INT(b->height), DB_INT(b->bytes), DB_TEXT(sealed.token));
    commit(s);
}

static void attach(struct store *s, const struct blob *b) {
    attach_to(s, b, 1);
}

static bool has_file(const char *address) {
    return file_exists(arena_printf(&arena, "%s/media/%.2s/%s", below("data"), address, address + 2).p);
}

static void detach(struct store *s, const struct blob *b, int64_t case_id) {
    begin(s);
    db_run(store_writer(s), "UPDATE attachment SET sealed_key = NULL WHERE address = ? AND subject_id = ?", DB_TEXT(str_from(b->address)), DB_INT(case_id));
    blob_remove_later(s, str_from(b->address));
    blob_remove_later(s, str_from(b->thumbnail));
}

static void files_are_sealed_and_verified(void **state) {
    (void)state;
    struct store *s = create();
    struct blob b, other, paper;
    struct str out, key;
    struct str photo = photo_of(800, 600, 0);
    assert_true(blob_put(s, photo, &b, &faults));
    assert_true(blob_put(s, photo, &other, &faults));
    assert_string_not_equal(b.address, other.address);
    assert_true(blob_put_raw(s, STR("a signed paper"), &paper, &faults));
    key = (struct str){(const char *)b.key, KEY_BYTES};
    assert_true(blob_get(s, &arena, str_from(b.address), key, &out, &faults));
    assert_true(str_starts(out, STR("\xFF\xD8\xFF")) && (int64_t)out.n == b.bytes);
    assert_true(blob_get(s, &arena, str_from(b.thumbnail), key, &out, &faults));
    assert_true(out.n <= BLOB_THUMBNAIL_BYTES);
    assert_false(blob_get(s, &arena, str_from(other.address), key, &out, &faults));
    assert_string_equal(only_fault(), "blob.damaged");
    static const char *const strange[] = {"", "../../keys.db", "0", "zz"};
    for (size_t i = 0; i < 4; i++) {
        assert_false(blob_get(s, &arena, str_from(strange[i]), key, &out, &faults));
        assert_string_equal(only_fault(), "file.missing");
    }
    attach(s, &b);
    attach(s, &paper);
    int64_t count;
    assert_true(blob_verify(s, store_writer(s), &faults, &count));
    assert_int_equal(count, 3);
    const char *path = arena_printf(&arena, "%s/media/%.2s/%s", below("data"), b.thumbnail, b.thumbnail + 2).p;
    struct str file;
    assert_true(file_read(&arena, path, 1 << 20, &file, &faults));
    assert_true(str_find(file, STR("\xFF\xD8\xFF\xE0")) < 0);
    char *bytes = (char *)(uintptr_t)arena_cstr(&arena, file);
    bytes[file.n / 2] ^= 1;
    assert_true(file_write(path, (struct str){bytes, file.n}, 0600, &faults));
    assert_false(blob_verify(s, store_writer(s), &faults, NULL));
    assert_string_equal(only_fault(), "blob.altered");
    assert_true(blob_remove(s, str_from(b.thumbnail), &faults));
    assert_false(blob_verify(s, store_writer(s), &faults, NULL));
    assert_string_equal(only_fault(), "blob.missing");
    store_close(s);
}

static void only_what_nobody_names_is_swept(void **state) {
    (void)state;
    struct store *s = create();
    struct blob kept, orphan;
    struct str out;
    int64_t removed;
    assert_true(blob_put(s, photo_of(64, 64, 0), &kept, &faults));
    assert_true(blob_put(s, photo_of(64, 64, 0), &orphan, &faults));
    attach(s, &kept);
    assert_true(blob_sweep(s, store_writer(s), MICROS_A_DAY, &removed, &faults));
    assert_int_equal(removed, 0); /* an upload whose command is on its way */
    assert_true(blob_sweep(s, store_writer(s), 0, &removed, &faults));
    assert_int_equal(removed, 2);
    assert_true(blob_verify(s, store_writer(s), &faults, NULL));
    assert_false(blob_get(s, &arena, str_from(orphan.address), (struct str){(const char *)orphan.key, KEY_BYTES}, &out, &faults));
    assert_string_equal(only_fault(), "file.missing");
    store_close(s);
}

/* A file that two cases share goes with the second of them; one whose removal was undone stays. */
static void files_go_with_the_last_who_names_them(void **state) {
    (void)state;
    struct store *s = create();
    struct blob b;
    int64_t count;
    assert_true(blob_put(s, photo_of(64, 64, 0), &b, &faults));
    attach_to(s, &b, 1);
    attach_to(s, &b, 2);
    assert_true(blob_verify(s, store_writer(s), &faults, &count));
    assert_int_equal(count, 2); /* the photo and its thumbnail, once */
    detach(s, &b, 1);
    commit(s);
    assert_true(has_file(b.address) && has_file(b.thumbnail));
    detach(s, &b, 2);
    store_undo(s);
    assert_true(store_commit(s, &faults));
    assert_true(has_file(b.address));
    detach(s, &b, 2);
    commit(s);
    assert_false(has_file(b.address) || has_file(b.thumbnail));
    assert_true(blob_verify(s, store_writer(s), &faults, &count));
    assert_int_equal(count, 0);
    store_close(s);
}

/* While a backup copies (it shares a lock on media/) nothing goes; the next start makes up for it. */
static void a_backup_keeps_files(void **state) {
    (void)state;
    struct store *s = create();
    struct blob b;
    int64_t removed;
    assert_true(blob_put(s, photo_of(64, 64, 0), &b, &faults));
    attach(s, &b);
    int backup = folder_share(arena_printf(&arena, "%s/media", below("data")).p, &faults);
    assert_true(backup >= 0);
    detach(s, &b, 1);
    commit(s);
    assert_true(blob_sweep(s, store_writer(s), 0, &removed, &faults));
    assert_int_equal(removed, 0);
    assert_true(has_file(b.address));
    store_close(s);
    folder_unlock(backup);
    s = reopen();
    assert_false(has_file(b.address));
    store_close(s);
}

static void keys_of_files_are_verified(void **state) {
    (void)state;
    struct store *s = create();
    struct blob b;
    assert_true(blob_put(s, photo_of(64, 64, 0), &b, &faults));
    attach(s, &b);
    begin(s);
    db_run(store_writer(s), "UPDATE attachment SET sealed_key = substr(sealed_key, 1, length(sealed_key) - 4) || 'AAAA'");
    commit(s);
    assert_false(blob_verify(s, store_writer(s), &faults, NULL));
    assert_string_equal(only_fault(), "blob.key");
    store_close(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(photos_are_turned_and_stripped), TEST(photos_are_made_small),         TEST(other_kinds_are_refused),
        TEST(damaged_photos_do_no_harm),      TEST(files_are_sealed_and_verified), TEST(only_what_nobody_names_is_swept),
        TEST(files_go_with_the_last_who_names_them), TEST(a_backup_keeps_files), TEST(keys_of_files_are_verified),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
