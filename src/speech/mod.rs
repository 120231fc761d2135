//! Speech: values in the words of a language, and prompts as sequences of recordings or as written text.
//!
//! A prompt is closed: its words are recorded piece by piece, and its values are spoken from a small inventory of
//! recorded words, the same for all programs. [`fragments`] says what to play, [`recordings`] what has to be there,
//! [`text`] what a text channel and a transcript show.
//!
//! ```text
//!  prompt balance_is(sum: money) { ru "На вашем счёте {sum}." }      with 2021.00 RUB
//!  plays   ru/balance_is.1  ru/words/n_2_f  ru/words/thousand_2  ru/words/n_20  ru/words/n_1  ru/words/rub_1
//!  reads   На вашем счёте 2 021,00 ₽.
//! ```
//!
//! | file | job |
//! |---|---|
//! | `prompt` | a prompt as fragments; every recording that a program needs |
//! | `words`, `phone` | a value taken apart: sign, units, groups |
//! | `inventory` | the words that the values of a kind can need |
//! | `rules` | what a language must know |
//! | `ru`, `pl`, `en`, `de`, `es` | one language each: words, plurals, gender, case, and its written form |
//! | `slavic` | the nouns of `ru` and `pl` |
//! | `written` | a prompt and a value as text |
//!
//! How it speaks: money to the minor unit, which is left out where it is zero, as is a zero major unit before a
//! minor one; lengths of time rounded up to whole seconds, in the accusative where a language has one («на одну
//! минуту»); days with their month and without a year; times of day to the minute; digits one by one, a pause after
//! every fourth where there are more than six; phone numbers digit by digit, in the groups of
//! their country. A prompt asks for another form behind a colon: `{n: feminine}`, `{day: weekday}`, see
//! [`Form`](crate::program::Form).
//!
//! Left out: the dative but for German, the instrumental and the prepositional; animate nouns in the accusative; places
//! in a row beyond 9,999.

mod de;
mod en;
mod error;
mod es;
mod inventory;
mod phone;
mod pl;
mod prompt;
mod ru;
mod rules;
mod slavic;
#[cfg(test)]
mod tests;
mod word;
mod words;
mod written;

pub use error::SpeechError;
pub use prompt::{Fragment, Recording, fragments, problems, recordings, spoken, vocabulary};
pub use word::{Word, sentence};
pub use words::words;
pub use written::{text, written};

/// The languages that there are rules for, by their two letters of ISO 639.
pub const LANGUAGES: [&str; 5] = ["ru", "en", "pl", "de", "es"];

fn rules_of(language: &str) -> Result<&'static dyn rules::Rules, SpeechError> {
    match language {
        "ru" => Ok(&ru::Russian),
        "en" => Ok(&en::English),
        "pl" => Ok(&pl::Polish),
        "de" => Ok(&de::German),
        "es" => Ok(&es::Spanish),
        _ => Err(SpeechError::UnknownLanguage { language: language.into() }),
    }
}
