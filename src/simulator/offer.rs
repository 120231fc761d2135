//! What whoever is free in a queue is offered: words about the call, and the key that takes it.
//!
//! Whoever presses another key, or none in time, is passed over, and the next one is asked.

use super::legs::BETWEEN_KEYS;
use super::queues::Agent;
use super::world::World;
use crate::program::verb::Accept;
use crate::program::{Channel, Key, Spoken, Text};
use crate::time::DurationMs;

/// The words, how long they are, and the key.
pub(super) struct Offer {
    pub whisper: Vec<Text>,
    length: DurationMs,
    accept: Option<Accept>,
}

/// Who takes the call, and who was passed over before.
pub(super) struct Round {
    /// Who, and how long after the caller began to wait.
    pub taken: Option<(DurationMs, Agent)>,
    /// When each of the others answered.
    pub passed: Vec<DurationMs>,
}

impl Offer {
    pub fn new(whisper: &[Spoken], accept: Option<Accept>, world: &World) -> Offer {
        let lengths = whisper.iter().map(|one| world.prompt_length(one, Channel::Call));
        let length = lengths.fold(DurationMs::ZERO, |sum, length| sum + length);
        Offer { whisper: whisper.iter().map(|one| one.prompt.clone()).collect(), length, accept }
    }

    /// How long after the answer the call is taken; an error, with the time it takes to see that, where it is not.
    pub fn taken_after(&self, presses: Option<&(Vec<Key>, DurationMs)>) -> Result<DurationMs, DurationMs> {
        let Some(accept) = self.accept else { return Ok(DurationMs::ZERO) };
        let over = self.length + accept.within;
        let Some((keys, first)) = presses else { return Err(over) };
        let times = (0..).map(|index| *first + DurationMs(BETWEEN_KEYS.0 * index));
        let taking = keys.iter().zip(times).find(|(key, at)| accept.takes(**key) && *at <= over);
        taking.map(|(_, at)| at).ok_or(over)
    }

    /// Agents are asked one after another, each when free, and not before the one before has let it pass.
    pub fn round<'a>(&self, agents: impl Iterator<Item = &'a Agent>) -> Round {
        let (mut now, mut passed) = (DurationMs::ZERO, Vec::new());
        for agent in agents {
            let answers = now.max(agent.free);
            match self.taken_after(agent.presses.as_ref()) {
                Ok(after) => return Round { taken: Some((answers + after, agent.clone())), passed },
                Err(after) => {
                    passed.push(answers);
                    now = answers + after;
                }
            }
        }
        Round { taken: None, passed }
    }
}
