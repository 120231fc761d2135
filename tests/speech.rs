//! Spoken and written values against independent libraries; the golden files beside this say which, and where they differ.

use crate::harness::run;
use callwright::program::{Currency, Form, Money, Phone, Value};
use callwright::speech::{LANGUAGES, sentence, words, written};
use callwright::time::DurationMs;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A row of a golden file.
#[derive(serde::Deserialize)]
struct Row {
    kind: String,
    value: String,
    form: String,
    /// What the library says.
    source: String,
    /// What we say, where it is something else, and the rule by which it is.
    said: String,
    rule: String,
}

impl Row {
    fn value(&self) -> Value {
        let text = &*self.value;
        let money = || {
            let (amount, letters) = text.split_once(' ').expect("an amount and a currency");
            let currency = Currency::parse(letters).expect("three letters");
            Value::Money(Money { amount: amount.parse().expect("an amount"), currency })
        };
        match &*self.kind {
            "number" => Value::Number(text.parse().expect("a number")),
            "money" => money(),
            "date" => Value::Date(text.parse().expect("a date")),
            "phone" => Value::Phone(Phone::from_e164(text).expect("a number")),
            "time" => Value::Time(format!("{text}:00").parse().expect("a time")),
            "duration" => Value::Duration(DurationMs::from_secs(text.parse().expect("seconds"))),
            kind => panic!("no kind `{kind}`"),
        }
    }

    fn form(&self) -> Form {
        Form::parse(&self.form).expect("a form")
    }
}

/// The rows of a file, and its head.
fn golden(name: &str) -> (Vec<Row>, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/speech").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let head = text.lines().take_while(|line| line.starts_with('#')).collect::<Vec<&str>>().join("\n");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    (reader.deserialize().collect::<Result<Vec<Row>, csv::Error>>().expect("a golden file"), head)
}

/// Every row is as its source has it, or as a rule of the file's head says.
fn differences(name: &str, ours: impl Fn(&Row) -> String) -> String {
    let (rows, head) = golden(name);
    let mut wrong = Vec::new();
    for row in &rows {
        let expected = if row.rule.is_empty() { &row.source } else { &row.said };
        assert!(row.rule.is_empty() || head.contains(&format!("rule {}:", row.rule)), "{}", row.rule);
        let ours = ours(row);
        if ours != *expected {
            wrong.push(format!("{} {} [{}]: {ours:?}, expected {expected:?}", row.kind, row.value, row.form));
        }
    }
    assert!(rows.len() >= 200, "{name} has only {} rows", rows.len());
    let shown = wrong.iter().take(20).cloned().collect::<Vec<String>>().join("\n");
    match wrong.is_empty() {
        true => String::new(),
        false => format!("{name}: {} of {} rows differ\n{shown}\n", wrong.len(), rows.len()),
    }
}

#[test]
fn two_thousand_values_a_language_are_spoken_as_others_say() {
    let of_language = |language: &str| {
        assert!(golden(&format!("{language}.csv")).0.len() >= 2000, "{language}");
        differences(&format!("{language}.csv"), |row| {
            let words = words(&row.value(), &row.form(), language);
            words.map_or_else(|error| error.to_string(), |words| sentence(&words))
        })
    };
    assert_eq!(LANGUAGES.map(of_language).concat(), "");
}

#[test]
fn values_are_written_as_cldr_has_it() {
    let of_language = |language: &str| {
        differences(&format!("written_{language}.csv"), |row| written(&row.value(), &row.form(), language))
    };
    assert_eq!(LANGUAGES.map(of_language).concat(), "");
}

#[test]
fn phone_numbers_are_written_as_abroad() {
    assert_eq!(differences("phones.csv", |row| written(&row.value(), &row.form(), "en")), "");
}

#[test]
fn golden_files_have_no_value_twice() {
    for name in LANGUAGES.into_iter().flat_map(|one| [format!("{one}.csv"), format!("written_{one}.csv")]) {
        let (rows, _) = golden(&name);
        let mut seen = BTreeSet::new();
        assert!(rows.iter().all(|row| seen.insert((&row.kind, &row.value, &row.form))), "{name}");
    }
}

/// The command that says a prompt, through the program itself.
#[test]
fn a_prompt_is_shown_as_it_is_heard_and_as_it_is_written() {
    let folder = crate::harness::Folder::new("prompts-say");
    let script = "program p { languages es, ru, en; default { hung_up { outcome abandoned } } }\n\
        prompt calls(n: number, sum: money) {\n\
            es \"{n: feminine llamada/llamadas}, {sum}.\"\n\
            ru \"{n: masculine звонок/звонка/звонков}, {sum}.\"\n\
            en \"{n: call/calls}, {sum}.\"\n\
        }\n\
        route main { call -> start; otherwise -> reject not_found }\n\
        flow start { answer; say calls(1, 1.00 EUR); outcome abandoned; hangup }\n";
    std::fs::write(folder.path().join("main.flow"), script).expect("a script");
    let program = folder.path().to_str().expect("a path");
    let say = |rest: &[&str]| {
        let output = run(env!("CARGO_BIN_EXE_callwright"), &[&["prompts", "say", program], rest].concat());
        (
            output.status.success(),
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        )
    };
    let (_, text) = say(&["calls", "n=2000000", "sum=21.01 EUR"]);
    let wanted = [
        "es  said     dos millones de llamadas, veintiún euros con un céntimo.",
        "    written  2.000.000 de llamadas, 21,01\u{a0}€.",
        "ru  said     два миллиона звонков, двадцать один евро один цент.",
        "en  said     two million calls, twenty-one euros and one cent.",
    ];
    assert!(wanted.iter().all(|line| text.contains(line)), "{text}");
    let (_, text) = say(&["calls", "n=1", "sum=1.00 EUR", "--language", "es"]);
    assert!(text.starts_with("es  said     una llamada, un euro.\n") && !text.contains("ru "), "{text}");
    for (rest, reason) in [
        (&["call"][..], "has no prompt `call`; did you mean `calls`?"),
        (&["calls", "n=1"][..], "`calls` says `sum`, a money: sum=…"),
        (&["calls", "m=1", "sum=1.00 EUR"][..], "takes no `m`; it takes n, sum"),
        (&["calls", "n=one", "sum=1.00 EUR"][..], "`one` is no `number`"),
    ] {
        let (worked, text) = say(rest);
        assert!(!worked && text.contains(reason), "{text}");
    }
}
