-- Attributes of customers that are kept sealed. `swept` is 1 once none of them is open any more.
CREATE TABLE sealed_field (
    field TEXT NOT NULL PRIMARY KEY,
    since INTEGER NOT NULL,
    swept INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Their values. `key` names the data key that opens `content`.
CREATE TABLE sealed (
    customer TEXT NOT NULL REFERENCES customer (id),
    field    TEXT NOT NULL,
    key      TEXT NOT NULL,
    content  TEXT NOT NULL,
    PRIMARY KEY (customer, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX sealed_by_key ON sealed (key);
