//! What to write instead, where the line itself shows it: units, phone numbers, amounts, other languages' statements.

use super::setting::with_unit;
use crate::program::Verb;

/// Units of time as people write them, and how they are written here.
const UNITS: [(&[&str], &str); 5] = [
    (&["milliseconds", "millisecond", "msec", "ms"], "ms"),
    (&["seconds", "second", "secs", "sec", "s"], "s"),
    (&["minutes", "minute", "mins", "min", "m"], "m"),
    (&["hours", "hour", "h"], "h"),
    (&["days", "day", "d"], "d"),
];

/// What people write for a statement, and how it is written here.
const STATEMENTS: [(&str, &str); 22] = [
    ("brake", "break"),
    ("hang", "hangup"),
    ("disconnect", "hangup"),
    ("exit", "hangup` or `return"),
    ("end", "hangup` or `return"),
    ("stop", "hangup` or `return"),
    ("cancel", "hangup`, `return` or `-> flow"),
    ("jump", "goto"),
    ("speech", "say"),
    ("print", "note` or `say"),
    ("echo", "note` or `say"),
    ("mail", "send email to"),
    ("email", "send email to"),
    ("sms", "send sms to"),
    ("confirm", "ask sure: yes_no { say … }"),
    ("while", "repeat at most 3 { … }"),
    ("foreach", "for each x in list at most 9 { … }"),
    ("loop", "repeat at most 3 { … }"),
    ("var", "let"),
    ("switch", "match"),
    ("language", "speak"),
    ("http", "get` or `post` of a declared `backend"),
];

/// A line that goes wrong at a byte, where something was found.
pub(super) struct Trouble<'l> {
    pub line: &'l str,
    pub at: usize,
    pub found: &'l str,
}

impl<'l> Trouble<'l> {
    /// What stands before it.
    pub(super) fn before(&self) -> &'l str {
        self.line[..self.at].trim_end()
    }

    /// The first word of the line.
    pub(super) fn verb(&self) -> &'l str {
        self.line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("")
    }

    /// What stands behind it.
    pub(super) fn behind(&self) -> &'l str {
        self.line.get(self.at + self.found.len()..).unwrap_or("").trim_start()
    }

    /// The fix that this line calls for.
    pub(super) fn remedy(&self) -> Option<String> {
        self.quantity().or_else(|| self.phone()).or_else(|| self.target()).or_else(|| self.clause())
    }

    /// Numbers with a unit, a currency, commas, or between two bounds.
    fn quantity(&self) -> Option<String> {
        let (before, found) = (self.before(), self.found);
        let number = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or("");
        if !number.is_empty()
            && let Some(unit) = unit_of(found)
        {
            return Some(format!("a length of time is one word: `{number}{unit}`"));
        }
        if self.verb() == "ask" && !number.is_empty() && found == "-" {
            let high = self.behind().split(|c: char| !c.is_ascii_digit()).next().unwrap_or("");
            return Some(format!("from one to another is written `{number}..{high}`"));
        }
        if self.verb() == "ask" && before.ends_with(" number") {
            return Some(
                "bounds are written as numbers, `number 1..5`; `check x <= most` knows others".to_owned(),
            );
        }
        if let Some((amount, currency)) = glued_amount(&self.line[self.at..]) {
            return Some(format!("a blank stands before the currency: `{amount} {currency}`"));
        }
        let three = |text: &str| text.len() >= 3 && text.bytes().take(3).all(|b| b.is_ascii_digit());
        if found == ","
            && !number.is_empty()
            && three(self.behind())
            && !self.line[self.at + 1..].starts_with(' ')
        {
            return Some(format!("a number has no commas: `{number}{}`", &self.behind()[..3]));
        }
        if found.len() == 4 && before.ends_with('.') && before.len() > 5 && is_number(found) {
            return Some("a date is written year, month, day: `2026-12-31`".to_owned());
        }
        None
    }

    /// Phone numbers without their `+`, or where a set of them is wanted.
    fn phone(&self) -> Option<String> {
        let before = self.before();
        if self.found == "+" && before.ends_with(" in") {
            let number = self.line[self.at..].split(['{', '-', '.', '"']).next().unwrap_or("").trim();
            return Some(format!(
                "behind `in` stands a declared set: `numbers own {{ {number} ... }}`, and `caller in own`"
            ));
        }
        if self.found == "+" && self.verb() == "call" && before.ends_with(" to") {
            return Some("write it without `to`: `call +7 843 203-57-37`".to_owned());
        }
        let last = before.rsplit([' ', '(', ',']).next().unwrap_or("");
        if let Some(text) = self.grouped(last) {
            return Some(text);
        }
        let goes_on = is_number(self.found) || matches!(self.found, "(" | "-");
        if goes_on && is_number(last) && (self.found != "-" || is_number(first_word(self.behind()))) {
            return Some("a phone number begins with `+` and its country: `+7 843 203-57-37`".to_owned());
        }
        None
    }

    /// A range with a hyphen, and a number with blanks between its thousands.
    fn grouped(&self, last: &str) -> Option<String> {
        let behind = self.behind();
        let high = behind.split(|sign: char| !sign.is_ascii_digit()).next().unwrap_or("");
        if self.found == "-" && self.before() == last && is_number(last) && is_number(high) {
            return Some(format!("from one to another is written `{last}..{high}`"));
        }
        let calls = matches!(self.verb(), "transfer" | "call" | "send" | "redirect" | "hand" | "callback");
        let begin =
            self.before().rfind(|sign: char| !(sign.is_ascii_digit() || sign == ' ')).map_or(0, |at| at + 1);
        let end = self.line[self.at..]
            .find(|sign: char| !(sign.is_ascii_digit() || sign == ' '))
            .map_or(self.line.len(), |end| self.at + end);
        let mut groups = self.line.get(begin..end)?.split_whitespace();
        let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
        let rest: Vec<&str> = groups.collect();
        let is_grouped =
            is_number(self.found) && !rest.is_empty() && rest.iter().all(|group| group.len() == 3);
        (is_grouped && !calls).then(|| format!("a number has no blanks: `{first}{}`", rest.concat()))
    }

    /// Several targets, and what is said to whom.
    fn target(&self) -> Option<String> {
        let (verb, before) = (self.verb(), self.before());
        match self.found {
            "|" if matches!(verb, "transfer" | "redirect" | "hand") => {
                Some("several targets have commas between them: `transfer to a, b in order`".to_owned())
            }
            "\"" if before == "send sms" => {
                Some("write whom first: `send sms to caller text \"…\"`, or `say` and a prompt".to_owned())
            }
            "\"" if before == "send email" => {
                Some("write whom first: `send email to \"desk@bank.example\" text \"…\"`".to_owned())
            }
            "\"" if before.ends_with(" is") => {
                let value = self.line[self.at + 1..].split('"').next().unwrap_or("");
                Some(format!(
                    "`is` tests states, as in `office is open`; values are compared: `= \"{value}\"`"
                ))
            }
            "\"" if matches!(before, "email" | "sms" | "chat" | "fax" | "call") => {
                Some(format!("addresses stand behind `to`: `{before} to \"…\"`"))
            }
            "goto" | "do" if before.ends_with("->") => {
                Some(format!("an arrow leads to the flow by itself: `-> {}`", first_name(self.behind())))
            }
            "{" if before.ends_with("->") => {
                Some("an arrow leads to a flow; braces stand without it: `1 { … }`".to_owned())
            }
            "{" if before == "keys" => {
                Some("`keys { … }` stands among the declarations, beside `program`".to_owned())
            }
            _ => None,
        }
    }

    /// Clauses in another order, or with a word left out.
    fn clause(&self) -> Option<String> {
        let (verb, before, found) = (self.verb(), self.before(), self.found);
        let text = match verb {
            "for" if before == "for" && !found.is_empty() => {
                format!("write `for each {found} in … at most 9 {{ … }}`")
            }
            "set" if before == "set language" => format!("write `speak {found}`"),
            "if" if found == "do" => {
                let call = self.behind().split('{').next().unwrap_or("").trim();
                format!("a flow is entered before: `let x = do {call}`, and then `if x …`")
            }
            "in" | "at" if found != "do" && self.behind().starts_with('(') && !before.ends_with('=') => {
                let moment = before.trim_start_matches(verb).trim();
                format!("write `{verb} {moment} do {found}(…)`")
            }
            "keep" if before.ends_with(|c: char| c.is_ascii_digit()) && before.contains(" until ") => {
                "a time of day is one in a zone: `until 00:00 in \"Europe/Moscow\"`".to_owned()
            }
            "members" if is_number(found) => format!("an extension stands in quotes: `members \"{found}\"`"),
            _ if before.ends_with(" is some") => {
                let value = before.trim_end_matches(" is some").rsplit(' ').next().unwrap_or("x");
                format!(
                    "only the statement `if` opens a value under a name; here write `{value} otherwise …`"
                )
            }
            _ if found == "within" && declares_operation(before) => {
                let length = first_word(self.behind());
                format!("the path comes first: `at \"orders\" within {length}`")
            }
            _ if self.at > 0 && found == "within" => {
                let length = first_word(self.behind());
                format!("settings stand in the braces: `{{ within {length}; … }}`")
            }
            _ => return None,
        };
        Some(text)
    }

    /// What a line was meant for that begins no statement.
    pub(super) fn statement(&self) -> Option<String> {
        let (word, behind) = (self.found, self.behind());
        if let Some(sign) = ["+=", "-=", "*=", "/="].into_iter().find(|sign| behind.starts_with(sign)) {
            let by = behind[sign.len()..].trim();
            return Some(format!("write `set {word} = {word} {} {by}`", &sign[..1]));
        }
        if behind.starts_with("++") || behind.starts_with("--") {
            return Some(format!(
                "write `set {word} = {word} {} 1`; a kept number is counted by `count {word}`",
                &behind[..1]
            ));
        }
        if behind.starts_with('=') && !behind.starts_with("=>") {
            return Some(format!(
                "`let {word} = …` names a value, `set {word} = …` changes what has that name"
            ));
        }
        if word == "else" {
            return Some("`else` stands behind the `}` or the arrow of its `if`".to_owned());
        }
        if word == "schedule" {
            return Some(
                "write `at 09:00 in \"Europe/Moscow\" do flow()`, or `if office is open { … }`".to_owned(),
            );
        }
        if let Some((_, ours)) = STATEMENTS.iter().find(|(other, _)| *other == word) {
            return Some(format!("did you mean `{ours}`?"));
        }
        let verbs = Verb::CATALOGUE.iter().map(|verb| verb.word);
        if let Some(near) =
            crate::source::closest(word, verbs.chain(["break", "continue", "post", "default"]))
        {
            return Some(format!("did you mean `{near}`?"));
        }
        if self.line[word.len()..].starts_with('(') {
            return Some(format!(
                "a flow is entered by `do {word}(…)`, which comes back, or `goto {word}(…)`"
            ));
        }
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            .then(|| "a statement begins with its verb, as `say`, `ask`, `menu` or `let` do".to_owned())
    }
}

/// How a unit of time is written that is written otherwise.
pub(super) fn unit_of(word: &str) -> Option<&'static str> {
    UNITS.iter().find(|(words, _)| words.contains(&word)).map(|(_, unit)| *unit)
}

/// The hint for a length without its unit.
pub(super) fn unit(found: &str) -> String {
    with_unit(found)
}

/// `12.50RUB` as an amount and its currency.
fn glued_amount(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|end| *end > 0)?;
    let currency = &text[end..];
    let currency = &currency[..currency.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(currency.len())];
    super::is_currency(&currency.to_ascii_uppercase()).then_some((&text[..end], currency))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("")
}

/// The name with which a text begins.
fn first_name(text: &str) -> &str {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("")
}

/// Whether a line declares an operation of a backend up to here: a statement names the backend before a point.
fn declares_operation(before: &str) -> bool {
    let mut heads = ["get ", "post "].iter().filter_map(|word| before.split_once(word));
    heads.any(|(_, behind)| behind.split_once('(').is_some_and(|(name, _)| !name.contains('.')))
}
