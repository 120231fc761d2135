//! The compiler against its case files: one mistake a file, beside it what is said about it.
//!
//! `UPDATE_GOLDEN=1` writes the expected files anew; read them before you commit them.

use callwright::language::{Compiled, compile};
use callwright::program::{ArithmeticOp, CompareOp, Exit, Expr, Program, Type, Value, Verb};
use callwright::source::{Code, MemoryFiles, Style};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

type TestResult = Result<(), Box<dyn Error>>;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of a folder and of those in it, by its path relative to `base`.
fn with_folder(files: MemoryFiles, base: &Path, folder: &Path) -> Result<MemoryFiles, Box<dyn Error>> {
    let mut files = files;
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files = with_folder(files, base, &path)?;
        } else {
            let name = path.strip_prefix(base)?.to_string_lossy().replace('\\', "/");
            files = files.with(&name, std::fs::read(&path)?);
        }
    }
    Ok(files)
}

/// A case: its text as `main.flow`, beside the data that all cases share.
fn compile_case(text: &str) -> Result<Compiled, Box<dyn Error>> {
    compile_case_with(text, &[])
}

/// A case with files of its own: their paths and contents.
pub fn compile_case_with(text: &str, more: &[(&str, &str)]) -> Result<Compiled, Box<dyn Error>> {
    let base = root().join("tests/language");
    let files = with_folder(MemoryFiles::script(text), &base, &base.join("data"))?;
    let add = |files: MemoryFiles, (path, text): &(&str, &str)| files.with(path, text.as_bytes().to_vec());
    Ok(compile(&more.iter().fold(files, add)))
}

fn codes(compiled: &Compiled) -> Vec<&'static str> {
    compiled.diagnostics.iter().map(|finding| finding.code.number()).collect()
}

/// A program around the body of its only flow, with handlers for all that can happen.
fn program(body: &str) -> String {
    format!(
        "program p {{ languages en\n default {{ failed, late, give_up -> bye\n hung_up {{ outcome abandoned }} }} }}\n\
         crm {{ customer {{ tariff: text, until: date? }}\n object account {{ number: digits, owner: customer }}\n\
         topics \"balance\", \"other\"\n outcomes resolved }}\n\
         prompt hi {{ en \"Hi.\" }}\nprompt sum(n: number) {{ en \"{{n}}\" }}\n\
         hours office in \"Europe/Moscow\" {{ mon-fri 09:00-18:00 }}\n\
         numbers vip {{ +7 965 629-57-19 }}\n\
         route main {{ call -> start\n otherwise -> reject not_found }}\n\
         flow bye {{ outcome abandoned; hangup }}\n\
         flow start {{\n answer\n ask warmup: digits 1 {{ say hi }}\n {body}\n}}\n"
    )
}

/// The only flow of a body that must compile.
fn compiled(body: &str) -> Result<Program, Box<dyn Error>> {
    let compiled = compile_case(&program(body))?;
    let report = compiled.report(Style::Plain);
    compiled.program.ok_or_else(|| format!("does not compile: {body}\n{report}").into())
}

#[test]
fn every_mistake_is_reported_as_its_case_file_says() -> TestResult {
    let folder = root().join("tests/language");
    let mut wrong = Vec::new();
    for path in std::fs::read_dir(&folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?
    {
        if path.extension().is_none_or(|ending| ending != "flow") {
            continue;
        }
        let found = compile_case(&std::fs::read_to_string(&path)?)?;
        let report = format!("{}\n", found.report(Style::Plain));
        let golden = path.with_extension("txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, &report)?;
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let code = name.split('_').next().unwrap_or_default();
        if std::fs::read_to_string(&golden).unwrap_or_default() != report
            || codes(&found).iter().any(|c| *c != code)
        {
            wrong.push(format!("{name}:\n{report}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "these differ from their .txt, or report more than their code:\n{}",
        wrong.join("\n")
    );
    Ok(())
}

#[test]
fn a_prompt_that_is_only_sent_needs_no_recording() -> TestResult {
    let program = compiled("send sms to caller otherwise +7 843 203-57-37 say sum(1)\n say hi\n goto bye")?;
    let spoken = program.prompts.iter().map(|prompt| (&*prompt.name, prompt.is_spoken));
    assert_eq!(spoken.collect::<Vec<_>>(), [("hi", true), ("sum", false)]);
    Ok(())
}

#[test]
fn a_text_in_the_braces_of_a_text_has_its_quotes_in_either_way() -> TestResult {
    let plain = compiled(r#"note "by {text(caller) otherwise "nobody"}"; goto bye"#)?;
    let escaped = compiled(r#"note "by {text(caller) otherwise \"nobody\"}"; goto bye"#)?;
    assert_eq!(format!("{:?}", plain.nodes), format!("{:?}", escaped.nodes));
    Ok(())
}

#[test]
fn every_code_has_a_case_file() -> TestResult {
    let mut cases = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("tests/language"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        cases.extend(name.get(..5).map(str::to_owned));
    }
    // Mistakes in scenarios (11xx) are shown by the simulator's own tests.
    let of_scripts = |code: &&str| !code[1..].starts_with("11");
    let codes = Code::ALL.iter().map(|code| code.number()).filter(of_scripts);
    let missing: Vec<&str> = codes.filter(|code| !cases.contains(*code)).collect();
    assert_eq!(missing, [""; 0]);
    Ok(())
}

#[test]
fn several_mistakes_come_from_one_run() -> TestResult {
    let text = program(
        "say helo\n wait 5\n menu {\n 1 -> nowhere\n ring 5s\n }\n Gather it\n ask x digits 4\n hangup",
    );
    let found = compile_case(&text)?;
    assert_eq!(
        codes(&found),
        ["E0201", "E0301", "E0201", "E0304", "E0103", "E0101"],
        "{}",
        found.report(Style::Plain)
    );
    Ok(())
}

#[test]
fn a_forgotten_brace_costs_one_declaration() -> TestResult {
    let text = program("if office is open {\n goto bye\n hangup") + "flow later { say nothing; hangup }\n";
    let found = compile_case(&text)?;
    assert!(
        codes(&found).contains(&"E0101") && codes(&found).contains(&"E0201"),
        "{}",
        found.report(Style::Plain)
    );
    Ok(())
}

#[test]
fn the_bank_has_no_findings() -> TestResult {
    let base = root().join("flows/bank");
    let found = compile(&with_folder(MemoryFiles::default(), &base, &base)?);
    assert_eq!(found.report(Style::Plain), "");
    assert!(found.program.is_some_and(|bank| &*bank.name == "bank" && bank.version.len() == 16));
    Ok(())
}

#[test]
fn the_same_files_have_the_same_version_and_others_another() -> TestResult {
    let (one, same, other) = (compiled("goto bye")?, compiled("goto bye")?, compiled("say hi; goto bye")?);
    assert_eq!(one.version, same.version);
    assert_ne!(one.version, other.version);
    Ok(())
}

#[test]
fn remarks_and_layout_have_no_part_in_a_version() -> TestResult {
    let plain = "let n = 1\nif n = 1 and n < 2 { say hi; goto bye } else { goto bye }";
    let one = compiled(plain)?;
    for same in [
        "let n = 1   // a remark\n\n\nif n = 1 and n < 2 { say hi; goto bye } else { goto bye }",
        "let n = 1\nif n = 1 and // both\n n < 2 {\n    say hi // \"\n    goto bye\n}\nelse { goto bye }",
        "let  n=1; if n = 1 and n < 2 { say hi; goto bye; } else {\n\n goto bye\n }\n// the end",
    ] {
        let same_in_other_words = compiled(same)?;
        assert_eq!(one.version, same_in_other_words.version, "{same}");
        assert_ne!(one.bytes_version, same_in_other_words.bytes_version, "{same}");
        assert!(one.is_version(&same_in_other_words.version));
    }
    for other in [plain.replace("< 2", "< 3"), plain.replace("say hi; ", ""), plain.replace("and", "or")] {
        assert_ne!(one.version, compiled(&other)?.version, "{other}");
    }
    Ok(())
}

/// The condition of the last `if` in a body.
fn condition(text: &str) -> Result<Expr, Box<dyn Error>> {
    let program = compiled(&format!("let n = 1\n let a = yes\n let b = no\n if {text} -> bye\n goto bye"))?;
    let conditions = program.nodes.iter().filter_map(|node| match &node.verb {
        Verb::If(decision) => Some(decision.condition.clone()),
        _ => None,
    });
    conditions.collect::<Vec<_>>().pop().ok_or_else(|| "no condition".into())
}

#[test]
fn operators_bind_as_the_reference_says() -> TestResult {
    for (text, same) in [
        ("a or b and a", "a or (b and a)"),
        ("not a and b", "(not a) and b"),
        ("not n = 1", "not (n = 1)"),
        ("n + 1 = 2", "(n + 1) = 2"),
        ("n + 2 * 3 = 7", "(n + (2 * 3)) = 7"),
        ("n - 1 - 1 = 0", "((n - 1) - 1) = 0"),
        ("not caller in vip or a", "(not (caller in vip)) or a"),
        ("office is open and a", "(office is open) and a"),
        ("caller is none or a", "(caller is none) or a"),
    ] {
        assert_eq!(condition(text)?, condition(same)?, "{text}");
    }
    Ok(())
}

#[test]
fn a_sum_is_compared_and_not_the_other_way_round() -> TestResult {
    let Expr::Compare(CompareOp::Less, left, right) = condition("n * 2 < n + 5")? else {
        return Err("no comparison".into());
    };
    assert!(matches!(*left, Expr::Arithmetic(ArithmeticOp::Multiply, ..)));
    assert!(matches!(*right, Expr::Arithmetic(ArithmeticOp::Add, ..)));
    Ok(())
}

#[test]
fn literals_mean_what_they_say() -> TestResult {
    let program = compiled(
        "let a = 1h30m\n let b = 12.50 RUB\n let c = +7 (843) 203-57-37\n let d = 2027-01-08\n goto bye",
    )?;
    let values: Vec<String> = program
        .nodes
        .iter()
        .filter_map(|node| match &node.verb {
            Verb::Set(set) => Some(&set.value),
            _ => None,
        })
        .filter_map(|value| if let Expr::Const(value) = value { Some(value.to_string()) } else { None })
        .collect();
    assert_eq!(values, ["1h30m", "12.50 RUB", "+78432035737", "2027-01-08"]);
    Ok(())
}

#[test]
fn a_text_of_digits_is_digits_where_digits_are_wanted() -> TestResult {
    let program = compiled("find account \"0042\" { one, many, none -> bye }")?;
    let key = program.nodes.iter().find_map(|node| match &node.verb {
        Verb::Find(find) => Some(find.key.clone()),
        _ => None,
    });
    assert_eq!(key, Some(Expr::Const(Value::Digits("0042".into()))));
    Ok(())
}

#[test]
fn an_inherited_block_goes_on_behind_the_statement() -> TestResult {
    let program =
        compiled("find account \"1\" {\n one, many { say hi }\n none -> bye\n }\n say hi\n goto bye")?;
    let node = program.nodes.iter().find(|node| matches!(node.verb, Verb::Find(_))).ok_or("no find")?;
    let (one, many) = (node.arm(&Exit::One), node.arm(&Exit::Many));
    assert_eq!(one.map(|arm| arm.to), many.map(|arm| arm.to));
    let said = program.node(one.ok_or("no arm")?.to);
    let behind = said.arm(&Exit::Next).map(|arm| program.node(arm.to).verb.clone());
    assert!(matches!(behind, Some(Verb::Say(_))));
    assert!(matches!(node.arm(&Exit::Failed).map(|arm| &program.node(arm.to).verb), Some(Verb::Goto(_))));
    Ok(())
}

#[test]
fn a_function_in_a_condition_is_computed_before_it() -> TestResult {
    let part = "if rank(client.tariff) = 1 -> leave";
    let program = compile_case(&around(part))?.program.ok_or("does not compile")?;
    let lifted =
        program.nodes.iter().find(|node| matches!(&node.verb, Verb::Set(set) if set.value.can_fail()));
    let lifted = lifted.ok_or("no variable")?;
    assert!(lifted.arm(&Exit::Failed).is_some());
    let behind = lifted.arm(&Exit::Next).map(|arm| &program.node(arm.to).verb);
    assert!(matches!(behind, Some(Verb::If(decision)) if !decision.condition.can_fail()));
    Ok(())
}

#[test]
fn a_wait_and_a_goodbye_end_where_their_blocks_end() -> TestResult {
    let part = "get core_bank.balance(number) {\n while waiting { say thanks; play typing }\n ok { say thanks }\n not_found -> leave\n}";
    let program = compile_case(&around(part))?.program.ok_or("does not compile")?;
    let request =
        program.nodes.iter().find(|node| matches!(node.verb, Verb::Request(_))).ok_or("no request")?;
    let first = request.arm(&Exit::Waiting).map(|arm| program.node(arm.to)).ok_or("no wait")?;
    let last = first.arm(&Exit::Next).map(|arm| program.node(arm.to)).ok_or("no second node")?;
    assert!(matches!(last.verb, Verb::Play(_)) && last.arms.is_empty());
    let hung_up = program.flows.iter().find_map(|flow| flow.hung_up).ok_or("no handler")?;
    assert!(matches!(program.node(hung_up).verb, Verb::Outcome(_)) && program.node(hung_up).arms.is_empty());
    Ok(())
}

#[test]
fn a_script_needs_no_indentation() -> TestResult {
    let flat: String = REFERENCE_PROGRAM.lines().map(|line| format!("{}\n", line.trim_start())).collect();
    let flat = flat.replace("// PART", "say thanks").replace("// RETURN", "return found");
    assert_eq!(compile_case(&flat)?.report(Style::Plain), "");
    Ok(())
}

#[test]
fn what_identify_finds_is_claimed_and_what_authenticate_finds_is_verified() {
    let claimed = Type::Customer(callwright::program::Trust::Claimed);
    let verified = Type::Customer(callwright::program::Trust::Verified);
    assert!(verified.fits(&claimed) && !claimed.fits(&verified));
}

#[test]
fn every_needed_exit_of_the_catalogue_is_asked_for() -> TestResult {
    let statements = [
        ("ask", "ask x: digits 4 { say hi }"),
        ("menu", "menu { say hi\n 1 -> bye }"),
        ("identify", "identify caller { }"),
        ("find", "find account \"1\" { }"),
        ("transfer", "transfer to +7 843 203-57-00 { }"),
    ];
    for (word, statement) in statements {
        let text = program(&format!("{statement}\n goto bye"))
            .replace("failed, late, give_up -> bye", "late -> bye")
            .replace("digits 1 { say hi }", "digits 1 { say hi\n give_up -> bye }");
        let found = compile_case(&text)?;
        let spec = Verb::CATALOGUE.iter().find(|spec| spec.word == word).ok_or("no such verb")?;
        let needed = spec.exits.iter().filter(|exit| exit.needed);
        let message =
            found.diagnostics.iter().find(|d| d.message.starts_with(&format!("`{word}`"))).ok_or(word)?;
        for exit in needed {
            assert!(message.message.contains(&format!("`{}`", exit.word)), "{word}: {}", message.message);
        }
    }
    Ok(())
}

#[test]
fn deep_nesting_is_quick_and_clean() -> TestResult {
    let begin = Instant::now();
    for depth in [60, 100, 5_000] {
        let balanced = format!("if {}n = 1{} -> bye\n goto bye", "(".repeat(depth), ")".repeat(depth));
        let unclosed = format!("if {}n = 1 -> bye\n goto bye", "(".repeat(depth));
        let blocks = format!("{} say hi {}\n goto bye", "if yes {\n".repeat(depth), "}\n".repeat(depth));
        let open_blocks = format!("{} say hi\n goto bye", "if yes {\n".repeat(depth));
        let nots = format!("if {} yes -> bye\n goto bye", "not ".repeat(depth));
        let others: String = (2..depth).map(|n| format!(" else if n = {n} {{ say hi }}")).collect();
        let chain = format!("if n = 1 {{ say hi }}{others}\n goto bye");
        for body in [balanced, unclosed, blocks, open_blocks, nots, chain] {
            let found = compile_case(&program(&format!("let n = 1\n {body}")))?;
            assert!(found.diagnostics.iter().count() < 20, "{}", found.report(Style::Plain));
        }
    }
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    Ok(())
}

#[test]
fn a_program_of_a_thousand_flows_compiles_in_a_moment() -> TestResult {
    let mut text = program("goto f0");
    for index in 0..1_000 {
        text += &format!(
            "flow f{index} {{ menu {{ say hi\n 1 -> f{}\n 2 {{ say hi }} }}\n goto bye }}\n",
            (index + 1) % 1_000
        );
    }
    let begin = Instant::now();
    let found = compile_case(&text)?;
    assert_eq!(found.report(Style::Plain), "");
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    Ok(())
}

/// What stands around a `flow-part` of the reference: the verbs' examples compile inside a flow like this.
const REFERENCE_PROGRAM: &str = include_str!("language/parts/reference.flow");

/// A program around a few lines, as docs/reference.md describes it.
pub fn around(part: &str) -> String {
    REFERENCE_PROGRAM.replace("// PART", part).replace("// RETURN", "return found")
}

#[test]
fn every_example_of_the_verb_catalogue_compiles() -> TestResult {
    for spec in Verb::CATALOGUE {
        // No flow of the reference runs without a caller.
        if spec.word == "call" {
            continue;
        }
        // `return` needs a flow with a type, and `main_menu` no account.
        let text = match spec.word {
            "return" => REFERENCE_PROGRAM.replace("// PART", "say thanks").replace("// RETURN", spec.example),
            // These come before the answer.
            "ring" | "early media" | "redirect" | "reject" => REFERENCE_PROGRAM
                .replace("// PART", "say thanks")
                .replace("// RETURN", "return found")
                .replace("// BEFORE", spec.example),
            _ => around(&spec.example.replace("-> balance\n", "-> balance(account)\n")),
        };
        let report = compile_case(&text)?.report(Style::Plain);
        assert_eq!(report, "", "{}", spec.example);
    }
    Ok(())
}

#[test]
fn every_example_of_the_reference_compiles() -> TestResult {
    let reference = std::fs::read_to_string(root().join("docs/reference.md"))?;
    let mut count = 0;
    for block in reference.split("\n```").skip(1).step_by(2) {
        let (kind, text) = block.split_once('\n').unwrap_or((block, ""));
        let whole = match kind {
            "flow" => text.to_owned(),
            "flow-part" => around(text),
            _ => continue,
        };
        count += 1;
        let report = compile_case(&whole)?.report(Style::Plain);
        assert_eq!(report, "", "{text}");
    }
    assert!(count > 5, "only {count} examples found");
    Ok(())
}
