-- Figures of the programme.

-- name: ranking
-- zh: 名次（由全部流水相加）
-- en: Ranking, summed from every line
select name.value as event, json_extract(f.value, '$.team') as team, sum(json_extract(f.value, '$.points')) as points,
       count(*) as lines
from v_figures f join v_answers name on name.case_id = f.case_id and name.path = '/data/event/name'
where f.service = 'contest' and f.name = 'line'
group by f.case_id, name.value, team order by f.case_id desc, points desc, team;

-- name: lines
-- zh: 分数流水（改判另起一行）
-- en: Every score line; a reversal is a line of its own
select name.value as event, f.id as line, json_extract(f.value, '$.team') as team, json_extract(f.value, '$.phase') as phase,
       json_extract(f.value, '$.text') as verdict, json_extract(f.value, '$.points') as points
from v_figures f join v_answers name on name.case_id = f.case_id and name.path = '/data/event/name'
where f.service = 'contest' and f.name = 'line' order by f.case_id desc, f.id;

-- name: bank
-- zh: 题库
-- en: The bank of questions
select topic.value as topic, c.outcome as outcome, count(*) as questions
from v_cases c join v_answers topic on topic.case_id = c.id and topic.path = '/data/question/topic'
where c.service = 'contest' group by topic.value, c.outcome order by topic.value;

-- name: draws
-- zh: 抽题记录（种子与题号，可复核）
-- en: Draws: seed and questions, for anybody to check
select name.value as event, json_extract(f.value, '$.seed') as seed, json_extract(f.value, '$.drawn') as drawn
from v_figures f join v_answers name on name.case_id = f.case_id and name.path = '/data/event/name'
where f.service = 'contest' and f.name = 'draw' order by f.case_id desc;
