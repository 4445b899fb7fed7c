/* qr.h: QR codes as SVG. Level M, at most version 25, which phone cameras still read from paper (about 1,000 bytes). */
#ifndef WEB_QR_H
#define WEB_QR_H

#include "base/arena.h"

/* An <svg class="qr"> with `title` for screen readers; empty when the text is too long. For data_html. */
struct str qr_svg(struct arena *a, struct str text, struct str title);

#endif
