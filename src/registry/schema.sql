-- Registers: lists of things kept up over time, with who answers for them. Written by events only (registry_events.c).
-- P marks personal columns, sealed with the key of a party.

create table entity (
    id integer primary key,
    service text not null,
    register text not null,          -- as service.yaml names it under registers:
    key text not null,               -- what forms and people call it by; unique within the register
    label text not null,
    organisation integer,            -- the office that keeps it
    party integer,                   -- whose key seals its personal values; null: it has none
    created_at integer not null,
    changed_at integer not null,
    closed_at integer,
    closed_reason text not null
) strict;
create unique index entity_key on entity(service, register, key);
create index entity_register on entity(service, register, closed_at, id);

create table entity_value (
    entity integer not null,
    field text not null,
    class text not null,             -- public, office, personal
    value text,                      -- public and office
    personal text,                   -- P
    party integer,                   -- whose key seals it
    primary key (entity, field)
) strict, without rowid;
create index entity_value_found on entity_value(field, value) where value is not null;
create index entity_value_party on entity_value(party) where party is not null;

-- What changed: one row a value. Personal values are not repeated here.
create table entity_change (
    entity integer not null,
    number integer not null,         -- 1, 2, 3 … within the entity
    at integer not null,
    account integer,
    field text not null,             -- a field; or "label", "closed", "opened", "duty"
    before text,
    after text,
    primary key (entity, number)
) strict, without rowid;

-- When somebody has to be reminded of a date (service.yaml, remind:). One row a date that has a reminder.
create table entity_reminder (
    entity integer not null,
    field text not null,
    day text not null,               -- the reminder's own day
    told_at integer,                 -- null: not yet
    primary key (entity, field)
) strict, without rowid;
create index entity_reminder_waiting on entity_reminder(day, entity, field) where told_at is null;

-- Who answers for what, from one day to another.
create table duty (
    id integer primary key,
    entity integer not null,
    kind text not null,              -- as service.yaml names it under duties:
    party integer,                   -- a person …
    organisation integer,            -- … or a unit
    account integer,                 -- of the person, when it has one
    post text not null,              -- 职务, as it stands on the board
    from_day text not null,
    to_day text                      -- the last day; null: until further notice
) strict;
create index duty_entity on duty(entity, kind, to_day);
create index duty_party on duty(party) where party is not null;

-- Somebody who has retired or moved away, a unit that was dissolved: what they had still stands on the board, in red.
create table holder_gone (
    id integer primary key,
    party integer,                   -- a person …
    organisation integer,            -- … or a unit
    from_day text not null,          -- no longer there from this day on
    reason text not null,            -- retired, moved, other
    at integer not null
) strict;
create index holder_gone_party on holder_gone(party) where party is not null;
create index holder_gone_organisation on holder_gone(organisation) where organisation is not null;

-- Documented views for facts.sql and reports.sql: no personal column. ----------------------------------------------

create view v_entities as
    select e.id, e.service, e.register, e.key, e.label, e.organisation, o.name as organisation_name, e.created_at,
           e.changed_at, e.closed_at
    from entity e left join organisation o on o.id = e.organisation;
create view v_entity_values as
    select v.entity, e.service, e.register, e.key, v.field, v.value
    from entity_value v join entity e on e.id = v.entity
    where v.class in ('public', 'office') and v.value is not null;
-- holder: the same text for the same person or unit, so that distinct ones can be counted.
create view v_duties as
    select d.id, d.entity, e.service, e.register, e.key, d.kind,
           case when d.party is not null then 'party:' || d.party else 'organisation:' || d.organisation end as holder,
           d.organisation, d.post, d.from_day, d.to_day,
           -- gone_from: from this day on the holder is no longer there: said so, account closed, erased, unit closed
           (select min(day) from (
                select g.from_day as day from holder_gone g where g.party = d.party
                union all select g.from_day from holder_gone g where g.organisation = d.organisation
                union all select date(a.closed_at / 1000000, 'unixepoch', '+8 hours') from account a where a.id = d.account and a.closed_at is not null
                union all select date(p.erased_at / 1000000, 'unixepoch', '+8 hours') from party p where p.id = d.party and p.erased_at is not null
                union all select date(o.closed_at / 1000000, 'unixepoch', '+8 hours') from organisation o where o.id = d.organisation and o.closed_at is not null
           )) as gone_from
    from duty d join entity e on e.id = d.entity;
create view v_reminders as
    select r.entity, e.service, e.register, e.key, e.label, r.field, r.day, r.told_at
    from entity_reminder r join entity e on e.id = r.entity where e.closed_at is null;
