/* qr.c: see qr.h. One path of dark runs, so a code of 33 by 33 takes about 4 KB. */
#include "web/qr.h"
#include "base/html.h"

#include <qrencode.h>

enum { QUIET_ZONE = 4, LARGEST_VERSION = 25 };

static void put_row(struct buf *out, const unsigned char *row, int width, int y) {
    for (int x = 0; x < width; x++) {
        if (!(row[x] & 1)) continue;
        int run = 1;
        while (x + run < width && (row[x + run] & 1)) run++;
        buf_printf(out, "M%d %dh%dv1h-%dz", x + QUIET_ZONE, y + QUIET_ZONE, run, run);
        x += run;
    }
}

struct str qr_svg(struct arena *a, struct str text, struct str title) {
    struct buf out;
    buf_init(&out, a, 256 * 1024);
    const char *z = arena_cstr(a, text);
    buf_printf(&out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" role=\"img\"");
    html_attr(&out, "aria-label", title);
    QRcode *code = QRcode_encodeString8bit(z, 0, QR_ECLEVEL_M);
    if (!code) return STR("");
    arena_on_release(a, (void (*)(void *))(void *)QRcode_free, code);
    if (code->version > LARGEST_VERSION) return STR("");
    int size = code->width + 2 * QUIET_ZONE;
    buf_printf(&out, " viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path d=\"", size,
               size, size, size);
    for (int y = 0; y < code->width; y++) put_row(&out, code->data + y * code->width, code->width, y);
    buf_add(&out, STR("\"/></svg>"));
    return buf_str(&out);
}
