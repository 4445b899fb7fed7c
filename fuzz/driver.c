/* driver.c: runs a fuzz target without libFuzzer, so that gcc and any machine can: first every given file as it is,
 * then a fixed number of seeded mutations of each. The same seed gives the same inputs.
 * Usage: build/fuzz/NAME [-runs=N] [-seed=N] FILE… (N mutations a file, 2,000 when not given) */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The rooms' libraries refer to the command table for their usage; a fuzzer has no commands. */
const struct cli_command cli_commands[] = {{NULL, NULL, {NULL, 0}, NULL}};

enum { FILE_BYTES = 1 << 20, GROWTH = 4096 };

static uint64_t random_state;

static uint64_t next_random(void) { /* splitmix64 */
    uint64_t z = random_state += 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

static size_t below(size_t n) {
    return n ? (size_t)(next_random() % n) : 0;
}

/* One change in place; returns the new size, at most `room`. */
static size_t mutate(uint8_t *p, size_t n, size_t room) {
    static const char *const words[] = {"${", "}", "\"", "'", "(", "[", "]", "</", "<!--", "&#0;", "::", ",", "\n", "-1", "99999999999", "\xFF"};
    if (n == 0) return 0;
    size_t at = below(n), length = 1 + below(n - at < 64 ? n - at : 64);
    const char *word = words[below(sizeof words / sizeof *words)];
    switch (below(6)) {
    case 0: p[at] ^= (uint8_t)(1u << below(8)); return n;
    case 1: p[at] = (uint8_t)next_random(); return n;
    case 2: memmove(p + at, p + at + length, n - at - length); return n - length; /* cut */
    case 3: /* repeat a stretch */
        if (n + length > room) return n;
        memmove(p + at + length, p + at, n - at);
        return n + length;
    case 4: /* copy over another place */
        memmove(p + below(n - length + 1), p + at, length);
        return n;
    default: /* put a word in */
        if (n + strlen(word) > room) return n;
        memmove(p + at + strlen(word), p + at, n - at);
        memcpy(p + at, word, strlen(word));
        return n + strlen(word);
    }
}

/* In a block of exactly its size, so that a sanitizer sees the first byte read past the end. */
static void run_input(const uint8_t *bytes, size_t n) {
    uint8_t *exact = malloc(n ? n : 1);
    if (!exact) exit(2);
    memcpy(exact, bytes, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

static void run_file(const char *path, long runs) {
    FILE *f = fopen(path, "rb");
    uint8_t *original = malloc(FILE_BYTES), *changed = malloc(FILE_BYTES + GROWTH);
    if (!f || !original || !changed) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    size_t n = fread(original, 1, FILE_BYTES, f);
    fclose(f);
    run_input(original, n);
    for (long i = 0; i < runs; i++) {
        size_t size = n;
        memcpy(changed, original, n);
        for (size_t k = 1 + below(8); k > 0; k--) size = mutate(changed, size, n + GROWTH);
        run_input(changed, size);
    }
    free(original);
    free(changed);
}

int main(int argc, char **argv) {
    long runs = 2000, files = 0;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "-runs=", 6) == 0) runs = strtol(argv[i] + 6, NULL, 10);
        else if (strncmp(argv[i], "-seed=", 6) == 0) random_state = strtoull(argv[i] + 6, NULL, 10);
        else run_file(argv[i], runs), files++;
    }
    printf("%ld inputs\n", files * (runs + 1));
    return files ? 0 : 2;
}
