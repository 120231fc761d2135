//! A database in the middle of a change, as the ledger to which the CRM's rules are applied.

use super::{cases, errands, hours, interactions, jobs, kept};
use crate::crm::{ByHand, Case, Interaction, Kept, Ledger, Posting};
use crate::store::database::{Answer, Fault, Transaction};

pub(super) struct Book<'a>(pub &'a Transaction<'a>);

impl Ledger for Book<'_> {
    type Error = Fault;

    fn interaction(&self, contact: &str) -> Answer<Option<Interaction>> {
        interactions::interaction(self.0, contact)
    }

    fn keep_interaction(&mut self, interaction: &Interaction) -> Answer<()> {
        interactions::keep(self.0, interaction)
    }

    fn cases_of_contact(&self, contact: &str) -> Answer<Vec<Case>> {
        cases::cases_of_contact(self.0, contact)
    }

    fn open_case_on(&self, customer: &str, topic: &str) -> Answer<Option<Case>> {
        cases::open_case_on(self.0, customer, topic)
    }

    fn next_case(&self) -> Answer<u64> {
        cases::next_id(self.0)
    }

    fn keep_case(&mut self, case: &Case) -> Answer<()> {
        cases::keep(self.0, case)
    }

    fn kept(&self, name: &str, holder: &str) -> Answer<Option<Kept>> {
        kept::kept(self.0, name, holder)
    }

    fn keep(&mut self, name: &str, holder: &str, kept: &Kept) -> Answer<()> {
        kept::keep(self.0, name, holder, kept)
    }

    fn set_hours(&mut self, by_hand: &ByHand) -> Answer<()> {
        hours::set(self.0, by_hand)
    }

    fn job(&mut self, posting: &Posting) -> Answer<()> {
        jobs::put(self.0, posting)
    }

    fn errand(&mut self, posting: &Posting) -> Answer<()> {
        errands::put(self.0, posting)
    }
}
