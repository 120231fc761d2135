//! The small words of the grammar (RFC 3261 §25.1): tokens, quoted strings, lists, parameters.

use crate::sip::limits::MAX_PARAMETERS;
use std::fmt;

/// Whether `text` is a token: not empty, letters, digits and a few signs.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

fn is_token_byte(byte: u8) -> bool {
    const SIGNS: [bool; 256] = {
        let (mut signs, mut byte) = ([false; 256], 0_u8);
        while byte < u8::MAX {
            signs[byte as usize] = byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~');
            byte += 1;
        }
        signs
    };
    SIGNS[usize::from(byte)]
}

/// Divides `text` at the first such octet, which is ASCII's: both halves are text again. A search for a character is made for long
/// texts, and those of a message are short.
pub(crate) fn divide(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == mark)?;
    Some((&text[..at], &text[at + 1..]))
}

/// `text` without the SP and HTAB around it, and no other space.
pub(crate) fn trim_blanks(text: &str) -> &str {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let bytes = text.as_bytes();
    let start = bytes.iter().take_while(|byte| is_blank(byte)).count();
    let end = bytes.len() - bytes[start..].iter().rev().take_while(|byte| is_blank(byte)).count();
    &text[start..end]
}

/// Whether there is neither space, nor a control character, nor one of these, which are of `"`, `<` and `>`.
pub(crate) fn is_without(text: &str, signs: &[u8]) -> bool {
    // What nearly all texts are made of: signs that can be seen, and none of those that anybody asks for.
    let is_plain = |byte: u8| matches!(byte, b'!' | b'#'..=b';' | b'=' | b'?'..=b'~');
    let is_sound = |c: char| match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => byte.is_ascii_graphic() && !signs.contains(&byte),
        Ok(_) | Err(_) => !c.is_whitespace() && !c.is_control(),
    };
    text.bytes().all(is_plain) || text.chars().all(is_sound)
}

/// Cuts `text` at the first `mark` outside quoted strings and angle brackets.
///
/// The second half is what follows the mark; `None` if there is no mark. A quoted string that never ends hides
/// every mark after it.
pub(crate) fn cut(text: &str, mark: u8) -> (&str, Option<&str>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = position(bytes, at, |byte| byte == mark || byte == b'"' || byte == b'<') {
        let end = match bytes.get(found) {
            Some(b'"') => end_of_quoted(bytes, found),
            Some(b'<') => position(bytes, found, |byte| byte == b'>'),
            _ => return (&text[..found], Some(&text[found + 1..])),
        };
        let Some(end) = end else { break };
        at = end + 1;
    }
    (text, None)
}

/// Where the first such octet is, from `from` on. A search by the word is made for long texts, and those of a message are short.
fn position(bytes: &[u8], from: usize, is_it: impl Fn(u8) -> bool) -> Option<usize> {
    bytes.get(from..)?.iter().position(|byte| is_it(*byte)).map(|at| from + at)
}

/// The quote that ends what the quote at `from` begins.
fn end_of_quoted(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    loop {
        at = position(bytes, at, |byte| matches!(byte, b'"' | b'\\'))?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at);
        }
        // Whatever follows the backslash ends nothing.
        at += 2;
    }
}

/// The elements of a comma-separated list, without the space around them (RFC 3261 §7.3.1).
pub(crate) fn list(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (element, after) = cut(rest?, b',');
        rest = after;
        Some(element.trim())
    })
}

/// Reads a quoted string at the start of `text`: its content without escapes, and what follows it.
pub(crate) fn quoted_string(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut content = String::new();
    let mut characters = inner.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((content, &inner[index + 1..])),
            '\\' => content.push(characters.next()?.1),
            plain => content.push(plain),
        }
    }
    None
}

/// Writes `text` as a quoted string (RFC 3261 §25.1).
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}

/// Parameters in the order they were written: `;name=value;flag`. Names compare without case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params {
    /// As they go onto the wire, without the space that the grammar allows: a message has thirty, and each that is kept by itself
    /// costs more than a search.
    text: String,
}

/// A parameter's name, and its value if it has one.
type Param<'a> = (&'a str, Option<&'a str>);

impl Params {
    /// Reads what follows the first `;`. `None` for an empty or unnamed parameter, or for too many.
    pub(crate) fn parse(text: &str) -> Option<Params> {
        let mut params = Params { text: String::with_capacity(text.len() + 1) };
        let (mut rest, mut count) = (Some(text), 0);
        while let Some(current) = rest {
            let (param, after) = cut(current, b';');
            if count == MAX_PARAMETERS {
                return None;
            }
            params.push(read_param(param.trim())?);
            (rest, count) = (after, count + 1);
        }
        Some(params)
    }

    fn push(&mut self, (name, value): Param<'_>) {
        self.text.push(';');
        self.text.push_str(name);
        if let Some(value) = value {
            self.text.push('=');
            self.text.push_str(value);
        }
    }

    /// Each as it was written.
    fn parts(&self) -> impl Iterator<Item = &str> {
        let mut rest = self.text.strip_prefix(';');
        std::iter::from_fn(move || {
            let (param, after) = cut(rest?, b';');
            rest = after;
            Some(param)
        })
    }

    fn each(&self) -> impl Iterator<Item = Param<'_>> {
        self.parts().map(|param| cut(param, b'='))
    }

    /// The values of the parameters with this name, which is a token: such a name ends where the first `=` stands.
    fn named(&self, name: &str) -> impl Iterator<Item = Option<&str>> {
        self.parts().filter_map(move |param| {
            let (begin, rest) = param.split_at_checked(name.len())?;
            match rest.as_bytes().first() {
                None | Some(b'=') if begin.eq_ignore_ascii_case(name) => Some(rest.get(1..)),
                _ => None,
            }
        })
    }

    /// The parameter's value without quotes; an empty string if it has none. `None` if it is not there.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.named(name).next()?;
        Some(value.map_or("", |value| value.trim_matches('"')))
    }

    /// The parameter's value as people read it: without quotes and without the escapes between them.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let value = self.named(name).next()??;
        Some(quoted_string(value).map_or_else(|| value.to_owned(), |(content, _)| content))
    }

    /// Whether the parameter is there, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.named(name).next().is_some()
    }

    /// Whether the parameter stands there once at most (RFC 3261 §7.3.1) and is no quoted string: two far ends that read a message
    /// must not find two calls in it.
    pub(crate) fn is_clear(&self, name: &str) -> bool {
        let mut found = self.named(name);
        let first = found.next().flatten();
        first.is_none_or(|value| !value.starts_with('"')) && found.next().is_none()
    }

    /// Sets a parameter, in its old place if it was there. The value must be one that can stand there: no `;`, no space.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        if !self.has(name) {
            return self.push((name, Some(value)));
        }
        let mut params = Params { text: String::with_capacity(self.text.len() + value.len()) };
        let mut is_set = false;
        for (candidate, old) in self.each() {
            let is_it = !is_set && candidate.eq_ignore_ascii_case(name);
            is_set |= is_it;
            params.push((candidate, if is_it { Some(value) } else { old }));
        }
        *self = params;
    }

    /// Takes a parameter away.
    pub(crate) fn remove(&mut self, name: &str) {
        if !self.has(name) {
            return;
        }
        let mut params = Params { text: String::with_capacity(self.text.len()) };
        self.each()
            .filter(|(candidate, _)| !candidate.eq_ignore_ascii_case(name))
            .for_each(|param| params.push(param));
        *self = params;
    }
}

impl fmt::Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn read_param(text: &str) -> Option<Param<'_>> {
    let (name, value) = cut(text, b'=');
    let name = name.trim();
    let value = value.map(str::trim);
    let named = !name.is_empty() && is_without(name, b"\"");
    let sound = match value {
        Some("") => false,
        Some(value) if value.starts_with('"') => {
            quoted_string(value).is_some_and(|(_, rest)| rest.is_empty())
        }
        Some(value) => is_without(value, b"\"") || !value.contains(|c: char| c.is_whitespace() || c == '"'),
        None => true,
    };
    (named && sound).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_not_cut_inside_quotes_or_brackets() {
        let elements: Vec<_> = list(r#""a, b" <sip:c,d@e> , <sip:f@g>"#).collect();
        assert_eq!(elements, [r#""a, b" <sip:c,d@e>"#, "<sip:f@g>"]);
    }

    /// The first mark by the grammar, sign by sign.
    fn first_mark(text: &str, mark: char) -> Option<usize> {
        let (mut quoted, mut escaped, mut bracketed) = (false, false, false);
        text.find(|sign| {
            match sign {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' if !bracketed => quoted = !quoted,
                '<' if !quoted => bracketed = true,
                '>' if !quoted => bracketed = false,
                _ => return sign == mark && !quoted && !bracketed,
            }
            false
        })
    }

    #[test]
    fn every_text_of_six_signs_is_cut_where_the_grammar_cuts_it() {
        const SIGNS: [char; 7] = ['é', ';', '=', '"', '<', '>', '\\'];
        let mut texts = vec![String::new()];
        for _ in 0..6 {
            let longer = texts.iter().flat_map(|text| SIGNS.map(|sign| format!("{text}{sign}")));
            texts = longer.chain([String::new()]).collect();
            for text in &texts {
                let expected = first_mark(text, ';').map(|at| (&text[..at], Some(&text[at + 1..])));
                assert_eq!(cut(text, b';'), expected.unwrap_or((text, None)), "{text}");
            }
        }
        assert_eq!(texts.len(), 137_257);
    }

    #[test]
    fn a_name_that_begins_or_holds_another_is_another() {
        let params = Params::parse(r#"tags=1;a="tag=2";<tag=3>;é;ta;TAG=4;tag"#).unwrap_or_default();
        assert_eq!((params.get("tag"), params.has("tags"), params.has("ag")), (Some("4"), true, false));
        assert!(!params.is_clear("tag"));
    }

    #[test]
    fn a_quoted_string_loses_its_escapes_and_gets_them_back() {
        let (content, rest) = quoted_string(r#""a \"b\\" tail"#).unwrap_or_default();
        assert_eq!((content.as_str(), rest), (r#"a "b\"#, " tail"));
        assert_eq!(quote(&content), r#""a \"b\\""#);
    }

    #[test]
    fn a_parameter_that_stands_twice_or_in_quotes_is_not_clear() {
        let is_clear = |text: &str| Params::parse(text).map(|params| params.is_clear("tag"));
        assert_eq!(
            ["a=1", "TAG=1;a", "tag=1;Tag=1", "tag=\"1\"", "tag"]
                .map(is_clear)
                .map(Option::unwrap_or_default),
            [true, true, false, false, true]
        );
    }

    #[test]
    fn parameters_without_a_name_are_refused() {
        assert_eq!(Params::parse(";"), None);
        assert_eq!(Params::parse("a;;b"), None);
        let params = Params::parse("a = 1 ; B").unwrap_or_default();
        assert_eq!((params.get("A"), params.get("b"), params.get("c")), (Some("1"), Some(""), None));
    }

    #[test]
    fn parameters_read_as_they_were_written_wherever_signs_stand_that_end_others() {
        for (text, written) in [
            ("a = 1 ; B", ";a=1;B"),
            (r#"a="x;y=\"z";b=<c;d=e>;f"#, r#";a="x;y=\"z";b=<c;d=e>;f"#),
            ("<a=b;c>;d=e=f", ";<a=b;c>;d=e=f"),
            ("a=<b;c", ";a=<b;c"),
        ] {
            let params = Params::parse(text).unwrap_or_default();
            assert_eq!(params.to_string(), written);
            assert_eq!(Params::parse(&written[1..]), Some(params), "{text}");
        }
        let params = Params::parse(r#"a="x;y=z";b=<c;d=e>;f"#).unwrap_or_default();
        let found = ["a", "b", "F", "y", "d"].map(|name| params.get(name));
        assert_eq!(found, [Some("x;y=z"), Some("<c;d=e>"), Some(""), None, None]);
    }

    #[test]
    fn a_parameter_is_set_in_its_place_and_taken_away_wherever_it_stands() {
        let mut params = Params::parse("rport;a=\";\";RPORT=1;b").unwrap_or_default();
        params.set("Rport", "5060");
        params.set("received", "192.0.2.1");
        assert_eq!(params.to_string(), ";rport=5060;a=\";\";RPORT=1;b;received=192.0.2.1");
        params.remove("rport");
        params.remove("none");
        assert_eq!(params.to_string(), ";a=\";\";b;received=192.0.2.1");
    }
}
