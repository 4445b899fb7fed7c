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
