-- name: opinions
-- zh: 意见：提出、已答复
-- en: Opinions: said, answered
select (select count(*) from v_answers a where a.path like '/data/opinion[%]/words' and a.case_id in (select id from v_cases where service = :service)) as "提出|Said",
       (select count(*) from (select distinct case_id, item from v_tasks where service = :service and element = 'answer' and state = 'completed')) as "已答复|Answered";

-- name: problems_by_month
-- zh: 每月问题：发现、整改
-- en: Problems a month: found, put right
-- An opinion counts once, by its last answer: what was answered twice is one problem, and what was put right only at first is none.
with answered(case_id, item, outcome) as (
  select t.case_id, t.item, a.value from v_tasks t join v_answers a on a.task = t.id and a.path = '/data/outcome'
  where t.service = :service and t.element = 'answer' and t.state = 'completed'
    and t.id = (select max(n.id) from v_tasks n where n.case_id = t.case_id and n.element = 'answer' and n.item = t.item and n.state = 'completed'))
select strftime('%Y-%m', c.opened_at / 1000000, 'unixepoch', '+8 hours') as "月份|Month",
       sum((select count(*) from v_answers a where a.case_id = c.id and a.path like '/data/opinion[%]/words')) as "发现|Found",
       sum((select count(*) from answered a where a.case_id = c.id and a.outcome = 'rectified')) as "整改|Put right"
from v_cases c where c.service = :service group by 1 order by 1;
