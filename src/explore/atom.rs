//! Conditions, taken apart: what can be settled one way or the other, and what follows from what.
//!
//! An atom is the smallest part of a condition: `office is open`, `from vip`, `reply.amount < 0 EUR`. Which way it goes
//! is anybody's guess, but once it has gone that way it stays so until something changes it.

use super::known::Known;
use super::relation::{Stands, stands};
use super::state::AtomId;
use crate::program::{Builtin, CallerKind, CompareOp, Expr, FlowId, ScheduleId, Slot, Value};

/// The smallest part of a condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Atom {
    pub expr: Expr,
    /// The flow of whose variables it speaks; none where it speaks of the contact or of the clock.
    pub flow: Option<FlowId>,
    pub slots: Vec<Slot>,
    /// Whether it may change as time passes.
    pub is_clock: bool,
    /// Whether it may change at any moment: a place in a queue.
    pub is_free: bool,
    /// What it compares, if it says that something equals a value that the script names.
    pub equals: Option<(usize, Known)>,
    /// What it says of how something stands to a value that the script names: the position of that something.
    pub stands: Option<(usize, Stands)>,
    pub claim: Claim,
    /// Its position among the atoms of its flow, or among those of no flow.
    pub local: usize,
}

/// What an atom claims that others contradict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Nothing of this kind.
    Other,
    /// The caller has no number.
    Numberless,
    /// The caller has none, for this reason.
    Kind(CallerKind),
    /// The caller has one, which is among some.
    Numbered,
    /// A schedule is open.
    Open(ScheduleId),
    /// A shift is on; its position in the atoms' table of terms gives the name.
    Shift(ScheduleId),
}

impl Atom {
    /// What it speaks of and compares, by its position.
    fn terms(&self) -> impl Iterator<Item = usize> {
        let (equals, stands) = (self.equals.as_ref(), self.stands.as_ref());
        equals.map(|(term, _)| *term).into_iter().chain(stands.map(|(term, _)| *term))
    }
}

impl Claim {
    /// What it is about: nothing, the caller's number, or the clock.
    fn kind(self) -> u8 {
        match self {
            Claim::Other => 0,
            Claim::Numberless | Claim::Kind(_) | Claim::Numbered => 1,
            Claim::Open(_) | Claim::Shift(_) => 2,
        }
    }
}

/// A condition in parts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Formula {
    Known(bool),
    Atom(AtomId),
    Not(Box<Formula>),
    And(Box<Formula>, Box<Formula>),
    Or(Box<Formula>, Box<Formula>),
}

/// All atoms of a program.
#[derive(Clone, Debug, Default)]
pub(super) struct Atoms {
    pub all: Vec<Atom>,
    /// By flow; the last list is of those that speak of no flow's variables.
    by_flow: Vec<Vec<AtomId>>,
    /// What is compared with values, with the atoms that do.
    pub terms: Vec<(Option<FlowId>, Expr, Vec<AtomId>)>,
    terms_by_flow: Vec<Vec<usize>>,
}

impl Atoms {
    pub fn new(flows: usize) -> Atoms {
        Atoms {
            by_flow: vec![Vec::new(); flows + 1],
            terms_by_flow: vec![Vec::new(); flows + 1],
            ..Atoms::default()
        }
    }

    pub fn get(&self, id: AtomId) -> &Atom {
        &self.all[id.0 as usize]
    }

    /// The atoms that speak of a flow's variables, or of none.
    pub fn of(&self, flow: Option<FlowId>) -> &[AtomId] {
        &self.by_flow[flow.map_or(self.by_flow.len() - 1, |flow| flow.0 as usize)]
    }

    /// An atom, and all that may say something of it: what compares the same with other values, other hours, other
    /// claims of the caller's number.
    pub fn related(&self, id: AtomId) -> Vec<AtomId> {
        let atom = self.get(id);
        let mut related = vec![id];
        for term in atom.terms() {
            related.extend(&self.terms[term].2);
        }
        let kind = atom.claim.kind();
        if kind > 0 {
            let alike = self.of(None).iter().copied();
            related.extend(alike.filter(|other| self.get(*other).claim.kind() == kind));
        }
        related.sort();
        related.dedup();
        related
    }

    /// The parts of a condition that stands in a flow.
    pub fn formula(&mut self, flow: FlowId, expr: &Expr) -> Formula {
        match expr {
            Expr::Const(Value::Bool(holds)) => Formula::Known(*holds),
            Expr::Not(inner) => not(self.formula(flow, inner)),
            Expr::And(a, b) => Formula::And(self.formula(flow, a).into(), self.formula(flow, b).into()),
            Expr::Or(a, b) => Formula::Or(self.formula(flow, a).into(), self.formula(flow, b).into()),
            Expr::Choose(condition, a, b) => {
                let condition = self.formula(flow, condition);
                let then = Formula::And(condition.clone().into(), self.formula(flow, a).into());
                let other = Formula::And(not(condition).into(), self.formula(flow, b).into());
                Formula::Or(then.into(), other.into())
            }
            Expr::Compare(CompareOp::NotEqual, a, b) => {
                not(self.formula(flow, &Expr::Compare(CompareOp::Equal, a.clone(), b.clone())))
            }
            Expr::Compare(CompareOp::Equal, a, b) => match (&**a, &**b) {
                (inner, Expr::Const(Value::Bool(true))) | (Expr::Const(Value::Bool(true)), inner) => {
                    self.formula(flow, inner)
                }
                (inner, Expr::Const(Value::Bool(false))) | (Expr::Const(Value::Bool(false)), inner) => {
                    not(self.formula(flow, inner))
                }
                (asked, Expr::Const(value)) | (Expr::Const(value), asked) => {
                    self.equality(flow, expr, asked, value)
                }
                _ => self.atom(flow, expr, None),
            },
            Expr::IsNone(inner) => self.equality(flow, expr, inner, &Value::None),
            Expr::Builtin(Builtin::IsIn, args) => match &args[..] {
                [asked, Expr::List(items)] if items.iter().all(|item| matches!(item, Expr::Const(_))) => {
                    let same = |item: &Expr| {
                        Expr::Compare(CompareOp::Equal, asked.clone().into(), item.clone().into())
                    };
                    let parts: Vec<Formula> =
                        items.iter().map(|item| self.formula(flow, &same(item))).collect();
                    let either = |a: Formula, b: Formula| Formula::Or(a.into(), b.into());
                    parts.into_iter().reduce(either).unwrap_or(Formula::Known(false))
                }
                _ => self.atom(flow, expr, None),
            },
            other => self.atom(flow, other, None),
        }
    }

    fn equality(&mut self, flow: FlowId, expr: &Expr, asked: &Expr, value: &Value) -> Formula {
        match Known::of(value) {
            Some(known) => {
                let term = self.term(flow, asked);
                self.atom(flow, expr, Some((term, known)))
            }
            None => self.atom(flow, expr, None),
        }
    }

    fn term(&mut self, flow: FlowId, asked: &Expr) -> usize {
        let owner = owner(flow, asked);
        let list = owner.map_or(self.terms_by_flow.len() - 1, |flow| flow.0 as usize);
        let known = self.terms_by_flow[list].iter().copied().find(|term| self.terms[*term].1 == *asked);
        known.unwrap_or_else(|| {
            self.terms.push((owner, asked.clone(), Vec::new()));
            self.terms_by_flow[list].push(self.terms.len() - 1);
            self.terms.len() - 1
        })
    }

    fn atom(&mut self, flow: FlowId, expr: &Expr, equals: Option<(usize, Known)>) -> Formula {
        let owner = owner(flow, expr);
        let list = owner.map_or(self.by_flow.len() - 1, |flow| flow.0 as usize);
        let same = |id: &AtomId| match (&equals, &self.get(*id).equals) {
            (Some(wanted), Some(known)) => wanted == known,
            (None, None) => self.get(*id).expr == *expr,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if let Some(known) = self.by_flow[list].iter().copied().find(same) {
            return Formula::Atom(known);
        }
        let id = AtomId(self.all.len() as u32);
        let stands = stands(expr).map(|(asked, stands)| (self.term(flow, asked), stands));
        let mut terms: Vec<usize> = equals.iter().map(|(term, _)| *term).collect();
        terms.extend(stands.iter().map(|(term, _)| *term));
        terms.dedup();
        for term in terms {
            self.terms[term].2.push(id);
        }
        let mut seen = Seen::default();
        look(expr, &mut seen);
        self.all.push(Atom {
            expr: expr.clone(),
            flow: owner,
            slots: seen.slots,
            is_clock: seen.clock,
            is_free: seen.free,
            claim: claim(expr),
            equals,
            stands,
            local: self.by_flow[list].len(),
        });
        self.by_flow[list].push(id);
        Formula::Atom(id)
    }
}

impl Formula {
    /// Its atoms, some of them several times.
    pub fn atoms(&self, found: &mut Vec<AtomId>) {
        match self {
            Formula::Known(_) => {}
            Formula::Atom(atom) => found.push(*atom),
            Formula::Not(inner) => inner.atoms(found),
            Formula::And(a, b) | Formula::Or(a, b) => {
                a.atoms(found);
                b.atoms(found);
            }
        }
    }

    /// Whether it holds; else the first atom that has to be settled for that.
    pub fn value(&self, settled: &impl Fn(AtomId) -> Option<bool>) -> Result<bool, AtomId> {
        match self {
            Formula::Known(holds) => Ok(*holds),
            Formula::Atom(atom) => settled(*atom).ok_or(*atom),
            Formula::Not(inner) => inner.value(settled).map(|holds| !holds),
            Formula::And(a, b) => match (a.value(settled), b.value(settled)) {
                (Ok(false), _) | (_, Ok(false)) => Ok(false),
                (Ok(true), other) => other,
                (Err(atom), _) => Err(atom),
            },
            Formula::Or(a, b) => match (a.value(settled), b.value(settled)) {
                (Ok(true), _) | (_, Ok(true)) => Ok(true),
                (Ok(false), other) => other,
                (Err(atom), _) => Err(atom),
            },
        }
    }
}

fn not(inner: Formula) -> Formula {
    match inner {
        Formula::Known(holds) => Formula::Known(!holds),
        Formula::Not(inner) => *inner,
        inner @ (Formula::Atom(_) | Formula::And(..) | Formula::Or(..)) => Formula::Not(inner.into()),
    }
}

fn owner(flow: FlowId, expr: &Expr) -> Option<FlowId> {
    let mut seen = Seen::default();
    look(expr, &mut seen);
    (!seen.slots.is_empty()).then_some(flow)
}

/// What an expression speaks of.
#[derive(Default)]
pub(super) struct Seen {
    pub slots: Vec<Slot>,
    pub clock: bool,
    pub free: bool,
}

/// Collects what an expression speaks of.
pub(super) fn look(expr: &Expr, seen: &mut Seen) {
    match expr {
        Expr::Slot(slot) if !seen.slots.contains(slot) => seen.slots.push(*slot),
        Expr::Slot(_) | Expr::Const(_) | Expr::Caller | Expr::Called | Expr::Message => {}
        Expr::CallerIs(_) | Expr::Contact(_) => {}
        Expr::Open(_) | Expr::Shift(_) | Expr::Now | Expr::Today => seen.clock = true,
        Expr::Position | Expr::ExpectedWait => seen.free = true,
        Expr::OpenIn(_, zone) | Expr::DaysAhead(zone) => {
            seen.clock = true;
            look(zone, seen);
        }
        Expr::Turn(_, _, zone) => {
            seen.clock = true;
            zone.iter().for_each(|zone| look(zone, seen));
        }
        Expr::Field(inner, _) | Expr::Not(inner) | Expr::IsNone(inner) | Expr::InNumbers(inner, _) => {
            look(inner, seen);
        }
        Expr::WholeDays(inner) => look(inner, seen),
        Expr::And(a, b) | Expr::Or(a, b) | Expr::Compare(_, a, b) | Expr::Arithmetic(_, a, b) => {
            look(a, seen);
            look(b, seen);
        }
        Expr::Otherwise(a, b) => {
            look(a, seen);
            look(b, seen);
        }
        Expr::Choose(a, b, c) => [a, b, c].into_iter().for_each(|part| look(part, seen)),
        Expr::Call(_, parts) | Expr::List(parts) | Expr::Builtin(_, parts) => {
            parts.iter().for_each(|part| look(part, seen));
        }
    }
}

fn claim(expr: &Expr) -> Claim {
    match expr {
        Expr::IsNone(inner) if **inner == Expr::Caller => Claim::Numberless,
        Expr::CallerIs(kind) => Claim::Kind(*kind),
        Expr::InNumbers(number, _) if **number == Expr::Caller => Claim::Numbered,
        Expr::Builtin(Builtin::IsMobile | Builtin::StartsWith, args)
            if args.first() == Some(&Expr::Caller) =>
        {
            Claim::Numbered
        }
        Expr::Open(schedule) => Claim::Open(*schedule),
        Expr::Compare(CompareOp::Equal, a, b) => match (&**a, &**b) {
            (Expr::Shift(schedule), Expr::Const(_)) | (Expr::Const(_), Expr::Shift(schedule)) => {
                Claim::Shift(*schedule)
            }
            (Expr::Caller, Expr::Const(_)) | (Expr::Const(_), Expr::Caller) => Claim::Numbered,
            _ => Claim::Other,
        },
        _ => Claim::Other,
    }
}
