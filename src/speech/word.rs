//! One spoken word of a language's inventory, and what stands between words.

use std::borrow::Cow;

/// A word with a recording of its own, or a joint that has none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word {
    /// Its stable name, safe as the name of a file: `thousand_2`. Recorded as `ru/words/thousand_2`. Empty for a joint.
    pub key: Cow<'static, str>,
    /// What is said: «тысячи».
    pub text: Cow<'static, str>,
}

impl Word {
    /// A short silence between groups.
    pub const PAUSE: Word = word("", ",");
    /// Two parts that are written as one word: zwei·hundert. Nothing is heard of it.
    pub(super) const JOIN: Word = word("", "");
    /// Two parts with a hyphen between them: twenty-one. Nothing is heard of it.
    pub(super) const HYPHEN: Word = word("", "-");

    /// A word whose key or text is put together.
    pub(super) fn made(key: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Word {
        Word { key: key.into(), text: text.into() }
    }

    /// Whether it is [`Word::PAUSE`].
    pub fn is_pause(&self) -> bool {
        *self == Word::PAUSE
    }

    /// Whether it is a pause, a hyphen or nothing at all between two parts of a word.
    pub fn is_joint(&self) -> bool {
        self.key.is_empty()
    }
}

/// A word by its key and its text.
pub(super) const fn word(key: &'static str, text: &'static str) -> Word {
    Word { key: Cow::Borrowed(key), text: Cow::Borrowed(text) }
}

/// The words as a line of text: blanks between them, a comma for a pause.
pub fn sentence(words: &[Word]) -> String {
    let mut line = String::new();
    let mut joined = true;
    for word in words {
        if !joined && !word.is_joint() {
            line.push(' ');
        }
        line.push_str(&word.text);
        joined = word.is_joint() && !word.is_pause();
    }
    line
}
