//! How many a question found: one, several, nobody, or no answer at all.

use serde::{Deserialize, Serialize};

/// The answer to "who is it?" and "which one is it?".
///
/// Several is an answer of its own: two customers share a telephone, and whoever is listed first is not the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity<T> {
    /// Exactly this one.
    One(T),
    /// So many, at least two; which of them is for a person to say.
    Many(usize),
    /// Nobody.
    None,
    /// The CRM could not say.
    Failed,
}

impl<T> Identity<T> {
    /// The answer that a list of matches is. The only place where matches become an answer.
    pub fn of_matches(matches: impl IntoIterator<Item = T>) -> Identity<T> {
        let mut matches = matches.into_iter();
        match (matches.next(), matches.next()) {
            (Option::None, _) => Identity::None,
            (Some(only), Option::None) => Identity::One(only),
            (Some(_), Some(_)) => Identity::Many(2 + matches.count()),
        }
    }

    /// The same answer about something made from what was found.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Identity<U> {
        match self {
            Identity::One(found) => Identity::One(make(found)),
            Identity::Many(count) => Identity::Many(count),
            Identity::None => Identity::None,
            Identity::Failed => Identity::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_match_is_somebody() {
        assert_eq!(Identity::of_matches([] as [u8; 0]), Identity::None);
        assert_eq!(Identity::of_matches(["anna"]), Identity::One("anna"));
        assert_eq!(Identity::of_matches(["anna", "boris", "vera"]), Identity::Many(3));
    }
}
