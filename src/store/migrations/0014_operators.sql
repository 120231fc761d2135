-- Who takes calls, for nodes that share a database: the node that an operator is busy with, and those that wait for one.
CREATE TABLE operator_held (
    operator   TEXT PRIMARY KEY,
    node       TEXT NOT NULL,
    held_until INTEGER NOT NULL
) STRICT;
CREATE TABLE operator_wanted (
    operator     TEXT NOT NULL,
    node         TEXT NOT NULL,
    rank         INTEGER NOT NULL,
    priority     TEXT NOT NULL,
    since        INTEGER NOT NULL,
    wanted_until INTEGER NOT NULL,
    PRIMARY KEY (operator, node)
) STRICT;
CREATE INDEX operator_held_node ON operator_held (node);
CREATE INDEX operator_wanted_node ON operator_wanted (node);
CREATE INDEX operator_wanted_until ON operator_wanted (wanted_until);
