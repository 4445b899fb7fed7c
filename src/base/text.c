/* text.c: see text.h. */
#include "base/text.h"

struct str text_in(enum language language, struct str key) {
    if (language != LANGUAGE_ZH) return key;
    size_t low = 0, high = text_catalogue_zh_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(key, text_catalogue_zh[middle].key);
        if (order == 0) return text_catalogue_zh[middle].text;
        if (order < 0) high = middle;
        else low = middle + 1;
    }
    return key;
}

struct str text_format(struct arena *a, enum language language, const struct str *pieces, size_t count) {
    struct str pattern = text_in(language, pieces[0]);
    if (count == 1) return pattern;
    struct buf out;
    buf_init(&out, a, 1 << 20);
    for (size_t i = 0; i < pattern.n; i++) {
        bool slot = pattern.p[i] == '{' && i + 2 < pattern.n && pattern.p[i + 2] == '}' && pattern.p[i + 1] >= '0' &&
                    pattern.p[i + 1] <= '9' && (size_t)(pattern.p[i + 1] - '0') + 1 < count;
        if (slot) {
            buf_add(&out, pieces[pattern.p[i + 1] - '0' + 1]);
            i += 2;
        } else {
            buf_byte(&out, pattern.p[i]);
        }
    }
    return buf_str(&out);
}
