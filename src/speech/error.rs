//! Why something cannot be said.

use crate::program::Text;
use thiserror::Error;

/// Why a value or a prompt cannot be spoken from recordings.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SpeechError {
    /// Free text in a prompt: only a synthesizer could say it.
    #[error("prompt `{prompt}` says the text `{param}`, which needs a speech synthesizer")]
    NeedsSynthesizer {
        /// The prompt.
        prompt: Text,
        /// Its parameter.
        param: Text,
    },
    /// Free text that the synthesizer did not say.
    #[error("prompt `{prompt}` says a text that the synthesizer did not say; the prompt is left out")]
    NotSynthesized {
        /// The prompt.
        prompt: Text,
    },
    /// There are no rules for the numbers of this language.
    #[error("there are no rules for spoken values in the language `{language}`")]
    UnknownLanguage {
        /// As it was asked for.
        language: String,
    },
    /// There are no words for this currency.
    #[error("there are no words for the currency `{currency}`")]
    UnknownCurrency {
        /// Its three letters.
        currency: String,
    },
    /// A number beyond 999,999,999,999,999.
    #[error("a number beyond 999,999,999,999,999 is not spoken")]
    TooLarge,
    /// What should be digits has other signs in it.
    #[error("what should be said digit by digit is not made of digits")]
    NotDigits,
    /// A kind of value that has no spoken form from recordings: nothing, free text, a secret, a record.
    #[error("a value of the kind `{kind}` cannot be spoken from recordings")]
    Unspeakable {
        /// What it is.
        kind: &'static str,
    },
}
