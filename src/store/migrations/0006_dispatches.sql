-- Who is told of what happens: connectors and webhooks, by name.
CREATE TABLE subscriber (
    name     TEXT NOT NULL PRIMARY KEY,
    contacts INTEGER NOT NULL,
    cases    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What they are told, in order within a lane. `subject` is JSON; the columns behind it are those of `outbox`.
CREATE TABLE dispatch (
    id       INTEGER PRIMARY KEY,
    target   TEXT NOT NULL,
    lane     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    at       INTEGER NOT NULL,
    state    TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at  INTEGER NOT NULL,
    reason   TEXT,
    UNIQUE (target, subject)
) STRICT;
CREATE INDEX dispatch_pending ON dispatch (target, id) WHERE state = 'pending';
CREATE INDEX dispatch_lane ON dispatch (target, lane, id) WHERE state = 'pending';
CREATE INDEX dispatch_dead ON dispatch (id) WHERE state = 'dead';

-- What a connector has made, by our name for it: `value` is the id there.
CREATE TABLE learned (
    target TEXT NOT NULL,
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (target, name)
) STRICT, WITHOUT ROWID;
