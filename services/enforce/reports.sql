-- Satisfaction. A round is counted from its fifth answer on. What few answered is for nobody's eyes, not for the offices' either
-- ("small: hidden"): the house leaves out the numbers and what would give them away, in pages and files alike.

-- name: satisfaction
-- zh: 总体满意度（平均分，1到5；不满5份的一轮不计）
-- en: Satisfaction on the whole (average, 1 to 5; a round counts from five answers on)
-- small: hidden
with answers(round, score) as (
  select r.value, cast(a.value as integer) from v_answers a join v_answers r on r.case_id = a.case_id and r.path = '/data/survey/round'
  join v_cases c on c.id = a.case_id and c.service = :service and c.state = 'closed' where a.path = '/data/survey/overall')
select round(avg(score), 2) as "平均分|Average", count(*) as "份数|Answers" from answers
where round in (select round from answers group by round having count(*) >= 5);

-- name: satisfaction_by_operator
-- zh: 各类对象的满意度（少于5份不显示，能由此推出的也不显示）
-- en: Satisfaction by kind of operator (fewer than 5: not shown, nor what would tell it)
-- choices: /data/what/operator
-- small: hidden
-- chart: panels
with answers(round, operator, score) as (
  select r.value, o.value, cast(a.value as integer) from v_answers a join v_answers r on r.case_id = a.case_id and r.path = '/data/survey/round'
  join v_answers o on o.case_id = a.case_id and o.path = '/data/what/operator'
  join v_cases c on c.id = a.case_id and c.service = :service and c.state = 'closed' where a.path = '/data/survey/overall')
select operator as "对象|Operators", round(avg(score), 2) as "平均分|Average", count(*) as "份数|Answers" from answers
where round in (select round from answers group by round having count(*) >= 5) group by operator order by operator;

-- name: opinions
-- zh: 意见台账：收到、已答复、重新办过
-- en: Opinions: received, answered, done again
select count(distinct m.case_id) as "收到|Received", count(distinct t.case_id) as "已答复|Answered",
       count(distinct case when (select count(*) from v_tasks x where x.case_id = m.case_id and x.element = 'answer') > 1 then m.case_id end) as "重办过|Done again"
from v_answers m left join v_tasks t on t.case_id = m.case_id and t.element = 'answer' and t.state = 'completed'
where m.path = '/data/what/matter' and m.value = 'opinion' and m.case_id in (select id from v_cases where service = :service);

-- name: rounds
-- zh: 各轮调查的满意度（不满5份的一轮不计）
-- en: Satisfaction by round (a round counts from five answers on)
-- small: hidden
-- chart: panels
select '第' || r.value || '轮|Round ' || r.value as "轮次|Round", round(avg(cast(a.value as integer)), 2) as "平均分|Average", count(*) as "份数|Answers"
from v_answers a join v_answers r on r.case_id = a.case_id and r.path = '/data/survey/round'
where a.path = '/data/survey/overall' and a.case_id in (select id from v_cases where service = :service and state = 'closed')
group by r.value having count(*) >= 5 order by cast(r.value as integer);

-- name: rounds_compared
-- zh: 与上一轮相比：平均分的差和95%置信区间（任一轮少于5份不比）
-- en: Beside the round before: difference of the averages with its 95 % confidence interval (none when either has fewer than 5)
-- things: all
-- chart: none
-- Normal approximation: difference ± 1.96 * sqrt(v1/n1 + v2/n2), v with n - 1. Of counted rounds only; how many answers there were
-- stands in the table of rounds alone: said twice, it could be hidden once.
with scores(round, score) as (
  select cast(r.value as integer), cast(a.value as integer)
  from v_answers a join v_answers r on r.case_id = a.case_id and r.path = '/data/survey/round'
  where a.path = '/data/survey/overall' and a.case_id in (select id from v_cases where service = :service and state = 'closed')),
rounds(round, n, mean, variance) as (
  select round, count(*), avg(score), (sum(score * score) - sum(score) * avg(score)) / (count(*) - 1.0) from scores group by round having count(*) >= 5)
select '第' || later.round || '轮|Round ' || later.round as "轮次|Round", printf('%+.2f', later.mean - earlier.mean) as "差|Difference",
       printf('%+.2f … %+.2f', later.mean - earlier.mean - 1.96 * sqrt(earlier.variance / earlier.n + later.variance / later.n),
              later.mean - earlier.mean + 1.96 * sqrt(earlier.variance / earlier.n + later.variance / later.n)) as "95%区间|95% interval"
from rounds later join rounds earlier on earlier.round = (select max(round) from rounds where round < later.round)
order by later.round;
