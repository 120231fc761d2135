//! A question with its period and its split, once it makes sense.

use super::{By, Question};
use crate::program::Zone;
use crate::time::{DurationMs, Wall};
use thiserror::Error;

/// A half-open stretch of time: its first moment belongs to it, its end does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first moment.
    pub from: Wall,
    /// The first moment that no longer belongs to it.
    pub to: Wall,
}

/// Of what is asked.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Of which time; missing for a question of this moment.
    pub period: Option<Period>,
    /// On whose clock hours and days are.
    pub zone: Option<Zone>,
    /// This moment.
    pub now: Wall,
    /// Within what time a second contact about a matter counts as one.
    pub within: DurationMs,
    /// Whether cases that are marked, and contacts that are about such cases alone, are left out.
    pub without_marked: bool,
}

/// A question that can be answered.
#[derive(Clone, Debug)]
pub struct Ask {
    /// What is asked.
    pub question: Question,
    /// By what the answer is split.
    pub by: By,
    /// Of which time; of this moment for a question that is.
    pub period: Period,
    /// On whose clock hours and days are.
    pub zone: Zone,
    /// This moment.
    pub now: Wall,
    /// Within what time a second contact about a matter counts as one.
    pub within: DurationMs,
    /// Whether what is marked is left out.
    pub without_marked: bool,
}

/// Why a question makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AskError {
    /// It cannot be split so.
    #[error("`{}` is not split by {}, but by {}", question.word(), by.word(), words(*question))]
    NotBy {
        /// What is asked.
        question: Question,
        /// By what it cannot be split.
        by: By,
    },
    /// Hours and days are somebody's.
    #[error("by {} needs a zone, whose clock is meant: --zone Europe/Moscow", by.word())]
    NoZone {
        /// By what it is split.
        by: By,
    },
    /// Nobody said of which time.
    #[error("`{}` is of a period; say from when, and until when if not until now: --from 2026-11-01 --to 2026-12-01", question.word())]
    NoPeriod {
        /// What is asked.
        question: Question,
    },
    /// It is of this moment.
    #[error("`{}` is of this moment and takes no --from and --to", question.word())]
    OfNow {
        /// What is asked.
        question: Question,
    },
    /// The end is not behind the beginning.
    #[error("the period is over before it begins: --to is the first moment that does not belong to it")]
    Backwards,
    /// No time at all.
    #[error("within no time nobody comes back; say --within 7d")]
    WithinNothing,
}

/// The words of a question's splits.
fn words(question: Question) -> String {
    question.splits().iter().map(|by| by.word()).collect::<Vec<_>>().join(", ")
}

impl Ask {
    /// Puts a question together.
    ///
    /// # Errors
    /// [`AskError`], which says what is missing or does not belong there.
    pub fn new(question: Question, by: Option<By>, scope: Scope) -> Result<Ask, AskError> {
        let Scope { period, zone, now, within, without_marked } = scope;
        let splits = question.splits();
        let by = by.or(splits.first().copied()).unwrap_or(By::All);
        if !splits.contains(&by) {
            return Err(AskError::NotBy { question, by });
        }
        if by.clock().is_some() && zone.is_none() {
            return Err(AskError::NoZone { by });
        }
        if within == DurationMs::ZERO {
            return Err(AskError::WithinNothing);
        }
        let period = match (period, question.is_of_a_period()) {
            (Some(period), true) if period.from >= period.to => return Err(AskError::Backwards),
            (Some(period), true) => period,
            (None, true) => return Err(AskError::NoPeriod { question }),
            (Some(_), false) => return Err(AskError::OfNow { question }),
            (None, false) => Period { from: now, to: now },
        };
        let zone = zone.unwrap_or_else(Zone::utc);
        Ok(Ask { question, by, period, zone, now, within, without_marked })
    }

    /// The same, not split.
    pub fn whole(&self) -> Ask {
        Ask { by: By::All, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        let period = Some(Period { from: Wall(0), to: Wall(1000) });
        Scope { period, zone: None, now: Wall(9), within: DurationMs::DAY, without_marked: false }
    }

    fn refused(question: Question, by: Option<By>, scope: Scope) -> String {
        Ask::new(question, by, scope).map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn every_question_and_every_split_is_found_by_its_word() {
        for question in Question::ALL {
            assert_eq!(Question::from_word(question.word()), Some(question));
            assert!(!question.splits().is_empty() && !question.about().is_empty());
        }
        By::ALL.into_iter().for_each(|by| assert_eq!(By::from_word(by.word()), Some(by)));
    }

    #[test]
    fn hours_need_somebody_s_clock() {
        assert!(refused(Question::Contacts, Some(By::Hour), scope()).contains("--zone"));
        let moscow = Some(Zone::new("Europe/Moscow").expect("a zone"));
        assert_eq!(refused(Question::Contacts, Some(By::Hour), Scope { zone: moscow, ..scope() }), "");
    }

    #[test]
    fn a_wrong_split_lists_the_right_ones() {
        let told = refused(Question::Repeat, Some(By::Owner), scope());
        assert_eq!(told, "`repeat` is not split by owner, but by times, caller");
    }

    #[test]
    fn a_period_is_asked_of_what_was_and_not_of_what_is() {
        assert!(refused(Question::Contacts, None, Scope { period: None, ..scope() }).contains("--from"));
        assert!(refused(Question::Open, None, scope()).contains("this moment"));
        let backwards = Some(Period { from: Wall(5), to: Wall(5) });
        assert!(
            refused(Question::Contacts, None, Scope { period: backwards, ..scope() }).contains("over before")
        );
    }
}
