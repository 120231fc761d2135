//! Along the way: which variable holds what was given, and what must be given so that each exit is taken.

use super::draft::{Act, Draft, Reply};
use super::{caller, invent, question};
use crate::explore::{Deed, Story, StoryStep};
use crate::program::verb::Choice;
use crate::program::{
    Channel, EntryKind, Exit, Expr, FlowId, Keeper, NodeId, Phone, Program, Slot, Text, Type, Utterance,
    Value, Verb,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a variable holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    /// The customer at this position.
    Customer(usize),
    /// The object at this position.
    Object(usize),
    /// The reply at this position.
    Reply(usize),
    /// What the script names itself.
    Named(Value),
    /// The kept value at this position.
    Kept(u16),
    /// An entry of the caller's, as the step at this position keys it.
    Entry(usize, NodeId, String),
    /// A field of one of these.
    Field(Box<Source>, Text),
}

/// A scenario in the making.
pub(super) struct Trail<'p> {
    pub(super) program: &'p Program,
    pub(super) draft: Draft,
    pub(super) number: Option<Phone>,
    pub(super) is_written: bool,
    holds: BTreeMap<(FlowId, Slot), Source>,
    /// How many of a list's parties have not taken the call.
    pub(super) passed: usize,
    /// How many items of each list the way has come to.
    items: BTreeMap<NodeId, usize>,
    /// How many secrets were wrong since one was right.
    pub(super) wrong: u32,
    /// Whether the contact's customer is known, and the kept values that it has read or set.
    pub(super) is_known: bool,
    read: BTreeSet<u16>,
}

/// The scenario of a way; else the node at which something cannot be written.
pub(super) fn draft(program: &Program, story: &Story) -> Result<Draft, NodeId> {
    let first = story.steps.first().map_or(NodeId(0), |step| step.mv.node);
    let (arrival, number) = caller::arrival(program, story).ok_or(first)?;
    let is_written = story.steps.iter().any(|step| match step.mv.deed {
        Deed::Arrives(_, channel) => channel != Channel::Call,
        _ => false,
    });
    let overrides = story.by_hand.iter().map(|(schedule, open)| {
        let name = program.schedules[schedule.0 as usize].name.clone();
        (name, if *open { "open" } else { "closed" }.to_owned())
    });
    let draft = Draft { arrival, overrides: overrides.collect(), ..Draft::default() };
    let mut trail = Trail {
        program,
        draft,
        number,
        is_written,
        holds: BTreeMap::new(),
        passed: 0,
        items: BTreeMap::new(),
        wrong: 0,
        is_known: false,
        read: BTreeSet::new(),
    };
    for step in &story.steps {
        trail.take(step).ok_or(step.mv.node)?;
    }
    Ok(trail.draft)
}

impl<'p> Trail<'p> {
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
            Deed::Runs(arm) if node.arms[arm as usize].exit == Exit::Waiting => {}
            Deed::Runs(_) | Deed::Connects => self.joined(flow, &node.verb, true)?,
            Deed::Joins | Deed::Parts => self.joined(flow, &node.verb, false)?,
            Deed::Goes => self.goes(flow, &node.verb),
            Deed::CallsNext => self.passed += 1,
            // That the flow cannot go on has its reason in what came before.
            Deed::Fails => {}
            Deed::Arrives(..) | Deed::Begins(_) | Deed::Waits | Deed::Ends => {}
        }
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
            self.draft.step("speak: 10s");
        }
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

    fn bind(&mut self, flow: FlowId, slot: Slot, source: Option<Source>) {
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
            Expr::Caller => Some(Source::Named(Value::Phone(self.number.clone()?))),
            Expr::Field(of, name) => Some(Source::Field(Box::new(self.source(flow, of)?), name.clone())),
            Expr::Otherwise(first, _) => self.source(flow, first),
            _ => None,
        }
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
            _ => return,
        };
        if let Some(value) = value {
            self.put(flow, asked, value);
        }
    }

    /// Some value of a field, or of a variable that holds one, which may be missing.
    fn some(&self, flow: FlowId, asked: &Expr) -> Option<Value> {
        let Source::Field(of, name) = self.source(flow, asked)? else { return None };
        let ty = match *of {
            Source::Customer(_) => self.program.vocabulary.customer.get(&name).cloned(),
            Source::Object(at) => {
                let kind = &self.draft.objects[at].kind;
                self.program.vocabulary.objects.get(kind)?.fields.get(&name).cloned()
            }
            Source::Reply(at) => match &self.draft.replies[at].2 {
                Reply::Ok(declared, _) => {
                    declared.iter().find(|(known, _)| *known == name).map(|(_, ty)| ty.clone())
                }
                Reply::Word(_) => None,
            },
            Source::Entry(..) | Source::Named(_) | Source::Kept(_) | Source::Field(..) => None,
        }?;
        let written = plain(&invent::any(self.program, ty.plain())?);
        super::super::parse_value(&written, ty.plain(), None).ok()
    }

    /// What is asked about gets a value.
    fn put(&mut self, flow: FlowId, asked: &Expr, value: Value) {
        match self.source(flow, asked) {
            Some(Source::Field(of, name)) => {
                let written = (value != Value::None).then(|| invent::yaml(&value));
                self.put_field(&of, &name, written);
            }
            Some(Source::Kept(_)) => {
                if let Expr::Slot(slot) = asked {
                    self.keep(flow, *slot, &value);
                }
            }
            Some(Source::Entry(at, node, _)) => {
                if let (Expr::Slot(slot), Verb::Ask(ask)) = (asked, &self.program.node(node).verb)
                    && let Some((keys, entry)) = question::entry(ask, false, Some(&value.to_string()))
                {
                    self.draft.steps[at] = Act::Step(self.keyed(ask.kind == EntryKind::Text, &keys, &entry));
                    self.bind(flow, *slot, Some(Source::Entry(at, node, entry)));
                }
            }
            Some(Source::Customer(_) | Source::Object(_) | Source::Reply(_) | Source::Named(_)) | None => {}
        }
    }

    /// A field gets what is written, or goes.
    fn put_field(&mut self, of: &Source, name: &Text, written: Option<String>) {
        let fields = match of {
            Source::Customer(at) => &mut self.draft.customers[*at].fields,
            Source::Object(at) => &mut self.draft.objects[*at].fields,
            Source::Reply(at) => {
                if let Reply::Ok(_, fields) = &mut self.draft.replies[*at].2 {
                    fields.insert(name.clone(), written);
                }
                return;
            }
            Source::Entry(..) | Source::Named(_) | Source::Kept(_) | Source::Field(..) => return,
        };
        match written {
            Some(written) => drop(fields.insert(name.clone(), written)),
            None => drop(fields.remove(name)),
        }
    }

    /// The list has an item more than the way has come to until now.
    fn next_item(&mut self, id: NodeId, list: Slot) {
        let count = self.items.entry(id).or_default();
        *count += 1;
        let count = *count;
        let Some(Source::Field(of, name)) = self.holds.get(&(self.program.node(id).flow, list)).cloned()
        else {
            return;
        };
        let Source::Reply(at) = *of else { return };
        let Reply::Ok(declared, _) = &self.draft.replies[at].2 else { return };
        let declared = declared.iter().find(|(known, _)| *known == name);
        let item = declared.and_then(|(_, ty)| match ty {
            Type::List(item) => invent::any(self.program, item),
            _ => None,
        });
        if let Some(item) = item {
            let items = vec![item; count].join(", ");
            self.put_field(&of, &name, Some(format!("[ {items} ]")));
        }
    }

    /// A kept value is given.
    fn keep(&mut self, flow: FlowId, slot: Slot, value: &Value) {
        let Some(Source::Kept(at)) = self.holds.get(&(flow, slot)) else { return };
        let Some(keep) = self.program.keeps.get(usize::from(*at)) else { return };
        let value = invent::yaml(value);
        let says = match (keep.keeper, &self.number) {
            (Keeper::Program, _) => value,
            (Keeper::Caller, Some(number)) => {
                format!("{{ {}: {value} }}", super::draft::quoted(number.as_str()))
            }
            (Keeper::Caller, None) | (Keeper::Customer, _) => return,
        };
        self.draft.kept.insert(keep.name.clone(), says);
    }

    fn keyed(&self, is_text: bool, keys: &str, entry: &str) -> String {
        match (is_text, self.is_written) {
            (true, false) => format!("say: {}", super::draft::quoted(entry)),
            (true, true) => question::pressed(entry, true, false),
            (false, is_written) => question::pressed(keys, is_written, false),
        }
    }

    /// The caller answers an `ask`.
    fn answered(&mut self, id: NodeId, yes: bool) -> Option<()> {
        let node = self.program.node(id);
        let Verb::Ask(ask) = &node.verb else { return Some(()) };
        let (keys, entry) = question::entry(ask, yes, None)?;
        if ask.secret {
            self.draft.step(question::pressed(&keys, self.is_written, true));
            return Some(());
        }
        let step = self.keyed(ask.kind == EntryKind::Text, &keys, &entry);
        let at = self.draft.steps.len();
        self.draft.step(step);
        self.bind(node.flow, ask.slot, Some(Source::Entry(at, id, entry)));
        Some(())
    }

    fn unfit(&mut self, id: NodeId, misfit: crate::program::Misfit) -> Option<()> {
        let keys = match &self.program.node(id).verb {
            Verb::Menu(menu) => question::no_choice(self.program, id, menu)?.to_owned(),
            Verb::Ask(ask) => question::unfit(ask, misfit)?,
            Verb::Authenticate(authenticate) => question::unfit(&authenticate.ask, misfit)?,
            _ => return None,
        };
        self.draft.step(question::pressed(&keys, self.is_written, false));
        Some(())
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
        let source = match &node.verb {
            Verb::Menu(menu) => self.choose(&menu.choices, exit)?,
            Verb::Play(play) => self.choose(&play.choices, exit)?,
            Verb::Ask(ask) => match exit {
                Exit::Next => return self.answered(id, true),
                _ => self.choose(&ask.choices, exit)?,
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
                self.replied((&backend.name, &operation.name), &operation.reply, exit)
            }
            // Whoever has hung up had taken the call before.
            Verb::Transfer(_) if *exit == Exit::Completed => None,
            Verb::Transfer(transfer) => {
                self.hunted(flow, transfer, exit)?;
                None
            }
            Verb::CallOut(call) => {
                self.dialled(flow, &call.to, exit, false)?;
                None
            }
            Verb::Record(_) => {
                match exit {
                    Exit::Silent => {}
                    Exit::ShortMessage => self.draft.step("speak: 300ms"),
                    Exit::Failed => return None,
                    _ => self.draft.step("speak: 10s"),
                }
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
                self.reads(count.keep, true);
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
                if *exit == Exit::Then {
                    self.next_item(id, each.list);
                }
                None
            }
            Verb::Set(set) => {
                let source = self.source(flow, &set.value);
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

    /// A kept value is read: the store is asked where the contact does not know it yet.
    fn reads(&mut self, keep: u16, is_well: bool) {
        let keeper = self.program.keeps.get(usize::from(keep)).map(|keep| keep.keeper);
        let is_somebodys = match keeper {
            Some(Keeper::Program) => true,
            Some(Keeper::Caller) => self.number.is_some(),
            Some(Keeper::Customer) => self.is_known,
            None => false,
        };
        if is_somebodys && (self.read.insert(keep) || !is_well) {
            self.asks(if is_well { "well" } else { "down" });
        }
    }

    fn silence(&mut self) -> Option<()> {
        self.draft.step("silence");
        Some(())
    }

    /// A choice is made by its key; other exits need nothing of the caller.
    pub(super) fn choose(&mut self, choices: &[Choice], exit: &Exit) -> Option<Option<Source>> {
        if let Exit::Choice(index) = exit {
            let step = question::chosen(choices.get(*index as usize)?, self.is_written)?;
            self.draft.step(step);
        }
        Some(None)
    }

    fn queue(&mut self, name: Text, choices: &[Choice], exit: &Exit) -> Option<Option<Source>> {
        match exit {
            Exit::Choice(_) => return self.choose(choices, exit),
            Exit::Full | Exit::Closed => drop(self.draft.queues.entry(name).or_insert(exit.to_string())),
            _ => {}
        }
        Some(None)
    }

    fn replied(
        &mut self,
        (backend, operation): (&Text, &Text),
        reply: &[(Text, Type)],
        exit: &Exit,
    ) -> Option<Source> {
        let reply = match exit {
            Exit::Ok => Reply::Ok(reply.to_vec(), BTreeMap::new()),
            exit => Reply::Word(exit.to_string()),
        };
        self.draft.replies.push((backend.clone(), operation.clone(), reply));
        Some(Source::Reply(self.draft.replies.len() - 1))
    }
}

/// A value without the quotes of YAML.
fn plain(yaml: &str) -> String {
    yaml.trim_matches('"').to_owned()
}
