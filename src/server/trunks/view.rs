//! What people see of trunks.

use super::{Trunk, Trunks};
use std::sync::Arc;

/// A trunk at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrunkView {
    /// Its name in the settings.
    pub name: Arc<str>,
    /// Whether calls may go there.
    pub stands: bool,
    /// Whether it has us on its list; missing where we ask for no place there.
    pub is_registered: Option<bool>,
    /// Calls, both directions.
    pub calls: usize,
}

impl Trunks {
    /// All of them, in the order of the settings.
    pub fn views(&self) -> Vec<TrunkView> {
        self.all.iter().map(|trunk| trunk.view()).collect()
    }

    /// Why no trunk can be used; nothing where one can, or where there are none.
    pub fn hindrance(&self) -> Option<String> {
        let stands = self.all.iter().any(|trunk| trunk.stands());
        if self.all.is_empty() || stands {
            return None;
        }
        let why: Vec<String> = self.all.iter().map(|trunk| trunk.hindrance()).collect();
        Some(format!("no trunk can be used: {}", why.join(", ")))
    }
}

impl Trunk {
    fn view(&self) -> TrunkView {
        TrunkView {
            name: self.name.clone(),
            stands: self.stands(),
            is_registered: self.settings.register.is_some().then(|| !self.standing().is_unlisted),
            calls: self.limits.calls(),
        }
    }

    fn hindrance(&self) -> String {
        let standing = self.standing();
        let why = if standing.places.is_empty() {
            "is not found"
        } else if standing.is_silent {
            "does not answer"
        } else {
            "has not registered us"
        };
        format!("{} {why}", self.name)
    }
}
