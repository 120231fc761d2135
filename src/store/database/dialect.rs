//! Where SQLite and PostgreSQL want different words for the same.

/// How a database wants to be spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Dialect {
    /// SQLite.
    Sqlite,
}

impl Dialect {
    /// Makes a question go by an index, where its planner cannot know which one is small.
    pub fn indexed_by(self, index: &str) -> String {
        match self {
            Dialect::Sqlite => format!("INDEXED BY {index}"),
        }
    }

    /// The question for the number of the next case: larger than all before.
    pub fn next_case(self) -> &'static str {
        match self {
            Dialect::Sqlite => "SELECT coalesce(max(id), 0) + 1 FROM matter",
        }
    }
}
