//! What must be true of a crowd as a whole, held against its contacts.

use super::read::Together;
use crate::simulator::contact::{ContactRun, Mismatch};
use crate::time::DurationMs;

impl Together {
    /// What is not as expected.
    pub(in crate::simulator) fn check(&self, runs: &[ContactRun]) -> Vec<Mismatch> {
        let places: Vec<_> = runs.iter().flat_map(|run| &run.dealings.queued).collect();
        let mut found = Vec::new();
        for (result, (least, most)) in &self.places {
            let count = places.iter().filter(|place| place.result == result).count() as u64;
            if !(least..=most).contains(&&count) {
                found.push(self.mismatch(format!("{result} {}", shown(*least, *most)), count.to_string()));
            }
        }
        if let Some((least, most)) = self.waited {
            let longest = places.iter().map(|place| place.waited).max().unwrap_or(DurationMs::ZERO);
            if longest < least || longest > most {
                let expected = match most {
                    DurationMs(u64::MAX) => format!("waited at least {least}"),
                    _ => format!("waited at least {least} and at most {most}"),
                };
                found.push(self.mismatch(expected, format!("the longest wait was {longest}")));
            }
        }
        found
    }

    fn mismatch(&self, expected: String, but: String) -> Mismatch {
        let expected = format!("together {expected}");
        Mismatch { at: DurationMs::ZERO, line: self.line, expected, but, node: None, diff: Vec::new() }
    }
}

fn shown(least: u64, most: u64) -> String {
    match (least == most, most) {
        (true, _) => least.to_string(),
        (false, u64::MAX) => format!("at least {least}"),
        (false, _) => format!("at least {least} and at most {most}"),
    }
}
