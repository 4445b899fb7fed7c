-- What the rules ask the house before they judge. ?1 household, ?2 this case, ?3 now in microseconds UTC.

-- name: question_pool
-- zh: 题库中可用的题目
-- en: Questions of the bank that may be drawn
-- "topic/number", with commas between them: approved, and valid today.
select group_concat(entry, ',') from (
  select topic.value || '/' || c.reference as entry from v_cases c
  join v_answers topic on topic.case_id = c.id and topic.path = '/data/question/topic'
  join v_answers valid on valid.case_id = c.id and valid.path = '/data/question/valid_until'
  where c.service = 'contest' and c.state = 'closed' and c.outcome = 'approved'
    and valid.value >= date(?3 / 1000000, 'unixepoch', '+8 hours')
  order by c.id);
