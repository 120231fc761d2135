//! Why a rule of a route takes a contact, or does not.

use super::Program;
use super::channel::Channel;
use super::number::ShortCode;
use super::phone::Phone;
use super::route::{RouteEntry, Target};
use std::fmt;

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteVerdict {
    /// It takes the contact.
    Takes,
    /// It is for other channels.
    OtherChannel,
    /// It is for something else that is dialled or addressed.
    OtherTarget,
    /// Its target covers the contact, and the narrower one of the rule that takes it does, too.
    Wider,
    /// It has no target, and a rule with one takes the contact.
    Otherwise,
    /// It does not name the number, and nothing less covers one of this kind.
    Apart(ShortCode),
}

impl Program {
    /// What becomes of each rule of the route, in their order, when a contact comes.
    pub fn verdicts(&self, channel: Channel, number: Option<&Phone>, address: &str) -> Vec<RouteVerdict> {
        let winner = self.router.decide(channel, number, address);
        let apart = number.and_then(|number| self.router.short_code(number));
        let verdict = |(position, rule): (usize, &RouteEntry)| match apart {
            _ if Some(position) == winner => RouteVerdict::Takes,
            _ if !rule.channels.contains(channel) => RouteVerdict::OtherChannel,
            _ if !self.covers(&rule.target, number, address) => RouteVerdict::OtherTarget,
            Some(code) if winner.is_none() || !self.names(&rule.target, number) => RouteVerdict::Apart(code),
            Some(_) | None if rule.target == Target::Any => RouteVerdict::Otherwise,
            Some(_) | None => RouteVerdict::Wider,
        };
        self.routes.iter().enumerate().map(verdict).collect()
    }

    fn covers(&self, target: &Target, number: Option<&Phone>, address: &str) -> bool {
        match target {
            Target::Pattern(pattern) => number.is_some_and(|number| pattern.covers(number)),
            Target::Numbers(set) => {
                number.is_some_and(|number| self.numbers[set.0 as usize].contains(number))
            }
            Target::Address(wanted) => wanted.eq_ignore_ascii_case(address),
            Target::Emergency => {
                number.and_then(|number| self.router.short_code(number)) == Some(ShortCode::Emergency)
            }
            Target::Any => true,
        }
    }

    /// Whether a target that covers a number names it, and not only numbers like it.
    fn names(&self, target: &Target, number: Option<&Phone>) -> bool {
        match target {
            Target::Pattern(pattern) => matches!(pattern, super::NumberPattern::Exact(_)),
            Target::Numbers(set) => {
                let exact = self.numbers[set.0 as usize].exact();
                number.is_some_and(|number| exact.binary_search(&number.key()).is_ok())
            }
            Target::Address(_) | Target::Emergency => true,
            Target::Any => false,
        }
    }
}

impl fmt::Display for RouteVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RouteVerdict::Takes => "takes it",
            RouteVerdict::OtherChannel => "is for another channel",
            RouteVerdict::OtherTarget => "is for another target",
            RouteVerdict::Wider => "covers it, but is wider",
            RouteVerdict::Otherwise => "is for what no rule with a target takes",
            RouteVerdict::Apart(ShortCode::Emergency) => {
                "does not name the number, and this is one for emergencies"
            }
            RouteVerdict::Apart(ShortCode::Service) => {
                "does not name the number, and this is one of a public service"
            }
        })
    }
}
