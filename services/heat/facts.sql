-- What the rules ask the house before they judge. ?1 household, ?2 this case, ?3 now in microseconds UTC.

-- name: points
-- zh: 本单位九十天内核查过的清凉点
-- en: Cooling points of this office that were checked within ninety days
select count(*) from v_cases c
join v_entities e on e.service = 'heat' and e.register = 'points' and e.organisation = c.organisation and e.closed_at is null
join v_entity_values v on v.entity = e.id and v.field = 'checked_on'
where c.id = ?2 and v.value >= date(?3 / 1000000, 'unixepoch', '+8 hours', '-90 days');
