//! What a script is made of where layout is concerned: words, numbers, signs, remarks and line ends.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::language) enum Kind {
    /// Latin letters, digits and `_`.
    Word,
    /// Whatever begins with a digit: `42`, `12.50`, `15m`, `2026-12-31`.
    Number,
    /// A time of day: `09:00`.
    Clock,
    /// `+7 843 203-57-37`, kept as it is written.
    Phone,
    /// `*`, `#`, `**`, `*9`: keys, or the sign of multiplication.
    Keys,
    /// A text in quotes.
    Text,
    /// `->`, `=`, `..`, `:` and the like.
    Sign,
    /// `,`
    Comma,
    /// `(`
    RoundOpen,
    /// `)`
    RoundClose,
    /// `{`
    BlockOpen,
    /// `}`
    BlockClose,
    /// `;`
    Semicolon,
    /// The end of a line.
    End,
    /// `// …`, without blanks at its end.
    Remark,
    /// Signs that the language does not know: they keep the blanks that they have.
    Other,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(in crate::language) struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// As it is written.
    pub text: &'a str,
    /// The byte of the text with which it begins.
    pub at: usize,
    /// Counted from one.
    pub line: usize,
    /// In characters, counted from one.
    pub column: usize,
    /// Whether it stands right behind the token before it, without a blank.
    pub is_glued: bool,
}

impl Token<'_> {
    /// Whether it is this word.
    pub(in crate::language) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    /// Whether it is this sign.
    pub(in crate::language) fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }
}
