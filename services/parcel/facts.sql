-- What the rules ask the house before they judge. ?1 household, ?2 this case, ?3 now in microseconds UTC.

-- name: had_this_campaign
-- zh: 本户本批已有的推荐或邮包
-- en: Proposals or parcels of the household in this campaign
-- What was refused, declined, withdrawn or a double itself does not count.
select count(*) from v_cases other
join v_answers mine on mine.case_id = ?2 and mine.path = '/data/campaign_part/campaign'
join v_answers theirs on theirs.case_id = other.id and theirs.path = mine.path and theirs.value = mine.value
where other.household = ?1 and other.id <> ?2 and other.service = 'parcel' and other.state in ('open', 'closed')
  and other.outcome not in ('double', 'not-chosen', 'declined');

-- name: last_parcel_days
-- zh: 距上次领到邮包的天数
-- en: Days since the household last got a parcel
select cast(julianday(date(?3 / 1000000, 'unixepoch', '+8 hours')) - julianday(max(day.value)) as integer)
from v_cases other
join v_answers told on told.case_id = other.id and told.path = '/data/outcome' and told.value = 'handed'
join v_answers day on day.submission = told.submission and day.path = '/data/day'
where other.household = ?1 and other.id <> ?2 and other.service = 'parcel';
