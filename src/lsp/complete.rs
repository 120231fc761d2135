//! What may be written next.

use super::hover::{declaration, page};
use super::names::Names;
use super::workspace::Workspace;
use crate::language::outline::{Cursor, Expected, NameKind, Place, cursor};
use crate::language::vocabulary::{OF_CONTACT, STATES, TYPES};
use crate::program::verb::{ExitSpec, SettingSpec, VerbSpec};
use crate::program::{Channel, Verb};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent,
    MarkupKind, Position, Range, TextEdit, Uri,
};

/// Words with which a declaration begins.
const DECLARATIONS: [(&str, &str); 18] = [
    ("program", "the program's name, languages, country, zone and default handlers"),
    ("import", "another script of this program"),
    ("crm", "what the CRM knows: objects, topics, outcomes"),
    ("backend", "a service with its operations"),
    ("numbers", "a set of phone numbers"),
    ("hours", "a schedule: when something is open"),
    ("shifts", "who is on duty: exactly one at any instant"),
    ("calendar", "a set of days"),
    ("queue", "where callers wait"),
    ("prompt", "something said, in each language"),
    ("tone", "a sound of frequencies"),
    ("route", "which flow takes which contact"),
    ("record", "a type with named fields"),
    ("keep", "a value that is kept between contacts"),
    ("flow", "a procedure"),
    ("function", "a function written in Rhai"),
    ("keys", "keys that work everywhere"),
    ("promise", "what `explore` proves of every call"),
];
/// Statements whose words have no record of their own.
const STATEMENTS: [(&str, &str); 3] = [
    ("match", "goes on by a value"),
    ("default", "handlers for the exits of what follows"),
    ("keys", "keys that work in all that follows"),
];
/// What may stand behind `->` beside a flow.
const ENDS: [(&str, &str); 6] = [
    ("again", "back to the question"),
    ("listen", "back to the question, which is not said again"),
    ("hangup", "ends the call"),
    ("reject", "refuses the call, with a reason"),
    ("redirect", "sends the call elsewhere before it is answered"),
    ("return", "back to the flow that did this one"),
];
/// Values that are there without being declared.
const VALUES: [&str; 7] = ["caller", "called", "contact", "now", "yes", "no", "none"];
/// Words with which the lines of a declaration begin.
const LINES: [(NameKind, &[(&str, &str)]); 4] = [
    (
        NameKind::Program,
        &[
            ("languages", "the languages of its prompts, the first one where nothing else is known"),
            ("country", "whose national numbers are read, with its area code"),
            ("zone", "the time zone of moments that name none"),
            ("allow", "targets that are refused otherwise: premium, international, …"),
            ("default", "handlers for exits that a verb does not handle itself"),
        ],
    ),
    (
        NameKind::Backend,
        &[
            ("get", "an operation that asks"),
            ("post", "an operation that changes something"),
            ("statuses", "further replies of the operation above"),
        ],
    ),
    (
        NameKind::Hours,
        &[
            ("closed on", "a calendar's days"),
            ("open on", "a calendar's days, with their times"),
            ("always closed", "until a person opens it by hand"),
            ("always open", "until a person closes it by hand"),
            ("season", "other weekly lines for a part of every year"),
        ],
    ),
    (
        NameKind::Queue,
        &[
            ("strategy", "whose telephone rings first"),
            ("members", "who answers"),
            ("music", "what plays while one waits"),
            ("hours", "when it takes calls"),
            ("at most", "how many may wait"),
            ("ring", "how long a telephone rings"),
            ("wrap_up", "how long a member rests behind a call"),
            ("timeout", "how long one waits"),
            ("callbacks", "the flow that calls back"),
        ],
    ),
];
/// Lines of `crm`.
const LINES_OF_CRM: [(&str, &str); 4] = [
    ("customer", "what is known of customers"),
    ("object", "what contacts are about: cards, accounts, orders"),
    ("topics", "what cases are about"),
    ("outcomes", "how contacts end"),
];

/// What may be written at a place, and whether placeholders may stand in it.
pub(super) fn complete(
    workspace: &Workspace,
    uri: &Uri,
    position: Position,
    with_snippets: bool,
) -> Vec<CompletionItem> {
    let scripts = workspace.program(uri);
    let Some(script) = scripts.first() else { return Vec::new() };
    let at = script.lines.offset(&script.text, position);
    let cursor = cursor(&script.text, at);
    if cursor.is_plain {
        return Vec::new();
    }
    let range = script.lines.range(&script.text, cursor.word.start.min(at)..at);
    let names = Names::new(&scripts);
    Completion { cursor, names, range, with_snippets, at, items: Vec::new() }.items()
}

struct Completion<'a> {
    cursor: Cursor<'a>,
    names: Names<'a>,
    range: Range,
    with_snippets: bool,
    at: usize,
    items: Vec<CompletionItem>,
}

impl Completion<'_> {
    fn items(mut self) -> Vec<CompletionItem> {
        match self.cursor.expected {
            Expected::Beginning => self.beginning(),
            Expected::Names(kinds) if kinds.contains(&NameKind::Field) => self.members(),
            Expected::Names(kinds) => self.named(kinds),
            Expected::Destination => {
                self.named(&[NameKind::Flow]);
                self.words(&ENDS, CompletionItemKind::KEYWORD);
            }
            Expected::State => self.plain(&STATES, CompletionItemKind::KEYWORD),
            Expected::Type => {
                self.plain(&TYPES.map(|(word, _)| word), CompletionItemKind::TYPE_PARAMETER);
                self.plain(&["list of", "verified customer"], CompletionItemKind::TYPE_PARAMETER);
                self.named(&[NameKind::Record, NameKind::Object]);
            }
            Expected::Value => self.value(),
            Expected::NewName => {}
        }
        self.items
    }

    fn beginning(&mut self) {
        match self.cursor.place {
            Place::File => self.words(&DECLARATIONS, CompletionItemKind::KEYWORD),
            Place::Statements => self.statements(),
            Place::Verb(spec) => self.body(spec),
            Place::Arms => self.exits_of_all(),
            Place::Declaration(kind) => {
                let lines = LINES.iter().find(|(of, _)| *of == kind).map_or(&[][..], |(_, lines)| lines);
                self.words(lines, CompletionItemKind::KEYWORD);
            }
            Place::Crm => self.words(&LINES_OF_CRM, CompletionItemKind::KEYWORD),
            Place::Fields | Place::Cases | Place::Unknown => {}
        }
    }

    fn statements(&mut self) {
        for spec in Verb::CATALOGUE.iter().filter(|spec| !spec.word.starts_with("->")) {
            let text = page(spec);
            self.push(
                spec.word,
                &format!("{} ", spec.word),
                CompletionItemKind::FUNCTION,
                spec.summary,
                text,
            );
        }
        self.words(&STATEMENTS, CompletionItemKind::KEYWORD);
    }

    /// Settings and exits; those that must be handled first.
    fn body(&mut self, spec: &'static VerbSpec) {
        for exit in spec.exits {
            self.exit(exit, if exit.needed { "0" } else { "2" });
        }
        for setting in spec.settings {
            self.setting(setting);
        }
    }

    fn exits_of_all(&mut self) {
        let mut known: Vec<&str> = Vec::new();
        for exit in Verb::CATALOGUE.iter().flat_map(|spec| spec.exits) {
            if exit.needed && !known.contains(&exit.word) {
                known.push(exit.word);
                self.exit(exit, "0");
            }
        }
    }

    fn exit(&mut self, exit: &ExitSpec, rank: &str) {
        let duty = if exit.needed { "must be handled" } else { "may be handled" };
        let detail = format!("exit; {duty}");
        self.push(
            exit.word,
            &format!("{} ", exit.word),
            CompletionItemKind::EVENT,
            &detail,
            exit.when.to_owned(),
        );
        if let Some(item) = self.items.last_mut() {
            item.sort_text = Some(format!("{rank}{}", exit.word));
        }
    }

    fn setting(&mut self, setting: &SettingSpec) {
        let (snippet, has_gaps) = snippet(setting.written);
        if has_gaps && !self.with_snippets {
            let words: Vec<&str> = setting.written.split(' ').take_while(|word| is_fixed(word)).collect();
            if words.is_empty() {
                return;
            }
            let text = format!("{} ", words.join(" "));
            self.push(setting.written, &text, CompletionItemKind::PROPERTY, "setting", told(setting));
        } else {
            self.push(setting.written, &snippet, CompletionItemKind::PROPERTY, "setting", told(setting));
        }
        if let Some(item) = self.items.last_mut() {
            item.insert_text_format = Some(match has_gaps && self.with_snippets {
                true => InsertTextFormat::SNIPPET,
                false => InsertTextFormat::PLAIN_TEXT,
            });
            item.sort_text = Some(format!("1{}", setting.written));
            item.filter_text = Some(setting.written.to_owned());
        }
    }

    /// What stands behind a dot.
    fn members(&mut self) {
        let owner = self.cursor.before.iter().rev().nth(1).copied().unwrap_or_default().to_owned();
        let of_owner = |declared: Option<&str>| declared == Some(owner.as_str());
        let is_backend = self
            .names
            .all()
            .any(|found| found.declared.kind == NameKind::Backend && found.declared.name == owner);
        if owner == "contact" {
            return self.plain(&OF_CONTACT, CompletionItemKind::FIELD);
        }
        let fits = |kind: NameKind, of: Option<&str>| match is_backend {
            true => kind == NameKind::Operation && of_owner(of),
            false => kind == NameKind::Field,
        };
        self.declared(|kind, of, _| fits(kind, of));
    }

    fn value(&mut self) {
        use NameKind::{Function, Hours, Keep, Numbers, Parameter, Variable};
        if matches!(self.cursor.place, Place::Cases) && self.cursor.before.is_empty() {
            let channels = Channel::ALL.map(Channel::word);
            self.plain(&channels, CompletionItemKind::KEYWORD);
            self.plain(&["otherwise"], CompletionItemKind::KEYWORD);
        }
        self.named(&[Parameter, Variable, Keep, Hours, Function, Numbers]);
        self.plain(&VALUES, CompletionItemKind::VARIABLE);
    }

    fn named(&mut self, kinds: &[NameKind]) {
        self.declared(|kind, _, _| kinds.contains(&kind));
    }

    /// Names that are known at the cursor, each once.
    fn declared(&mut self, is_wanted: impl Fn(NameKind, Option<&str>, &str) -> bool) {
        let mut items: Vec<(String, CompletionItemKind, String, String)> = Vec::new();
        for found in self.names.all() {
            let declared = found.declared;
            let is_known = match &declared.within {
                Some(within) => found.index == 0 && within.start <= self.at && self.at <= within.end,
                None => true,
            };
            let is_new = !items.iter().any(|(name, ..)| name == declared.name);
            if is_known && is_new && is_wanted(declared.kind, declared.of, declared.name) {
                items.push((
                    declared.name.to_owned(),
                    kind_of(declared.kind),
                    declared.kind.word().to_owned(),
                    declaration(found),
                ));
            }
        }
        for (name, kind, detail, text) in items {
            let written = match detail == "topic" && self.cursor.word.is_empty() {
                true => format!("\"{name}\""),
                false => name.clone(),
            };
            self.push(&name, &written, kind, &detail, text);
        }
    }

    fn words(&mut self, words: &[(&str, &str)], kind: CompletionItemKind) {
        for (word, means) in words {
            self.push(word, word, kind, means, String::new());
        }
    }

    fn plain(&mut self, words: &[&str], kind: CompletionItemKind) {
        for word in words {
            self.push(word, word, kind, "", String::new());
        }
    }

    fn push(
        &mut self,
        label: &str,
        text: &str,
        kind: CompletionItemKind,
        detail: &str,
        documentation: String,
    ) {
        let documentation =
            (!documentation.is_empty()).then_some(Documentation::MarkupContent(MarkupContent {
                kind: MarkupKind::Markdown,
                value: documentation,
            }));
        let edit = TextEdit { range: self.range, new_text: text.to_owned() };
        self.items.push(CompletionItem {
            label: label.to_owned(),
            kind: Some(kind),
            detail: (!detail.is_empty()).then(|| detail.to_owned()),
            documentation,
            text_edit: Some(CompletionTextEdit::Edit(edit)),
            ..CompletionItem::default()
        });
    }
}

fn told(setting: &SettingSpec) -> String {
    match setting.default {
        "" => setting.what.to_owned(),
        default => format!("{}; `{default}` if left out", setting.what),
    }
}

/// Whether a word of a record is written as it is, and not filled in.
fn is_fixed(word: &str) -> bool {
    !word.contains('…')
        && !word.trim_matches(['"', ':', '.']).chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

/// A setting with a placeholder for each word in capitals, and whether there is any.
fn snippet(written: &str) -> (String, bool) {
    let mut gaps = 0;
    let mut words = Vec::new();
    for word in written.split(' ').filter(|word| *word != "…") {
        let bare = word.trim_matches(['"', ':', ';']);
        if bare.len() > 1 && !is_fixed(bare) || bare == "N" {
            gaps += 1;
            words.push(word.replace(bare, &format!("${{{gaps}:{bare}}}")));
        } else {
            words.push(word.replace('}', "\\}"));
        }
    }
    (words.join(" "), gaps > 0)
}

fn kind_of(kind: NameKind) -> CompletionItemKind {
    match kind {
        NameKind::Program | NameKind::Route => CompletionItemKind::MODULE,
        NameKind::Flow | NameKind::Function => CompletionItemKind::FUNCTION,
        NameKind::Operation => CompletionItemKind::METHOD,
        NameKind::Field => CompletionItemKind::FIELD,
        NameKind::Parameter | NameKind::Variable | NameKind::Keep => CompletionItemKind::VARIABLE,
        NameKind::Record | NameKind::Object => CompletionItemKind::STRUCT,
        NameKind::Backend => CompletionItemKind::INTERFACE,
        NameKind::Prompt => CompletionItemKind::TEXT,
        NameKind::Numbers | NameKind::Hours | NameKind::Calendar | NameKind::Queue | NameKind::Tone => {
            CompletionItemKind::CONSTANT
        }
        NameKind::Status | NameKind::Topic | NameKind::Outcome => CompletionItemKind::ENUM_MEMBER,
    }
}
