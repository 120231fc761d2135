//! Where a contact enters: by its channel and by what was dialled, the narrowest target first.

use super::Program;
use super::channel::{Channel, ChannelSet};
use super::node::NodeId;
use super::number::{NumberKey, NumberPattern, NumberTable, ShortCode, ShortCodes};
use super::numbers::{NumberSet, NumbersId};
use super::phone::Phone;
use super::value::Text;
use crate::source::Place;
use std::cmp::Ordering;

/// One rule of a route: which contacts, and where they enter.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteEntry {
    /// On which channels.
    pub channels: ChannelSet,
    /// For what was dialled or addressed.
    pub target: Target,
    /// The first node: a condition, an arrow, or a rejection.
    pub entry: NodeId,
    /// Whether it is asked here, or behind it, which segment of the CRM the caller belongs to.
    pub asks_segment: bool,
    /// Where it stands.
    pub place: Place,
}

/// What a contact is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The numbers of a pattern.
    Pattern(NumberPattern),
    /// The numbers of a set.
    Numbers(NumbersId),
    /// Exactly this address, compared without regard to case.
    Address(Text),
    /// Whatever is dialled for help in the program's country.
    Emergency,
    /// Whatever it is; but no emergency number, and no service of the plan.
    Any,
}

/// The rules of a route as an index: a number is decided by searches in sorted lists, however many rules there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Router {
    short: ShortCodes,
    /// By the position of the channel in [`Channel::ALL`].
    channels: Vec<ChannelRules>,
}

/// The rules for one channel, by their positions among all.
#[derive(Clone, Debug, Default, PartialEq)]
struct ChannelRules {
    numbers: NumberTable<u32>,
    /// In small letters, sorted.
    addresses: Vec<(Text, u32)>,
    emergency: Option<u32>,
    any: Option<u32>,
}

impl Router {
    /// The index of these rules; `country` says what is dialled for help.
    pub fn new(rules: &[RouteEntry], sets: &[NumberSet], country: Option<&str>) -> Router {
        let channels = Channel::ALL.iter().map(|channel| ChannelRules::new(*channel, rules, sets)).collect();
        Router { short: ShortCodes::of(country), channels }
    }

    /// What the number is for in the program's country, where it is no number of the house.
    pub fn short_code(&self, number: &Phone) -> Option<ShortCode> {
        self.short.get(number.key())
    }

    /// The position of the rule that a contact takes: the narrowest that covers it. `None` where the route leaves it out.
    pub fn decide(&self, channel: Channel, number: Option<&Phone>, address: &str) -> Option<usize> {
        let position = Channel::ALL.iter().position(|known| *known == channel)?;
        let rules = self.channels.get(position)?;
        let key = number.map(Phone::key);
        let rule = match key.and_then(|key| Some((key, self.short.get(key)?))) {
            Some((key, code)) => rules.apart(key, code, address),
            None => rules.open(key, address),
        };
        rule.map(|rule| rule as usize)
    }
}

impl ChannelRules {
    fn new(channel: Channel, rules: &[RouteEntry], sets: &[NumberSet]) -> ChannelRules {
        let mut own = ChannelRules::default();
        let (mut exact, mut patterns) = (Vec::new(), Vec::new());
        for (rule, entry) in rules.iter().enumerate().filter(|(_, entry)| entry.channels.contains(channel)) {
            let rule = rule as u32;
            match &entry.target {
                Target::Pattern(pattern) => patterns.push((pattern, rule)),
                Target::Numbers(set) => {
                    let set = &sets[set.0 as usize];
                    exact.extend(set.exact().iter().map(|key| (*key, rule)));
                    patterns.extend(set.patterns().iter().map(|pattern| (pattern, rule)));
                }
                Target::Address(address) => own.addresses.push((address.to_ascii_lowercase().into(), rule)),
                Target::Emergency => own.emergency = own.emergency.or(Some(rule)),
                Target::Any => own.any = own.any.or(Some(rule)),
            }
        }
        own.addresses.sort();
        own.numbers = NumberTable::with_exact(exact, patterns);
        own
    }

    /// For a number of the plan that no rule covers which does not name it.
    fn apart(&self, key: NumberKey, code: ShortCode, address: &str) -> Option<u32> {
        let help = match code {
            ShortCode::Emergency => self.emergency,
            ShortCode::Service => None,
        };
        self.numbers.find_exact(key).or_else(|| self.addressed(address)).or(help)
    }

    fn open(&self, key: Option<NumberKey>, address: &str) -> Option<u32> {
        let numbered = key.and_then(|key| self.numbers.find(key));
        numbered.or_else(|| self.addressed(address)).or(self.any)
    }

    fn addressed(&self, address: &str) -> Option<u32> {
        let at = self.addresses.binary_search_by(|(known, _)| without_case(known, address)).ok()?;
        Some(self.addresses[at].1)
    }
}

/// Compares a text in small letters with any.
fn without_case(small: &str, any: &str) -> Ordering {
    small.bytes().cmp(any.bytes().map(|byte| byte.to_ascii_lowercase()))
}

impl Program {
    /// Whether a contact may come to where its caller's segment is asked for, so that whoever drives a session has to know
    /// it before the first line of the route.
    pub fn asks_for_segments(&self, channel: Channel, number: Option<&Phone>, address: &str) -> bool {
        let rule = self.router.decide(channel, number, address);
        rule.is_some_and(|rule| self.routes[rule].asks_segment)
    }

    /// The entry for a contact, of the rule that [`Router::decide`] finds. `None` where the route leaves it out.
    pub fn route(&self, channel: Channel, number: Option<&Phone>, address: &str) -> Option<NodeId> {
        self.router.decide(channel, number, address).map(|rule| self.routes[rule].entry)
    }
}
