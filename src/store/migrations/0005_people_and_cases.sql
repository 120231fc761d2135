-- A customer that turned out to be another leads to it; nothing of it is moved.
ALTER TABLE customer ADD COLUMN merged_into TEXT;
CREATE INDEX customer_merged ON customer (merged_into) WHERE merged_into IS NOT NULL;

-- Every merge and every end of one. Without `target` the customer is one of its own again.
CREATE TABLE merger (
    id      INTEGER PRIMARY KEY,
    source  TEXT NOT NULL,
    target  TEXT,
    by      TEXT NOT NULL,
    because TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX merger_by_source ON merger (source, id);
CREATE INDEX merger_by_target ON merger (target, id);

-- Where customers write from, in normal form; an address may be several customers'.
CREATE TABLE address (
    address  TEXT NOT NULL,
    customer TEXT NOT NULL REFERENCES customer (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (address, customer)
) STRICT, WITHOUT ROWID;
CREATE INDEX address_by_customer ON address (customer, position);

-- What people look for without knowing of which kind it is.
CREATE INDEX field_key_by_key ON field_key (key);

-- What a case's history says of it, for the lists by which people work. `due` is the next promise of a case that is not
-- closed.
ALTER TABLE matter ADD COLUMN priority TEXT NOT NULL DEFAULT 'normal';
ALTER TABLE matter ADD COLUMN owner TEXT;
ALTER TABLE matter ADD COLUMN mark TEXT;
ALTER TABLE matter ADD COLUMN due INTEGER;
CREATE INDEX matter_unsettled ON matter (id) WHERE state <> 'closed';
CREATE INDEX matter_by_owner ON matter (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX matter_due ON matter (due) WHERE due IS NOT NULL;
CREATE INDEX matter_marked ON matter (mark, id) WHERE mark IS NOT NULL;

-- What a contact went through, once it is over.
ALTER TABLE interaction ADD COLUMN trail TEXT;
-- The last contact of a customer that is over.
CREATE INDEX interaction_over ON interaction (customer, started, id) WHERE ended IS NOT NULL;

-- Whether who it was and what was said has been taken away.
ALTER TABLE interaction ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;

-- Who looked at whom, or did something to somebody's data.
CREATE TABLE access (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    by       TEXT NOT NULL,
    what     TEXT NOT NULL,
    customer TEXT NOT NULL,
    because  TEXT NOT NULL
) STRICT;
CREATE INDEX access_by_customer ON access (customer, id);
