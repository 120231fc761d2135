//! A scenario as it is put together, and as YAML.

use super::invent;
use super::reply::Reply;
use crate::program::{Channel, FlowId, Program, Text, Type};
use std::collections::BTreeMap;

/// A scenario in parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// When the contact arrives.
    pub at: jiff::Timestamp,
    /// The flow that runs without a caller, and what it is given.
    pub task: Option<FlowId>,
    pub args: Reply,
    /// On which channel somebody calls, who and whom, and what else is said of it.
    pub channel: Option<Channel>,
    pub ends: BTreeMap<Text, String>,
    /// What the contact's chance begins with.
    pub seed: Option<String>,
    pub customers: Vec<Thing>,
    pub objects: Vec<Thing>,
    /// The open case and the last contact of customers, by the customer's position.
    pub cases: BTreeMap<usize, BTreeMap<Text, String>>,
    pub contacts: BTreeMap<usize, BTreeMap<Text, String>>,
    /// How the CRM answers, question after question, and whether it takes its time.
    pub crm: Vec<&'static str>,
    pub crm_is_slow: bool,
    /// Replies by `backend` and `operation`, in order,
    /// and after so many milliseconds.
    pub replies: Vec<(Text, Text, Reply, Option<u64>)>,
    /// What becomes of whoever is dialled, call after call.
    pub dial: BTreeMap<Text, Vec<String>>,
    pub queues: BTreeMap<Text, Waits>,
    pub rooms: BTreeMap<Text, String>,
    pub transcripts: Vec<String>,
    /// Whether each message can be recorded.
    pub recordings: Vec<&'static str>,
    pub kept: BTreeMap<Text, String>,
    pub code: Option<String>,
    /// Hours that are set by hand.
    pub overrides: BTreeMap<Text, String>,
    pub steps: Vec<Act>,
    pub leave: Leave,
}

/// When a caller hangs up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Leave {
    /// In the middle of what is said.
    #[default]
    InPrompt,
    /// When all is said.
    Usual,
    /// At once.
    AtOnce,
}

/// A queue: whether it takes nobody, who will be free, and whether a place in it is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    pub refuses: Option<String>,
    pub agents: Vec<String>,
    pub place: Option<u32>,
}

/// A customer or an object.
#[derive(Clone, Debug, Default)]
pub(super) struct Thing {
    pub kind: Text,
    pub id: String,
    pub fields: BTreeMap<Text, String>,
}

/// What a caller does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// A step as it is written.
    Step(String),
    /// Hangs up; during this prompt, where something is said.
    Leave(Option<Text>),
}

impl Draft {
    pub fn hangs_up(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Act::Leave(Some(_))))
    }

    pub fn step(&mut self, step: impl Into<String>) {
        self.steps.push(Act::Step(step.into()));
    }

    /// The scenario as an item of a list.
    pub fn yaml(&self, program: &Program, name: &str, flows: Option<&[String]>) -> String {
        let mut lines = vec![format!("name: {}", quoted(name))];
        let given = self.given(program);
        if !given.is_empty() {
            lines.push("given:".into());
            lines.extend(given.into_iter().map(|line| format!("  {line}")));
        }
        lines.extend(self.arrival(program));
        let steps: Vec<String> = self.steps.iter().flat_map(|act| self.written(act)).collect();
        if !steps.is_empty() {
            lines.push("steps:".into());
            lines.extend(steps.into_iter().map(|step| format!("  - {step}")));
        }
        if let Some(flows) = flows.filter(|flows| !flows.is_empty()) {
            lines.push(format!("expect: {{ path: [{}] }}", flows.join(", ")));
        }
        let indented = lines.iter().enumerate().map(|(index, line)| match index {
            0 => format!("  - {line}\n"),
            _ => format!("    {line}\n"),
        });
        indented.collect()
    }

    /// When who calls whom, or which flow runs by itself.
    fn arrival(&self, program: &Program) -> Vec<String> {
        let mut lines = vec![format!("at: {}", self.at)];
        lines.extend(self.seed.iter().map(|seed| format!("seed: {seed}")));
        let all = |of: &BTreeMap<Text, String>| {
            of.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", ")
        };
        lines.push(match self.task.map(|task| &program.flow(task).name) {
            Some(flow) => match self.args.fields(program) {
                args if args.is_empty() => format!("task: {{ flow: {flow} }}"),
                args => format!("task: {{ flow: {flow}, args: {{ {args} }} }}"),
            },
            None => {
                let channel = self.channel.unwrap_or(Channel::Call);
                format!("{}: {{ {} }}", channel.word(), all(&self.ends))
            }
        });
        lines
    }

    fn written(&self, act: &Act) -> Vec<String> {
        match (act, self.leave) {
            (Act::Step(step), _) => vec![step.clone()],
            (Act::Leave(Some(prompt)), Leave::InPrompt) => {
                vec![format!("hang up: {{ at: {prompt}+500ms }}")]
            }
            (Act::Leave(_), Leave::InPrompt | Leave::Usual) => vec!["hang up".into()],
            (Act::Leave(_), Leave::AtOnce) => vec!["wait: 100ms".into(), "hang up".into()],
        }
    }

    fn given(&self, program: &Program) -> Vec<String> {
        let mut lines = Vec::new();
        let is_unwell = self.crm.iter().any(|answer| *answer != "well");
        if is_unwell || self.crm_is_slow || !self.customers.is_empty() || !self.objects.is_empty() {
            lines.push("crm:".into());
            if self.crm_is_slow {
                lines.push("  after: 3s".into());
            }
            if is_unwell {
                lines.push(format!("  is: [ {} ]", self.crm.join(", ")));
            }
            lines.extend(things("customers", self.customers.iter()));
            lines.extend(self.past("cases", &self.cases));
            lines.extend(self.past("contacts", &self.contacts));
            let mut kinds: Vec<&Text> = self.objects.iter().map(|object| &object.kind).collect();
            kinds.sort();
            kinds.dedup();
            for kind in kinds {
                lines.extend(things(kind, self.objects.iter().filter(|object| object.kind == *kind)));
            }
        }
        lines.extend(self.backends(program));
        lines.extend(map(
            "dial",
            self.dial.iter().map(|(who, calls)| (quoted(who), format!("[ {} ]", calls.join(", ")))),
        ));
        lines.extend(map("queues", self.queues.iter().map(|(name, waits)| (name.to_string(), waits.yaml()))));
        lines.extend(map("rooms", self.rooms.iter().map(|(name, says)| (quoted(name), says.clone()))));
        lines.extend(map("kept", self.kept.iter().map(|(name, says)| (name.to_string(), says.clone()))));
        let by_hand = self.overrides.iter().map(|(name, says)| (name.to_string(), says.clone()));
        lines.extend(map("override", by_hand));
        if self.recordings.contains(&"failed") {
            lines.push(format!("recordings: [ {} ]", self.recordings.join(", ")));
        }
        if !self.transcripts.is_empty() {
            lines.push(format!("transcripts: [ {} ]", self.transcripts.join(", ")));
        }
        lines.extend(self.code.iter().map(|code| format!("code: {}", quoted(code))));
        lines
    }

    /// What the CRM knows of customers from earlier.
    fn past(&self, kind: &str, of: &BTreeMap<usize, BTreeMap<Text, String>>) -> Option<String> {
        let one = |(at, fields): (&usize, &BTreeMap<Text, String>)| {
            let fields: String = fields.iter().map(|(name, value)| format!(", {name}: {value}")).collect();
            Some(format!("{{ customer: {}{fields} }}", self.customers.get(*at)?.id))
        };
        let all: Vec<String> = of.iter().filter_map(one).collect();
        (!all.is_empty()).then(|| format!("  {kind}: [ {} ]", all.join(", ")))
    }

    /// Replies by backend and operation, each in its order.
    fn backends(&self, program: &Program) -> Vec<String> {
        let mut lines = Vec::new();
        let mut backends: BTreeMap<&Text, BTreeMap<&Text, Vec<String>>> = BTreeMap::new();
        for (backend, operation, reply, after) in &self.replies {
            let of = backends.entry(backend).or_default().entry(operation).or_default();
            of.push(reply.yaml(program, *after));
        }
        if !backends.is_empty() {
            lines.push("backends:".into());
        }
        for (backend, operations) in backends {
            lines.push(format!("  {backend}:"));
            for (operation, replies) in operations {
                let replies = replies.join(", ");
                lines.push(format!("    - {{ {operation}: {{}}, replies: [ {replies} ] }}"));
            }
        }
        lines
    }
}

impl Waits {
    fn yaml(&self) -> String {
        let agents = (!self.agents.is_empty()).then(|| format!("agents: [ {} ]", self.agents.join(", ")));
        let place = self.place.map(|ahead| format!("ahead: {ahead}, expected: {}s", 30 * ahead));
        let all: Vec<String> = agents.into_iter().chain(place).collect();
        self.refuses.clone().unwrap_or_else(|| format!("{{ {} }}", all.join(", ")))
    }
}

impl Thing {
    /// A customer or an object whose fields are made up as far as they must be there.
    pub fn new(program: &Program, kind: &str, id: String) -> Thing {
        let declared: Vec<(&Text, &Type)> = match kind {
            "customer" => program.vocabulary.customer.iter().collect(),
            kind => program.vocabulary.objects.get(kind).iter().flat_map(|object| &object.fields).collect(),
        };
        let any = |(name, ty): (&Text, &Type)| Some((name.clone(), invent::any(program, ty)?));
        let fields = declared.into_iter().filter_map(any).collect();
        Thing { kind: kind.into(), id, fields }
    }
}

fn things<'t>(kind: &str, things: impl Iterator<Item = &'t Thing>) -> Vec<String> {
    let mut lines = Vec::new();
    for thing in things {
        let fields: String = thing.fields.iter().map(|(name, value)| format!(", {name}: {value}")).collect();
        lines.push(format!("    - {{ id: {}{fields} }}", thing.id));
    }
    if !lines.is_empty() {
        lines.insert(0, format!("  {kind}:"));
    }
    lines
}

fn map(name: &str, entries: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let entries: Vec<String> = entries.map(|(key, value)| format!("{key}: {value}")).collect();
    match entries.is_empty() {
        true => Vec::new(),
        false => vec![format!("{name}: {{ {} }}", entries.join(", "))],
    }
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
