//! Names: what the declarations of a program declare, each once, everything in them looked up.
//!
//! Flows and routes keep their syntax trees; `lower` turns those into nodes.

mod backends;
mod crm;
mod faults;
mod functions;
mod hours;
mod ics;
mod keeps;
mod numbers;
mod program;
mod prompts;
mod queue;
mod records;
mod tones;
mod types;

pub(super) use crm::{case_fields, customer_fields};
pub(super) use keeps::next_clock;

use super::ast::{self, Item, Name};
use super::load::Loaded;
use crate::program::{Permission, Program, Router, Text, Type, Vocabulary, Zone};
use crate::source::{Code, Diagnostic, Span};
use std::collections::{BTreeMap, BTreeSet};

/// A kind of name, with the position and the place of each.
#[derive(Default)]
pub(super) struct Table {
    known: BTreeMap<Text, (usize, Span)>,
}

/// What the head of a flow says.
pub(super) struct FlowHead {
    pub name: Name,
    pub params: Vec<(Name, Type)>,
    pub returns: Option<Type>,
    pub tree: ast::Flow,
}

/// Everything that is declared.
pub(super) struct Declared {
    /// The program without nodes, flows and routes.
    pub program: Program,
    pub flows: Vec<FlowHead>,
    pub routes: Vec<ast::Route>,
    /// What the program promises of its calls.
    pub promises: Vec<ast::Promise>,
    /// The segments of the `crm` block.
    pub segments: Vec<ast::Segment>,
    /// Which flow calls back for which queue, by its position.
    pub queue_callbacks: Vec<(usize, ast::Name)>,
    /// Handlers that every flow inherits.
    pub defaults: Vec<ast::Default>,
    /// Global keys that every flow inherits.
    pub keys: Vec<ast::GlobalKeys>,
    pub flow_names: Table,
    pub prompt_names: Table,
    pub number_names: Table,
    pub schedule_names: Table,
    pub queue_names: Table,
    pub backend_names: Table,
    pub function_names: Table,
    pub keep_names: Table,
    pub tone_names: Table,
    /// The recordings there are, by their own names; read only where a tone could be meant instead.
    pub recordings: BTreeSet<String>,
    /// Which language a missing text may be taken from.
    pub fallbacks: BTreeMap<Text, Text>,
    /// The field by which an object is looked up: its first one of digits.
    pub object_keys: BTreeMap<Text, Option<Text>>,
    /// Where the program begins, for findings about the whole.
    pub start: Span,
    /// Words in lines that could not be read.
    pub mentioned: BTreeSet<String>,
    /// What such lines would have named.
    pub lost: BTreeSet<String>,
    /// Whether a script that is imported could not be had: it may declare any name.
    pub import_lost: bool,
    /// Whether the program names a language that is none, and so may speak any.
    pub languages_lost: bool,
    /// Whether handlers are missing that every flow would have inherited.
    pub defaults_lost: bool,
    /// Whether a declaration could not be read, so that something may seem missing that is not.
    pub broken: bool,
}

impl Declared {
    /// Whether a name may be declared in something that could not be read.
    pub fn is_lost(&self, name: &str) -> bool {
        self.import_lost || self.lost.contains(name)
    }
}

impl Table {
    /// The position of a name.
    pub fn get(&self, name: &str) -> Option<usize> {
        self.known.get(name).map(|(index, _)| *index)
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.known.keys().map(|name| &**name)
    }

    /// Adds a name; reports it, and keeps the first, where it is there already.
    fn add(&mut self, what: &str, name: &Name, index: usize, loaded: &mut Loaded<'_>) {
        if let Some((_, first)) = self.known.get(&name.text) {
            let message = format!("there are two {} named `{}`", plural(what), name.text);
            let finding = Diagnostic::new(Code::DuplicateName, name.span, message).label("the second");
            let finding = finding.related(*first, "the first");
            loaded.diagnostics.push(finding.hint("remove one of them, or give it another name"));
        } else {
            self.known.insert(name.text.clone(), (index, name.span));
        }
    }
}

/// What several of a kind are called.
fn plural(what: &str) -> String {
    match what {
        "set of numbers" => "sets of numbers".to_owned(),
        what => format!("{what}s"),
    }
}

/// Declares everything that was read.
pub(super) fn declare(loaded: &mut Loaded<'_>) -> Declared {
    let items = std::mem::take(&mut loaded.items);
    let mut declared = Declared::new(loaded);
    let mut sorted = Sorted::default();
    for item in items {
        sorted.add(item);
    }
    declared.programs(sorted.programs, loaded);
    declared.crm(&sorted.crms, loaded);
    declared.records(sorted.records, loaded);
    declared.segments = sorted.crms.into_iter().next().map(|crm| crm.segments).unwrap_or_default();
    declared.numbers(sorted.numbers, loaded);
    declared.schedules(sorted.calendars, sorted.hours, loaded);
    declared.queues(sorted.queues, loaded);
    declared.prompts(sorted.prompts, loaded);
    declared.keys = sorted.keys;
    declared.promises = sorted.promises;
    declared.tones(sorted.tones, loaded);
    declared.backends(sorted.backends, loaded);
    declared.functions(sorted.functions, loaded);
    declared.keeps(sorted.keeps, loaded);
    declared.flows(sorted.flows, loaded);
    declared.routes(sorted.routes, loaded);
    declared
}

/// Declarations by kind.
#[derive(Default)]
struct Sorted {
    programs: Vec<ast::ProgramItem>,
    crms: Vec<ast::Crm>,
    backends: Vec<ast::Backend>,
    numbers: Vec<ast::Numbers>,
    hours: Vec<ast::Hours>,
    queues: Vec<ast::Queue>,
    calendars: Vec<ast::Calendar>,
    prompts: Vec<ast::Prompt>,
    tones: Vec<ast::Tone>,
    routes: Vec<ast::Route>,
    flows: Vec<ast::Flow>,
    functions: Vec<ast::Function>,
    keys: Vec<ast::GlobalKeys>,
    records: Vec<ast::RecordItem>,
    keeps: Vec<ast::KeepItem>,
    promises: Vec<ast::Promise>,
}

impl Sorted {
    fn add(&mut self, item: Item) {
        match item {
            Item::Import(_) => {}
            Item::Program(item) => self.programs.push(item),
            Item::Crm(item) => self.crms.push(item),
            Item::Backend(item) => self.backends.push(item),
            Item::Numbers(item) => self.numbers.push(item),
            Item::Hours(item) => self.hours.push(item),
            Item::Queue(item) => self.queues.push(item),
            Item::Calendar(item) => self.calendars.push(item),
            Item::Prompt(item) => self.prompts.push(item),
            Item::Tone(item) => self.tones.push(item),
            Item::Route(item) => self.routes.push(item),
            Item::Flow(item) => self.flows.push(item),
            Item::Record(item) => self.records.push(item),
            Item::Keep(item) => self.keeps.push(item),
            Item::Function(item) => self.functions.push(item),
            Item::Keys(item) => self.keys.push(item),
            Item::Promises(items) => self.promises.extend(items),
        }
    }
}

impl Declared {
    fn new(loaded: &mut Loaded<'_>) -> Declared {
        let broken = loaded.diagnostics.has_errors();
        Declared {
            program: Program {
                name: "".into(),
                version: "".into(),
                bytes_version: "".into(),
                time_zones: Zone::database().into(),
                languages: Vec::new(),
                country: None,
                permission: Permission::default(),
                zone: None,
                nodes: Vec::new(),
                flows: Vec::new(),
                routes: Vec::new(),
                router: Router::default(),
                tasks: Vec::new(),
                prompts: Vec::new(),
                tones: Vec::new(),
                schedules: Vec::new(),
                queues: Vec::new(),
                numbers: Vec::new(),
                backends: Vec::new(),
                functions: Vec::new(),
                vocabulary: Vocabulary::default(),
                records: BTreeMap::new(),
                keeps: Vec::new(),
                promises: Vec::new(),
                segments: Vec::new(),
            },
            flows: Vec::new(),
            routes: Vec::new(),
            promises: Vec::new(),
            segments: Vec::new(),
            queue_callbacks: Vec::new(),
            defaults: Vec::new(),
            keys: Vec::new(),
            flow_names: Table::default(),
            prompt_names: Table::default(),
            number_names: Table::default(),
            schedule_names: Table::default(),
            queue_names: Table::default(),
            backend_names: Table::default(),
            function_names: Table::default(),
            keep_names: Table::default(),
            tone_names: Table::default(),
            recordings: BTreeSet::new(),
            fallbacks: BTreeMap::new(),
            object_keys: BTreeMap::new(),
            start: Span { source: crate::source::SourceId(0), start: 0, end: 0 },
            mentioned: std::mem::take(&mut loaded.mentioned),
            lost: loaded.lost.clone(),
            import_lost: loaded.import_lost,
            languages_lost: loaded.import_lost,
            defaults_lost: loaded.import_lost,
            broken,
        }
    }

    fn flows(&mut self, flows: Vec<ast::Flow>, loaded: &mut Loaded<'_>) {
        for tree in flows {
            let params = self.secret_params(&tree.params, loaded);
            let returns = tree.returns.as_ref().map(|ty| self.ty(ty, loaded));
            let head = FlowHead { name: tree.name.clone(), params, returns, tree };
            self.flow_names.add("flow", &head.name, self.flows.len(), loaded);
            self.flows.push(head);
        }
    }

    fn routes(&mut self, routes: Vec<ast::Route>, loaded: &mut Loaded<'_>) {
        if routes.is_empty() && !self.broken {
            let finding = Diagnostic::new(
                Code::MissingDeclaration,
                self.start,
                "there is no `route`: no contact enters",
            );
            loaded.diagnostics.push(
                finding.hint("write `route main { call -> reception  otherwise -> reject not_found }`"),
            );
        }
        let mut names = Table::default();
        for route in routes {
            names.add("route", &route.name, self.routes.len(), loaded);
            self.routes.push(route);
        }
    }
}
