-- Figures of the programme.

-- name: ranking
-- zh: 名次（由全部流水相加）
-- en: Ranking, summed from every line
-- things: all
select json_extract(f.value, '$.team') as "队|Team", sum(json_extract(f.value, '$.points')) as "得分|Points", name.value as "比赛|Event"
from v_figures f join v_answers name on name.case_id = f.case_id and name.path = '/data/event/name'
where f.service = :service and f.name = 'line' and json_extract(f.value, '$.team') is not null
group by f.case_id, name.value, "队|Team" order by f.case_id desc, "得分|Points" desc, "队|Team";

-- name: lines
-- zh: 分数流水（改判另起一行）
-- en: Every score line; a reversal is a line of its own
-- choices: /data/line/phase /data/line/verdict
-- things: all
-- chart: none
select cast(row_number() over (partition by f.case_id order by f.id) as text) as "行|Line", name.value as "比赛|Event",
       coalesce(json_extract(f.value, '$.team'), '') as "队|Team", json_extract(f.value, '$.phase') as "环节|Round",
       substr(json_extract(f.value, '$.text'), 1, coalesce(nullif(instr(json_extract(f.value, '$.text'), ' → '), 0) - 1, 99)) as "评判|Verdict",
       case when json_extract(f.value, '$.text') like '% → %' then substr(json_extract(f.value, '$.text'), instr(json_extract(f.value, '$.text'), ' → ') + 3) else '' end as "改判为|Reversed to",
       json_extract(f.value, '$.points') as "得分|Points"
from v_figures f join v_answers name on name.case_id = f.case_id and name.path = '/data/event/name'
where f.service = :service and f.name = 'line' order by f.case_id desc, f.id;

-- name: bank
-- zh: 题库：可以抽的、过期的
-- en: The bank: may be drawn, out of date
-- choices: /data/question/topic
-- things: all
-- chart: stacked
select topic.value as "范围|Topic", sum(valid.value >= today.day) as "可以抽|May be drawn", sum(valid.value < today.day) as "过期|Out of date"
from (select date(:now / 1000000, 'unixepoch', '+8 hours') as day) today
join v_entities e join v_entity_values topic on topic.entity = e.id and topic.field = 'topic'
join v_entity_values valid on valid.entity = e.id and valid.field = 'valid_until'
where e.service = :service and e.register = 'bank' and e.closed_at is null group by topic.value order by topic.value;

-- name: questions
-- zh: 审题
-- en: Questions reviewed
-- choices: outcome
-- things: all
select coalesce(nullif(c.outcome, ''), '在审|Under review') as "结果|Outcome", count(*) as "题数|Questions"
from v_cases c join v_answers kind on kind.case_id = c.id and kind.path = '/data/kind' and kind.value = 'question'
where c.service = :service and c.state in ('open', 'closed') group by 1 order by 1;

-- name: weak_topics
-- zh: 薄弱的范围：答错和部分对占几成（由题号找到题目）
-- en: Weak topics: share of wrong and partly right answers, found by the question's number
-- choices: /data/question/topic
-- things: all
-- chart: none
select topic.value as "范围|Topic", printf('%.0f%%', 100.0 * sum(verdict.value in ('wrong', 'part')) / count(*)) as "没答好|Missed", count(*) as "答题|Answers"
from v_answers no join v_answers verdict on verdict.submission = no.submission and verdict.path = replace(no.path, '/no', '/verdict')
join v_entities q on q.service = :service and q.register = 'bank' and q.key = no.value
join v_entity_values topic on topic.entity = q.id and topic.field = 'topic'
where no.path like '/data/line%/no' and verdict.value <> 'early'
group by topic.value order by sum(verdict.value in ('wrong', 'part')) * 1.0 / count(*) desc, topic.value;

-- name: draws
-- zh: 抽题记录：公布的口令与每份试卷的题目，谁都能复核
-- en: Draws: the words announced and each paper's questions, for anybody to check
-- things: all
with digit(i) as (select 0 union all select 1 union all select 2 union all select 3 union all select 4 union all select 5
  union all select 6 union all select 7 union all select 8 union all select 9),
place(i) as (select a.i * 10 + b.i from digit a join digit b),
drawn(case_id, seed, lot, entry) as (
  select f.case_id, json_extract(f.value, '$.seed'), json_extract(f.value, '$.drawn[' || place.i || '].lot'), json_extract(f.value, '$.drawn[' || place.i || '].entry')
  from v_figures f join place on json_extract(f.value, '$.drawn[' || place.i || '].entry') is not null where f.service = :service and f.name = 'draw')
select '第' || lot || '份|Paper ' || lot as "试卷|Paper", name.value as "比赛|Event", seed as "口令|Announced words",
       group_concat(substr(entry, instr(entry, '/') + 1), '、') as "题号|Questions"
from drawn join v_answers name on name.case_id = drawn.case_id and name.path = '/data/event/name'
group by drawn.case_id, lot order by drawn.case_id desc, lot;

-- name: expiring
-- zh: 六十天内到期的题目：请对照出处再审
-- en: Questions whose source must be looked at within sixty days
-- audience: office
-- choices: /data/question/topic
select e.key as "题号|Question", e.label as "题干|Wording", topic.value as "范围|Topic", valid.value as "有效期至|Valid until"
from v_entities e join v_entity_values topic on topic.entity = e.id and topic.field = 'topic'
join v_entity_values valid on valid.entity = e.id and valid.field = 'valid_until'
where e.service = :service and e.register = 'bank' and e.closed_at is null
  and valid.value <= date(:now / 1000000, 'unixepoch', '+8 hours', '+60 days') order by valid.value, e.id;
