-- What the rules ask the house before they judge. ?1 household, ?2 this case, ?3 now in microseconds UTC.

-- name: similar_before
-- zh: 同一社区三十天内的同类诉求
-- en: Requests of the same kind from the same community within thirty days
-- Withdrawn ones do not count; those that joined this one do: each is a neighbour who met it.
select count(*) from v_cases mine
join v_answers kind on kind.case_id = mine.id and kind.path = '/data/what/kind'
join v_cases other on other.service = mine.service and other.organisation = mine.organisation and other.id <> mine.id
join v_answers same on same.case_id = other.id and same.path = kind.path and same.value = kind.value
where mine.id = ?2 and other.state <> 'withdrawn' and other.opened_at > ?3 - 30 * 86400000000;
