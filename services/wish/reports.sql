-- The figures of the wish service, beside the house's own (months, offices, ratings, claims); over the documented v_… views: no name,
-- address or telephone can be read here. :service is this service. Times are microseconds UTC.

-- name: wishes_by_state
-- zh: 心愿目前的状态
-- en: Where wishes stand now
-- things: all
select case c.state when 'open' then '办理中|Under way' when 'closed' then '办结|Closed' when 'merged' then '已合并|Merged'
                    else '已撤回|Withdrawn' end as "状态|State",
       count(*) as "件数|Wishes"
from v_cases c
where c.service = :service
group by 1
order by 2 desc, 1;

-- name: items_by_kind
-- zh: 心愿类别
-- en: Kinds of wishes
select case a.value when 'food' then '米面粮油|Food' when 'clothes' then '衣被鞋帽|Clothes and bedding'
                    when 'home' then '家居用品|Things for the home' when 'health' then '康复和护理用品|Aids for health and care'
                    when 'study' then '学习用品|Things for school' when 'repair' then '维修和跑腿|Repairs and errands'
                    when 'company' then '陪伴和谈心|Company' else '其他|Something else' end as "类别|Kind",
       count(*) as "项数|Items"
from v_answers a join v_cases c on c.id = a.case_id
where c.service = :service and c.state <> 'merged' and a.path like '/data/item%/category'
group by 1
order by 2 desc, 1;

-- name: claim_to_delivery
-- zh: 从领办到送达的天数
-- en: Days from claim to delivery
-- chart: none
-- An item's days count from the claim that led to its delivery; the share is that of all delivered items.
with delivered as (
    select (d.closed_at - max(k.closed_at)) / 86400000000.0 as days
    from v_tasks d
    join v_answers told on told.task = d.id and told.path = '/data/outcome' and told.value = 'delivered'
    join v_tasks k on k.case_id = d.case_id and k.element = 'claim' and k.state = 'completed' and k.item = d.item
                   and k.closed_at <= d.closed_at
    where d.service = :service and d.element = 'deliver' and d.state = 'completed'
    group by d.id
), ranked as (
    select days, row_number() over (order by days) as place, count(*) over () as n from delivered
)
select '一半不超过（中位数）|Half of them within (median)' as "送达的快慢|How fast",
       round(avg(case when place in ((n + 1) / 2, (n + 2) / 2) then days end), 1) as "天数|Days", count(*) as "送达项数|Items delivered"
from ranked
union all
select '九成不超过|Nine in ten within', round(max(case when place <= (n * 9 + 9) / 10 then days end), 1), count(*)
from ranked;

-- name: by_partner_unit
-- zh: 共建单位
-- en: By partner unit
-- things: 领办项数, 送达项数, 按时送达, 服务小时
-- chart: none
select k.claimed_for_name as "共建单位|Partner unit", count(distinct k.id) as "领办项数|Items claimed",
       count(distinct d.id) as "送达项数|Items delivered",
       count(distinct case when d.closed_at <= d.due_at then d.id end) as "按时送达|Delivered in time",
       count(distinct d.closed_by) as "参与人数|People taking part",
       (select round(sum(cast(h.value as real)), 1) from v_tasks w join v_answers h on h.task = w.id and h.path = '/data/spent_hours'
        where w.service = :service and w.element = 'deliver' and w.state = 'completed' and w.claimed_for = k.claimed_for) as "服务小时|Hours of service"
from v_tasks k
left join v_tasks d on d.case_id = k.case_id and d.item = k.item and d.element = 'deliver' and d.state = 'completed'
                    and d.claimed_for = k.claimed_for and d.closed_at >= k.closed_at
                    and exists (select 1 from v_answers told where told.task = d.id and told.path = '/data/outcome'
                                and told.value = 'delivered')
where k.service = :service and k.element = 'claim' and k.state = 'completed' and k.claimed_for is not null
group by k.claimed_for, k.claimed_for_name
order by 2 desc, 1
limit 50;

-- name: channels
-- zh: 登记渠道
-- en: How wishes come in
select case c.channel when 'desk' then '社区窗口|At the desk' when 'web' then '网页|On the web' when 'phone' then '电话|By telephone'
                      when 'doorstep' then '上门|At the doorstep' else '其他|Otherwise' end as "渠道|Channel",
       count(*) as "件数|Wishes"
from v_cases c
where c.service = :service
group by 1
order by 2 desc, 1;
