/* xpath_fn_geo.c: area, distance and geofence on a sphere.
 *
 * Points are "latitude longitude [altitude accuracy]", traces and shapes are points separated by ";". The radius
 * 6,378,100 m and two decimals are what ODK's engines use. */
#include "form/xpath_ast.h"

#include <math.h>
#include <stdlib.h>

#define EARTH_RADIUS_METRES 6378100.0
enum { POINT_LIMIT = 20000 };

struct point {
    double latitude, longitude; /* degrees */
};

struct points {
    struct point *items;
    size_t count, capacity;
};

static double radians(double degrees) {
    return degrees * M_PI / 180;
}

static bool parse_point(struct xpath_context *c, struct str text, struct point *out) {
    double numbers[2];
    struct str rest = str_trim(text), piece;
    for (int i = 0; i < 2; i++) {
        if (!str_split(&rest, ' ', &piece)) return false;
        while (piece.n == 0)
            if (!str_split(&rest, ' ', &piece)) return false;
        numbers[i] = xpath_text_number(c->env, piece);
        if (isnan(numbers[i])) return false;
    }
    *out = (struct point){numbers[0], numbers[1]};
    return fabs(out->latitude) <= 90 && fabs(out->longitude) <= 180;
}

static bool parse_points(struct xpath_context *c, struct str text, struct points *out) {
    struct str rest = text, piece;
    while (str_split(&rest, ';', &piece)) {
        struct point p;
        if (str_trim(piece).n == 0) continue;
        if (!parse_point(c, piece, &p) || out->count >= POINT_LIMIT) return false;
        VEC_PUSH(c->arena, out->items, out->count, out->capacity, p);
    }
    return true;
}

/* Points of the arguments: each a text, or a node-set of points or traces. */
static bool points_of(struct xpath_context *c, const struct xpath_expr *e, struct points *out) {
    for (size_t i = 0; i < e->arg_count; i++) {
        struct xpath_value v = xpath_arg(c, e, i);
        if (v.kind != XPATH_NODES && !parse_points(c, xpath_to_string(c->env, c->arena, &v), out)) return false;
        for (size_t k = 0; v.kind == XPATH_NODES && k < v.nodes.count; k++)
            if (!parse_points(c, dom_text(c->arena, v.nodes.items[k]), out)) return false;
    }
    return true;
}

static double two_decimals(double n) {
    return round(n * 100) / 100;
}

static struct xpath_value fn_area(struct xpath_context *c, const struct xpath_expr *e) {
    struct points p = {0};
    double sum = 0;
    if (!points_of(c, e, &p) || p.count < 3) return xpath_of_number(0);
    for (size_t i = 0; i < p.count; i++) {
        struct point a = p.items[i], b = p.items[(i + 1) % p.count];
        sum += radians(b.longitude - a.longitude) * (2 + sin(radians(a.latitude)) + sin(radians(b.latitude)));
    }
    return xpath_of_number(fabs(two_decimals(sum * EARTH_RADIUS_METRES * EARTH_RADIUS_METRES / 2)));
}

static double leg(struct point a, struct point b) {
    double between = radians(a.longitude - b.longitude), x = radians(a.latitude), y = radians(b.latitude);
    double cosine = sin(x) * sin(y) + cos(x) * cos(y) * cos(between);
    return acos(cosine > 1 ? 1 : cosine < -1 ? -1 : cosine) * EARTH_RADIUS_METRES;
}

static struct xpath_value fn_distance(struct xpath_context *c, const struct xpath_expr *e) {
    struct points p = {0};
    double sum = 0;
    if (!points_of(c, e, &p)) return xpath_fail(c, T("“distance” was given something that is no place on the map."), STR_NONE);
    for (size_t i = 1; i < p.count; i++) sum += leg(p.items[i - 1], p.items[i]);
    return xpath_of_number(two_decimals(sum));
}

/* Is the point inside the closed shape? Edges count as the ray crossing rule leaves them. */
static struct xpath_value fn_geofence(struct xpath_context *c, const struct xpath_expr *e) {
    struct point p;
    struct points shape = {0};
    if (!parse_point(c, xpath_arg_string(c, e, 0), &p)) return xpath_of_boolean(false);
    if (!parse_points(c, xpath_arg_string(c, e, 1), &shape) || shape.count < 4) return xpath_of_boolean(false);
    struct point first = shape.items[0], last = shape.items[shape.count - 1];
    if (first.latitude != last.latitude || first.longitude != last.longitude) return xpath_of_boolean(false);
    bool inside = false;
    for (size_t i = 1; i < shape.count; i++) {
        struct point a = shape.items[i - 1], b = shape.items[i];
        if ((a.latitude > p.latitude) == (b.latitude > p.latitude)) continue;
        double crossing = a.longitude + (b.longitude - a.longitude) * (p.latitude - a.latitude) / (b.latitude - a.latitude);
        if (p.longitude < crossing) inside = !inside;
    }
    return xpath_of_boolean(inside);
}

const struct xpath_function xpath_functions_geo[] = {
    {"area", 1, XPATH_ANY_COUNT, TRAIT_NONE, fn_area},
    {"distance", 1, XPATH_ANY_COUNT, TRAIT_NONE, fn_distance},
    {"geofence", 2, 2, TRAIT_NONE, fn_geofence},
    {0},
};
