-- The figures of the wish service, over the documented v_… views: no name, address or telephone can be read here.
-- Times are microseconds UTC; days are counted in China's time. Heads of columns have their English in i18n/en.po.

-- name: wishes_by_month
-- zh: 每月登记与办结
-- en: Received and closed by month
select strftime('%Y-%m', c.opened_at / 1000000, 'unixepoch', '+8 hours') as 月份, count(*) as 登记,
       sum(c.state = 'closed') as 办结数
from v_cases c
where c.service = 'wish'
group by 1
order by 1;

-- name: wishes_by_state
-- zh: 目前状态
-- en: Where wishes stand now
select case c.state when 'open' then '办理中' when 'closed' then '办结' when 'merged' then '已合并' else '已撤回' end as 状态,
       count(*) as 件数
from v_cases c
where c.service = 'wish'
group by 1
order by 2 desc;

-- name: items_by_kind
-- zh: 心愿类别
-- en: Kinds of wishes
select case a.value when 'food' then '米面粮油' when 'clothes' then '衣被鞋帽' when 'home' then '家居用品'
                    when 'health' then '康复和护理用品' when 'study' then '学习用品' when 'repair' then '维修和跑腿'
                    when 'company' then '陪伴和谈心' else '其他' end as 类别, count(*) as 项数
from v_answers a join v_cases c on c.id = a.case_id
where c.service = 'wish' and c.state <> 'merged' and a.path like '/data/item%/category'
group by 1
order by 2 desc, 1;

-- name: claim_to_delivery
-- zh: 从领办到送达
-- en: From claim to delivery
with delivered as (
    select (d.closed_at - max(k.closed_at)) / 86400000000.0 as days
    from v_tasks d
    join v_answers told on told.task = d.id and told.path = '/data/outcome' and told.value = 'delivered'
    join v_tasks k on k.case_id = d.case_id and k.element = 'claim' and k.state = 'completed' and k.item = d.item
                   and k.closed_at <= d.closed_at
    where d.service = 'wish' and d.element = 'deliver' and d.state = 'completed'
    group by d.id
), ranked as (
    select days, row_number() over (order by days) as place, count(*) over () as n from delivered
)
select max(n) as 送达项数,
       round(avg(case when place in ((n + 1) / 2, (n + 2) / 2) then days end), 1) as "从领办到送达的天数（中位数）",
       round(max(case when place <= (n * 9 + 9) / 10 then days end), 1) as "从领办到送达的天数（九成以内）"
from ranked;

-- name: by_partner_unit
-- zh: 共建单位
-- en: By partner unit
select k.claimed_for_name as 共建单位, count(distinct k.id) as 领办项数, count(distinct d.id) as 送达项数,
       count(distinct case when d.closed_at <= d.due_at then d.id end) as 按时送达,
       count(distinct d.closed_by) as 参与人数
from v_tasks k
left join v_tasks d on d.case_id = k.case_id and d.item = k.item and d.element = 'deliver' and d.state = 'completed'
                    and d.claimed_for = k.claimed_for and d.closed_at >= k.closed_at
                    and exists (select 1 from v_answers told where told.task = d.id and told.path = '/data/outcome'
                                and told.value = 'delivered')
where k.service = 'wish' and k.element = 'claim' and k.state = 'completed' and k.claimed_for is not null
group by k.claimed_for, k.claimed_for_name
order by 2 desc, 1;

-- name: satisfaction
-- zh: 居民评价
-- en: What residents say
select c.rating as 评分, count(*) as 件数
from v_cases c
where c.service = 'wish' and c.rating is not null
group by c.rating
order by c.rating desc;

-- name: channels
-- zh: 登记渠道
-- en: How wishes come in
select c.channel as 登记渠道, count(*) as 件数
from v_cases c
where c.service = 'wish'
group by 1
order by 2 desc, 1;
