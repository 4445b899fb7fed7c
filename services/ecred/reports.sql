-- Figures of 医保电子凭证. Reported (a case), passed (an entry) and used are three columns: they are never one number.

-- name: stages
-- zh: 各环节：上报、通过验收、有人使用
-- en: Stages: reported, passed, used
-- choices: /data/stage
-- things: all
select s.value as "环节|Stage", count(distinct s.case_id) as "上报|Reported",
       (select count(*) from v_entity_values p where p.service = 'ecred' and p.register = 'stages' and p.field = 'stage' and p.value = s.value) as "通过|Passed",
       (select count(*) from v_entity_values p join v_entity_values u on u.entity = p.entity and u.field = 'used' and u.value = 'yes'
        where p.service = 'ecred' and p.register = 'stages' and p.field = 'stage' and p.value = s.value) as "使用|Used"
from v_answers s
join v_cases c on c.id = s.case_id and c.service = 'ecred'
join v_answers k on k.submission = s.submission and k.path = '/data/kind' and k.value = 'stage'
where s.path = '/data/stage'
group by s.value order by s.value;

-- name: full
-- zh: 全流程机构（六个环节都通过验收）
-- en: Institutions with the full process: all six stages passed
-- things: all
with passed(institution, stages) as (
  select i.value, count(distinct s.value)
  from v_entity_values i join v_entity_values s on s.entity = i.entity and s.field = 'stage' and s.value <> 'purchase'
  where i.service = 'ecred' and i.register = 'stages' and i.field = 'institution' group by i.value),
hospitals(key) as (
  select e.key from v_entities e join v_entity_values k on k.entity = e.id and k.field = 'kind' and k.value = 'hospital'
  where e.service = 'ecred' and e.register = 'institutions' and e.closed_at is null)
select count(*) as "机构|Institutions", count(p.institution) as "全流程|Full process",
       case when count(*) > 0 then printf('%.1f', 100.0 * count(p.institution) / count(*)) end as "比率（%）|Rate (%)"
from hospitals h left join passed p on p.institution = h.key and p.stages = 6;

-- name: missing
-- zh: 还缺哪些环节
-- en: Stages still missing
-- choices: /data/stage
select e.key as "机构|Institution", e.label as "名称|Name", w.stage as "环节|Stage"
from v_entities e
join v_entity_values k on k.entity = e.id and k.field = 'kind' and k.value = 'hospital'
join (select 'registration' as stage union all select 'visit' union all select 'examination' union all select 'treatment'
      union all select 'medicine' union all select 'settlement') w
where e.service = 'ecred' and e.register = 'institutions' and e.closed_at is null
  and not exists (select 1 from v_entity_values i join v_entity_values s on s.entity = i.entity and s.field = 'stage' and s.value = w.stage
                  where i.service = 'ecred' and i.register = 'stages' and i.field = 'institution' and i.value = e.key)
order by e.key, w.stage;

-- name: pharmacies
-- zh: 药店：总数、已开通、在使用、开通使用率
-- en: Pharmacies: all, opened, using, rate
-- things: all
with opened(institution, used) as (
  select i.value, u.value from v_entity_values i
  join v_entity_values s on s.entity = i.entity and s.field = 'stage' and s.value = 'purchase'
  join v_entity_values u on u.entity = i.entity and u.field = 'used'
  where i.service = 'ecred' and i.register = 'stages' and i.field = 'institution')
select count(*) as "药店|Pharmacies", count(o.institution) as "开通|Opened", coalesce(sum(o.used = 'yes'), 0) as "使用|Used",
       case when count(*) > 0 then printf('%.1f', 100.0 * coalesce(sum(o.used = 'yes'), 0) / count(*)) end as "比率（%）|Rate (%)"
from v_entities e join v_entity_values k on k.entity = e.id and k.field = 'kind' and k.value = 'pharmacy'
left join opened o on o.institution = e.key
where e.service = 'ecred' and e.register = 'institutions' and e.closed_at is null;

-- name: activations
-- zh: 新增激活人数：逐人登记、按期汇总、合计
-- en: Newly activated: one by one, by period, together
with single(n) as (
  select count(*) from v_answers k join v_cases c on c.id = k.case_id and c.service = 'ecred' and c.state <> 'withdrawn'
  where k.path = '/data/kind' and k.value = 'activation'),
batch(n) as (
  select coalesce(sum(cast(p.value as integer)), 0) from v_answers p
  join v_cases c on c.id = p.case_id and c.service = 'ecred' and c.state <> 'withdrawn' where p.path = '/data/persons')
select single.n as "逐人|One by one", batch.n as "汇总|By period", single.n + batch.n as "合计|Together" from single, batch;

-- name: channels
-- zh: 激活的渠道
-- en: Activations by channel
-- choices: /data/channel_used
select w.value as "渠道|Channel", count(*) as "人数|Persons"
from v_answers w join v_cases c on c.id = w.case_id and c.service = 'ecred'
where w.path = '/data/channel_used' group by w.value order by w.value;

-- name: activations_by_area
-- zh: 各县区新增激活（逐人和汇总合计，按登记单位）
-- en: Newly activated by area (one by one and by period, by the office that entered them)
select c.organisation_name as "县区|Area",
       sum(coalesce((select cast(p.value as integer) from v_answers p where p.case_id = c.id and p.path = '/data/persons'), 1)) as "人数|Persons"
from v_answers k join v_cases c on c.id = k.case_id and c.service = 'ecred' and c.state <> 'withdrawn'
where k.path = '/data/kind' and (k.value = 'activation' or exists (select 1 from v_answers p where p.case_id = c.id and p.path = '/data/persons'))
group by c.organisation order by 2 desc;

-- name: activations_by_month
-- zh: 每月各县区新增激活
-- en: Newly activated by month and area
select month as "月份|Month", area as "县区|Area", sum(persons) as "人数|Persons"
from (select substr(coalesce(day.value, period.value), 1, 7) as month, c.organisation_name as area, c.organisation as office, coalesce(cast(persons.value as integer), 1) as persons
      from v_cases c
      join v_answers k on k.case_id = c.id and k.path = '/data/kind' and k.value in ('activation', 'batch')
      left join v_answers day on day.case_id = c.id and day.path = '/data/activated_on'
      left join v_answers period on period.case_id = c.id and period.path = '/data/period'
      left join v_answers persons on persons.case_id = c.id and persons.path = '/data/persons'
      where c.service = 'ecred' and c.state <> 'withdrawn')
group by month, office order by month desc, 3 desc;

-- name: blocked
-- zh: 堵点：在办、已解决
-- en: Blocked points: open, solved
select coalesce(sum(c.state = 'open'), 0) as "在办|Open", coalesce(sum(c.outcome = 'unblocked'), 0) as "已解决|Solved"
from v_answers k join v_cases c on c.id = k.case_id and c.service = 'ecred'
where k.path = '/data/kind' and k.value = 'blocked';
