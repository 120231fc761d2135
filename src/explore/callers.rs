//! Who can call: what conditions say of the caller's number, held against every number that matters.
//!
//! These are the numbers that the program's conditions and sets name one by one, any other number, and the three reasons
//! for which there is none. What lies in a set that is read from a file or asked of the CRM may change any day, and of any
//! other number nobody knows whether a pattern covers it: both are possible there.

use super::atom::{Atom, Atoms};
use super::state::AtomId;
use crate::program::{Builtin, CallerKind, CompareOp, Expr, NumbersId, Phone, Program, Value};

/// More numbers than these are not told apart.
const MOST: usize = 100;

/// For each atom, of which callers it can hold, and of which it can fail: a bit a caller.
#[derive(Clone, Debug, Default)]
pub(super) struct Callers {
    masks: Vec<Option<(u128, u128)>>,
    everybody: u128,
}

enum Candidate {
    Number(Phone),
    /// A number that no condition and no set names, where all that they name are candidates themselves.
    Other {
        is_unnamed: bool,
    },
    None(CallerKind),
}

impl Callers {
    pub fn of(program: &Program, atoms: &Atoms) -> Callers {
        let candidates = candidates(program, atoms);
        let mask = |atom: &Atom| {
            let mut mask = (0, 0);
            for (at, candidate) in candidates.iter().enumerate() {
                let holds = holds(program, &atom.expr, candidate)?;
                mask.0 |= u128::from(holds != Some(false)) << at;
                mask.1 |= u128::from(holds != Some(true)) << at;
            }
            Some(mask)
        };
        let everybody = (0..candidates.len()).fold(0, |bits, at| bits | 1 << at);
        Callers { masks: atoms.all.iter().map(mask).collect(), everybody }
    }

    /// What an atom must be, given what else is settled; nothing where it can be both, or says nothing of the caller.
    pub fn forced(&self, facts: &[(AtomId, bool)], id: AtomId) -> Option<bool> {
        let mask = |id: AtomId| self.masks.get(id.0 as usize).copied().flatten();
        let (can_hold, can_fail) = mask(id)?;
        let mut possible = self.everybody;
        for (fact, holds) in facts {
            if let Some((hold, fail)) = mask(*fact) {
                possible &= if *holds { hold } else { fail };
            }
        }
        match (possible & can_hold != 0, possible & can_fail != 0) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (true, true) | (false, false) => None,
        }
    }
}

/// Every number that a condition names, and some of each other kind.
fn candidates(program: &Program, atoms: &Atoms) -> Vec<Candidate> {
    let mut numbers: Vec<Phone> = Vec::new();
    for atom in &atoms.all {
        match &atom.expr {
            Expr::InNumbers(asked, set) if **asked == Expr::Caller => numbers.extend(listed(program, *set)),
            Expr::Compare(CompareOp::Equal, a, b) => numbers.extend(named(a, b).cloned()),
            _ => {}
        }
    }
    numbers.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    numbers.dedup();
    let is_unnamed = numbers.len() <= MOST;
    numbers.truncate(MOST);
    let kinds = [CallerKind::Withheld, CallerKind::Missing, CallerKind::Invalid];
    let numbers = numbers.into_iter().map(Candidate::Number);
    numbers.chain([Candidate::Other { is_unnamed }]).chain(kinds.map(Candidate::None)).collect()
}

/// The number that the caller's is compared with.
fn named<'e>(a: &'e Expr, b: &'e Expr) -> Option<&'e Phone> {
    match (a, b) {
        (Expr::Caller, Expr::Const(Value::Phone(phone)))
        | (Expr::Const(Value::Phone(phone)), Expr::Caller) => Some(phone),
        _ => None,
    }
}

/// The numbers that a set names one by one, if they stay what they are; of a long list one more than are told apart.
fn listed(program: &Program, set: NumbersId) -> Vec<Phone> {
    let set = &program.numbers[set.0 as usize];
    let stays = set.file.is_none() && set.segment.is_none();
    let exact = if stays { set.exact() } else { &[] };
    exact.iter().take(MOST + 1).map(|key| Phone::of_key(*key)).collect()
}

/// Whether a condition holds of a caller, where that is known; nothing where it is none about callers.
fn holds(program: &Program, expr: &Expr, candidate: &Candidate) -> Option<Option<bool>> {
    let is_numberless = matches!(candidate, Candidate::None(_));
    Some(match expr {
        Expr::IsNone(inner) if **inner == Expr::Caller => Some(is_numberless),
        Expr::CallerIs(kind) => Some(matches!(candidate, Candidate::None(why) if why == kind)),
        Expr::InNumbers(asked, set) if **asked == Expr::Caller => is_among(program, *set, candidate),
        Expr::Compare(CompareOp::Equal, a, b) => {
            let phone = named(a, b)?;
            match candidate {
                Candidate::Number(number) => Some(number == phone),
                Candidate::Other { is_unnamed } => is_unnamed.then_some(false),
                Candidate::None(_) => Some(false),
            }
        }
        Expr::Builtin(Builtin::IsMobile, args) if args.first() == Some(&Expr::Caller) => match candidate {
            Candidate::Number(number) => Some(number.may_be_mobile()),
            Candidate::Other { .. } => None,
            Candidate::None(_) => Some(false),
        },
        Expr::Builtin(Builtin::StartsWith, args) if args.first() == Some(&Expr::Caller) => {
            is_numberless.then_some(false)
        }
        _ => return None,
    })
}

fn is_among(program: &Program, set: NumbersId, candidate: &Candidate) -> Option<bool> {
    let set = &program.numbers[set.0 as usize];
    let changes = set.file.is_some() || set.segment.is_some();
    match candidate {
        Candidate::None(_) => Some(false),
        Candidate::Number(_) | Candidate::Other { .. } if changes => None,
        Candidate::Number(number) => Some(set.contains(number)),
        Candidate::Other { is_unnamed } => (*is_unnamed && set.patterns().is_empty()).then_some(false),
    }
}
