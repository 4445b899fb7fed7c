-- name: problems
-- zh: 走访收集、解决的问题
-- en: Problems collected and solved
select (select count(*) from v_answers a where a.path like '/data/problem[%]/words' and a.case_id in (select id from v_cases where service = :service)) as "收集|Collected",
       (select count(*) from v_answers a where a.path = '/data/outcome' and a.value = 'solved' and a.case_id in (select id from v_cases where service = :service)) as "解决|Solved";

-- name: not_contacted_this_month
-- zh: 本月还没有联系的企业
-- en: Enterprises not contacted this month
-- audience: office
-- Every enterprise of the register, also those that nobody ever contacted.
select e.label as "企业|Enterprise", coalesce(max(day.value), '|从未|never') as "上次联系|Last contact"
from v_entities e
left join v_answers visit on visit.path = '/data/visit/enterprise' and visit.value = e.key and visit.case_id in (select id from v_cases where service = :service and state <> 'withdrawn')
left join v_answers day on day.case_id = visit.case_id and day.path = '/data/what/day'
where e.service = :service and e.register = 'enterprises' and e.closed_at is null
group by e.id having coalesce(max(day.value), '') < strftime('%Y-%m-01', :now / 1000000, 'unixepoch', '+8 hours') order by e.key;

-- name: trainings
-- zh: 各种培训的期数
-- en: Trainings by kind
-- choices: /data/training/training_kind
select a.value as "种类|Kind", count(*) as "期数|Sessions" from v_answers a where a.path = '/data/training/training_kind'
and a.case_id in (select id from v_cases where service = :service) group by a.value order by a.value;

-- name: thin_posts
-- zh: 不足两人的岗位
-- en: Posts with fewer than two trained persons
-- audience: office
-- The newest entry of a post counts.
select p.value as "岗位|Post", t.value as "能办人数|Trained" from v_answers p join v_answers t on t.case_id = p.case_id and t.path = '/data/post/trained'
where p.path = '/data/post/post_name' and cast(t.value as integer) < 2
and p.case_id = (select max(x.case_id) from v_answers x where x.path = p.path and x.value = p.value) order by p.value;

-- name: persons_a_post
-- zh: 每个岗位最少人数
-- en: Least persons a post
select min(cast(t.value as integer)) as "人数|Persons" from v_answers t where t.path = '/data/post/trained'
and t.case_id in (select id from v_cases where service = :service);

-- name: ways
-- zh: 走访方式
-- en: Ways of visiting
-- choices: /data/visit/mode
select a.value as "方式|Way", count(*) as "次数|Visits" from v_answers a where a.path = '/data/visit/mode' and a.case_id in (select id from v_cases where service = :service)
group by a.value order by a.value;
