/* digest.c: see digest.h. */
#include "base/digest.h"

#include <openssl/evp.h>

static const struct {
    const char *name, *library_name;
} digests[] = {{"MD5", "MD5"}, {"SHA-1", "SHA1"}, {"SHA-256", "SHA256"}, {"SHA-384", "SHA384"}, {"SHA-512", "SHA512"}};

bool digest_by_name(struct arena *a, struct str name, struct str bytes, struct str *out) {
    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
        if (!str_eqz(name, digests[i].name)) continue;
        char *raw = arena_alloc(a, EVP_MAX_MD_SIZE);
        size_t length = 0;
        const char *data = bytes.n ? bytes.p : "";
        if (!EVP_Q_digest(NULL, digests[i].library_name, NULL, data, bytes.n, (unsigned char *)raw, &length))
            return false;
        *out = (struct str){raw, length};
        return true;
    }
    return false;
}
