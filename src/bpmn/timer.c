/* timer.c: when a timer fires. Bodies are ISO 8601 (dates, durations, cycles in all four forms) or FEEL values; a cycle
 * may be a cron expression, as in Camunda 8 (cron.h).
 *
 * Months and years are added on the civil calendar of the host's zone, the rest as elapsed time. See step.h, run.h.
 */
#include "bpmn/cron.h"
#include "bpmn/run.h"

#include <limits.h>

struct duration {
    int64_t months, micros;
};

enum { MAX_MONTHS = 12 * 10000 };
#define MAX_MICROS (MICROS_A_DAY * 366 * 10000)

/* ---- ISO 8601 durations -------------------------------------------------------------------------------------------------- */

static bool digits(struct str text, size_t *at, int64_t *out, int *count) {
    *out = 0;
    *count = 0;
    for (; *at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9'; (*at)++, (*count)++) {
        if (*count >= 15) return false;
        *out = *out * 10 + (text.p[*at] - '0');
    }
    return *count > 0;
}

/* Fraction digits after the point, as microseconds of one unit second. */
static bool fraction(struct str text, size_t *at, int64_t *out_micros) {
    *out_micros = 0;
    if (*at >= text.n || (text.p[*at] != '.' && text.p[*at] != ',')) return true;
    int64_t unit = MICROS_A_SECOND / 10, n = 0;
    for ((*at)++; *at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9'; (*at)++, n++, unit /= 10) *out_micros += (text.p[*at] - '0') * unit;
    return n > 0;
}

static bool add_part(struct duration *d, int64_t n, int64_t micros, char unit, bool time) {
    static const struct {
        char unit;
        bool time;
        int64_t months, seconds;
    } units[] = {{'Y', false, 12, 0},   {'M', false, 1, 0}, {'W', false, 0, 604800}, {'D', false, 0, 86400},
                 {'H', true, 0, 3600}, {'M', true, 0, 60}, {'S', true, 0, 1}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (units[i].unit != unit || units[i].time != time) continue;
        if (units[i].months && n > MAX_MONTHS) return false;
        if (units[i].seconds && n > MAX_MICROS / MICROS_A_SECOND / units[i].seconds) return false;
        d->months += n * units[i].months;
        d->micros += n * units[i].seconds * MICROS_A_SECOND + (unit == 'S' ? micros : 0);
        return (micros == 0 || unit == 'S') && d->months <= MAX_MONTHS && d->micros <= MAX_MICROS;
    }
    return false;
}

static bool parse_duration(struct str text, struct duration *out) {
    *out = (struct duration){0};
    if (text.n < 3 || text.p[0] != 'P') return false;
    bool time = false, any = false;
    for (size_t at = 1; at < text.n;) {
        if (text.p[at] == 'T' && !time) {
            time = true;
            any = false;
            at++;
            continue;
        }
        int64_t n, micros;
        int count;
        if (!digits(text, &at, &n, &count) || !fraction(text, &at, &micros) || at >= text.n) return false;
        if (!add_part(out, n, micros, text.p[at++], time)) return false;
        any = true;
    }
    return any;
}

/* ---- on the calendar ------------------------------------------------------------------------------------------------------ */

static instant add_duration(instant from, struct duration d, const struct zone *zone) {
    if (d.months) {
        int64_t seconds = from / MICROS_A_SECOND - (from % MICROS_A_SECOND < 0);
        int offset = zone ? zone_offset_at(zone, seconds) : 0;
        struct civil_time t = civil_from_instant(from, offset);
        t.date = civil_add_months(t.date, d.months);
        instant local = civil_to_instant(t, 0);
        offset = zone ? zone_offset_local(zone, local / MICROS_A_SECOND) : 0;
        from = local - (instant)offset * MICROS_A_SECOND;
    }
    return from + d.micros;
}

static bool to_duration(struct feel_value v, struct duration *out) {
    *out = (struct duration){0};
    if (v.kind == FEEL_STRING) return parse_duration(str_trim(v.string), out);
    if (v.kind == FEEL_YEARS_MONTHS) out->months = v.months;
    else if (v.kind == FEEL_DAYS_TIME) out->micros = v.duration.seconds * MICROS_A_SECOND + v.duration.nano / 1000;
    else return false;
    return out->months >= 0 && out->micros >= 0 && out->months <= MAX_MONTHS && out->micros <= MAX_MICROS;
}

static bool to_instant(struct arena *a, struct feel_value v, const struct zone *zone, instant *out) {
    if (v.kind == FEEL_STRING && instant_parse(str_trim(v.string), out)) return true;
    if (v.kind == FEEL_STRING) v = feel_parse_temporal(a, str_trim(v.string));
    return feel_to_instant(v, zone, out);
}

/* ---- cycles ----------------------------------------------------------------------------------------------------------------- */

static struct str duration_text(struct arena *a, struct duration d) {
    return arena_printf(a, "P%lldMT%lld.%06lldS", (long long)d.months, (long long)(d.micros / MICROS_A_SECOND),
                        (long long)(d.micros % MICROS_A_SECOND));
}

static bool begins_with(struct feel_value v, char c) {
    return v.kind == FEEL_STRING && str_trim(v.string).n && str_trim(v.string).p[0] == c;
}

static bool parse_cron(struct feel_value v, instant now, const struct zone *zone, struct bpmn_wait *out) {
    struct cron cron;
    if (v.kind != FEEL_STRING) return false;
    out->left = -1;
    out->name = v.string;
    return cron_parse(v.string, &cron) && cron_next(&cron, now, zone, &out->due);
}

/* Moments an interval apart, the last of them at `end`: how many of the last `most` (-1: any number) still come after
 * now, and the first of these. Each is counted back from the end, so that months of 28 days do not shift the others.
 * An end that has passed is due at once, as a date that has passed is. */
static int32_t moments_until(instant end, struct duration d, int32_t most, instant now, const struct zone *zone, instant *out_first) {
    int64_t longest = d.months * 31 * MICROS_A_DAY + d.micros, before = end > now ? (end - now) / longest - 1 : 0;
    int64_t limit = most < 0 ? INT_MAX - 1 : most - 1;
    if (before < 0) before = 0;
    if (before > limit) before = limit;
    *out_first = add_duration(end, (struct duration){-d.months * before, -d.micros * before}, zone);
    while (before < limit) {
        instant earlier = add_duration(end, (struct duration){-d.months * (before + 1), -d.micros * (before + 1)}, zone);
        if (earlier <= now) break;
        *out_first = earlier;
        before++;
    }
    return (int32_t)before + 1;
}

static bool is_zero(struct duration d) {
    return d.months == 0 && d.micros == 0;
}

static bool cycle_instant(struct arena *a, struct str text, const struct zone *zone, instant *out) {
    return to_instant(a, feel_string(text), zone, out) && *out <= MAX_MICROS && *out >= -MAX_MICROS;
}

/* "duration", "start/duration", "start/end" or "duration/end"; with a start the first firing is the start, without one
 * an interval from now, with an end alone the last is the end. */
static bool parse_interval(struct arena *a, struct str first, struct str second, instant now, const struct zone *zone, struct bpmn_wait *out) {
    struct duration d = {0};
    instant end;
    if (parse_duration(first, &d)) {
        if (is_zero(d)) return false;
        out->due = add_duration(now, d, zone);
        out->name = duration_text(a, d);
        if (!second.n) return true;
        if (!cycle_instant(a, second, zone, &end)) return false;
        out->left = moments_until(end, d, out->left, now, zone, &out->due);
        out->name = arena_printf(a, "%.*s/%lld", STR_ARGS(out->name), (long long)end);
        return true;
    }
    if (!cycle_instant(a, first, zone, &out->due)) return false;
    if (!parse_duration(second, &d)) {
        if (!cycle_instant(a, second, zone, &end) || end <= out->due) return false;
        d.micros = end - out->due;
    }
    out->name = duration_text(a, d);
    return !is_zero(d);
}

/* R[n]/interval (ISO 8601-1, 5.6); a duration alone repeats for ever. */
static bool parse_cycle(struct arena *a, struct feel_value v, instant now, const struct zone *zone, struct bpmn_wait *out) {
    struct duration d;
    out->left = -1;
    if (!begins_with(v, 'R')) {
        if (!to_duration(v, &d) || is_zero(d)) return false;
        out->due = add_duration(now, d, zone);
        out->name = duration_text(a, d);
        return true;
    }
    struct str rest = str_trim(v.string), head, first;
    int64_t n = -1;
    if (!str_split(&rest, '/', &head) || !str_split(&rest, '/', &first)) return false;
    if (head.n > 1 && (!str_to_int64(str_sub(head, 1, head.n), &n) || n > INT_MAX || n < 1)) return false;
    out->left = (int32_t)n;
    return parse_interval(a, first, rest, now, zone, out);
}

bool bpmn_cycle_runs(struct str text, struct arena *arena) {
    struct bpmn_wait wait;
    struct feel_value v = feel_string(text);
    return begins_with(v, 'R') || begins_with(v, 'P') ? parse_cycle(arena, v, 0, NULL, &wait) : parse_cron(v, 0, NULL, &wait);
}

/* "P0MT3600.000000S", with "/end" (in microseconds) when the end is what is given. */
static bool next_of_interval(struct bpmn_wait *timer, instant now, const struct zone *zone) {
    struct duration d;
    struct str end = timer->name, interval;
    int64_t last;
    if (timer->left == 1 || !str_split(&end, '/', &interval) || !parse_duration(interval, &d) || is_zero(d)) return false;
    if (end.n) {
        if (timer->left < 1 || !str_to_int64(end, &last) || last <= now) return false;
        timer->left = moments_until(last, d, timer->left - 1, now, zone, &timer->due);
        return true;
    }
    if (timer->left > 0) timer->left--;
    if (d.months == 0 && timer->due <= now) {
        timer->due += ((now - timer->due) / d.micros + 1) * d.micros;
        return true;
    }
    do timer->due = add_duration(timer->due, d, zone);
    while (timer->due <= now);
    return true;
}

bool bpmn_timer_next(struct bpmn_wait *timer, instant now, const struct zone *zone, struct arena *arena) {
    struct cron cron;
    (void)arena;
    if (timer->left < 0 && timer->name.n && timer->name.p[0] != 'P') /* a cron expression: what is past is past */
        return cron_parse(timer->name, &cron) && cron_next(&cron, now > timer->due ? now : timer->due, zone, &timer->due);
    return next_of_interval(timer, now, zone);
}

/* ---- definitions ---------------------------------------------------------------------------------------------------------- */

bool step_timer_first(struct run *r, const struct bpmn_definition *d, struct row *scope, struct bpmn_wait *out, struct str *out_reason) {
    struct duration duration;
    struct feel_value v = step_evaluate(r, &d->expression, scope, NULL, out_reason);
    bool good;
    out->kind = BPMN_WAIT_TIMER;
    out->left = 1;
    out->name = STR("");
    switch (d->timer) {
    case BPMN_TIMER_DATE: good = to_instant(r->arena, v, r->host->zone, &out->due); break;
    case BPMN_TIMER_CYCLE:
        good = begins_with(v, 'R') || begins_with(v, 'P') || v.kind != FEEL_STRING ? parse_cycle(r->arena, v, r->now, r->host->zone, out)
                                                                                 : parse_cron(v, r->now, r->host->zone, out);
        break;
    default:
        good = to_duration(v, &duration);
        if (good) out->due = add_duration(r->now, duration, r->host->zone);
    }
    if (!good && !out_reason->n) *out_reason = T("its timer is no point in time, duration or cycle of ISO 8601, nor a cron expression.");
    return good;
}

bool bpmn_timer_first(const struct bpmn_host *host, const struct bpmn_definition *definition, instant now, struct arena *arena,
                      struct bpmn_wait *out, struct faults *faults) {
    struct bpmn_changes changes = {0};
    struct run *r = arena_new(arena, struct run);
    struct str reason;
    *r = (struct run){.host = host, .model = host->model, .arena = arena, .changes = &changes, .now = now, .next_id = 1};
    step_rows_init(r);
    *out = (struct bpmn_wait){.name = STR(""), .key = STR("")};
    if (step_timer_first(r, definition, NULL, out, &reason)) return true;
    fault_error(faults, "bpmn.timer", xml_place(definition->node, host->model->file), T("This timer cannot be set: {0}"), reason);
    return false;
}
