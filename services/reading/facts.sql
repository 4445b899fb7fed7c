-- What the process asks the house when it begins again. ?1 household, ?2 this case, ?3 now in microseconds UTC.

-- name: note_written
-- zh: 写过笔记
-- en: A note was written
select count(*) from v_answers where case_id = ?2 and path = '/data/outcome' and value = 'came';

-- name: activity_open
-- zh: 活动还在报名
-- en: The activity still takes sign-ups
select count(*) from v_activities a join v_answers w on w.case_id = ?2 and w.path = '/data/activity' and w.value = cast(a.id as text) where a.closed_at is null;
