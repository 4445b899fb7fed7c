/* tls_test.c: the server with a certificate made for this test, asked by libcurl, which trusts only that one. */
#include "base/arena.h"
#include "http/http.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[] = "/tmp/lingban-tls-XXXXXX";
static char certificate[64], key[64];

/* A self-signed certificate for 127.0.0.1, valid for an hour. */
static void make_certificate(void) {
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_set_version(x, 2);
    X509_gmtime_adj(X509_getm_notBefore(x), -60);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, pair);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"throw-away of a test", -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    X509_EXTENSION *name = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(x, name, -1);
    assert_true(X509_sign(x, pair, EVP_sha256()) > 0);
    FILE *f = fopen(certificate, "w");
    FILE *g = fopen(key, "w");
    assert_true(f && g && PEM_write_X509(f, x) && PEM_write_PrivateKey(g, pair, NULL, NULL, 0, NULL, NULL));
    fclose(f);
    fclose(g);
    X509_EXTENSION_free(name);
    X509_free(x);
    EVP_PKEY_free(pair);
}

static enum http_outcome hello(struct http_request *rq) {
    http_set_cookie(rq, "session", STR("abc"), 0);
    return http_send(rq, 200, "text/plain", STR("hello over TLS"));
}

static const struct http_route routes[] = {{"GET", "/", hello, "anyone", {NULL, 0}, 0, 0}, {0}};
static const struct http_route *const tables[] = {routes, NULL};

struct received {
    char body[4096], head[8192];
    size_t body_size, head_size;
};

static size_t take_body(char *p, size_t size, size_t n, void *arg) {
    struct received *r = arg;
    if (r->body_size + size * n < sizeof r->body) memcpy(r->body + r->body_size, p, size * n), r->body_size += size * n;
    return size * n;
}

static size_t take_head(char *p, size_t size, size_t n, void *arg) {
    struct received *r = arg;
    if (r->head_size + size * n < sizeof r->head) memcpy(r->head + r->head_size, p, size * n), r->head_size += size * n;
    return size * n;
}

static void serves_tls(void **state) {
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    struct http_config c = {.listen = "127.0.0.1:0", .threads = 1, .tables = tables, .spool_folder = "/tmp", .tls_certificate = certificate, .tls_key = key};
    struct http_server *s = http_server_open(&c, NULL);
    assert_non_null(s);
    assert_true(str_starts(http_server_address(s), STR("https://127.0.0.1:")));
    char address[64];
    snprintf(address, sizeof address, "https://127.0.0.1:%d/", http_server_port(s));
    struct received r = {0};
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, address);
    curl_easy_setopt(curl, CURLOPT_CAINFO, certificate);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 10L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &r);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_head);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &r);
    for (int i = 0; i < 20; i++) {
        memset(&r, 0, sizeof r);
        assert_int_equal(curl_easy_perform(curl), CURLE_OK);
        assert_string_equal(r.body, "hello over TLS");
    }
    assert_non_null(strstr(r.head, "Strict-Transport-Security: max-age="));
    assert_non_null(strstr(r.head, "; Secure"));
    curl_easy_cleanup(curl);
    http_server_close(s);
}

static void a_key_that_does_not_fit(void **state) {
    (void)state;
    struct arena a;
    struct faults f;
    arena_init(&a, 1 << 20);
    faults_init(&f, &a);
    struct http_config c = {.listen = "127.0.0.1:0", .threads = 1, .tables = tables, .spool_folder = "/tmp", .tls_certificate = certificate, .tls_key = certificate};
    assert_null(http_server_open(&c, &f));
    assert_int_equal(f.count, 1);
    assert_string_equal(f.items[0].code, "http.start");
    arena_release(&a);
}

static int setup(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(certificate, sizeof certificate, "%s/cert.pem", folder);
    snprintf(key, sizeof key, "%s/key.pem", folder);
    make_certificate();
    return 0;
}

static int teardown(void **state) {
    (void)state;
    unlink(certificate);
    unlink(key);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(serves_tls), cmocka_unit_test(a_key_that_does_not_fit)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
