//! The lines of an iCalendar file: joined where they were folded, taken apart into name, parameters and value
//! (RFC 5545 §3.1).

use std::ops::Range;

/// One property.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Property {
    /// Where it stands in the file, in bytes.
    pub at: Range<usize>,
    /// In capitals.
    pub name: String,
    /// Names in capitals.
    params: Vec<(String, String)>,
    /// As it is written.
    pub value: String,
    /// Whether a colon stands before the value.
    has_value: bool,
}

impl Property {
    /// The value of a parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is written as RFC 5545 has it, with a name of letters, digits and hyphens and a value, if an empty one.
    pub fn is_plain(&self) -> bool {
        let fits = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
        self.has_value && !self.name.is_empty() && self.name.chars().all(fits)
    }

    /// The value as text: `\,`, `\;`, `\\` and `\n` taken back (RFC 5545 §3.3.11).
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut signs = self.value.chars();
        while let Some(sign) = signs.next() {
            match sign {
                '\\' => match signs.next() {
                    Some('n' | 'N') => text.push(' '),
                    Some(other) => text.push(other),
                    None => {}
                },
                other => text.push(other),
            }
        }
        text
    }
}

/// All properties of a file, in order; a line without a colon has an empty value.
pub(super) fn properties(text: &str) -> Vec<Property> {
    let mut joined: Vec<(Range<usize>, String)> = Vec::new();
    let mut start = 0;
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches(['\r', '\n']);
        let at = start..start + line.len();
        start += whole.len();
        match (line.strip_prefix([' ', '\t']), joined.last_mut()) {
            (Some(rest), Some((range, last))) => {
                last.push_str(rest);
                range.end = at.end;
            }
            _ if line.is_empty() => {}
            _ => joined.push((at, line.to_owned())),
        }
    }
    joined.into_iter().map(|(at, line)| property(at, &line)).collect()
}

fn property(at: Range<usize>, line: &str) -> Property {
    let line = line.trim_start_matches('\u{feff}');
    let colon = outside_quotes(line, ':');
    let (head, value) = line.split_at(colon.unwrap_or(line.len()));
    let mut parts = split_outside_quotes(head, ';').into_iter();
    let name = parts.next().unwrap_or_default().trim().to_ascii_uppercase();
    let param = |part: &str| {
        let (name, value) = part.split_once('=')?;
        Some((name.to_ascii_uppercase(), value.trim_matches('"').to_owned()))
    };
    let params = parts.filter_map(param).collect();
    let value = value.strip_prefix(':').unwrap_or(value).to_owned();
    Property { at, name, params, value, has_value: colon.is_some() }
}

/// The place of a sign that stands in no quotes.
fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, sign)| {
        quoted ^= sign == '"';
        (sign == wanted && !quoted).then_some(at)
    })
}

fn split_outside_quotes(text: &str, sign: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = outside_quotes(rest, sign) {
        parts.push(&rest[..at]);
        rest = &rest[at + sign.len_utf8()..];
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_line_is_one_property_with_its_parameters() {
        let read = properties(
            "DTSTART;TZID=\"Europe/Berlin: x\";VALUE=DATE-TIME:2026\r\n 0101T090000\r\nEND:VEVENT\r\n",
        );
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].name.as_str(), read[0].value.as_str()), ("DTSTART", "20260101T090000"));
        assert_eq!(read[0].param("TZID"), Some("Europe/Berlin: x"));
        assert_eq!(read[0].at, 0..66);
    }

    #[test]
    fn what_was_escaped_in_a_text_is_taken_back() {
        let read = properties("SUMMARY:Closed\\, all day\\nand night");
        assert_eq!(read[0].text(), "Closed, all day and night");
    }
}
