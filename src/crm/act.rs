//! What a person does to a case, each with a name and, where it takes the case out of sight, with a reason.
//!
//! Nobody deletes a case. Whoever dislikes one closes or marks it and says why; it stays, and reports count it either way.

use super::case::{Case, CaseState, Change};
use super::promise::Priority;
use crate::program::Text;
use crate::time::Wall;
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// Something that a person does to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It is settled.
    Close {
        /// Why.
        because: Text,
    },
    /// It was not settled after all.
    Reopen {
        /// Why.
        because: Text,
    },
    /// Somebody outside has to do something first.
    Wait {
        /// What is waited for.
        because: Text,
    },
    /// Nobody outside has to do anything any more.
    Resume,
    /// Somebody has it from here on.
    Assign {
        /// Who; nobody where it is given back.
        to: Option<Text>,
    },
    /// It is so urgent.
    Rank {
        /// How urgent.
        priority: Priority,
    },
    /// A sentence for whoever works on it next.
    Note {
        /// The sentence.
        text: Text,
        /// In which mood the customer was, in a word.
        mood: Option<Text>,
    },
    /// The customer is promised something.
    Promise {
        /// What.
        what: Text,
        /// By when.
        due: Wall,
    },
    /// A promise was kept.
    Keep {
        /// Its number, from 1.
        promise: usize,
    },
    /// It is not what it seems.
    Mark {
        /// What it is: `wrong_number`, `duplicate`, `test`, or own words.
        mark: Text,
        /// Why.
        because: Text,
    },
    /// It is what it seems after all.
    Unmark {
        /// Why.
        because: Text,
    },
    /// It belongs to this customer.
    Belong {
        /// The customer's id; to nobody known where it is missing.
        customer: Option<Text>,
        /// Why.
        because: Text,
    },
}

/// Why a person cannot do that.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ActError {
    /// Nobody says who does it.
    #[error("nobody says who does it; name yourself")]
    Nameless,
    /// A reason is due.
    #[error("this needs a reason, for whoever asks later")]
    NoReason,
    /// It is so already, or cannot become so from there.
    #[error("the case is {}", state.word())]
    State {
        /// Where it stands.
        state: CaseState,
    },
    /// There is no such promise, or it was kept before.
    #[error("there is no open promise with the number {number}")]
    NoPromise {
        /// The number that was given.
        number: usize,
    },
    /// There is no mark to take away.
    #[error("the case is not marked")]
    NotMarked,
    /// A text is missing.
    #[error("there is nothing in it")]
    Empty,
}

impl Case {
    /// A person does something to it. The history says who; a mistake changes nothing.
    pub fn act(&mut self, act: Act, by: &str, at: Wall) -> Result<(), ActError> {
        if by.trim().is_empty() {
            return Err(ActError::Nameless);
        }
        act.check(self)?;
        match &act {
            Act::Close { .. } => (self.state, self.closed) = (CaseState::Closed, Some(at)),
            Act::Reopen { .. } => (self.state, self.closed) = (CaseState::Reopened, None),
            Act::Wait { .. } => self.state = CaseState::Waiting,
            Act::Resume => self.state = CaseState::Open,
            Act::Belong { customer, .. } => self.customer.clone_from(customer),
            Act::Assign { .. } | Act::Rank { .. } | Act::Note { .. } => {}
            Act::Promise { .. } | Act::Keep { .. } | Act::Mark { .. } | Act::Unmark { .. } => {}
        }
        self.note(&"".into(), at, Change::ByHand { by: by.trim().into(), act });
        Ok(())
    }
}

impl Act {
    fn check(&self, case: &Case) -> Result<(), ActError> {
        let said = |text: &str, error| if text.trim().is_empty() { Err(error) } else { Ok(()) };
        let may = |fits: bool| if fits { Ok(()) } else { Err(ActError::State { state: case.state }) };
        match self {
            Act::Close { because } => {
                said(because, ActError::NoReason).and_then(|()| may(case.state.is_open()))
            }
            Act::Reopen { because } => {
                said(because, ActError::NoReason).and_then(|()| may(!case.state.is_open()))
            }
            Act::Wait { because } => said(because, ActError::NoReason)
                .and_then(|()| may(case.state.is_open() && case.state != CaseState::Waiting)),
            Act::Resume => may(case.state == CaseState::Waiting),
            Act::Mark { mark, because } => {
                said(mark, ActError::Empty).and_then(|()| said(because, ActError::NoReason))
            }
            Act::Unmark { because } => match case.mark() {
                Some(_) => said(because, ActError::NoReason),
                None => Err(ActError::NotMarked),
            },
            Act::Belong { because, .. } => said(because, ActError::NoReason),
            Act::Note { text, mood } => said(text, ActError::Empty)
                .and_then(|()| said(mood.as_deref().unwrap_or("-"), ActError::Empty)),
            Act::Promise { what, .. } => said(what, ActError::Empty).and_then(|()| may(case.state.is_open())),
            Act::Keep { promise } => {
                let promises = case.promises();
                let open = promise.checked_sub(1).and_then(|index| promises.get(index));
                let error = ActError::NoPromise { number: *promise };
                if open.is_some_and(|open| open.kept.is_none()) { Ok(()) } else { Err(error) }
            }
            Act::Assign { to } => said(to.as_deref().unwrap_or("-"), ActError::Empty),
            Act::Rank { .. } => Ok(()),
        }
    }
}

/// As a history shows it.
impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Act::Close { because } => write!(f, "closed: {because}"),
            Act::Reopen { because } => write!(f, "reopened: {because}"),
            Act::Wait { because } => write!(f, "waits for {because}"),
            Act::Resume => f.write_str("waits no more"),
            Act::Assign { to: Some(to) } => write!(f, "given to {to}"),
            Act::Assign { to: None } => f.write_str("given back"),
            Act::Rank { priority } => write!(f, "priority {}", priority.word()),
            Act::Note { text, mood: None } => write!(f, "note \"{}\"", text.escape_debug()),
            Act::Note { text, mood: Some(mood) } => {
                write!(f, "note \"{}\", the customer is {mood}", text.escape_debug())
            }
            Act::Promise { what, due } => write!(f, "promised to {what} by {}", shown(*due)),
            Act::Keep { promise } => write!(f, "kept promise {promise}"),
            Act::Mark { mark, because } => write!(f, "marked {mark}: {because}"),
            Act::Unmark { because } => write!(f, "no longer marked: {because}"),
            Act::Belong { customer: Some(customer), because } => write!(f, "customer {customer}: {because}"),
            Act::Belong { customer: None, because } => write!(f, "nobody's: {because}"),
        }
    }
}

fn shown(at: Wall) -> String {
    let read = jiff::Timestamp::from_millisecond(at.0);
    read.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crm::{Customer, Recent};
    use crate::program::{Trust, Value};

    const DAY: i64 = 86_400_000;

    fn modem() -> Case {
        let mut case = Case::open(7, "modem", Some("c1".into()), None, Wall(0));
        case.join(&"call-1".into(), Wall(0), None);
        case
    }

    fn because(reason: &str) -> Text {
        reason.into()
    }

    #[test]
    fn a_case_is_closed_only_by_somebody_and_for_a_reason() {
        let mut case = modem();
        let close = |reason: &str| Act::Close { because: because(reason) };
        assert_eq!(case.act(close("settled by e-mail"), " ", Wall(1)), Err(ActError::Nameless));
        assert_eq!(case.act(close(""), "ivan", Wall(1)), Err(ActError::NoReason));
        assert_eq!((case.state, case.history.len()), (CaseState::Open, 1));
        assert_eq!(case.act(close("settled by e-mail"), "ivan", Wall(2)), Ok(()));
        assert_eq!((case.state, case.closed, case.closed_by()), (CaseState::Closed, Some(Wall(2)), None));
        let again = Err(ActError::State { state: CaseState::Closed });
        assert_eq!(case.act(close("settled by e-mail"), "ivan", Wall(3)), again);
    }

    #[test]
    fn what_a_person_closed_the_next_outcome_of_the_contact_does_not_open() {
        let mut case = modem();
        case.settle(&"call-1".into(), Wall(1), true);
        case.act(Act::Reopen { because: because("it is dark again") }, "ivan", Wall(2))
            .expect("it is closed");
        case.act(Act::Close { because: because("replaced") }, "ivan", Wall(3)).expect("it is open");
        case.settle(&"call-1".into(), Wall(4), false);
        assert_eq!(case.state, CaseState::Closed);
    }

    #[test]
    fn a_case_that_waits_for_its_customer_is_open_when_the_customer_calls() {
        let mut case = modem();
        case.act(Act::Wait { because: because("a photo of the lamps") }, "ivan", Wall(1))
            .expect("it is open");
        assert!(case.is_open_on("c1", "modem"));
        case.join(&"call-2".into(), Wall(2), None);
        assert_eq!((case.state, case.contacts().len()), (CaseState::Open, 2));
    }

    #[test]
    fn a_promise_is_overdue_until_it_is_kept_or_the_case_is_closed() {
        let mut case = modem();
        let promise = |what: &str, day: i64| Act::Promise { what: what.into(), due: Wall(day * DAY) };
        case.act(promise("call back", 2), "ivan", Wall(0)).expect("it is open");
        case.act(promise("send a technician", 5), "ivan", Wall(0)).expect("it is open");
        assert_eq!([1, 3].map(|day| case.is_overdue(Wall(day * DAY))), [false, true]);
        case.act(Act::Keep { promise: 1 }, "olga", Wall(3 * DAY)).expect("it is promised");
        assert_eq!((case.is_overdue(Wall(4 * DAY)), case.next_due()), (false, Some(Wall(5 * DAY))));
        assert_eq!(
            case.act(Act::Keep { promise: 1 }, "olga", Wall(0)),
            Err(ActError::NoPromise { number: 1 })
        );
        case.act(Act::Close { because: because("it works") }, "olga", Wall(6 * DAY)).expect("it is open");
        assert_eq!((case.is_overdue(Wall(9 * DAY)), case.workers().len()), (false, 2));
    }

    #[test]
    fn a_mark_stays_with_its_reason_and_so_does_the_case() {
        let mut case = modem();
        assert_eq!(
            case.act(Act::Unmark { because: because("-") }, "ivan", Wall(1)),
            Err(ActError::NotMarked)
        );
        let mark = Act::Mark { mark: "wrong_number".into(), because: because("wanted the pizzeria") };
        case.act(mark, "ivan", Wall(1)).expect("a reason");
        assert_eq!((case.mark().map(|mark| &**mark), case.state), (Some("wrong_number"), CaseState::Open));
        case.act(Act::Unmark { because: because("a mistake") }, "olga", Wall(2)).expect("it is marked");
        assert_eq!((case.mark(), case.history.len()), (None, 3));
    }

    #[test]
    fn a_flow_sees_who_has_the_open_case_and_in_which_mood_the_customer_was() {
        let mut case = modem();
        case.act(Act::Assign { to: Some("ivan".into()) }, "olga", Wall(1)).expect("a name");
        let note = Act::Note { text: "third call".into(), mood: Some("angry".into()) };
        case.act(note, "ivan", Wall(2)).expect("a sentence");
        case.act(Act::Rank { priority: Priority::High }, "ivan", Wall(3)).expect("a rank");
        let record = Customer::new("c1", "Anna").record(Some(&case), &Recent::default(), Trust::Claimed);
        let Value::Record(open) = record.field("open_case") else { panic!("no open case") };
        let seen = ["topic", "state", "owner", "mood", "priority", "contacts"];
        let seen = seen.map(|name| open.field(name).to_string());
        assert_eq!(seen, ["modem", "open", "ivan", "angry", "high", "1"]);
    }
}
