//! A prompt as a sequence of recordings, and every recording that a program needs.

use super::rules::{Kind, Rules};
use super::{SpeechError, Word, rules_of, words};
use crate::program::verb::Sound;
use crate::program::{Language, Piece, Program, Prompt, PromptId, Template, Text, Type, Value, Verb};
use crate::time::DurationMs;
use std::collections::{BTreeMap, BTreeSet};

/// The silence between groups of digits and items of a list.
const PAUSE: DurationMs = DurationMs(180);

/// One thing to play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// A recording by its key: `ru/balance_is.1`, `ru/words/rub_1`. With `.wav` behind it, its file.
    Recording(String),
    /// Silence.
    Pause(DurationMs),
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
enum Part {
    Words { key: String, text: String },
    Value(usize),
}

/// Returns what to play for a prompt with its values, in the program's language at this position.
///
/// # Errors
/// [`SpeechError::NeedsSynthesizer`] where a value is free text, and whatever [`words`] cannot say.
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
            Part::Value(index) => {
                let value = args.get(index).unwrap_or(&Value::None);
                out.extend(value_fragments(value, prompt, index, &template.language)?);
            }
        }
    }
    Ok(out)
}

fn value_fragments(
    value: &Value,
    prompt: &Prompt,
    index: usize,
    language: &str,
) -> Result<Vec<Fragment>, SpeechError> {
    if let Value::Text(_) = value {
        return Err(needs_synthesizer(prompt, index));
    }
    let fragment = |word: Word| match word.is_pause() {
        true => Fragment::Pause(PAUSE),
        false => Fragment::Recording(word_key(language, word)),
    };
    Ok(words(value, language)?.into_iter().map(fragment).collect())
}

fn needs_synthesizer(prompt: &Prompt, index: usize) -> SpeechError {
    let param = prompt.params.get(index).map_or_else(|| Text::from("?"), |(name, _)| name.clone());
    SpeechError::NeedsSynthesizer { prompt: prompt.name.clone(), param }
}

fn word_key(language: &str, word: Word) -> String {
    format!("{language}/words/{}", word.key)
}

/// Pieces of words that hold nothing but blanks and punctuation are not heard, and are not counted.
fn parts(prompt: &Prompt, template: &Template) -> Vec<Part> {
    let whole = format!("{}/{}", template.language, prompt.name);
    let mut count = 0;
    let mut part = |piece: &Piece| match piece {
        Piece::Param(index) => Some(Part::Value(*index)),
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
    let of_template = |(prompt, index, template): (&Prompt, usize, &Template)| {
        let context = format!("prompt {}: {}", prompt.name, prompt.written(index));
        let recording = |part| match part {
            Part::Value(_) => None,
            Part::Words { key, text } => Some(Recording {
                key,
                language: Some(template.language.clone()),
                text,
                context: context.clone(),
            }),
        };
        parts(prompt, template).into_iter().filter_map(recording).collect::<Vec<Recording>>()
    };
    templates(program).flat_map(of_template).collect()
}

fn word_recordings(program: &Program) -> Vec<Recording> {
    let mut kinds: BTreeMap<&Language, BTreeSet<Kind>> = BTreeMap::new();
    for (prompt, _, template) in templates(program) {
        let types = spoken_types(prompt, template);
        kinds.entry(&template.language).or_default().extend(types.flat_map(|(_, kind)| kinds_of(kind)));
    }
    let of_language = |(language, kinds): (&Language, BTreeSet<Kind>)| match rules_of(language) {
        Ok(rules) => inventory(rules, language, &kinds),
        Err(_) => Vec::new(),
    };
    kinds.into_iter().flat_map(of_language).collect()
}

/// The words of some kinds of values, each once, in the order of the kinds, and where each is heard.
fn inventory(rules: &dyn Rules, language: &Language, kinds: &BTreeSet<Kind>) -> Vec<Recording> {
    let mut order: Vec<Word> = Vec::new();
    let mut heard_in: BTreeMap<Word, Vec<&str>> = BTreeMap::new();
    for kind in kinds {
        for word in rules.inventory(*kind).into_iter().collect::<BTreeSet<Word>>() {
            if !heard_in.contains_key(&word) {
                order.push(word);
            }
            heard_in.entry(word).or_default().push(kind.name());
        }
    }
    let recording = |word: Word| Recording {
        key: word_key(language, word),
        language: Some(language.clone()),
        text: word.text.to_owned(),
        context: format!(
            "a word of {}",
            heard_in.get(&word).map(|kinds| kinds.join(", ")).unwrap_or_default()
        ),
    };
    order.into_iter().map(recording).collect()
}

/// Every word that any value can need in a language, each once.
///
/// # Errors
/// [`SpeechError::UnknownLanguage`].
pub fn vocabulary(language: &str) -> Result<Vec<Recording>, SpeechError> {
    Ok(inventory(rules_of(language)?, &language.into(), &BTreeSet::from(Kind::ALL)))
}

fn sound_recordings(program: &Program) -> impl Iterator<Item = Recording> {
    let name = |verb: &Verb| match verb {
        Verb::Play(play) => match &play.sound {
            Sound::Recording(name) => Some(name.clone()),
            Sound::Tone(_) | Sound::Message(_) => None,
        },
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

/// The parameters that a template says, with their types.
fn spoken_types<'a>(prompt: &'a Prompt, template: &'a Template) -> impl Iterator<Item = (usize, &'a Type)> {
    let param = |piece: &Piece| match piece {
        Piece::Words(_) => None,
        Piece::Param(index) => prompt.params.get(*index).map(|(_, kind)| (*index, kind)),
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
        Type::Moment => vec![Kind::Date, Kind::Time],
        Type::Text | Type::Secret | Type::Customer(_) | Type::Object(_) | Type::Case => Vec::new(),
        Type::Record(_) | Type::Reply(_) | Type::Recording | Type::Unknown => Vec::new(),
    }
}

/// Why a program cannot be spoken from recordings alone, each prompt and parameter once; empty where it can.
pub fn problems(program: &Program) -> Vec<SpeechError> {
    let mut out = Vec::new();
    for (prompt, _, template) in templates(program) {
        for (index, kind) in spoken_types(prompt, template) {
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
