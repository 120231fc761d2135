//! Fixes that the editor can apply: the name that was meant.

use super::workspace::Document;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Diagnostic, TextEdit, WorkspaceEdit,
};
use std::collections::HashMap;

/// The fixes of the findings at a place.
pub(super) fn fixes(document: &Document, params: CodeActionParams) -> Vec<CodeActionOrCommand> {
    let uri = params.text_document.uri;
    let fix = |finding: Diagnostic| {
        let meant = meant(&finding.message)?;
        let start = document.lines.offset(&document.text, finding.range.start);
        let end = document.lines.offset(&document.text, finding.range.end);
        let there = document.text.get(start..end)?;
        // The finding may be about more than the name.
        let is_name = there.chars().all(|c| c.is_alphanumeric() || c == '_') && !there.is_empty();
        let edit = TextEdit { range: finding.range, new_text: meant.to_owned() };
        is_name.then(|| {
            CodeActionOrCommand::CodeAction(CodeAction {
                title: format!("write `{meant}`"),
                kind: Some(CodeActionKind::QUICKFIX),
                #[allow(clippy::mutable_key_type)]
                edit: Some(WorkspaceEdit::new(HashMap::from([(uri.clone(), vec![edit])]))),
                is_preferred: Some(true),
                diagnostics: Some(vec![finding.clone()]),
                ..CodeAction::default()
            })
        })
    };
    params.context.diagnostics.into_iter().filter_map(fix).collect()
}

/// The word that a finding offers: "did you mean `office`?".
fn meant(message: &str) -> Option<&str> {
    let (_, offer) = message.split_once("did you mean `")?;
    let (word, _) = offer.split_once("`?")?;
    Some(word).filter(|word| !word.is_empty())
}
