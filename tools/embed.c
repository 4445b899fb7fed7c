/* embed.c: turns files into C tables that the program carries. The build uses it; it is not part of the program.
 *
 * embed assets FILE …      const struct http_asset web_assets[]: addresses with a hash, gzip and brotli beside the bytes
 * embed templates FILE …   const struct web_template web_templates[]: name and text
 * embed services FILE …    const struct shipped_file shipped_files[]: services/NAME/PATH as name, path and text
 * Writes to standard output.
 */
#include <brotli/encode.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

static unsigned char *read_whole(const char *path, size_t *n) {
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0) die(path);
    long size = ftell(f);
    unsigned char *p = malloc((size_t)size + 1);
    rewind(f);
    if (!p || fread(p, 1, (size_t)size, f) != (size_t)size) die(path);
    fclose(f);
    *n = (size_t)size;
    return p;
}

/* As octal escapes where needed: a digit after a short octal escape would join it, so all have three. */
static void put_literal(const unsigned char *p, size_t n) {
    fputs("{\"", stdout);
    for (size_t i = 0; i < n; i++) {
        if (i && i % 2000 == 0) fputs("\"\n\"", stdout);
        if (p[i] == '"' || p[i] == '\\') printf("\\%c", p[i]);
        else if (p[i] >= 0x20 && p[i] < 0x7f && p[i] != '?') putchar(p[i]);
        else printf("\\%03o", p[i]);
    }
    printf("\", %zu}", n);
}

static void put_if_smaller(const unsigned char *p, size_t n, size_t plain) {
    if (n && n < plain) put_literal(p, n);
    else fputs("{\"\", 0}", stdout);
}

static size_t gzip(const unsigned char *in, size_t n, unsigned char *out, size_t room) {
    z_stream z = {0};
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    z.next_in = (unsigned char *)in;
    z.avail_in = (uInt)n;
    z.next_out = out;
    z.avail_out = (uInt)room;
    int end = deflate(&z, Z_FINISH);
    size_t size = room - z.avail_out;
    deflateEnd(&z);
    return end == Z_STREAM_END ? size : 0;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static const char *type_of(const char *name) {
    static const char *const types[][2] = {{".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
                                           {".svg", "image/svg+xml"}, {".png", "image/png"}, {".webmanifest", "application/manifest+json"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t n = strlen(name), e = strlen(types[i][0]);
        if (n > e && strcmp(name + n - e, types[i][0]) == 0) return types[i][1];
    }
    return "application/octet-stream";
}

static void put_asset(const char *path) {
    size_t n;
    unsigned char *p = read_whole(path, &n), digest[EVP_MAX_MD_SIZE];
    unsigned digest_length;
    if (!EVP_Digest(p, n, digest, &digest_length, EVP_sha256(), NULL)) die("sha256");
    const char *name = base_name(path), *dot = strrchr(name, '.');
    int stem = dot ? (int)(dot - name) : (int)strlen(name);
    printf("    {\"/static/%.*s-%02x%02x%02x%02x%s\", \"%s\",\n     ", stem, name, digest[0], digest[1], digest[2], digest[3],
           dot ? dot : "", type_of(name));
    put_literal(p, n);
    size_t room = n + 1024, size = room;
    unsigned char *out = malloc(room);
    fputs(",\n     ", stdout);
    put_if_smaller(out, gzip(p, n, out, room), n);
    fputs(",\n     ", stdout);
    if (!BrotliEncoderCompress(11, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, n, p, &size, out)) size = 0;
    put_if_smaller(out, size, n);
    fputs("},\n", stdout);
    free(out);
    free(p);
}

static void put_template(const char *path) {
    size_t n;
    unsigned char *p = read_whole(path, &n);
    const char *name = base_name(path), *dot = strrchr(name, '.');
    int stem = dot ? (int)(dot - name) : (int)strlen(name);
    printf("    {{\"%.*s\", %d},\n     ", stem, name, stem);
    put_literal(p, n);
    fputs("},\n", stdout);
    free(p);
}

/* services/wish/print/slip.html → service "wish", path "print/slip.html". */
static void put_service_file(const char *path) {
    size_t n;
    unsigned char *p = read_whole(path, &n);
    const char *name = strchr(path, '/'), *inner = name ? strchr(name + 1, '/') : NULL;
    if (!inner) die(path);
    printf("    {\"%.*s\", \"%s\",\n     ", (int)(inner - name - 1), name + 1, inner + 1);
    put_literal(p, n);
    fputs("},\n", stdout);
    free(p);
}

static const struct {
    const char *word, *include, *table, *end;
    void (*put)(const char *path);
} modes[] = {
    {"assets", "web/embedded.h", "const struct http_asset web_assets[]", "{0}", put_asset},
    {"templates", "web/embedded.h", "const struct web_template web_templates[]", "{{NULL, 0}, {NULL, 0}}", put_template},
    {"services", "cli/house.h", "const struct shipped_file shipped_files[]", "{NULL, NULL, {NULL, 0}}", put_service_file},
};

int main(int argc, char **argv) {
    for (size_t m = 0; argc > 1 && m < sizeof modes / sizeof *modes; m++) {
        if (strcmp(argv[1], modes[m].word) != 0) continue;
        printf("/* Made by tools/embed. Do not edit. */\n#include \"%s\"\n\n%s = {\n", modes[m].include, modes[m].table);
        for (int i = 2; i < argc; i++) modes[m].put(argv[i]);
        printf("    %s,\n};\n", modes[m].end);
        return ferror(stdout) ? 1 : 0;
    }
    fputs("embed assets|templates|services FILE …\n", stderr);
    return 2;
}
