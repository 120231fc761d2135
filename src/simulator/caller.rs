//! The scripted caller: which step comes when.
//!
//! A `hear` takes the next prompt that begins; nothing may be said in between unless a `...` stands before it. A caller
//! without any `hear` listens to everything. Keys come a second after all was said; behind a prompt that is to be cut
//! (`hear: menu~`), a second after it began; behind a `wait`, at once.

use super::contact::Mismatch;
use super::drive::Drive;
use super::expect_prompt::WantedPrompt;
use super::said::{Cut, Saying};
use super::step::{Deed, Moment, Step};
use super::test::Acts;
use crate::program::{Key, Text};
use crate::time::{DurationMs, Millis};

/// How long a caller thinks before it acts.
const THINKS: DurationMs = DurationMs(1000);

/// A caller on its way through its steps.
#[derive(Debug)]
pub(super) struct Player<'a> {
    steps: &'a [Step],
    index: usize,
    /// How many prompts it has taken note of.
    heard: usize,
    /// Whether anything may be said now.
    lax: bool,
    /// Whether it has any `hear` at all.
    strict: bool,
    anchor: Anchor,
    /// Keys of the present step that are pressed already, and when the last was.
    typed: usize,
    /// Until when the present words are said.
    speaks: Option<Millis>,
    /// Timers that had fired when the present silence began.
    fired: Option<u32>,
    /// Prompts that the next key must cut: step and position.
    to_be_cut: Vec<(usize, usize)>,
}

/// From when the next step counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    /// From the end of all that is said, not before this moment.
    Quiet(Millis),
    /// From the beginning of a prompt.
    Began(Millis),
    /// From the end of the prompt at this position.
    Heard(usize),
    /// From here, without thinking.
    Now(Millis),
}

/// What the caller will do if nothing else happens.
pub(super) enum Plan {
    /// Presses a key.
    Press(Millis, Key),
    /// Writes, or says, something.
    Tell(Millis, Text),
    /// Hangs up.
    HangUp(Millis),
    /// Goes on with its steps then.
    Wake(Millis),
    /// Waits for something to happen.
    Listen,
    /// Something else happened than was expected.
    Fail(Mismatch),
}

impl<'a> Player<'a> {
    pub fn new(steps: &'a [Step]) -> Player<'a> {
        let strict = steps.iter().any(|step| matches!(step.deed, Deed::Hear(_)));
        Player {
            steps,
            index: 0,
            heard: 0,
            lax: !strict,
            strict,
            anchor: Anchor::Quiet(Millis::ZERO),
            typed: 0,
            speaks: None,
            fired: None,
            to_be_cut: Vec::new(),
        }
    }

    /// Goes through the steps that are fulfilled, and says what the next one waits for.
    pub fn plan(&mut self, drive: &mut Drive) -> Plan {
        loop {
            let steps = self.steps;
            let Some(step) = steps.get(self.index) else { return Plan::Listen };
            let done = match &step.deed {
                Deed::Hear(wanted) => self.hear(drive, step, wanted),
                Deed::Skip => {
                    self.lax = true;
                    self.anchor = Anchor::Quiet(Millis::ZERO);
                    Ok(())
                }
                Deed::Press { keys, when, every, .. } => self.press(drive, step, keys, (when, *every)),
                Deed::Tell { text, when, .. } => self.tell(drive, step, text, when),
                Deed::Wait(length) => self.wait(drive, *length),
                Deed::Speak(length) => self.speak(drive, *length),
                Deed::Silence => self.silence(drive, step),
                Deed::HangUp(when) => self.hang_up(drive, step, when),
                Deed::Connected(number) => self.connected(drive, step, number.as_deref()),
                Deed::Ended => match drive.is_over() {
                    true => Ok(()),
                    false => Err(Plan::Listen),
                },
            };
            match done {
                Ok(()) => self.index += 1,
                Err(plan) => return plan,
            }
        }
    }

    /// What is wrong once the contact is over.
    pub fn at_the_end(&self, drive: &Drive) -> Option<Mismatch> {
        if let Some(step) = self.steps.get(self.index) {
            return Some(mismatch(drive, step, "the contact was over".into()));
        }
        let unheard = drive.said().all().get(self.heard).filter(|_| self.strict && !self.lax);
        if let (Some(saying), Some(last)) = (unheard, self.steps.last()) {
            let expected = format!("nothing more to be said behind {}", last.text);
            return Some(Mismatch { expected, node: saying.node, ..mismatch(drive, last, said(saying)) });
        }
        self.to_be_cut.iter().find_map(|(step, heard)| {
            let saying = drive.said().all().get(*heard)?;
            let whole = !matches!(saying.cut, Some(Cut::ByKey | Cut::ByLeaving));
            let uncut = mismatch(drive, &self.steps[*step], "no key cut it".into());
            whole.then_some(Mismatch { node: saying.node, ..uncut })
        })
    }

    fn hear(&mut self, drive: &Drive, step: &Step, wanted: &WantedPrompt) -> Result<(), Plan> {
        let begun = drive.said().begun(drive.now());
        while let Some(saying) = begun.get(self.heard) {
            if wanted.is(saying) {
                self.anchor =
                    if wanted.cut { Anchor::Began(saying.began) } else { Anchor::Heard(self.heard) };
                if wanted.cut {
                    self.to_be_cut.push((self.index, self.heard));
                }
                self.heard += 1;
                self.lax = !self.strict;
                return Ok(());
            }
            if !self.lax {
                return Err(fail_at(drive, step, saying, heard_instead(wanted, saying)));
            }
            self.heard += 1;
        }
        Err(self.listen(drive))
    }

    fn listen(&self, drive: &Drive) -> Plan {
        drive.said().next_begin(drive.now()).map_or(Plan::Listen, Plan::Wake)
    }

    fn press(
        &mut self,
        drive: &Drive,
        step: &Step,
        keys: &[Key],
        (when, every): (&Moment, DurationMs),
    ) -> Result<(), Plan> {
        let Some(key) = keys.get(self.typed) else {
            self.typed = 0;
            return Ok(());
        };
        if drive.is_over() {
            return Err(fail(drive, step, "the contact was over".into()));
        }
        if let (true, Anchor::Quiet(last)) = (self.typed > 0, self.anchor) {
            return Err(Plan::Press(last + every, *key));
        }
        let at = self.moment(drive, step, when)?;
        Err(Plan::Press(at, *key))
    }

    fn tell(&mut self, drive: &Drive, step: &Step, text: &Text, when: &Moment) -> Result<(), Plan> {
        if drive.is_over() {
            return Err(fail(drive, step, "the contact was over".into()));
        }
        let at = self.moment(drive, step, when)?;
        Err(Plan::Tell(at, text.clone()))
    }

    fn hang_up(&mut self, drive: &Drive, step: &Step, when: &Moment) -> Result<(), Plan> {
        if drive.is_over() {
            return Err(fail(drive, step, "the contact was over".into()));
        }
        let at = match (when, self.anchor) {
            (Moment::Usual, Anchor::Heard(index)) => match drive.said().all().get(index) {
                Some(saying) => (saying.ends + THINKS).max(drive.now()),
                None => drive.now(),
            },
            (Moment::Usual | Moment::During(..) | Moment::Since(_), _) => self.moment(drive, step, when)?,
        };
        Err(Plan::HangUp(at))
    }

    /// When the caller acts; an error where that is not known yet, or never.
    fn moment(&mut self, drive: &Drive, step: &Step, when: &Moment) -> Result<Millis, Plan> {
        let at = match when {
            Moment::Usual => self.usual(drive, step)?,
            Moment::Since(length) => Millis::ZERO + *length,
            Moment::During(prompt, after) => {
                let begun = drive.said().begun(drive.now());
                let Some(index) = begun.iter().rposition(|saying| saying.spoken.prompt == *prompt) else {
                    return Err(self.listen(drive));
                };
                self.take_note(drive, step, index)?;
                begun[index].began + *after
            }
        };
        match at < drive.now() {
            true => Err(fail(drive, step, "that moment had passed".into())),
            false => Ok(at),
        }
    }

    /// The prompt at which a caller acts is heard by that; what was said before it is not.
    fn take_note(&mut self, drive: &Drive, step: &Step, index: usize) -> Result<(), Plan> {
        if self.heard < index && !self.lax {
            return Err(match drive.said().all().get(self.heard) {
                Some(missed) => fail_at(drive, step, missed, said(missed)),
                None => fail(drive, step, "something else was said".into()),
            });
        }
        self.heard = self.heard.max(index + 1);
        Ok(())
    }

    fn usual(&mut self, drive: &Drive, step: &Step) -> Result<Millis, Plan> {
        let now = drive.now();
        let floor = match self.anchor {
            Anchor::Now(at) => return Ok(at.max(now)),
            Anchor::Began(began) => return Ok((began + THINKS).max(now)),
            Anchor::Quiet(floor) => floor,
            Anchor::Heard(_) => Millis::ZERO,
        };
        let begun = drive.said().begun(now);
        if self.lax {
            self.heard = begun.len();
        } else if let Some(saying) = begun.get(self.heard) {
            return Err(fail_at(drive, step, saying, said(saying)));
        }
        match drive.said().quiet_since(now) {
            Some(since) => Ok((since.max(floor) + THINKS).max(now)),
            None => Err(self.listen(drive)),
        }
    }

    fn wait(&mut self, drive: &Drive, length: DurationMs) -> Result<(), Plan> {
        let from = match self.anchor {
            Anchor::Quiet(at) | Anchor::Began(at) | Anchor::Now(at) => at,
            Anchor::Heard(index) => match drive.said().all().get(index) {
                Some(saying) => saying.ends,
                None => drive.now(),
            },
        };
        let until = from + length;
        if drive.now() < until && !drive.is_over() {
            return Err(Plan::Wake(until));
        }
        self.anchor = Anchor::Now(until);
        Ok(())
    }

    /// Speaks as soon as a message is recorded, and is done when all is said or nobody records any more.
    fn speak(&mut self, drive: &mut Drive, length: DurationMs) -> Result<(), Plan> {
        let until = match (self.speaks, drive.records_since()) {
            (Some(until), _) => until,
            (None, Some(since)) => {
                let begin = match self.anchor {
                    Anchor::Now(at) => at.max(since),
                    Anchor::Quiet(_) | Anchor::Began(_) | Anchor::Heard(_) => since,
                }
                .max(drive.now());
                drive.speak(begin, begin + length);
                begin + length
            }
            (None, None) if drive.is_over() => return Ok(()),
            (None, None) => return Err(Plan::Listen),
        };
        self.speaks = Some(until);
        if drive.now() < until && drive.records_since().is_some() && !drive.is_over() {
            return Err(Plan::Wake(until));
        }
        self.speaks = None;
        self.anchor = Anchor::Now(until.min(drive.now()));
        Ok(())
    }

    fn silence(&mut self, drive: &Drive, step: &Step) -> Result<(), Plan> {
        let fired = *self.fired.get_or_insert(drive.timers_fired());
        if drive.timers_fired() > fired {
            self.fired = None;
            self.anchor = Anchor::Quiet(drive.now());
            return Ok(());
        }
        match drive.is_over() {
            true => Err(fail(drive, step, "no timer fired".into())),
            false => Err(Plan::Listen),
        }
    }

    fn connected(&mut self, drive: &Drive, step: &Step, party: Option<&str>) -> Result<(), Plan> {
        match drive.connected().last() {
            Some((at, with)) if party.is_none_or(|party| party == &**with) => {
                self.anchor = Anchor::Quiet(*at);
                Ok(())
            }
            Some((_, with)) => Err(fail(drive, step, format!("the caller was connected with {with}"))),
            None => Err(Plan::Listen),
        }
    }
}

impl Acts for Player<'_> {
    /// The text of the plan was told.
    fn told(&mut self, at: Millis) {
        self.index += 1;
        self.anchor = Anchor::Quiet(at);
    }

    /// The key of the plan was pressed.
    fn pressed(&mut self, at: Millis) {
        self.typed += 1;
        self.anchor = Anchor::Quiet(at);
    }

    /// The caller has hung up.
    fn has_hung_up(&mut self) {
        self.index = self.steps.len();
        self.lax = true;
    }
}

fn fail(drive: &Drive, step: &Step, but: String) -> Plan {
    Plan::Fail(mismatch(drive, step, but))
}

fn mismatch(drive: &Drive, step: &Step, but: String) -> Mismatch {
    let at = drive.now().since(Millis::ZERO);
    let node = drive.stood();
    Mismatch { at, line: step.line, expected: step.text.clone(), but, node, diff: Vec::new() }
}

/// Something was said that the step does not expect.
fn fail_at(drive: &Drive, step: &Step, saying: &Saying, but: String) -> Plan {
    Plan::Fail(Mismatch { node: saying.node, ..mismatch(drive, step, but) })
}

fn said(saying: &Saying) -> String {
    format!("`{}` was said", shown(saying))
}

/// The same prompt at another time or in another language says so.
fn heard_instead(wanted: &WantedPrompt, saying: &Saying) -> String {
    match saying.spoken.prompt == wanted.name {
        true if wanted.at.is_some() || wanted.language.is_some() => {
            format!("`{}` was said", WantedPrompt::show_like(saying, Some(wanted)))
        }
        true | false => said(saying),
    }
}

/// A prompt with its values, without its language.
fn shown(saying: &Saying) -> String {
    let spoken = saying.spoken.to_string();
    spoken.rsplit_once(" [").map_or(spoken.clone(), |(name, _)| name.to_owned())
}
