use super::{date, length, money, number, time};
use crate::program::verb::{Extent, Play, Sound};
use crate::program::{
    FlowId, Form, GRAMMARS, Node, Piece, Program, Prompt, PromptId, Secret, Template, Type, Value, Verb,
    Vocabulary,
};
use crate::speech::*;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

fn keys_of(program: &Program, language: &str) -> BTreeSet<String> {
    let prefix = format!("{language}/words/");
    recordings(program).map(|recording| recording.key).filter(|key| key.starts_with(&prefix)).collect()
}

fn recording_key(fragment: Fragment) -> Option<String> {
    match fragment {
        Fragment::Recording(key) => Some(key),
        Fragment::Pause(_) | Fragment::Text { .. } => None,
    }
}

/// Any value of a type, some of them with few digits.
fn any(kind: &Type, draw: &mut impl FnMut(u64) -> u64) -> Value {
    let size = draw(15);
    let count = draw(10u64.pow(size as u32 + 1)) as i64;
    let day = || jiff::civil::date(2000, 1, 1);
    match kind {
        Type::Number if draw(4) == 0 => Value::Number(Decimal::new(count, draw(12) as u32)),
        Type::Number => Value::Number(Decimal::from(count)),
        Type::Money => {
            let letters = ["RUB", "USD", "EUR", "PLN", "GBP", "CHF"][draw(6) as usize];
            money(&format!("{} {letters}", Decimal::new(count, 2)))
        }
        Type::Duration => length(count as u64 % (u64::MAX / 1000)),
        Type::Date => Value::Date(day() + jiff::Span::new().days(draw(80_000) as i64)),
        Type::Time => time(draw(24) as i8, draw(60) as i8),
        _ => Value::Bool(draw(2) == 0),
    }
}

/// Hundreds of values of each type and form, none of which needs a word that is not in the inventory.
#[test]
fn the_inventory_holds_every_word_that_a_value_needs() {
    const SEED: u64 = 20_261_122;
    let types = [Type::Number, Type::Money, Type::Duration, Type::Date, Type::Time, Type::Bool];
    let forms = [
        "",
        "feminine",
        "genitive",
        "feminine genitive",
        "ordinal",
        "ordinal feminine accusative",
        "weekday year",
    ];
    for grammar in GRAMMARS {
        for (kind, form) in types.iter().flat_map(|kind| forms.iter().map(move |form| (kind, form))) {
            let form = Form::parse(form).unwrap();
            if form.check(kind, &grammar).is_err() {
                continue;
            }
            let piece = vec![Piece::Param(0, form.clone())];
            let program = program(grammar.language, &[("p", vec![("x", kind.clone())], piece)]);
            let known = keys_of(&program, grammar.language);
            let mut state = SEED;
            let mut draw = |below: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 11) % below
            };
            for _ in 0..60 {
                let value = any(kind, &mut draw);
                let played = fragments(&program, PromptId(0), std::slice::from_ref(&value), 0).unwrap();
                let missing = played.into_iter().filter_map(recording_key).find(|key| !known.contains(key));
                assert_eq!(missing, None, "{value} {form} in {}, seed {SEED}", grammar.language);
            }
        }
    }
}

#[test]
fn what_there_are_forms_of_there_are_rules_for() {
    assert_eq!(GRAMMARS.map(|grammar| grammar.language), LANGUAGES);
}

#[test]
fn the_usual_inventory_is_small_and_names_files() {
    for language in LANGUAGES {
        let words = vocabulary(language).unwrap();
        let keys: BTreeSet<&str> = words.iter().map(|word| word.key.as_str()).collect();
        assert_eq!(keys.len(), words.len(), "each key says one thing in {language}");
        assert!(keys.len() < 280, "{} words in {language}", keys.len());
        let safe = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || "_/".contains(sign);
        assert!(keys.iter().all(|key| key.chars().all(safe)), "{keys:?}");
    }
}

#[test]
fn a_noun_follows_its_number_in_the_right_form() {
    let form = Form::parse("feminine заявка/заявки/заявок").unwrap();
    let pieces = vec![words_piece("У вас "), Piece::Param(0, form), words_piece(" в работе.")];
    let program = program("ru", &[("tickets", vec![("n", Type::Number)], pieces)]);
    let play = |n: &str| played(&program, 0, &[number(n)]);
    assert_eq!(play("1"), "ru/tickets.1 ru/words/n_1_f ru/tickets.2.1 ru/tickets.3");
    assert_eq!(play("22"), "ru/tickets.1 ru/words/n_20 ru/words/n_2_f ru/tickets.2.2 ru/tickets.3");
    assert_eq!(play("11"), "ru/tickets.1 ru/words/n_11 ru/tickets.2.3 ru/tickets.3");
    assert_eq!(text(&program, PromptId(0), &[number("1003")], 0), "У вас 1\u{a0}003 заявки в работе.");
    let said = |key: &str| recordings(&program).find(|needed| needed.key == key).unwrap().text;
    assert_eq!((said("ru/tickets.2.3"), said("ru/tickets.3")), ("заявок".to_owned(), "в работе.".to_owned()));
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
        bytes_version: "0".into(),
        time_zones: "0".into(),
        languages: vec![language.into()],
        country: None,
        permission: Default::default(),
        zone: None,
        nodes: Vec::new(),
        flows: Vec::new(),
        routes: Vec::new(),
        router: Default::default(),
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
        promises: Vec::new(),
        segments: Vec::new(),
    }
}

fn words_piece(text: &str) -> Piece {
    Piece::Words(text.into())
}

fn bank() -> Program {
    let sum = vec![("sum", Type::Money)];
    let balance =
        vec![words_piece("На вашем счёте "), Piece::Param(0, Form::default()), words_piece(". Спасибо.")];
    let locked = vec![words_piece("Вход закрыт на "), Piece::Param(0, Form::default()), words_piece(".")];
    program(
        "ru",
        &[
            ("welcome", Vec::new(), vec![words_piece("Здравствуйте!")]),
            ("balance_is", sum, balance),
            ("locked_for", vec![("time", Type::Duration)], locked),
            (
                "hello",
                vec![("name", Type::Text)],
                vec![words_piece("Здравствуйте, "), Piece::Param(0, Form::default())],
            ),
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
    let said = fragments(&bank, PromptId(3), &[Value::text("Анна")], 0).unwrap();
    let text = Fragment::Text { text: "Анна".into(), language: "ru".into() };
    assert_eq!(said, [Fragment::Recording("ru/hello.1".to_owned()), text]);
    assert_eq!(played(&bank, 3, &[Value::text(" . ")]), "ru/hello.1");
    assert_eq!(problems(&bank).iter().map(SpeechError::to_string).collect::<Vec<String>>(), [message]);
    let number = program("xx", &[("n", vec![("n", Type::Number)], vec![Piece::Param(0, Form::default())])]);
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
    assert_eq!(second.context, "prompt balance_is: На вашем счёте {sum}. Спасибо. (sum is money)");
    assert!(keys.contains("sounds/typing"));
}

#[test]
fn text_follows_the_conventions_of_the_language() {
    let bank = bank();
    let usual = Form::default();
    let text = |prompt, value| text(&bank, PromptId(prompt), &[value], 0);
    assert_eq!(text(1, money("2021 RUB")), "На вашем счёте 2\u{a0}021,00\u{a0}₽. Спасибо.");
    assert_eq!(text(2, length(90)), "Вход закрыт на 1 минуту 30 секунд.");
    let pairs = [
        (money("-1234567.5 RUB"), "-RUB\u{a0}1,234,567.50", "-1\u{a0}234\u{a0}567,50\u{a0}₽"),
        (money("5 JPY"), "¥5", "5\u{a0}¥"),
        (number("999"), "999", "999"),
        (number("12345.60"), "12,345.6", "12\u{a0}345,6"),
        (length(3600), "1 hour", "1 час"),
        (date(2, 3), "3 February 2028", "3 февраля 2028 г."),
        (time(9, 5), "9:05 am", "09:05"),
        (time(0, 30), "12:30 am", "00:30"),
        (Value::Digits("0012".into()), "0012", "0012"),
        (Value::Secret(Secret::new("4711")), "hidden", "hidden"),
        (Value::List(Arc::from([number("1"), number("2")])), "1 and 2", "1 и 2"),
    ];
    for (value, english, russian) in pairs {
        assert_eq!(written(&value, &usual, "en"), english);
        assert_eq!(written(&value, &usual, "ru"), russian);
    }
}
