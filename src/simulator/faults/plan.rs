//! What fails: one answer after another, and a few of them together by a seed.

use super::play::points;
use crate::engine::Image;
use crate::program::draw_below;
use crate::simulator::scenario::Scenario;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Who gives an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The CRM, and the store of kept values.
    Crm,
    /// A backend.
    Backend,
    /// Somebody who is called: what becomes of the call.
    Dial,
    /// The caller's media: something that was played is over.
    Playback,
    /// A queue, a room, a recorder, whoever writes recordings down.
    Service,
    /// The caller: a key.
    Key,
}

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// It says that it could not be done.
    Fails,
    /// It comes after everybody has stopped waiting for it.
    Late,
    /// It comes, and comes again.
    Twice,
    /// It never comes; of a key, nobody hears it.
    Lost,
    /// A key that comes in the very millisecond at which its timer fires.
    AtTheEdge,
    /// A key that comes a millisecond after its timer has fired.
    PastTheEdge,
}

/// One thing that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Whose answer.
    pub source: Source,
    /// Which of all that it gives in the scenario, counted from one.
    pub nth: u32,
    /// What becomes of it.
    pub trouble: Trouble,
}

/// What fails in one run of a scenario. None of it fails in an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultPlan {
    /// The faults, at most one for each answer.
    pub faults: Vec<Fault>,
    /// What a caller does who no longer knows what to do is drawn from this.
    pub seed: u64,
}

/// The most faults that a seed puts together.
const TOGETHER: u64 = 4;

impl Source {
    /// What can become of its answers.
    pub fn troubles(self) -> &'static [Trouble] {
        match self {
            Source::Crm | Source::Backend | Source::Dial | Source::Playback => {
                &[Trouble::Fails, Trouble::Late, Trouble::Twice]
            }
            Source::Service => &[Trouble::Late, Trouble::Twice, Trouble::Lost],
            Source::Key => &[Trouble::Lost, Trouble::Twice, Trouble::AtTheEdge, Trouble::PastTheEdge],
        }
    }

    fn word(self) -> &'static str {
        match self {
            Source::Crm => "CRM",
            Source::Backend => "backend",
            Source::Dial => "call",
            Source::Playback => "playback",
            Source::Service => "service",
            Source::Key => "key",
        }
    }
}

/// The plans for a scenario: each single fault once, and behind them `runs` in which several come together, drawn from
/// the seed and the scenario's name.
pub fn plans(image: &Arc<Image>, scenario: &Scenario, seed: u64, runs: u32) -> Vec<FaultPlan> {
    let points = points(image, scenario);
    let seed = scenario
        .name
        .bytes()
        .fold(seed, |seed, byte| seed.rotate_left(5).wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
    let single = points.iter().flat_map(|(source, count)| {
        let each = move |nth| source.troubles().iter().map(move |trouble| (nth, *trouble));
        (1..=*count).flat_map(each).map(|(nth, trouble)| Fault { source: *source, nth, trouble })
    });
    let single: Vec<Fault> = single.collect();
    let mut plans: Vec<FaultPlan> = Vec::new();
    for (index, fault) in single.iter().enumerate() {
        plans.push(FaultPlan { faults: vec![*fault], seed: seed.wrapping_add(index as u64) });
    }
    for run in 0..u64::from(runs) {
        let count = 2 + draw_below(seed, run * 16, TOGETHER - 1);
        let mut faults: BTreeMap<(Source, u32), Fault> = BTreeMap::new();
        for draw in 1..=count {
            let at = draw_below(seed, run * 16 + draw, single.len() as u64) as usize;
            faults.extend(single.get(at).map(|fault| ((fault.source, fault.nth), *fault)));
        }
        plans.push(FaultPlan { faults: faults.into_values().collect(), seed: seed.wrapping_add(!run) });
    }
    plans
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Trouble::Fails => "fails",
            Trouble::Late => "is late",
            Trouble::Twice => "comes twice",
            Trouble::Lost => "is lost",
            Trouble::AtTheEdge => "comes as its timer fires",
            Trouble::PastTheEdge => "comes just after its timer",
        })
    }
}

/// `backend 2 is late`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.source.word(), self.nth, self.trouble)
    }
}

/// `backend 2 is late, key 3 is lost`.
impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<String> = self.faults.iter().map(ToString::to_string).collect();
        f.write_str(if faults.is_empty() { "nothing fails" } else { "" })?;
        f.write_str(&faults.join(", "))
    }
}
