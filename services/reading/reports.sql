-- Figures of the programme. No names.

-- name: activities
-- zh: 活动：名额、报名、候补、场次、到场人次
-- en: Activities: places, signed up, waiting, sessions, attendances
select a.name as activity, a.capacity as places, a.taken as signed_up, a.waiting as waiting,
       (select count(*) from v_sessions s where s.activity = a.id) as sessions,
       (select coalesce(sum(s.present), 0) from v_sessions s where s.activity = a.id) as attendances
from v_activities a where a.service = 'reading' order by a.id;

-- name: sessions
-- zh: 每场到场人数
-- en: Who came to each session
select a.name as activity, s.day as day, s.topic as topic, s.present as present
from v_sessions s join v_activities a on a.id = s.activity where s.service = 'reading' order by s.day, s.id;

-- name: books
-- zh: 各年级读的书
-- en: Books read, by grade
select grade.value as grade, book.value as book, count(*) as pupils
from v_cases c join v_answers grade on grade.case_id = c.id and grade.path = '/data/pupil/grade'
join v_answers book on book.case_id = c.id and book.path = '/data/book'
where c.service = 'reading' group by grade.value, book.value order by grade.value, pupils desc;

-- name: shown
-- zh: 展示的笔记
-- en: Notes on the wall
select count(*) as notes from v_cases where service = 'reading' and public = 1;
