-- Figures of the programme. No names.

-- name: activities
-- zh: 活动：名额、报名、候补、场次、到场人次
-- en: Activities: places, signed up, waiting, sessions, attendances
-- audience: office
-- chart: none
select a.name as "活动|Activity", a.capacity as "名额|Places", a.taken as "已报名|Signed up", a.waiting as "候补|Waiting",
       (select count(*) from v_sessions s where s.activity = a.id) as "场次|Sessions",
       (select coalesce(sum(s.present), 0) from v_sessions s where s.activity = a.id) as "到场人次|Attendances"
from v_activities a where a.service = :service order by a.id;

-- name: sessions
-- zh: 每场到场人数
-- en: Who came to each session
select a.name || ' ' || s.day as "场次|Session", s.topic as "范围|Topic", s.present as "到场|Present"
from v_sessions s join v_activities a on a.id = s.activity where s.service = :service order by s.day, s.id;

-- name: books
-- zh: 各年级读的书
-- en: Books read, by grade
select grade.value as "年级|Grade", book.value as "书|Book", count(*) as "人数|Pupils"
from v_cases c join v_answers grade on grade.case_id = c.id and grade.path = '/data/pupil/grade'
join v_answers book on book.case_id = c.id and book.path = '/data/book'
where c.service = :service group by grade.value, book.value order by grade.value, "人数|Pupils" desc;

-- name: shown
-- zh: 展示的笔记
-- en: Notes on the wall
-- things: all
select count(*) as "篇数|Notes" from v_cases where service = :service and public = 1;

-- name: spread
-- zh: 参加几场的各有几人
-- en: How many came to how many sessions
-- A distribution, no ranking: nobody is named, and nobody is first.
select s.attended || ' 场|' || s.attended || case s.attended when 1 then ' session' else ' sessions' end as "场次|Sessions", count(*) as "人数|Pupils"
from v_signups s where s.service = :service and s.state = 'in' group by s.attended order by s.attended;

-- name: list
-- zh: 书目：适合年级、复本、读过的人数
-- en: Reading list: grade, copies, readers
-- audience: office
select b.label as "书|Book", g.value as "年级|Grade", k.value as "复本|Copies",
       (select count(*) from v_answers a join v_cases c on c.id = a.case_id and c.service = :service where a.path = '/data/book' and a.value = b.key) as "读过|Readers"
from v_entities b
left join v_entity_values g on g.entity = b.id and g.field = 'grade'
left join v_entity_values k on k.entity = b.id and k.field = 'copies'
where b.service = :service and b.register = 'books' and b.closed_at is null order by b.id;
