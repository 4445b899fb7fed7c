-- What the rules ask the house before they judge. ?1 household, ?2 this case, ?3 now in microseconds UTC.

-- name: last_same_kind_days
-- zh: 距上次同类救助的天数
-- en: Days since the household last received help of the same kind
-- One wish counts when something of it was delivered and one of its items is of a kind asked for now.
select cast(julianday(date(?3 / 1000000, 'unixepoch', '+8 hours')) - julianday(max(day.value)) as integer)
from v_cases other
join v_answers told on told.case_id = other.id and told.path = '/data/outcome' and told.value = 'delivered'
join v_answers day on day.submission = told.submission and day.path = '/data/day'
where other.household = ?1 and other.id <> ?2
  and exists (select 1 from v_answers mine join v_answers theirs on theirs.value = mine.value
              where mine.case_id = ?2 and mine.path like '/data/item%/category'
                and theirs.case_id = other.id and theirs.path like '/data/item%/category');
