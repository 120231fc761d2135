//! The schema's steps, each applied once and in order, and the table that says which were.
//!
//! They are written once, as SQLite reads them; [`Dialect::schema`](super::Dialect::schema) has PostgreSQL's words. So a
//! step keeps to the types INTEGER and TEXT, to tables that are STRICT, and to statements that both read.

/// All steps; the position from 1 is the schema's number. A step that was released never changes.
pub(in crate::store) const STEPS: [(&str, &str); 16] = [
    ("customers_contacts_cases", include_str!("../migrations/0001_customers_contacts_cases.sql")),
    ("kept_values_errands", include_str!("../migrations/0002_kept_values_errands.sql")),
    ("hours_by_hand", include_str!("../migrations/0003_hours_by_hand.sql")),
    ("claimed_errands", include_str!("../migrations/0004_claimed_errands.sql")),
    ("people_and_cases", include_str!("../migrations/0005_people_and_cases.sql")),
    ("dispatches", include_str!("../migrations/0006_dispatches.sql")),
    ("sealed", include_str!("../migrations/0007_sealed.sql")),
    ("reports", include_str!("../migrations/0008_reports.sql")),
    ("jobs", include_str!("../migrations/0009_jobs.sql")),
    ("errands_by_hand", include_str!("../migrations/0010_errands_by_hand.sql")),
    ("retention", include_str!("../migrations/0011_retention.sql")),
    ("passphrases", include_str!("../migrations/0012_passphrases.sql")),
    ("contacts_of_nobody", include_str!("../migrations/0013_contacts_of_nobody.sql")),
    ("operators", include_str!("../migrations/0014_operators.sql")),
    ("paused_operators", include_str!("../migrations/0015_paused_operators.sql")),
    ("contacts_without_end", include_str!("../migrations/0016_contacts_without_end.sql")),
];

/// The table that says which steps were applied.
pub(in crate::store) const MIGRATION_TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
    number     INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT;";
