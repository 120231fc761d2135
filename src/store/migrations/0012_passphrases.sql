-- argon2id in PHC form, beside the PIN's: who writes has letters, who calls has keys.
CREATE TABLE passphrase (
    customer TEXT PRIMARY KEY REFERENCES customer (id),
    hash     TEXT NOT NULL,
    set_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
