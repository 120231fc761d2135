//! `queue`: its settings, and what runs while the caller waits.

use super::arms::Way;
use super::statement::head;
use super::{Lowerer, Place};
use crate::language::ast::{self, Body, Choice as Tree, Name, SettingKind, Waiting};
use crate::program::verb::{Choice, Extent, KeyRange, Queue, Say, Wait};
use crate::program::{Exit, Expr, NodeId, QueueId, Slot, Text, Type, Value, Verb};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;

/// The longest that a caller may be let wait: what a contact may last at the most.
const LONGEST: DurationMs = DurationMs::from_secs(4 * 3600);
/// More often than this nobody wants to hear an announcement.
const SHORTEST_EVERY: DurationMs = DurationMs::from_secs(5);
/// The settings of a queue.
const SETTINGS: [&str; 6] = ["priority", "timeout", "say", "while waiting", "whisper", "accept"];

impl<'a> Lowerer<'a> {
    /// The flows that call back: the deployment starts them when somebody takes a kept call back.
    pub(super) fn queue_callbacks(&mut self) {
        let declared = self.declared;
        for (queue, name) in &declared.queue_callbacks {
            let Some(flow) = self.flow_named(name) else { continue };
            let params = &declared.flows[flow.0 as usize].params;
            let fits = match &params[..] {
                [(_, number), (_, attempt)] => Type::Phone.fits(number) && Type::Number.fits(attempt),
                _ => false,
            };
            if !fits {
                let message = format!("`{}` is not called with a number and an attempt", name.text);
                let finding = Diagnostic::new(Code::WrongArguments, name.span, message);
                let hint = format!("begin it with `flow {}(number: phone, attempt: number) {{`", name.text);
                self.diagnostics.push(finding.hint(hint));
            }
            self.graph.tasks.push(flow);
            self.graph.callbacks.push((*queue, flow));
        }
    }

    pub(super) fn queue(&mut self, span: Span, name: &Name, body: &'a Body) {
        let at = head(span, body.span);
        let Some(id) = self.queue_id(name) else { return self.broken(span, true) };
        let mut settings = self.settings("queue", body, &SETTINGS);
        let declared = &self.declared.program.queues[id.0 as usize];
        let priority = settings.priority.map(|priority| self.expect(priority, &Type::Number));
        let unread = (body.broken || body.lacks_setting).then_some(LONGEST);
        settings.every = settings.every.or(unread);
        let place = settings.place("timeout", at);
        let timeout = self.queue_timeout(place, settings.timeout.or(declared.timeout).or(unread));
        let (whisper, then) = settings.whisper.unwrap_or((&[], &[]));
        if !then.is_empty() {
            self.report(
                Code::InvalidSetting,
                at,
                "what is said behind `then` belongs to a `transfer`: in a queue it is never said",
            );
        }
        let whisper = self.speech(whisper);
        let accept = self.accept_key(settings.accept, whisper.is_empty() && !body.broken, at);
        let (choices, slots) = self.single_keys("queue", at, body);
        let node =
            self.emit(Verb::Queue(Queue { queue: id, priority, timeout, whisper, accept, choices }), at);
        let outside = std::mem::replace(&mut self.in_queue, true);
        let said = body.settings.iter().find(|setting| matches!(setting.kind, SettingKind::Say { .. }));
        let says_at = said.map_or(at, |setting| setting.span);
        self.queue_waiting(node, (at, says_at), &settings, declared.music.as_ref());
        for (index, (tree, slot)) in body.choices.iter().zip(slots).enumerate() {
            self.aside(node, index, tree, slot);
        }
        self.in_queue = outside;
        let mut ways =
            Way::all(&[("timeout", Exit::Timeout), ("full", Exit::Full), ("closed", Exit::Closed)]);
        ways.push(Way::plain("agent_left", Exit::AgentLeft, false));
        ways.push(Way { needed: false, ..Way::brings("connected", Exit::Connected, Type::Text) });
        self.exits(node, "queue", at, body, &ways, Vec::new());
    }

    pub(super) fn queue_id(&mut self, name: &Name) -> Option<QueueId> {
        let declared = self.declared;
        let index = declared.queue_names.get(&name.text).or_else(|| {
            let near = self.unknown(Code::UnknownName, "queue", name, declared.queue_names.names());
            near.and_then(|near| declared.queue_names.get(near))
        })?;
        Some(QueueId(index as u32))
    }

    fn queue_timeout(&mut self, at: Span, timeout: Option<DurationMs>) -> DurationMs {
        match timeout {
            Some(timeout) => return self.length("timeout", timeout, LONGEST, at),
            None => {
                let finding = Diagnostic::new(Code::InvalidSetting, at, "how long does a caller wait here?");
                self.diagnostics.push(finding.hint("write `timeout 10m` here or into the queue"));
            }
        }
        LONGEST
    }

    /// What runs while the caller waits: the block, and behind it the music; without a block, announcements and music.
    fn queue_waiting(
        &mut self,
        node: NodeId,
        (at, says_at): (Span, Span),
        settings: &super::settings::Settings<'a>,
        music: Option<&Text>,
    ) {
        if settings.say.is_some() && settings.waiting.is_some() {
            let message = "a queue has either `say … every` or `while waiting`";
            let fix = "say it in the block: `while waiting { say …; wait 45s }`";
            self.report_fix(Code::InvalidSetting, says_at, message, fix);
        }
        let say = settings.say.map(|(first, _)| first).filter(|_| settings.waiting.is_none());
        let every = self.announced_every(says_at, say.is_some(), settings.every);
        let first = self.apart(Place::Flow, |lowerer| match settings.waiting {
            Some(Waiting::Play(name)) => {
                lowerer.music(name);
                lowerer.is_implied();
            }
            Some(Waiting::Block(block)) => {
                lowerer.block(block);
                if let Some(music) = music.filter(|_| !lowerer.loose.is_empty()) {
                    lowerer.queue_music(at, music);
                }
            }
            None => lowerer.announcements(at, say, every, music),
        });
        if let Some(first) = first {
            let arm = self.arm(node, Exit::Waiting, None);
            self.link(vec![arm], first);
        }
    }

    /// Music is heard on calls; in a chat nothing stands for it.
    fn queue_music(&mut self, at: Span, music: &Text) {
        let sound = self.sound_named(music);
        self.play_along(at, sound, Extent::Looped);
        self.is_implied();
    }

    fn is_implied(&mut self) {
        self.graph.origins.iter_mut().last().into_iter().for_each(|origin| origin.implied = true);
    }

    fn announced_every(&mut self, at: Span, says: bool, every: Option<DurationMs>) -> DurationMs {
        match every {
            Some(every) if every >= SHORTEST_EVERY => return every,
            Some(every) => {
                let message = format!("`every` is at least {SHORTEST_EVERY}, found {every}");
                self.report(Code::InvalidSetting, at, message);
            }
            None if says => {
                let finding = Diagnostic::new(Code::InvalidSetting, at, "how often is this said?");
                self.diagnostics.push(finding.hint("write `say place(position) every 45s`"));
            }
            None => {}
        }
        SHORTEST_EVERY
    }

    /// Announcement, music for a while, announcement, and so on: the queue's timeout ends it.
    fn announcements(
        &mut self,
        at: Span,
        say: Option<&'a [ast::Utterance]>,
        every: DurationMs,
        music: Option<&Text>,
    ) {
        let Some(say) = say else {
            return music.into_iter().for_each(|music| self.queue_music(at, music));
        };
        let utterances = self.speech_if_known(say);
        let said = self.step(Verb::Say(Say { utterances, barge_in: true, if_known: true }), at);
        let length = Expr::Const(Value::Duration(every));
        match music {
            Some(music) => {
                let sound = self.sound_named(music);
                self.play_along(at, sound, Extent::For(length));
            }
            None => drop(self.step(Verb::Wait(Wait { length }), at)),
        }
        self.is_implied();
        let loose = std::mem::take(&mut self.loose);
        self.link(loose, said);
    }

    /// A block behind a key: it keeps the place, and its end leads back to the wait.
    fn aside(&mut self, node: NodeId, index: usize, tree: &'a Tree, slot: Option<Slot>) {
        let first = self.apart(Place::Flow, |lowerer| {
            lowerer.scopes.enter();
            if let (Some(name), Some(slot)) = (&tree.bind, slot) {
                lowerer.declare_at(name, Type::Digits, slot);
            }
            lowerer.branch(&tree.branch);
            lowerer.scopes.leave();
        });
        let arm = self.arm(node, Exit::Choice(index as u16), slot);
        if let Some(first) = first {
            self.link(vec![arm], first);
        }
    }

    /// The choices of a verb that listens beside something else: each is one key.
    pub(super) fn single_keys(
        &mut self,
        verb: &str,
        at: Span,
        body: &'a Body,
    ) -> (Vec<Choice>, Vec<Option<Slot>>) {
        if !body.choices.is_empty() {
            self.check_choices(at, body, true);
        }
        for tree in body.choices.iter().filter(|tree| !is_single(tree)) {
            let written = self.sources.slice(tree.keys).to_owned();
            let message = format!("a key of `{verb}` is a single one, found `{written}`");
            let finding = Diagnostic::new(Code::InvalidSetting, tree.keys, message);
            self.diagnostics.push(finding.hint("longer entries are heard in a `menu`"));
        }
        let slots: Vec<Option<Slot>> =
            body.choices.iter().map(|tree| tree.bind.as_ref().map(|_| self.scopes.temporary())).collect();
        let choice = |(tree, slot): (&Tree, &Option<Slot>)| Choice {
            keys: tree
                .range
                .as_ref()
                .map(|(first, last)| KeyRange { first: first.clone(), last: last.clone() }),
            label: tree.label.clone(),
            words: Vec::new(),
            bind: *slot,
            each: None,
        };
        (body.choices.iter().zip(&slots).map(choice).collect(), slots)
    }
}

/// Whether a choice is taken by single keys.
fn is_single(tree: &Tree) -> bool {
    tree.range.as_ref().is_some_and(|(first, _)| first.len() == 1) && tree.words.is_empty()
}
