-- The store's own tables. Kinds are told by name: journal_… the log, local_… neither journalled nor compared, all
-- others state (store.h).

-- A log is a run of entries under one origin and key; a restored backup starts the next one.
CREATE TABLE journal_log (
    log INTEGER PRIMARY KEY,            -- from 1
    origin TEXT NOT NULL,
    first INTEGER NOT NULL,             -- number of its first entry
    public_key BLOB NOT NULL CHECK (length(public_key) = 32)
) STRICT;

-- hashes: the leaf, then the inner nodes this entry completes, 32 bytes each. It stands before the body, so that
-- reading it never walks through a long one.
CREATE TABLE journal_entry (
    number INTEGER PRIMARY KEY,         -- from 1, without gaps
    at INTEGER NOT NULL,                -- event time, microseconds UTC
    kind TEXT NOT NULL,                 -- of the command
    hashes BLOB NOT NULL,
    body BLOB NOT NULL                  -- canonical JSON, hashed as these bytes
) STRICT;

CREATE TABLE journal_checkpoint (
    log INTEGER NOT NULL,
    size INTEGER NOT NULL,
    note TEXT NOT NULL,                 -- signed, C2SP tlog-checkpoint
    PRIMARY KEY (log, size)
) STRICT, WITHOUT ROWID;

-- Sealed files in media/ (blob.h). One file may belong to several subjects: each has the file's key, sealed with its own.
CREATE TABLE attachment (
    address TEXT NOT NULL,
    subject_kind INTEGER NOT NULL,      -- 1 party, 2 case (seal.h)
    subject_id INTEGER NOT NULL,
    thumbnail TEXT,                     -- its address; NULL when there is none
    media_type TEXT NOT NULL,
    width INTEGER NOT NULL,             -- 0: not known
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sealed_key TEXT,                    -- S: the file's key in hex; NULL once erased
    PRIMARY KEY (address, subject_kind, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_subject ON attachment (subject_kind, subject_id);
CREATE INDEX attachment_thumbnail ON attachment (thumbnail) WHERE thumbnail IS NOT NULL;

-- Files that wait in media/ for the command that will say what they belong to; without one they lapse.
CREATE TABLE local_upload (
    address TEXT PRIMARY KEY,
    thumbnail TEXT,
    media_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    key BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Files to remove once the batch that says so is durable.
CREATE TABLE local_blob_remove (
    address TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Keys to destroy: written with the erasing event, cleared when keys.db has done so.
CREATE TABLE local_key_destroy (
    subject_kind INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    PRIMARY KEY (subject_kind, subject_id)
) STRICT, WITHOUT ROWID;

-- Erasures a restored backup has yet to learn of (backup.h).
CREATE TABLE local_erasure_due (
    subject_kind INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    PRIMARY KEY (subject_kind, subject_id)
) STRICT, WITHOUT ROWID;

-- What this file was made by: one row a schema piece, and the store's own facts.
CREATE TABLE local_schema (
    name TEXT PRIMARY KEY,
    hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
