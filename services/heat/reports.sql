-- Figures of 高温防护. No personal column: workers stand here by their staff number.

-- name: days
-- zh: 高温日与当日规则
-- en: Days with their temperature and rule
-- things: all
select day.value as "日期|Day", temperature.value as "最高气温（℃）|Maximum (°C)", source.value as "发布单位|Issued by",
       case rule.value when 'stop' then '|停止户外作业|Outdoor work stops' when 'limit' then '|不超过6小时，最热3小时停|At most 6 hours, none in the hottest 3'
            when 'rotate' then '|换班轮休，不加班|Shifts rotate, no overtime' else '|照常防护|The usual protection' end as "当日规则|Rule of the day"
from v_answers day
join v_cases c on c.id = day.case_id and c.service = 'heat' and c.state not in ('withdrawn', 'merged')
join v_answers temperature on temperature.submission = day.submission and temperature.path = '/data/max_c'
left join v_answers source on source.submission = day.submission and source.path = '/data/source'
left join v_figures rule on rule.case_id = c.id and rule.name = 'heat_rule'
  and rule.id = (select max(l.id) from v_figures l where l.case_id = c.id and l.name = 'heat_rule')
where day.path = '/data/day'
group by day.value, temperature.value, source.value, rule.value
order by day.value desc limit 60;

-- name: allowance
-- zh: 本月高温津贴名单（人、日、气温）
-- en: Heat allowance of this month: who, which days, which temperature
-- audience: office
-- chart: none
-- Due where outdoor work was done at 35 degrees or more (防暑降温措施管理办法 article 17). The amount is the province's.
select worker as "工号|Worker", count(*) as "天数|Days", group_concat(substr(day, 6) || ' ' || celsius || '℃', '、') as "日期与气象台气温|Days, with the weather office's temperature",
       printf('%g', sum(hours)) as "户外小时|Hours outdoors"
from (select worker.value as worker, day.value as day, max(temperature.value) as celsius, sum(cast(hours.value as real)) as hours
      from v_answers worker
      join v_cases c on c.id = worker.case_id and c.service = 'heat' and c.state not in ('withdrawn', 'merged')
      join v_answers hours on hours.submission = worker.submission and hours.path = replace(worker.path, '/number', '/outdoor_hours')
      join v_answers day on day.case_id = worker.case_id and day.path = '/data/day'
      join v_answers temperature on temperature.submission = day.submission and temperature.path = '/data/max_c'
      where worker.path like '/data/worker[%]/number' and cast(temperature.value as real) >= 35
        and substr(day.value, 1, 7) = strftime('%Y-%m', :now / 1000000, 'unixepoch', '+8 hours')
      group by worker.value, day.value order by worker.value, day.value)
group by worker order by worker;

-- name: allowance_last_month
-- zh: 上月高温津贴名单（人、日、气温）
-- en: Heat allowance of last month: who, which days, which temperature
-- audience: office
-- chart: none
select worker as "工号|Worker", count(*) as "天数|Days", group_concat(substr(day, 6) || ' ' || celsius || '℃', '、') as "日期与气象台气温|Days, with the weather office's temperature",
       printf('%g', sum(hours)) as "户外小时|Hours outdoors"
from (select worker.value as worker, day.value as day, max(temperature.value) as celsius, sum(cast(hours.value as real)) as hours
      from v_answers worker
      join v_cases c on c.id = worker.case_id and c.service = 'heat' and c.state not in ('withdrawn', 'merged')
      join v_answers hours on hours.submission = worker.submission and hours.path = replace(worker.path, '/number', '/outdoor_hours')
      join v_answers day on day.case_id = worker.case_id and day.path = '/data/day'
      join v_answers temperature on temperature.submission = day.submission and temperature.path = '/data/max_c'
      where worker.path like '/data/worker[%]/number' and cast(temperature.value as real) >= 35
        and substr(day.value, 1, 7) = strftime('%Y-%m', :now / 1000000, 'unixepoch', '+8 hours', 'start of month', '-1 day')
      group by worker.value, day.value order by worker.value, day.value)
group by worker order by worker;

-- name: long_stretches
-- zh: 连续作业过长
-- en: Stretches of work that were too long
-- audience: office
-- chart: none
select day.value as "日期|Day", case json_extract(f.value, '$.worker') when '' then '|全班|The whole crew' else json_extract(f.value, '$.worker') end as "工号|Worker",
       json_extract(f.value, '$.minutes') as "连续几分钟|Minutes"
from v_figures f
join v_cases c on c.id = f.case_id and c.service = 'heat' and c.state not in ('withdrawn', 'merged')
join v_answers day on day.case_id = c.id and day.path = '/data/day'
where f.name = 'stretch' and json_extract(f.value, '$.over')
order by day.value desc, f.id limit 200;

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
-- things: all
select count(*) as "清凉点|Cooling points" from v_entities where service = 'heat' and register = 'points' and closed_at is null;
