//! Attempts to prove who one is, and lock-outs.

use super::parts::{Part, at, counted, quarter, sheet};
use crate::crm::question::{Ask, By, Figure, Sheet};
use crate::store::database::{Answer, Transaction, values};

/// Attempts, by how they ended. A lock-out is counted when it falls; what is tried while it lasts is told apart.
pub(super) fn lockouts(tx: &Transaction<'_>, ask: &Ask) -> Answer<Sheet> {
    let whole = parts(tx, &ask.whole())?.pop().unwrap_or((By::All.nothing().into(), Vec::new()));
    let parts = if ask.by == By::All { Vec::new() } else { parts(tx, ask)? };
    let heads = ["attempts", "right", "wrong", "lockouts", "while_locked", "released"];
    Ok(sheet(ask, &heads, parts, whole, |counts, _| {
        (0..6).map(|index| Figure::Count(at(counts, index))).collect()
    }))
}

fn parts(tx: &Transaction<'_>, ask: &Ask) -> Answer<Vec<Part>> {
    let part = match ask.by {
        By::Customer => "customer".to_owned(),
        By::Hour | By::Weekday | By::Day | By::Month => quarter("at"),
        By::All | By::Channel | By::Direction | By::Topic | By::Outcome | By::Called => "''".to_owned(),
        By::Program | By::Identity | By::EndedBy | By::Times | By::Caller | By::Flow | By::Prompt => {
            "''".to_owned()
        }
        By::Owner | By::Priority | By::State | By::Mark => "''".to_owned(),
    };
    let sql = format!(
        "SELECT {part} AS part, count(*) FILTER (WHERE what = 'verify'),
                count(*) FILTER (WHERE what = 'verify' AND verdict = 'right'),
                count(*) FILTER (WHERE what = 'verify' AND (verdict IN ('wrong', 'counted') OR fell = 1)),
                count(*) FILTER (WHERE fell = 1),
                count(*) FILTER (WHERE what = 'verify' AND verdict = 'locked' AND fell = 0),
                count(*) FILTER (WHERE what = 'unlock')
         FROM audit WHERE at >= ?1 AND at < ?2 AND what IN ('verify', 'unlock') GROUP BY 1"
    );
    counted(tx, ask, &sql, values![ask.period.from, ask.period.to], 6)
}
