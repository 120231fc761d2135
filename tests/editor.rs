//! The language server as an editor meets it: messages in, answers and findings out.

mod client;

use crate::harness::Folder;
use client::Editor;
use serde_json::{Value, json};

const SCRIPT: &str = r#"program office {
    languages en
    country GB
    zone "Europe/London"
    default { hung_up { outcome abandoned } }
}

crm {
    outcomes handled
}

hours counter in "Europe/London" { mon-fri 09:00-17:00 }
// What everybody hears first.
prompt welcome(open: yes_no) { en "Welcome. {open}" }
prompt menu_text { en "For the counter press 1." }
prompt sorry     { en "We are closed." }
route main { call -> reception otherwise -> reject not_found }

flow reception {
    answer
    let is_open = counter is open
    say welcome(is_open)
    menu {
        say menu_text
        1 "counter" -> desk
        give_up     -> closed
    }
}

flow desk {
    transfer to +44 20 7946 0018 {
        busy, no_answer, unavailable, refused, redirected, failed -> closed
        completed                                                 { outcome handled; hangup }
    }
}

flow closed {
    say sorry
    outcome handled
    hangup
}
"#;

/// Where a word begins for the n-th time, counted from one, and so many characters behind.
fn at(text: &str, word: &str, nth: usize, behind: usize) -> Value {
    let found =
        text.match_indices(word).nth(nth - 1).unwrap_or_else(|| panic!("`{word}` is not there {nth} times"));
    let before = &text[..found.0 + behind];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count();
    json!({ "line": line, "character": column })
}

fn office() -> (Folder, Editor) {
    let folder = Folder::new("editor");
    std::fs::write(folder.path().join("main.flow"), SCRIPT).expect("a script");
    let mut editor = Editor::start(folder.path());
    editor.open("main.flow", SCRIPT);
    (folder, editor)
}

#[test]
fn a_mistake_is_shown_while_it_is_there_and_gone_when_it_is_repaired() {
    let (_folder, mut editor) = office();
    assert_eq!(editor.findings("main.flow"), Vec::<String>::new());

    let place = at(SCRIPT, "sorry\n    outcome", 1, 0);
    editor.replace("main.flow", place.clone(), 5, "sory");
    let findings = editor.findings("main.flow");
    assert_eq!(findings, ["E0201 37:8 there is no prompt `sory`\nhelp: did you mean `sorry`?"]);

    editor.replace("main.flow", place, 4, "sorry");
    assert_eq!(editor.findings("main.flow"), Vec::<String>::new());
}

#[test]
fn the_name_that_was_meant_is_offered_as_a_fix() {
    let (_folder, mut editor) = office();
    editor.findings("main.flow");
    editor.replace("main.flow", at(SCRIPT, "sorry\n    outcome", 1, 0), 5, "sory");
    let actions = editor.fixes("main.flow");
    assert_eq!(actions[0]["title"], "write `sorry`");
    let changes = actions[0]["edit"]["changes"].as_object().expect("edits by file");
    let edit = &changes.values().next().expect("one file")[0];
    assert_eq!(edit["newText"], "sorry");
    assert_eq!(edit["range"]["start"], at(SCRIPT, "sorry\n    outcome", 1, 0));
}

#[test]
fn a_verb_its_settings_and_its_exits_explain_themselves() {
    let (_folder, mut editor) = office();
    let verb = editor.hover("main.flow", at(SCRIPT, "transfer", 1, 3));
    assert!(verb.starts_with("**transfer**: Calls somebody"), "{verb}");
    assert!(verb.contains("- `ring DURATION`: how long each rings; `25s` if left out"), "{verb}");
    let exit = editor.hover("main.flow", at(SCRIPT, "give_up", 1, 1));
    assert!(
        exit.starts_with("exit `give_up`: nothing fitting was heard within the budget; must be handled"),
        "{exit}"
    );
    let other = editor.hover("main.flow", at(SCRIPT, "no_answer", 1, 1));
    assert_eq!(other, "", "only the first exit of a line has its row: {other}");
}

#[test]
fn a_name_shows_its_declaration_and_the_remark_above_it() {
    let (_folder, mut editor) = office();
    let prompt = editor.hover("main.flow", at(SCRIPT, "say welcome", 1, 5));
    assert!(prompt.contains("prompt welcome(open: yes_no) { en \"Welcome. {open}\" }"), "{prompt}");
    assert!(prompt.ends_with("What everybody hears first."), "{prompt}");
    let flow = editor.hover("main.flow", at(SCRIPT, "-> desk", 1, 4));
    assert_eq!(flow, "flow\n```flow\nflow desk\n```");
}

#[test]
fn a_name_leads_to_its_declaration_and_its_uses_also_in_other_files_and_within_texts() {
    let folder = Folder::new("editor");
    let main = SCRIPT.replace("prompt sorry     { en \"We are closed.\" }\n", "import \"prompts.flow\"\n");
    std::fs::write(folder.path().join("main.flow"), &main).expect("a script");
    std::fs::write(folder.path().join("prompts.flow"), "prompt sorry { en \"We are closed.\" }\n")
        .expect("a script");
    let mut editor = Editor::start(folder.path());
    editor.open("main.flow", &main);

    let places = editor.definition("main.flow", at(&main, "say sorry", 1, 5));
    assert_eq!(places, ["prompts.flow 0:7"]);
    let uses = editor.references("main.flow", at(&main, "-> closed", 1, 4));
    assert_eq!(uses, ["main.flow 25:23", "main.flow 31:69", "main.flow 36:5"]);
    // The parameter of the prompt, from its use in the text.
    let places = editor.definition("main.flow", at(&main, "{open}", 1, 2));
    assert_eq!(places, ["main.flow 13:15"]);
    // A schedule and a word of a flow are told apart by where they stand.
    let places = editor.definition("main.flow", at(&main, "counter is open", 1, 1));
    assert_eq!(places, ["main.flow 11:6"]);
}

#[test]
fn what_may_be_written_next_depends_on_where_one_is() {
    let (_folder, mut editor) = office();
    let mut offered = |text: &str| {
        let script = SCRIPT.replace("    say sorry\n", &format!("    {text}|\n"));
        let place = at(&script, "|\n", 1, 0);
        let script = script.replace("|\n", "\n");
        editor.rewrite("main.flow", &script);
        editor.completion("main.flow", place)
    };
    let statements = offered("");
    assert!(
        statements.contains(&"transfer".to_owned()) && statements.contains(&"menu".to_owned()),
        "{statements:?}"
    );
    assert_eq!(offered("say "), ["welcome", "menu_text", "sorry"]);
    assert_eq!(offered("say we"), ["welcome", "menu_text", "sorry"], "the editor filters by what is there");
    let flows = offered("goto ");
    assert_eq!(flows, ["reception", "desk", "closed"]);
    let ends = offered("if counter is closed -> ");
    assert!(ends.starts_with(&["reception".to_owned(), "desk".to_owned()]), "{ends:?}");
    assert!(ends.contains(&"hangup".to_owned()), "{ends:?}");
    let body = offered("transfer to +44 20 7946 0018 {\n        ");
    assert!(body.contains(&"no_answer".to_owned()) && body.contains(&"ring DURATION".to_owned()), "{body:?}");
    let states = offered("if counter is ");
    assert!(states.contains(&"open".to_owned()), "{states:?}");
    assert_eq!(offered("// say "), Vec::<String>::new(), "a remark is plain");
    let script = SCRIPT.replace("    outcomes handled", "    outcomes handled\n    ");
    editor.rewrite("main.flow", &script);
    let lines = editor.completion("main.flow", at(&script, "outcomes handled\n    ", 1, 21));
    assert_eq!(lines, ["customer", "object", "topics", "outcomes"]);
}

#[test]
fn types_are_offered_behind_a_colon() {
    let (_folder, mut editor) = office();
    let script = SCRIPT.replace("yes_no", "");
    editor.rewrite("main.flow", &script);
    let types = editor.completion("main.flow", at(&script, "welcome(open: )", 1, 14));
    assert!(types.contains(&"money".to_owned()), "{types:?}");
}

#[test]
fn a_document_is_laid_out_and_its_declarations_are_listed() {
    let (_folder, mut editor) = office();
    let untidy = SCRIPT.replace("    say sorry", "  say    sorry");
    editor.rewrite("main.flow", &untidy);
    assert_eq!(editor.formatted("main.flow"), Ok(Some(SCRIPT.to_owned())));
    assert_eq!(
        editor.symbols("main.flow"),
        [
            "program office",
            "outcome handled",
            "hours counter",
            "prompt welcome",
            "prompt menu_text",
            "prompt sorry",
            "route main",
            "flow reception",
            "flow desk",
            "flow closed",
        ]
    );
    editor.rewrite("main.flow", &SCRIPT.replace("\"We are closed.\"", "\"We are closed."));
    let refused = editor.formatted("main.flow").expect_err("a text without its end has no layout");
    assert!(refused.contains("no closing quote"), "{refused}");
}

#[test]
fn a_script_that_no_program_imports_is_told_so() {
    let (folder, mut editor) = office();
    std::fs::write(folder.path().join("old.flow"), "flow old { hangup }\n").expect("a script");
    editor.open("old.flow", "flow old { hangup }\n");
    let told = editor.findings("old.flow");
    assert_eq!(told, [" 0:0 no program has this script: `main.flow` beside it does not import it"]);
}

#[test]
fn what_is_not_offered_or_cannot_be_read_is_refused_and_the_server_lives() {
    let (_folder, mut editor) = office();
    let unknown = editor.ask("textDocument/rename", json!({}));
    assert_eq!(unknown.expect_err("nobody renames").0, -32601);
    let broken = editor.ask("textDocument/hover", json!({ "position": "here" }));
    assert_eq!(broken.expect_err("no such position").0, -32602);
    editor.tell("textDocument/didChange", json!({ "what": 1 }));
    assert!(editor.hover("main.flow", at(SCRIPT, "answer", 1, 1)).starts_with("**answer**"));
}

/// The program itself, over its standard input and output.
#[test]
fn the_program_serves_an_editor_and_ends_when_it_is_told_to() {
    let folder = Folder::new("editor");
    std::fs::write(folder.path().join("main.flow"), SCRIPT).expect("a script");
    let (output, status) = client::by_hand(&[
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} } }),
        json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "shutdown" }),
        json!({ "jsonrpc": "2.0", "method": "exit" }),
    ]);
    assert!(output.contains(r#""positionEncoding":"utf-16""#), "{output}");
    assert!(output.contains(r#""id":2,"result":null"#), "{output}");
    assert!(status.success(), "{status}");
}
