/* serve.c: `lingban serve`: opens the house, starts writer, outbox and web server, and waits for Ctrl-C; and
 * `lingban routes`, the table of every address. */
#include "base/memory.h"
#include "cli/house.h"

#include "base/crypto.h"
#include "base/env.h"
#include "base/yaml.h"
#include "engine/housekeeping.h"
#include "engine/outbox.h"
#include "store/seal.h"
#include "web/backup_page.h"
#include "web/embedded.h"
#include "web/site.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* src/main.c: the pages' and the API's tables. */
extern const struct http_route *const house_routes[];

struct serve_options {
    const char *listen, *certificate, *key, *address, *webhook, *smtp, *mail_from, *ca_file, *threads;
    bool behind_proxy, demo, quiet, allow_private;
    int thread_count; /* 0: one a core */
};

/* What the services in the program are called: from the head of each service.yaml. */
static const struct shipped_name *shipped_names(struct arena *a) {
    struct shipped_name *names = NULL;
    size_t count = 0, capacity = 0;
    for (const struct shipped_file *f = shipped_files; f->path; f++) {
        if (strcmp(f->path, "service.yaml") != 0) continue;
        const struct json *yaml = yaml_parse(a, f->content, &json_default_limits, str_from(f->path), NULL);
        struct shipped_name one = {f->service, text_pair_of(yaml, "name"), text_pair_of(yaml, "summary")};
        VEC_PUSH(a, names, count, capacity, one);
    }
    struct shipped_name end = {.id = NULL};
    VEC_PUSH(a, names, count, capacity, end);
    return names;
}

static instant now_of(void *app) {
    struct site *site = app;
    return engine_now(site->engine);
}

static uint64_t version_of(void *app) {
    struct site *site = app;
    return engine_version(site->engine);
}

/* The town's name: the organisation that stands above all others. */
static void read_place(struct site *site, struct arena *a) {
    struct faults none;
    faults_init(&none, a);
    struct db *db = store_read_begin(engine_store(site->engine));
    struct query q = db_query(db, "select name, name_en from organisation where id not in (select child from organisation_edge where to_at is null)"
                                  " and closed_at is null order by id limit 1");
    if (query_next(&q)) {
        site->web.place[LANGUAGE_ZH] = arena_str(a, query_text(&q, 0));
        site->web.place[LANGUAGE_EN] = arena_str(a, query_text(&q, query_text(&q, 1).n ? 1 : 0));
    }
    query_done(&q);
    store_read_end(engine_store(site->engine), db, &none);
}

/* Form tokens stay good across restarts: their key comes from the one that makes the links. */
static void form_secret(struct house *h, uint8_t out[32]) {
    hkdf_sha256(seal_link_key(h->store), STR(""), STR("lingban form tokens"), out, 32);
}

static void wait_for_the_end(void) {
    sigset_t set;
    int got;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigwait(&set, &got);
}

static void block_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, NULL); /* before any thread starts: they all leave signals to this one */
}

static void print_accounts(struct house *h, const struct http_server *server) {
    struct str address = http_server_address(server);
    printf("%.*s\n", STR_ARGS(text_say(&h->arena, cli_language(), T("Lingban is open at {0} – Ctrl-C closes it."), address)));
    fflush(stdout);
}

static void print_demo_accounts(struct house *h) {
    struct faults none;
    faults_init(&none, &h->arena);
    struct db *db = store_read_begin(h->store);
    struct query q = db_query(db, "select a.login, p.name, coalesce(o.name, ''), coalesce(group_concat(distinct g.role), '') from account a join party p on p.id = a.party"
                                  " left join organisation o on o.id = a.organisation left join role_grant g on g.account = a.id group by a.id order by a.id limit 12");
    struct str head = text_in(cli_language(), T("Demo accounts (one click under /demo):"));
    printf("%.*s\n", STR_ARGS(head));
    while (query_next(&q)) printf("  %-10.*s %.*s  %.*s  %.*s\n", STR_ARGS(query_text(&q, 0)), STR_ARGS(query_text(&q, 1)), STR_ARGS(query_text(&q, 2)), STR_ARGS(query_text(&q, 3)));
    store_read_end(h->store, db, &none);
    fflush(stdout);
}

static int serve(struct house *h, const struct serve_options *o) {
    struct faults faults;
    struct site *site = arena_new(&h->arena, struct site);
    faults_init(&faults, &h->arena);
    if (!web_open(&site->web, &faults)) {
        cli_print_faults(&faults);
        return CLI_FAILED;
    }
    site->engine = h->engine;
    site->web.demo = o->demo;
    site->web.frame = site_frame;
    site->shipped = shipped_service;
    numbers_init(&site->town_numbers);
    numbers_init(&site->service_numbers);
    site->shipped_names = shipped_names(&h->arena);
    read_place(site, &h->arena);
    struct outbox_options outbox = {.webhook = o->webhook, .smtp = o->smtp, .mail_from = o->mail_from, .ca_file = o->ca_file, .allow_private = o->allow_private, .demo = o->demo};
    struct http_config config = {.listen = o->listen ? o->listen : "127.0.0.1:8080", .tls_certificate = o->certificate, .tls_key = o->key};
    config.behind_proxy = o->behind_proxy;
    config.demo = o->demo;
    config.log = !o->quiet;
    config.threads = o->thread_count;
    config.spool_folder = h->folder;
    form_secret(h, config.secret);
    config.tables = house_routes;
    config.assets = web_assets;
    config.hooks = (struct http_hooks){now_of, site_identify, site_may, version_of, web_error_page};
    config.app = site;
    site->backup = backup_job_open(h->store);
    struct http_server *server = http_server_open(&config, &faults);
    int status = CLI_FAILED;
    if (server) {
        site->address = o->address ? str_from(o->address) : arena_str(&h->arena, http_server_address(server));
        struct outbox *worker = outbox_start(h->engine, &outbox);
        struct housekeeper *keeper = housekeeper_start(h->engine);
        if (o->demo) print_demo_accounts(h);
        memory_settle();
        print_accounts(h, server);
        wait_for_the_end();
        http_server_close(server);
        housekeeper_stop(keeper);
        outbox_stop(worker);
        status = CLI_DONE;
    } else {
        house_say_first(&faults);
    }
    backup_job_close(site->backup);
    web_close(&site->web);
    return status;
}

static bool begins(const char *text, const char *head) {
    return strncmp(text, head, strlen(head)) == 0;
}

/* Told before anything starts: a message that cannot leave would be noticed days later. */
static bool options_fit(const struct serve_options *o) {
    bool web = !o->webhook || begins(o->webhook, "https://") || (o->allow_private && begins(o->webhook, "http://"));
    const struct {
        bool wrong;
        struct str sentence;
    } checks[] = {
        {!web, T("--webhook takes an address that begins with https:// (or http://, together with --allow-private-addresses).")},
        {o->smtp && !begins(o->smtp, "smtp://") && !begins(o->smtp, "smtps://"), T("--smtp takes smtp://HOST:25 or smtps://HOST.")},
        {!o->smtp != !o->mail_from, T("--smtp and --mail-from are given together.")},
        {o->mail_from && !strchr(o->mail_from, '@'), T("--mail-from takes a mail address.")},
        {o->address && !begins(o->address, "https://") && !begins(o->address, "http://"), T("--address takes what links begin with, such as https://town.example.org.")},
        {o->behind_proxy && (o->certificate || o->key), T("With --behind-proxy the proxy has the certificate: leave out --tls-cert and --tls-key.")},
        {o->ca_file && file_kind(o->ca_file) != FILE_REGULAR, T("The file after --ca-file is not there.")},
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        if (!checks[i].wrong) continue;
        cli_complain(checks[i].sentence);
        return false;
    }
    return true;
}

int cli_serve(int argc, char **argv) {
    struct house h = {0};
    struct serve_options o = {0};
    const struct cli_option options[] = {HOUSE_OPTIONS(h),
                                         {"--listen", &o.listen, NULL},
                                         {"--tls-cert", &o.certificate, NULL},
                                         {"--tls-key", &o.key, NULL},
                                         {"--address", &o.address, NULL},
                                         {"--webhook", &o.webhook, NULL},
                                         {"--smtp", &o.smtp, NULL},
                                         {"--mail-from", &o.mail_from, NULL},
                                         {"--ca-file", &o.ca_file, NULL},
                                         {"--threads", &o.threads, NULL},
                                         {"--behind-proxy", NULL, &o.behind_proxy},
                                         {"--allow-private-addresses", NULL, &o.allow_private},
                                         {"--demo", NULL, &o.demo},
                                         {"--quiet", NULL, &o.quiet},
                                         {NULL, NULL, NULL}};
    int words, status = CLI_FAILED;
    int64_t threads = 1;
    if (!cli_options(argc, argv, options, NULL, 0, &words)) return CLI_USAGE;
    if (o.threads && (!str_to_int64(str_from(o.threads), &threads) || threads < 1 || threads > 64)) {
        cli_complain(T("--threads takes a number from 1 to 64."));
        return CLI_USAGE;
    }
    if (!options_fit(&o)) return CLI_USAGE;
    o.thread_count = o.threads ? (int)threads : 0;
    block_signals();
    if (house_open(&h, false, true, true)) status = serve(&h, &o);
    house_close(&h);
    return status;
}

int cli_routes(int argc, char **argv) {
    static const struct cli_option none[] = {{NULL, NULL, NULL}};
    int words;
    if (!cli_options(argc, argv, none, NULL, 0, &words)) return CLI_USAGE;
    for (size_t t = 0; house_routes[t]; t++)
        for (const struct http_route *r = house_routes[t]; r->method; r++)
            printf("%-6s %-36s %-11s %.*s\n", r->method, r->pattern, r->who, STR_ARGS(text_in(cli_language(), r->summary)));
    return CLI_DONE;
}
