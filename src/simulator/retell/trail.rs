//! Along the way: which variable holds what was given, and what must be given so that each exit is taken.

use super::draft::{Act, Draft, Reply, Thing};
use super::{caller, invent, question};
use crate::explore::{Deed, Story, StoryStep};
use crate::program::verb::{Authenticate, Choice, Proof};
use crate::program::{
    Channel, EntryKind, Exit, Expr, FlowId, Keeper, NodeId, Phone, Program, Slot, Text, Type, Utterance,
    Value, Verb,
};
use std::collections::BTreeMap;

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
}

/// The PIN of everybody who has one, and one that nobody has.
const PIN: &str = "4711471147114711";
const WRONG: &str = "9090909090909090";

/// A scenario in the making.
pub(super) struct Trail<'p> {
    pub(super) program: &'p Program,
    pub(super) draft: Draft,
    number: Option<Phone>,
    is_written: bool,
    holds: BTreeMap<(FlowId, Slot), Source>,
}

/// The scenario of a way; `None` where something in it cannot be written.
pub(super) fn draft(program: &Program, story: &Story) -> Option<Draft> {
    let (arrival, number) = caller::arrival(program, story)?;
    let is_written = story.steps.iter().any(|step| match step.mv.deed {
        Deed::Arrives(_, channel) => channel != Channel::Call,
        _ => false,
    });
    let draft = Draft { arrival, ..Draft::default() };
    let mut trail = Trail { program, draft, number, is_written, holds: BTreeMap::new() };
    for step in &story.steps {
        trail.take(step)?;
    }
    Some(trail.draft)
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
            Deed::Wrong => self.press_secret(step.mv.node, WRONG)?,
            Deed::Presses(to) => {
                let keys = &self.program.flow(self.program.node(to).flow).keys;
                let (keys, _) = keys.iter().find(|(_, node)| *node == to)?;
                self.draft.step(question::pressed(keys, self.is_written, false));
            }
            Deed::HangsUp => self.draft.steps.push(Act::Leave(self.said(&node.verb))),
            Deed::LeavesBehind => self.leaves_behind(&node.verb),
            Deed::Runs(arm) if node.arms[arm as usize].exit == Exit::Waiting => {}
            Deed::Runs(_) | Deed::Connects | Deed::Joins | Deed::Parts => self.joined(flow, &node.verb)?,
            Deed::Goes => self.goes(flow, &node.verb),
            Deed::CallsNext | Deed::Fails => return None,
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

    /// Some value of a field that may be missing.
    fn some(&self, flow: FlowId, asked: &Expr) -> Option<Value> {
        let Expr::Field(of, name) = asked else { return None };
        let ty = match self.source(flow, of)? {
            Source::Customer(_) => self.program.vocabulary.customer.get(name).cloned(),
            Source::Object(at) => {
                let kind = &self.draft.objects[at].kind;
                self.program.vocabulary.objects.get(kind)?.fields.get(name).cloned()
            }
            Source::Reply(at) => match &self.draft.replies[at].2 {
                Reply::Ok(declared, _) => {
                    declared.iter().find(|(known, _)| known == name).map(|(_, ty)| ty.clone())
                }
                Reply::Word(_) => None,
            },
            Source::Entry(..) | Source::Named(_) | Source::Kept(_) => None,
        }?;
        super::super::parse_value(&plain(&invent::any(ty.plain())?), ty.plain(), None).ok()
    }

    fn put(&mut self, flow: FlowId, asked: &Expr, value: Value) {
        match asked {
            Expr::Field(of, name) => match (self.source(flow, of), value) {
                (Some(Source::Customer(at)), Value::None) => {
                    drop(self.draft.customers[at].fields.remove(name))
                }
                (Some(Source::Customer(at)), value) => {
                    self.draft.customers[at].fields.insert(name.clone(), invent::yaml(&value));
                }
                (Some(Source::Object(at)), Value::None) => drop(self.draft.objects[at].fields.remove(name)),
                (Some(Source::Object(at)), value) => {
                    self.draft.objects[at].fields.insert(name.clone(), invent::yaml(&value));
                }
                (Some(Source::Reply(at)), value) => {
                    if let Reply::Ok(_, fields) = &mut self.draft.replies[at].2 {
                        fields.insert(name.clone(), value);
                    }
                }
                (Some(Source::Entry(..) | Source::Named(_) | Source::Kept(_)) | None, _) => {}
            },
            Expr::Slot(slot) if matches!(self.holds.get(&(flow, *slot)), Some(Source::Kept(_))) => {
                self.keep(flow, *slot, &value);
            }
            Expr::Slot(slot) => {
                if let Some(Source::Entry(at, node, _)) = self.holds.get(&(flow, *slot)).cloned()
                    && let Verb::Ask(ask) = &self.program.node(node).verb
                    && let Some((keys, entry)) = question::entry(ask, false, Some(&value.to_string()))
                {
                    self.draft.steps[at] = Act::Step(self.keyed(ask.kind == EntryKind::Text, &keys, &entry));
                    self.bind(flow, *slot, Some(Source::Entry(at, node, entry)));
                }
            }
            _ => {}
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
            Verb::Find(find) => self.found(flow, &find.object, &find.field, &find.key, exit)?,
            Verb::Authenticate(authenticate) => self.authenticated(id, authenticate, exit)?,
            Verb::Request(request) => {
                let (backend, operation) = self.program.operation(request.operation);
                self.replied((&backend.name, &operation.name), &operation.reply, exit)
            }
            Verb::Transfer(transfer) => {
                transfer
                    .to
                    .iter()
                    .try_for_each(|to| self.dialled(flow, to, exit, transfer.accept.is_some()))?;
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
            Verb::Recall(_) if *exit == Exit::Failed => return None,
            Verb::Recall(recall) => {
                self.bind(flow, recall.slot, Some(Source::Kept(recall.keep)));
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

    fn silence(&mut self) -> Option<()> {
        self.draft.step("silence");
        Some(())
    }

    /// A choice is made by its key; other exits need nothing of the caller.
    fn choose(&mut self, choices: &[Choice], exit: &Exit) -> Option<Option<Source>> {
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

    /// The caller is known, or not.
    fn identified(&mut self, exit: &Exit) -> Option<Option<Source>> {
        match exit {
            Exit::One => return Some(Some(Source::Customer(self.customer(true)?))),
            Exit::Many => {
                self.customer(true)?;
                self.customer(true)?;
            }
            Exit::Failed => self.draft.crm = Some("down"),
            _ => {}
        }
        Some(None)
    }

    /// A customer, who calls or does not.
    fn customer(&mut self, calls: bool) -> Option<usize> {
        let at = self.draft.customers.len();
        let mut customer = Thing::new(self.program, "customer", format!("c{}", at + 1));
        customer.fields.insert("pin".into(), format!("\"{}\"", &PIN[..4]));
        if calls {
            let phones = format!("[ \"{}\" ]", self.number.as_ref()?.as_str());
            customer.fields.insert("phones".into(), phones);
        }
        self.draft.customers.push(customer);
        Some(at)
    }

    fn found(
        &mut self,
        flow: FlowId,
        object: &Text,
        field: &Text,
        key: &Expr,
        exit: &Exit,
    ) -> Option<Option<Source>> {
        match exit {
            Exit::One => {}
            Exit::None => return Some(None),
            Exit::Failed => {
                self.draft.crm = Some("down");
                return Some(None);
            }
            _ => return None,
        }
        let keyed = match self.source(flow, key) {
            Some(Source::Entry(_, _, entry)) => entry,
            Some(Source::Named(value)) => value.to_string(),
            Some(Source::Customer(_) | Source::Object(_) | Source::Reply(_) | Source::Kept(_)) | None => {
                return None;
            }
        };
        if &**object == "customer" {
            return None;
        }
        let at = self.draft.objects.len();
        let mut thing = Thing::new(self.program, object, format!("o{}", at + 1));
        thing.fields.insert(field.clone(), format!("\"{keyed}\""));
        let declared = self.program.vocabulary.objects.get(object)?;
        if let Some((owner, _)) =
            declared.fields.iter().find(|(_, ty)| matches!(ty.plain(), Type::Customer(_)))
        {
            let customer = self.customer(false)?;
            thing.fields.insert(owner.clone(), self.draft.customers[customer].id.clone());
        }
        self.draft.objects.push(thing);
        Some(Some(Source::Object(at)))
    }

    fn authenticated(&mut self, id: NodeId, by: &Authenticate, exit: &Exit) -> Option<Option<Source>> {
        match (exit, &by.proof) {
            (Exit::Choice(_), _) => return self.choose(&by.ask.choices, exit),
            (Exit::Verified, Proof::Pin) => self.press_secret(id, PIN)?,
            (Exit::Verified, Proof::Code { .. }) => {
                let (keys, _) = question::entry(&by.ask, false, None)?;
                let code: String = keys.chars().filter(char::is_ascii_digit).collect();
                self.draft.code = Some(code);
                self.draft.step(question::pressed(&keys, self.is_written, true));
            }
            (Exit::Wrong, _) => self.press_secret(id, WRONG)?,
            (Exit::Refused | Exit::GiveUp, _) => {}
            _ => return None,
        }
        Some(None)
    }

    /// A secret of as many digits as the question wants.
    fn press_secret(&mut self, id: NodeId, digits: &str) -> Option<()> {
        let Verb::Authenticate(authenticate) = &self.program.node(id).verb else { return None };
        let EntryKind::Digits { min, max, until } = &authenticate.ask.kind else { return None };
        let keys = digits.get(..*min as usize)?;
        for customer in self.draft.customers.iter_mut().filter(|_| digits == PIN) {
            customer.fields.insert("pin".into(), format!("\"{keys}\""));
        }
        let end = until.filter(|_| min < max).map_or(String::new(), |until| until.sign().to_string());
        self.draft.step(question::pressed(&format!("{keys}{end}"), self.is_written, true));
        Some(())
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
