//! Reports of a month, each against a count of what happened.

use super::backends::{PostgresSchema, SqliteFile};
use super::check;
use super::count::{answer, callers, compare, contacts};
use super::month::Month;
use callwright::crm::question::{By, Figure, Question};

/// Contacts of the month that the suite makes up.
const CONTACTS: usize = 3000;

#[test]
fn every_report_of_a_month_is_what_somebody_counts_who_saw_it() {
    let month = Month::new(20_261_001, CONTACTS);
    let file = SqliteFile::new();
    month.tell(&file.store());
    compare(&file.store(), &month);
}

#[test]
fn every_report_is_the_same_in_postgresql() {
    let Some(schema) = PostgresSchema::new() else { return };
    let month = Month::new(20_261_101, CONTACTS / 4);
    month.tell(&schema.store());
    compare(&schema.store(), &month);
}

#[test]
fn whoever_came_back_most_often_is_listed_first() {
    let month = Month::new(7, 100);
    check(|backend| {
        let store = backend.open();
        month.tell(&*store);
        let mut expected: Vec<(usize, String)> = callers(&month)
            .into_iter()
            .filter(|(_, at)| at.len() > 1)
            .map(|(who, at)| (at.len(), who))
            .collect();
        expected.sort_by_key(|(times, who)| (std::cmp::Reverse(*times), who.clone()));
        expected.truncate(100);
        let told = answer(&*store, Question::Repeat, By::Caller, false).rows;
        let told: Vec<(usize, String)> = told
            .iter()
            .map(|row| match row.as_slice() {
                [Figure::Word(who), Figure::Count(times), ..] => (*times as usize, who.to_string()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(told, expected);
    });
}

#[test]
fn a_total_counts_once_what_belongs_to_several_parts() {
    let month = Month::new(7, 100);
    check(|backend| {
        let store = backend.open();
        month.tell(&*store);
        let sheet = answer(&*store, Question::Contacts, By::Topic, false);
        let all = contacts(&month, By::All, false);
        assert_eq!(sheet.total.map(|row| row[1..].to_vec()), all.get("all").cloned());
    });
}

#[test]
fn a_period_in_which_nothing_was_is_empty() {
    check(|backend| {
        let store = backend.open();
        for question in Question::ALL {
            let by = question.splits()[0];
            assert_eq!(answer(&*store, question, by, false).counted, 0, "{question:?}");
        }
    });
}
