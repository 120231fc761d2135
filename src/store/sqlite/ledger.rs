//! A database in the middle of a change, as the ledger to which the CRM's rules are applied.

use super::{cases, errands, hours, interactions, kept};
use crate::crm::{ByHand, Case, Interaction, Kept, Ledger, Posting};
use rusqlite::{Connection, Error, Result};

pub(super) struct Book<'a>(pub &'a Connection);

impl Ledger for Book<'_> {
    type Error = Error;

    fn interaction(&self, contact: &str) -> Result<Option<Interaction>> {
        interactions::interaction(self.0, contact)
    }

    fn keep_interaction(&mut self, interaction: &Interaction) -> Result<()> {
        interactions::keep(self.0, interaction)
    }

    fn cases_of_contact(&self, contact: &str) -> Result<Vec<Case>> {
        cases::cases_of_contact(self.0, contact)
    }

    fn open_case_on(&self, customer: &str, topic: &str) -> Result<Option<Case>> {
        cases::open_case_on(self.0, customer, topic)
    }

    fn next_case(&self) -> Result<u64> {
        cases::next_id(self.0)
    }

    fn keep_case(&mut self, case: &Case) -> Result<()> {
        cases::keep(self.0, case)
    }

    fn kept(&self, name: &str, holder: &str) -> Result<Option<Kept>> {
        kept::kept(self.0, name, holder)
    }

    fn keep(&mut self, name: &str, holder: &str, kept: &Kept) -> Result<()> {
        kept::keep(self.0, name, holder, kept)
    }

    fn set_hours(&mut self, by_hand: &ByHand) -> Result<()> {
        hours::set(self.0, by_hand)
    }

    fn errand(&mut self, posting: &Posting) -> Result<()> {
        errands::put(self.0, posting)
    }
}
