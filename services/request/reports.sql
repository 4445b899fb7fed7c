-- The three rates of 接诉即办 (local standard of Beijing, the common form elsewhere). Not counted: withdrawn, merged, not ours.
-- Each beside the number of cases that it is of: a share without it is not said to outsiders. What is asked for (a lamp, a road), and
-- whether the office answered in time, is no secret of anybody's: things. What residents said of it is theirs.

-- name: response_rate
-- zh: 响应率（%）：期限内联系了市民
-- en: Response rate (%): the resident was contacted in time
-- things: all
-- The first contact is compared with the end of the limit, to the second.
select round(100.0 * sum(r.contacted <= r.due) / count(*), 1) as "响应率（%）|Response (%)", count(*) as "件数|Cases" from (
    select t.case_id, min(cast(strftime('%s', a.value) as integer)) as contacted, min(t.due_at) / 1000000 as due
    from v_tasks t join v_answers a on a.case_id = t.case_id and a.path = '/data/contacted'
    join v_cases c on c.id = t.case_id and c.state in ('open', 'closed') and c.outcome <> 'refused'
    where t.service = 'request' and t.element = 'handle' and t.state = 'completed' group by t.case_id) r;

-- name: solved_rate
-- zh: 解决率（%）：市民说解决了
-- en: Solved rate (%): the resident says so
-- The last word of confirm or revisit; who could not be reached is counted apart (unreached).
select round(100.0 * sum(w.value = 'yes') / count(*), 1) as "解决率（%）|Solved (%)", count(*) as "件数|Cases"
from v_cases c join v_answers w on w.case_id = c.id and w.path = '/data/outcome'
and w.submission = (select max(l.submission) from v_answers l join v_answers o on o.submission = l.submission
                    where l.case_id = c.id and l.path = '/data/outcome' and l.value in ('yes', 'no'))
where c.service = 'request' and c.state = 'closed' and w.value in ('yes', 'no');

-- name: satisfied_rate
-- zh: 满意率（%）：评价为满意以上（含基本满意）
-- en: Satisfied (%): rated fair or better
select round(100.0 * sum(rating >= 3) / count(*), 1) as "满意率（%）|Satisfied (%)", count(*) as "件数|Cases" from v_cases where service = 'request' and state = 'closed' and rating is not null;

-- name: unreached
-- zh: 联系不上
-- en: Could not be reached
select count(distinct case_id) as "件数|Cases" from v_answers where path = '/data/outcome' and value = 'unreached'
and case_id in (select id from v_cases where service = 'request');

-- name: joined
-- zh: 一起办的（我也遇到了）
-- en: Joined (me too)
-- things: all
select count(*) as "件数|Cases" from v_cases where service = 'request' and state = 'merged';

-- name: by_kind
-- zh: 各类办件
-- en: Cases by kind
-- choices: /data/what/kind
-- things: all
select a.value as "类别|Kind", count(*) as "件数|Cases" from v_cases c join v_answers a on a.case_id = c.id and a.path = '/data/what/kind'
where c.service = 'request' and c.state <> 'merged' group by a.value order by count(*) desc, a.value;
