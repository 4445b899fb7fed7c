-- What the rules ask the house before they judge. ?1 household, ?2 this case, ?3 now in microseconds UTC.

-- name: question_pool
-- zh: 题库中可用的题目
-- en: Questions of the bank that may be drawn
-- "topic/number", with commas between them: in the bank, and valid today.
select group_concat(entry, ',') from (
  select topic.value || '/' || e.key as entry from v_entities e
  join v_entity_values topic on topic.entity = e.id and topic.field = 'topic'
  join v_entity_values valid on valid.entity = e.id and valid.field = 'valid_until'
  where e.service = 'contest' and e.register = 'bank' and e.closed_at is null
    and valid.value >= date(?3 / 1000000, 'unixepoch', '+8 hours')
  order by e.id);
