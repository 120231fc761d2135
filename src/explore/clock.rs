//! Whether hours may turn during a move: always where it takes time, or only where it takes long.

use super::moves::Deed;
use super::plan::Clock;
use super::state::Stage;
use super::step::Walk;
use crate::program::verb::{HuntOrder, Transfer};
use crate::program::{Exit, Verb};
use crate::time::DurationMs;

/// What takes this long or longer may take a call from opening hours into closed ones.
pub(super) const LONG: DurationMs = DurationMs::from_secs(60);

impl Walk<'_> {
    /// Whether hours may be otherwise behind a move.
    pub fn turns_hours(&self, deed: Deed) -> bool {
        let verb = self.plan.verb(self.node);
        verb.takes_time()
            && !self.is_at_once(verb, deed)
            && (self.plan.clock == Clock::Turns || self.is_long(verb))
    }

    /// Whoever has only just come to a verb that others end, or finds no place in it, has not waited yet.
    fn is_at_once(&self, verb: &Verb, deed: Deed) -> bool {
        let begins = self.from.scopes.len() == 1
            && self.from.scope().is_some_and(|scope| scope.stage == Stage::Enter)
            && matches!(verb, Verb::Queue(_) | Verb::Transfer(_) | Verb::Conference(_) | Verb::Request(_));
        let Deed::Leaves(arm) = deed else { return begins };
        let exit = &self.plan.program.node(self.node).arms[usize::from(arm)].exit;
        begins || (matches!(verb, Verb::Queue(_)) && matches!(exit, Exit::Full))
    }

    /// Whether a verb may take a minute.
    fn is_long(&self, verb: &Verb) -> bool {
        let asks = |hearing: &crate::program::verb::Hearing| hearing.patience(self.from.channel) >= LONG;
        match verb {
            Verb::Menu(menu) => asks(&menu.hearing),
            Verb::Ask(ask) => asks(&ask.hearing),
            Verb::Authenticate(authenticate) => asks(&authenticate.ask.hearing),
            Verb::Queue(_) | Verb::Conference(_) => true,
            Verb::Record(record) => record.max >= LONG,
            Verb::Transfer(transfer) => rings(transfer) >= LONG,
            // How long others are, their own rules say.
            _ => false,
        }
    }
}

/// How long it rings at the most, as far as the script says whom.
fn rings(transfer: &Transfer) -> DurationMs {
    let rounds = match transfer.order {
        HuntOrder::InOrder => transfer.to.len() as u64,
        HuntOrder::AllAtOnce => 1,
    };
    DurationMs(transfer.ring.0.saturating_mul(rounds))
}
