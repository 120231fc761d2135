//! The one layout: what it looks like, that it says the same, and that it stays.
//!
//! A case is a text `tests/format/NAME.in` and beside it its layout, `NAME.flow`; `UPDATE_GOLDEN=1` writes the layouts
//! anew. `CALLWRIGHT_SEED=<seed> cargo test --test all format` repeats what a random test printed.

use crate::harness::{Folder, root, run};
use callwright::cli::disk::DiskFiles;
use callwright::language::{Compiled, FormatError, compile, format};
use callwright::program::Program;
use callwright::source::{Files, MemoryFiles, Place};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const CALLWRIGHT: &str = env!("CARGO_BIN_EXE_callwright");

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The layout of a text that has one, and that is its own layout.
fn laid_out(text: &str) -> String {
    let once = format(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    assert_eq!(format(&once).as_ref(), Ok(&once), "a layout must stay:\n{once}");
    once
}

/// The files below a folder with this ending, in order.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut waiting = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => waiting.push(path),
                path if path.extension().is_some_and(|found| found == ending) => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// Every script of the project that has a layout.
fn scripts() -> Vec<(PathBuf, String)> {
    let folders = ["flows", "examples", "tests/language", "tests/journals", "tests/format"];
    let all = folders.iter().flat_map(|folder| files(folder, "flow")).map(|path| (path.clone(), read(&path)));
    let found: Vec<_> = all.filter(|(_, text)| format(text).is_ok()).collect();
    assert!(found.len() > 50, "only {} scripts", found.len());
    found
}

#[test]
fn every_case_gets_the_layout_beside_it() {
    let mut wrong = Vec::new();
    for path in files("tests/format", "in") {
        let found = laid_out(&read(&path));
        let golden = path.with_extension("flow");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &found).expect("written");
        }
        if fs::read_to_string(&golden).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", golden.display()));
        }
    }
    assert!(wrong.is_empty(), "these differ from their .flow:\n{}", wrong.join("\n"));
}

#[test]
fn shipped_flows_are_in_the_layout() {
    let output = run(CALLWRIGHT, &["fmt", "--check", "flows", "examples"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn every_script_has_one_layout() {
    for (_, text) in scripts() {
        laid_out(&text);
    }
}

#[test]
fn no_text_is_an_empty_file() {
    assert_eq!(laid_out(""), "");
    assert_eq!(laid_out("\n \t\r\n"), "");
    assert_eq!(laid_out("// alone"), "// alone\n");
}

#[test]
fn tabs_and_foreign_line_ends_go() {
    let text = "flow x {\r\n\tsay hi\t\t// hello\t\r\n\r\n\r\n\thangup\r}";
    assert_eq!(
        laid_out(text),
        "flow x {\n    say hi                              // hello\n\n    hangup\n}\n"
    );
}

#[test]
fn what_is_not_closed_is_named() {
    let refused = |text: &str| format(text).expect_err("no layout").to_string();
    let more = "`callwright check` says more";
    assert_eq!(refused("flow x {\n  if yes {\n}\n"), format!("1:8: this `{{` is never closed; {more}"));
    assert_eq!(refused("flow x { say y(1 }"), format!("1:15: this `(` is never closed; {more}"));
    assert_eq!(refused("flow x { } }"), format!("1:12: this `}}` closes nothing; {more}"));
    assert_eq!(
        refused("// ok\nprompt é { en \"Hi. }\n"),
        format!("2:15: this text has no closing quote; {more}")
    );
    let deep = ["x { ".repeat(65), "}".repeat(65)].concat();
    assert!(matches!(format(&deep), Err(FormatError::TooDeep { line: 1, column: 259, deepest: 64 })));
}

#[test]
fn a_brace_in_a_text_or_a_remark_closes_nothing() {
    let text = "prompt x { en \"{a} }\" } // }\n";
    assert_eq!(laid_out(text), "prompt x { en \"{a} }\" }                 // }\n");
}

#[test]
fn a_text_that_is_long_in_every_way_is_laid_out_at_once() {
    let begin = Instant::now();
    let wide = format!("if n = \"{}\" {{ say a; ", "x".repeat(120));
    laid_out(&[wide.repeat(63), "}".repeat(63)].concat());
    laid_out(&"say a, ".repeat(30_000));
    laid_out(&["say a,", &"\n".repeat(200_000), "b"].concat());
    laid_out(&"flow x { say a; say b }\n".repeat(10_000));
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
}

// ---------------------------------------------------------------- it says the same

/// What compiles from a script, its version included, without what its lines and bytes are.
fn meaning(compiled: Compiled) -> (Vec<&'static str>, Option<Program>) {
    let codes = compiled.diagnostics.iter().map(|finding| finding.code.number()).collect();
    let program = compiled.program.map(|mut program| {
        program.bytes_version = "".into();
        for node in &mut program.nodes {
            node.place = Place { path: "".into(), line: 0 };
        }
        for rule in &mut program.routes {
            rule.place = Place { path: "".into(), line: 0 };
        }
        program
    });
    (codes, program)
}

#[test]
fn a_program_is_the_same_in_its_layout() {
    for folder in ["flows/bank", "examples/hello"] {
        let disk = DiskFiles::new(root().join(folder));
        let mut written = MemoryFiles::default();
        for path in files(folder, "flow").iter().chain(&files(folder, "csv")).chain(&files(folder, "ics")) {
            let name = path.strip_prefix(root().join(folder)).expect("inside").to_string_lossy().into_owned();
            let text = if name.ends_with(".flow") { mangled(&read(path), 7) } else { read(path) };
            let text = if name.ends_with(".flow") { laid_out(&text) } else { text };
            written = written.with(&name, text.into_bytes());
        }
        for path in files(folder, "rhai") {
            let name = path.strip_prefix(root().join(folder)).expect("inside").to_string_lossy().into_owned();
            written = written.with(&name, disk.read(&name).expect("a function"));
        }
        let (before, after) = (meaning(compile(&disk)), meaning(compile(&written)));
        assert!(before.1.is_some(), "{folder} compiles");
        assert_eq!(before, after, "{folder}");
    }
}

#[test]
fn mistakes_are_the_same_in_the_layout() {
    let data = root().join("tests/language");
    let case = |text: &str| {
        let mut case = MemoryFiles::script(text);
        for ending in ["csv", "ics", "rhai"] {
            for path in files("tests/language/data", ending) {
                let name = path.strip_prefix(&data).expect("inside").to_string_lossy().into_owned();
                case = case.with(&name, fs::read(&path).expect("data"));
            }
        }
        meaning(compile(&case))
    };
    for (path, text) in scripts().iter().filter(|(path, _)| path.starts_with(&data)) {
        assert_eq!(case(text), case(&laid_out(text)), "{}", path.display());
    }
}

/// The remarks of a text, without blanks at their ends.
fn remarks(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let (mut is_quoted, mut is_escaped) = (false, false);
        for (at, c) in line.char_indices() {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' if is_quoted => is_escaped = true,
                '"' => is_quoted = !is_quoted,
                '/' if !is_quoted && line[at..].starts_with("//") => {
                    found.push(line[at..].trim_end().to_owned());
                    break;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn every_remark_is_kept() {
    let mut count = 0;
    for (path, text) in scripts() {
        assert_eq!(remarks(&text), remarks(&laid_out(&text)), "{}", path.display());
        count += remarks(&text).len();
    }
    assert!(count > 50, "only {count} remarks");
}

// ---------------------------------------------------------------- any layout leads to the one

/// Chance by a seed (xorshift64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    fn blanks(&mut self, least: usize) -> String {
        (0..least + self.below(3)).map(|_| if self.below(5) == 0 { '\t' } else { ' ' }).collect()
    }
}

/// The same text with other blanks and line ends, wherever they mean nothing. Takes a text in the layout.
fn mangled(text: &str, seed: u64) -> String {
    let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut out = String::new();
    let mut round = 0;
    let end = if chance.below(2) == 0 { "\n" } else { "\r\n" };
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let next = lines.get(at + 1).map_or("", |next| next.trim_start());
        let code = line.trim_start();
        if code.is_empty() {
            (0..=chance.below(3)).for_each(|_| out.push_str(end));
            continue;
        }
        let is_remark = code.starts_with("//");
        out.push_str(&if is_remark { line[..line.len() - code.len()].to_owned() } else { chance.blanks(0) });
        mangle_line(code, end, &mut round, &mut chance, &mut out);
        let may_end = !is_remark && !code.contains("//") && !code.ends_with([',', '(', '{']) && round == 0;
        if may_end && !next.starts_with("else") && chance.below(6) == 0 {
            out.push(';');
        }
        out.push_str(&chance.blanks(0));
        out.push_str(end);
    }
    out
}

fn mangle_line(code: &str, end: &str, round: &mut usize, chance: &mut Chance, out: &mut String) {
    let chars: Vec<char> = code.chars().collect();
    let rest = |at: usize| chars[at..].iter().collect::<String>();
    let (mut at, mut is_quoted) = (0, false);
    while at < chars.len() {
        let c = chars[at];
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        match c {
            '\\' if is_quoted => {
                out.extend([c, next]);
                at += 1;
            }
            '"' => {
                is_quoted = !is_quoted;
                out.push(c);
            }
            _ if is_quoted => out.push(c),
            '/' if next == '/' => {
                out.push_str(&rest(at));
                return;
            }
            '+' if next.is_ascii_digit() => {
                let inner = |c: &char| c.is_ascii_digit() || " -()+XZN[]".contains(*c);
                let phone: String = chars[at..].iter().take_while(|c| inner(c)).collect();
                let phone = phone.trim_end();
                // Its round brackets belong to it; one behind it does not.
                let phone = if phone.contains('(') { phone } else { phone.trim_end_matches(')') };
                out.push_str(phone);
                at += phone.chars().count() - 1;
            }
            ' ' if rest(at).starts_with(" else") && out.ends_with('}') && code.contains("if ") => {
                out.push_str(if chance.below(2) == 0 { end } else { " " });
            }
            ' ' => out.push_str(&chance.blanks(1)),
            '(' => {
                *round += 1;
                out.push(c);
                out.push_str(if chance.below(4) == 0 { end } else { "" });
            }
            ')' => {
                *round = round.saturating_sub(1);
                out.push_str(if chance.below(4) == 0 { end } else { "" });
                out.push(c);
            }
            ',' => {
                out.push_str(&chance.blanks(0));
                out.push(c);
                out.push_str(if *round > 0 && chance.below(3) == 0 { end } else { "" });
            }
            '{' | '}' | ';' | ':' if !chars.get(at.wrapping_sub(1)).is_some_and(char::is_ascii_digit) => {
                out.push_str(&chance.blanks(0));
                out.push(c);
                out.push_str(&chance.blanks(0));
            }
            c => out.push(c),
        }
        at += 1;
    }
}

/// The seeds that a random test runs with: one, where it is to be repeated.
fn seeds(count: u64) -> Vec<u64> {
    let asked = std::env::var("CALLWRIGHT_SEED").ok().and_then(|seed| seed.parse().ok());
    asked.map_or_else(|| (1..=count).collect(), |seed| vec![seed])
}

#[test]
fn whatever_layout_a_script_had_it_gets_the_same() {
    // Where a remark begins means something to one that is written below it, and to nothing else.
    for (path, text) in scripts().iter().filter(|(path, _)| !path.ends_with("hanging.flow")) {
        let wanted = laid_out(text);
        for seed in seeds(20) {
            let mangled = mangled(&wanted, seed);
            let found = format(&mangled).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{mangled}"));
            assert_eq!(found, wanted, "{}, seed {seed}:\n{mangled}", path.display());
        }
    }
}

#[test]
fn any_heap_of_words_has_a_layout_that_stays() {
    const WORDS: &str = "say if else then menu prompt flow hours crm topics x mon fri 1 12.50 RUB 09:00 2026-12-31 15m \
        +7_843 ... .. . -> = != <= + - * ** # #1 / , , : ? ; ; NL NL NL NL NL NL { { { } } } ( ) \"a\" \"é\" // … @ 3*4";
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let (mut laid, mut refused) = (0, 0);
    for seed in seeds(3000) {
        let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut text = String::new();
        let mut open = Vec::new();
        for _ in 0..chance.below(60) {
            match words[chance.below(words.len())] {
                "NL" => text.push('\n'),
                "//" => text.push_str("// remark\n"),
                bracket @ ("{" | "(") => {
                    open.push(if bracket == "{" { '}' } else { ')' });
                    text.push_str(bracket);
                }
                "}" | ")" => text.extend(open.pop()),
                word => text.push_str(&word.replace('_', " ")),
            }
            text.push_str(if chance.below(4) == 0 { "" } else { " " });
        }
        text.extend(open.iter().rev());
        match format(&text) {
            Ok(once) => {
                assert_eq!(format(&once).as_ref(), Ok(&once), "seed {seed}:\n{text}");
                laid += 1;
            }
            Err(FormatError::Changed) => refused += 1,
            Err(_) => {}
        }
    }
    assert!(laid > 1000 * refused, "{refused} heaps were refused, {laid} laid out");
}

// ---------------------------------------------------------------- the command

const UGLY: &str = "flow x{\nsay hi\n}\n";
const FINE: &str = "flow x {\n    say hi\n}\n";

fn fmt(folder: &Folder, args: &[&str]) -> Output {
    Command::new(CALLWRIGHT).arg("fmt").args(args).current_dir(folder.path()).output().expect("it runs")
}

fn printed(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn folder(scripts: &[(&str, &str)]) -> Folder {
    let folder = Folder::new("fmt");
    for (name, text) in scripts {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    folder
}

#[test]
fn without_a_path_the_scripts_below_the_folder_are_laid_out() {
    let folder =
        folder(&[("main.flow", UGLY), ("more/deep.flow", UGLY), (".git/x.flow", UGLY), ("x.txt", UGLY)]);
    assert_eq!(printed(&fmt(&folder, &[])), (Some(0), String::new(), String::new()));
    let text = |name: &str| read(&folder.path().join(name));
    let texts = [text("main.flow"), text("more/deep.flow"), text(".git/x.flow"), text("x.txt")];
    assert_eq!(texts, [FINE, FINE, UGLY, UGLY]);
}

#[test]
fn check_lists_and_changes_nothing() {
    let folder = folder(&[("main.flow", UGLY), ("fine.flow", FINE)]);
    assert_eq!(printed(&fmt(&folder, &["--check"])), (Some(1), "main.flow\n".into(), String::new()));
    assert_eq!(read(&folder.path().join("main.flow")), UGLY);
    assert_eq!(printed(&fmt(&folder, &["--check", "fine.flow"])), (Some(0), String::new(), String::new()));
}

#[test]
fn diff_shows_and_changes_nothing() {
    let folder = folder(&[("main.flow", UGLY)]);
    let shown = "--- main.flow\n+++ main.flow (in the layout)\n@@ -1,3 +1,3 @@\n-flow x{\n-say hi\n+flow x {\n+    say hi\n }\n";
    assert_eq!(printed(&fmt(&folder, &["--diff", "main.flow"])), (Some(1), shown.into(), String::new()));
    assert_eq!(read(&folder.path().join("main.flow")), UGLY);
}

#[test]
fn a_script_that_is_not_closed_is_left_and_the_others_are_laid_out() {
    let folder = folder(&[("a.flow", "flow x{\n"), ("b.flow", UGLY)]);
    let said = "a.flow:1:7: this `{` is never closed; `callwright check` says more\n";
    assert_eq!(printed(&fmt(&folder, &["."])), (Some(1), String::new(), said.into()));
    assert_eq!(read(&folder.path().join("a.flow")), "flow x{\n");
    assert_eq!(read(&folder.path().join("b.flow")), FINE);
    assert_eq!(printed(&fmt(&folder, &["nowhere"])).0, Some(2));
}

#[test]
fn what_is_in_the_layout_is_not_written_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("fine.flow", FINE), ("ugly.flow", UGLY)]);
    let about = |name: &str| fs::metadata(folder.path().join(name)).expect("a file");
    fs::set_permissions(folder.path().join("ugly.flow"), fs::Permissions::from_mode(0o640)).expect("set");
    let before = about("fine.flow").modified().expect("a time");
    assert_eq!(fmt(&folder, &[]).status.code(), Some(0));
    assert_eq!(about("fine.flow").modified().expect("a time"), before);
    assert_eq!(about("ugly.flow").permissions().mode() & 0o777, 0o640);
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().collect();
    assert_eq!(left.len(), 2, "nothing is left beside the scripts: {left:?}");
}

#[test]
fn a_hyphen_is_standard_input() {
    let given = |args: &[&str], text: &str| {
        let (input, output) = (Stdio::piped(), Stdio::piped());
        let mut child = Command::new(CALLWRIGHT)
            .args(args)
            .stdin(input)
            .stdout(output)
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        child.stdin.take().expect("piped").write_all(text.as_bytes()).expect("taken");
        printed(&child.wait_with_output().expect("it ends"))
    };
    assert_eq!(given(&["fmt", "-"], UGLY), (Some(0), FINE.into(), String::new()));
    assert_eq!(given(&["fmt", "-", "--check"], FINE), (Some(0), String::new(), String::new()));
    assert_eq!(given(&["fmt", "-", "--check"], UGLY).0, Some(1));
    let said = "<standard input>:1:1: this `}` closes nothing; `callwright check` says more\n";
    assert_eq!(given(&["fmt", "-"], "}"), (Some(1), String::new(), said.into()));
}
