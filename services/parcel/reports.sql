-- Figures of the programme. No names: v_answers has none.

-- name: handed_over
-- zh: 每批发放份数、户数
-- en: Parcels handed over and families reached, by campaign
-- choices: /data/campaign_part/campaign
select campaign.value as "批次|Campaign", count(*) as "份数|Parcels", count(distinct c.household) as "户数|Families"
from v_cases c
join v_answers campaign on campaign.case_id = c.id and campaign.path = '/data/campaign_part/campaign'
join v_answers told on told.case_id = c.id and told.path = '/data/outcome' and told.value = 'handed'
where c.service = :service group by campaign.value order by campaign.value desc;

-- name: where_handed_over
-- zh: 发放地点和发放人
-- en: Where, and by whom
select place.value as "地点|Place", by_whom.value as "发放人|Handed over by", count(*) as "份数|Parcels"
from v_cases c
join v_answers place on place.case_id = c.id and place.path = '/data/place'
join v_answers by_whom on by_whom.submission = place.submission and by_whom.path = '/data/handed_by'
where c.service = :service group by place.value, by_whom.value order by "份数|Parcels" desc;

-- name: trace
-- zh: 编号、发放日期、地区
-- en: From number to day and district
-- audience: office
-- A row a family: to trace, not to publish.
-- choices: outcome /data/campaign_part/campaign
-- things: all
select campaign.value as "批次|Campaign", cast(s.serial as text) as "编号|Number", day.value as "日期|Day", c.organisation_name as "社区|Community", c.outcome as "结果|Outcome"
from v_serials s join v_cases c on c.id = s.case_id
join v_answers campaign on campaign.case_id = c.id and campaign.path = '/data/campaign_part/campaign'
left join v_answers told on told.case_id = c.id and told.path = '/data/outcome' and told.value = 'handed'
left join v_answers day on day.submission = told.submission and day.path = '/data/day'
where s.service = :service order by campaign.value, s.serial;

-- name: waiting_by_points
-- zh: 评议中的候选人，按得分
-- en: Candidates before the panel, by points
-- audience: office
select substr(c.reference, 1, 4) || '-' || substr(c.reference, 5, 4) || '-' || substr(c.reference, 9) as "编号|Case", c.organisation_name as "社区|Community", cast(f.value as integer) as "得分|Points"
from v_cases c join v_figures f on f.case_id = c.id and f.name = 'points'
where c.service = :service and c.state = 'open' and c.stage like 'panel-%' order by "得分|Points" desc, c.reference;

-- name: missing
-- zh: 缺少或损坏的物品
-- en: Missing or damaged
-- audience: office
select substr(c.reference, 1, 4) || '-' || substr(c.reference, 5, 4) || '-' || substr(c.reference, 9) as "编号|Case", missing.value as "缺少|Missing" from v_cases c
join v_answers missing on missing.case_id = c.id and missing.path = '/data/missing' and missing.value <> ''
where c.service = :service order by c.id;

-- name: follow_up
-- zh: 后续需要和结果
-- en: Needs and what came of them
-- choices: /data/need /data/result
select need.value as "需要|Need", coalesce(result.value, '') as "结果|Result", count(*) as "户数|Families"
from v_cases c
join v_answers need on need.case_id = c.id and need.path = '/data/need'
left join v_answers result on result.case_id = c.id and result.path = '/data/result'
where c.service = :service and need.value <> 'none' group by need.value, result.value order by "户数|Families" desc;

-- name: arrivals
-- zh: 到货短少：每种应有一份一件
-- en: What deliveries lacked: one of each kind a parcel
-- audience: office
-- Words of the items, not codes: each is named here once.
with item(field, zh) as (values ('quilt', '被子|Quilts'), ('sheets', '床单三件套|Sets of bed sheets'), ('nursing', '家用护理包|Home nursing kits'), ('towel', '毛巾|Towels'),
  ('neck', '颈肩护理带|Neck and shoulder belts'), ('pressure', '手腕式电子血压计|Wrist blood-pressure meters'), ('rope', '跳绳|Skipping ropes'))
select item.zh as "物品|Item", e.key as "运单|Waybill", cast(parcels.value as integer) as "应到|Due", cast(came.value as integer) as "实到|Came", cast(parcels.value as integer) - cast(came.value as integer) as "短少|Missing"
from v_entities e join item join v_entity_values parcels on parcels.entity = e.id and parcels.field = 'parcels'
join v_entity_values came on came.entity = e.id and came.field = item.field
where e.service = :service and e.register = 'arrivals' and e.closed_at is null and cast(came.value as integer) <> cast(parcels.value as integer) order by e.id, item.field;

-- name: stock
-- zh: 邮包：到货、已装、已发、库存
-- en: Parcels: received, packed, handed over, in stock
-- audience: office
-- choices: /data/campaign_part/campaign
with arrived(campaign, n) as (
  select campaign.value, sum(cast(parcels.value as integer)) from v_entities e join v_entity_values campaign on campaign.entity = e.id and campaign.field = 'campaign'
  join v_entity_values parcels on parcels.entity = e.id and parcels.field = 'parcels'
  where e.service = :service and e.register = 'arrivals' and e.closed_at is null group by campaign.value),
cases(campaign, packed, handed) as (
  select campaign.value, sum(exists (select 1 from v_tasks t where t.case_id = c.id and t.element = 'pack' and t.state = 'completed')),
         sum(exists (select 1 from v_answers told where told.case_id = c.id and told.path = '/data/outcome' and told.value = 'handed'))
  from v_cases c join v_answers campaign on campaign.case_id = c.id and campaign.path = '/data/campaign_part/campaign' where c.service = :service group by campaign.value)
select a.campaign as "批次|Campaign", a.n as "到货|Received", coalesce(c.packed, 0) as "已装|Packed", coalesce(c.handed, 0) as "已发|Handed over", a.n - coalesce(c.handed, 0) as "库存|In stock"
from arrived a left join cases c on c.campaign = a.campaign order by a.campaign desc;
