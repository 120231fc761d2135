//! A recorded contact on another program: the caller does what was done, and everybody answers what was answered.
//!
//! The caller's keys, words and hang-up come behind the thing that was noticed last before them, as long after it as in the
//! journal: a second into `menu` stays a second into `menu`, wherever that is said now. Where that thing does not come, they come
//! no earlier than in the journal, and a key once the program listens and is silent. Answers are looked up by what was asked, by name and
//! arguments, and take as long as they took. What the journal does not know is noted ([`Lack`]); the answer is then the one
//! that was assumed, else the one with which the verb fails.

mod question;
mod recorded;

use super::far_end::FarEnd;
use super::world::World;
use crate::engine::{
    Action, ActionId, Audio, DialProgress, Event, Image, Journal, JournalEntry, JournalHeader, LegId, Note,
    Reply, Session, Timer, restore_keys,
};
use crate::program::{Channel, Method, Text};
use crate::time::{DurationMs, Millis};
use recorded::Asked;
pub(super) use recorded::{Act, Cues, Due, Recorded};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is assumed where a journal does not know an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assumed {
    /// Replies of backends, by name and operation.
    pub replies: Vec<(Text, Text, Reply)>,
    /// A world that answers the rest, as a scenario gives it.
    pub world: Option<World>,
}

/// A contact that was run again.
#[derive(Clone, Debug, PartialEq)]
pub struct Rerun {
    /// What it did.
    pub journal: Journal,
    /// What the recorded journal did not know, in the order in which it was asked.
    pub lacks: Vec<Lack>,
}

/// An answer that a journal lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lack {
    /// When it was asked for.
    pub at: DurationMs,
    /// What was asked: `bank.balance`, `dial +7…`.
    pub question: String,
    /// What was taken instead, as a transcript shows it.
    pub taken: String,
}

/// How long a caller thinks who hears another prompt than then.
const THINKS: DurationMs = DurationMs(1000);
/// A contact that has not come to its end by then is broken off: it would be longer than any journal.
const STEPS: usize = 100_000;
/// The place of what no journal has, among things of one millisecond: last.
const NOWHERE: usize = usize::MAX;

/// Runs a recorded contact on a program.
pub fn rerun(image: &Arc<Image>, journal: &Journal, assumed: &Assumed) -> Rerun {
    let mut entries = journal.entries.clone();
    restore_keys(&mut entries);
    let contact = &journal.header.contact;
    let (session, actions) = Session::start(image.clone(), contact.clone(), Millis::ZERO);
    let mut player = Player {
        image,
        assumed,
        world: assumed.world.clone(),
        session,
        channel: contact.channel,
        now: Millis::ZERO,
        recorded: Recorded::of(&entries),
        queue: BTreeMap::new(),
        queued: 0,
        legs: BTreeMap::new(),
        seats: Vec::new(),
        next_act: 0,
        cues: Cues::default(),
        last_act: Millis::ZERO,
        playing: None,
        quiet_since: Millis::ZERO,
        entries: Vec::new(),
        lacks: Vec::new(),
    };
    player.take(None, actions);
    while !player.session.is_over() && player.entries.len() < STEPS && player.advance() {}
    let (entries, lacks) = (player.entries, player.lacks);
    Rerun { journal: Journal { header: JournalHeader::new(image, contact), entries }, lacks }
}

struct Player<'a> {
    image: &'a Arc<Image>,
    assumed: &'a Assumed,
    world: Option<World>,
    session: Session,
    channel: Channel,
    now: Millis,
    recorded: Recorded<'a>,
    /// What is on its way, by moment, place in the journal, and the order in which it was put there.
    queue: BTreeMap<(Millis, usize, u32), Report>,
    queued: u32,
    /// The legs that are called, each with the question of the journal that it was found to be, and its action.
    legs: BTreeMap<LegId, (Option<usize>, ActionId)>,
    /// The rooms and recordings that were asked for, likewise.
    seats: Vec<(ActionId, Option<usize>)>,
    next_act: usize,
    cues: Cues,
    last_act: Millis,
    /// What plays and will end.
    playing: Option<ActionId>,
    quiet_since: Millis,
    entries: Vec<JournalEntry>,
    lacks: Vec<Lack>,
}

/// Something on its way.
struct Report {
    event: Option<Event>,
    /// The action, or the leg's, that it answers.
    of: Option<ActionId>,
    lack: Option<String>,
}

impl Player<'_> {
    /// Lets the next thing happen; false if there is none.
    fn advance(&mut self) -> bool {
        let report = self.queue.keys().next().map(|(at, index, _)| (*at, *index));
        let act = self.act_due();
        let deadline = self.session.next_deadline().map(|(at, _)| at);
        let event = match (report, act) {
            (Some(report), Some(act)) => Some(report.min(act)),
            (report, act) => report.or(act),
        };
        match (event, deadline) {
            (Some((at, place)), due) if due.is_none_or(|due| at < due || (at == due && place != NOWHERE)) => {
                match act == event {
                    true => self.act(at),
                    false => self.report_comes(),
                }
                true
            }
            (_, Some(due)) => {
                self.step(due, Event::Tick);
                true
            }
            (_, None) => false,
        }
    }

    /// When the caller acts next, as far as is known, and its place among the things of that millisecond.
    fn act_due(&self) -> Option<(Millis, usize)> {
        let act: &Act = self.recorded.acts.get(self.next_act)?;
        match act.due(&self.cues, self.last_act, self.playing) {
            Due::At(at) => Some((at.max(self.now), act.index)),
            Due::Unknown => None,
            Due::Unnoticed(earliest) => self.without_cue(act, earliest),
        }
    }

    /// What the caller acted upon has not come.
    fn without_cue(&self, act: &Act, earliest: Millis) -> Option<(Millis, usize)> {
        if matches!(act.event, Event::HungUp { .. } | Event::TakenUp) {
            return Some((earliest.max(self.now), NOWHERE));
        }
        let listens = self
            .session
            .next_deadline()
            .is_some_and(|(_, timer)| matches!(timer, Timer::FirstKey | Timer::BetweenKeys | Timer::HeldKey));
        let thinks = act.behind.unwrap_or(THINKS);
        let due = earliest.max(self.quiet_since + thinks).max(self.now);
        (listens && self.playing.is_none()).then_some((due, NOWHERE))
    }

    fn act(&mut self, at: Millis) {
        let Some(act) = self.recorded.acts.get(self.next_act) else { return };
        let event = act.event.clone();
        self.next_act += 1;
        self.last_act = at;
        self.step(at, event);
    }

    fn report_comes(&mut self) {
        let Some(((at, _, _), report)) = self.queue.pop_first() else { return };
        self.now = self.now.max(at);
        let taken = report.event.as_ref().map_or_else(|| "nothing came".to_owned(), unnumbered);
        if let Some(event) = report.event {
            if let Event::Played { id } = &event {
                self.falls_silent(*id);
            }
            self.step(at, event);
        }
        let was_wanted = self.entries.last().is_none_or(|last| last.actions != [Action::Note(Note::Stale)]);
        match report.lack {
            Some(question) if was_wanted => {
                self.lacks.push(Lack { at: self.now.since(Millis::ZERO), question, taken });
            }
            // The flow had given up waiting, then as now: that nothing came is what the journal knows.
            Some(_) => drop(self.entries.pop()),
            None => {}
        }
    }

    fn falls_silent(&mut self, id: ActionId) {
        if self.playing == Some(id) {
            self.playing = None;
            self.quiet_since = self.now;
        }
        self.cues.over(id, self.now.since(Millis::ZERO));
    }

    fn step(&mut self, at: Millis, event: Event) {
        self.now = self.now.max(at);
        let actions = self.session.step(at, event.clone());
        if matches!(event, Event::Tick) && actions.is_empty() {
            return;
        }
        self.take(Some(event), actions);
    }

    fn take(&mut self, event: Option<Event>, actions: Vec<Action>) {
        actions.iter().for_each(|action| self.perform(action));
        let at = self.now.since(Millis::ZERO);
        self.entries.push(JournalEntry { at, event: event.as_ref().map(Event::masked), actions });
    }

    fn perform(&mut self, action: &Action) {
        self.cues.notice(self.now.since(Millis::ZERO), action);
        match action {
            Action::Play { id, audio, looped } => self.play(*id, audio, *looped, action),
            Action::Stop { id } => {
                self.cancel(*id);
                self.falls_silent(*id);
            }
            Action::Bridge { leg } => self.goes_on(self.legs.get(leg).copied(), Some(*leg)),
            Action::Enter { id } | Action::EndRecording { id } => {
                let found = self.found(*id);
                self.goes_on(Some((found, *id)), None);
            }
            Action::HangUp { leg } => {
                if let Some((_, id)) = self.legs.remove(leg) {
                    self.cancel(id);
                }
            }
            // A room still says that the caller has left it.
            Action::LeaveRoom { .. } => {}
            Action::Dequeue { id } | Action::DropRecording { id } => self.cancel(*id),
            Action::Ended => self.queue.clear(),
            other => {
                if let Some(id) = question::asked(other) {
                    self.ask(id, other);
                }
            }
        }
    }

    /// Something plays; what has played is cut.
    fn play(&mut self, id: ActionId, audio: &Audio, looped: bool, action: &Action) {
        if let Some(playing) = self.playing.take() {
            self.cancel(playing);
            self.falls_silent(playing);
        }
        if looped {
            return;
        }
        self.playing = Some(id);
        let (length, index) = self.length(audio, action);
        self.put(length, index, Report { event: Some(Event::Played { id }), of: Some(id), lack: None });
    }

    /// How long something is heard: as long as it was, if it was heard to its end.
    fn length(&mut self, audio: &Audio, action: &Action) -> (DurationMs, usize) {
        let found = self.recorded.find(action, true);
        let Some(asked) = found.and_then(|found| self.recorded.asked.get_mut(found)) else {
            return (self.guess(audio), NOWHERE);
        };
        asked.used = true;
        match (asked.first.first(), asked.stopped) {
            (Some(came), _) => (came.after, came.index),
            // It was cut, or the contact ended meanwhile: it is longer than what was heard of it.
            (None, stopped) => {
                let until = stopped.unwrap_or(self.recorded.ends);
                let heard = DurationMs(until.0.saturating_sub(asked.at.0));
                (self.guess(audio).max(heard + DurationMs(1)), NOWHERE)
            }
        }
    }

    fn guess(&self, audio: &Audio) -> DurationMs {
        match &self.world {
            Some(world) => world.audio_length(audio, self.channel),
            None => World::default().audio_length(audio, self.channel),
        }
    }

    /// Asks: the journal, then what is assumed; else the verb fails.
    fn ask(&mut self, id: ActionId, action: &Action) {
        let found = self.recorded.find(action, self.reads(action));
        match question::called(action) {
            Some(leg) => drop(self.legs.insert(leg, (found, id))),
            None => self.seats.push((id, found)),
        }
        let Some(index) = found else { return self.unknown(id, action) };
        let asked = &mut self.recorded.asked[index];
        asked.used = true;
        let first = asked.first.clone();
        let lack = is_cut_short(asked, action, self.recorded.ends);
        let left = DurationMs(self.recorded.ends.0.saturating_sub(asked.at.0));
        let leg = question::called(action);
        for came in first {
            let event = Some(question::addressed(came.event, id, leg));
            self.put(came.after, came.index, Report { event, of: Some(id), lack: None });
        }
        if lack {
            // Nobody knows what would have come behind the journal's end.
            let report =
                Report { event: question::failing(action), of: Some(id), lack: Some(question::name(action)) };
            self.put(left + DurationMs(1), NOWHERE, report);
        }
    }

    /// Whether the program declares that asking again changes nothing.
    fn reads(&self, action: &Action) -> bool {
        let Action::Request { backend, operation, .. } = action else { return false };
        let declared = self.image.backends.iter().find(|known| known.name == *backend);
        let operation =
            declared.and_then(|known| known.operations.iter().find(|known| known.name == *operation));
        operation.is_some_and(|operation| operation.method == Method::Get)
    }

    /// The journal knows nothing of it.
    fn unknown(&mut self, id: ActionId, action: &Action) {
        let question = question::name(action);
        let (after, event) = match action {
            Action::Answer { .. } => return self.at_once(id, Event::Answered { id }),
            Action::EarlyMedia { .. } => return self.at_once(id, Event::MediaOpened { id }),
            Action::Whisper { audio, .. } => {
                let length = self.guess(audio);
                let report = Report { event: Some(Event::Played { id }), of: Some(id), lack: None };
                return self.put(length, NOWHERE, report);
            }
            other => self.assumed(id, other),
        };
        self.put(after, NOWHERE, Report { event, of: Some(id), lack: Some(question) });
    }

    fn at_once(&mut self, id: ActionId, event: Event) {
        self.put(DurationMs::ZERO, NOWHERE, Report { event: Some(event), of: Some(id), lack: None });
    }

    /// What is assumed of a question, else the failing answer.
    fn assumed(&mut self, id: ActionId, action: &Action) -> (DurationMs, Option<Event>) {
        let failing = (DurationMs::ZERO, question::failing(action));
        match action {
            Action::Request { backend, operation, args, .. } => {
                let named = |known: &&(Text, Text, Reply)| known.0 == *backend && known.1 == *operation;
                if let Some((_, _, reply)) = self.assumed.replies.iter().find(named) {
                    return (DurationMs::ZERO, Some(Event::Replied { id, reply: reply.clone() }));
                }
                let canned = self.world.as_mut().and_then(|world| world.reply(backend, operation, args));
                canned.map_or(failing, |canned| {
                    (canned.after, canned.reply.map(|reply| Event::Replied { id, reply }))
                })
            }
            Action::Dial { to, .. } | Action::Call { to, .. } => {
                let far = self.world.as_mut().and_then(|world| world.far_end(to));
                far.map_or(failing, |far: FarEnd| {
                    (far.after, far.result.map(|progress| Event::Dialled { id, progress }))
                })
            }
            Action::Identify { caller, .. } => {
                let found = self.world.as_mut().and_then(|world| world.identify(caller));
                found.map_or(failing, |result| (DurationMs::ZERO, Some(Event::Found { id, result })))
            }
            Action::Find { object, field, key, .. } => {
                let found = self.world.as_mut().and_then(|world| world.find(object, field, key));
                found.map_or(failing, |result| (DurationMs::ZERO, Some(Event::Found { id, result })))
            }
            _ => failing,
        }
    }

    /// The question of the journal that an action was found to be.
    fn found(&self, id: ActionId) -> Option<usize> {
        self.seats.iter().find(|(known, _)| *known == id).and_then(|(_, found)| *found)
    }

    /// What came behind a bridge, an entry, the end of a recording.
    fn goes_on(&mut self, asked: Option<(Option<usize>, ActionId)>, leg: Option<LegId>) {
        let Some((found, id)) = asked else { return };
        let then = found.and_then(|found| self.recorded.asked.get(found)).map(|asked| asked.then.clone());
        for came in then.iter().flatten() {
            let event = Some(question::addressed(came.event, id, leg));
            self.put(came.after, came.index, Report { event, of: Some(id), lack: None });
        }
        // A conversation of which the journal does not know the end, or that never was.
        if let (Some(leg), true) = (leg, then.is_none_or(|then| then.is_empty())) {
            let left = found.and_then(|found| self.recorded.asked.get(found)?.went_on);
            let left =
                left.map_or(DurationMs::ZERO, |on| DurationMs(self.recorded.ends.0.saturating_sub(on.0)));
            let ends = FarEnd::SPEAKS.max(left + DurationMs(1));
            let report = Report { event: Some(Event::LegEnded { leg }), of: Some(id), lack: None };
            self.put(ends, NOWHERE, report);
        }
    }

    fn put(&mut self, after: DurationMs, index: usize, report: Report) {
        self.queued += 1;
        self.queue.insert((self.now + after, index, self.queued), report);
    }

    /// What would still answer an action does not come any more.
    fn cancel(&mut self, id: ActionId) {
        self.queue.retain(|_, report| report.of != Some(id));
    }
}

/// Whether the contact ended before the answer came: then the journal does not know it. One for which the flow waited as long
/// as it would is known never to come.
fn is_cut_short(asked: &Asked, action: &Action, ends: DurationMs) -> bool {
    let waited = asked.stopped.unwrap_or(ends).0.saturating_sub(asked.at.0);
    match action {
        Action::Request { within, .. } | Action::Transcribe { within, .. } => {
            asked.first.is_empty() && waited < within.0
        }
        Action::Dial { ring, .. } | Action::Call { ring, .. } => {
            !asked.first.iter().any(|came| is_final(came.event)) && asked.went_on.is_none() && waited < ring.0
        }
        Action::Answer { .. } | Action::EarlyMedia { .. } | Action::Whisper { .. } => false,
        Action::Enqueue { .. } | Action::Join { .. } | Action::Record { .. } => false,
        _ => asked.first.is_empty(),
    }
}

/// An event as a transcript shows it, without the number of the action that it answers.
fn unnumbered(event: &Event) -> String {
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let told = event.to_string();
    let (first, rest) = told.split_once(' ').unwrap_or((&told, ""));
    let words = std::iter::once(first).chain(rest.split(' ').skip_while(is_number));
    words.collect::<Vec<_>>().join(" ")
}

fn is_final(event: &Event) -> bool {
    match event {
        Event::Dialled { progress, .. } => {
            !matches!(progress, DialProgress::Ringing | DialProgress::Listening)
        }
        _ => false,
    }
}
