//! What kind a SIP message is, as far as counters tell them apart.

/// Methods that are told apart.
const METHODS: [&str; 13] = [
    "INVITE",
    "ACK",
    "BYE",
    "CANCEL",
    "OPTIONS",
    "REGISTER",
    "INFO",
    "PRACK",
    "UPDATE",
    "REFER",
    "NOTIFY",
    "SUBSCRIBE",
    "MESSAGE",
];
/// Classes of responses.
const CLASSES: [&str; 6] = ["1xx", "2xx", "3xx", "4xx", "5xx", "6xx"];

/// A method, a class of responses, or `other`.
pub fn kind_of(bytes: &[u8]) -> &'static str {
    if let Some(status) = bytes.strip_prefix(b"SIP/2.0 ") {
        let class = status.first().and_then(|first| CLASSES.get(usize::from(first.wrapping_sub(b'1'))));
        return class.copied().unwrap_or("other");
    }
    let word = bytes.split(|byte| *byte == b' ').next().unwrap_or_default();
    METHODS.iter().find(|method| method.as_bytes() == word).copied().unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_is_told_apart() {
        let kinds = ["INVITE sip:a SIP/2.0", "SIP/2.0 200 OK", "SIP/2.0 0", "SIP/2.0 ", "WHATEVER x", ""];
        let kinds = kinds.map(|message| kind_of(message.as_bytes()));
        assert_eq!(kinds, ["INVITE", "2xx", "other", "other", "other", "other"]);
    }
}
