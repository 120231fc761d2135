-- What contacts asked to be done later: flows that run without a caller, and calls back. What is done is gone from here.
CREATE TABLE job (
    id            INTEGER PRIMARY KEY,
    contact       TEXT NOT NULL,
    sequence      INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    due           INTEGER NOT NULL,
    content       TEXT NOT NULL,
    state         TEXT NOT NULL,
    claimed_until INTEGER,
    begun         TEXT,
    reason        TEXT,
    UNIQUE (contact, sequence)
) STRICT;
CREATE INDEX job_due ON job (due, id) WHERE state = 'pending';
CREATE INDEX job_dropped ON job (due, id) WHERE state = 'dropped';
