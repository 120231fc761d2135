//! Keys sent in the body of INFO: `application/dtmf-relay` and `application/dtmf`.
//!
//! No standard defines these bodies; the forms read here are those that gateways and telephones send.

/// One key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) key: char,
    pub(super) duration_ms: Option<u32>,
}

/// Reads `Signal=5` and `Duration=160` lines, or the key alone. `None` if there is no key in it.
pub(super) fn read(body: &[u8]) -> Option<Key> {
    let text = std::str::from_utf8(body).ok()?;
    if let Some(key) = key(text.trim()) {
        return Some(Key { key, duration_ms: None });
    }
    let value = |name: &str| {
        let fields = text.lines().filter_map(|line| line.split_once('='));
        fields
            .into_iter()
            .find(|(field, _)| field.trim().eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    };
    let duration_ms = value("Duration").and_then(|duration| duration.parse().ok());
    Some(Key { key: key(value("Signal")?)?, duration_ms })
}

/// A key by its sign, or by the event number of RFC 4733 that some gateways write for `*` and `#`.
fn key(text: &str) -> Option<char> {
    match text {
        "10" => return Some('*'),
        "11" => return Some('#'),
        _ => {}
    }
    let mut characters = text.chars();
    let key = characters.next()?.to_ascii_uppercase();
    let alone = characters.next().is_none();
    (alone && matches!(key, '0'..='9' | '*' | '#' | 'A'..='D')).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: Option<(char, Option<u32>)>) {
        assert_eq!(read(body.as_bytes()).map(|read| (read.key, read.duration_ms)), expected, "{body:?}");
    }

    #[test]
    fn the_known_forms_are_read() {
        check("Signal=5\r\nDuration=160\r\n", Some(('5', Some(160))));
        check("Signal= #\nDuration= 250", Some(('#', Some(250))));
        check("signal=11\r\n", Some(('#', None)));
        check("7", Some(('7', None)));
        check("d\r\n", Some(('D', None)));
    }

    #[test]
    fn anything_else_is_no_key() {
        for body in ["", "Signal=\r\n", "Signal=55", "E", "Duration=100", "Signal=!"] {
            check(body, None);
        }
    }
}
