//! The caller of a recorded contact, played in the pretend world: what was done comes as long behind what was noticed last as
//! it did then.

use super::secrets::MadeUp;
use crate::engine::Event;
use crate::program::{Key, Text};
use crate::simulator::drive::Drive;
use crate::simulator::rerun::{Act, Cues, Due, Recorded};
use crate::time::{DurationMs, Millis};

/// Something that the caller does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Deed {
    /// Presses keys, one after another.
    Press { keys: Vec<Key>, every: DurationMs, is_secret: bool },
    /// Writes, or says, something.
    Tell { text: Text, is_secret: bool },
    /// Says something into a recording.
    Speak(DurationMs),
    /// Hangs up.
    HangUp,
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Done {
    pub at: Millis,
    /// How many prompts had begun before.
    pub heard: usize,
    pub deed: Deed,
}

/// Keys that are further apart are steps of their own.
const TOGETHER: DurationMs = DurationMs::from_secs(3);

/// A deed, with the act of the journal that begins it.
struct Planned<'a, 'b> {
    deed: Deed,
    first: &'a Act<'b>,
}

/// Plays the caller. Returns what was done, and when.
pub(super) fn play(drive: &mut Drive, made_up: &MadeUp) -> Vec<Done> {
    let recorded = Recorded::of(&made_up.entries);
    let planned = plan(&recorded, made_up);
    let mut speaks = recorded.spoken().into_iter();
    let mut done: Vec<Done> = Vec::new();
    let (mut cues, mut seen, mut last) = (Cues::default(), 0, Millis::ZERO);
    let mut next = planned.into_iter().peekable();
    let mut recording = None;
    loop {
        for entry in &drive.journal().entries[seen..] {
            if let Some(Event::Played { id }) = &entry.event {
                cues.over(*id, entry.at);
            }
            entry.actions.iter().for_each(|action| cues.notice(entry.at, action));
        }
        seen = drive.journal().entries.len();
        if drive.is_over() {
            return done;
        }
        if let Some(since) = drive.records_since().filter(|since| recording != Some(*since)) {
            recording = Some(since);
            if let Some(length) = speaks.next().filter(|length| length.0 > 0) {
                let now = drive.now();
                drive.speak(now, now + length);
                let heard = drive.said().begun(now).len();
                done.push(Done { at: now, heard, deed: Deed::Speak(length) });
                continue;
            }
        }
        let due = next.peek().map(|planned| planned.first.due(&cues, last, drive.playing()));
        let at = match due {
            Some(Due::At(at) | Due::Unnoticed(at)) => Some(at.max(drive.now())),
            Some(Due::Unknown) | None => None,
        };
        let is_turn = at.filter(|at| {
            drive.next_report().is_none_or(|report| *at < report)
                && drive.next_deadline().is_none_or(|(deadline, _)| *at <= deadline)
        });
        match (is_turn, next.peek()) {
            (Some(at), Some(_)) => {
                let Some(planned) = next.next() else { return done };
                // What the deed leads to may be said in the same millisecond.
                let heard = drive.said().begun(at).len();
                last = act(drive, at, &planned.deed);
                done.push(Done { at, heard, deed: planned.deed });
            }
            (_, _) => {
                if !drive.advance(Millis(u64::MAX)) {
                    return done;
                }
            }
        }
    }
}

/// Does it; returns when the last of it was done.
fn act(drive: &mut Drive, at: Millis, deed: &Deed) -> Millis {
    match deed {
        Deed::Press { keys, every, .. } => {
            let mut moment = at;
            for (index, key) in keys.iter().enumerate() {
                if index > 0 {
                    moment += *every;
                    // What is on its way comes before a key of the same millisecond, a timer behind it.
                    while drive.next_report().is_some_and(|report| report <= moment)
                        || drive.next_deadline().is_some_and(|(deadline, _)| deadline < moment)
                    {
                        if drive.is_over() || !drive.advance(moment) {
                            break;
                        }
                    }
                }
                if drive.is_over() {
                    return moment;
                }
                drive.press(moment, *key);
            }
            moment
        }
        Deed::Tell { text, .. } => {
            drive.tell(at, text.clone());
            at
        }
        Deed::HangUp => {
            drive.hang_up(at);
            at
        }
        Deed::Speak(_) => at,
    }
}

/// The acts of a journal as deeds: keys that belong together are one.
fn plan<'a, 'b>(recorded: &'a Recorded<'b>, made_up: &MadeUp) -> Vec<Planned<'a, 'b>> {
    let mut planned: Vec<(Planned, Vec<DurationMs>)> = Vec::new();
    for act in &recorded.acts {
        let is_secret = made_up.secret.get(act.index).copied().unwrap_or(false);
        let deed = match act.event {
            Event::Key { key } => {
                // A key that nobody took is not known; any will do.
                let key = if *key == Key::HIDDEN { Key::from_char('0').unwrap_or(*key) } else { *key };
                let follows = act.cue.is_none() && act.since_last <= TOGETHER;
                if let (true, Some((Planned { deed: Deed::Press { keys, is_secret: was, .. }, .. }, gaps))) =
                    (follows, planned.last_mut())
                    && (*was == is_secret || !key.is_digit())
                {
                    keys.push(key);
                    gaps.push(act.since_last);
                    continue;
                }
                Deed::Press { keys: vec![key], every: DurationMs::ZERO, is_secret }
            }
            Event::Text { text } => Deed::Tell { text: text.clone(), is_secret },
            Event::HungUp { .. } => Deed::HangUp,
            _ => continue,
        };
        planned.push((Planned { deed, first: act }, Vec::new()));
    }
    let even = |(mut planned, gaps): (Planned<'a, 'b>, Vec<DurationMs>)| {
        if let Deed::Press { keys, every, is_secret } = &mut planned.deed {
            let digits: String = keys.iter().filter(|key| key.is_digit()).map(|key| key.sign()).collect();
            *is_secret &= !made_up.shown.contains(&digits);
            let sum: u64 = gaps.iter().map(|gap| gap.0).sum();
            *every = DurationMs(sum.checked_div(gaps.len() as u64).unwrap_or(500).max(1));
        }
        planned
    };
    planned.into_iter().map(even).collect()
}
