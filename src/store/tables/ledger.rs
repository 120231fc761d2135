//! A database in the middle of a change, as the ledger to which the CRM's rules are applied.

use super::{cases, errands, hours, interactions, jobs, kept};
use crate::crm::{ByHand, Case, Interaction, Kept, Ledger, Posting};
use crate::store::database::{Answer, Fault, Transaction};

/// What an entry of a contact changes.
pub(super) struct Book<'a> {
    tx: &'a Transaction<'a>,
    contact: &'a str,
    /// What the database holds of the contact.
    known: Option<Interaction>,
    /// Whether the contact was erased: what it says now has its effect, and says no more who it was.
    erased: bool,
}

impl<'a> Book<'a> {
    /// For an entry of a contact.
    pub fn of(tx: &'a Transaction<'a>, contact: &'a str) -> Answer<Book<'a>> {
        let (known, erased) = interactions::held(tx, contact)?.unzip();
        Ok(Book { tx, contact, known, erased: erased.unwrap_or_default() })
    }

    /// For an entry of a contact of which all that the database holds is known, and that nobody has erased.
    pub fn with(tx: &'a Transaction<'a>, contact: &'a str, known: Interaction) -> Book<'a> {
        Book { tx, contact, known: Some(known), erased: false }
    }

    /// What the database holds of the contact.
    pub fn into_known(self) -> Option<Interaction> {
        self.known
    }

    /// Whether the contact was erased.
    pub fn is_erased(&self) -> bool {
        self.erased
    }
}

impl Ledger for Book<'_> {
    type Error = Fault;

    fn interaction(&self, contact: &str) -> Answer<Option<Interaction>> {
        match contact == self.contact {
            true => Ok(self.known.clone()),
            false => interactions::interaction(self.tx, contact),
        }
    }

    fn keep_interaction(&mut self, interaction: &Interaction) -> Answer<()> {
        let mut interaction = interaction.clone();
        if self.erased {
            interaction.erase();
        }
        let known = self.known.as_ref().filter(|known| known.id() == interaction.id());
        interactions::keep(self.tx, &interaction, known)?;
        if **interaction.id() == *self.contact {
            self.known = Some(interaction);
        }
        Ok(())
    }

    fn cases_of_contact(&self, contact: &str) -> Answer<Vec<Case>> {
        cases::cases_of_contact(self.tx, contact)
    }

    fn open_case_on(&self, customer: &str, topic: &str) -> Answer<Option<Case>> {
        cases::open_case_on(self.tx, customer, topic)
    }

    fn next_case(&self) -> Answer<u64> {
        cases::next_id(self.tx)
    }

    fn keep_case(&mut self, case: &Case) -> Answer<()> {
        if !self.erased {
            return cases::keep(self.tx, case);
        }
        let mut case = case.clone();
        let said = case.history.iter_mut().filter(|event| *event.contact == *self.contact);
        said.for_each(|event| event.change.erase());
        case.about = None;
        cases::keep(self.tx, &case)
    }

    fn kept(&self, name: &str, holder: &str) -> Answer<Option<Kept>> {
        kept::kept(self.tx, name, holder)
    }

    fn keep(&mut self, name: &str, holder: &str, kept: &Kept) -> Answer<()> {
        if self.is_erased() { Ok(()) } else { kept::keep(self.tx, name, holder, kept) }
    }

    fn set_hours(&mut self, by_hand: &ByHand) -> Answer<()> {
        hours::set(self.tx, by_hand)
    }

    fn job(&mut self, posting: &Posting) -> Answer<()> {
        if self.is_erased() { Ok(()) } else { jobs::put(self.tx, posting) }
    }

    fn errand(&mut self, posting: &Posting) -> Answer<()> {
        errands::put(self.tx, posting)
    }
}
