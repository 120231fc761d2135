//! What to write instead in a route: its rules are conditions with an arrow, and people bring `if`, `when` and `else`.

use super::Rule;
use super::remedy::Trouble;

/// Words that other languages put before a condition.
const BEFORE_CONDITION: [&str; 5] = ["if", "when", "case", "where", "on"];
/// What people write for `otherwise`.
const OTHERWISE: [&str; 8] = ["else", "default", "any", "all", "always", "other", "others", "_"];
/// What other systems call the number of a caller who shows none.
const WITHHELD: [&str; 6] = ["anonymous", "private", "hidden", "restricted", "suppressed", "blocked_id"];

/// Whether a word stands for `otherwise` elsewhere.
pub(in crate::language) fn means_otherwise(word: &str) -> bool {
    OTHERWISE.contains(&word)
}

/// Whether a word stands for `withheld` elsewhere.
pub(in crate::language) fn means_withheld(word: &str) -> bool {
    WITHHELD.contains(&word)
}

impl Trouble<'_> {
    /// The fix for a rule of a route.
    pub(super) fn rule_of_route(&self, bad: Rule) -> Option<String> {
        let is_case = match bad {
            Rule::bad_case => true,
            Rule::bad_route => false,
            _ => return None,
        };
        let (line, before, found) = (self.line, self.before(), self.found);
        let first = self.verb();
        if OTHERWISE.contains(&first) || line.starts_with('*') {
            return Some(format!("the rest is written `otherwise -> {}`", self.goal()));
        }
        if let Some(text) = self.question(first) {
            return Some(text);
        }
        if found == "not" && before.ends_with("from") {
            return Some(format!("write `not from {} -> {}`", self.name_behind(), self.goal()));
        }
        if WITHHELD.contains(&found) {
            return Some(format!(
                "callers who show no number stand behind `from`: `from withheld -> {}`",
                self.goal()
            ));
        }
        if !is_case && let Some(text) = self.target_of_route(first) {
            return Some(text);
        }
        if matches!(found, ":" | "then" | "{" | "=" | "") || (found == "-" && self.behind().starts_with('>'))
        {
            let condition = before.trim_end_matches(" then");
            return Some(format!("a rule has an arrow: `{condition} -> {}`", self.goal()));
        }
        None
    }

    /// A condition with a word too many, or with its words in another order.
    fn question(&self, first: &str) -> Option<String> {
        let line = self.line.trim_end();
        if BEFORE_CONDITION.contains(&first) && self.at > 0 {
            let rest = line[first.len()..].trim_start();
            let rest =
                if rest.contains("->") { rest.to_owned() } else { format!("{rest} -> {}", self.goal()) };
            return Some(format!("a rule begins with its condition: `{rest}`"));
        }
        let asked = line.split("->").next().unwrap_or(line);
        let words: Vec<&str> = asked.split([' ', ':', '{']).filter(|word| !word.is_empty()).collect();
        let (name, state) = match words.as_slice() {
            ["is", state @ ("open" | "closed"), name, ..] => (name, *state),
            ["is", name, state @ ("open" | "closed"), ..] => (name, *state),
            [state @ ("open" | "closed"), name, ..] => (name, *state),
            ["during", name, ..] => (name, "open"),
            [name, state @ ("open" | "closed"), ..] => (name, *state),
            _ => return None,
        };
        Some(format!("write `{name} is {state} -> {}`", self.goal()))
    }

    /// What stands between a channel and its arrow.
    fn target_of_route(&self, first: &str) -> Option<String> {
        let (before, found) = (self.before(), self.found);
        if first == "to" {
            return Some(format!("a rule begins with its channel: `call {}`", self.line.trim_end()));
        }
        if matches!(found, "from" | "if" | "when" | "not") && before == first {
            let rest = self.line[self.at..].trim_end();
            let rest = rest.strip_prefix("if ").or(rest.strip_prefix("when ")).unwrap_or(rest);
            return Some(format!("conditions stand in braces: `{first} {{ {rest}; otherwise -> … }}`"));
        }
        if before.ends_with(" to") && before.contains(',') {
            return Some("several targets have commas between them: `call to 611, 612 -> flow`".to_owned());
        }
        None
    }

    /// Where the rule leads, as far as it says so.
    fn goal(&self) -> &str {
        let line = self.line.trim_end_matches([' ', '}']);
        let behind = ["->", "=>", ":", "then ", ">"].iter().find_map(|sign| line.split_once(sign));
        behind.map_or("flow", |(_, goal)| goal.trim()).trim_start_matches(['-', '>', ' '])
    }

    /// The name behind what was found.
    fn name_behind(&self) -> &str {
        first_name(self.behind())
    }
}

fn first_name(text: &str) -> &str {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("")
}
