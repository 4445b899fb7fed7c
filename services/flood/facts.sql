-- What the rules ask the house before they judge. ?1 household, ?2 this case, ?3 now in microseconds UTC.

-- name: vacant
-- zh: 这座水库空缺的责任人
-- en: Duties of this reservoir that nobody has
-- The three kinds of responsible person of a reservoir; who has retired or moved away has none.
select group_concat('没有' || k.name, '；')
from v_answers a
join v_entities e on e.service = 'flood' and e.register = 'works' and e.key = a.value
join v_entity_values c on c.entity = e.id and c.field = 'class' and c.value in ('large', 'medium', 'small1', 'small2')
join (select 'administrative' as kind, '行政责任人' as name union all select 'technical', '技术责任人' union all select 'patrol', '巡查责任人') k
where a.case_id = ?2 and a.path = '/data/works'
  and not exists (select 1 from v_duties d where d.entity = e.id and d.kind = k.kind
                  and (d.to_day is null or d.to_day >= date(?3 / 1000000, 'unixepoch', '+8 hours'))
                  and (d.gone_from is null or d.gone_from > date(?3 / 1000000, 'unixepoch', '+8 hours')));
