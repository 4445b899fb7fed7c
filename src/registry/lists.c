/* lists.c: the open entries of a register as the list a form chooses from (ODK Entity Lists: name, label, properties);
 * `office` is the id of the organisation that keeps it, so that a form can offer only offices that can take the case. */
#include "registry/registry.h"

#include "base/table_out.h"

enum { LIST_BYTES = 8 << 20, LIST_ROWS = 20000 };

/* Columns are the fields that some entry has a value of: the database knows them without the folder. */
static size_t columns_of(struct arena *a, struct db *db, struct str service, struct str name, struct str **out) {
    struct str *fields = NULL;
    size_t count = 0, capacity = 0;
    struct query q = db_query(db, "select distinct v.field from entity_value v join entity e on e.id = v.entity where e.service = ? and e.register = ?"
                                  " and v.value is not null order by v.field", DB_TEXT(service), DB_TEXT(name));
    while (query_next(&q)) {
        struct str field = arena_str(a, query_text(&q, 0));
        VEC_PUSH(a, fields, count, capacity, field);
    }
    query_done(&q);
    *out = fields;
    return count;
}

struct str register_csv(struct arena *a, struct db *db, struct str address, enum language language) {
    struct str service, name, *fields;
    struct buf out;
    (void)language; /* values are what the office wrote */
    if (!register_address(address, &service, &name)) return STR_NONE;
    size_t count = columns_of(a, db, service, name, &fields);
    buf_init(&out, a, LIST_BYTES);
    buf_addz(&out, "name,label,office");
    for (size_t i = 0; i < count; i++) buf_printf(&out, ",%.*s", STR_ARGS(fields[i]));
    buf_byte(&out, '\n');
    struct query q = db_query(db, "select id, key, label, organisation from entity where service = ? and register = ? and closed_at is null order by id limit ?", DB_TEXT(service),
                              DB_TEXT(name), DB_INT(LIST_ROWS));
    while (query_next(&q)) {
        table_put_csv_cell(&out, query_text(&q, 1));
        buf_byte(&out, ',');
        table_put_csv_cell(&out, query_text(&q, 2));
        buf_printf(&out, ",%lld", (long long)query_int(&q, 3));
        for (size_t i = 0; i < count; i++) {
            struct query v = db_query(db, "select value from entity_value where entity = ? and field = ?", DB_INT(query_int(&q, 0)), DB_TEXT(fields[i]));
            buf_byte(&out, ',');
            table_put_csv_cell(&out, query_next(&v) ? query_text(&v, 0) : STR(""));
            query_done(&v);
        }
        buf_byte(&out, '\n');
    }
    query_done(&q);
    return buf_str(&out);
}
