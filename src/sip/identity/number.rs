//! Numbers as signatures have them (RFC 8224 §8.3).

/// The longest number with its country's code (E.164), and some room for what networks put before it.
const LONGEST: usize = 20;

/// A number without its `+` and without what only people read; `None` for what is no number.
///
/// ```
/// use callwright::sip::identity::canonical;
///
/// assert_eq!(canonical("+7 (965) 629-57-19").as_deref(), Some("79656295719"));
/// assert_eq!(canonical("anna"), None);
/// ```
pub fn canonical(text: &str) -> Option<String> {
    let bare = text.strip_prefix('+').unwrap_or(text);
    let number: String = bare.chars().filter(|sign| !" -.()".contains(*sign)).collect();
    let is_number = number.bytes().all(|sign| sign.is_ascii_digit() || sign == b'*' || sign == b'#');
    (is_number && (1..=LONGEST).contains(&number.len())).then_some(number)
}
