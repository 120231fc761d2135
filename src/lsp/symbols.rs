//! What a document declares, as a tree.

use super::workspace::Document;
use crate::language::outline::{Declared, NameKind, outline};
use lsp_types::{DocumentSymbol, SymbolKind};

/// The declarations of a document; operations stand below their backend, fields below their record.
pub(super) fn symbols(document: &Document) -> Vec<DocumentSymbol> {
    let outline = outline(&document.text);
    let mut symbols: Vec<DocumentSymbol> = Vec::new();
    for declared in &outline.declared {
        match declared.kind {
            NameKind::Parameter | NameKind::Variable | NameKind::Status => {}
            NameKind::Operation | NameKind::Field if !symbols.is_empty() => {
                if let Some(parent) = symbols.last_mut() {
                    parent.children.get_or_insert_default().push(symbol(declared, document));
                }
            }
            _ => symbols.push(symbol(declared, document)),
        }
    }
    symbols
}

#[allow(deprecated)]
fn symbol(declared: &Declared<'_>, document: &Document) -> DocumentSymbol {
    DocumentSymbol {
        name: declared.name.to_owned(),
        detail: Some(declared.kind.word().to_owned()),
        kind: kind(declared.kind),
        tags: None,
        deprecated: None,
        range: document.lines.range(&document.text, declared.whole.clone()),
        selection_range: document.lines.range(&document.text, declared.at.clone()),
        children: None,
    }
}

fn kind(kind: NameKind) -> SymbolKind {
    match kind {
        NameKind::Program => SymbolKind::MODULE,
        NameKind::Flow | NameKind::Function => SymbolKind::FUNCTION,
        NameKind::Prompt => SymbolKind::STRING,
        NameKind::Numbers | NameKind::Calendar => SymbolKind::ARRAY,
        NameKind::Hours => SymbolKind::EVENT,
        NameKind::Queue | NameKind::Object => SymbolKind::OBJECT,
        NameKind::Backend => SymbolKind::INTERFACE,
        NameKind::Operation => SymbolKind::METHOD,
        NameKind::Record => SymbolKind::STRUCT,
        NameKind::Keep | NameKind::Variable | NameKind::Parameter => SymbolKind::VARIABLE,
        NameKind::Tone | NameKind::Topic | NameKind::Outcome | NameKind::Status => SymbolKind::CONSTANT,
        NameKind::Route => SymbolKind::NAMESPACE,
        NameKind::Field => SymbolKind::FIELD,
    }
}
