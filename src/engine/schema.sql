-- schema.sql: the state of cases. Only evolve (event.c) writes these tables; replaying the journal refills them.
-- Times are microseconds UTC, days are text 'YYYY-MM-DD', JSON is canonical text, booleans are 0 or 1.
-- The letter says how a column is kept where it is not plain: P personal (sealed in the journal, plain here),
-- S sensitive (sealed in both). The columns stand again in event_kinds.c; a test holds the two together.

-- Who acts -------------------------------------------------------------------------------------------------------

create table organisation (
    id integer primary key,
    kind text not null,              -- city, district, street, community, unit, branch …
    name text not null,
    name_en text not null,
    division text not null,          -- code of the administrative division, or empty
    created_at integer not null,
    closed_at integer
) strict;

-- The tree, dated: rights hold as of the act. One parent at a time.
create table organisation_edge (
    id integer primary key,
    child integer not null,
    parent integer not null,
    from_at integer not null,
    to_at integer
) strict;
create index organisation_edge_child on organisation_edge(child);
create index organisation_edge_parent on organisation_edge(parent);

-- Persons, households and organisations that are concerned, served or help. An organisation's own name is no
-- personal datum and stands in `organisation`.
create table party (
    id integer primary key,
    kind text not null,              -- person, household
    name text,                       -- P: of a household, the person it is called after
    phone text,                      -- P
    mail text,                       -- P
    address text,                    -- P
    note text,                       -- P
    organisation integer,            -- the community it belongs to
    created_at integer not null,
    erased_at integer
) strict;

create index party_phone on party(phone) where phone is not null;
create index party_address on party(address) where address is not null;

-- Dated members of a household.
create table member (
    id integer primary key,
    household integer not null,
    person integer not null,
    relation text not null,          -- head, spouse, child, other …
    from_at integer not null,
    to_at integer
) strict;
create index member_household on member(household);
create index member_person on member(person);

-- Two organisations that help each other (共建), dated.
create table partnership (
    id integer primary key,
    unit integer not null,           -- the partner unit
    community integer not null,
    from_at integer not null,
    to_at integer
) strict;
create index partnership_unit on partnership(unit);
create index partnership_community on partnership(community);

create table account (
    id integer primary key,
    login text not null unique,
    party integer not null,          -- the person, with name, phone and mail
    organisation integer,
    language text not null,
    created_at integer not null,
    closed_at integer
) strict;

-- 委托: from one day to another, both included, tasks meant for an account go to somebody else.
create table delegation (
    id integer primary key,
    account integer not null,
    to_account integer not null,
    from_day text not null,
    to_day text not null
) strict;
create index delegation_account on delegation(account);

create table role_grant (
    id integer primary key,
    account integer not null,
    role text not null,              -- admin, supervisor, staff, member, partner, or a role that a service names
    service text not null,           -- empty: every service
    organisation integer,            -- the part of the tree it holds in; null: everywhere
    from_at integer not null,
    to_at integer
) strict;
create index role_grant_account on role_grant(account);

-- Services -------------------------------------------------------------------------------------------------------

create table service_version (
    id integer primary key,
    service text not null,
    number integer not null,         -- 1, 2, 3 … within the service
    hash text not null,              -- SHA-256 over its files
    name text not null,
    name_en text not null,
    deployed_at integer not null,
    current integer not null         -- 1 for the version new cases get
) strict;
create index service_version_service on service_version(service, current);

create table service_file (
    version integer not null,
    path text not null,
    content text not null,           -- text as it is; other files in base64
    encoding text not null,          -- text, base64
    primary key (version, path)
) strict, without rowid;

-- Cases ----------------------------------------------------------------------------------------------------------

create table cases (
    id integer primary key,
    reference text not null unique,  -- random digits with a check digit
    service text not null,
    version integer not null,
    state text not null,             -- open, closed, withdrawn, merged
    stage text not null,             -- id of the element that waits (the newest), for lists
    outcome text not null,           -- the end event reached, or why it ended
    title text not null,             -- from public and office answers only
    channel text not null,           -- web, desk, phone, doorstep, mail, agent
    organisation integer,            -- the office that answers for it
    applicant integer,               -- party
    household integer,               -- party
    opened_by integer,               -- account; null: the resident
    opened_at integer not null,
    due_at integer,
    closed_at integer,
    merged_into integer,
    linked_from integer,             -- the case from which this one was opened
    public integer not null,         -- may stand on public pages
    generation integer not null,     -- of the secret link
    next_row integer not null,       -- next id of the process rows below
    rating integer,
    reopened integer not null,       -- how often
    changed_at integer not null,
    restricted_role text,            -- only holders of this role …
    restricted_at integer            -- … at this organisation or above may know of the case; null: whoever handles it
) strict;
create index cases_service_state on cases(service, state, id);
create index cases_ending on cases(substr(reference, -4)); -- people read out the last digits
create index cases_applicant on cases(applicant) where applicant is not null;
create index cases_household on cases(household, service) where household is not null;
create index cases_public on cases(service, state, id) where public = 1;
create index cases_organisation on cases(organisation, state, id);
create index cases_office_service on cases(organisation, service, state, id);
-- Few cases are kept to one role: lists ask this small index of each of their lines, not the case itself.
create index cases_kept on cases(id, restricted_role, restricted_at) where restricted_role is not null;

-- Links between cases: the second was opened from the first, or has to do with it. Words for people, nothing personal.
create table case_link (
    id integer primary key,
    case_id integer not null,
    other integer not null,
    kind text not null,              -- of the service's words, or empty
    subject text not null,
    at integer not null
) strict;
create index case_link_case on case_link(case_id);
create index case_link_other on case_link(other);

create table submission (
    id integer primary key,
    case_id integer not null,
    form text not null,              -- file name in the service folder
    task integer,
    account integer,                 -- who wrote it; null: the resident
    channel text not null,
    at integer not null,
    occurred_at integer,             -- when it happened, if told
    device_at integer                -- the clock of the device it was written on
) strict;
create index submission_case on submission(case_id);

-- One typed row an answer; its class decides in which of the three columns the value is.
create table answer (
    submission integer not null,
    path text not null,              -- /data/item[2]/what
    case_id integer not null,
    class text not null,             -- public, office, personal, sensitive
    type text not null,              -- the bind's type: string, int, decimal, date, select1, binary …
    value text,                      -- public and office
    personal text,                   -- P
    sensitive text,                  -- S
    primary key (submission, path)
) strict, without rowid;
create index answer_case on answer(case_id, path);
create index answer_value on answer(path, value, case_id) where value is not null;

create table amendment (
    id integer primary key,
    case_id integer not null,
    submission integer not null,
    path text not null,
    old_value text,
    old_personal text,               -- P
    reason text,                     -- P
    account integer,
    at integer not null
) strict;
create index amendment_case on amendment(case_id);

create table history (
    case_id integer not null,
    id integer not null,             -- from the case's row counter
    at integer not null,
    kind text not null,              -- opened, entered, left, claimed, given-back, amended, urged …
    element text not null,
    task integer,
    account integer,
    by_resident integer not null,
    note text,                       -- P: a reason or remark that somebody typed
    data text,                       -- JSON of plain facts
    primary key (case_id, id)
) strict, without rowid;

-- Notices and what leaves the house ------------------------------------------------------------------------------

create table notice (
    id integer primary key,
    case_id integer,
    account integer,                 -- to this account …
    resident integer not null,       -- … or to the resident of the case
    kind text not null,
    sentence text not null,          -- JSON array: the key of text.h and its arguments
    at integer not null,
    read_at integer
) strict;
create index notice_account on notice(account, id);
create index notice_case on notice(case_id, id);

create table outbox (
    id integer primary key,
    case_id integer,
    channel text not null,           -- mail, webhook
    kind text not null,
    recipient text,                  -- P
    body text,                       -- P
    at integer not null,
    state text not null,             -- waiting, sent, failed
    done_at integer,
    answer text not null
) strict;
create index outbox_waiting on outbox(id) where state = 'waiting';

create table calendar_day (
    day text primary key,
    kind text not null,              -- off, work
    name text not null
) strict, without rowid;

-- A changed day whose deadlines are still being counted again (calendar.c): one row, or none.
create table recount (
    id integer primary key,
    day text not null,
    was_working integer not null,
    last_case integer not null       -- cases up to this one are done
) strict;

-- Where a case stands in its process: the rows of bpmn/step.h. Elements and flows are numbers of the model of the
-- case's version.

create table scope (
    case_id integer not null, id integer not null, parent integer not null, token integer not null,
    element integer not null, kind integer not null, state integer not null, suspended integer not null,
    live integer not null,
    total integer not null, started integer not null, completed integer not null,
    primary key (case_id, id)
) strict, without rowid;
create index scope_root on scope(case_id) where parent = 0;

create table token (
    case_id integer not null, id integer not null, scope integer not null, element integer not null,
    flow integer not null, state integer not null, stage integer not null, in_listener integer not null,
    has_waits integer not null, together integer not null,
    child integer not null, work integer not null, visit integer not null, origin integer not null,
    waiter integer not null,
    primary key (case_id, id)
) strict, without rowid;
create index token_scope on token(case_id, scope);

create table variable (
    case_id integer not null, scope integer not null, name text not null, value text not null,
    primary key (case_id, scope, name)
) strict, without rowid;

create table wait (
    case_id integer not null, id integer not null, scope integer not null, token integer not null,
    element integer not null, definition integer not null, kind integer not null, met integer not null,
    firings integer not null, due integer not null, name text not null, key text not null,
    primary key (case_id, id)
) strict, without rowid;
create index wait_owner on wait(case_id, scope, token);
create index wait_due on wait(due, case_id, id) where kind = 0;
create index wait_name on wait(name, key, case_id) where kind in (1, 2);

create table compensation (
    case_id integer not null, id integer not null, scope integer not null, element integer not null,
    child integer not null,
    primary key (case_id, id)
) strict, without rowid;
create index compensation_scope on compensation(case_id, scope);

create table task (
    id integer primary key,
    case_id integer not null,
    work integer not null,           -- its id in the step
    token integer not null,
    scope integer not null,
    visit integer not null,
    service text not null,
    element text not null,
    name text not null,
    state text not null,             -- open, claimed, completed, closed
    roles text not null,             -- JSON array of candidate groups
    form text not null,
    properties text not null,        -- JSON object: lingban:… and what else the model says
    item text not null,              -- JSON of the loop's element, or empty
    organisation integer,
    assignee integer,                -- account
    claimed_for integer,             -- organisation the claimant acts for
    opened_at integer not null,
    due_at integer,
    priority integer not null,
    claimed_at integer,
    closed_at integer,
    closed_by integer,               -- account
    outcome text not null,           -- completed, or the reason it was closed
    urged integer not null           -- how often
) strict;
create index task_case on task(case_id, work);
create index task_assignee on task(assignee, state, coalesce(due_at, 9223372036854775807), id) where assignee is not null;
create index task_due on task(organisation, due_at, id) where state in ('open', 'claimed') and due_at is not null;
create index task_office_service on task(organisation, service, due_at, id) where state in ('open', 'claimed') and due_at is not null;
create index task_four_eyes on task(id) where instr(properties, '"lingban:fourEyes"') > 0;

-- Whom an open task is offered to; gone when it is claimed or closed.
create table task_offer (
    role text not null,
    organisation integer not null,   -- 0: none
    task integer not null,
    service text not null,
    public integer not null,
    primary key (role, organisation, task)
) strict, without rowid;
create index task_offer_task on task_offer(task);
create index task_offer_role on task_offer(role, task);
create index task_offer_service on task_offer(role, organisation, service, task);

-- A call activity whose process is another service: the case that was opened for it.
create table call (
    case_id integer not null, work integer not null, token integer not null, child integer not null,
    primary key (case_id, work)
) strict, without rowid;
create index call_child on call(child);

create table incident (
    case_id integer not null, id integer not null, token integer not null, scope integer not null,
    element text not null, code text not null, sentence text not null, at integer not null,
    primary key (case_id, id)
) strict, without rowid;

-- Local: neither journalled nor compared -------------------------------------------------------------------------

-- Answers to commands sent with an idempotency key, kept 30 days.
create table local_answer (
    key text primary key, body text not null, result text not null, at integer not null
) strict, without rowid;
create index local_answer_at on local_answer(at);

-- Password hashes (backup holds them; replay does not make them).
create table local_password (
    account integer primary key, hash text not null, changed_at integer not null, must_change integer not null
) strict;

-- Failed tries, for the lock-out: by login name or telephone, hashed.
create table local_failure (
    what text primary key, count integer not null, last_at integer not null
) strict, without rowid;

create table local_session (
    hash text primary key,           -- of the cookie's token
    account integer,                 -- a signed-in account …
    phone text,                      -- … or a resident who showed a telephone number
    case_id integer,                 -- … or the holder of one case's link
    created_at integer not null, seen_at integer not null, agent text not null
) strict, without rowid;
create index local_session_account on local_session(account) where account is not null;

-- One-time codes for telephone numbers.
create table local_code (
    phone text primary key, hash text not null, made_at integer not null, tries integer not null
) strict, without rowid;

create table local_outbox_attempt (
    message integer primary key, tries integer not null, next_at integer not null
) strict;

-- Pieces of names for the staff search: one and two characters, pinyin initials.
create table local_search (
    piece text not null, party integer not null, primary key (piece, party)
) strict, without rowid;
create index local_search_party on local_search(party);

-- Documented views for reports: no personal column, and no restricted case: that there is one more would tell that it is there. ----------------------------------------------------------------

create view v_cases as
    select c.id, c.reference, c.service, c.state, c.stage, c.outcome,
           c.title, c.channel, c.organisation,
           o.name as organisation_name, c.household, c.opened_at, c.due_at, c.closed_at, c.rating, c.reopened, c.public,
           c.merged_into
    from cases c left join organisation o on o.id = c.organisation where c.restricted_role is null;
create view v_tasks as
    select t.id, t.case_id, t.service, t.element, t.name, t.state, t.organisation, t.claimed_for,
           o.name as claimed_for_name,
           t.properties like '%"lingban:claimable":"true"%' as claimable, t.item, t.opened_at, t.due_at, t.claimed_at, t.closed_at, t.closed_by, t.outcome, t.urged
    from task t left join organisation o on o.id = t.claimed_for
    where not exists (select 1 from cases k where k.id = t.case_id and k.restricted_role is not null);
create view v_answers as
    select a.case_id, a.submission, s.task, s.form, a.path, a.class, a.type, a.value
    from answer a join submission s on s.id = a.submission where a.class in ('public', 'office')
    and not exists (select 1 from cases c where c.id = a.case_id and c.restricted_role is not null);
create view v_organisations as select id, kind, name, name_en, division, created_at, closed_at from organisation;
create view v_history as select case_id, id, at, kind, element, task, by_resident from history
    where not exists (select 1 from cases k where k.id = history.case_id and k.restricted_role is not null);
-- What lingban:figure.note and lingban:lot.draw wrote: every line ever written, the newest of a name counts.
create view v_figures as
    select h.case_id, h.id, c.service, h.at, substr(h.kind, 8) as name, h.data as value, h.element
    from history h join cases c on c.id = h.case_id where h.kind like 'figure:%' and c.restricted_role is null;
create view v_serials as
    select h.case_id, c.service, h.at, substr(h.kind, 8) as series, cast(h.data as integer) as serial
    from history h join cases c on c.id = h.case_id where h.kind like 'serial:%' and c.restricted_role is null;

-- One-time codes on their way out: never in the journal.
create table local_message (
    id integer primary key, channel text not null, recipient text not null, body text not null,
    at integer not null, state text not null
) strict;

-- Forms half filled in, for going back and forth and coming back later by link; kept seven days.
create table local_draft (
    key text primary key,            -- hash of the key in the address
    answers text not null, at integer not null
) strict, without rowid;
create index local_draft_at on local_draft(at);
