use super::{date, length, money, number, time};
use crate::program::verb::{Extent, Play, Sound};
use crate::program::{
    FlowId, Node, Phone, Piece, Program, Prompt, PromptId, Secret, Template, Type, Value, Verb, Vocabulary,
};
use crate::speech::*;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Values of a type that between them need every word that the type can need.
fn samples(kind: &Type) -> Vec<Value> {
    let decimals = |cents: i64| Decimal::new(cents, 2);
    let counts = || {
        (0..3_000)
            .chain([5_000])
            .chain([1, 2, 5].map(|n| n * 1_000_000))
            .chain([1, 2, 5].map(|n| n * 1_000_000_000))
    };
    match kind {
        Type::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Type::Digits => (0..10).map(|digit| Value::Digits(digit.to_string().into())).collect(),
        Type::Phone => vec![Value::Phone(Phone::from_e164("+1234567890").unwrap())],
        Type::Number => {
            let fractions =
                ["-1.1", "-1.2", "0.01", "0.02", "0.001", "0.002", "0.0001", "5000.5"].map(number);
            counts().map(|n| Value::Number(n.into())).chain(fractions).collect()
        }
        Type::Money => {
            let amounts = |letters: &'static str| {
                let amounts = counts().map(|n| n * 100).chain(-300..300).map(decimals);
                amounts.map(move |amount| money(&format!("{amount} {letters}")))
            };
            ["RUB", "USD", "EUR"].into_iter().flat_map(amounts).collect()
        }
        Type::Duration => {
            let days = counts().map(|n| length(n as u64 * 86_400));
            (0..200_000).step_by(61).map(length).chain((0..120).map(length)).chain(days).collect()
        }
        Type::Date => {
            let days = (0..366).map(|n| jiff::civil::date(2028, 1, 1) + jiff::Span::new().days(n));
            days.map(Value::Date).collect()
        }
        Type::Time => (0..1440).map(|n| time((n / 60) as i8, (n % 60) as i8)).collect(),
        Type::List(item) => vec![Value::List(samples(item).into())],
        _ => Vec::new(),
    }
}

fn spoken_types() -> Vec<Type> {
    let list = Type::List(Box::new(Type::Bool));
    let plain =
        [Type::Bool, Type::Number, Type::Digits, Type::Phone, Type::Money, Type::Duration, Type::Date];
    plain.into_iter().chain([Type::Time, list]).collect()
}

fn keys_of(program: &Program, language: &str) -> BTreeSet<String> {
    let prefix = format!("{language}/words/");
    recordings(program).map(|recording| recording.key).filter(|key| key.starts_with(&prefix)).collect()
}

#[test]
fn the_inventory_of_a_type_is_exactly_what_its_values_need() {
    for language in LANGUAGES {
        for kind in spoken_types() {
            let program = program(language, &[("p", vec![("x", kind.clone())], vec![Piece::Param(0)])]);
            let play = |value: Value| fragments(&program, PromptId(0), &[value], 0).unwrap();
            let played = samples(&kind).into_iter().flat_map(play);
            let needed: BTreeSet<String> = played.filter_map(recording_key).collect();
            assert_eq!(keys_of(&program, language), needed, "{kind} in {language}");
        }
    }
}

fn recording_key(fragment: Fragment) -> Option<String> {
    match fragment {
        Fragment::Recording(key) => Some(key),
        Fragment::Pause(_) => None,
    }
}

#[test]
fn the_whole_inventory_is_small_and_names_files() {
    for language in LANGUAGES {
        let words = vocabulary(language).unwrap();
        let keys: BTreeSet<&str> = words.iter().map(|word| word.key.as_str()).collect();
        assert!(keys.len() < 180, "{} words in {language}", keys.len());
        let safe = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || "_/".contains(sign);
        assert!(keys.iter().all(|key| key.chars().all(safe)), "{keys:?}");
    }
}

type Sketch = (&'static str, Vec<(&'static str, Type)>, Vec<Piece>);

fn program(language: &str, prompts: &[Sketch]) -> Program {
    let prompt = |(name, params, pieces): &Sketch| Prompt {
        name: (*name).into(),
        params: params.iter().map(|(name, kind)| ((*name).into(), kind.clone())).collect(),
        texts: vec![Template { language: language.into(), pieces: pieces.clone() }],
        is_spoken: true,
    };
    Program {
        name: "test".into(),
        version: "0".into(),
        time_zones: "0".into(),
        languages: vec![language.into()],
        country: None,
        zone: None,
        nodes: Vec::new(),
        flows: Vec::new(),
        routes: Vec::new(),
        tasks: Vec::new(),
        prompts: prompts.iter().map(prompt).collect(),
        tones: Vec::new(),
        schedules: Vec::new(),
        queues: Vec::new(),
        numbers: Vec::new(),
        backends: Vec::new(),
        functions: Vec::new(),
        vocabulary: Vocabulary::default(),
        records: Default::default(),
        keeps: Vec::new(),
    }
}

fn words_piece(text: &str) -> Piece {
    Piece::Words(text.into())
}

fn bank() -> Program {
    let sum = vec![("sum", Type::Money)];
    let balance = vec![words_piece("На вашем счёте "), Piece::Param(0), words_piece(". Спасибо.")];
    let locked = vec![words_piece("Вход закрыт на "), Piece::Param(0), words_piece(".")];
    program(
        "ru",
        &[
            ("welcome", Vec::new(), vec![words_piece("Здравствуйте!")]),
            ("balance_is", sum, balance),
            ("locked_for", vec![("time", Type::Duration)], locked),
            ("hello", vec![("name", Type::Text)], vec![words_piece("Здравствуйте, "), Piece::Param(0)]),
        ],
    )
}

fn played(program: &Program, prompt: u32, args: &[Value]) -> String {
    match fragments(program, PromptId(prompt), args, 0) {
        Ok(played) => played.into_iter().filter_map(recording_key).collect::<Vec<String>>().join(" "),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_prompt_is_played_piece_by_piece() {
    let bank = bank();
    assert_eq!(played(&bank, 0, &[]), "ru/welcome");
    assert_eq!(
        played(&bank, 1, &[money("2021.00 RUB")]),
        "ru/balance_is.1 ru/words/n_2_f ru/words/thousand_2 ru/words/n_20 ru/words/n_1 ru/words/rub_1 \
         ru/balance_is.2"
    );
    assert_eq!(played(&bank, 2, &[length(1800)]), "ru/locked_for.1 ru/words/n_30 ru/words/minute_5");
}

#[test]
fn free_text_needs_a_synthesizer_and_says_so_before_any_call() {
    let bank = bank();
    let message = "prompt `hello` says the text `name`, which needs a speech synthesizer";
    assert_eq!(played(&bank, 3, &[Value::text("Анна")]), message);
    assert_eq!(problems(&bank).iter().map(SpeechError::to_string).collect::<Vec<String>>(), [message]);
    let number = program("xx", &[("n", vec![("n", Type::Number)], vec![Piece::Param(0)])]);
    assert_eq!(problems(&number), [SpeechError::UnknownLanguage { language: "xx".into() }]);
}

#[test]
fn what_is_played_is_among_the_recordings() {
    let mut bank = bank();
    let sound = Sound::Recording("typing".into());
    let play = Verb::Play(Play { sound, extent: Extent::Looped, choices: Vec::new() });
    let place = serde_json::from_str(r#"{ "path": "main.flow", "line": 1 }"#).unwrap();
    bank.nodes.push(Node { flow: FlowId(0), place, verb: play, arms: Vec::new() });
    let needed: Vec<Recording> = recordings(&bank).collect();
    let keys: BTreeSet<&str> = needed.iter().map(|recording| recording.key.as_str()).collect();
    assert_eq!(keys.len(), needed.len(), "each once");
    for (prompt, value) in [(1, money("-12.34 EUR")), (2, length(61))] {
        let played = fragments(&bank, PromptId(prompt), &[value], 0).unwrap();
        assert!(played.into_iter().filter_map(recording_key).all(|key| keys.contains(key.as_str())));
    }
    let second = needed.iter().find(|recording| recording.key == "ru/balance_is.2").unwrap();
    assert_eq!(second.text, "Спасибо.");
    assert_eq!(second.context, "prompt balance_is: На вашем счёте {sum}. Спасибо.");
    assert!(keys.contains("sounds/typing"));
}

#[test]
fn text_follows_the_conventions_of_the_language() {
    let bank = bank();
    let text = |prompt, value| text(&bank, PromptId(prompt), &[value], 0);
    assert_eq!(text(1, money("2021 RUB")), "На вашем счёте 2\u{a0}021,00\u{a0}₽. Спасибо.");
    assert_eq!(text(2, length(90)), "Вход закрыт на 1 минуту 30 секунд.");
    let pairs = [
        (money("-1234567.5 RUB"), "-1,234,567.50 RUB", "-1\u{a0}234\u{a0}567,50\u{a0}₽"),
        (money("0.05 JPY"), "0.05 JPY", "0,05\u{a0}JPY"),
        (number("999"), "999", "999"),
        (number("12345.60"), "12,345.6", "12\u{a0}345,6"),
        (length(3600), "1 hour", "1 час"),
        (date(2, 3), "3 February 2028", "3 февраля 2028 г."),
        (time(9, 5), "9:05 a.m.", "09:05"),
        (time(0, 30), "12:30 a.m.", "00:30"),
        (Value::Digits("0012".into()), "0012", "0012"),
        (Value::Secret(Secret::new("4711")), "hidden", "hidden"),
        (Value::List(Arc::from([number("1"), number("2")])), "1 and 2", "1 и 2"),
    ];
    for (value, english, russian) in pairs {
        assert_eq!(written(&value, "en"), english);
        assert_eq!(written(&value, "ru"), russian);
    }
}
