//! What to do about a name that is not there: the near one, else how to declare it, else the few that there are.

use super::parse::{means_otherwise, means_withheld};
use crate::program::Zone;
use crate::source::closest;

/// So many names are compared with unknown ones; what is unknown behind that is told without the near one.
pub(super) const MOST_COMPARED: usize = 200_000;
/// More names than this are a list that nobody reads.
const MOST_LISTED: usize = 8;

/// The hint for an unknown name of a kind, and the known name that was most likely meant.
pub(super) fn offer<'n>(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'n str>,
    compared: &mut usize,
) -> (Option<&'n str>, Option<String>) {
    if *compared >= MOST_COMPARED {
        return (None, declaration(what, name));
    }
    let known: Vec<&str> = known.into_iter().collect();
    *compared += known.len();
    let near = closest(name, known.iter().copied());
    let hint = near.map(|near| format!("did you mean `{near}`?"));
    (near, hint.or_else(|| declaration(what, name)).or_else(|| listed(&known)))
}

/// What to do about a zone that there is not: the one whose place it names, or nearly.
pub(super) fn zone(name: &str) -> String {
    let names = Zone::names();
    let place = |zone: &str| zone.rsplit('/').next().unwrap_or(zone).to_lowercase();
    let asked = place(&name.replace(' ', "_"));
    let near = names.iter().find(|zone| place(zone) == asked).map(String::as_str);
    let near = near.or_else(|| {
        let places: Vec<String> = names.iter().map(|zone| place(zone)).collect();
        let found = closest(&asked, places.iter().map(String::as_str))?;
        names.iter().zip(&places).find(|(_, place)| *place == found).map(|(zone, _)| zone.as_str())
    });
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a zone is the IANA name of a place, like `\"Europe/Moscow\"`".to_owned(),
    }
}

/// What people write for a setting, and those that they may mean.
const SETTINGS: [(&str, &[&str]); 17] = [
    ("timeout", &["ring", "within", "first_key"]),
    ("wait", &["timeout", "first_key", "within"]),
    ("maximum", &["max", "at most"]),
    ("max", &["at most", "timeout", "ring"]),
    ("minimum", &["min"]),
    ("mute", &["muted"]),
    ("tries", &["retries", "attempts"]),
    ("retry", &["retries", "attempts"]),
    ("attempts", &["retries"]),
    ("max_tries", &["retries", "attempts"]),
    ("callerid", &["caller_id"]),
    ("clid", &["caller_id"]),
    ("moderator", &["as moderator", "as participant"]),
    ("length", &["max", "within"]),
    ("announce", &["whisper", "say"]),
    ("moh", &["music", "while waiting"]),
    ("ring_timeout", &["ring"]),
];

/// The hint for a setting that a verb does not have, out of those that it has.
pub(super) fn setting_hint(word: &str, known: &[&str]) -> Option<String> {
    let meant =
        SETTINGS.iter().filter(|(other, _)| *other == word).flat_map(|(_, ours)| ours.iter().copied());
    let near =
        closest(word, known.iter().copied()).or_else(|| meant.into_iter().find(|ours| known.contains(ours)));
    match (near, known) {
        (Some(near), _) => Some(format!("did you mean `{near}`?")),
        (None, []) => None,
        (None, known) => Some(format!("it has `{}`", known.join("`, `"))),
    }
}

/// What people write for an exit, and those that they may mean.
const EXITS: [(&str, &[&str]); 14] = [
    ("timeout", &["no_input", "no_answer", "silent", "late", "give_up"]),
    ("default", &["no_match", "otherwise"]),
    ("invalid", &["no_match", "wrong"]),
    ("nomatch", &["no_match"]),
    ("noinput", &["no_input"]),
    ("silence", &["no_input", "silent"]),
    ("error", &["failed"]),
    ("fail", &["failed"]),
    ("success", &["ok", "completed", "verified", "recorded"]),
    ("found", &["one"]),
    ("not_found", &["none"]),
    ("several", &["many"]),
    ("done", &["completed", "recorded", "ok"]),
    ("abandoned", &["give_up"]),
];

/// The exit that was most likely meant by a word.
pub(super) fn exit<'n>(word: &str, known: &[&'n str]) -> Option<&'n str> {
    let meant = EXITS.iter().filter(|(other, _)| *other == word).flat_map(|(_, ours)| ours.iter());
    let found = meant.filter_map(|ours| known.iter().find(|known| *known == ours)).next().copied();
    closest(word, known.iter().copied()).or(found)
}

/// How a name of this kind comes about.
fn declaration(what: &str, name: &str) -> Option<String> {
    Some(match what {
        "variable" if matches!(name, "null" | "nil" | "undefined" | "NULL" | "None" | "Null") => {
            "what is missing is `none`".to_owned()
        }
        "variable" if matches!(name, "true" | "True" | "TRUE") => "did you mean `yes`?".to_owned(),
        "variable" if matches!(name, "false" | "False" | "FALSE") => "did you mean `no`?".to_owned(),
        "value" if means_otherwise(name) => "the rest is written `otherwise -> flow`".to_owned(),
        "value" => "a rule asks who calls, or when: `from vip`, `office is open`".to_owned(),
        "variable" => format!("`let {name} = …` before this makes it, in this block or in one around it"),
        "prompt" => format!("declare it: `prompt {name} {{ en \"…\" }}`"),
        "flow" => format!("write it: `flow {name} {{ … }}`"),
        "schedule" => format!("declare it: `hours {name} in \"Europe/Moscow\" {{ mon-fri 09:00-18:00 }}`"),
        "shift" => format!("declare it in `shifts`: `{name} mon-fri 09:00-18:00`"),
        "set of numbers" if means_withheld(name) => {
            "callers who show no number are `from withheld`".to_owned()
        }
        "set of numbers" if means_otherwise(name) => {
            "all numbers are meant where none is written: `call -> flow`".to_owned()
        }
        "channel" if means_otherwise(name) => "the rest is written `otherwise -> flow`".to_owned(),
        "channel" if matches!(name, "phone" | "voice" | "tel" | "telephone" | "pstn" | "sip") => {
            "did you mean `call`?".to_owned()
        }
        "set of numbers" => format!("declare it: `numbers {name} from \"data/{name}.csv\"`"),
        "calendar" => format!("declare it: `calendar {name} {{ jan 1 }}`"),
        "function" => {
            format!("declare it: `function {name}(x: text) -> number from \"scripts/{name}.rhai\"`")
        }
        "backend" => format!("declare it: `backend {name} {{ … }}`"),
        "outcome" => format!("declare it in the `crm` block: `outcomes {name}`"),
        "topic" => format!("declare it in the `crm` block: `topics \"{name}\"`"),
        _ => return None,
    })
}

fn listed(known: &[&str]) -> Option<String> {
    match known {
        [] => None,
        [one] => Some(format!("there is only `{one}`")),
        some if some.len() <= MOST_LISTED => Some(format!("there are `{}`", some.join("`, `"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_offered_first_then_a_declaration_then_what_there_is() {
        let hint = |what, name| offer(what, name, ["call", "chat"], &mut 0).1.unwrap_or_default();
        assert_eq!(hint("channel", "cal"), "did you mean `call`?");
        assert_eq!(hint("flow", "night"), "write it: `flow night { … }`");
        assert_eq!(hint("channel", "telegram"), "there are `call`, `chat`");
        assert_eq!(offer("channel", "telegram", [], &mut 0), (None, None));
    }

    #[test]
    fn behind_thousands_of_unknown_names_nothing_near_is_looked_for() {
        let known: Vec<String> = (0..1_000).map(|n| format!("flow_{n}")).collect();
        let mut compared = 0;
        let mut near =
            || offer("flow", "flow_7_", known.iter().map(String::as_str), &mut compared).0.is_some();
        let found = std::iter::repeat_with(&mut near).take(300).filter(|found| *found).count();
        assert_eq!(found, MOST_COMPARED / known.len());
    }

    #[test]
    fn a_zone_is_found_by_its_place_and_by_a_slip() {
        assert_eq!(zone("Berlin"), "did you mean `Europe/Berlin`?");
        assert_eq!(zone("Europe/Belrin"), "did you mean `Europe/Berlin`?");
        assert_eq!(zone("moskow"), "did you mean `Europe/Moscow`?");
        assert_eq!(zone("new york"), "did you mean `America/New_York`?");
        assert_eq!(zone("the office"), "a zone is the IANA name of a place, like `\"Europe/Moscow\"`");
    }
}
