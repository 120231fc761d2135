//! The signs that people write numbers with: digits of every script, what stands between them, the letters of keys.

/// Zeros that nine more digits follow, of scripts in which people write numbers: Arabic, Persian, those of India and of
/// South-East Asia, and the wide ones of East Asia (Unicode, category Nd).
const ZEROS: [char; 19] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}',
    '\u{c66}', '\u{ce6}', '\u{d66}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}', '\u{1810}',
    '\u{ff10}',
];
/// The fewest letters that are keys and no slip.
const FEWEST_LETTERS: usize = 3;

/// A number as its signs say it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// Whether it begins with `+`.
    pub plus: bool,
    /// Its digits, a zero in brackets among them.
    pub digits: String,
    /// Where among the digits the zero in brackets is.
    pub zero: Option<usize>,
    /// How many of the digits are written as letters.
    pub letters: usize,
}

impl Written {
    /// Reads a number whose signs are plain; `None` where one means nothing in a number.
    pub fn read(text: &str) -> Option<Written> {
        let mut written = Written::default();
        for (at, sign) in text.char_indices() {
            match sign {
                '0'..='9' => written.digits.push(sign),
                '+' if written.digits.is_empty() && !written.plus => written.plus = true,
                '(' if is_lone_zero(&text[at..]) => {
                    if written.zero.replace(written.digits.len()).is_some() {
                        return None;
                    }
                }
                ' ' | '-' | '(' | ')' | '.' | '/' | '~' => {}
                letter => {
                    written.digits.push(key_of(letter).filter(|_| !written.digits.is_empty())?);
                    written.letters += 1;
                }
            }
        }
        let sound = !written.digits.is_empty() && (written.letters == 0 || written.letters >= FEWEST_LETTERS);
        sound.then_some(written)
    }
}

/// Whether a text begins with `(0)`.
fn is_lone_zero(text: &str) -> bool {
    text.split_once(')').is_some_and(|(inside, _)| inside[1..].trim() == "0")
}

/// The key that a letter stands on (ITU-T E.161).
fn key_of(letter: char) -> Option<char> {
    Some(match letter.to_ascii_uppercase() {
        'A'..='C' => '2',
        'D'..='F' => '3',
        'G'..='I' => '4',
        'J'..='L' => '5',
        'M'..='O' => '6',
        'P'..='S' => '7',
        'T'..='V' => '8',
        'W'..='Z' => '9',
        _ => return None,
    })
}

/// The text with signs of ASCII where others mean the same; marks that nobody sees are left out.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter_map(plain_sign).collect::<String>().trim().to_owned()
}

fn plain_sign(sign: char) -> Option<char> {
    if sign.is_ascii() && !sign.is_ascii_whitespace() {
        return Some(sign);
    }
    let digit =
        ZEROS.iter().find_map(|zero| u32::from(sign).checked_sub(u32::from(*zero)).filter(|n| *n < 10));
    if let Some(digit) = digit {
        return char::from_digit(digit, 10);
    }
    match sign {
        '\u{ff0b}' => Some('+'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{ff0d}' => Some('-'),
        '\u{ff08}' => Some('('),
        '\u{ff09}' => Some(')'),
        '\u{ff0e}' => Some('.'),
        '\u{ff0f}' => Some('/'),
        '\u{ff03}' => Some('#'),
        // A soft hyphen, joiners, and marks of the direction of writing, which come with copied numbers.
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => None,
        blank if blank.is_whitespace() => Some(' '),
        other => Some(other),
    }
}
