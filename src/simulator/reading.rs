//! What all readers of a scenario share: the program it is checked against, and the mistakes found so far.

use super::mistake::{Mistake, Mistakes};
use super::notation;
use super::tree::{Item, Kind};
use super::value::parse_value;
use crate::program::{Moment, Phone, Program, PromptId, Record, Text, Type, Value};
use crate::source::{Code, closest};
use crate::time::DurationMs;
use std::collections::BTreeSet;

/// A file that is being read. What is wrong is kept, and the reading goes on.
pub(super) struct Reading<'a> {
    pub program: &'a Program,
    pub text: &'a str,
    pub mistakes: Mistakes,
    /// The ids of the customers that have been given so far.
    pub customers: BTreeSet<String>,
}

impl<'a> Reading<'a> {
    /// Nothing of it is read yet.
    pub fn of(path: &str, text: &'a str, program: &'a Program) -> Reading<'a> {
        Reading { program, text, mistakes: Mistakes::of(path, text), customers: BTreeSet::new() }
    }
}

impl Reading<'_> {
    /// Keeps a mistake.
    pub fn mistake(
        &mut self,
        code: Code,
        item: &Item,
        message: impl Into<String>,
        hint: impl Into<Option<String>>,
    ) {
        self.mistakes.push(Mistake::new(code, item.span.clone(), message).hint(hint));
    }

    /// Something is not built as it should be.
    pub fn wrong(&mut self, item: &Item, message: impl Into<String>, hint: impl Into<Option<String>>) {
        self.mistake(Code::ScenarioForm, item, message, hint);
    }

    /// A value is none of its kind.
    pub fn no_value(&mut self, item: &Item, message: impl Into<String>, hint: impl Into<Option<String>>) {
        self.mistake(Code::ScenarioValue, item, message, hint);
    }

    /// Something that is needed is not there.
    pub fn lacks(&mut self, item: &Item, message: impl Into<String>, hint: impl Into<Option<String>>) {
        self.mistake(Code::ScenarioLacks, item, message, hint);
    }

    /// The line on which an item stands.
    pub fn line(&self, item: &Item) -> u32 {
        self.mistakes.line(item.span.start)
    }

    /// An item as it is written, on one line.
    pub fn written(&self, item: &Item) -> String {
        let slice = self.text.get(item.span.clone()).unwrap_or_default();
        let line = slice.split_whitespace().collect::<Vec<&str>>().join(" ");
        // What a map or a list begins with is in its span, and what it ends with is not.
        let open =
            |begin: char, end: char| line.matches(begin).count().saturating_sub(line.matches(end).count());
        format!("{line}{}{}", "]".repeat(open('[', ']')), " }".repeat(open('{', '}')))
    }

    /// The text of a scalar.
    pub fn scalar<'i>(&mut self, item: &'i Item, what: &str) -> Option<&'i str> {
        let text = item.text();
        if text.is_none() {
            self.wrong(item, format!("{what} is expected here"), None);
        }
        text
    }

    /// The items of a list.
    pub fn list<'i>(&mut self, item: &'i Item, what: &str) -> &'i [Item] {
        match &item.kind {
            Kind::List(items) => items,
            Kind::Nothing => &[],
            Kind::Scalar(_) | Kind::Map(_) => {
                self.wrong(
                    item,
                    format!("a list of {what} is expected here"),
                    Some("begin each with `- `".into()),
                );
                &[]
            }
        }
    }

    /// Complains of every key of a map that is not among these, and of what is no map.
    pub fn only_keys(&mut self, item: &Item, what: &str, known: &[&str]) {
        match &item.kind {
            Kind::Map(_) => {
                for (key, at, _) in item.entries().filter(|(key, _, _)| !known.contains(key)) {
                    self.unknown(at, &format!("`{key}` means nothing in {what}"), key, known.iter().copied());
                }
            }
            Kind::Nothing => {}
            Kind::Scalar(_) | Kind::List(_) => {
                let hint = format!("it has {}", known.join(", "));
                self.wrong(item, format!("{what} is expected here"), Some(hint));
            }
        }
    }

    /// Complains of every key of a map that the program has no such thing for: `the program has no queue`.
    pub fn only_names(&mut self, item: &Item, lacks: &str, known: &[&str]) {
        match &item.kind {
            Kind::Map(_) => {
                for (key, at, _) in item.entries().filter(|(key, _, _)| !known.contains(key)) {
                    let message = format!("{lacks} `{key}`");
                    self.unknown_name(at, &message, key, known.iter().copied());
                }
            }
            Kind::Nothing => {}
            Kind::Scalar(_) | Kind::List(_) => {
                self.wrong(item, "a map by names is expected here", None);
            }
        }
    }

    /// A word that is not known, with the nearest one that is, or with all that are.
    pub fn unknown<'w>(
        &mut self,
        item: &Item,
        message: &str,
        word: &str,
        known: impl Iterator<Item = &'w str> + Clone,
    ) {
        self.unknown_as(Code::ScenarioWord, item, message, word, known);
    }

    /// A name that the program does not have, with the nearest one that it has, or with all of them.
    pub fn unknown_name<'w>(
        &mut self,
        item: &Item,
        message: &str,
        word: &str,
        known: impl Iterator<Item = &'w str> + Clone,
    ) {
        self.unknown_as(Code::ScenarioName, item, message, word, known);
    }

    fn unknown_as<'w>(
        &mut self,
        code: Code,
        item: &Item,
        message: &str,
        word: &str,
        known: impl Iterator<Item = &'w str> + Clone,
    ) {
        let hint = match closest(word, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let known: Vec<&str> = known.collect();
                if known.is_empty() {
                    "the program has none".to_owned()
                } else {
                    format!("there are: {}", known.join(", "))
                }
            }
        };
        self.mistake(code, item, message, Some(hint));
    }

    /// A customer's id, of those that are given.
    pub fn customer(&mut self, item: &Item) -> Option<Text> {
        let id = self.scalar(item, "a customer's id")?;
        if !self.customers.contains(id) {
            let known: Vec<String> = self.customers.iter().cloned().collect();
            let message = format!("no customer `{id}` is given");
            self.unknown_name(item, &message, id, known.iter().map(String::as_str));
        }
        Some(id.into())
    }

    /// A word out of few.
    pub fn word<'i>(&mut self, item: &'i Item, what: &str, known: &[&str]) -> Option<&'i str> {
        let word = self.scalar(item, what)?;
        if !known.contains(&word) {
            self.unknown(item, &format!("`{word}` is no {what}"), word, known.iter().copied());
        }
        Some(word)
    }

    /// A length of time.
    pub fn length(&mut self, item: &Item) -> Option<DurationMs> {
        let text = self.scalar(item, "a length of time")?;
        let length = notation::length(text);
        if length.is_none() {
            let hint = "`300ms`, `5s`, `2.5s` and `1m30s` are".to_owned();
            self.no_value(item, format!("`{text}` is no length of time"), hint);
        }
        length
    }

    /// A phone number.
    pub fn phone(&mut self, item: &Item) -> Option<Phone> {
        let text = self.scalar(item, "a phone number")?;
        let phone = Phone::parse(text, self.program.country.as_deref());
        if phone.is_none() {
            let hint = match text.starts_with('+') {
                true => "its country has no numbers like this".to_owned(),
                false => "write it with `+` and the country, in quotes: `\"+7 843 203-57-37\"`".to_owned(),
            };
            self.no_value(item, format!("`{text}` is no phone number"), hint);
        }
        phone
    }

    /// Whoever can be called: a phone number in its normal form, an extension, a name.
    pub fn party(&mut self, item: &Item) -> Option<Text> {
        let text = self.scalar(item, "a number or a name")?;
        if text.starts_with(char::is_alphabetic) {
            return Some(text.into());
        }
        match Phone::parse(text, self.program.country.as_deref()) {
            Some(phone) => Some(phone.as_str().into()),
            None if text.bytes().all(|byte| byte.is_ascii_digit()) => Some(text.into()),
            None => self.phone(item).map(|phone| phone.as_str().into()),
        }
    }

    /// A value of a type.
    pub fn value(&mut self, item: &Item, kind: &Type) -> Option<Value> {
        if let (Type::List(inner), Kind::List(items)) = (kind, &item.kind) {
            let values: Option<Vec<Value>> = items.iter().map(|item| self.value(item, inner)).collect();
            return values.map(|values| Value::List(values.into()));
        }
        if item.kind == Kind::Nothing && matches!(kind, Type::Optional(_)) {
            return Some(Value::None);
        }
        match kind {
            Type::Optional(inner) if item.text() != Some("none") => return self.value(item, inner),
            Type::Record(name) => return self.record(item, name),
            _ => {}
        }
        let text = self.scalar(item, &format!("a `{kind}`"))?;
        if let (Type::Moment, Some(moment)) = (kind, Moment::parse(text, self.program.zone.as_ref())) {
            return Some(Value::Moment(moment));
        }
        match parse_value(text, kind, self.program.country.as_deref()) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.no_value(item, reason, None);
                None
            }
        }
    }

    /// A record that the program declares, with all its fields but those that may be missing.
    fn record(&mut self, item: &Item, name: &Text) -> Option<Value> {
        let program = self.program;
        let declared = program.records.get(name)?;
        let mut record = Record::new(name, "");
        let values = self.named_values(item, &format!("a `{name}`"), declared);
        record.fields = values.into_iter().map(|(_, name, value)| (name, value)).collect();
        for (field, kind) in declared {
            if item.get(field).is_none() && !matches!(kind, Type::Optional(_)) {
                self.lacks(item, format!("a `{name}` has a `{field}`, which is missing"), None);
            }
        }
        Some(Value::Record(record.into()))
    }

    /// Values by the names of declared parameters or fields: name, its position, value.
    pub fn named_values(
        &mut self,
        item: &Item,
        what: &str,
        declared: &[(Text, Type)],
    ) -> Vec<(usize, Text, Value)> {
        if !matches!(item.kind, Kind::Map(_) | Kind::Nothing) {
            self.wrong(item, format!("the values of {what} are expected here, by their names"), None);
        }
        let mut values = Vec::new();
        for (name, key, value) in item.entries() {
            match declared.iter().enumerate().find(|(_, (known, _))| **known == *name) {
                Some((index, (known, kind))) => {
                    values.extend(self.value(value, kind).map(|value| (index, known.clone(), value)));
                }
                None => {
                    let names = declared.iter().map(|(name, _)| &**name);
                    self.unknown_name(key, &format!("{what} has no `{name}`"), name, names);
                }
            }
        }
        values
    }

    /// Whether the program has a flow of this name.
    pub fn flow(&mut self, item: &Item, name: &str) -> bool {
        let is_known = self.program.flow_named(name).is_some();
        if !is_known {
            let known = self.program.flows.iter().map(|flow| &*flow.name);
            self.unknown_name(item, &format!("there is no flow `{name}` in the program"), name, known);
        }
        is_known
    }

    /// A prompt of the program.
    pub fn prompt(&mut self, item: &Item, name: &str) -> Option<PromptId> {
        let known = self.program.prompts.iter().position(|prompt| *prompt.name == *name);
        if known.is_none() {
            let names = self.program.prompts.iter().map(|prompt| &*prompt.name);
            let message = format!("there is no prompt `{name}` in the program");
            self.unknown_name(item, &message, name, names);
        }
        known.map(|index| PromptId(index as u32))
    }
}
