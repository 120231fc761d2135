-- Hours set by hand, one row each time; the latest of a schedule holds. Without `open` its lines decide again.
CREATE TABLE hours_by_hand (
    id       INTEGER PRIMARY KEY,
    schedule TEXT NOT NULL,
    open     INTEGER,
    until    INTEGER,
    by       TEXT NOT NULL,
    because  TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX hours_by_hand_schedule ON hours_by_hand (schedule, id);
