//! Which nodes contacts reach, and on which channels.

use super::Checker;
use super::edges::heard_on;
use crate::language::ast::{Arm, Branch, StatementKind};
use crate::language::lower::Graph;
use crate::language::offer::MOST_COMPARED;
use crate::program::verb::{Authenticate, Proof};
use crate::program::{Channel, ChannelSet, FlowId, NodeId, Type, Verb};
use crate::source::{Code, Diagnostic, closest};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What is reached.
pub(super) struct Reached {
    /// The channels on which each node is reached.
    pub channels: Vec<ChannelSet>,
    /// The node from which each was reached first, by channel, and the channel of the contact there.
    from: BTreeMap<(NodeId, Channel), (NodeId, Channel)>,
    /// The node from which each was reached first on any channel.
    first: Vec<Option<NodeId>>,
}

impl Reached {
    /// The nodes on a way by which a contact on one of these channels comes to a node, itself included.
    pub fn path(&self, node: NodeId, channels: ChannelSet) -> Vec<NodeId> {
        self.way(node, channels).into_iter().map(|(node, _)| node).collect()
    }

    /// The nodes on a way to a node that is reached without a caller, from the statement that asks for that.
    fn task_path(&self, node: NodeId) -> Vec<NodeId> {
        let way = self.way(node, ChannelSet::TASK);
        let asked = way.iter().rposition(|(_, channel)| *channel != Channel::Task).unwrap_or(0);
        way.into_iter().skip(asked).map(|(node, _)| node).collect()
    }

    fn way(&self, node: NodeId, channels: ChannelSet) -> Vec<(NodeId, Channel)> {
        let channel = Channel::ALL.into_iter().find(|channel| channels.contains(*channel));
        let mut way = vec![(node, channel.unwrap_or(Channel::Task))];
        while let Some(before) = way.last().and_then(|last| self.from.get(last)) {
            if way.contains(before) {
                break;
            }
            way.push(*before);
        }
        way.reverse();
        way
    }

    /// The node from which this one was reached first.
    pub fn before(&self, node: NodeId) -> Option<NodeId> {
        self.first[node.0 as usize]
    }

    /// Whether any contact gets there.
    pub fn is_reached(&self, node: NodeId) -> bool {
        !self.channels[node.0 as usize].is_empty()
    }
}

/// Every channel, and none.
fn every() -> impl Iterator<Item = Channel> {
    Channel::ALL.into_iter().chain([Channel::Task])
}

impl Checker<'_> {
    /// Follows all contacts; reports flows that none reaches and verbs on channels that cannot do them.
    pub(super) fn reach(&mut self) -> Reached {
        let reached = self.follow(|_, _| ChannelSet::EVERYWHERE);
        // What stands behind a verb that a channel cannot do is not told of that channel again.
        let able = self.follow(|graph, node| {
            let (verb, origin) = (&graph.nodes[node.0 as usize].verb, graph.origins[node.0 as usize]);
            if origin.broken || origin.implied { ChannelSet::EVERYWHERE } else { verb.channels() }
        });
        self.wrong_channels(&able);
        self.unreached_flows(&reached);
        reached
    }

    /// Follows all contacts; a node lets through the channels that `passes` says.
    fn follow(&self, passes: impl Fn(&Graph, NodeId) -> ChannelSet) -> Reached {
        let count = self.graph.nodes.len();
        let mut reached = Reached {
            channels: vec![ChannelSet::default(); count],
            from: BTreeMap::new(),
            first: vec![None; count],
        };
        let mut waiting: VecDeque<NodeId> = VecDeque::new();
        for rule in &self.graph.routes {
            let known = &mut reached.channels[rule.entry.0 as usize];
            *known = known.or(rule.channels);
            waiting.push_back(rule.entry);
        }
        for entry in self.graph.tasks.iter().filter_map(|flow| self.graph.entry(*flow)) {
            let known = &mut reached.channels[entry.0 as usize];
            *known = known.or(ChannelSet::TASK);
            waiting.push_back(entry);
        }
        while let Some(node) = waiting.pop_front() {
            let channels = reached.channels[node.0 as usize].and(passes(self.graph, node));
            if channels.is_empty() {
                continue;
            }
            let mut followers = self.graph.followers(node);
            // The handler runs when the caller leaves, wherever in its flow that is.
            followers.extend(self.graph.flows[self.graph.nodes[node.0 as usize].flow.0 as usize].hung_up);
            let scheduled = self.graph.scheduled(node).and_then(|flow| self.graph.entry(flow));
            let scheduled = scheduled.map(|entry| (entry, ChannelSet::TASK));
            let by_arms = self.channels_behind(node, channels);
            let behind =
                followers.into_iter().map(|next| (next, by_arms.get(&next).copied().unwrap_or(channels)));
            for (next, channels) in behind.chain(scheduled).collect::<Vec<_>>() {
                let known = reached.channels[next.0 as usize];
                if known.or(channels) != known {
                    if known.is_empty() {
                        reached.first[next.0 as usize] = Some(node);
                    }
                    let here = reached.channels[node.0 as usize];
                    for channel in every().filter(|channel| channels.without(known).contains(*channel)) {
                        // A call that a flow made, or a flow that runs later, had another channel before.
                        let before = every().find(|one| here.contains(*one)).unwrap_or(channel);
                        let before = if here.contains(channel) { channel } else { before };
                        reached.from.insert((next, channel), (node, before));
                    }
                    reached.channels[next.0 as usize] = known.or(channels);
                    waiting.push_back(next);
                }
            }
        }
        reached
    }

    /// On which channels each node is reached to which an arm or a global key leads.
    fn channels_behind(&self, node: NodeId, channels: ChannelSet) -> BTreeMap<NodeId, ChannelSet> {
        let mut behind: BTreeMap<NodeId, ChannelSet> = BTreeMap::new();
        for (_, to, channels) in self.graph.open_arms(node, channels) {
            let known = behind.entry(to).or_default();
            *known = known.or(channels);
        }
        let heard = channels.and(heard_on(&self.graph.nodes[node.0 as usize].verb));
        behind.extend(self.graph.global_keys(node).map(|to| (to, heard)));
        behind
    }

    fn wrong_channels(&mut self, reached: &Reached) {
        for (index, node) in self.graph.nodes.iter().enumerate() {
            let id = NodeId(index as u32);
            let spec = node.verb.spec();
            let wrong = reached.channels[index].without(node.verb.channels());
            let origin = self.graph.origins[index];
            // The music of a queue is not heard in a chat, and nobody misses it.
            let is_music = origin.implied && matches!(node.verb, Verb::Play(_));
            if wrong.is_empty() || origin.broken || is_music {
                continue;
            }
            if matches!(node.verb, Verb::CallOut(_)) {
                self.call_with_caller(reached, id);
                continue;
            }
            let word = if matches!(node.verb, Verb::Transfer(_)) { "transfer" } else { spec.word };
            if wrong.contains(Channel::Task) {
                self.no_caller(reached, id, word);
            }
            let wrong = wrong.without(ChannelSet::TASK);
            if wrong.is_empty() {
                continue;
            }
            let message = format!("{} cannot run on {wrong}", written(&node.verb, word));
            let path = reached.path(id, wrong);
            let ways = self.ways_along(&path);
            let hint = match (self.by_default(&path), in_its_place(&node.verb)) {
                (Some(remedy), _) => format!("contacts come by {ways}: {remedy}"),
                (None, Some(other)) => format!("contacts come by {ways}; {other}"),
                (None, None) => format!("contacts come by {ways}; give these channels a flow of their own"),
            };
            self.report(Code::WrongChannel, self.span(id), message, hint);
        }
    }

    fn call_with_caller(&mut self, reached: &Reached, id: NodeId) {
        let path =
            self.ways_along(&reached.path(id, reached.channels[id.0 as usize].without(ChannelSet::TASK)));
        let message = "`call` is for flows without a caller, and there is one here";
        let hint = format!("a contact comes by {path}; write `transfer to` to connect it with somebody");
        self.report(Code::CallWithCaller, self.span(id), message, hint);
    }

    fn no_caller(&mut self, reached: &Reached, id: NodeId, word: &str) {
        let path = reached.task_path(id);
        let message = format!("`{word}` needs a caller, and this flow runs without one");
        let ways = self.ways_along(&path);
        let hint = match self.by_default(&path) {
            Some(remedy) => format!("it is entered by {ways}: {remedy}"),
            None => {
                format!("it is entered by {ways}; what runs without a caller says and asks nothing")
            }
        };
        let by = path.iter().find(|node| self.graph.scheduled(**node).is_some());
        let mut finding = Diagnostic::new(Code::NoCaller, self.span(id), message).hint(hint);
        if let Some(by) = by {
            finding = finding.related(self.span(*by), "asked for here");
        }
        self.diagnostics.push(finding);
    }

    /// The flows along a path, and the global key by which it leads on, where one does.
    fn ways_along(&self, path: &[NodeId]) -> String {
        let key = path.windows(2).find_map(|pair| {
            let keys = &self.graph.flows[self.graph.nodes[pair[0].0 as usize].flow.0 as usize].keys;
            keys.iter().find(|(_, to)| *to == pair[1]).map(|(key, _)| key)
        });
        let flows = self.flows_along(path);
        match key {
            Some(key) => format!("{flows}, by the global key `{key}`"),
            None => flows,
        }
    }

    /// Where a way goes on to another flow because a verb leaves an exit to `default`: which, and what to write.
    fn by_default(&self, path: &[NodeId]) -> Option<String> {
        let flow = |node: NodeId| self.graph.nodes[node.0 as usize].flow;
        let (last, next) =
            path.windows(2).map(|pair| (pair[0], pair[1])).rfind(|(a, b)| flow(*a) != flow(*b))?;
        let left_to = self.exits_of_defaults(self.flow_name(flow(next)));
        let before = path.iter().position(|node| *node == last).and_then(|at| at.checked_sub(1));
        let arms = [Some((last, next)), before.map(|at| (path[at], last))].into_iter().flatten();
        let (verb, exit) = arms
            .filter_map(|(from, to)| {
                let node = &self.graph.nodes[from.0 as usize];
                let arm = node.arms.iter().find(|arm| arm.to == to)?;
                let exit = arm.exit.to_string();
                left_to.iter().any(|word| *word == exit).then_some((node, exit))
            })
            .next()?;
        let (word, flow) = (verb.verb.spec().word, self.flow_name(verb.flow));
        Some(format!("`{word}` in `{flow}` leaves `{exit}` to `default`; write `{exit} {{ … }}` there"))
    }

    fn unreached_flows(&mut self, reached: &Reached) {
        if self.graph.routes.is_empty() || self.declared.import_lost {
            return;
        }
        let unclear = self.unclear(reached);
        let mut compared = 0;
        for index in 0..self.declared.flows.len() {
            let flow = FlowId(index as u32);
            let name = self.flow_name(flow).to_owned();
            let entered = self.graph.entry(flow).is_none_or(|entry| reached.is_reached(entry));
            if entered || unclear.contains(&flow) || self.declared.flow_names.get(&name) != Some(index) {
                continue;
            }
            // Where thousands of words could not be read, the near one is looked for a few times only.
            let is_quick = compared < MOST_COMPARED;
            compared += self.declared.mentioned.len();
            let words = self.declared.mentioned.iter().filter(|_| is_quick).map(String::as_str);
            let exits = self.exits_of_defaults(&name).join("`, `");
            // A verb that could not be read may be the one that leaves them to `default`.
            if !(exits.is_empty() || self.declared.mentioned.is_empty()) {
                continue;
            }
            let hint = match (Some(exits).filter(|exits| !exits.is_empty()), closest(&name, words)) {
                (Some(exits), _) => format!(
                    "`default` names it for `{exits}`, and no verb that a contact comes to leaves that to it: lead to it, or remove both"
                ),
                (None, Some(near)) => format!("did you mean it where `{near}` is written?"),
                (None, None) => "lead to it by a route, an arrow, `goto` or `do`, or remove it".to_owned(),
            };
            self.report(
                Code::UnreachableFlow,
                self.graph.flow_spans[index],
                format!("no contact reaches the flow `{name}`"),
                hint,
            );
        }
    }

    /// The exits for which a `default` block leads to a flow.
    fn exits_of_defaults(&self, flow: &str) -> Vec<&str> {
        let own = self.declared.flows.iter().flat_map(|head| &head.tree.block.statements);
        let own = own.filter_map(|statement| match &statement.kind {
            StatementKind::Default(default) => Some(default),
            _ => None,
        });
        let leads = |arm: &&Arm| match &arm.branch {
            Branch::Arrow(arrow) => matches!(&arrow.kind, StatementKind::Goto(to) if &*to.flow.text == flow),
            Branch::Block(_) => false,
        };
        let defaults = own.chain(&self.declared.defaults);
        let arms = defaults.flat_map(|default| &default.arms).filter(leads);
        arms.flat_map(|arm| &arm.exits).map(|exit| &*exit.word.text).collect()
    }

    /// Flows that only lines lead to which are mistakes themselves: lines that could not be read, and statements that
    /// nothing leads to.
    fn unclear(&self, reached: &Reached) -> BTreeSet<FlowId> {
        let is_entered = |flow: FlowId| self.graph.entry(flow).is_some_and(|entry| reached.is_reached(entry));
        let count = self.declared.flows.len() as u32;
        let is_mentioned =
            |name: &str| self.declared.mentioned.contains(name) || self.graph.mentioned.contains(name);
        let mentioned = (0..count).map(FlowId).filter(|flow| is_mentioned(self.flow_name(*flow)));
        let mut waiting: Vec<NodeId> = mentioned.filter_map(|flow| self.graph.entry(flow)).collect();
        waiting.extend(&self.graph.unclear);
        waiting.extend(
            (0..self.graph.nodes.len() as u32)
                .map(NodeId)
                .filter(|id| !reached.is_reached(*id) && is_entered(self.graph.nodes[id.0 as usize].flow)),
        );
        let mut seen: BTreeSet<NodeId> = waiting.iter().copied().collect();
        while let Some(id) = waiting.pop() {
            let later = self.graph.scheduled(id).and_then(|flow| self.graph.entry(flow));
            let behind = self.graph.followers(id).into_iter().chain(later);
            waiting.extend(behind.filter(|next| seen.insert(*next)));
        }
        seen.into_iter().map(|id| self.graph.nodes[id.0 as usize].flow).collect()
    }

    /// Whether a node is reached on a call.
    pub(super) fn on_call(&self, reached: &Reached, node: NodeId) -> bool {
        reached.channels[node.0 as usize].contains(Channel::Call)
    }
}

/// A verb as a script writes it, as far as that decides where it can run.
fn written(verb: &Verb, word: &str) -> String {
    match verb {
        Verb::Ask(ask) if ask.ty() == Type::Passphrase => "`ask secret …: text`".to_owned(),
        Verb::Authenticate(Authenticate { proof, .. }) => match proof {
            Proof::Pin => "`authenticate … with pin`".to_owned(),
            Proof::Passphrase => "`authenticate … with passphrase`".to_owned(),
            Proof::Challenge(field) => format!("`authenticate … with challenge {field}`"),
            Proof::Code { .. } => "`authenticate … with code`".to_owned(),
        },
        _ => format!("`{word}`"),
    }
}

/// What proves the same on the other channels.
fn in_its_place(verb: &Verb) -> Option<&'static str> {
    match verb {
        Verb::Ask(ask) if ask.ty() == Type::Passphrase => {
            Some("a telephone has no letters: `ask secret pin: digits 4` asks for keys")
        }
        Verb::Authenticate(Authenticate { proof, .. }) => match proof {
            Proof::Passphrase => Some("a telephone has no letters: a caller proves it `with pin`"),
            Proof::Pin | Proof::Challenge(_) => Some("who writes proves it `with passphrase` or `with code`"),
            Proof::Code { .. } => None,
        },
        _ => None,
    }
}
