//! What stands at a place: a verb's record, one of its settings or exits, a name's declaration.

use super::names::{Found, Names};
use super::workspace::Workspace;
use crate::language::outline::{Cursor, NameKind, Place, cursor, verb_of};
use crate::program::verb::{ExitSpec, SettingSpec, VerbSpec};
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position, Uri};
use std::fmt::Write;

/// A declaration of more lines than this is shown by its first one.
const MOST_LINES: usize = 14;

/// What to show at a place.
pub(super) fn hover(workspace: &Workspace, uri: &Uri, position: Position) -> Option<Hover> {
    let scripts = workspace.program(uri);
    let script = scripts.first()?;
    let at = script.lines.offset(&script.text, position);
    let names = Names::new(&scripts);
    let word = names.word_at(at);
    let named = word.map(|word| names.declared(0, word)).unwrap_or_default();
    let bytes = word.map_or(at..at, |word| word.at.clone());
    // Behind the word, so that the cursor has it whole.
    let cursor = cursor(&script.text, bytes.end);
    let text = match named.is_empty() {
        true => of_record(&cursor, &script.text),
        false => Some(named.into_iter().map(declaration).collect::<Vec<_>>().join("\n\n---\n\n")),
    };
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: text? });
    Some(Hover { contents, range: Some(script.lines.range(&script.text, bytes)) })
}

/// What the records of the verbs say about the word at a cursor.
fn of_record(cursor: &Cursor<'_>, text: &str) -> Option<String> {
    let word = text.get(cursor.word.clone()).filter(|word| !word.is_empty() && !cursor.is_plain)?;
    let rest = text.get(cursor.word.end..)?.lines().next().unwrap_or_default();
    let behind = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let line: Vec<&str> = cursor.before.iter().copied().chain([word]).chain(behind).collect();
    let position = cursor.before.len();
    if let Place::Verb(spec) = cursor.place
        && position == 0
        && let Some(row) = row(spec, word)
    {
        return Some(row);
    }
    // A statement may stand behind `->`, too.
    let begins = cursor.before.iter().rposition(|word| *word == "->").map_or(0, |arrow| arrow + 1);
    let spec = verb_of(line.get(begins..)?)?;
    let is_verb = position < begins + spec.word.split(' ').count();
    if is_verb { Some(page(spec)) } else { row(spec, word) }
}

/// A setting or an exit of a verb, found by its first word.
fn row(spec: &VerbSpec, word: &str) -> Option<String> {
    let begins = |written: &str| written.split(' ').next() == Some(word);
    let setting = spec.settings.iter().find(|setting| begins(setting.written));
    let exit = spec.exits.iter().find(|exit| begins(exit.word));
    let text = match (setting, exit) {
        (Some(setting), _) => setting_row(setting),
        (None, Some(exit)) => exit_row(exit),
        (None, None) => return None,
    };
    Some(format!("{text}\n\nof `{}`: {}", spec.word, spec.summary))
}

fn setting_row(setting: &SettingSpec) -> String {
    match setting.default {
        "" => format!("`{}`: {}", setting.written, setting.what),
        default => format!("`{}`: {}; `{default}` if left out", setting.written, setting.what),
    }
}

fn exit_row(exit: &ExitSpec) -> String {
    let duty = if exit.needed { "must be handled" } else { "may be handled" };
    format!("exit `{}`: {}; {duty}", exit.word, exit.when)
}

/// A verb's record in Markdown.
pub(super) fn page(spec: &VerbSpec) -> String {
    let mut text = format!("**{}**: {}\n\n```flow\n{}\n```\n", spec.word, spec.summary, spec.example);
    for setting in spec.settings {
        let _ = write!(text, "\n- {}", setting_row(setting));
    }
    for exit in spec.exits {
        let _ = write!(text, "\n- {}", exit_row(exit));
    }
    text
}

/// A declaration: the remark above it, and its text, whole where it is short.
pub(super) fn declaration(found: Found<'_, '_>) -> String {
    let text = &found.script.text;
    let declared = found.declared;
    let whole = text.get(declared.whole.clone()).unwrap_or_default().trim_end();
    let is_short = whole.lines().count() <= MOST_LINES && declared.kind != NameKind::Flow;
    let shown = if is_short { whole } else { head(whole) };
    let of = declared.of.map(|of| format!(" of `{of}`")).unwrap_or_default();
    let remark = remark_above(text, declared.whole.start);
    let remark = if remark.is_empty() { String::new() } else { format!("\n{remark}") };
    format!("{}{of}\n```flow\n{shown}\n```{remark}", declared.kind.word())
}

/// The first line of a declaration, without the brace that it opens.
fn head(whole: &str) -> &str {
    whole.lines().next().unwrap_or_default().trim_end().trim_end_matches('{').trim_end()
}

/// The remarks right above a byte, without their slashes.
fn remark_above(text: &str, at: usize) -> String {
    let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let above = text[..line_start].lines().rev();
    let mut remarks: Vec<&str> =
        above.map_while(|line| line.trim().strip_prefix("//")).map(str::trim).collect();
    remarks.reverse();
    remarks.join("\n")
}
