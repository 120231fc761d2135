//! Who calls: of somebody who shows no number nobody is asked, but where people write from an address.

use super::atom::Claim;
use super::state::AtomId;
use super::step::Walk;
use crate::program::{Channel, Exit};

impl Walk<'_> {
    /// The CRM knows the caller, does not, or cannot say. That it was asked says that there is a number.
    pub fn identify(&mut self) {
        match self.numberless() {
            None => self.by_arms(|_, _, _| {}),
            Some(atom) => self.identify_by_number(atom),
        }
        self.pauses();
    }

    /// Whether the caller has no number, where a condition asks for that and the CRM is asked for nothing else.
    fn numberless(&self) -> Option<AtomId> {
        let atoms = &self.plan.atoms;
        let writes = matches!(self.from.channel, Channel::Email | Channel::Chat);
        let mut asked = atoms.of(None).iter().copied();
        asked.find(|id| !writes && atoms.get(*id).claim == Claim::Numberless)
    }

    fn identify_by_number(&mut self, numberless: AtomId) {
        let plan = self.plan;
        let known = plan.settled(self.from, numberless);
        for arm in &plan.program.node(self.node).arms {
            let is_asked = arm.exit != Exit::None;
            if is_asked && known == Some(true) {
                continue;
            }
            let (mut state, found_out) = (self.from.clone(), is_asked && known.is_none());
            if found_out {
                plan.settle(&mut state, numberless, false);
            }
            self.leave_in(state, &arm.exit, None);
            if found_out {
                self.has_settled(vec![(numberless, false)]);
            }
        }
    }
}
