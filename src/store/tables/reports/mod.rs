//! Answers to questions: each counts by index what lies in its period, in the database; only the counts come out of it.

mod cases;
mod contacts;
mod parts;
mod people;
mod pins;

use crate::crm::question::{Ask, Question, Sheet};
use crate::store::database::{Answer, Transaction};

/// Answers a question.
pub(in crate::store) fn answer(tx: &Transaction<'_>, ask: &Ask) -> Answer<Sheet> {
    match ask.question {
        Question::Contacts => contacts::contacts(tx, ask),
        Question::Containment => contacts::containment(tx, ask),
        // A store has no journals.
        Question::Leaving => Ok(Sheet::default()),
        Question::Resolution => people::resolution(tx, ask),
        Question::Repeat => people::repeat(tx, ask),
        Question::Closing => cases::closing(tx, ask),
        Question::Lockouts => pins::lockouts(tx, ask),
        Question::Cases => cases::opened(tx, ask),
        Question::Open => cases::open(tx, ask),
        Question::Overdue => cases::overdue(tx, ask),
    }
}
