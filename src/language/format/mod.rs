//! One layout for every script.
//!
//! The formatter knows how a script is written, not what may stand in it: it works on words, signs, remarks and braces,
//! so that it also lays out statements which the grammar learns later. It writes a text only if the same words stand in
//! it in the same statements; otherwise it gives an error.
//!
//! What it does:
//!
//! * Four blanks for each brace. Blanks, not tabs; none behind a line; one line end behind the last line.
//! * One blank between two words. None before `,`, `:`, `?`, `)` and the bracket of arguments, none behind `(`, none
//!   around `.`, `..` and the hyphens of `mon-fri` and `09:00-18:00`. Texts, phone numbers, runs of keys and remarks
//!   stay as they are, and so does a hyphen between two words outside of computations, and a bracket behind a setting.
//! * A blank line where there was one or more, but none behind `{`, before `}` and at either end of the file. One stands
//!   around every declaration of several lines; only prompts are a table, which may stay close.
//! * A block that was written on one line stays on it while the line fits into 110 columns: `{ say bye; hangup }`. Any
//!   other has a line for each statement, without `;`, and for each translation.
//! * A line end inside round brackets, behind a comma and before the `else` of an `if` means nothing and goes. What is
//!   wider than 110 columns then gets its blocks opened, and is broken behind commas, or before `else`, if that is not
//!   enough. A block in which every line but the last ends with a comma is a list and keeps its lines, which share no columns.
//! * Lines of one kind below each other share their columns, if all fit: arms (`->` and one-line blocks of exits, choices
//!   and route rules), times in hours, `topics` and `outcomes`, one-line declarations of the same word. A blank line, and
//!   a line of another kind, begins a new table.
//! * Remarks stand in column 40 behind their line; behind longer code at the next multiple of eight. Those of lines below
//!   each other share their column. A remark on a line of its own is indented with the code, unless it was written
//!   below a remark behind a line, and so goes on with it.

mod align;
mod joints;
mod layout;
pub(in crate::language) mod lexer;
pub(in crate::language) mod same;
mod scope;
mod spacing;
pub(in crate::language) mod token;
mod tree;

use thiserror::Error;

/// Why a text has no layout.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FormatError {
    /// A text in quotes has no second quote on its line.
    #[error("{line}:{column}: this text has no closing quote; `callwright check` says more")]
    OpenText {
        /// Counted from one.
        line: usize,
        /// In characters, counted from one.
        column: usize,
    },
    /// A bracket is open where the text ends, or where an outer one closes.
    #[error("{line}:{column}: this `{bracket}` is never closed; `callwright check` says more")]
    Unclosed {
        /// Counted from one.
        line: usize,
        /// In characters, counted from one.
        column: usize,
        /// `{` or `(`.
        bracket: String,
    },
    /// A bracket closes nothing.
    #[error("{line}:{column}: this `{bracket}` closes nothing; `callwright check` says more")]
    Stray {
        /// Counted from one.
        line: usize,
        /// In characters, counted from one.
        column: usize,
        /// `}` or `)`.
        bracket: String,
    },
    /// More brackets within each other than any program has.
    #[error("{line}:{column}: more than {deepest} brackets within each other; `callwright check` says more")]
    TooDeep {
        /// Counted from one.
        line: usize,
        /// In characters, counted from one.
        column: usize,
        /// How many there may be.
        deepest: usize,
    },
    /// The layout would not say the same. Only texts that are no program are known to lead here, such as a phone number
    /// with a tab and further digits behind it.
    #[error("its layout would change what it says, so it is left as it is")]
    Changed,
}

/// The text in the one layout. Formatting its result again changes nothing.
///
/// A text with mistakes in it has a layout, too, as long as its brackets and quotes are closed.
///
/// # Errors
///
/// [`FormatError`] says which bracket or quote is not closed, and where.
///
/// ```
/// let text = callwright::language::format("flow bye{say  goodbye;hangup}")?;
/// assert_eq!(text, "flow bye { say goodbye; hangup }\n");
/// # Ok::<(), callwright::language::FormatError>(())
/// ```
pub fn format(text: &str) -> Result<String, FormatError> {
    let tokens = lexer::lex(text)?;
    joints::balance(&tokens)?;
    let joined = joints::without_free_ends(&tokens);
    let mut rows = layout::rows(&tree::lines(&joined));
    align::align_tables(&mut rows);
    let formatted = align::join(&rows);
    let is_same = lexer::lex(&formatted).is_ok_and(|after| same::is_same(&tokens, &after));
    if is_same { Ok(formatted) } else { Err(FormatError::Changed) }
}
