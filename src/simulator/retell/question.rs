//! What a caller presses, says or writes so that a question takes it, or does not.

use super::draft::quoted;
use crate::program::passphrase::LONGEST;
use crate::program::verb::{Ask, Choice, Menu, SecretCheck};
use crate::program::{DateFormat, EntryKind, Key, Keyed, Misfit, Program, Secret, SecretTest};

/// Digits that entries are made of.
const DIGITS: &str = "4081713579246802468135790";
/// Words that passphrases are made of.
pub(super) const PHRASE: &str = "seven green pears sing under our old bridge while ten owls read maps b\
                                 y candle light and two quiet dogs paint boats in the harbour at noon";
/// Digits that break most rules.
const SAME: &str = "1111111111111111111111111";

/// The step that keys, or writes, something.
pub(super) fn pressed(keys: &str, is_written: bool, is_secret: bool) -> String {
    let keys = quoted(keys);
    match (is_written, is_secret) {
        (false, false) => format!("press: {keys}"),
        (false, true) => format!("press: {{ secret: {keys} }}"),
        (true, false) => format!("text: {keys}"),
        (true, true) => format!("text: {{ secret: {keys} }}"),
    }
}

/// The step that makes a choice: its key, or one of its words.
pub(super) fn chosen(choice: &Choice, is_written: bool) -> Option<String> {
    match (&choice.keys, &choice.each, choice.words.first()) {
        (Some(keys), _, _) => Some(pressed(&keys.first, is_written, false)),
        (None, Some(_), _) => Some(pressed("1", is_written, false)),
        (None, None, Some(word)) if is_written => Some(format!("text: {}", quoted(word))),
        (None, None, Some(word)) => Some(format!("say: {}", quoted(word))),
        (None, None, None) => None,
    }
}

/// An entry that fits: what is keyed, and what of it is the entry.
pub(super) fn entry(ask: &Ask, yes: bool, wanted: Option<&str>) -> Option<(String, String)> {
    let ends = |entry: String, until: Key| (ended(ask, entry.clone(), until), entry);
    Some(match &ask.kind {
        EntryKind::Digits { min, max, until } => {
            let entry = wanted.map(str::to_owned).or_else(|| digits(ask, *min, *max))?;
            match until {
                Some(until) if entry.len() < *max as usize => ends(entry, *until),
                Some(_) | None => (entry.clone(), entry),
            }
        }
        EntryKind::Number { low, until, .. } => {
            ends(wanted.map_or_else(|| low.to_string(), str::to_owned), *until)
        }
        EntryKind::YesNo { yes: key, no } => {
            let sign = if yes { key.sign() } else { no.sign() }.to_string();
            (sign.clone(), sign)
        }
        EntryKind::Phone { until } => {
            let keys = wanted.map(|number| number.trim_start_matches('+').to_owned());
            ends(keys.unwrap_or_else(|| "89656290199".into()), *until)
        }
        EntryKind::Money { until, .. } => {
            let amount = wanted.and_then(|amount| amount.split(['.', ' ']).next());
            ends(amount.unwrap_or("10").into(), *until)
        }
        EntryKind::Date { format, until } if wanted.is_some() => {
            let date: jiff::civil::Date = wanted?.get(..10)?.parse().ok()?;
            ends(date.strftime(written(*format)).to_string(), *until)
        }
        EntryKind::Date { format, until } => {
            let today = jiff::civil::date(2026, 11, 22);
            let candidates = ["01122026", "12012026", "20261201", "0112", "1201", "011226"];
            let fits = |keys: &&str| keys.len() == format.length() && format.read(keys, today).is_some();
            ends(candidates.into_iter().find(fits)?.to_owned(), *until)
        }
        EntryKind::Time { until } => {
            let keys = wanted.map(|time| time.chars().filter(char::is_ascii_digit).take(4).collect());
            ends(keys.unwrap_or_else(|| "0930".into()), *until)
        }
        EntryKind::Text => (String::new(), wanted.unwrap_or("words").to_owned()),
        EntryKind::Passphrase { min, max } => {
            let words = phrase(PHRASE, *min, *max).filter(|words| passes(ask, words))?;
            (words.clone(), words)
        }
    })
}

/// Words of a passphrase's length: as few as are enough.
pub(super) fn phrase(words: &str, min: u8, max: u8) -> Option<String> {
    let ends = words.match_indices(' ').map(|(end, _)| end).chain([words.len()]);
    let enough = ends.filter(|end| (usize::from(min.max(24))..=usize::from(max)).contains(end));
    let least = words.get(..usize::from(min)).map(|cut| cut.replace(' ', "s"));
    enough.map(|end| words[..end].to_owned()).next().or(least)
}

/// An entry with the key that ends it. What is over by itself has no key behind it: the call may be over by then.
fn ended(ask: &Ask, entry: String, until: Key) -> String {
    let keys: Vec<Key> = entry.chars().filter_map(Key::from_char).collect();
    match ask.kind.weigh(&keys) {
        Keyed::Complete | Keyed::Wrong(_) => entry,
        Keyed::Open => format!("{entry}{}", until.sign()),
    }
}

/// How a day is keyed.
fn written(format: DateFormat) -> &'static str {
    match format {
        DateFormat::DayMonthYear => "%d%m%Y",
        DateFormat::MonthDayYear => "%m%d%Y",
        DateFormat::YearMonthDay => "%Y%m%d",
        DateFormat::DayMonthShortYear => "%d%m%y",
        DateFormat::DayMonth => "%d%m",
    }
}

/// Digits of a length that pass the checks.
fn digits(ask: &Ask, min: u8, max: u8) -> Option<String> {
    let lengths = (min.max(1)..=max).filter_map(|length| DIGITS.get(..length as usize));
    let tails = lengths.flat_map(|head| {
        let stem = &head[..head.len() - 1];
        std::iter::once(head.to_owned()).chain((0..10).map(move |last| format!("{stem}{last}")))
    });
    let mut fitting = tails.filter(|entry| passes(ask, entry));
    fitting.next()
}

/// Whether digits pass all checks that need nothing but them.
fn passes(ask: &Ask, entry: &str) -> bool {
    let secret = Secret::new(entry);
    let is_right = |check: &SecretCheck| match check {
        SecretCheck::NoRepeats(most) => SecretTest::NoRepeats(*most).passes(&secret),
        SecretCheck::NoRuns(length) => SecretTest::NoRuns(*length).passes(&secret),
        SecretCheck::Luhn => SecretTest::Luhn.passes(&secret),
        SecretCheck::Words(least) => SecretTest::Words(*least).passes(&secret),
        SecretCheck::DiffersFrom(_) => true,
    };
    ask.checks.iter().all(|check| check.holds(entry)) && ask.secret_checks.iter().all(is_right)
}

/// What a menu has no choice for: a key that begins none, and that is no global one.
pub(super) fn no_choice(
    program: &Program,
    node: crate::program::NodeId,
    menu: &Menu,
) -> Option<&'static str> {
    let global = &program.flow(program.node(node).flow).keys;
    let lists = menu.has_lists();
    let keys = ["9", "8", "7", "6", "5", "4", "3", "2", "1", "0", "*", "#"];
    keys.into_iter().find(|key| {
        let begins = |choice: &Choice| {
            choice.keys.as_ref().is_some_and(|keys| keys.holds(key) || keys.begins_with(key))
        };
        let is_end = menu.until.is_some_and(|until| until.sign().to_string() == **key);
        let taken = menu.choices.iter().any(begins) || global.iter().any(|(keys, _)| keys.starts_with(*key));
        let is_item = lists && key.chars().all(|sign| ('1'..='9').contains(&sign));
        !(taken || is_end || is_item)
    })
}

/// What does not fit an entry, in this way.
pub(super) fn unfit(ask: &Ask, misfit: Misfit, begins_global: bool) -> Option<String> {
    match (misfit, &ask.kind) {
        (Misfit::NoMatch, EntryKind::YesNo { .. }) => Some("5".into()),
        (Misfit::NoMatch, EntryKind::Digits { until, .. }) => {
            Some(if *until == Some(Key::STAR) { "#" } else { "*" }.into())
        }
        // Longer than any.
        (Misfit::NoMatch, EntryKind::Passphrase { .. }) => Some("a".repeat(usize::from(LONGEST) + 1)),
        // Refused at once, unless a global key may come of it.
        (Misfit::NoMatch, _) => Some(if begins_global { "*#" } else { "*" }.into()),
        (Misfit::TooShort, EntryKind::Digits { min, until, .. }) if *min > 1 => {
            Some(format!("1{}", until.map_or(String::new(), |until| until.sign().to_string())))
        }
        (Misfit::TooShort, EntryKind::Passphrase { .. }) => Some("a".into()),
        (Misfit::TooShort, EntryKind::YesNo { .. } | EntryKind::Text) => None,
        // Nothing, and the key that ends it.
        (Misfit::TooShort, kind) => kind.until().map(|until| until.sign().to_string()),
        (Misfit::Invalid, EntryKind::Number { high, until, .. }) => {
            Some(ended(ask, (u64::from(*high) + 1).to_string(), *until))
        }
        (Misfit::Invalid, EntryKind::Date { format, until }) => {
            Some(ended(ask, "9".repeat(format.length()), *until))
        }
        (Misfit::Invalid, EntryKind::Time { until }) => Some(ended(ask, "9999".into(), *until)),
        (Misfit::Invalid, EntryKind::Digits { min, max, until }) => {
            let bad = (*min..=*max).filter_map(|length| DIGITS.get(..length as usize));
            let same = (*min..=*max).filter_map(|length| SAME.get(..length as usize));
            let entry = bad.chain(same).find(|entry| !passes(ask, entry))?;
            let end = until.filter(|_| entry.len() < *max as usize);
            Some(format!("{entry}{}", end.map_or(String::new(), |until| until.sign().to_string())))
        }
        (Misfit::Invalid, EntryKind::Phone { until }) => Some(ended(ask, "111".into(), *until)),
        // One letter over and over.
        (Misfit::Invalid, EntryKind::Passphrase { min, .. }) => Some("a".repeat(usize::from(*min))),
        // More digits than an amount of any currency has.
        (Misfit::Invalid, EntryKind::Money { .. }) => Some("1".repeat(13)),
        (Misfit::Invalid, EntryKind::YesNo { .. } | EntryKind::Text) => None,
    }
}
