//! What the simulator does while a contact waits in a queue, records a message, or wants its words.

use super::crowd::Waiting as InLine;
use super::drive::{Act, Drive};
use super::members::Ringing;
use super::offer::{Offer, Round};
use super::queues::{Agent, PretendQueue, Refusal, Transcript};
use crate::engine::{ActionId, Event, LegId, QueueNews, Taken};
use crate::program::Text;
use crate::time::{DurationMs, Millis};
use std::collections::BTreeMap;

/// Places in queues, and the message that is recorded.
#[derive(Clone, Debug, Default)]
pub(super) struct Waiting {
    /// Who will answer on a queue's leg, and in which queue.
    pub agents: BTreeMap<LegId, (Text, Agent, Vec<Text>)>,
    /// Legs by the action that took the place.
    places: BTreeMap<ActionId, LegId>,
    /// The telephones of members that ring for a place.
    pub ringing: BTreeMap<ActionId, Vec<Ringing>>,
    /// Of each place, the queue, what is said there, and when somebody answers who lets the call pass.
    passed: BTreeMap<ActionId, (Text, Vec<Text>, Vec<Millis>)>,
    recorder: Option<Recorder>,
}

/// A message that is being recorded.
#[derive(Clone, Debug)]
struct Recorder {
    id: ActionId,
    began: Millis,
    silence: DurationMs,
    /// When something is said.
    sounds: Vec<(Millis, Millis)>,
}

impl Recorder {
    /// How much is said until a moment, silence at both ends left out.
    fn length(&self, until: Millis) -> DurationMs {
        let first = self.sounds.first().map_or(until, |(begin, _)| *begin);
        let last = self.sounds.iter().map(|(_, end)| *end).max().unwrap_or(first);
        last.min(until).since(first)
    }

    /// When it has been silent for so long that it ends.
    fn falls_silent(&self) -> Millis {
        self.sounds.iter().map(|(_, end)| *end).max().unwrap_or(self.began) + self.silence
    }
}

impl Drive {
    pub(super) fn enqueue(&mut self, id: ActionId, leg: LegId, queue: Text, offer: &Offer) {
        self.takes_place(id, queue.clone());
        if self.world.is_crowd && self.world.queues.get(&queue).is_some_and(|queue| queue.staff.is_some()) {
            return self.join_line(id, leg, queue, offer);
        }
        let Some((pretend, round)) = self.pretend_queue(id, &queue, offer) else { return };
        let news = match pretend.refuses {
            Some(Refusal::Full) => QueueNews::Full,
            Some(Refusal::Closed) => QueueNews::Closed,
            None => QueueNews::Place { ahead: pretend.ahead, expected: pretend.expected },
        };
        self.report(DurationMs::ZERO, Event::Queued { id, news });
        self.waiting.places.insert(id, leg);
        let passed = round.passed.iter().map(|after| self.now + *after).collect();
        self.waiting.passed.insert(id, (queue.clone(), offer.whisper.clone(), passed));
        if let Some((after, agent)) = round.taken.filter(|_| pretend.refuses.is_none()) {
            let news = QueueNews::Connected { who: agent.name.clone() };
            self.report(after, Event::Queued { id, news });
            self.waiting.agents.insert(leg, (queue, agent, offer.whisper.clone()));
        }
    }

    /// One of a crowd takes a place behind those who wait already.
    fn join_line(&mut self, id: ActionId, leg: LegId, queue: Text, offer: &Offer) {
        let (contact, since) = (self.contact.id.clone(), self.wall());
        let declared = self.session.image().queues.iter().find(|known| known.name == queue);
        let at_most = declared.and_then(|declared| declared.at_most);
        let line = self.world.lines.entry(queue.clone()).or_default();
        let refused = match self.world.queues.get(&queue).and_then(|queue| queue.refuses) {
            Some(Refusal::Full) => Some(QueueNews::Full),
            Some(Refusal::Closed) => Some(QueueNews::Closed),
            None => at_most.filter(|most| line.waits() >= *most).map(|_| QueueNews::Full),
        };
        if let Some(news) = refused {
            return self.report(DurationMs::ZERO, Event::Queued { id, news });
        }
        let ahead = Some(line.join(InLine { contact, id, leg, since }));
        let expected = self.world.queues.get(&queue).and_then(|queue| queue.expected);
        self.report(DurationMs::ZERO, Event::Queued { id, news: QueueNews::Place { ahead, expected } });
        self.waiting.places.insert(id, leg);
        self.waiting.passed.insert(id, (queue, offer.whisper.clone(), Vec::new()));
    }

    /// Somebody of a queue's staff answers.
    pub(super) fn served(
        &mut self,
        (id, leg): (ActionId, LegId),
        queue: &str,
        number: u32,
        speaks: DurationMs,
    ) {
        let whisper = self.waiting.passed.get(&id).map(|(_, whisper, _)| whisper.clone()).unwrap_or_default();
        let name: Text = format!("{queue}-{number}").into();
        let agent = Agent { name: name.clone(), free: DurationMs::ZERO, speaks, presses: None };
        self.waiting.agents.insert(leg, (queue.into(), agent, whisper));
        self.report(DurationMs::ZERO, Event::Queued { id, news: QueueNews::Connected { who: name } });
    }

    /// The contact waits, or speaks, with nobody of a queue's staff any more.
    pub(super) fn leaves_lines(&mut self) {
        let contact = self.contact.id.clone();
        self.world.lines.values_mut().for_each(|line| line.leave(&contact));
    }

    /// What is declared of a queue; else its members ring, where they are declared under `dial`.
    fn pretend_queue(&mut self, id: ActionId, queue: &Text, offer: &Offer) -> Option<(PretendQueue, Round)> {
        if let Some(pretend) = self.world.queues.get(queue).cloned() {
            // Whoever calls alone finds all of the staff free.
            let staff = pretend.staff.filter(|staff| staff.count > 0).map(|staff| Agent {
                name: format!("{queue}-1").into(),
                free: DurationMs::ZERO,
                speaks: staff.speaks,
                presses: None,
            });
            if let Some(agent) = staff {
                let round = Round { taken: Some((DurationMs::ZERO, agent)), passed: Vec::new() };
                return Some((pretend, round));
            }
            let round = offer.round(pretend.agents.iter());
            return Some((pretend, round));
        }
        let round = self.ring_members(id, queue, offer);
        if !self.waiting.ringing.contains_key(&id) {
            self.remarks.push(format!(
                "nothing is declared about the queue {queue}, so that nobody is ever free: say who under `queues`, \
                 or its members under `dial`"
            ));
            return None;
        }
        Some((PretendQueue::default(), round))
    }

    /// Whoever has let a call pass until now has heard what it was about, and takes no other.
    fn passed_over(&mut self, id: ActionId) {
        let Some((queue, whisper, passed)) = self.waiting.passed.remove(&id) else { return };
        for _ in passed.iter().filter(|at| **at <= self.now) {
            self.whispered.extend(whisper.iter().cloned());
            if let Some(pretend) = self.world.queues.get_mut(&queue) {
                pretend.agents.pop_front();
            }
        }
    }

    /// Somebody has the caller, or the caller gives the place up.
    pub(super) fn place_is_over(&mut self, id: ActionId) {
        self.members_stop(id);
        self.passed_over(id);
    }

    pub(super) fn dequeue(&mut self, id: ActionId) {
        self.queue.retain(|_, event| !matches!(event, Event::Queued { id: queued, .. } if *queued == id));
        self.place_is_over(id);
        self.leaves_lines();
        if let Some(leg) = self.waiting.places.remove(&id) {
            self.waiting.agents.remove(&leg);
        }
    }

    /// Somebody from a queue speaks with the caller; `false` where the leg is another's.
    pub(super) fn bridge_agent(&mut self, leg: LegId) -> bool {
        let Some((queue, agent, whisper)) = self.waiting.agents.get(&leg).cloned() else { return false };
        self.whispered.extend(whisper);
        if let Some(pretend) = self.world.queues.get_mut(&queue) {
            pretend.agents.pop_front();
        }
        self.connected.push((self.now, agent.name));
        self.report(agent.speaks, Event::LegEnded { leg });
        true
    }

    /// Somebody from a queue is hung up; `false` where the leg is another's.
    pub(super) fn let_agent_go(&mut self, leg: LegId) -> bool {
        let ends = |event: &Event| matches!(event, Event::LegEnded { leg: ended } if *ended == leg);
        self.queue.retain(|_, event| !ends(event));
        let is_agent = self.waiting.agents.remove(&leg).is_some();
        if is_agent {
            self.leaves_lines();
        }
        is_agent
    }

    pub(super) fn begin_recording(&mut self, id: ActionId, silence: DurationMs) {
        if !self.world.recordings.succeeds() {
            return self.report(DurationMs::ZERO, Event::Recorded { id, taken: Taken::Failed });
        }
        self.waiting.recorder = Some(Recorder { id, began: self.now, silence, sounds: Vec::new() });
        self.await_silence();
    }

    /// Foresees when the message ends by itself.
    fn await_silence(&mut self) {
        let Some(recorder) = self.waiting.recorder.clone() else { return };
        self.forget_recording(recorder.id);
        let ends = recorder.falls_silent();
        let taken = Taken::Sound { length: recorder.length(ends), link: self.link(recorder.id) };
        self.report(ends.since(self.now), Event::Recorded { id: recorder.id, taken });
    }

    /// Where a message could be fetched, if there were one.
    fn link(&self, id: ActionId) -> Text {
        format!("recording:{}-{id}", self.contact.id).into()
    }

    fn forget_recording(&mut self, id: ActionId) {
        self.queue.retain(|_, event| !matches!(event, Event::Recorded { id: known, .. } if *known == id));
    }

    pub(super) fn end_recording(&mut self, id: ActionId) {
        self.forget_recording(id);
        if let Some(recorder) = self.waiting.recorder.take() {
            let taken = Taken::Sound { length: recorder.length(self.now), link: self.link(id) };
            self.report(DurationMs::ZERO, Event::Recorded { id, taken });
        }
    }

    pub(super) fn drop_recording(&mut self, id: ActionId) {
        self.forget_recording(id);
        self.waiting.recorder = None;
    }

    /// Since when a message is recorded.
    pub(super) fn records_since(&self) -> Option<Millis> {
        self.waiting.recorder.as_ref().map(|recorder| recorder.began)
    }

    /// The caller says something into the recording.
    pub(super) fn speak(&mut self, begin: Millis, end: Millis) {
        self.acts.push((begin, Act::Speak(end.since(begin))));
        if let Some(recorder) = &mut self.waiting.recorder {
            recorder.sounds.push((begin, end));
            self.await_silence();
        }
    }

    pub(super) fn transcribe(&mut self, id: ActionId) {
        match self.world.transcripts.pop_front() {
            Some(Transcript { after, words: Some(words) }) => {
                self.report(after, Event::Transcribed { id, words });
            }
            Some(Transcript { words: None, .. }) => {}
            None => self.remarks.push(
                "no words are left for this recording, so that they were late: say them under `transcripts`"
                    .into(),
            ),
        }
    }
}
