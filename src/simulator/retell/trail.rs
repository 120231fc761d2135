//! Along the way: which variable holds what was given, and what must be given so that each exit is taken.

use super::draft::{Act, Draft};
use super::others::becomes;
use super::source::{Given, Source};
use super::trial::Trial;
use super::{Doubt, caller, invent, question};
use crate::explore::{Deed, Story, StoryStep};
use crate::program::{
    Builtin, Channel, Exit, Expr, FlowId, NodeId, Phone, Program, Slot, Text, Utterance, Value, Verb,
};
use std::collections::{BTreeMap, BTreeSet};

/// A scenario in the making.
pub(super) struct Trail<'p> {
    pub(super) program: &'p Program,
    pub(super) draft: Draft,
    pub(super) number: Option<Phone>,
    pub(super) is_written: bool,
    holds: BTreeMap<(FlowId, Slot), Source>,
    /// What variables were set to last.
    pub(super) set: BTreeMap<(FlowId, Slot), Expr>,
    /// How many of a list's parties have not taken the call.
    pub(super) passed: usize,
    /// How many items of each list the way has come to.
    items: BTreeMap<NodeId, usize>,
    /// How many secrets were wrong since one was right.
    pub(super) wrong: u32,
    /// Whether the contact's customer is known, and the kept values that it has read or set.
    pub(super) is_known: bool,
    pub(super) read: BTreeSet<u16>,
    /// Which answer of the CRM's those were counted with that it had not read.
    pub(super) counted: BTreeMap<u16, usize>,
    /// The customer who calls, where the way has said who.
    pub(super) caller: Option<usize>,
    /// Whether something runs while a service, or somebody, is waited for.
    pub(super) is_slow: bool,
    /// The node of the last entry, and the step that keys it.
    pub(super) last_entry: Option<(NodeId, usize)>,
    /// What becomes of the last call, whoever it is that is called.
    pub(super) call: Call,
    /// Those who are being called.
    pub(super) ringing: Vec<Text>,
    /// The replies that are waited for, by their position.
    pub(super) asked: BTreeMap<NodeId, usize>,
    /// What is in the room that was entered last, whatever its name.
    pub(super) in_room: Option<String>,
    /// What was given because it was tried and right: a later claim does not change it.
    fixed: Vec<Source>,
    /// The node of the step before.
    last: Option<NodeId>,
    /// The step that speaks into a recording which the caller leaves behind.
    pub(super) left_behind: Option<usize>,
}

/// What becomes of a call: so many are passed over, in one way, and then in another.
#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    pub passed: (usize, String),
    pub taken: String,
    /// Whether it only rings so far.
    pub is_ringing: bool,
}

/// Things to try, each behind the step at this position.
pub(super) type Luck = BTreeMap<usize, Vec<Trial>>;

/// The scenario of a way with what has been tried and was right; with what else can be tried behind one of its steps.
/// Else the node at which something cannot be written.
pub(super) fn draft(
    program: &Program,
    story: &Story,
    luck: &Luck,
    doubt: Option<&Doubt>,
) -> Result<(Draft, Vec<(usize, Trial)>), NodeId> {
    let first = story.steps.first().map_or(NodeId(0), |step| step.mv.node);
    let shown = luck.values().flatten().find_map(|(source, given)| match (source, given) {
        (Source::Caller, Given::Yaml(number)) => Phone::from_e164(number.trim_matches('"')),
        _ => None,
    });
    let (draft, number) = caller::arrival(program, story, shown).ok_or(first)?;
    let is_written = story.steps.iter().any(|step| match step.mv.deed {
        Deed::Arrives(_, channel) => channel != Channel::Call,
        _ => false,
    });
    let overrides = story.by_hand.iter().map(|(schedule, open)| {
        let name = program.schedules[schedule.0 as usize].name.clone();
        (name, if *open { "open" } else { "closed" }.to_owned())
    });
    let draft = Draft { overrides: overrides.collect(), ..draft };
    let mut trail = Trail {
        program,
        draft,
        number,
        is_written,
        holds: BTreeMap::new(),
        set: BTreeMap::new(),
        passed: 0,
        items: BTreeMap::new(),
        wrong: 0,
        is_known: false,
        read: BTreeSet::new(),
        counted: BTreeMap::new(),
        caller: None,
        is_slow: false,
        last_entry: None,
        call: Call::default(),
        ringing: Vec::new(),
        asked: BTreeMap::new(),
        in_room: None,
        fixed: Vec::new(),
        last: None,
        left_behind: None,
    };
    // When it arrives is known before anything else.
    let moments =
        luck.values().flatten().filter(|(source, _)| matches!(source, Source::At | Source::Hours(_)));
    moments.for_each(|(source, given)| trail.give(source, given));
    trail.begins();
    let mut trials = Vec::new();
    for (index, step) in story.steps.iter().enumerate() {
        trail.take(step).ok_or(step.mv.node)?;
        for (source, given) in luck.get(&index).into_iter().flatten() {
            trail.give(source, given);
            trail.fixed.push(source.clone());
        }
        if let Some(doubt) = doubt.filter(|doubt| doubt.from <= index && index <= doubt.at) {
            let shown = trail.shown(step.mv.node, &doubt.run);
            let tries = shown.into_iter().chain(trail.trials(step.mv.node));
            trials.splice(0..0, tries.map(|trial| (index, trial)));
        }
    }
    Ok((trail.draft, trials))
}

impl Trail<'_> {
    /// What the flow of a task is given is what its variables hold.
    fn begins(&mut self) {
        let Some(task) = self.draft.task else { return };
        for (index, (name, _)) in self.program.flow(task).params.iter().enumerate() {
            self.bind(task, Slot(index as u16), Some(Source::Argument(name.clone())));
        }
    }

    /// A flow that another contact has ordered runs by itself: it is given what the order says.
    fn runs_behind(&mut self, flow: FlowId) {
        let Some((Verb::Later(later), from)) =
            self.last.map(|node| self.program.node(node)).map(|node| (&node.verb, node.flow))
        else {
            return;
        };
        let given: Vec<Option<Source>> = later.args.iter().map(|arg| self.source(from, arg)).collect();
        for (index, source) in given.into_iter().enumerate() {
            self.bind(flow, Slot(index as u16), source);
        }
        (self.is_known, self.last_entry) = (false, None);
        self.read.clear();
        self.counted.clear();
    }

    fn take(&mut self, step: &StoryStep) -> Option<()> {
        let node = self.program.node(step.mv.node);
        let flow = node.flow;
        for (claim, holds) in &step.settled {
            self.want(flow, claim, *holds);
        }
        self.comes_back(step);
        match step.mv.deed {
            Deed::Leaves(arm) => {
                let arm = &node.arms[arm as usize];
                self.left(step.mv.node, &arm.exit, arm.bind)?;
            }
            Deed::Answers(_, yes) => self.answered(step.mv.node, yes)?,
            Deed::Silence => self.draft.step("silence"),
            Deed::Unfit(misfit) => self.unfit(step.mv.node, misfit)?,
            Deed::Wrong => self.wrong_secret(step.mv.node)?,
            Deed::Presses(to) => {
                let keys = &self.program.flow(self.program.node(to).flow).keys;
                let (keys, _) = keys.iter().find(|(_, node)| *node == to)?;
                self.draft.step(question::pressed(keys, self.is_written, false));
            }
            Deed::HangsUp => self.draft.steps.push(Act::Leave(self.said(&node.verb))),
            Deed::LeavesBehind => self.leaves_behind(&node.verb),
            Deed::Runs(arm) if node.arms[arm as usize].exit == Exit::Waiting => {
                self.is_slow = true;
            }
            Deed::Runs(_) | Deed::Connects => self.joined(flow, &node.verb, true)?,
            Deed::Parts => {
                self.joined(flow, &node.verb, false)?;
                self.parts();
            }
            Deed::Joins => self.joined(flow, &node.verb, false)?,
            Deed::Goes => self.goes(flow, &node.verb),
            Deed::CallsNext => self.passed += 1,
            // That the flow cannot go on has its reason in what came before.
            Deed::Fails => {}
            Deed::Waits => self.waits(step.mv.node),
            Deed::Begins(flow) => self.runs_behind(flow),
            Deed::Arrives(..) | Deed::Ends => {}
        }
        self.last = Some(step.mv.node);
        Some(())
    }

    /// A `do` has its value.
    fn comes_back(&mut self, step: &StoryStep) {
        let node = self.program.node(step.mv.node);
        let from = step.from.map(|from| self.program.node(from));
        if let (Verb::Do(call), Some(from)) = (&node.verb, from)
            && let (Verb::Return(back), Some(slot)) = (&from.verb, call.slot)
        {
            let source = back.value.as_ref().and_then(|value| self.source(from.flow, value));
            self.bind(node.flow, slot, source);
        }
    }

    /// The prompt that a verb says, during which a caller can leave.
    fn said(&self, verb: &Verb) -> Option<Text> {
        let first: Option<&Utterance> = verb.utterances().into_iter().next();
        first.map(|utterance| self.program.prompt(utterance.prompt).name.clone())
    }

    fn leaves_behind(&mut self, verb: &Verb) {
        if let Verb::Record(_) = verb {
            self.left_behind = Some(self.draft.steps.len());
            self.draft.step("speak: 10s");
        }
        // What was begun is still under way when the caller leaves.
        self.is_slow = matches!(verb, Verb::Request(_));
        self.draft.crm_is_slow |= matches!(verb, Verb::Update(_));
        self.draft.steps.push(Act::Leave(None));
    }

    /// Into a flow: what it is given is what its variables hold.
    fn goes(&mut self, from: FlowId, verb: &Verb) {
        let (flow, args) = match verb {
            Verb::Goto(goto) => (goto.flow, &goto.args),
            Verb::Do(call) => (call.flow, &call.args),
            _ => return,
        };
        let given: Vec<Option<Source>> = args.iter().map(|arg| self.source(from, arg)).collect();
        for (index, source) in given.into_iter().enumerate() {
            self.bind(flow, Slot(index as u16), source);
        }
    }

    pub(super) fn bind(&mut self, flow: FlowId, slot: Slot, source: Option<Source>) {
        match source {
            Some(source) => drop(self.holds.insert((flow, slot), source)),
            None => drop(self.holds.remove(&(flow, slot))),
        }
    }

    /// What an expression comes from, where it is a variable.
    pub(super) fn source(&self, flow: FlowId, expr: &Expr) -> Option<Source> {
        match expr {
            Expr::Slot(slot) => self.holds.get(&(flow, *slot)).cloned(),
            Expr::Const(value) => Some(Source::Named(value.clone())),
            Expr::Caller => self.number.as_ref().map(|_| Source::Caller),
            Expr::Message => Some(Source::Message),
            Expr::Field(of, name) => Some(match self.source(flow, of)? {
                when @ (Source::At | Source::Hours(_)) => when,
                of => Source::Field(Box::new(of), name.clone()),
            }),
            Expr::Otherwise(first, _) => self.source(flow, first),
            Expr::Builtin(Builtin::FirstItem | Builtin::LastItem, parts) => {
                Some(Source::Item(Box::new(self.source(flow, parts.first()?)?)))
            }
            Expr::Builtin(_, parts) | Expr::Call(_, parts) | Expr::List(parts) => {
                self.computed(flow, parts.iter())
            }
            Expr::Arithmetic(_, a, b) | Expr::Compare(_, a, b) | Expr::And(a, b) | Expr::Or(a, b) => {
                self.computed(flow, [&**a, &**b].into_iter())
            }
            Expr::Choose(a, b, c) => self.computed(flow, [&**a, &**b, &**c].into_iter()),
            Expr::Not(inner)
            | Expr::IsNone(inner)
            | Expr::InNumbers(inner, _)
            | Expr::DaysAhead(inner)
            | Expr::WholeDays(inner) => self.computed(flow, [&**inner].into_iter()),
            Expr::Open(id) | Expr::OpenIn(id, _) | Expr::Shift(id) | Expr::Turn(id, ..) => {
                Some(Source::Hours(*id))
            }
            Expr::Now | Expr::Today => Some(Source::At),
            Expr::Called | Expr::CallerIs(_) | Expr::Position | Expr::ExpectedWait | Expr::Contact(_) => None,
        }
    }

    fn computed<'e>(&self, flow: FlowId, parts: impl Iterator<Item = &'e Expr>) -> Option<Source> {
        let of: Vec<Source> = parts.filter_map(|part| self.source(flow, part)).collect();
        (!of.is_empty()).then_some(Source::Computed(of))
    }

    /// A claim of the way about data is made true, if it is about a field or an entry.
    fn want(&mut self, flow: FlowId, claim: &Expr, holds: bool) {
        let (asked, value) = match claim {
            Expr::Compare(op, asked, other) => match &**other {
                Expr::Const(value) => (asked, invent::standing(*op, value, holds)),
                _ => return,
            },
            Expr::IsNone(asked) => (asked, if holds { Some(Value::None) } else { self.some(flow, asked) }),
            Expr::Field(..) => return self.put(flow, claim, Value::Bool(holds)),
            Expr::InNumbers(number, set) => {
                let segment = self.program.numbers.get(set.0 as usize).and_then(|set| set.segment.clone());
                let is_caller = self.source(flow, number) == Some(Source::Caller);
                if let (Some(segment), true) = (segment, is_caller && holds) {
                    self.belongs(&segment);
                }
                return;
            }
            _ => return,
        };
        if let Some(value) = value {
            self.put(flow, asked, value);
        }
    }

    /// Some value of a field, or of a variable that holds one, which may be missing.
    fn some(&self, flow: FlowId, asked: &Expr) -> Option<Value> {
        let ty = self.type_of(&self.source(flow, asked)?)?;
        let written = plain(&invent::any(self.program, ty.plain())?);
        super::super::parse_value(&written, ty.plain(), None).ok()
    }

    /// What is asked about gets a value.
    fn put(&mut self, flow: FlowId, asked: &Expr, value: Value) {
        let Some(source) = self.source(flow, asked) else { return };
        if self.fixed.iter().any(|fixed| fixed.is_same(&source)) {
            return;
        }
        let given = match &value {
            Value::None => Given::Missing,
            value => Given::Yaml(invent::yaml(value)),
        };
        let is_entry = matches!(source, Source::Entry(..));
        self.give(&source, &if is_entry { Given::Yaml(value.to_string()) } else { given });
    }

    /// A loop goes round once more, or has come to the end of its list.
    fn next_item(&mut self, id: NodeId, list: Slot, item: Slot, goes_on: bool) {
        let flow = self.program.node(id).flow;
        let count = self.items.entry(id).or_default();
        *count += usize::from(goes_on);
        let count = *count;
        let Some(source) = self.holds.get(&(flow, list)).cloned() else { return };
        self.give(&source, &Given::Some(count));
        if goes_on {
            self.bind(flow, item, Some(Source::Item(Box::new(source))));
        }
    }

    /// A node is left: what must be given for that, and what the caller does.
    fn left(&mut self, id: NodeId, exit: &Exit, bind: Option<Slot>) -> Option<()> {
        use crate::program::Misfit;
        match exit {
            Exit::NoInput(_) => return self.silence(),
            Exit::NoMatch(_) if matches!(self.program.node(id).verb, Verb::Play(_)) => {
                self.draft.step("press: \"9\"");
                return Some(());
            }
            Exit::NoMatch(_) => return self.unfit(id, Misfit::NoMatch),
            Exit::TooShort(_) => return self.unfit(id, Misfit::TooShort),
            Exit::Invalid(_) => return self.unfit(id, Misfit::Invalid),
            _ => {}
        }
        let node = self.program.node(id);
        let flow = node.flow;
        if matches!(
            (&node.verb, exit),
            (Verb::Queue(_), Exit::AgentLeft) | (Verb::Transfer(_), Exit::Completed)
        ) {
            self.parts();
        }
        let source = match &node.verb {
            Verb::Menu(menu) => self.choose_of(flow, &menu.choices, exit)?,
            Verb::Play(play) => self.choose_of(flow, &play.choices, exit)?,
            Verb::Ask(ask) => match exit {
                Exit::Next => return self.answered(id, true),
                _ => self.choose_of(flow, &ask.choices, exit)?,
            },
            Verb::Queue(queue) => {
                let name = self.program.queues[queue.queue.0 as usize].name.clone();
                self.queue(name, &queue.choices, exit)?
            }
            Verb::Identify(_) => self.identified(exit)?,
            Verb::Find(find) => self.found(flow, find, exit)?,
            Verb::Authenticate(authenticate) => self.authenticated(id, authenticate, exit)?,
            Verb::Request(request) => {
                let (backend, operation) = self.program.operation(request.operation);
                self.replied(id, (&backend.name, operation), exit)
            }
            // Whoever has hung up had taken the call before.
            Verb::Transfer(_) if *exit == Exit::Completed => None,
            Verb::Transfer(transfer) => {
                self.hunted(flow, transfer, exit);
                None
            }
            Verb::HandOver(hand) => {
                self.dialled(flow, &hand.to, becomes(exit, false, None));
                None
            }
            Verb::CallOut(call) => {
                let word = match exit {
                    // Who is called so stays until the way says otherwise.
                    Exit::Answered => "answers".to_owned(),
                    exit => becomes(exit, false, None),
                };
                self.dialled(flow, &call.to, word);
                None
            }
            Verb::Record(_) => {
                self.recorded(exit);
                None
            }
            Verb::Conference(_) => self.in_room(&node.verb, exit)?,
            Verb::Transcribe(_) => {
                let word = match exit {
                    Exit::Ready => "{ after: 1s, words: \"words\" }".to_owned(),
                    exit => exit.to_string(),
                };
                self.draft.transcripts.push(word);
                None
            }
            Verb::Recall(recall) => {
                self.reads(recall.keep, *exit != Exit::Failed);
                self.bind(flow, recall.slot, Some(Source::Kept(recall.keep)));
                None
            }
            Verb::Count(count) => {
                self.counts(count.keep);
                None
            }
            Verb::SetKept(set) => {
                self.read.insert(set.keep);
                None
            }
            Verb::Update(_) => {
                self.asks(match exit {
                    Exit::Conflict => "conflict",
                    Exit::Failed => "down",
                    _ => "well",
                });
                None
            }
            Verb::ForEach(each) => {
                self.next_item(id, each.list, each.item, *exit == Exit::Then);
                None
            }
            Verb::Set(set) => {
                let source = self.source(flow, &set.value);
                self.set.insert((flow, set.slot), set.value.clone());
                self.bind(flow, set.slot, source);
                None
            }
            _ => None,
        };
        if let Some(slot) = bind {
            self.bind(flow, slot, source);
        }
        Some(())
    }

    /// A message is recorded, or not; whoever has left has spoken before.
    fn recorded(&mut self, exit: &Exit) {
        self.draft.recordings.push(if *exit == Exit::Failed { "failed" } else { "ok" });
        let speaks = match exit {
            Exit::Silent | Exit::Failed => None,
            Exit::ShortMessage => Some("speak: 300ms"),
            _ => Some("speak: 10s"),
        };
        match (self.left_behind.take(), speaks) {
            (Some(step), speaks) => {
                self.draft.steps[step] = Act::Step(speaks.unwrap_or("wait: 500ms").into());
            }
            (None, Some(speaks)) => self.draft.step(speaks),
            (None, None) => {}
        }
    }

    fn silence(&mut self) -> Option<()> {
        self.draft.step("silence");
        Some(())
    }
}

/// A value without the quotes of YAML.
fn plain(yaml: &str) -> String {
    yaml.trim_matches('"').to_owned()
}
