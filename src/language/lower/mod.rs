//! From syntax trees to nodes: types are checked, exits are completed from `default` blocks, arrows become edges.
//!
//! A flow is lowered from its first statement to its last. What has been lowered ends in loose arms; the next statement
//! takes them up. A statement that finds none is one that nothing leads to, and arms still loose at the end of a flow
//! are a dead end, so that both fall out of the lowering itself.

mod amount;
mod arms;
mod ask;
mod authenticate;
mod bounds;
mod builtin;
mod called;
mod cases;
mod conference;
mod conversion;
mod durable;
mod entry;
mod expr;
mod field;
mod flow;
mod hours;
mod keep;
mod keys;
mod legs;
mod list;
mod literal;
mod loops;
mod menu;
mod missing;
mod named;
mod never;
mod operator;
mod play;
mod promise;
mod queue;
mod ranges;
mod record;
mod request;
mod rivals;
mod route;
pub(super) mod say;
mod scope;
mod secret;
mod segment;
mod settings;
mod statement;
mod taken;
mod target;
mod text;
mod transfer;
mod unmet;
mod update;
mod variable;
mod words;

use super::ast;
use super::declare::Declared;
use crate::program::{
    Arm, Currency, Exit, Expr, Flow, FlowId, Node, NodeId, NumberSet, Promise, PromptId, RouteEntry, Segment,
    Slot, Type, Verb,
};
use crate::source::{Code, Diagnostic, Diagnostics, SourceMap, Span};
use scope::Scopes;
use std::collections::{BTreeMap, BTreeSet};

/// An arm that leads nowhere yet has this target.
pub(super) const NOWHERE: NodeId = NodeId(u32::MAX);

/// A loose end: what the next node will be linked to.
#[derive(Clone, Copy, Debug)]
enum Loose {
    /// The beginning of a flow, a route's rule or a handler.
    Begin,
    /// An arm of a node.
    Arm(NodeId, usize),
}

/// What the checks know of a node beyond what the program keeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// Where its statement stands.
    pub span: Span,
    /// Whether the compiler put it there.
    pub implied: bool,
    /// Whether a mistake was reported for it, so that what follows from it is not reported again.
    pub broken: bool,
}

/// Where statements stand, which decides what may be among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In a flow.
    Flow,
    /// In a route, whose conditions are decided at once.
    Route,
    /// In the condition of a segment, which is about a customer and the date.
    Segment,
    /// In `hung_up`, after the caller has left.
    HungUp,
    /// In `while waiting`.
    Waiting,
    /// In `connected`, before the two speak.
    Connected,
}

/// The nodes of all flows, still to be checked as a graph.
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    pub origins: Vec<Origin>,
    pub flows: Vec<Flow>,
    /// Where the name of each flow stands.
    pub flow_spans: Vec<Span>,
    pub routes: Vec<RouteEntry>,
    /// Where contacts may enter by a rule with a mistake in it.
    pub unclear: Vec<NodeId>,
    /// Words in statements with a mistake in them, which may name flows.
    pub mentioned: BTreeSet<String>,
    /// Arms that end a round of a `repeat` or a `for each`.
    pub rounds: BTreeSet<(NodeId, usize)>,
    /// Flows that the deployment starts without a caller.
    pub tasks: Vec<FlowId>,
    /// Which flow calls back for which queue, by its position.
    pub callbacks: Vec<(usize, FlowId)>,
    pub numbers: Vec<NumberSet>,
    pub promises: Vec<Promise>,
    pub segments: Vec<Segment>,
    /// Flows in which it is asked which segment of the CRM the caller belongs to.
    pub segment_flows: BTreeSet<FlowId>,
    /// Prompts that a statement says, and those that one sends.
    pub said: BTreeSet<PromptId>,
    pub sent: BTreeSet<PromptId>,
}

/// Lowers one flow after another.
struct Lowerer<'a> {
    declared: &'a Declared,
    sources: &'a SourceMap,
    diagnostics: &'a mut Diagnostics,
    graph: Graph,
    // What follows belongs to the flow that is being lowered.
    flow: FlowId,
    place: Place,
    scopes: Scopes,
    returns: Option<Type>,
    /// What the next node will be linked to.
    loose: Vec<Loose>,
    /// The first node since [`Loose::Begin`].
    begin: Option<NodeId>,
    /// Handlers of the flow itself, before those of the program.
    flow_defaults: &'a [ast::Default],
    /// Places of the flow's own global keys.
    flow_key_spans: Vec<Span>,
    /// How many of the outermost scopes the flow's own handlers see: its parameters, and what it names at its beginning.
    visible: usize,
    /// Ends of handlers that leave the statement out which is being lowered.
    skipped: Vec<Loose>,
    /// Whether a mistake in this flow makes it unclear where its statements lead.
    uncertain: bool,
    /// Whether the place in a queue is known here.
    in_queue: bool,
    /// Whether a condition of the rule asks which segment the caller belongs to.
    asks_segment: bool,
    /// Whether a prompt may be given a value that is missing.
    may_be_unknown: bool,
    /// Whether script functions stay where they are: in `let` and `set`.
    inline_calls: bool,
    /// Verbs in whose braces the statement stands that is being lowered, the innermost last.
    questions: Vec<NodeId>,
    /// Handlers that are being lowered, by place: within itself a handler is not inherited.
    open_handlers: Vec<Span>,
    /// What is known where the next statement begins.
    facts: Vec<never::Fact>,
    /// Loops around what is being lowered, the innermost last.
    loops: Vec<loops::Loop>,
    /// Variables of secrets that only `authenticate` knows.
    authenticating: Vec<Slot>,
    /// Variables that have no value where the block of an exit goes on, with that exit.
    lacking: BTreeMap<Slot, String>,
    /// Texts that are one of certain words.
    worded: Vec<(Expr, words::Words)>,
    /// Variables whose amounts have a known currency.
    currencies: BTreeMap<Slot, Currency>,
    /// What the entries of variables can be.
    bounds: BTreeMap<Slot, bounds::Bounds>,
    /// Names that the flow gives new values.
    set_names: BTreeSet<String>,
    /// Exits that nobody handles, of all flows.
    missing: Vec<missing::Missing>,
    /// Where the target of each of the graph's route rules stands.
    target_spans: Vec<Span>,
    /// How many names were compared with unknown ones.
    compared: usize,
}

/// Lowers everything that is declared.
pub(super) fn lower(declared: &Declared, sources: &SourceMap, diagnostics: &mut Diagnostics) -> Graph {
    let graph = Graph {
        nodes: Vec::new(),
        origins: Vec::new(),
        flows: Vec::new(),
        flow_spans: Vec::new(),
        routes: Vec::new(),
        unclear: Vec::new(),
        mentioned: BTreeSet::new(),
        rounds: BTreeSet::new(),
        tasks: Vec::new(),
        callbacks: Vec::new(),
        numbers: declared.program.numbers.clone(),
        promises: Vec::new(),
        segments: Vec::new(),
        segment_flows: BTreeSet::new(),
        said: BTreeSet::new(),
        sent: BTreeSet::new(),
    };
    let mut lowerer = Lowerer {
        declared,
        sources,
        diagnostics,
        graph,
        flow: FlowId(0),
        place: Place::Flow,
        scopes: Scopes::default(),
        returns: None,
        loose: Vec::new(),
        begin: None,
        flow_defaults: &[],
        flow_key_spans: Vec::new(),
        visible: 1,
        skipped: Vec::new(),
        uncertain: false,
        in_queue: false,
        asks_segment: false,
        may_be_unknown: false,
        inline_calls: false,
        questions: Vec::new(),
        open_handlers: Vec::new(),
        facts: Vec::new(),
        loops: Vec::new(),
        authenticating: Vec::new(),
        lacking: BTreeMap::new(),
        worded: Vec::new(),
        currencies: BTreeMap::new(),
        bounds: BTreeMap::new(),
        set_names: BTreeSet::new(),
        missing: Vec::new(),
        target_spans: Vec::new(),
        compared: 0,
    };
    lowerer.segments();
    lowerer.flows();
    lowerer.program_defaults();
    lowerer.routes();
    lowerer.queue_callbacks();
    lowerer.missing_exits();
    lowerer.promises();
    lowerer.graph
}

impl Lowerer<'_> {
    fn report(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(code, span, message));
    }

    /// Reports a mistake with its fix.
    fn report_fix(&mut self, code: Code, span: Span, message: impl Into<String>, fix: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(code, span, message).hint(fix));
    }

    /// Reports an unknown name, with the closest known one; gives that back, so that lowering goes on as if it had
    /// been written. A name that stands in a line that could not be read is not unknown.
    fn unknown<'n>(
        &mut self,
        code: Code,
        what: &str,
        name: &ast::Name,
        known: impl IntoIterator<Item = &'n str>,
    ) -> Option<&'n str> {
        if self.declared.is_lost(&name.text) {
            return None;
        }
        let (near, hint) = crate::language::offer::offer(what, &name.text, known, &mut self.compared);
        let message = format!("there is no {what} `{}`", name.text);
        self.diagnostics.push(Diagnostic::new(code, name.span, message).maybe_hint(hint));
        near
    }

    /// Adds a node and links everything loose to it. Its arms are added by [`Lowerer::arm`].
    fn emit(&mut self, verb: Verb, span: Span) -> NodeId {
        let id = NodeId(self.graph.nodes.len() as u32);
        let place = self.sources.place(span);
        self.graph.nodes.push(Node { flow: self.flow, place, verb, arms: Vec::new() });
        self.graph.origins.push(Origin { span, implied: false, broken: false });
        let loose = std::mem::take(&mut self.loose);
        self.link(loose, id);
        id
    }

    /// Links loose ends to a node.
    fn link(&mut self, loose: Vec<Loose>, to: NodeId) {
        for end in loose {
            match end {
                Loose::Begin => self.begin = self.begin.or(Some(to)),
                Loose::Arm(node, arm) => self.graph.nodes[node.0 as usize].arms[arm].to = to,
            }
        }
    }

    /// Adds an arm to a node; its end is loose.
    fn arm(&mut self, node: NodeId, exit: Exit, bind: Option<Slot>) -> Loose {
        let arms = &mut self.graph.nodes[node.0 as usize].arms;
        arms.push(Arm { exit, bind, to: NOWHERE });
        Loose::Arm(node, arms.len() - 1)
    }

    /// Adds a node that goes on to what follows.
    fn step(&mut self, verb: Verb, span: Span) -> NodeId {
        let node = self.emit(verb, span);
        self.loose = vec![self.arm(node, Exit::Next, None)];
        node
    }

    /// Words of the script as a person reads them, on one line.
    fn said(&self, begins: &str, span: Span) -> crate::program::Text {
        let written = self.sources.slice(span).trim().trim_end_matches("->");
        let words: Vec<&str> = written.split_whitespace().collect();
        format!("{begins}{}", words.join(" ")).into()
    }

    /// A node for a statement with a mistake in it: nothing is concluded from it.
    fn broken(&mut self, span: Span, goes_on: bool) {
        self.uncertain = true;
        let is_sign = |sign: char| !sign.is_alphanumeric() && sign != '_';
        let words = self.sources.slice(span).split(is_sign).filter(|word| !word.is_empty());
        self.graph.mentioned.extend(words.map(str::to_owned));
        let node = self.emit(Verb::Answer(crate::program::verb::Answer), span);
        self.graph.origins[node.0 as usize].broken = true;
        if goes_on {
            self.loose = vec![self.arm(node, Exit::Next, None)];
        }
    }
}

impl Graph {
    /// The program with these nodes. Arms that still lead nowhere are ends of blocks that nothing follows, and go.
    pub(super) fn into_program(
        self,
        mut declared: crate::program::Program,
        (version, bytes_version): (crate::program::Text, crate::program::Text),
    ) -> crate::program::Program {
        let mut nodes = self.nodes;
        let mut tasks = self.tasks;
        tasks.extend(nodes.iter().filter_map(|node| match &node.verb {
            Verb::Later(later) => Some(later.flow),
            _ => None,
        }));
        for (queue, flow) in self.callbacks {
            declared.queues[queue].callbacks = Some(flow);
        }
        tasks.sort();
        tasks.dedup();
        for (index, prompt) in declared.prompts.iter_mut().enumerate() {
            let id = PromptId(index as u32);
            prompt.is_spoken = self.said.contains(&id) || !self.sent.contains(&id);
        }
        for node in &mut nodes {
            node.arms.retain(|arm| arm.to != NOWHERE);
        }
        let country = declared.country.as_deref();
        let router = crate::program::Router::new(&self.routes, &self.numbers, country);
        crate::program::Program {
            version,
            bytes_version,
            nodes,
            flows: self.flows,
            routes: self.routes,
            router,
            tasks,
            numbers: self.numbers,
            promises: self.promises,
            segments: self.segments,
            ..declared
        }
    }
}
