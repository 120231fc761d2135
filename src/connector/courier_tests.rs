//! An hour without the service, in virtual time.

use super::*;
use crate::crm::outbox::{Policy, Progress, State as Row};
use crate::time::DurationMs;
use std::collections::BTreeMap;

/// The service's absence, in seconds from the beginning.
const AWAY: std::ops::Range<i64> = 60..3_660;
/// Contacts that end each second; each customer's call again and again.
const CONTACTS: i64 = 2;
const CUSTOMERS: i64 = 400;
const MOST: usize = 8;

/// The durable rows, by customer and number, as a database holds them.
type Rows = BTreeMap<(i64, i64), Progress>;

fn due(rows: &Rows, now: Wall, limit: usize) -> Vec<(i64, i64)> {
    let mut heads: Vec<(i64, i64)> = Vec::new();
    for ((customer, number), progress) in rows {
        let is_head = heads.last().is_none_or(|(last, _)| last != customer);
        if progress.state == Row::Pending && is_head {
            heads.push((*customer, *number));
        }
    }
    heads.retain(|head| rows[head].next_at <= now);
    heads.sort_by_key(|(_, number)| *number);
    heads.truncate(limit);
    heads
}

#[test]
fn an_hour_without_the_service_costs_no_contact_and_no_memory() {
    let mut courier = Courier::new(BreakerPolicy::DEFAULT, MOST);
    let (mut rows, mut arrived): (Rows, BTreeMap<i64, Vec<i64>>) = (Rows::new(), BTreeMap::new());
    let (mut number, mut asked_while_away, mut most_taken) = (0, 0, 0);
    let mut second = 0;
    while second < AWAY.end + 60 || rows.values().any(|progress| progress.state == Row::Pending) {
        let now = Wall(second * 1000);
        if second < AWAY.end {
            for _ in 0..CONTACTS {
                number += 1;
                rows.insert((number % CUSTOMERS, number), Progress::new(now));
            }
        }
        while courier.room(now) > 0 {
            // What was delivered is not looked through again: a database has an index for that.
            rows.retain(|_, progress| progress.state == Row::Pending);
            let taken = due(&rows, now, courier.room(now));
            if taken.is_empty() {
                break;
            }
            courier.took(now, taken.len());
            most_taken = most_taken.max(taken.len());
            for key in taken {
                let away = AWAY.contains(&second);
                asked_while_away += usize::from(away);
                let done = if away { Err(Failure::away("no answer")) } else { Ok(()) };
                let event = courier.ended(now, done, Jitter(500));
                if event == Event::Delivered {
                    arrived.entry(key.0).or_default().push(key.1);
                }
                rows.entry(key).and_modify(|progress| progress.step(now, event, &Policy::DEFAULT));
            }
        }
        second += 1;
        assert!(second < 20_000, "it never ends");
    }
    assert_eq!(arrived.values().map(Vec::len).sum::<usize>() as i64, AWAY.end * CONTACTS);
    assert!(arrived.values().all(|numbers| numbers.is_sorted()), "out of order");
    assert!(asked_while_away <= 3600 / 30 + MOST, "{asked_while_away} attempts");
    assert!(most_taken <= MOST);
    assert!(second < AWAY.end + 120, "it took until {second}");
}

#[test]
fn a_refusal_says_that_the_service_works() {
    let mut courier = Courier::new(BreakerPolicy { failures: 2, pause: DurationMs(1000) }, 1);
    for _ in 0..5 {
        courier.took(Wall(0), 1);
        let event = courier.ended(Wall(0), Err(Failure::refused("422")), Jitter(0));
        assert_eq!(event, Event::Refused { reason: "422".into() });
    }
    assert_eq!(courier.room(Wall(0)), 1);
}
