//! Passphrases: words that prove who somebody is where people write, and what makes one too weak to be set.
//!
//! The same words are the same passphrase however a keyboard sends them: in NFKC (Unicode Standard Annex 15), without
//! upper and lower case, with single blanks. What is hashed, compared and counted is that form and no other.

use super::entry_kind::Misfit;
use super::secret::Secret;
use std::collections::BTreeSet;
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Fewer signs are guessed sooner than the hash is (NIST SP 800-63B §5.1.1.1).
pub const SHORTEST: u8 = 8;
/// More signs prove nothing that fewer do not.
pub const LONGEST: u8 = 128;

/// Why a passphrase may not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// It has fewer than [`SHORTEST`] signs.
    Short,
    /// It has more than [`LONGEST`] signs.
    Long,
    /// It is one piece over and over.
    Repeated,
    /// Without the words of a name it would be too short.
    Name,
}

/// A passphrase in its one form, as it is written.
pub fn passphrase(written: &str) -> Secret {
    let folded: String = written
        .nfkc()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .filter(|sign| !sign.is_control() || sign.is_whitespace())
        .nfkc()
        .collect();
    Secret::new(folded.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The passphrase that a message is, if it has so many signs; nothing but their number is looked at.
pub fn of_length(written: &str, min: u8, max: u8) -> Result<Secret, Misfit> {
    let words = passphrase(written);
    match words.count() {
        0 => Err(Misfit::NoMatch),
        count if count < usize::from(min) => Err(Misfit::TooShort),
        count if count > usize::from(max) => Err(Misfit::NoMatch),
        _ => Ok(words),
    }
}

/// What is wrong with a passphrase of somebody of this name; nothing where it may be set. It is in its one form.
pub fn weakness(passphrase: &Secret, name: &str) -> Option<Weakness> {
    match passphrase.count() {
        count if count < usize::from(SHORTEST) => Some(Weakness::Short),
        count if count > usize::from(LONGEST) => Some(Weakness::Long),
        _ if is_repeated(passphrase) => Some(Weakness::Repeated),
        _ if !is_enough_beside(passphrase, &[Secret::new(name)]) => Some(Weakness::Name),
        _ => None,
    }
}

/// Whether it has so many different words and is not one piece over and over.
pub(super) fn has_words(passphrase: &Secret, least: u8) -> bool {
    let words: BTreeSet<&str> = words(passphrase.expose()).collect();
    words.len() >= usize::from(least) && !is_repeated(passphrase)
}

/// Whether it is still long enough when all words of these are taken out of it.
pub(super) fn is_enough_beside(phrase: &Secret, known: &[Secret]) -> bool {
    let forms: Vec<Secret> = known.iter().map(|known| passphrase(known.expose())).collect();
    let mut taken: Vec<&str> = forms.iter().flat_map(|form| words(form.expose())).collect();
    // A long one may hold a short one; a single letter is in every word.
    taken.retain(|word| word.chars().nth(1).is_some());
    taken.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    let rest = taken.into_iter().fold(phrase.expose().to_owned(), |rest, word| rest.replace(word, " "));
    words(&rest).map(|word| word.chars().count()).sum::<usize>() >= usize::from(SHORTEST)
}

/// Whether its letters and digits are one piece twice or more.
fn is_repeated(passphrase: &Secret) -> bool {
    let signs: Vec<char> = passphrase.expose().chars().filter(|sign| sign.is_alphanumeric()).collect();
    let repeats = |length: &usize| {
        signs.len().is_multiple_of(*length)
            && signs.iter().skip(*length).eq(signs.iter().take(signs.len() - length))
    };
    (1..=signs.len() / 2).any(|length| repeats(&length)) || signs.is_empty()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// What is said to whoever sets it; the passphrase is not in it.
impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Weakness::Short => write!(f, "a passphrase has at least {SHORTEST} signs"),
            Weakness::Long => write!(f, "a passphrase has at most {LONGEST} signs"),
            Weakness::Repeated => f.write_str("a passphrase is not one word over and over"),
            Weakness::Name => f.write_str("a passphrase is more than the name of whom it belongs to"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_are_the_same_passphrase_however_they_are_typed() {
        let one = passphrase("straße NACH  süden");
        for written in ["  Strasse nach su\u{308}den\n", "STRASSE\u{a0}NACH\tSÜDEN", "ｓtraße nach süden"]
        {
            assert_eq!(passphrase(written), one, "{written:?}");
        }
        assert_ne!(passphrase("strasse nachsüden"), one);
    }

    #[test]
    fn its_form_is_that_of_its_form() {
        for written in ["ΟΔΟΣ και Οδός", "ﬁve ŉice İstanbul ways", "e\u{301}\u{327}tude ǅ ſ", "••• ••••"]
        {
            let once = passphrase(written);
            assert_eq!(passphrase(once.expose()), once, "{written:?}");
        }
    }

    #[test]
    fn weak_ones_are_told_from_good_ones() {
        let found = |written: &str| weakness(&passphrase(written), "Anna Petrova");
        assert_eq!(found("1234567"), Some(Weakness::Short));
        assert_eq!(found(&"long ".repeat(40)), Some(Weakness::Long));
        for written in ["password password", "PasswordPassword", "abababab", "- - - - - -"] {
            assert_eq!(found(written), Some(Weakness::Repeated), "{written}");
        }
        for written in ["Anna Petrova", "petrovaanna 1", "anna, petrova, anna"] {
            assert_eq!(found(written), Some(Weakness::Name), "{written}");
        }
        for written in ["anna eats seven apples", "correct horse battery", "пароль от банка"] {
            assert_eq!(found(written), None, "{written}");
        }
    }
}
