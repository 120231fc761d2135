//! Names that a program has; any text where there is no program.

use super::{any_of, by_name, text};
use crate::program::{Program, Text, Vocabulary};
use serde_json::{Map, Value, json};

/// The names of a program, or of none.
pub(super) struct Names<'a> {
    pub program: Option<&'a Program>,
}

impl<'a> Names<'a> {
    /// One of these, where there is a program.
    fn one(&self, names: impl FnOnce(&'a Program) -> Vec<&'a str>) -> Value {
        match self.program {
            Some(program) => json!({ "enum": names(program) }),
            None => text(),
        }
    }

    /// A map by these names, where there is a program.
    fn map(&self, names: impl FnOnce(&'a Program) -> Vec<Text>, value: Value) -> Value {
        let Some(program) = self.program else { return by_name(value) };
        let field = |name: Text| (name.to_string(), value.clone());
        let properties: Map<String, Value> = names(program).into_iter().map(field).collect();
        json!({ "type": ["object", "null"], "additionalProperties": false, "properties": properties })
    }

    pub fn flows(&self) -> Value {
        self.one(|program| program.flows.iter().map(|flow| &*flow.name).collect())
    }

    pub fn promises(&self) -> Value {
        self.one(|program| program.promises.iter().map(|promise| &*promise.text).collect())
    }

    pub fn topics(&self, value: Value) -> Value {
        let names = |program: &Program| {
            let topics = program.vocabulary.topics.iter().map(|topic| Text::from(&**topic));
            topics.chain([Text::from("contact")]).collect()
        };
        self.map(names, value)
    }

    pub fn outcomes(&self) -> Value {
        self.one(|program| {
            let declared = program.vocabulary.outcomes.iter().map(|outcome| &**outcome);
            declared.chain(Vocabulary::BUILT_IN_OUTCOMES).collect()
        })
    }

    pub fn queues(&self, value: Value) -> Value {
        self.map(|program| program.queues.iter().map(|queue| queue.name.clone()).collect(), value)
    }

    pub fn schedules(&self, value: Value) -> Value {
        self.map(|program| program.schedules.iter().map(|schedule| schedule.name.clone()).collect(), value)
    }

    pub fn backends(&self, value: Value) -> Value {
        self.map(|program| program.backends.iter().map(|backend| backend.name.clone()).collect(), value)
    }

    pub fn kept(&self, value: Value) -> Value {
        self.map(|program| program.keeps.iter().map(|keep| keep.name.clone()).collect(), value)
    }

    /// A prompt by its name alone, as `hear` and `said` have it: cut, and in a language.
    pub fn prompt(&self) -> Value {
        let Some(program) = self.program else { return text() };
        let names: Vec<&str> = program.prompts.iter().map(|prompt| &*prompt.name).collect();
        let cut: Vec<String> = names.iter().map(|name| format!("{name}~")).collect();
        any_of(vec![
            json!({ "enum": names }),
            json!({ "enum": cut }),
            json!({ "type": "string", "pattern": " \\[[a-z]{2}\\]$" }),
        ])
    }

    /// A prompt by its bare name.
    pub fn bare_prompt(&self) -> Value {
        self.one(|program| program.prompts.iter().map(|prompt| &*prompt.name).collect())
    }
}
