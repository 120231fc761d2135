//! What is expected of every contact, and what the program itself promises of it: `explore` writes what it has found so,
//! as a call that fails until it is mended.

use super::contact::{ContactRun, Mismatch};
use super::expect::Expect;
use super::faults::broken;
use super::reading::Reading;
use super::step::Step;
use super::tree::Item;
use super::witness::{Kept, keeps, stuck};
use crate::engine::Image;
use crate::time::DurationMs;
use std::sync::Arc;

/// `sound: yes`.
pub(super) fn sound(reading: &mut Reading, item: &Item) -> bool {
    reading.word(item, "value of `sound`", &["yes"]).is_some()
}

/// A promise of the program, as it is written there.
pub(super) fn promise(reading: &mut Reading, item: &Item) -> Option<usize> {
    let text = reading.scalar(item, "a promise")?;
    let promises = &reading.program.promises;
    let found = promises.iter().position(|promise| *promise.text == *text);
    if found.is_none() {
        let known: Vec<&str> = promises.iter().map(|promise| &*promise.text).collect();
        let message = format!("the program does not promise `{text}`");
        reading.unknown_name(item, &message, text, known.into_iter());
    }
    found
}

impl Expect {
    /// What is wrong with a contact, whatever it was called for.
    pub(super) fn soundness(&self, image: &Arc<Image>, steps: &[Step], run: &ContactRun) -> Vec<Mismatch> {
        let mut found = Vec::new();
        if let Some(line) = self.sound {
            let node = stuck(image, run).or(run.stood);
            let wrong = broken(image, steps, run, true);
            let expected = "sound".to_owned();
            found.extend(wrong.iter().map(|wrong| Mismatch {
                node,
                ..mismatch(run, (line, expected.clone()), (run.length, wrong.to_string()))
            }));
        }
        if let Some((line, promise)) =
            self.promise.and_then(|(line, at)| Some((line, image.promises.get(at)?)))
        {
            let (at, node, but) = match keeps(image, run, promise) {
                Kept::Yes => return found,
                Kept::Happens(at, node) => (at, node, "it came about".to_owned()),
                Kept::Never => (run.length, None, "it did not come about".to_owned()),
                Kept::After(at, node, keys) => (at, node, format!("it took {at} and {keys} keys")),
            };
            let mismatch = mismatch(run, (line, format!("promise: {}", promise.text)), (at, but));
            found.push(Mismatch { node: node.or(run.stood), ..mismatch });
        }
        found
    }
}

fn mismatch(run: &ContactRun, (line, expected): (u32, String), (at, but): (DurationMs, String)) -> Mismatch {
    Mismatch { at, line, expected, but, node: run.stood, diff: Vec::new() }
}
