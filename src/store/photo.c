/* photo.c: a strange JPEG in, one of our own out (blob.h, photo_encode). Only pixels pass: what stood beside them
 * (place, camera, another picture, a script) is not read, except the orientation, which turns the pixels.
 *
 * libjpeg-turbo decodes at a fraction of the size where it can (in eighths); the rest is averaged down by us. */
#include "store/blob.h"

#include <string.h>
#include <turbojpeg.h>

enum { LARGEST_PIXELS = 60000000 /* phones of 2026 make up to 50 million in one mode nobody needs */, SMALLEST_SIDE = 64 };

struct picture {
    uint8_t *pixels; /* RGB, rows without padding */
    int width, height;
};

/* The orientation of Exif 2.32, tag 0x0112 of the first directory: 1 (upright) … 8; 1 when anything is odd. */
static unsigned number_at(struct str s, size_t at, size_t bytes, bool little) {
    unsigned v = 0;
    for (size_t i = 0; i < bytes; i++) v |= (unsigned)(uint8_t)s.p[at + i] << 8 * (little ? i : bytes - 1 - i);
    return v;
}

static int orientation_of_tiff(struct str tiff) {
    if (tiff.n < 8) return 1;
    bool little = tiff.p[0] == 'I';
    size_t at = number_at(tiff, 4, 4, little);
    if (at > tiff.n || tiff.n - at < 2) return 1;
    size_t count = number_at(tiff, at, 2, little);
    for (at += 2; count > 0 && tiff.n - at >= 12; count--, at += 12) {
        if (number_at(tiff, at, 2, little) != 0x0112) continue;
        unsigned v = number_at(tiff, at + 8, 2, little);
        return v >= 1 && v <= 8 ? (int)v : 1;
    }
    return 1;
}

static int orientation_of(struct str jpeg) {
    for (size_t at = 2; jpeg.n > at && jpeg.n - at >= 4 && (uint8_t)jpeg.p[at] == 0xFF;) {
        unsigned marker = (uint8_t)jpeg.p[at + 1];
        size_t length = number_at(jpeg, at + 2, 2, false);
        if (marker == 0xDA || length < 2) return 1;
        struct str segment = str_sub(jpeg, at + 4, at + 2 + length);
        if (marker == 0xE1 && str_starts(segment, (struct str){"Exif\0\0", 6})) return orientation_of_tiff(str_sub(segment, 6, segment.n));
        at += 2 + length;
    }
    return 1;
}

static int scaled(int side, tjscalingfactor f) {
    return TJSCALED(side, f);
}

/* The smallest size libjpeg-turbo can decode to that is not below what is wanted. */
static void choose_size(int *width, int *height, int largest_side) {
    int count = 0, best_width = *width, best_height = *height;
    const tjscalingfactor *factors = tjGetScalingFactors(&count);
    for (int i = 0; i < count; i++) {
        int w = scaled(*width, factors[i]), h = scaled(*height, factors[i]);
        if (factors[i].num > factors[i].denom || (w < largest_side && h < largest_side)) continue;
        if (w < best_width) best_width = w, best_height = h;
    }
    *width = best_width;
    *height = best_height;
}

static void destroy_handle(void *handle) {
    tjDestroy(handle);
}

static bool decode(struct arena *a, struct str jpeg, int largest_side, struct picture *out, struct faults *faults) {
    int subsampling, colours;
    tjhandle handle = tjInitDecompress();
    if (!handle) arena_escape(a);
    *out = (struct picture){NULL, 0, 0};
    arena_on_release(a, destroy_handle, handle);
    const uint8_t *bytes = (const uint8_t *)jpeg.p;
    /* A file with tables and no picture is a success without a size. */
    if (tjDecompressHeader3(handle, bytes, jpeg.n, &out->width, &out->height, &subsampling, &colours) != 0 ||
        out->width < 1 || out->height < 1) {
        fault_error(faults, "blob.damaged", (struct place){0}, T("This photo is damaged and cannot be read."));
        return false;
    }
    if ((int64_t)out->width * out->height > LARGEST_PIXELS) {
        fault_error(faults, "blob.large", (struct place){0}, T("This photo has too many pixels. Make it smaller first."));
        return false;
    }
    choose_size(&out->width, &out->height, largest_side);
    out->pixels = arena_alloc(a, (size_t)out->width * (size_t)out->height * 3);
    int status = tjDecompress2(handle, bytes, jpeg.n, out->pixels, out->width, 0, out->height, TJPF_RGB, TJFLAG_LIMITSCANS);
    /* Warnings (a few lost blocks, rubbish at the end) are common in good photos. */
    if (status == 0 || tjGetErrorCode(handle) == TJERR_WARNING) return true;
    fault_error(faults, "blob.damaged", (struct place){0}, T("This photo is damaged and cannot be read."));
    return false;
}

/* Each new pixel is the mean of the old ones it covers. */
static struct picture shrink(struct arena *a, struct picture p, int width, int height) {
    if (width >= p.width && height >= p.height) return p;
    struct picture out = {arena_alloc_raw(a, (size_t)width * (size_t)height * 3), width, height};
    for (int y = 0; y < height; y++) {
        int top = (int)((int64_t)y * p.height / height), bottom = (int)((int64_t)(y + 1) * p.height / height);
        for (int x = 0; x < width; x++) {
            int left = (int)((int64_t)x * p.width / width), right = (int)((int64_t)(x + 1) * p.width / width);
            unsigned sum[3] = {0}, n = (unsigned)((right - left) * (bottom - top));
            for (int v = top; v < bottom; v++)
                for (int u = left; u < right; u++)
                    for (int c = 0; c < 3; c++) sum[c] += p.pixels[((size_t)v * (size_t)p.width + (size_t)u) * 3 + (size_t)c];
            for (int c = 0; c < 3; c++)
                out.pixels[((size_t)y * (size_t)width + (size_t)x) * 3 + (size_t)c] = (uint8_t)(sum[c] / n);
        }
    }
    return out;
}

static struct picture fit(struct arena *a, struct picture p, int largest_side) {
    int longest = p.width > p.height ? p.width : p.height;
    if (longest <= largest_side) return p;
    int width = (int)((int64_t)p.width * largest_side / longest), height = (int)((int64_t)p.height * largest_side / longest);
    return shrink(a, p, width > 0 ? width : 1, height > 0 ? height : 1);
}

/* Where the pixel of an upright picture comes from, by Exif orientation: mirrored left-right, top-bottom, axes swapped. */
static const struct {
    bool left_right, top_bottom, swapped;
} turns[9] = {[1] = {0, 0, 0}, [2] = {1, 0, 0}, [3] = {1, 1, 0}, [4] = {0, 1, 0},
              [5] = {0, 0, 1}, [6] = {0, 1, 1}, [7] = {1, 1, 1}, [8] = {1, 0, 1}};

static struct picture turn(struct arena *a, struct picture p, int orientation) {
    if (orientation == 1) return p;
    bool swapped = turns[orientation].swapped;
    struct picture out = {arena_alloc_raw(a, (size_t)p.width * (size_t)p.height * 3), swapped ? p.height : p.width,
                          swapped ? p.width : p.height};
    for (int y = 0; y < out.height; y++)
        for (int x = 0; x < out.width; x++) {
            int u = swapped ? y : x, v = swapped ? x : y;
            if (turns[orientation].left_right) u = p.width - 1 - u;
            if (turns[orientation].top_bottom) v = p.height - 1 - v;
            memcpy(out.pixels + ((size_t)y * (size_t)out.width + (size_t)x) * 3,
                   p.pixels + ((size_t)v * (size_t)p.width + (size_t)u) * 3, 3);
        }
    return out;
}

static void free_jpeg(void *p) {
    tjFree(p);
}

static bool encode(struct arena *a, struct picture p, int quality, struct str *out) {
    tjhandle handle = tjInitCompress();
    unsigned char *bytes = NULL;
    unsigned long n = 0;
    if (!handle) arena_escape(a);
    int status = tjCompress2(handle, p.pixels, p.width, 0, p.height, TJPF_RGB, &bytes, &n, TJSAMP_420, quality, TJFLAG_PROGRESSIVE);
    tjDestroy(handle);
    if (bytes) arena_on_release(a, free_jpeg, bytes);
    *out = (struct str){(const char *)bytes, n};
    return status == 0;
}

bool photo_encode(struct arena *a, struct str jpeg, int largest_side, size_t largest_bytes, struct str *out, int *width,
                  int *height, struct faults *faults) {
    static const int qualities[] = {82, 70, 55, 40};
    struct picture p;
    if (jpeg.n < 4 || !str_starts(jpeg, STR("\xFF\xD8\xFF"))) {
        fault_error(faults, "blob.kind", (struct place){0},
                    T("Only JPEG photos can be kept. Take the photo again, or save it as JPEG."));
        return false;
    }
    if (!decode(a, jpeg, largest_side, &p, faults)) return false;
    p = turn(a, fit(a, p, largest_side), orientation_of(jpeg));
    for (;;) {
        for (size_t i = 0; i < sizeof qualities / sizeof *qualities; i++) {
            if (!encode(a, p, qualities[i], out)) {
                fault_error(faults, "blob.damaged", (struct place){0}, T("This photo could not be stored."));
                return false;
            }
            *width = p.width;
            *height = p.height;
            if (largest_bytes == 0 || out->n <= largest_bytes) return true;
        }
        int side = (p.width > p.height ? p.width : p.height) / 2;
        if (side < SMALLEST_SIDE) return true; /* 64 pixels of noise are less than any limit we have */
        p = fit(a, p, side);
    }
}
