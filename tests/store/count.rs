//! What the reports of a month must say, counted by going through what happened.

use super::month::{DAY, FROM, HOUR, Made, Matter, Month, NOW, TO, standing};
use callwright::crm::Direction;
use callwright::crm::question::{Ask, By, Figure, Period, Question, Scope, Sheet};
use callwright::program::Zone;
use callwright::store::Desk;
use callwright::time::{DurationMs, Wall};
use std::collections::{BTreeMap, BTreeSet};

const WITHIN: i64 = 3 * DAY;

/// What was counted, by part.
pub type Counted = BTreeMap<String, Vec<Figure>>;

fn scope(question: Question, without_marked: bool) -> Scope {
    let period = question.is_of_a_period().then_some(Period { from: FROM, to: TO });
    let zone = Some(Zone::new("Europe/Berlin").expect("a zone"));
    Scope { period, zone, now: NOW, within: DurationMs(WITHIN as u64), without_marked }
}

pub fn answer(store: &dyn Desk, question: Question, by: By, without_marked: bool) -> Sheet {
    let ask = Ask::new(question, Some(by), scope(question, without_marked)).expect("a question");
    store.answer(&ask).expect("an answer")
}

/// The rows of an answer in which anything was counted, by part.
fn rows(sheet: &Sheet) -> Counted {
    let named = sheet.rows.iter().map(|row| match row.split_first() {
        Some((Figure::Word(word), rest)) => (word.to_string(), rest.to_vec()),
        other => panic!("no part: {other:?}"),
    });
    named.filter(|(_, figures)| figures.first() != Some(&Figure::Count(0))).collect()
}

/// Groups what happened by part, and makes figures of each group.
fn grouped<'a, T: 'a>(
    of: impl IntoIterator<Item = &'a T>,
    parts: impl Fn(&T) -> BTreeSet<String>,
    figures: impl Fn(&[&'a T]) -> Vec<Figure>,
) -> Counted {
    let mut groups: BTreeMap<String, Vec<&'a T>> = BTreeMap::new();
    for one in of {
        parts(one).into_iter().for_each(|part| groups.entry(part).or_default().push(one));
    }
    groups.into_iter().map(|(part, group)| (part, figures(&group))).collect()
}

fn in_month(at: i64) -> bool {
    (FROM.0..TO.0).contains(&at)
}

fn clock(at: i64, form: &str) -> String {
    Zone::new("Europe/Berlin").expect("a zone").local(Wall(at)).strftime(form).to_string().to_lowercase()
}

/// The parts of the clock to which a moment belongs; `None` for another split.
fn clock_part(by: By, at: i64) -> Option<String> {
    let form = match by {
        By::Hour => "%H",
        By::Weekday => "%a",
        By::Day => "%Y-%m-%d",
        By::Month => "%Y-%m",
        _ => return None,
    };
    Some(clock(at, form))
}

fn word(word: Option<&str>, otherwise: &str) -> String {
    word.unwrap_or(otherwise).to_owned()
}

fn parts(made: &Made, by: By) -> BTreeSet<String> {
    if let Some(part) = clock_part(by, made.started) {
        return BTreeSet::from([part]);
    }
    let several = |parts: BTreeSet<String>| match parts.is_empty() {
        true => BTreeSet::from(["none".to_owned()]),
        false => parts,
    };
    let one = match by {
        By::Topic => return several(made.said.iter().map(|(topic, _)| (*topic).to_owned()).collect()),
        By::Outcome => {
            let standing = made.said.iter().filter_map(|(_, outcomes)| outcomes.last());
            return several(standing.map(|outcome| (*outcome).to_owned()).collect());
        }
        By::Channel => made.channel.word().to_owned(),
        By::Direction => direction(made).word().to_owned(),
        By::Called => "+78001000000".to_owned(),
        By::Program => "bank".to_owned(),
        By::Identity => match (&made.customer, made.verified) {
            (None, _) => "unknown".to_owned(),
            (Some(_), true) => "verified".to_owned(),
            (Some(_), false) => "claimed".to_owned(),
        },
        By::EndedBy => word(made.ended.map(|(_, by)| by.word()), "not ended"),
        _ => "all".to_owned(),
    };
    BTreeSet::from([one])
}

/// Only a contact that is over has said which way it went.
fn direction(made: &Made) -> Direction {
    if made.ended.is_some() { made.direction } else { Direction::In }
}

fn is_marked(made: &Made) -> bool {
    made.case.as_ref().is_some_and(|case| case.mark.is_some())
}

fn count<T>(group: &[&T], fits: impl Fn(&T) -> bool) -> u64 {
    group.iter().filter(|one| fits(one)).count() as u64
}

pub fn contacts(month: &Month, by: By, without_marked: bool) -> Counted {
    let all: Vec<&Made> = month
        .contacts
        .iter()
        .filter(|made| in_month(made.started) && !(without_marked && is_marked(made)))
        .collect();
    let whole = all.len() as u64;
    grouped(
        all,
        |made| parts(made, by),
        |group| {
            let part = group.len() as u64;
            let over: Vec<i64> = group.iter().filter_map(|made| Some(made.ended?.0 - made.started)).collect();
            let average = over.iter().sum::<i64>().checked_div(over.len() as i64);
            vec![
                Figure::Count(part),
                Figure::Share { part, whole },
                Figure::Count(count(group, |made| made.customer.is_some())),
                Figure::Count(count(group, |made| made.verified)),
                Figure::length(average.map(|average| average as u64)),
            ]
        },
    )
}

/// Whom the contact spoke with: a leg, or whoever it was handed over to without one.
fn human(made: &Made) -> &'static str {
    let handed = made.said.iter().any(|(_, outcomes)| outcomes.contains(&"handed_over"));
    if made.human == "unasked" && handed { "reached" } else { made.human }
}

fn containment(month: &Month, by: By, without_marked: bool) -> Counted {
    let counts = |made: &&Made| {
        let is_over = made.ended.is_some() && made.direction == Direction::In;
        in_month(made.started) && is_over && !(without_marked && is_marked(made))
    };
    grouped(
        month.contacts.iter().filter(counts),
        |made| parts(made, by),
        |group| {
            let of = |word: &str| count(group, |made| human(made) == word);
            let (part, whole) = (of("unasked"), group.len() as u64);
            vec![
                Figure::Count(whole),
                Figure::Count(part),
                Figure::Share { part, whole },
                Figure::Count(of("sought")),
                Figure::Count(of("reached")),
            ]
        },
    )
}

fn who(made: &Made) -> Option<String> {
    match &made.customer {
        Some(customer) => Some(standing(customer).to_owned()),
        None => made.caller.clone(),
    }
}

pub fn callers(month: &Month) -> BTreeMap<String, Vec<i64>> {
    let mut callers: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let come_in = |made: &&Made| in_month(made.started) && direction(made) == Direction::In;
    for made in month.contacts.iter().filter(come_in) {
        who(made).into_iter().for_each(|who| callers.entry(who).or_default().push(made.started));
    }
    callers
}

fn repeat(month: &Month) -> Counted {
    let callers: Vec<usize> = callers(month).values().map(Vec::len).collect();
    let whole = callers.len() as u64;
    let bracket = |times: &usize| match times {
        1..5 => times.to_string(),
        _ => "5 and more".to_owned(),
    };
    grouped(
        &callers,
        |times| BTreeSet::from([bracket(times)]),
        |group| {
            let part = group.len() as u64;
            let contacts = group.iter().map(|times| **times as u64).sum();
            let repeated = count(group, |times| *times > 1);
            vec![
                Figure::Count(part),
                Figure::Share { part, whole },
                Figure::Count(contacts),
                Figure::Count(repeated),
            ]
        },
    )
}

fn resolution(month: &Month, by: By) -> Counted {
    // Every contact about a topic of a customer's, in order.
    let mut turns: BTreeMap<(String, &str), Vec<(i64, &str)>> = BTreeMap::new();
    for made in month.contacts.iter().filter(|made| direction(made) == Direction::In) {
        for (topic, _) in made.said.iter().filter(|_| made.customer.is_some()) {
            let who = who(made).expect("a customer");
            turns.entry((who, topic)).or_default().push((made.started, &made.id));
        }
    }
    let mut matters: Vec<(&str, i64, bool)> = Vec::new();
    for ((_, topic), mut turns) in turns {
        turns.sort();
        for (index, (at, _)) in turns.iter().enumerate().filter(|(_, (at, _))| in_month(*at)) {
            let is_first = index == 0 || at - turns[index - 1].0 >= WITHIN;
            let came_back = turns.get(index + 1).is_some_and(|next| next.0 - at < WITHIN);
            matters.extend(is_first.then_some((topic, *at, came_back)));
        }
    }
    grouped(
        &matters,
        |(topic, ..)| BTreeSet::from([if by == By::Topic { (*topic).to_owned() } else { "all".to_owned() }]),
        |group| {
            let judged = |at: i64| at + WITHIN <= NOW.0;
            let resolved = count(group, |(_, at, came_back)| !came_back && judged(*at));
            let came_back = count(group, |(_, _, came_back)| *came_back);
            vec![
                Figure::Count(group.len() as u64),
                Figure::Count(resolved),
                Figure::Share { part: resolved, whole: resolved + came_back },
                Figure::Count(came_back),
                Figure::Count(count(group, |(_, at, came_back)| !came_back && !judged(*at))),
            ]
        },
    )
}

fn matters(month: &Month, without_marked: bool) -> Vec<(&Made, &Matter)> {
    let all = month.contacts.iter().filter_map(|made| Some((made, made.case.as_ref()?)));
    all.filter(|(_, case)| !(without_marked && case.mark.is_some())).collect()
}

fn case_part((_, case): &(&Made, &Matter), by: By) -> BTreeSet<String> {
    let clock = clock_part(by, case.opened);
    let state = if case.closed.is_some() { "closed" } else { "open" };
    BTreeSet::from([clock.unwrap_or_else(|| match by {
        By::Topic => case.topic.to_owned(),
        By::Owner => word(case.owner, "nobody"),
        By::Mark => word(case.mark, "not marked"),
        By::Priority => if case.urgent { "urgent" } else { "normal" }.to_owned(),
        By::State => state.to_owned(),
        _ => "all".to_owned(),
    })])
}

fn closing(month: &Month, by: By, without_marked: bool) -> Counted {
    let cases = matters(month, without_marked);
    let closed = cases.iter().filter(|(_, case)| case.closed.is_some_and(in_month));
    grouped(
        closed,
        |case| case_part(case, by),
        |group| {
            let mut lengths: Vec<i64> =
                group.iter().filter_map(|(_, case)| Some(case.closed? - case.opened)).collect();
            lengths.sort_unstable();
            // The first at which so many of a hundred are reached.
            let hundredth = |share: usize| {
                let reached = (1..=lengths.len()).find(|place| place * 100 >= share * lengths.len());
                Figure::length(reached.map(|place| lengths[place - 1] as u64))
            };
            vec![Figure::Count(lengths.len() as u64), hundredth(50), hundredth(90), hundredth(100)]
        },
    )
}

fn opened(month: &Month, by: By, without_marked: bool) -> Counted {
    let cases = matters(month, without_marked);
    let of_month: Vec<_> = cases.into_iter().filter(|(_, case)| in_month(case.opened)).collect();
    let whole = of_month.len() as u64;
    grouped(
        &of_month,
        |case| case_part(case, by),
        |group| {
            let part = group.len() as u64;
            vec![
                Figure::Count(part),
                Figure::Share { part, whole },
                Figure::Count(count(group, |(_, case)| case.closed.is_some())),
                Figure::Count(count(group, |(_, case)| case.mark.is_some())),
                Figure::Count(count(group, |(made, _)| made.customer.is_none())),
            ]
        },
    )
}

fn open(month: &Month, by: By, without_marked: bool) -> Counted {
    let cases = matters(month, without_marked);
    let open: Vec<_> = cases.into_iter().filter(|(_, case)| case.closed.is_none()).collect();
    grouped(
        &open,
        |case| case_part(case, by),
        |group| {
            let between = |from: i64, to: i64| {
                Figure::Count(count(group, |(_, case)| (from..to).contains(&(NOW.0 - case.opened))))
            };
            let oldest = group.iter().map(|(_, case)| (NOW.0 - case.opened) as u64).max();
            vec![
                Figure::Count(group.len() as u64),
                between(i64::MIN, DAY),
                between(DAY, 3 * DAY),
                between(3 * DAY, 7 * DAY),
                between(7 * DAY, 30 * DAY),
                between(30 * DAY, i64::MAX),
                Figure::length(oldest),
            ]
        },
    )
}

fn overdue(month: &Month, by: By, without_marked: bool) -> Counted {
    let cases = matters(month, without_marked);
    let late: Vec<_> =
        cases.into_iter().filter(|(_, case)| case.due.is_some_and(|due| due < NOW.0)).collect();
    grouped(
        &late,
        |case| case_part(case, by),
        |group| {
            let longest = group.iter().filter_map(|(_, case)| Some((NOW.0 - case.due?) as u64)).max();
            vec![Figure::Count(group.len() as u64), Figure::length(longest)]
        },
    )
}

/// What became of every attempt, counted as somebody would who watches: right, wrong, locks, tried while locked.
fn lockouts(month: &Month, by: By) -> Counted {
    let mut counts: BTreeMap<u64, (u32, i64)> = BTreeMap::new();
    let mut ended: Vec<(String, &str)> = Vec::new();
    for tried in &month.tried {
        let (wrong, until) = counts.entry(tried.customer).or_default();
        if *until <= tried.at && *until > 0 {
            (*wrong, *until) = (0, 0);
        }
        let verdict = match (*until > tried.at, tried.right) {
            (true, _) => "while_locked",
            (false, true) => "right",
            (false, false) if *wrong == 2 => "falls",
            (false, false) => "wrong",
        };
        match verdict {
            "right" => *wrong = 0,
            "wrong" => *wrong += 1,
            "falls" => *until = tried.at + HOUR,
            _ => {}
        }
        let part = clock_part(by, tried.at).unwrap_or_else(|| match by {
            By::Customer => format!("k-{}", tried.customer),
            _ => "all".to_owned(),
        });
        ended.extend(in_month(tried.at).then_some((part, verdict)));
    }
    grouped(
        &ended,
        |(part, _)| BTreeSet::from([part.clone()]),
        |group| {
            let of = |verdict: &str| count(group, |(_, ended)| *ended == verdict);
            vec![
                Figure::Count(group.len() as u64),
                Figure::Count(of("right")),
                Figure::Count(of("wrong") + of("falls")),
                Figure::Count(of("falls")),
                Figure::Count(of("while_locked")),
                Figure::Count(0),
            ]
        },
    )
}

/// What is counted by going through what happened; `None` where the list of callers is asked for.
fn expected(month: &Month, question: Question, by: By, without_marked: bool) -> Option<Counted> {
    Some(match question {
        Question::Contacts => contacts(month, by, without_marked),
        Question::Containment => containment(month, by, without_marked),
        Question::Resolution => resolution(month, by),
        // The journals answer it.
        Question::Leaving => return None,
        Question::Repeat if by == By::Caller => return None,
        Question::Repeat => repeat(month),
        Question::Closing => closing(month, by, without_marked),
        Question::Lockouts => lockouts(month, by),
        Question::Cases => opened(month, by, without_marked),
        Question::Open => open(month, by, without_marked),
        Question::Overdue => overdue(month, by, without_marked),
    })
}

/// Every question, split in every way, against the count.
pub fn compare(store: &dyn Desk, month: &Month) {
    for question in Question::ALL {
        for by in question.splits() {
            for without_marked in [false, true] {
                let is_of_people = matches!(question, Question::Resolution | Question::Repeat);
                if without_marked && is_of_people {
                    continue;
                }
                let Some(expected) = expected(month, question, *by, without_marked) else { continue };
                let told = rows(&answer(store, question, *by, without_marked));
                assert_eq!(
                    told, expected,
                    "{question:?} by {by:?}, without what is marked: {without_marked}"
                );
            }
        }
    }
}
