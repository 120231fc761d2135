-- Who takes no calls until a person says otherwise, at any of the nodes that share a database.
CREATE TABLE operator_paused (
    operator TEXT PRIMARY KEY,
    since    INTEGER NOT NULL
) STRICT;
