//! What to write instead for a choice or an exit: its arrow, its own line.

use super::Rule;
use super::remedy::Trouble;

/// Exits that bring something, which stands between them and their arrow.
const BRING: [&str; 8] = ["one", "ok", "verified", "ready", "recorded", "some", "redirected", "each"];

impl Trouble<'_> {
    /// The fix for a line of a verb's braces.
    pub(super) fn arm(&self, bad: Rule) -> Option<String> {
        if !matches!(bad, Rule::bad_body | Rule::bad_keys | Rule::bad_match | Rule::bad_draw) {
            return None;
        }
        let (before, found) = (self.before(), self.found);
        let rest = self.behind().trim_end_matches(['}', ' ']);
        if self.at == 0 {
            let is_next = found == "," && rest.contains("->");
            return is_next.then(|| format!("each has a line of its own, or stands behind `;`: `; {rest}`"));
        }
        let words: Vec<&str> = before.split(' ').collect();
        let is_key = before.starts_with(|sign: char| sign.is_ascii_digit() || matches!(sign, '*' | '#'));
        let is_name = found.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_');
        let text = match (found, words.as_slice()) {
            (",", _) if is_key && self.line.contains("->") => {
                "each key has a line of its own; keys in a row are one, as in `1..2 -> flow`".to_owned()
            }
            (")", [_]) if is_key => format!("write it without the bracket: `{before} {rest}`"),
            (":" | "=", _) if !rest.starts_with('>') => {
                format!("an arrow leads on: `{before} -> {}`", or_flow(rest))
            }
            ("", [exit, flow]) if !BRING.contains(exit) && !is_key => {
                format!("an arrow leads on: `{exit} -> {flow}`")
            }
            _ if is_key && is_name && (words.len() == 1 || before.ends_with('"')) => {
                format!("an arrow leads on: `{before} -> {found}`")
            }
            _ => return None,
        };
        Some(text)
    }
}

fn or_flow(goal: &str) -> &str {
    if goal.is_empty() { "flow" } else { goal }
}
