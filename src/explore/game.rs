//! What a caller can bring about: a game against a world of data and faults that does its worst.
//!
//! The caller chooses what to press, at once, or waits; the world chooses everything else. The worth of a state is the
//! time that the caller needs at the most, with so many keys left: the least over the caller's moves, or, where the
//! caller waits, the most over the world's. It is found by going over the states again as long as one gets better.

use super::moves::{Deed, Move};
use super::part::Found;
use super::promise::Breach;
use super::state::State;
use super::step::Successor;
use crate::program::verb::{Ask, Extent, Hearing, Play, Sound};
use crate::program::{
    Channel, EntryKind, Exit, Expr, NodeId, Program, Promise, PromptId, Utterance, Value, Verb,
};
use crate::time::DurationMs;

/// How long things take that a caller hears.
#[allow(missing_debug_implementations)]
pub struct Lengths<'l> {
    /// A prompt, in the longest of the program's languages.
    pub prompt: &'l dyn Fn(PromptId) -> DurationMs,
    /// A recording that is no prompt, by its name.
    pub sound: &'l dyn Fn(&str) -> DurationMs,
}

/// A wait whose length nobody knows.
const UNKNOWN: DurationMs = DurationMs::from_secs(60);
/// The most keys that are counted. Where a promise does not bound them, none is.
const MOST_KEYS: u8 = 99;
/// It cannot be brought about.
const NEVER: u32 = u32::MAX;
/// The place of a link that brings it about.
const WON: u32 = u32::MAX;

/// A move in the game.
#[derive(Clone, Copy, Debug)]
struct Link {
    to: u32,
    ordinal: u16,
    keys: u8,
    is_world: bool,
    time_ms: u32,
}

/// The states and moves of a game.
pub(super) struct Game<'g> {
    program: &'g Program,
    lengths: &'g Lengths<'g>,
    /// Whether the promise bounds the keys.
    counts_keys: bool,
    links: Vec<Vec<Link>>,
    /// Whether the caller cannot keep the world from its move by acting first.
    is_worlds: Vec<bool>,
    /// Links of the layer whose places are still to be told, in their order.
    open: Vec<(u32, usize)>,
    told: usize,
}

impl<'g> Game<'g> {
    pub fn new(program: &'g Program, lengths: &'g Lengths<'g>, claim: &Promise) -> Game<'g> {
        let counts_keys = claim.keys.is_some();
        let (links, is_worlds, open) = (Vec::new(), Vec::new(), Vec::new());
        Game { program, lengths, counts_keys, links, is_worlds, open, told: 0 }
    }

    /// Takes note of a layer's moves. Those that win lead nowhere else.
    pub fn note<'b>(
        &mut self,
        layer: impl Iterator<Item = (&'b State, &'b [Found])>,
        wins: impl Fn(&State, &Successor) -> bool,
    ) {
        (self.open, self.told) = (Vec::new(), 0);
        for (from, found) in layer {
            let number = self.links.len() as u32;
            let mut links = Vec::new();
            for Found { ordinal, next, .. } in found {
                let (time, keys, is_world) = self.cost(from, next.mv);
                let keys = if self.counts_keys { keys } else { 0 };
                let won = wins(from, next);
                if !won {
                    self.open.push((number, links.len()));
                }
                let time_ms = u32::try_from(time.0).unwrap_or(NEVER - 1);
                links.push(Link { to: WON, ordinal: *ordinal, keys, is_world, time_ms });
            }
            self.links.push(links);
            let at = from.frame().map(|frame| self.program.node(frame.at));
            self.is_worlds.push(at.is_some_and(|node| matches!(node.verb, Verb::Record(_))));
        }
    }

    /// The next move of the layer leads to this state.
    pub fn leads(&mut self, to: u32) {
        if let Some((number, at)) = self.open.get(self.told).copied() {
            self.links[number as usize][at].to = to;
        }
        self.told += 1;
    }

    /// How the promise is broken, and the play that shows it: the root, and the moves by their positions.
    pub fn judge(&self, roots: usize, claim: &Promise) -> Option<(Breach, u32, Vec<u16>)> {
        let keys = claim.keys.unwrap_or(0);
        let worth = self.worth(keys);
        let at_best = |root: u32| worth[usize::from(keys)][root as usize];
        let bound = claim.within.map_or(NEVER - 1, |within| u32::try_from(within.0).unwrap_or(NEVER - 1));
        let worst = (0..roots as u32).max_by_key(|root| at_best(*root))?;
        let breach = match at_best(worst) {
            NEVER if claim.keys.is_some() => {
                let more = self.worth(MOST_KEYS);
                let needed =
                    (keys..=MOST_KEYS).find(|keys| more[usize::from(*keys)][worst as usize] != NEVER);
                needed.map_or(Breach::NoWay, Breach::MoreKeys)
            }
            NEVER => Breach::NoWay,
            time if time > bound => Breach::Takes(DurationMs(time.into())),
            _ => return None,
        };
        Some((breach, worst, self.play(worst, keys, &worth)))
    }

    /// The worth of each state, by how many keys are left.
    fn worth(&self, keys: u8) -> Vec<Vec<u32>> {
        let mut worth: Vec<Vec<u32>> = vec![vec![NEVER; self.links.len()]; usize::from(keys) + 1];
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); self.links.len()];
        for (state, links) in self.links.iter().enumerate() {
            for link in links.iter().filter(|link| link.to != WON) {
                before[link.to as usize].push(state as u32);
            }
        }
        for left in 0..=keys {
            let mut waiting: Vec<u32> = (0..self.links.len() as u32).collect();
            while let Some(state) = waiting.pop() {
                let better = self.better(state, left, &worth);
                if better < worth[usize::from(left)][state as usize] {
                    worth[usize::from(left)][state as usize] = better;
                    waiting.extend(&before[state as usize]);
                }
            }
        }
        worth
    }

    fn better(&self, state: u32, left: u8, worth: &[Vec<u32>]) -> u32 {
        let links = &self.links[state as usize];
        let costs = |is_world: bool| {
            links.iter().filter(move |link| link.is_world == is_world).map(|link| link.cost(left, worth))
        };
        let (caller, world) = (costs(false).min(), costs(true).max());
        match (caller, world) {
            (Some(caller), Some(world)) if self.is_worlds[state as usize] => caller.max(world),
            (Some(caller), Some(world)) => caller.min(world),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => NEVER,
        }
    }

    /// A play in which both do their best, as far as it does not repeat itself.
    fn play(&self, root: u32, keys: u8, worth: &[Vec<u32>]) -> Vec<u16> {
        let (mut at, mut left, mut moves, mut seen) = (root, keys, Vec::new(), Vec::new());
        while at != WON && !seen.contains(&(at, left)) {
            seen.push((at, left));
            let links = &self.links[at as usize];
            let wanted = worth[usize::from(left)][at as usize];
            let same = |link: &&Link| link.cost(left, worth) == wanted;
            // Where nothing helps, what the world does is told before what the caller tries.
            let world = links.iter().filter(|link| link.is_world).find(same);
            let Some(link) = world.or_else(|| links.iter().filter(|link| !link.is_world).find(same)) else {
                break;
            };
            moves.push(link.ordinal);
            left = left.saturating_sub(link.keys);
            at = link.to;
        }
        moves
    }

    /// What a move takes of time and keys, and whether it is the world's.
    fn cost(&self, from: &State, mv: Move) -> (DurationMs, u8, bool) {
        let node = self.program.node(mv.node);
        let exit = match mv.deed {
            Deed::Leaves(arm) | Deed::Answers(arm, _) | Deed::Runs(arm) => {
                Some(&node.arms[arm as usize].exit)
            }
            _ => None,
        };
        if let Deed::Presses(to) = mv.deed {
            return (DurationMs::ZERO, self.keys_to(to), false);
        }
        match &node.verb {
            Verb::Menu(menu) => self.question(&menu.hearing, exit, mv, from, |index| {
                menu.choices
                    .get(index)
                    .and_then(|choice| choice.keys.as_ref())
                    .map_or(1, |keys| keys.first.len())
            }),
            Verb::Ask(ask) => self.asked(ask, exit, mv, from),
            Verb::Authenticate(authenticate) => self.asked(&authenticate.ask, exit, mv, from),
            Verb::Record(record) => {
                let is_world = matches!(exit, Some(Exit::Failed));
                (self.speech(record.say.iter()), 0, is_world)
            }
            Verb::Play(play) => match exit {
                Some(Exit::Choice(_) | Exit::NoMatch(_)) => (DurationMs::ZERO, 1, false),
                _ => (self.sound(play), 0, true),
            },
            Verb::Say(say) => (self.speech(say.utterances.iter()), 0, true),
            Verb::Wait(wait) => (length(&wait.length), 0, true),
            Verb::Request(request) if exit == Some(&Exit::Late) => (request.within, 0, true),
            Verb::Identify(identify) if exit == Some(&Exit::Failed) => (identify.within, 0, true),
            Verb::Find(find) if exit == Some(&Exit::Failed) => (find.within, 0, true),
            _ => (DurationMs::ZERO, 0, true),
        }
    }

    fn asked(&self, ask: &Ask, exit: Option<&Exit>, mv: Move, from: &State) -> (DurationMs, u8, bool) {
        let entered = |verdict: bool| {
            let (said, ..) = self.question(&ask.hearing, Some(&Exit::Next), mv, from, |_| 1);
            (said, digits(&ask.kind), verdict)
        };
        match exit {
            Some(Exit::Next) => entered(false),
            // The caller knows the secret; what comes of it is the world's.
            Some(Exit::Verified | Exit::Locked | Exit::Failed | Exit::Late) => entered(true),
            Some(Exit::Refused) => (DurationMs::ZERO, 0, true),
            _ => self.question(&ask.hearing, exit, mv, from, |index| {
                ask.choices
                    .get(index)
                    .and_then(|choice| choice.keys.as_ref())
                    .map_or(1, |keys| keys.first.len())
            }),
        }
    }

    /// A question is heard in full, whatever the caller does at it.
    fn question(
        &self,
        hearing: &Hearing,
        exit: Option<&Exit>,
        mv: Move,
        from: &State,
        keys_of: impl Fn(usize) -> usize,
    ) -> (DurationMs, u8, bool) {
        let said = self.speech(hearing.say.iter()).max(self.speech(hearing.then.iter()));
        let silent = DurationMs(said.0 + hearing.patience(from.channel).0);
        match (mv.deed, exit) {
            (Deed::Silence, _) | (_, Some(Exit::NoInput(_))) => (silent, 0, false),
            (Deed::Unfit(_) | Deed::Wrong, _) => (said, 1, false),
            (_, Some(Exit::NoMatch(_) | Exit::Invalid(_) | Exit::TooShort(_) | Exit::Wrong)) => {
                (said, 1, false)
            }
            (_, Some(Exit::Choice(index))) => {
                let keys = if from.channel == Channel::Call { keys_of(usize::from(*index)) } else { 1 };
                (said, u8::try_from(keys).unwrap_or(u8::MAX), false)
            }
            (_, Some(Exit::Next)) => (said, 0, false),
            // Spent budgets, empty lists.
            _ => (DurationMs::ZERO, 0, true),
        }
    }

    fn speech<'u>(&self, utterances: impl Iterator<Item = &'u Utterance>) -> DurationMs {
        DurationMs(utterances.map(|utterance| (self.lengths.prompt)(utterance.prompt).0).sum())
    }

    fn sound(&self, play: &Play) -> DurationMs {
        match (&play.extent, &play.sound) {
            (Extent::For(lasts), _) => length(lasts),
            (Extent::Looped, _) => DurationMs::ZERO,
            (Extent::Once | Extent::UntilHungUp, Sound::Recording(name) | Sound::Tone(name)) => {
                (self.lengths.sound)(name)
            }
            (Extent::Once | Extent::UntilHungUp, Sound::Message(_)) => UNKNOWN,
        }
    }

    /// How many keys lead there.
    fn keys_to(&self, to: NodeId) -> u8 {
        let flow = self.program.flow(self.program.node(to).flow);
        let keys = flow.keys.iter().find(|(_, node)| *node == to).map_or(1, |(keys, _)| keys.len());
        u8::try_from(keys).unwrap_or(u8::MAX)
    }
}

impl Link {
    /// What is needed from here on by this move, with so many keys left.
    fn cost(&self, left: u8, worth: &[Vec<u32>]) -> u32 {
        let Some(left) = left.checked_sub(self.keys) else { return NEVER };
        let behind = if self.to == WON { 0 } else { worth[usize::from(left)][self.to as usize] };
        behind.saturating_add(self.time_ms)
    }
}

/// The fewest keys of an entry.
fn digits(kind: &EntryKind) -> u8 {
    match kind {
        EntryKind::Digits { min, max, until } => min.saturating_add(u8::from(until.is_some() && min < max)),
        EntryKind::Number { low, .. } => low.to_string().len() as u8 + 1,
        EntryKind::YesNo { .. } => 1,
        EntryKind::Phone { .. } => 8,
        EntryKind::Money { .. } => 2,
        EntryKind::Date { format, .. } => format.length() as u8,
        EntryKind::Time { .. } => 5,
        EntryKind::Text | EntryKind::Passphrase { .. } => 0,
    }
}

fn length(expr: &Expr) -> DurationMs {
    match expr {
        Expr::Const(Value::Duration(length)) => *length,
        _ => UNKNOWN,
    }
}
