//! Lines and the blocks in them, from tokens.

use super::token::{Kind, Token};

/// A statement, a declaration or an entry, up to its line end or `;`; or a remark that stands alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Line<'a> {
    /// Its tokens and blocks; none where a remark stands alone.
    pub parts: Vec<Part<'a>>,
    /// Its first word, or that of the line with which it begins where it goes on behind a comma or inside round brackets: what it
    /// is does not depend on where it is broken. Empty where no word stands there.
    pub head: &'a str,
    /// The remark behind it, or alone.
    pub remark: Option<Token<'a>>,
    /// Whether a blank line stands before it.
    pub is_apart: bool,
    /// Whether the line before is not over: it ended with a comma, or inside round brackets.
    pub is_continued: bool,
    /// Whether it begins inside round brackets.
    pub is_inside: bool,
    /// Whether it is one of several elements of a list, with a comma behind each but the last.
    pub is_element: bool,
    /// Whether it is a remark that goes on with the one behind the line above, having been written below it.
    pub hangs: bool,
}

/// A piece of a line.
#[derive(Clone, Debug)]
pub(super) enum Part<'a> {
    /// A token.
    Token(Token<'a>),
    /// What stands in braces.
    Block(Block<'a>),
}

/// Braces and what stands in them.
#[derive(Clone, Debug)]
pub(super) struct Block<'a> {
    /// The remark behind the opening brace.
    pub remark: Option<Token<'a>>,
    /// What stands in it.
    pub lines: Vec<Line<'a>>,
    /// Whether it was written on one line.
    pub is_inline: bool,
    /// Whether its lines are elements of a list, with commas between them; a line that is alone may be one.
    pub is_list: bool,
    /// Whether it holds the translations of a prompt, which need nothing between them.
    pub is_translations: bool,
}

impl<'a> Line<'a> {
    /// Its first token, if it begins with one.
    pub(super) fn first(&self) -> Option<&Token<'a>> {
        self.parts.first().and_then(Part::token)
    }

    /// Its first word; empty where it begins with something else.
    pub(super) fn first_word(&self) -> &'a str {
        self.first().filter(|token| token.kind == Kind::Word).map_or("", |token| token.text)
    }

    /// Whether it stands on one line as it was written.
    pub(super) fn is_inline(&self) -> bool {
        self.parts.iter().all(|part| part.block().is_none_or(|block| block.is_inline))
    }

    fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.remark.is_none()
    }

    fn ends_with_comma(&self) -> bool {
        self.parts.last().and_then(Part::token).is_some_and(|token| token.kind == Kind::Comma)
    }
}

impl<'a> Part<'a> {
    /// The token, if it is one.
    pub(super) fn token(&self) -> Option<&Token<'a>> {
        match self {
            Part::Token(token) => Some(token),
            Part::Block(_) => None,
        }
    }

    /// The block, if it is one.
    pub(super) fn block(&self) -> Option<&Block<'a>> {
        match self {
            Part::Token(_) => None,
            Part::Block(block) => Some(block),
        }
    }
}

/// The lines of a text with balanced brackets.
pub(super) fn lines<'a>(tokens: &[Token<'a>]) -> Vec<Line<'a>> {
    let mut reader = Reader { tokens, at: 0 };
    reader.block(None).lines
}

struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
}

/// The lines of a block, while it is being read.
#[derive(Default)]
struct Lines<'a> {
    done: Vec<Line<'a>>,
    line: Line<'a>,
    /// Line ends since the last token.
    ends: usize,
    /// Round brackets that are open.
    round: usize,
    /// Whether the line goes on in the next one.
    goes_on: bool,
    /// The first word of the line that goes on.
    head: &'a str,
}

impl<'a> Reader<'_, 'a> {
    /// What stands between two braces, from behind the first to behind the second; or the whole text, which no line
    /// opens. `opener` is the first word of the line that does.
    fn block(&mut self, opener: Option<&str>) -> Block<'a> {
        let mut lines = Lines::default();
        let mut is_inline = true;
        let remark = self.remark();
        while let Some(token) = self.next() {
            match token.kind {
                Kind::BlockClose => break,
                Kind::End => {
                    is_inline = false;
                    lines.finish();
                    lines.ends += 1;
                }
                Kind::Semicolon => lines.finish(),
                Kind::Remark => lines.remark(token),
                Kind::BlockOpen => {
                    lines.begin();
                    let block = self.block(Some(lines.line.first_word()));
                    is_inline &= block.is_inline;
                    lines.line.parts.push(Part::Block(block));
                }
                _ => lines.token(token),
            }
        }
        lines.finish();
        let mut lines = lines.done;
        let (is_list, is_prompt) = (is_list(&lines), opener == Some("prompt"));
        if is_list && opener.is_some() {
            let is_element = lines.iter().filter(|line| !line.parts.is_empty()).count() > 1;
            lines
                .iter_mut()
                .for_each(|line| (line.is_continued, line.is_element) = (line.is_inside, is_element));
        }
        if is_prompt {
            lines = lines.into_iter().flat_map(translations).collect();
        }
        let is_translations = is_prompt && lines.iter().all(is_translation);
        is_inline = remark.is_none() && (is_inline || lines.is_empty());
        Block { remark, lines, is_inline, is_list, is_translations }
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let token = self.tokens.get(self.at).copied();
        self.at += 1;
        token
    }

    /// Takes the remark that stands here, if there is one.
    fn remark(&mut self) -> Option<Token<'a>> {
        let remark = self.tokens.get(self.at).filter(|token| token.kind == Kind::Remark).copied();
        // At the very beginning of a text a remark stands alone.
        let remark = remark.filter(|_| self.at > 0);
        self.at += usize::from(remark.is_some());
        remark
    }
}

impl<'a> Lines<'a> {
    fn token(&mut self, token: Token<'a>) {
        self.begin();
        match token.kind {
            Kind::RoundOpen => self.round += 1,
            Kind::RoundClose => self.round = self.round.saturating_sub(1),
            _ => {}
        }
        self.line.parts.push(Part::Token(token));
    }

    fn remark(&mut self, remark: Token<'a>) {
        // Behind a `;` it belongs to the line that has just ended.
        if self.line.is_empty()
            && self.ends == 0
            && let Some(line) = self.done.last_mut()
            && line.remark.is_none()
        {
            line.remark = Some(remark);
            return;
        }
        self.begin();
        if self.line.parts.is_empty() {
            self.line.hangs = self.done.last().is_some_and(|above| {
                let behind = above.remark.filter(|_| above.hangs || !above.parts.is_empty());
                behind.is_some_and(|b| (b.line + 1, b.column) == (remark.line, remark.column))
            });
        }
        self.line.remark = Some(remark);
        self.finish();
    }

    /// Something stands on the line.
    fn begin(&mut self) {
        if self.line.is_empty() {
            self.line.is_apart = self.ends > 1 && !self.done.is_empty();
            self.line.is_continued = self.goes_on;
            self.line.is_inside = self.round > 0;
        }
        self.ends = 0;
    }

    /// The line ends here, if anything stands on it.
    fn finish(&mut self) {
        if self.line.is_empty() {
            return;
        }
        let mut line = std::mem::take(&mut self.line);
        if !line.parts.is_empty() {
            self.head = if line.is_continued { self.head } else { line.first_word() };
            line.head = self.head;
            self.goes_on = self.round > 0 || line.ends_with_comma();
        }
        self.done.push(line);
    }
}

/// Whether every line but the last ends with a comma. One that a remark ends inside round brackets is not over.
fn is_list(lines: &[Line<'_>]) -> bool {
    let code: Vec<&Line<'_>> = lines.iter().filter(|line| !line.parts.is_empty()).collect();
    !code.is_empty()
        && code.iter().zip(code.iter().skip(1)).all(|(line, next)| next.is_inside || line.ends_with_comma())
}

/// The translations of a line, each as a line of its own; the line itself where it is anything else.
fn translations(line: Line<'_>) -> Vec<Line<'_>> {
    if line.parts.len() <= 2 || !is_translation(&line) {
        return vec![line];
    }
    let mut lines: Vec<Line<'_>> =
        line.parts.chunks(2).map(|pair| Line { parts: pair.to_vec(), ..Line::default() }).collect();
    if let Some(first) = lines.first_mut() {
        first.is_apart = line.is_apart;
    }
    if let Some(last) = lines.last_mut() {
        last.remark = line.remark;
    }
    lines
}

/// Whether a line is made of words with a text behind each.
fn is_translation(line: &Line<'_>) -> bool {
    let is_pair = |pair: &[Part<'_>]| {
        let kinds: Vec<Option<Kind>> = pair.iter().map(|part| part.token().map(|token| token.kind)).collect();
        kinds == [Some(Kind::Word), Some(Kind::Text)]
    };
    line.parts.chunks(2).all(is_pair)
}
