//! What a designer may want to know of a program that is right: keys that act only after a pause.

use crate::program::verb::{Ask, Menu};
use crate::program::{EntryKind, Key, Node, Program, Verb};

/// Keys that wait for a further key, and how long; one line each, in the order of the flows.
pub fn notes(program: &Program) -> Vec<String> {
    let mut notes = Vec::new();
    for node in &program.nodes {
        let globals: Vec<&str> = program.flow(node.flow).keys.iter().map(|(keys, _)| &**keys).collect();
        let waiting = match &node.verb {
            Verb::Menu(menu) => of_menu(menu, &globals),
            Verb::Ask(ask) => of_ask(ask, &globals),
            Verb::Authenticate(authenticate) => of_ask(&authenticate.ask, &globals),
            _ => continue,
        };
        notes.extend(waiting.into_iter().map(|note| at(node, &note)));
    }
    // A handler that several statements inherit is several nodes.
    notes.dedup();
    notes
}

fn at(node: &Node, note: &str) -> String {
    format!("{}:{}: {note}", node.place.path, node.place.line)
}

fn of_menu(menu: &Menu, globals: &[&str]) -> Vec<String> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for choice in &menu.choices {
        if let Some(keys) = &choice.keys {
            entries.push((keys.first.to_string(), keys.last.to_string()));
        }
        if let Some(each) = &choice.each {
            entries.push(("1".to_owned(), each.at_most.min(9).to_string()));
            entries.extend((each.at_most > 9).then(|| ("10".to_owned(), each.at_most.to_string())));
        }
    }
    let holds = |key: &str| {
        entries.iter().any(|(low, high)| key.len() == low.len() && **low <= *key && *key <= **high)
    };
    let own: Vec<&str> = globals.iter().copied().filter(|key| !holds(key)).collect();
    entries.extend(own.iter().map(|key| ((*key).to_owned(), (*key).to_owned())));
    let longer_than = |(low, high): &(String, String)| {
        let mut longer = entries.iter().filter(|(first, _)| first.len() > low.len());
        longer.find(|(first, last)| first[..low.len()] <= **high && **low <= last[..low.len()]).cloned()
    };
    let waiting = entries.iter().filter_map(|entry| Some((entry, longer_than(entry)?)));
    let wait = menu.hearing.between_keys;
    let note = |(short, long)| format!("{} waits {wait} for the rest of {}", range(short), range(&long));
    waiting.map(note).collect()
}

fn range((low, high): &(String, String)) -> String {
    if low == high { format!("`{low}`") } else { format!("`{low}..{high}`") }
}

fn of_ask(ask: &Ask, globals: &[&str]) -> Vec<String> {
    let wait = ask.hearing.between_keys;
    let ends = ask.kind.until().map_or(String::new(), |key| format!(", or ends with `{}`", key.sign()));
    let entry = match &ask.kind {
        EntryKind::Digits { min, max, .. } if min < max => {
            Some(format!("an entry of {min} to {} digits waits {wait} for another{ends}", max - 1))
        }
        EntryKind::Number { high, .. } if *high > 9 => {
            Some(format!("a number to which a digit can be added waits {wait} for it{ends}"))
        }
        EntryKind::Phone { .. } | EntryKind::Money { .. } => {
            Some(format!("an entry waits {wait} for another key{ends}"))
        }
        EntryKind::Digits { .. }
        | EntryKind::Number { .. }
        | EntryKind::YesNo { .. }
        | EntryKind::Date { .. }
        | EntryKind::Time { .. }
        | EntryKind::Text
        | EntryKind::Passphrase { .. } => None,
    };
    let beside = ask
        .choices
        .iter()
        .filter_map(|choice| choice.keys.as_ref())
        .filter(|keys| keys.first.chars().next().and_then(Key::from_char).is_some_and(Key::is_digit));
    let beside = beside.map(|keys| format!("`{}` waits {wait} for the rest of an entry", keys.first));
    let longer = |key: &str| globals.iter().find(|other| other.len() > key.len() && other.starts_with(key));
    let stars = globals.iter().filter(|key| key.starts_with(['*', '#']));
    let held =
        stars.filter_map(|key| Some(format!("`{key}` waits {wait} for the rest of `{}`", longer(key)?)));
    entry.into_iter().chain(beside).chain(held).collect()
}
