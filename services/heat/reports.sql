-- Figures of 高温防护. No personal column: workers stand here by their staff number.

-- name: days
-- zh: 高温日与当日规则
-- en: Days with their temperature
select day.value as "日期|Day", temperature.value as "最高气温（℃）|Maximum (°C)", source.value as "发布单位|Issued by"
from v_answers day
join v_cases c on c.id = day.case_id and c.service = 'heat'
join v_answers temperature on temperature.submission = day.submission and temperature.path = '/data/max_c'
left join v_answers source on source.submission = day.submission and source.path = '/data/source'
where day.path = '/data/day'
order by day.value;

-- name: allowance
-- zh: 高温津贴名单（人、日、气温）
-- en: Heat allowance: who, which day, which temperature
-- audience: office
-- Due where outdoor work was done at 35 degrees or more (防暑降温措施管理办法 article 17). The amount is the province's.
select worker.value as "工号|Worker", day.value as "日期|Day", temperature.value as "最高气温（℃）|Maximum (°C)", hours.value as "户外小时|Hours outdoors"
from v_answers worker
join v_cases c on c.id = worker.case_id and c.service = 'heat'
join v_answers hours on hours.submission = worker.submission
  and hours.path = replace(worker.path, '/number', '/outdoor_hours')
join v_answers day on day.case_id = worker.case_id and day.path = '/data/day'
join v_answers temperature on temperature.submission = day.submission and temperature.path = '/data/max_c'
where worker.path like '/data/worker[%]/number' and cast(temperature.value as real) >= 35
order by worker.value, day.value;

-- name: allowance_days
-- zh: 每人高温天数
-- en: Hot days of each worker
-- audience: office
select worker.value as "工号|Worker", count(distinct day.value) as "天数|Days"
from v_answers worker
join v_cases c on c.id = worker.case_id and c.service = 'heat'
join v_answers day on day.case_id = worker.case_id and day.path = '/data/day'
join v_answers temperature on temperature.submission = day.submission and temperature.path = '/data/max_c'
where worker.path like '/data/worker[%]/number' and cast(temperature.value as real) >= 35
group by worker.value
order by worker.value;

-- name: exceptions
-- zh: 紧急作业例外的种类
-- en: Urgent exceptions by kind
-- audience: office
-- choices: /data/urgent_kind
select kind.value as "类别|Kind", count(*) as "件数|Cases"
from v_answers kind join v_cases c on c.id = kind.case_id and c.service = 'heat'
where kind.path = '/data/urgent_kind'
group by kind.value order by kind.value;

-- name: incidents
-- zh: 中暑事件
-- en: Heat illness
-- audience: office
select count(*) as "事件|Incidents" from v_tasks where service = 'heat' and element = 'incident' and state = 'completed';

-- name: points
-- zh: 清凉点
-- en: Cooling points
select count(*) as "清凉点|Cooling points" from v_entities where service = 'heat' and register = 'points' and closed_at is null;
