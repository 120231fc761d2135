//! What the demo's call was worth: what was heard, and what the database holds.

use super::visit::Heard;
use super::{ACCOUNT, BALANCE, CUSTOMER};
use crate::crm::{Case, CaseState, Interaction};
use crate::engine::Image;
use crate::program::Text;
use crate::store::{Page, Store};
use anyhow::Result;
use std::fmt;

/// The findings, one a line.
pub struct Findings {
    lines: Vec<(bool, String)>,
    shown: String,
}

impl Findings {
    /// Looks into the database for what the call left there.
    pub fn gather(
        image: &Image,
        store: &dyn Store,
        before: u64,
        heard: Heard,
        settled: bool,
    ) -> Result<Findings> {
        let latest = store.interactions(Some(CUSTOMER), &Page::first(1))?.items.into_iter().next();
        let case = store.cases(Some(CUSTOMER), &Page::first(1))?.items.into_iter().next();
        let calls = store.counts()?.interactions.saturating_sub(before);
        let topic: Option<Text> = Some("balance".into());
        let resolved =
            latest.as_ref().is_some_and(|i| i.outcomes().get(&topic).is_some_and(|o| &**o == "resolved"));
        let verified = latest.as_ref().is_some_and(|i| i.verified);
        let first = |case: &Case| {
            let opener = case.history.first().map(|event| &event.contact);
            latest.as_ref().is_some_and(|interaction| opener == Some(interaction.id()))
        };
        let closed = case.as_ref().is_some_and(|case| case.state == CaseState::Closed);
        let version = latest.as_ref().is_some_and(|i| i.beginning.version == image.version);
        let lines = vec![
            (heard.balance, format!("the caller heard {BALANCE} in words: {}", heard.wanted.join(" "))),
            (calls == 1, format!("the CRM has the call, once ({calls} new)")),
            (verified, format!("its customer is {CUSTOMER}, verified by PIN")),
            (resolved, "its outcome is `resolved` for the topic `balance`".to_owned()),
            (closed, format!("the case is about account {ACCOUNT}, and closed")),
            (
                case.as_ref().is_some_and(first),
                "the call is the first entry of the case's history".to_owned(),
            ),
            (version, format!("the program's version is {}", image.version)),
            (settled, "nothing is waiting in the outbox".to_owned()),
        ];
        Ok(Findings { lines, shown: show(latest.as_ref(), case.as_ref()) })
    }

    /// Whether everything happened.
    pub fn all_well(&self) -> bool {
        self.lines.iter().all(|(well, _)| *well)
    }
}

fn show(interaction: Option<&Interaction>, case: Option<&Case>) -> String {
    let mut shown = String::new();
    if let Some(interaction) = interaction {
        shown += &format!(
            "interaction {}: {} from {}",
            interaction.id(),
            interaction.beginning.channel,
            interaction.beginning.from
        );
        for written in &interaction.entries {
            shown += &format!("\n    {}", written.entry);
        }
    }
    if let Some(case) = case {
        shown += &format!("\ncase {}: {}", case.id, case.topic);
    }
    shown
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "What the CRM holds now:\n{}\n", self.shown)?;
        for (well, line) in &self.lines {
            writeln!(f, "{} {line}", if *well { "ok  " } else { "FAIL" })?;
        }
        Ok(())
    }
}
