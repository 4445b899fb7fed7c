-- Figures of the programme.

-- name: ranking
-- zh: 名次（由全部流水相加）
-- en: Ranking, summed from every line
select name.value as "比赛|Event", json_extract(f.value, '$.team') as "队|Team", sum(json_extract(f.value, '$.points')) as "得分|Points",
       count(*) as "行数|Lines"
from v_figures f join v_answers name on name.case_id = f.case_id and name.path = '/data/event/name'
where f.service = :service and f.name = 'line'
group by f.case_id, name.value, "队|Team" order by f.case_id desc, "得分|Points" desc, "队|Team";

-- name: lines
-- zh: 分数流水（改判另起一行）
-- en: Every score line; a reversal is a line of its own
select name.value as "比赛|Event", f.id as "流水号|Line", json_extract(f.value, '$.team') as "队|Team", json_extract(f.value, '$.phase') as "环节|Round",
       json_extract(f.value, '$.text') as "评判|Verdict", json_extract(f.value, '$.points') as "得分|Points"
from v_figures f join v_answers name on name.case_id = f.case_id and name.path = '/data/event/name'
where f.service = :service and f.name = 'line' order by f.case_id desc, f.id;

-- name: bank
-- zh: 题库
-- en: The bank of questions
select topic.value as "范围|Topic", c.outcome as "结果|Outcome", count(*) as "题数|Questions"
from v_cases c join v_answers topic on topic.case_id = c.id and topic.path = '/data/question/topic'
where c.service = :service group by topic.value, c.outcome order by topic.value;

-- name: draws
-- zh: 抽题记录（种子与题号，可复核）
-- en: Draws: seed and questions, for anybody to check
select name.value as "比赛|Event", json_extract(f.value, '$.seed') as "种子|Seed", json_extract(f.value, '$.drawn') as "抽中|Drawn"
from v_figures f join v_answers name on name.case_id = f.case_id and name.path = '/data/event/name'
where f.service = :service and f.name = 'draw' order by f.case_id desc;
