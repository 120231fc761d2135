-- Values and counters that outlive a contact: `holder` is a number, a customer's id, or nothing for the program's own.
CREATE TABLE kept (
    name    TEXT NOT NULL,
    holder  TEXT NOT NULL,
    content TEXT NOT NULL,
    until   INTEGER,
    PRIMARY KEY (name, holder)
) STRICT, WITHOUT ROWID;

-- What backends are told, until they have heard it. The columns are those of `outbox`.
CREATE TABLE errand (
    id       INTEGER PRIMARY KEY,
    contact  TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    content  TEXT NOT NULL,
    state    TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at  INTEGER NOT NULL,
    reason   TEXT,
    UNIQUE (contact, sequence)
) STRICT;
CREATE INDEX errand_due ON errand (next_at, id) WHERE state = 'pending';

-- When wrong attempts are forgotten although no lock fell.
ALTER TABLE lockout ADD COLUMN forgotten_at INTEGER;
