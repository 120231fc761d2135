//! Where a contact enters: by its channel and by what was dialled, the most specific target first.

use super::Program;
use super::channel::{Channel, ChannelSet};
use super::node::NodeId;
use super::phone::Phone;
use super::value::Text;

/// One rule of a route: which contacts, and where they enter.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteEntry {
    /// On which channels.
    pub channels: ChannelSet,
    /// For what was dialled or addressed.
    pub target: Target,
    /// The first node: a condition, an arrow, or a rejection.
    pub entry: NodeId,
}

/// What a contact is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// Exactly this number.
    Number(Phone),
    /// Every number with this beginning, in normal form.
    Prefix(Text),
    /// Exactly this address, compared without regard to case.
    Address(Text),
    /// Whatever it is.
    Any,
}

impl Target {
    /// Whether it covers what was dialled: a number where it is one, else the text.
    pub fn covers(&self, number: Option<&Phone>, address: &str) -> bool {
        match self {
            Target::Number(wanted) => number == Some(wanted),
            Target::Prefix(prefix) => number.is_some_and(|number| number.as_str().starts_with(&**prefix)),
            Target::Address(wanted) => wanted.eq_ignore_ascii_case(address),
            Target::Any => true,
        }
    }

    /// How narrow it is: the larger covers less.
    pub fn weight(&self) -> usize {
        match self {
            Target::Number(_) | Target::Address(_) => usize::MAX,
            Target::Prefix(prefix) => prefix.len(),
            Target::Any => 0,
        }
    }
}

impl Program {
    /// The entry for a contact: of the rules that cover it, the one with the narrowest target; a rule for some channels
    /// is narrower than a rule for all. `None` where the route leaves it out.
    pub fn route(&self, channel: Channel, number: Option<&Phone>, address: &str) -> Option<NodeId> {
        self.routes
            .iter()
            .filter(|rule| rule.channels.contains(channel) && rule.target.covers(number, address))
            .max_by_key(|rule| (rule.target.weight(), rule.channels != ChannelSet::ALL))
            .map(|rule| rule.entry)
    }
}
