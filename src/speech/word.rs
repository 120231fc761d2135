//! One spoken word of a language's inventory.

/// A word with a recording of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word {
    /// Its stable name, safe as the name of a file: `thousand_2`. Recorded as `ru/words/thousand_2`.
    pub key: &'static str,
    /// What is said: «тысячи».
    pub text: &'static str,
}

impl Word {
    /// A short silence between groups; it has no recording.
    pub const PAUSE: Word = word("", ",");

    /// Whether it is [`Word::PAUSE`].
    pub fn is_pause(self) -> bool {
        self.key.is_empty()
    }
}

/// A word by its key and its text.
pub(super) const fn word(key: &'static str, text: &'static str) -> Word {
    Word { key, text }
}

/// The words as a line of text: blanks between them, a comma for a pause.
pub fn sentence(words: &[Word]) -> String {
    let mut line = String::new();
    for word in words {
        if !line.is_empty() && !word.is_pause() {
            line.push(' ');
        }
        line.push_str(word.text);
    }
    line
}
