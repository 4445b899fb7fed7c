-- Figures of 防汛安全. Two rounds are two rows: a special check that found nothing does not hide what another round found.

-- name: hazards
-- zh: 检查发现的隐患：发现、销号、管控、逾期、整改率
-- en: Hazards found by inspections: found, closed, controlled, overdue, rate
-- things: all
with round(id) as (
  select c.id from v_cases c join v_answers r on r.case_id = c.id and r.path = '/data/round' and r.value not in ('drill', 'told')
  where c.service = 'flood' and c.state <> 'withdrawn'),
found(n) as (
  select count(*) from v_answers a join round on round.id = a.case_id where a.path like '/data/%_ok' and a.value = 'no'),
closed(n) as (
  select count(*) from v_history h join round on round.id = h.case_id where h.kind = 'entered' and h.element = 'hazard-closed'),
controlled(n) as (
  select count(*) from v_tasks t join round on round.id = t.case_id where t.element = 'recheck' and t.state in ('open', 'claimed')),
overdue(n) as (
  select count(*) from v_tasks t join round on round.id = t.case_id
  where t.element in ('fix', 'recheck') and t.state in ('open', 'claimed') and t.due_at < :now)
select found.n as "发现|Found", closed.n as "销号|Closed", controlled.n as "管控|Controlled", overdue.n as "逾期|Overdue",
       case when found.n > 0 then printf('%.1f', 100.0 * closed.n / found.n) end as "比率（%）|Rate (%)"
from found, closed, controlled, overdue;

-- name: told
-- zh: 群众反映的险情：反映、不是隐患、已消除
-- en: Dangers told by residents: told, no hazard, mended
select count(*) as "反映|Told", coalesce(sum(c.outcome = 'no-hazard'), 0) as "不是隐患|No hazard", coalesce(sum(c.outcome = 'round-closed'), 0) as "已消除|Mended"
from v_cases c join v_answers r on r.case_id = c.id and r.path = '/data/round' and r.value = 'told'
where c.service = 'flood' and c.state <> 'withdrawn';

-- name: drill_faults
-- zh: 演练发现的问题：发现、已销号
-- en: Faults found by drills: found, closed
-- things: all
-- chart: none
select d.value as "日期|Day", coalesce((select e.label from v_entities e where e.service = 'flood' and e.register = 'works' and e.key = w.value), w.value) as "工程|Works",
       (select count(*) from v_answers f where f.submission = r.submission and f.path like '/data/fault[%]/fault_what') as "发现|Found",
       (select count(*) from v_history h where h.case_id = c.id and h.kind = 'entered' and h.element = 'hazard-closed') as "销号|Closed"
from v_cases c join v_answers r on r.case_id = c.id and r.path = '/data/round' and r.value = 'drill'
join v_answers d on d.submission = r.submission and d.path = '/data/day'
join v_answers w on w.submission = r.submission and w.path = '/data/works'
where c.service = 'flood' and c.state <> 'withdrawn'
order by d.value desc;

-- name: rounds
-- zh: 各轮检查：工程、堤防长度、隐患、工程隐患
-- en: Rounds: works, metres of dyke, hazards, engineering hazards
-- things: all
select case r.value when 'pre-flood' then '汛前清单检查|Pre-flood checklist' when 'special' then '隐患专项排查|Special hazard check' when 'patrol' then '汛期巡查|Patrol in the flood season'
            when 'after' then '大雨、洪水、地震后检查|After a storm, a flood or a quake' else r.value end as "轮次|Round",
       count(distinct w.value) as "工程|Works",
       sum(coalesce((select cast(l.value as integer) from v_answers l
                     where l.submission = r.submission and l.path = '/data/length_m'), 0)) as "堤防（米）|Dyke (m)",
       sum((select count(*) from v_answers k where k.submission = r.submission and k.path like '/data/%_ok' and k.value = 'no')) as "隐患|Hazards",
       sum((select count(*) from v_answers k where k.submission = r.submission and k.value = 'no' and k.path in
            ('/data/crest_ok', '/data/upslope_ok', '/data/downslope_ok', '/data/drain_ok', '/data/spillway_ok', '/data/outlet_ok'))) as "工程隐患|Engineering hazards"
from v_answers r
join v_cases c on c.id = r.case_id and c.service = 'flood'
join v_answers w on w.submission = r.submission and w.path = '/data/works'
where r.path = '/data/round' and r.value not in ('drill', 'told') and c.state <> 'withdrawn'
group by r.value order by r.value;

-- name: works
-- zh: 工程按类别
-- en: Works by class
-- things: all
select case v.value when 'large' then '大型水库|Large reservoir' when 'medium' then '中型水库|Medium reservoir' when 'small1' then '小（1）型水库|Small reservoir (1)' when 'small2' then '小（2）型水库|Small reservoir (2)' when 'dyke' then '堤防|Dyke' when 'sluice' then '水闸|Sluice' when 'risk' then '险工险段|Risk section' else v.value end as "类别|Class",
       count(*) as "工程|Works"
from v_entities e join v_entity_values v on v.entity = e.id and v.field = 'class'
where e.service = 'flood' and e.register = 'works' and e.closed_at is null
group by v.value order by v.value;

-- name: duties
-- zh: 责任人：在岗责任数、不同的人或单位
-- en: Duties filled, and distinct persons or units
-- things: all
select case kind when 'administrative' then '行政责任人|Administrative' when 'unit' then '管理单位责任人|Managing unit' when 'department' then '主管部门责任人|Managing department' when 'technical' then '技术责任人|Technical' when 'patrol' then '巡查责任人|Patrol' when 'author' then '编制责任人|Responsible for the plan' else kind end as "责任|Duty",
       count(*) as "在岗责任|Filled", count(distinct holder) as "不同的人或单位|Holders"
from v_duties where service = 'flood' and register = 'works' and (to_day is null or to_day >= date(:now / 1000000, 'unixepoch', '+8 hours'))
  and (gone_from is null or gone_from > date(:now / 1000000, 'unixepoch', '+8 hours'))
group by kind
union all
select '合计|All', count(*), count(distinct holder)
from v_duties where service = 'flood' and register = 'works' and (to_day is null or to_day >= date(:now / 1000000, 'unixepoch', '+8 hours'))
  and (gone_from is null or gone_from > date(:now / 1000000, 'unixepoch', '+8 hours'));

-- name: vacant
-- zh: 责任人空缺的水库
-- en: Reservoirs with a duty that nobody has
-- audience: office
select case k.kind when 'administrative' then '行政责任人|Administrative' when 'technical' then '技术责任人|Technical' when 'patrol' then '巡查责任人|Patrol' else k.kind end as "责任|Duty",
       e.key as "编号|Number", e.label as "工程|Works"
from v_entities e
join v_entity_values c on c.entity = e.id and c.field = 'class' and c.value in ('large', 'medium', 'small1', 'small2')
join (select 'administrative' as kind union all select 'technical' union all select 'patrol') k
where e.service = 'flood' and e.register = 'works' and e.closed_at is null
  and not exists (select 1 from v_duties d where d.entity = e.id and d.kind = k.kind
                  and (d.to_day is null or d.to_day >= date(:now / 1000000, 'unixepoch', '+8 hours'))
                  and (d.gone_from is null or d.gone_from > date(:now / 1000000, 'unixepoch', '+8 hours')))
order by e.key, k.kind;

-- name: plans
-- zh: 预案数量
-- en: Plans
-- things: all
select case v.value when 'dam-safety' then '水库大坝安全管理应急预案|Dam safety emergency plan' when 'over-standard' then '超标洪水防御预案|Over-standard flood plan' when 'dispatch' then '调度运用方案|Dispatch plan' when 'other' then '其他|Other' else v.value end as "类别|Kind",
       count(*) as "预案|Plans"
from v_entities e join v_entity_values v on v.entity = e.id and v.field = 'kind'
where e.service = 'flood' and e.register = 'plans' and e.closed_at is null
group by v.value order by v.value;

-- name: expiring
-- zh: 九十天内或本汛期（到9月30日）到期的预案与聘期
-- en: Plans and experts' terms that end within ninety days, or this flood season (to 30 September)
-- audience: office
select case e.register when 'plans' then '预案|Plan' when 'experts' then '专家|Expert' else e.register end as "登记册|Register", e.key as "编号|Number", e.label as "名称|Name", v.value as "到期|Until"
from v_entities e join v_entity_values v on v.entity = e.id and v.field in ('valid_until', 'until')
where e.service = 'flood' and e.register in ('plans', 'experts') and e.closed_at is null
  and v.value <= max(date(:now / 1000000, 'unixepoch', '+8 hours', '+90 days'),
                     case when strftime('%m', :now / 1000000, 'unixepoch', '+8 hours') < '10' then strftime('%Y-09-30', :now / 1000000, 'unixepoch', '+8 hours') else '' end)
order by v.value, e.key;

-- name: without_plan
-- zh: 没有有效预案的水库
-- en: Reservoirs without a plan in force
-- audience: office
select e.key as "编号|Number", e.label as "工程|Works"
from v_entities e
join v_entity_values c on c.entity = e.id and c.field = 'class' and c.value in ('large', 'medium', 'small1', 'small2')
where e.service = 'flood' and e.register = 'works' and e.closed_at is null
  and not exists (select 1 from v_entity_values w
                  join v_entities p on p.id = w.entity and p.register = 'plans' and p.closed_at is null
                  join v_entity_values u on u.entity = w.entity and u.field = 'valid_until'
                  where w.service = 'flood' and w.field = 'works' and w.value = e.key
                    and u.value >= date(:now / 1000000, 'unixepoch', '+8 hours'))
order by e.key;

-- name: experts
-- zh: 专家人数
-- en: Experts
-- things: all
select count(*) as "专家|Experts" from v_entities where service = 'flood' and register = 'experts' and closed_at is null;

-- name: drills
-- zh: 演练
-- en: Drills
-- things: all
select case v.value when 'dispatch' then '洪水调度演练|Flood dispatch' when 'repair' then '抢险演练|Emergency repair' else v.value end as "类别|Kind", count(*) as "演练|Drills", count(distinct w.value) as "工程|Works"
from v_entities e
join v_entity_values v on v.entity = e.id and v.field = 'kind'
join v_entity_values w on w.entity = e.id and w.field = 'works'
where e.service = 'flood' and e.register = 'drills' and e.closed_at is null
group by v.value order by v.value;

-- name: projects
-- zh: 水毁修复与险工
-- en: Repair works and risk sections
-- things: all
select case v.value when 'repair' then '水毁修复|Flood-damage repair' when 'risk' then '险工险段|Risk section' when 'structure' then '建筑物修复|Structure repair' else v.value end as "类别|Kind",
       count(*) as "项目|Projects",
       sum(exists (select 1 from v_entity_values f where f.entity = e.id and f.field = 'finished_on')) as "完成|Finished"
from v_entities e join v_entity_values v on v.entity = e.id and v.field = 'kind'
where e.service = 'flood' and e.register = 'projects' and e.closed_at is null
group by v.value order by v.value;

-- name: gone
-- zh: 责任人已不在岗、需要重新明确的
-- en: Duties whose holder is no longer there
-- audience: office
select case d.kind when 'administrative' then '行政责任人|Administrative' when 'unit' then '管理单位责任人|Managing unit' when 'department' then '主管部门责任人|Managing department' when 'technical' then '技术责任人|Technical' when 'patrol' then '巡查责任人|Patrol' when 'author' then '编制责任人|Responsible for the plan' else d.kind end as "责任|Duty",
       e.key as "编号|Number", e.label as "工程|Works", d.gone_from as "自|Since"
from v_duties d join v_entities e on e.id = d.entity
where d.service = 'flood' and e.closed_at is null
  and d.to_day is null and d.gone_from <= date(:now / 1000000, 'unixepoch', '+8 hours')
order by e.key, d.kind;
