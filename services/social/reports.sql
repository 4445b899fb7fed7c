-- Figures of the programme. v_figures keeps what the process promised (item.dmn) at the time.

-- name: trips
-- zh: 每件事跑了几次（平均）与承诺
-- en: Trips made (average) beside the promise
-- choices: /data/what/item
-- things: 承诺|Promised
-- chart: panels
select a.value as "事项|Item", round(avg(cast(t.value as integer)), 2) as "跑了几次|Trips", max(cast(f.value as integer)) as "承诺|Promised", count(*) as "件数|Cases"
from v_cases c
join v_answers a on a.case_id = c.id and a.path = '/data/what/item'
join v_answers t on t.case_id = c.id and t.path = '/data/trips'
join v_figures f on f.case_id = c.id and f.name = 'promised_trips'
where c.service = 'social' group by a.value order by a.value;

-- name: more_trips_than_promised
-- zh: 超过承诺跑动次数的办件
-- en: Cases with more trips than promised
select count(distinct c.id) as "件数|Cases"
from v_cases c
join v_answers t on t.case_id = c.id and t.path = '/data/trips'
join v_figures f on f.case_id = c.id and f.name = 'promised_trips'
where c.service = 'social' and cast(t.value as integer) > cast(f.value as integer);

-- name: on_time
-- zh: 按期办结率（%）
-- en: Closed in time (%)
select round(100.0 * sum(closed_at <= due_at) / count(*), 1) as "按期（%）|In time (%)", count(*) as "件数|Cases" from v_cases where service = 'social' and state = 'closed';

-- name: bad_ratings
-- zh: 差评与按期回访
-- en: Bad ratings, and calls made in time
select count(*) as "差评|Bad ratings",
       coalesce(sum(exists (select 1 from v_tasks t where t.case_id = c.id and t.element = 'call-back' and t.state = 'completed' and t.closed_at <= t.due_at)), 0) as "按期回访|Called in time"
from v_cases c where c.service = 'social' and c.rating <= 2;

-- name: channels
-- zh: 各渠道办件
-- en: Cases by channel
-- choices: /data/what/way
select a.value as "渠道|Channel", count(*) as "件数|Cases" from v_cases c join v_answers a on a.case_id = c.id and a.path = '/data/what/way'
where c.service = 'social' group by a.value order by a.value;
