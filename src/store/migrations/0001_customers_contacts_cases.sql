-- Moments are milliseconds since 1970-01-01T00:00:00Z. Columns named `content`, `attributes`, `fields` and `shown` are
-- JSON; what is searched has a column of its own.

CREATE TABLE customer (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    language   TEXT,
    attributes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A number may be several customers'; position 0 is a customer's main one.
CREATE TABLE phone (
    number   TEXT NOT NULL,
    customer TEXT NOT NULL REFERENCES customer (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (number, customer)
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_by_customer ON phone (customer, position);

CREATE TABLE object (
    kind   TEXT NOT NULL,
    id     TEXT NOT NULL,
    owner  TEXT REFERENCES customer (id),
    fields TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX object_by_owner ON object (owner, kind, id);

-- What `find` looks up by: fields of objects, and attributes of customers under the kind `customer`.
CREATE TABLE field_key (
    kind  TEXT NOT NULL,
    field TEXT NOT NULL,
    key   TEXT NOT NULL,
    id    TEXT NOT NULL,
    PRIMARY KEY (kind, field, key, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX field_key_by_id ON field_key (kind, id);

-- argon2id in PHC form, with its own salt and cost.
CREATE TABLE pin (
    customer TEXT PRIMARY KEY REFERENCES customer (id),
    hash     TEXT NOT NULL,
    set_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- No reference to `customer`: attempts against an id that nobody has are counted alike.
CREATE TABLE lockout (
    customer       TEXT PRIMARY KEY,
    wrong_in_a_row INTEGER NOT NULL,
    locked_until   INTEGER
) STRICT, WITHOUT ROWID;

-- `verdict` is `counted` between the count and the answer: a process that died there leaves a counted attempt.
CREATE TABLE audit (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    what     TEXT NOT NULL,
    customer TEXT,
    contact  TEXT,
    verdict  TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_customer ON audit (customer, id);

CREATE TABLE interaction (
    id       TEXT PRIMARY KEY,
    channel  TEXT NOT NULL,
    caller   TEXT,
    shown    TEXT NOT NULL,
    called   TEXT NOT NULL,
    started  INTEGER NOT NULL,
    program  TEXT NOT NULL,
    version  TEXT NOT NULL,
    ended    INTEGER,
    ended_by TEXT,
    cause    TEXT,
    customer TEXT,
    verified INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX interaction_by_start ON interaction (started, id);
CREATE INDEX interaction_by_customer ON interaction (customer, started, id);

-- Everything that a contact told the CRM; a later outcome stands beside the one it replaces.
CREATE TABLE entry (
    contact  TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    topic    TEXT,
    outcome  TEXT,
    content  TEXT NOT NULL,
    PRIMARY KEY (contact, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE matter (
    id         INTEGER PRIMARY KEY,
    topic      TEXT NOT NULL,
    customer   TEXT,
    about_kind TEXT,
    about_id   TEXT,
    state      TEXT NOT NULL,
    opened     INTEGER NOT NULL,
    closed     INTEGER
) STRICT;
CREATE INDEX matter_by_customer ON matter (customer, state, id);

CREATE TABLE matter_event (
    matter   INTEGER NOT NULL REFERENCES matter (id),
    position INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    contact  TEXT NOT NULL,
    content  TEXT NOT NULL,
    PRIMARY KEY (matter, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX matter_event_by_contact ON matter_event (contact, matter);

CREATE TABLE outbox (
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
-- Deliveries go by the order in which entries came, the next moment by when they are due.
CREATE INDEX outbox_pending ON outbox (id, next_at) WHERE state = 'pending';
CREATE INDEX outbox_due ON outbox (next_at, id) WHERE state = 'pending';
-- Whether something of the same contact waits before an entry.
CREATE INDEX outbox_order ON outbox (contact, sequence) WHERE state = 'pending';
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';
