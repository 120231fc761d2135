//! What may be written around a number: `tel:` before it, parameters and an extension behind it.

/// What stands before the digits of an extension, in small letters; a full stop may follow.
const MARKS: [&str; 16] = [
    "extension",
    "ext",
    "extn",
    "x",
    "#",
    "доб",
    "добавочный",
    "вн",
    "внутр",
    "внутренний",
    "wewn",
    "wew",
    "durchwahl",
    "dw",
    "extensión",
    "int",
];
/// The most digits of an extension.
const LONGEST: usize = 9;

/// The number alone, and its `phone-context` (RFC 3966 §5.1.5). `None` where what follows a semicolon is no parameter.
pub(super) fn bare(text: &str) -> Option<(&str, Option<&str>)> {
    let scheme = text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:"));
    let text = if scheme { &text[4..] } else { text };
    let (number, parameters) = text.split_once(';').unwrap_or((text, ""));
    let mut context = None;
    for parameter in parameters.split(';').map(str::trim).filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if !name.starts_with(|sign: char| sign.is_ascii_alphabetic()) {
            return None;
        }
        if name.trim().eq_ignore_ascii_case("phone-context") {
            context = Some(value.trim());
        }
    }
    Some((without_extension(number).trim(), context))
}

/// What stands before `x12`, `ext. 12`, `доб. 12` or `#12`.
fn without_extension(text: &str) -> &str {
    let before = text.trim_end().trim_end_matches(|sign: char| sign.is_ascii_digit());
    let count = text.trim_end().len() - before.len();
    if count == 0 || count > LONGEST {
        return text;
    }
    let before = before.trim_end().trim_end_matches([':', '.']).trim_end();
    let number = MARKS.iter().find_map(|mark| without_mark(before, mark));
    number.unwrap_or(text)
}

/// What stands before a mark with which a text ends; `None` where it does not, or where no number stands before it.
fn without_mark<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(mark.len())?;
    let (number, end) = text.split_at_checked(at)?;
    let is_word = !number.ends_with(char::is_alphabetic);
    let is_it = end.to_lowercase() == *mark && is_word && number.contains(|sign: char| sign.is_ascii_digit());
    is_it.then(|| number.trim_end().trim_end_matches(',').trim_end())
}
