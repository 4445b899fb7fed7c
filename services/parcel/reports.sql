-- Figures of the programme. No names: v_answers has none.

-- name: handed_over
-- zh: 每批发放份数、户数
-- en: Parcels handed over and families reached, by campaign
select campaign.value as campaign, count(*) as parcels, count(distinct c.household) as families
from v_cases c
join v_answers campaign on campaign.case_id = c.id and campaign.path = '/data/campaign_part/campaign'
join v_answers told on told.case_id = c.id and told.path = '/data/outcome' and told.value = 'handed'
where c.service = 'parcel' group by campaign.value order by campaign.value desc;

-- name: where_handed_over
-- zh: 发放地点和发放人
-- en: Where, and by whom
select place.value as place, by_whom.value as handed_by, count(*) as parcels
from v_cases c
join v_answers place on place.case_id = c.id and place.path = '/data/place'
join v_answers by_whom on by_whom.submission = place.submission and by_whom.path = '/data/handed_by'
where c.service = 'parcel' group by place.value, by_whom.value order by parcels desc;

-- name: trace
-- zh: 编号、发放日期、地区
-- en: From number to day and district
select campaign.value as campaign, s.serial, day.value as day, c.organisation_name as community, c.outcome
from v_serials s join v_cases c on c.id = s.case_id
join v_answers campaign on campaign.case_id = c.id and campaign.path = '/data/campaign_part/campaign'
left join v_answers day on day.case_id = c.id and day.path = '/data/day'
where s.service = 'parcel' order by campaign.value, s.serial;

-- name: waiting_by_points
-- zh: 评议中的候选人，按得分
-- en: Candidates before the panel, by points
select c.reference, c.organisation_name as community, cast(f.value as integer) as points
from v_cases c join v_figures f on f.case_id = c.id and f.name = 'points'
where c.service = 'parcel' and c.state = 'open' and c.stage like 'panel-%' order by points desc, c.reference;

-- name: missing
-- zh: 缺少或损坏的物品
-- en: Missing or damaged
select c.reference, missing.value as missing from v_cases c
join v_answers missing on missing.case_id = c.id and missing.path = '/data/missing' and missing.value <> ''
where c.service = 'parcel' order by c.id;

-- name: follow_up
-- zh: 后续需要和结果
-- en: Needs and what came of them
select need.value as need, coalesce(result.value, '') as result, count(*) as families
from v_cases c
join v_answers need on need.case_id = c.id and need.path = '/data/need'
left join v_answers result on result.case_id = c.id and result.path = '/data/result'
where c.service = 'parcel' and need.value <> 'none' group by need.value, result.value order by families desc;
