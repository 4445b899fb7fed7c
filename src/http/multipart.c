/* multipart.c: see multipart.h.
 *
 * A delimiter is CR LF "--" boundary. The input is treated as if a CR LF stood before it, so the first delimiter
 * looks like all others. Bytes collect in one window; what can no longer be part of a delimiter is handed on, the
 * tail that may be the start of one stays.
 */
#include "http/multipart.h"
#include "http/fields.h"
#include "http/limits.h"

#include <string.h>

enum { WINDOW = 16384 };

enum state { PREAMBLE, AFTER_DELIMITER, PART_HEAD, PART_BODY, EPILOGUE };

struct multipart {
    struct arena *arena;
    struct multipart_sink sink;
    enum state state;
    enum multipart_result result;
    struct str delimiter; /* CR LF "--" boundary */
    size_t from, to;      /* window[from .. to) is not yet understood */
    char window[WINDOW];
};

static bool boundary_valid(struct str b) {
    if (b.n == 0 || b.n > HTTP_LIMIT_BOUNDARY || b.p[b.n - 1] == ' ') return false;
    for (size_t i = 0; i < b.n; i++) {
        char c = b.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == 0 || !strchr("'()+_,-./:=? ", c))) return false;
    }
    return true;
}

struct multipart *multipart_new(struct arena *a, struct str boundary, struct multipart_sink sink) {
    if (!boundary_valid(boundary)) return NULL;
    struct multipart *m = arena_alloc_raw(a, sizeof *m);
    m->arena = a;
    m->sink = sink;
    m->state = PREAMBLE;
    m->result = MULTIPART_MORE;
    m->delimiter = arena_printf(a, "\r\n--%.*s", STR_ARGS(boundary));
    m->window[0] = '\r';
    m->window[1] = '\n';
    m->from = 0;
    m->to = 2;
    return m;
}

static struct str pending(const struct multipart *m) {
    return (struct str){m->window + m->from, m->to - m->from};
}

/* Directories before the name are dropped: Windows and old browsers send whole paths. */
static struct str last_component(struct str path) {
    for (size_t i = path.n; i > 0; i--)
        if (path.p[i - 1] == '/' || path.p[i - 1] == '\\') return str_sub(path, i, path.n);
    return path;
}

/* WHATWG: in names " CR LF are sent as %22 %0D %0A; nothing else is escaped. */
static struct str unescape_name(struct arena *a, struct str s) {
    struct buf out;
    buf_init(&out, a, HTTP_LIMIT_PART_HEAD);
    for (size_t i = 0; i < s.n; i++) {
        struct str three = str_sub(s, i, i + 3);
        char plain = str_eqz(three, "%22") ? '"' : str_eqz(three, "%0D") ? '\r' : str_eqz(three, "%0A") ? '\n' : 0;
        buf_byte(&out, plain ? plain : s.p[i]);
        if (plain) i += 2;
    }
    return buf_str(&out);
}

static bool read_disposition(struct arena *a, struct str value, struct multipart_part *part) {
    if (!str_eq_nocase(str_sub(value, 0, 9), STR("form-data"))) return false;
    struct str name = header_parameter(a, value, "name"), filename = header_parameter(a, value, "filename");
    if (!name.p || !utf8_valid(name) || !utf8_valid(filename)) return false;
    if (str_find_byte(name, 0) >= 0 || str_find_byte(filename, 0) >= 0) return false;
    part->name = unescape_name(a, name);
    part->is_file = filename.p != NULL;
    part->filename = last_component(unescape_name(a, filename));
    return true;
}

/* `head` is the lines of a part's head, each ended by CR LF. */
static bool read_head(struct multipart *m, struct str head, struct multipart_part *part) {
    bool named = false;
    part->type = STR("text/plain");
    while (head.n) {
        ptrdiff_t end = str_find(head, STR("\r\n"));
        if (end < 0) return false;
        struct str line = str_sub(head, 0, (size_t)end);
        head = str_sub(head, (size_t)end + 2, head.n);
        ptrdiff_t colon = str_find_byte(line, ':');
        if (colon <= 0) return false;
        struct str name = str_sub(line, 0, (size_t)colon), value = str_trim(str_sub(line, (size_t)colon + 1, line.n));
        if (str_eq_nocase(name, STR("Content-Disposition"))) {
            if (named || !read_disposition(m->arena, value, part)) return false;
            named = true;
        } else if (str_eq_nocase(name, STR("Content-Type"))) {
            if (!utf8_valid(value)) return false;
            part->type = media_type(m->arena, value);
            if (str_starts(part->type, STR("multipart/"))) return false;
        } else if (str_eq_nocase(name, STR("Content-Transfer-Encoding"))) {
            if (!str_eq_nocase(value, STR("binary")) && !str_eq_nocase(value, STR("8bit")) &&
                !str_eq_nocase(value, STR("7bit")))
                return false;
        }
    }
    return named;
}

/* Each step answers true when it moved on and the next may look at the window again. */

static bool step_preamble(struct multipart *m) {
    struct str bytes = pending(m);
    ptrdiff_t at = str_find(bytes, m->delimiter);
    if (at >= 0) {
        m->from += (size_t)at + m->delimiter.n;
        m->state = AFTER_DELIMITER;
        return true;
    }
    if (bytes.n >= m->delimiter.n) m->from = m->to - (m->delimiter.n - 1);
    return false;
}

static bool step_after_delimiter(struct multipart *m) {
    struct str bytes = pending(m);
    if (bytes.n < 2) return false;
    if (str_starts(bytes, STR("--"))) {
        m->state = EPILOGUE;
        return true;
    }
    size_t blank = 0; /* "transport padding" */
    while (blank < bytes.n && (bytes.p[blank] == ' ' || bytes.p[blank] == '\t')) blank++;
    if (blank > HTTP_LIMIT_BOUNDARY) m->result = MULTIPART_BROKEN;
    if (m->result != MULTIPART_MORE || bytes.n - blank < 2) return false;
    if (!str_starts(str_sub(bytes, blank, bytes.n), STR("\r\n"))) {
        m->result = MULTIPART_BROKEN;
        return false;
    }
    m->from += blank + 2;
    m->state = PART_HEAD;
    return true;
}

static bool step_part_head(struct multipart *m) {
    struct str bytes = pending(m);
    ptrdiff_t end = str_find(bytes, STR("\r\n\r\n"));
    if (end < 0 || end > HTTP_LIMIT_PART_HEAD) {
        if (end > HTTP_LIMIT_PART_HEAD || bytes.n > HTTP_LIMIT_PART_HEAD) m->result = MULTIPART_BROKEN;
        return false;
    }
    struct multipart_part part = {0};
    if (!read_head(m, str_sub(bytes, 0, (size_t)end + 2), &part)) {
        m->result = MULTIPART_BROKEN;
        return false;
    }
    m->from += (size_t)end + 4;
    if (!m->sink.begin(m->sink.arg, &part)) {
        m->result = MULTIPART_STOPPED;
        return false;
    }
    m->state = PART_BODY;
    return true;
}

static bool hand_on(struct multipart *m, size_t n) {
    bool wanted = n == 0 || m->sink.data(m->sink.arg, (struct str){m->window + m->from, n});
    m->from += n;
    if (!wanted) m->result = MULTIPART_STOPPED;
    return wanted;
}

static bool step_part_body(struct multipart *m) {
    struct str bytes = pending(m);
    ptrdiff_t at = str_find(bytes, m->delimiter);
    if (at < 0) {
        if (bytes.n >= m->delimiter.n) hand_on(m, bytes.n - (m->delimiter.n - 1));
        return false;
    }
    if (!hand_on(m, (size_t)at)) return false;
    m->from += m->delimiter.n;
    if (!m->sink.end(m->sink.arg)) {
        m->result = MULTIPART_STOPPED;
        return false;
    }
    m->state = AFTER_DELIMITER;
    return true;
}

static bool step(struct multipart *m) {
    switch (m->state) {
    case PREAMBLE: return step_preamble(m);
    case AFTER_DELIMITER: return step_after_delimiter(m);
    case PART_HEAD: return step_part_head(m);
    case PART_BODY: return step_part_body(m);
    case EPILOGUE: m->from = m->to; return false;
    }
    return false;
}

enum multipart_result multipart_feed(struct multipart *m, struct str bytes) {
    while (bytes.n && m->result == MULTIPART_MORE) {
        if (m->from) {
            memmove(m->window, m->window + m->from, m->to - m->from);
            m->to -= m->from;
            m->from = 0;
        }
        size_t room = WINDOW - m->to, n = bytes.n < room ? bytes.n : room;
        if (n == 0) return m->result = MULTIPART_BROKEN; /* every state keeps less than a window */
        memcpy(m->window + m->to, bytes.p, n);
        m->to += n;
        bytes = str_sub(bytes, n, bytes.n);
        while (m->result == MULTIPART_MORE && step(m)) {}
    }
    return m->result;
}

bool multipart_complete(const struct multipart *m) {
    return m->state == EPILOGUE && m->result == MULTIPART_MORE;
}
