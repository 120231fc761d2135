//! A prompt as a sequence of recordings, and every recording that a program needs.

use super::inventory::{Kind, inventory};
use super::rules::Rules;
use super::{SpeechError, Word, rules_of, sentence, words};
use crate::program::verb::Sound;
use crate::program::{Form, Language, Piece, Program, Prompt, PromptId, Template, Text, Type, Value, Verb};
use crate::time::DurationMs;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::{BTreeMap, BTreeSet};

/// The silence between groups of digits and items of a list.
const PAUSE: DurationMs = DurationMs(180);

/// So many places are named where a prompt is said.
const NAMED_PLACES: usize = 3;

/// One thing to play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// A recording by its key: `ru/balance_is.1`, `ru/words/rub_1`. With `.wav` behind it, its file.
    Recording(String),
    /// Silence.
    Pause(DurationMs),
    /// Free text, which only a synthesizer can say.
    Text {
        /// What is said.
        text: Text,
        /// The language it is said in.
        language: Language,
    },
}

/// A recording that a program needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Its name: `ru/balance_is.1`, `ru/words/rub_1`, `sounds/typing`. With `.wav` behind it, its file.
    pub key: String,
    /// The language it is spoken in; none for a sound.
    pub language: Option<Language>,
    /// What it says; empty for a sound.
    pub text: String,
    /// Where it is heard, for whoever speaks it.
    pub context: String,
}

/// A stretch of a template that is heard.
enum Part<'a> {
    Words {
        key: String,
        text: String,
    },
    /// A value; the key of its nouns, where it has some: `ru/ahead.2`, and behind it the form, `ru/ahead.2.1`.
    Value {
        index: usize,
        form: &'a Form,
        key: String,
    },
}

/// Returns what to play for a prompt with its values, in the program's language at this position.
///
/// # Errors
/// Whatever [`words`] cannot say, but for free text.
pub fn fragments(
    program: &Program,
    prompt: PromptId,
    args: &[Value],
    language_index: usize,
) -> Result<Vec<Fragment>, SpeechError> {
    let prompt = program.prompt(prompt);
    let mut out = Vec::new();
    let Some(template) = prompt.texts.get(language_index).or(prompt.texts.first()) else {
        return Ok(out);
    };
    for part in parts(prompt, template) {
        match part {
            Part::Words { key, .. } => out.push(Fragment::Recording(key)),
            Part::Value { index, form, key } => {
                let value = args.get(index).unwrap_or(&Value::None);
                out.extend(value_fragments(value, form, &template.language)?);
                out.extend(noun_fragment(value, form, &key, &template.language)?);
            }
        }
    }
    Ok(out)
}

/// The words of a prompt with its values, as they are heard, in the program's language at this position.
///
/// # Errors
/// Whatever [`words`] cannot say, but for free text.
pub fn spoken(
    program: &Program,
    prompt: PromptId,
    args: &[Value],
    language_index: usize,
) -> Result<String, SpeechError> {
    let prompt = program.prompt(prompt);
    let mut line = String::new();
    let Some(template) = prompt.texts.get(language_index).or(prompt.texts.first()) else { return Ok(line) };
    for piece in &template.pieces {
        match piece {
            Piece::Words(words) => line += words,
            Piece::Param(index, form) => {
                let value = args.get(*index).unwrap_or(&Value::None);
                line += &spoken_value(value, form, &template.language)?;
            }
        }
    }
    Ok(line)
}

fn spoken_value(value: &Value, form: &Form, language: &str) -> Result<String, SpeechError> {
    if let Value::Text(text) = value {
        return Ok(text.to_string());
    }
    let line = sentence(&words(value, form, language)?);
    let Value::Number(number) = value else { return Ok(line) };
    let noun = noun_of(*number, form, rules_of(language)?);
    Ok(noun.map_or_else(|| line.clone(), |(_, noun)| format!("{line} {noun}")))
}

fn value_fragments(value: &Value, form: &Form, language: &Language) -> Result<Vec<Fragment>, SpeechError> {
    match value {
        // Nothing is heard of a text without a letter or digit, as of a piece of a prompt.
        Value::Text(text) if !text.contains(char::is_alphanumeric) => return Ok(Vec::new()),
        Value::Text(text) => {
            return Ok(vec![Fragment::Text { text: text.clone(), language: language.clone() }]);
        }
        _ => {}
    }
    let fragment = |word: Word| match (word.is_pause(), word.is_joint()) {
        (true, _) => Some(Fragment::Pause(PAUSE)),
        (false, true) => None,
        (false, false) => Some(Fragment::Recording(word_key(language, &word))),
    };
    Ok(words(value, form, language)?.into_iter().filter_map(fragment).collect())
}

fn noun_fragment(
    value: &Value,
    form: &Form,
    key: &str,
    language: &str,
) -> Result<Option<Fragment>, SpeechError> {
    let Value::Number(number) = value else { return Ok(None) };
    let noun = noun_of(*number, form, rules_of(language)?);
    Ok(noun.map(|(index, _)| Fragment::Recording(format!("{key}.{}", index + 1))))
}

/// Which of the form's nouns follows a number, and its text.
pub(super) fn noun_of<'a>(number: Decimal, form: &'a Form, rules: &dyn Rules) -> Option<(usize, &'a Text)> {
    let number = number.abs();
    let index = rules.plural(if number.is_integer() { number.to_u64() } else { None });
    form.nouns.get(index).map(|noun| (index, noun))
}

fn needs_synthesizer(prompt: &Prompt, index: usize) -> SpeechError {
    let param = prompt.params.get(index).map_or_else(|| Text::from("?"), |(name, _)| name.clone());
    SpeechError::NeedsSynthesizer { prompt: prompt.name.clone(), param }
}

fn word_key(language: &str, word: &Word) -> String {
    format!("{language}/words/{}", word.key)
}

/// Pieces of words that hold nothing but blanks and punctuation are not heard, and are not counted. A value is counted
/// where it has nouns.
fn parts<'a>(prompt: &Prompt, template: &'a Template) -> Vec<Part<'a>> {
    let whole = format!("{}/{}", template.language, prompt.name);
    let mut count = 0;
    let mut part = |piece: &'a Piece| match piece {
        Piece::Param(index, form) => {
            count += usize::from(!form.nouns.is_empty());
            Some(Part::Value { index: *index, form, key: format!("{whole}.{count}") })
        }
        Piece::Words(words) if !words.contains(char::is_alphanumeric) => None,
        Piece::Words(words) => {
            count += 1;
            let key = if prompt.params.is_empty() { whole.clone() } else { format!("{whole}.{count}") };
            Some(Part::Words { key, text: heard(words) })
        }
    };
    template.pieces.iter().filter_map(&mut part).collect()
}

/// What is said of a piece: not the end of the sentence before it.
fn heard(words: &str) -> String {
    let closing = |sign: char| sign.is_whitespace() || ".,;:!?…)»".contains(sign);
    words.trim_start_matches(closing).trim_end().to_owned()
}

/// Every recording that a program needs: the pieces of its prompts, the words that its prompts' values can need, and
/// the sounds that it plays. In that order, each once. Nothing is said here of what [`problems`] reports.
pub fn recordings(program: &Program) -> impl Iterator<Item = Recording> {
    let prompts = prompt_recordings(program);
    let words = word_recordings(program);
    let mut seen = BTreeSet::new();
    let all = prompts.into_iter().chain(words).chain(sound_recordings(program));
    all.filter(move |recording| seen.insert(recording.key.clone()))
}

fn templates(program: &Program) -> impl Iterator<Item = (&Prompt, usize, &Template)> {
    program.prompts.iter().filter(|prompt| prompt.is_spoken).flat_map(|prompt| {
        prompt.texts.iter().enumerate().map(move |(index, template)| (prompt, index, template))
    })
}

fn prompt_recordings(program: &Program) -> Vec<Recording> {
    let places = places(program);
    let of_template = |(prompt, index, template): (&Prompt, usize, &Template)| {
        let context = context(prompt, index) + places.get(&prompt.name).map_or("", String::as_str);
        let recording = |key: String, text: String| {
            let language = Some(template.language.clone());
            Recording { key, language, text, context: context.clone() }
        };
        let of_part = |part: Part<'_>| match part {
            Part::Words { key, text } => vec![recording(key, text)],
            Part::Value { form, key, .. } => {
                let nouns = form.nouns.iter().enumerate();
                nouns.map(|(at, noun)| recording(format!("{key}.{}", at + 1), noun.to_string())).collect()
            }
        };
        parts(prompt, template).into_iter().flat_map(of_part).collect::<Vec<Recording>>()
    };
    templates(program).flat_map(of_template).collect()
}

/// Where each prompt is said: the first few flows, with script and line.
fn places(program: &Program) -> BTreeMap<Text, String> {
    let mut places: BTreeMap<Text, Vec<String>> = BTreeMap::new();
    let said =
        program.nodes.iter().flat_map(|node| node.verb.utterances().into_iter().map(move |one| (node, one)));
    for (node, utterance) in said {
        let place = format!("{} ({}:{})", program.flow(node.flow).name, node.place.path, node.place.line);
        let known = places.entry(program.prompt(utterance.prompt).name.clone()).or_default();
        if known.len() < NAMED_PLACES && !known.contains(&place) {
            known.push(place);
        }
    }
    places.into_iter().map(|(name, places)| (name, format!("; said in {}", places.join(", ")))).collect()
}

/// The whole prompt, and what its values are.
fn context(prompt: &Prompt, index: usize) -> String {
    let values: Vec<String> = prompt.params.iter().map(|(name, kind)| format!("{name} is {kind}")).collect();
    let values = if values.is_empty() { String::new() } else { format!(" ({})", values.join(", ")) };
    format!("prompt {}: {}{values}", prompt.name, prompt.written(index))
}

fn word_recordings(program: &Program) -> Vec<Recording> {
    let mut needed: BTreeMap<&Language, BTreeSet<(Kind, Form)>> = BTreeMap::new();
    for (prompt, _, template) in templates(program) {
        for (_, kind, form) in spoken_types(prompt, template) {
            // Which nouns they are does not matter to the words before them.
            let nouns = form.nouns.first().map(|_| Text::from("")).into_iter().collect();
            let form = Form { nouns, ..form.clone() };
            let kinds = kinds_of(kind).into_iter().map(|kind| (kind, form.clone()));
            needed.entry(&template.language).or_default().extend(kinds);
        }
    }
    let of_language = |(language, needed): (&Language, BTreeSet<(Kind, Form)>)| match rules_of(language) {
        Ok(rules) => words_of(rules, language, &needed),
        Err(_) => Vec::new(),
    };
    needed.into_iter().flat_map(of_language).collect()
}

/// The words of some kinds of values, each once, in the order of the kinds, and where each is heard.
fn words_of(rules: &dyn Rules, language: &Language, needed: &BTreeSet<(Kind, Form)>) -> Vec<Recording> {
    let mut order: Vec<Word> = Vec::new();
    let mut heard_in: BTreeMap<Word, Vec<&str>> = BTreeMap::new();
    for (kind, form) in needed {
        for word in inventory(rules, *kind, form) {
            let heard = heard_in.entry(word.clone()).or_default();
            if heard.is_empty() {
                order.push(word);
            }
            if !heard.contains(&kind.name()) {
                heard.push(kind.name());
            }
        }
    }
    let recording = |word: Word| Recording {
        key: word_key(language, &word),
        language: Some(language.clone()),
        text: word.text.to_string(),
        context: format!(
            "a word of {}",
            heard_in.get(&word).map(|kinds| kinds.join(", ")).unwrap_or_default()
        ),
    };
    order.into_iter().map(recording).collect()
}

/// Every word that any value can need in the usual forms of a language, and those of a day with its weekday, each once.
///
/// # Errors
/// [`SpeechError::UnknownLanguage`].
pub fn vocabulary(language: &str) -> Result<Vec<Recording>, SpeechError> {
    let weekday = (Kind::Date, Form { weekday: true, ..Form::default() });
    let needed = Kind::ALL.map(|kind| (kind, Form::default())).into_iter().chain([weekday]).collect();
    Ok(words_of(rules_of(language)?, &language.into(), &needed))
}

fn sound_recordings(program: &Program) -> impl Iterator<Item = Recording> {
    let name = |verb: &Verb| match verb {
        Verb::Play(play) => match &play.sound {
            Sound::Recording(name) => Some(name.clone()),
            Sound::Tone(_) | Sound::Message(_) => None,
        },
        Verb::Conference(conference) => {
            let is_tone = |name: &Text| program.tones.iter().any(|tone| tone.name == *name);
            conference.terms.music.clone().filter(|name| !is_tone(name))
        }
        _ => None,
    };
    let recording = |name: Text| Recording {
        key: format!("sounds/{name}"),
        language: None,
        text: String::new(),
        context: format!("play {name}"),
    };
    program.nodes.iter().filter_map(move |node| name(&node.verb)).map(recording)
}

/// The parameters that a template says, with their types and forms.
fn spoken_types<'a>(
    prompt: &'a Prompt,
    template: &'a Template,
) -> impl Iterator<Item = (usize, &'a Type, &'a Form)> {
    let param = |piece: &'a Piece| match piece {
        Piece::Words(_) => None,
        Piece::Param(index, form) => prompt.params.get(*index).map(|(_, kind)| (*index, kind, form)),
    };
    template.pieces.iter().filter_map(param)
}

/// The kinds of values of a type; none for what cannot be spoken from recordings.
fn kinds_of(kind: &Type) -> Vec<Kind> {
    match kind {
        Type::Bool => vec![Kind::Bool],
        Type::Number => vec![Kind::Number],
        Type::Digits => vec![Kind::Digits],
        Type::Phone => vec![Kind::Phone],
        Type::Money => vec![Kind::Money],
        Type::Duration => vec![Kind::Duration],
        Type::Date => vec![Kind::Date],
        Type::Time => vec![Kind::Time],
        Type::List(item) => [kinds_of(item), vec![Kind::List]].concat(),
        Type::Optional(inner) => kinds_of(inner),
        Type::Moment => vec![Kind::Moment],
        Type::Text | Type::Secret | Type::Passphrase => Vec::new(),
        Type::Customer(_)
        | Type::Object(_)
        | Type::Case
        | Type::Record(_)
        | Type::Reply(_)
        | Type::Recording
        | Type::Unknown => Vec::new(),
    }
}

/// Why a program cannot be spoken from recordings alone, each prompt and parameter once; empty where it can.
pub fn problems(program: &Program) -> Vec<SpeechError> {
    let mut out = Vec::new();
    for (prompt, _, template) in templates(program) {
        for (index, kind, _) in spoken_types(prompt, template) {
            let problem = problem(prompt, index, kind, &template.language);
            out.extend(problem.filter(|problem| !out.contains(problem)));
        }
    }
    out
}

fn problem(prompt: &Prompt, index: usize, kind: &Type, language: &str) -> Option<SpeechError> {
    match kinds_of(kind).iter().any(|kind| *kind != Kind::List) {
        true => rules_of(language).err(),
        false => Some(needs_synthesizer(prompt, index)),
    }
}
