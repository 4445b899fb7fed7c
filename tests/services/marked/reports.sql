-- name: outcomes
-- zh: 状态
-- en: States
select state as "状态|State", count(*) as "件数|Cases" from v_cases where service = :service group by 1;
