-- Activities: what has places, dates and people who come. Written by events only (events.c).
-- P marks personal columns, sealed with the key of a party.

create table activity (
    id integer primary key,
    service text not null,           -- the service it belongs to
    name text not null,
    place text not null,
    organisation integer,            -- the office that holds it
    capacity integer not null,
    created_at integer not null,
    closed_at integer
) strict;
create index activity_service on activity(service, closed_at, id);

create table activity_session (
    id integer primary key,
    activity integer not null,
    day text not null,
    begins text not null,            -- HH:MM, or empty
    ends text not null,
    topic text not null
) strict;
create index activity_session_activity on activity_session(activity, day, id);

create table signup (
    id integer primary key,
    activity integer not null,
    case_id integer,                 -- the case that asked for it
    party integer,                   -- who comes; its key seals the nickname
    nickname text,                   -- P: what the list of the day calls them; never an identity number
    state text not null,             -- in, waiting, cancelled
    at integer not null,
    changed_at integer not null
) strict;
create index signup_activity on signup(activity, state, id);
create index signup_party on signup(party) where party is not null;
create index signup_case on signup(case_id) where case_id is not null;

create table attendance (
    session integer not null,
    signup integer not null,
    present integer not null,
    at integer not null,
    account integer,
    primary key (session, signup)
) strict, without rowid;
create index attendance_signup on attendance(signup);

-- For facts.sql and reports.sql: no personal column.
create view v_activities as
    select a.id, a.service, a.name, a.place, a.organisation, a.capacity, a.created_at, a.closed_at,
           (select count(*) from signup s where s.activity = a.id and s.state = 'in') as taken,
           (select count(*) from signup s where s.activity = a.id and s.state = 'waiting') as waiting
    from activity a;
create view v_sessions as
    select s.id, s.activity, a.service, s.day, s.begins, s.ends, s.topic,
           (select count(*) from attendance n where n.session = s.id and n.present = 1) as present
    from activity_session s join activity a on a.id = s.activity;
create view v_signups as
    select s.id, s.activity, a.service, s.case_id, s.state, s.at, s.changed_at,
           (select count(*) from attendance n where n.signup = s.id and n.present = 1) as attended
    from signup s join activity a on a.id = s.activity;
