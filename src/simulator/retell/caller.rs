//! Who calls whom, and when: a number in the sets that the way wants, a number that the rule of the route covers, a
//! moment at which hours are as they must be.

use super::draft::{Draft, quoted};
use super::invent;
use super::reply::Reply;
use crate::explore::{Deed, Story};
use crate::program::{
    Caller, CallerKind, Channel, Expr, FlowId, NumberPattern, NumbersId, Phone, Program, Target, Type, Value,
};
use crate::time::Wall;

/// Where somebody without a number writes from.
pub(super) const ADDRESS: &str = "anna@example.org";

/// A scenario with nothing but its arrival, and the caller's number where there is one. `shown` is the number that it must
/// be, whatever the way says.
pub(super) fn arrival(
    program: &Program,
    story: &Story,
    shown: Option<Phone>,
) -> Option<(Draft, Option<Phone>)> {
    let first = story.steps.first()?;
    let at = jiff::Timestamp::from_second(story.at.unwrap_or(Wall(0)).0.div_euclid(1000)).ok()?;
    let empty = Draft { at, ..Draft::default() };
    match first.mv.deed {
        Deed::Begins(id) => {
            can_begin(program, id).then_some(())?;
            let args = Reply::ok(&program.flow(id).params);
            Some((Draft { task: Some(id), args, ..empty }, None))
        }
        Deed::Arrives(rule, channel) => {
            let to = dialled(program, rule, channel)?;
            let (from, number) = match shown {
                Some(number) => (Some(number.as_str().to_owned()), Some(number)),
                None => from(program, story, channel)?,
            };
            let from = from.map(|from| ("from".into(), quoted(&from)));
            let ends = from.into_iter().chain([("to".into(), quoted(&to))]).collect();
            Some((Draft { channel: Some(channel), ends, ..empty }, number))
        }
        _ => None,
    }
}

/// Whether a flow can run by itself with what can be made up: a recording, or a customer, only another contact has.
pub(super) fn can_begin(program: &Program, flow: FlowId) -> bool {
    let params = program.flow(flow).params.iter();
    let mut needed = params.filter(|(_, ty)| !matches!(ty, Type::Optional(_)));
    needed.all(|(_, ty)| matches!(ty, Type::List(_)) || invent::any(program, ty).is_some())
}

/// What is dialled or addressed so that this rule takes the contact.
fn dialled(program: &Program, rule: u16, channel: Channel) -> Option<String> {
    let entry = program.routes.get(rule as usize)?;
    let mut candidates: Vec<String> = match &entry.target {
        Target::Pattern(pattern) => of_pattern(pattern).into_iter().collect(),
        Target::Numbers(set) => of_set(program, *set),
        Target::Address(address) => vec![address.to_string()],
        Target::Emergency => vec!["112".into(), "911".into()],
        Target::Any => Vec::new(),
    };
    if entry.target == Target::Any {
        candidates.extend(made_up(program).map(|phone| phone.as_str().to_owned()));
        candidates.push("somebody@example.org".into());
    }
    let takes = |to: &String| {
        let number = Phone::parse(to, program.country.as_deref());
        program.router.decide(channel, number.as_ref(), to) == Some(rule as usize)
    };
    candidates.into_iter().find(takes)
}

/// The caller as it is written, and its number: the first that all claims of the way fit.
fn from(program: &Program, story: &Story, channel: Channel) -> Option<(Option<String>, Option<Phone>)> {
    let claims: Vec<&(Expr, bool)> = story.steps.iter().flat_map(|step| &step.settled).collect();
    let mut candidates: Vec<(Option<String>, Caller)> = Vec::new();
    for (claim, holds) in &claims {
        if let (Expr::InNumbers(number, set), true) = (claim, holds)
            && **number == Expr::Caller
        {
            let numbers = of_set(program, *set).into_iter();
            candidates.extend(
                numbers
                    .filter_map(|text| Some((Some(text.clone()), Caller::Number(Phone::from_e164(&text)?)))),
            );
        }
    }
    candidates.extend(claims.iter().filter_map(|(claim, holds)| match claim {
        Expr::Compare(crate::program::CompareOp::Equal, a, b) if *holds => match (&**a, &**b) {
            (Expr::Caller, Expr::Const(Value::Phone(phone))) => {
                Some((Some(phone.as_str().to_owned()), Caller::Number(phone.clone())))
            }
            _ => None,
        },
        _ => None,
    }));
    candidates.extend(
        made_up(program).take(60).map(|phone| (Some(phone.as_str().to_owned()), Caller::Number(phone))),
    );
    if matches!(channel, Channel::Email | Channel::Chat) {
        candidates.push((Some(ADDRESS.into()), Caller::Invalid(ADDRESS.into())));
    }
    candidates.push((Some("anonymous".into()), Caller::Withheld));
    candidates.push((None, Caller::Missing));
    let found =
        candidates.into_iter().find(|(_, caller)| claims.iter().all(|claim| fits(program, claim, caller)))?;
    let number = found.1.number().cloned();
    Some((found.0, number))
}

/// Whether what is said of a caller is true of this one; what is said of something else is.
fn fits(program: &Program, (claim, holds): &(Expr, bool), caller: &Caller) -> bool {
    let is = match claim {
        Expr::IsNone(inner) if **inner == Expr::Caller => caller.number().is_none(),
        Expr::CallerIs(CallerKind::Withheld) => *caller == Caller::Withheld,
        Expr::CallerIs(CallerKind::Missing) => *caller == Caller::Missing,
        Expr::CallerIs(CallerKind::Invalid) => matches!(caller, Caller::Invalid(_)),
        Expr::InNumbers(number, set) if **number == Expr::Caller => {
            let set = &program.numbers[set.0 as usize];
            // Who is in a segment its customer says.
            match &set.segment {
                Some(_) => return !holds || caller.number().is_some(),
                None => caller.number().is_some_and(|number| set.contains(number)),
            }
        }
        Expr::Builtin(crate::program::Builtin::IsMobile, args) if args.first() == Some(&Expr::Caller) => {
            caller.number().is_some_and(Phone::may_be_mobile)
        }
        Expr::Builtin(crate::program::Builtin::StartsWith, args) if args.first() == Some(&Expr::Caller) => {
            let Some(Expr::Const(head)) = args.get(1) else { return true };
            let head = head.to_string();
            let number = caller.number().map(|number| number.as_str().trim_start_matches('+'));
            number.is_some_and(|number| number.starts_with(head.trim_start_matches('+')))
        }
        Expr::Compare(crate::program::CompareOp::Equal, a, b) => match (&**a, &**b) {
            (Expr::Caller, Expr::Const(Value::Phone(phone))) => caller.number() == Some(phone),
            _ => return true,
        },
        _ => return true,
    };
    is == *holds
}

fn of_pattern(pattern: &NumberPattern) -> Option<String> {
    pattern.common(pattern).map(|phone| phone.as_str().to_owned())
}

/// Some numbers of a set.
pub(super) fn of_set(program: &Program, set: NumbersId) -> Vec<String> {
    let set = &program.numbers[set.0 as usize];
    let exact = set.exact().iter().take(20).map(ToString::to_string);
    exact.chain(set.patterns().iter().take(20).filter_map(of_pattern)).collect()
}

/// Numbers that nobody has declared, those of the program's country first.
fn made_up(program: &Program) -> impl Iterator<Item = Phone> {
    let country = program.country.as_deref().and_then(|country| country.get(..2)).unwrap_or("RU");
    let own = [true, false].map(|mobile| Phone::example(country, mobile));
    let next = |phone: Phone| {
        let stem = phone.as_str().get(..phone.as_str().len() - 2).unwrap_or_default().to_owned();
        let others = (0..20).filter_map(move |tail| Phone::from_e164(&format!("{stem}{:02}", 10 + tail)));
        others.collect::<Vec<_>>()
    };
    let abroad = ["+7965629", "+1415555"].into_iter().flat_map(|head| {
        (0..20).filter_map(move |tail| Phone::from_e164(&format!("{head}{:04}", 100 + tail)))
    });
    let own: Vec<Phone> = own.into_iter().flatten().collect();
    let mut all = own.clone();
    all.extend(own.into_iter().flat_map(next));
    all.extend(abroad);
    all.into_iter()
}
