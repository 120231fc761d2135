//! Lines of a script become rows of text: what stands on one row, what is broken over several, how deep they stand.

use super::scope::{Scope, Table};
use super::spacing::blanks;
use super::token::{Kind, Token};
use super::tree::{Block, Line, Part};

/// The last column of a row that is not broken any further.
pub(super) const WIDTH: usize = 110;
/// Blanks for each brace.
const STEP: usize = 4;
/// Blanks for the rest of a line that was broken, more than its beginning has: it is no block.
const REST: usize = 8;

/// A row of text.
#[derive(Clone, Debug, Default)]
pub(super) struct Row<'a> {
    /// Blanks before it.
    pub indent: usize,
    /// Its text, in columns; empty where only a remark stands.
    pub columns: Vec<String>,
    /// The table of which it is a row.
    pub table: Option<Table<'a>>,
    /// The remark behind it, or alone.
    pub remark: Option<&'a str>,
    /// Whether the remark goes on with the one above it, in the same column.
    pub hangs: bool,
    /// Whether a blank line stands before it.
    pub is_apart: bool,
}

/// The rows of a whole text.
pub(super) fn rows<'a>(lines: &[Line<'a>]) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    let mut last: Option<(bool, &str)> = None;
    let mut heading = 0;
    for (at, line) in lines.iter().enumerate() {
        if line.is_apart || at == 0 {
            heading = rows.len();
        }
        let begin = rows.len();
        line_rows(line, Place { indent: 0, rest: REST, inner: REST }, Scope::File, &mut rows);
        if line.parts.is_empty() {
            continue;
        }
        let block = (rows.len() > begin + 1, line.first_word());
        if let Some(last) = last
            && (last.0 || block.0)
            && (last.1, block.1) != ("prompt", "prompt")
            && let Some(row) = rows.get_mut(heading)
        {
            row.is_apart = heading > 0;
        }
        last = Some(block);
        heading = rows.len();
    }
    rows
}

/// How deep a line stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Blanks before it.
    indent: usize,
    /// Blanks more before what follows a comma at which it was broken.
    rest: usize,
    /// The same for a comma inside round brackets.
    inner: usize,
}

fn line_rows<'a>(line: &Line<'a>, place: Place, scope: Scope<'a>, rows: &mut Vec<Row<'a>>) {
    let begin = rows.len();
    let indent = if line.is_continued { place.indent + REST } else { place.indent };
    let remark = text_of(line.remark);
    if line.parts.is_empty() {
        rows.push(Row { indent, remark, hangs: line.hangs, ..Row::default() });
    } else if line.is_inline() && indent + width(&written(line)) <= WIDTH {
        let (table, columns) = in_columns(line, scope);
        rows.push(Row { indent, columns, table, remark, ..Row::default() });
    } else {
        let place = if line.is_continued { Place { indent, rest: 0, inner: 0 } } else { place };
        let mut breakable = Breakable { place, ..Breakable::default() };
        breakable.line(line, false, &mut Vec::new(), |_, _| {});
        let opens_all = breakable.was_too_wide;
        let mut breakable = Breakable { place, ..Breakable::default() };
        breakable.line(line, opens_all, rows, |block, rows| {
            block_rows(block, place.indent + STEP, scope.inside(line), rows);
        });
    }
    if let Some(row) = rows.get_mut(begin) {
        row.is_apart = line.is_apart;
    }
}

/// A line in the columns of its table; in one, where it has none.
fn in_columns<'a>(line: &Line<'a>, scope: Scope<'a>) -> (Option<Table<'a>>, Vec<String>) {
    let Some((table, begins)) = scope.table(line) else { return (None, vec![written(line)]) };
    let blanks = blanks(line);
    let mut columns = vec![String::new()];
    for (at, part) in line.parts.iter().enumerate() {
        match blanks.get(at) {
            Some(true) if begins.contains(&at) => columns.push(String::new()),
            Some(true) => push(&mut columns, " "),
            _ => {}
        }
        push(&mut columns, &part_text(part));
    }
    (Some(table), columns)
}

fn push(columns: &mut [String], text: &str) {
    if let Some(column) = columns.last_mut() {
        column.push_str(text);
    }
}

/// A line on one row.
fn written(line: &Line<'_>) -> String {
    let blanks = blanks(line);
    let mut text = String::new();
    for (part, blank) in line.parts.iter().zip(blanks) {
        text.push_str(if blank { " " } else { "" });
        text.push_str(&part_text(part));
    }
    text
}

fn part_text(part: &Part<'_>) -> String {
    match part {
        Part::Token(token) => token.text.to_owned(),
        Part::Block(block) if block.lines.is_empty() => "{ }".to_owned(),
        Part::Block(block) => {
            let between = if block.is_translations { " " } else { "; " };
            let lines: Vec<String> = block.lines.iter().map(written).collect();
            format!("{{ {} }}", lines.join(between))
        }
    }
}

fn block_rows<'a>(block: &Block<'a>, indent: usize, scope: Scope<'a>, rows: &mut Vec<Row<'a>>) {
    let place = Place { indent, rest: if block.is_list { 0 } else { REST }, inner: REST };
    for line in &block.lines {
        line_rows(line, place, scope, rows);
    }
}

/// A row in the making.
#[derive(Default)]
struct Breakable {
    place: Place,
    text: String,
    /// Where it may be broken, and how deep the rest stands then.
    breaks: Vec<(usize, usize)>,
    round: usize,
    /// `if`s without their `else`.
    ifs: usize,
    was_too_wide: bool,
}

impl Breakable {
    /// Makes the rows of a line: its blocks opened, those that were written on one line only where `opens_all`, and what
    /// is too wide broken behind commas. `inside` makes the rows of a block.
    fn line<'a>(
        &mut self,
        line: &Line<'a>,
        opens_all: bool,
        rows: &mut Vec<Row<'a>>,
        inside: impl Fn(&Block<'a>, &mut Vec<Row<'a>>),
    ) {
        let has_choice =
            line.parts.iter().any(|part| part.token().is_some_and(|token| token.is_word("then")));
        let is_decision = line.first_word() == "if" && !has_choice;
        for (part, blank) in line.parts.iter().zip(blanks(line)) {
            let is_else = part.token().is_some_and(|token| token.is_word("else"));
            if is_decision && is_else && self.ifs > 0 && self.round == 0 {
                self.may_break(self.place.indent);
            }
            self.text.push_str(if blank { " " } else { "" });
            match part {
                Part::Block(block) if opens_all && !block.lines.is_empty() || !block.is_inline => {
                    self.text.push('{');
                    self.finish(text_of(block.remark), rows);
                    inside(block, rows);
                    self.text.push('}');
                }
                part => self.text.push_str(&part_text(part)),
            }
            self.takes(part);
        }
        self.finish(text_of(line.remark), rows);
    }

    fn may_break(&mut self, indent: usize) {
        self.breaks.push((self.text.len(), indent));
    }

    /// Notes what this part is for breaking.
    fn takes(&mut self, part: &Part<'_>) {
        let Some(token) = part.token() else { return };
        match token.kind {
            Kind::Word if token.text == "if" && self.round == 0 => self.ifs += 1,
            Kind::Word if token.text == "else" && self.round == 0 => self.ifs = self.ifs.saturating_sub(1),
            Kind::RoundOpen => self.round += 1,
            Kind::RoundClose => self.round = self.round.saturating_sub(1),
            Kind::Comma if self.round > 0 => self.may_break(self.place.indent + self.place.inner),
            Kind::Comma => self.may_break(self.place.indent + self.place.rest),
            _ => {}
        }
    }

    /// Ends the row, or the several that it has to become, and begins an empty one.
    fn finish<'a>(&mut self, remark: Option<&'a str>, rows: &mut Vec<Row<'a>>) {
        let (text, breaks) = (std::mem::take(&mut self.text), std::mem::take(&mut self.breaks));
        let (mut begin, mut indent) = (0, self.place.indent);
        let piece = |begin: usize, end: usize| text.get(begin..end).unwrap_or_default().trim();
        let ends = breaks.iter().map(|(at, _)| *at).skip(1).chain([text.len()]);
        for ((at, rest), end) in breaks.iter().zip(ends) {
            if *at < text.len() && indent + width(piece(begin, end)) > WIDTH {
                rows.push(Row { indent, columns: vec![piece(begin, *at).to_owned()], ..Row::default() });
                (begin, indent) = (*at, *rest);
            }
        }
        let columns = vec![piece(begin, text.len()).to_owned()];
        self.was_too_wide |= begin > 0 || indent + width(piece(begin, text.len())) > WIDTH;
        rows.push(Row { indent, columns, remark, ..Row::default() });
    }
}

fn text_of<'a>(remark: Option<Token<'a>>) -> Option<&'a str> {
    remark.map(|remark| remark.text)
}

/// The columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}
