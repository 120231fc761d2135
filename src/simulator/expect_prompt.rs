//! A prompt that is expected: by its name, and as much more of it as a scenario says.
//!
//! `menu`, `menu~` (a key cut it), `menu~ [de]` (in which language), `{ balance_is: { sum: 5 RUB } }` (with which values),
//! `{ menu: , at: 9.2s }` (when it began, since the arrival).

use super::reading::Reading;
use super::said::{Cut, Saying};
use super::tree::{Item, Kind};
use crate::program::{Text, Value};
use crate::time::{DurationMs, Millis};

/// What is expected of a prompt; what is not named may be anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WantedPrompt {
    /// Its name.
    pub name: Text,
    /// Whether a key cuts it.
    pub cut: bool,
    /// The language it is said in.
    pub language: Option<Text>,
    /// Values by the positions of the parameters, with their names.
    pub args: Vec<(usize, Text, Value)>,
    /// When it begins, since the arrival.
    pub at: Option<DurationMs>,
}

impl WantedPrompt {
    /// Reads one.
    pub(super) fn read(reading: &mut Reading, item: &Item) -> Option<WantedPrompt> {
        if let Some(text) = item.text() {
            return WantedPrompt::named(reading, item, text, None);
        }
        let at = match item.get("at").filter(|_| item.only().is_none()) {
            Some(at) => Some(reading.length(at)?),
            None => None,
        };
        let mut named = item.entries().filter(|(key, _, _)| at.is_none() || *key != "at");
        match (named.next(), named.next()) {
            (Some(("cut", _, value)), None) => {
                let name = reading.scalar(value, "a prompt")?.to_owned() + "~";
                WantedPrompt::named(reading, value, &name, None)
            }
            (Some((name, key, values)), None) => {
                let wanted = WantedPrompt::named(reading, key, name, Some(values))?;
                Some(WantedPrompt { at, ..wanted })
            }
            _ => {
                let hint =
                    "write `name`, `{ name: { parameter: value } }` or `{ name: { … }, at: 9s }`".to_owned();
                reading.wrong(item, "one prompt is expected here", hint);
                None
            }
        }
    }

    fn named(reading: &mut Reading, item: &Item, text: &str, values: Option<&Item>) -> Option<WantedPrompt> {
        // Both marks may stand in either order: `menu~ [de]`, `menu [de]~`.
        let (text, cut) = text.strip_suffix('~').map_or((text, false), |text| (text, true));
        let (bare, language) = match text.strip_suffix(']').and_then(|text| text.split_once(" [")) {
            Some((bare, language)) => (bare, Some(language)),
            None => (text, None),
        };
        let (name, cut) = bare.strip_suffix('~').map_or((bare, cut), |name| (name, true));
        let id = reading.prompt(item, name)?;
        let program = reading.program;
        if let Some(language) =
            language.filter(|language| !program.languages.iter().any(|known| **known == **language))
        {
            let known = program.languages.iter().map(|known| &**known);
            reading.unknown_name(item, &format!("the program does not speak `{language}`"), language, known);
        }
        let prompt = program.prompt(id);
        let args = match values.filter(|values| values.kind != Kind::Nothing) {
            Some(values) => reading.named_values(values, &format!("prompt `{name}`"), &prompt.params),
            None => Vec::new(),
        };
        let (name, language) = (prompt.name.clone(), language.map(Text::from));
        Some(WantedPrompt { name, cut, language, args, at: None })
    }

    /// Whether a prompt is this one, cut or not.
    pub(super) fn is(&self, saying: &Saying) -> bool {
        saying.spoken.prompt == self.name
            && self.language.as_ref().is_none_or(|language| saying.spoken.language == *language)
            && self.at.is_none_or(|at| saying.began == Millis::ZERO + at)
            && self.args.iter().all(|(index, _, value)| saying.spoken.args.get(*index) == Some(value))
    }

    /// Whether a prompt of a contact that is over is this one, and was cut or not as this one.
    pub(super) fn fits(&self, saying: &Saying) -> bool {
        self.is(saying) && self.cut == (saying.cut == Some(Cut::ByKey))
    }

    /// As a person reads it.
    pub(super) fn show(&self) -> String {
        let values = self.args.iter().map(|(_, name, value)| format!("{name}: {value}"));
        self.put(values.collect(), self.cut, self.at)
    }

    /// What was said, with as much of it as is asked for.
    pub(super) fn show_like(saying: &Saying, asked: Option<&WantedPrompt>) -> String {
        let any = WantedPrompt::default();
        let asked = asked.unwrap_or(&any);
        let values = asked.args.iter().filter_map(|(index, name, _)| {
            saying.spoken.args.get(*index).map(|value| format!("{name}: {value}"))
        });
        let language = asked.language.as_ref().map(|_| saying.spoken.language.clone());
        let shown = WantedPrompt { name: saying.spoken.prompt.clone(), language, ..WantedPrompt::default() };
        let at = asked.at.map(|_| saying.began.since(Millis::ZERO));
        shown.put(values.collect(), saying.cut == Some(Cut::ByKey), at)
    }

    fn put(&self, values: Vec<String>, cut: bool, at: Option<DurationMs>) -> String {
        let values = if values.is_empty() { String::new() } else { format!(" {{{}}}", values.join(", ")) };
        let language = self.language.as_ref().map(|language| format!(" [{language}]")).unwrap_or_default();
        let at = at.map(|at| format!(" at {at}")).unwrap_or_default();
        format!("{}{}{language}{values}{at}", self.name, if cut { "~" } else { "" })
    }
}
