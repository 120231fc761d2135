//! A contact that a person plays: step by step, and back again.

use super::answers::{has_records, operation, reply};
use crate::cli::folder::seen_from;
use crate::engine::{Image, Standing};
use crate::program::{Channel, Key, NodeId};
use crate::simulator::{
    Act, Comparison, Drive, FarEnd, OpenQuestion, Recounting, Transcript, go_on, length, made_up_reply,
    recount,
};
use crate::time::{DurationMs, Millis};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A contact on the stage. Every thing that happens can be taken back.
#[derive(Clone, Debug)]
pub struct Stage {
    image: Arc<Image>,
    folder: PathBuf,
    drive: Drive,
    /// How it was before each thing that a person did, the last one last.
    back: Vec<(Drive, VecDeque<(Millis, Act)>)>,
    /// What the caller of a scenario still does.
    script: VecDeque<(Millis, Act)>,
    breaks: BTreeSet<Line>,
    texts: BTreeMap<Arc<str>, Vec<String>>,
    /// Lines above or below the one that is lit, which a person looks at.
    pub(super) look: i32,
    pub(super) prompt: Option<Prompt>,
    pub(super) notice: String,
    pub(super) shows_help: bool,
    is_left: bool,
    /// How many lines the journal had when it was saved last, or at the beginning.
    saved: usize,
    /// Whether it was asked if what is not saved may go.
    asked: bool,
}

/// A line of a script.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub path: Arc<str>,
    pub number: u32,
}

/// A line that a person types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prompt {
    pub asks: Asks,
    /// What stands before the cursor.
    pub text: String,
    /// What stands behind it.
    pub rest: String,
}

/// What it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// How long to wait.
    Time,
    /// What the caller says or writes.
    Words,
    /// The fields of a good reply.
    Reply,
    /// Where the scenario is written.
    File,
}

/// So many things can be taken back.
const KEPT: usize = 1000;
/// So many things happen until a line is reached; a call without an end stops then.
const RUN: usize = 10_000;
/// Where a scenario is written if nobody says where.
const PLAYED: &str = "played.scenario.yaml";

impl Stage {
    /// A contact that has arrived. `acts`: what the caller of a scenario does.
    pub fn new(image: Arc<Image>, folder: PathBuf, drive: Drive, acts: Vec<(Millis, Act)>) -> Stage {
        let saved = drive.journal().entries.len();
        Stage {
            image,
            folder,
            drive,
            back: Vec::new(),
            script: acts.into(),
            breaks: BTreeSet::new(),
            texts: BTreeMap::new(),
            look: 0,
            prompt: None,
            notice: String::new(),
            shows_help: false,
            is_left: false,
            saved,
            asked: false,
        }
    }

    /// The contact.
    pub fn drive(&self) -> &Drive {
        &self.drive
    }

    /// The contact, for whoever keeps its journal.
    pub fn into_drive(self) -> Drive {
        self.drive
    }

    /// Whether the person has left.
    pub fn is_left(&self) -> bool {
        self.is_left
    }

    pub(super) fn leave(&mut self) {
        self.is_left = true;
    }

    /// Leaves; where something was played that is not saved, only when asked again.
    pub(super) fn leave_saved(&mut self) {
        if self.asked || self.drive.journal().entries.len() == self.saved {
            return self.leave();
        }
        self.asked = true;
        self.notice = "this is not saved: `w` saves it, `q` once more leaves".to_owned();
    }

    pub(super) fn image(&self) -> &Image {
        &self.image
    }

    /// What is open: a question to a backend, somebody who rings.
    pub(super) fn question(&self) -> Option<&OpenQuestion> {
        self.drive.question()
    }

    /// Presses a key of the telephone.
    pub(super) fn press(&mut self, key: Key) {
        self.caller(Act::Press(key));
    }

    /// Says or writes something.
    pub(super) fn tell(&mut self, words: &str) {
        self.caller(Act::Tell(words.into()));
    }

    /// Hangs up.
    pub(super) fn hang_up(&mut self) {
        self.caller(Act::HangUp);
    }

    fn caller(&mut self, act: Act) {
        if self.drive.is_over() {
            self.notice = "the contact is over".to_owned();
            return;
        }
        self.keep();
        // Whoever acts on their own leaves the scenario's script.
        self.script.clear();
        self.drive.act(self.drive.now(), &act);
    }

    /// Lets the next thing happen; in a scenario, the caller's next step if that comes first.
    pub(super) fn next(&mut self) {
        if self.question().is_some() {
            self.notice = "somebody waits for an answer: choose one".to_owned();
            return;
        }
        self.keep();
        if !self.go_on(Millis(u64::MAX)) {
            self.back.pop();
            self.notice =
                if self.drive.is_over() { "the contact is over" } else { "nothing will happen" }.to_owned();
        }
    }

    /// One thing, at most until a moment; false where there is none.
    fn go_on(&mut self, until: Millis) -> bool {
        if self.drive.is_over() {
            return false;
        }
        go_on(&mut self.drive, &mut self.script, until)
    }

    /// Goes on until the script stands at a marked line, somebody waits for an answer, or it is over.
    pub(super) fn run(&mut self) {
        self.keep();
        for _ in 0..RUN {
            let before = self.marked();
            if self.question().is_some() || !self.go_on(Millis(u64::MAX)) {
                return;
            }
            if self.marked().difference(&before).next().is_some() {
                self.notice = "the script stands at a marked line".to_owned();
                return;
            }
        }
        self.notice = format!("{RUN} things have happened, and there is no end");
    }

    /// Lets time pass, and what happens in it happen.
    pub(super) fn wait(&mut self, length: DurationMs) {
        self.keep();
        let until = self.drive.now() + length;
        for _ in 0..RUN {
            if self.drive.is_over() || self.question().is_some() || !self.go_on(until) {
                break;
            }
        }
        if !self.drive.is_over() && self.question().is_none() {
            self.drive.pass(until);
        }
    }

    /// Takes the last thing back.
    pub(super) fn step_back(&mut self) {
        match self.back.pop() {
            Some((drive, script)) => {
                (self.drive, self.script) = (drive, script);
                self.look = 0;
            }
            None => self.notice = "this is where it began".to_owned(),
        }
    }

    fn keep(&mut self) {
        self.notice.clear();
        self.asked = false;
        self.look = 0;
        if self.back.len() == KEPT {
            self.back.remove(0);
        }
        self.back.push((self.drive.clone(), self.script.clone()));
    }

    /// The answers that can be chosen for what is open.
    pub(super) fn answers(&self) -> Vec<String> {
        match self.question() {
            None => Vec::new(),
            Some(OpenQuestion::Dial { .. }) => {
                let words = [
                    "answers",
                    "answers 1",
                    "busy",
                    "no answer",
                    "unavailable",
                    "refused",
                    "redirected",
                    "failed",
                ];
                words.map(str::to_owned).into()
            }
            Some(OpenQuestion::Reply { backend, operation: asked, .. }) => {
                let declared = operation(&self.image, backend, asked);
                let statuses = declared.into_iter().flat_map(|declared| &declared.statuses);
                let words = statuses.map(|status| status.to_string());
                ["ok".to_owned()]
                    .into_iter()
                    .chain(words)
                    .chain(["failed".to_owned(), "late".to_owned()])
                    .collect()
            }
        }
    }

    /// Chooses one of them.
    pub(super) fn choose(&mut self, index: usize) {
        let Some(word) = self.answers().get(index).cloned() else { return };
        match self.question().cloned() {
            Some(OpenQuestion::Dial { .. }) => {
                if let Some(far) = FarEnd::from_word(&word) {
                    self.keep();
                    self.drive.answer_dial(far);
                }
            }
            Some(OpenQuestion::Reply { backend, operation: asked, .. }) => {
                let fields =
                    operation(&self.image, &backend, &asked).map_or(0, |declared| declared.reply.len());
                if word == "ok" && fields > 0 {
                    let (text, rest) = self.blank_reply();
                    self.prompt = Some(Prompt { asks: Asks::Reply, text, rest });
                } else {
                    self.reply(&word);
                }
            }
            None => {}
        }
    }

    /// `amount=, day=`: the fields of a good reply, to be filled in, with the cursor behind the first; where there are
    /// records among them, a reply that is made up, to be changed.
    fn blank_reply(&self) -> (String, String) {
        let Some(OpenQuestion::Reply { backend, operation: asked, .. }) = self.question() else {
            return Default::default();
        };
        let Some(declared) = operation(&self.image, backend, asked) else { return Default::default() };
        if has_records(declared) {
            return (made_up_reply(&self.image, declared), String::new());
        }
        let mut names = declared.reply.iter().map(|(name, _)| format!("{name}="));
        let first = names.next().unwrap_or_default();
        (first, names.map(|name| format!(", {name}")).collect())
    }

    fn reply(&mut self, words: &str) {
        let Some(OpenQuestion::Reply { backend, operation, .. }) = self.question().cloned() else { return };
        self.notice.clear();
        match reply(&self.image, &backend, &operation, words) {
            Ok(reply) => {
                self.keep();
                self.drive.answer_reply(reply);
            }
            Err(reason) => self.notice = reason,
        }
    }

    /// Asks for a line.
    pub(super) fn ask(&mut self, asks: Asks) {
        let text = match asks {
            Asks::Time => "1s",
            Asks::File => PLAYED,
            Asks::Words | Asks::Reply => "",
        };
        self.notice.clear();
        self.prompt = Some(Prompt { asks, text: text.to_owned(), rest: String::new() });
    }

    /// Takes the line that was typed.
    pub(super) fn typed(&mut self) {
        let Some(prompt) = self.prompt.take() else { return };
        let Prompt { asks, text, rest } = &prompt;
        let (asks, text) = (*asks, format!("{text}{rest}"));
        match asks {
            Asks::Time => match length(&text) {
                Some(length) => self.wait(length),
                None => self.notice = format!("`{text}` is no length of time; `500ms`, `5s` and `1m30s` are"),
            },
            Asks::Words => self.tell(&text),
            Asks::Reply => {
                self.reply(&format!("ok {text}"));
                // What was not understood is there to be mended.
                if !self.notice.is_empty() && self.question().is_some() {
                    self.prompt = Some(prompt);
                }
            }
            Asks::File => self.save(Path::new(&text)),
        }
    }

    /// Writes what was played as a scenario.
    pub fn save(&mut self, path: &Path) {
        self.notice = match self.saved(path) {
            Ok(notice) => {
                self.saved = self.drive.journal().entries.len();
                notice
            }
            Err(reason) => format!("not saved: {reason}"),
        };
    }

    fn saved(&self, path: &Path) -> Result<String, String> {
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("played");
        let name = name.strip_suffix(".scenario").unwrap_or(name).to_owned();
        let how = Recounting { name: Some(name), anonymous: false };
        let recounted = recount(&self.image, self.drive.journal(), &how)?;
        let program = seen_from(path.parent().unwrap_or(Path::new("")), &self.folder);
        let text = format!("flow: \"{}\"\n{}", program.display(), recounted.yaml);
        std::fs::write(path, text).map_err(|error| error.to_string())?;
        Ok(match recounted.differs {
            Comparison::Same => format!("saved as {}", path.display()),
            Comparison::Noticed(change) | Comparison::Unnoticed(change) => {
                format!("saved as {}, which is not quite this: {}", path.display(), change.kind)
            }
        })
    }

    /// Where the session stands, the outermost flow first.
    pub(super) fn standing(&self) -> Vec<Standing> {
        self.drive.session().standing()
    }

    /// The line at which the script stands.
    pub(super) fn line(&self) -> Option<Line> {
        let node: NodeId = self.standing().last()?.node;
        let place = &self.image.node(node).place;
        Some(Line { path: place.path.clone(), number: place.line })
    }

    /// The marked lines at which a flow that has been entered stands.
    fn marked(&self) -> BTreeSet<Line> {
        let lines = self.standing().into_iter().map(|standing| {
            let place = &self.image.node(standing.node).place;
            Line { path: place.path.clone(), number: place.line }
        });
        lines.filter(|line| self.breaks.contains(line)).collect()
    }

    /// Marks a line, or takes the mark away: the one that is looked at.
    pub(super) fn mark(&mut self) {
        let Some(line) = self.line() else { return };
        let number = line.number.saturating_add_signed(self.look).max(1);
        let line = Line { number, ..line };
        if !self.breaks.remove(&line) {
            self.breaks.insert(line);
        }
    }

    /// Marks a line by its name, `main.flow:12`.
    ///
    /// # Errors
    /// A sentence, where the program has no such script, or no statement begins at the line.
    pub fn break_at(&mut self, place: &str) -> Result<(), String> {
        let named = place.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse::<u32>().ok()?)));
        let Some((path, number)) = named else {
            return Err(format!("`{place}` is no line of a script; `main.flow:12` is"));
        };
        let places = self.image.nodes.iter().map(|node| &node.place);
        let lines: BTreeSet<u32> =
            places.filter(|place| *place.path == *path).map(|place| place.line).collect();
        if lines.is_empty() {
            return Err(format!("the program has no statement in `{path}`"));
        }
        if !lines.contains(&number) {
            let near = lines.iter().min_by_key(|line| line.abs_diff(number)).copied().unwrap_or(number);
            return Err(format!("no statement begins at `{place}`; the nearest one does at `{path}:{near}`"));
        }
        self.breaks.insert(Line { path: path.into(), number });
        Ok(())
    }

    pub(super) fn is_marked(&self, path: &Arc<str>, number: u32) -> bool {
        self.breaks.contains(&Line { path: path.clone(), number })
    }

    /// The lines of a script; none where it cannot be read.
    pub(super) fn script(&mut self, path: &Arc<str>) -> &[String] {
        let folder = &self.folder;
        self.texts.entry(path.clone()).or_insert_with(|| {
            let text = std::fs::read_to_string(folder.join(&**path)).unwrap_or_default();
            text.lines().map(|line| line.replace('\t', "    ")).collect()
        })
    }

    /// What has happened so far, line by line.
    pub(super) fn transcript(&self) -> Vec<String> {
        let text = Transcript::new(&self.image, false).journal(self.drive.journal());
        text.lines().filter(|line| !line.contains("< written")).map(str::to_owned).collect()
    }

    /// Whether whoever it is writes.
    pub(super) fn is_written(&self) -> bool {
        self.drive.journal().header.contact.channel != Channel::Call
    }

    /// How many steps of a scenario's caller are left.
    pub(super) fn scripted(&self) -> usize {
        self.script.len()
    }
}
