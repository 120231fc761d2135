//! A reply, or what a task is given, as it is put together: what is wanted of its fields, and what is made up.

use super::invent;
use super::source::{Given, ITEM};
use crate::program::{Program, Text, Type};
use std::collections::BTreeMap;

/// How deep records stand in records.
const DEPTH: usize = 6;

#[derive(Clone, Debug)]
pub(super) enum Reply {
    /// A good one.
    Ok(Good),
    Word(String),
}

/// A good reply: fields that were wanted so, by the way to them; the others are made up.
#[derive(Clone, Debug, Default)]
pub(super) struct Good {
    declared: Vec<(Text, Type)>,
    given: BTreeMap<Vec<Text>, Given>,
}

impl Default for Reply {
    fn default() -> Reply {
        Reply::ok(&[])
    }
}

impl Reply {
    pub fn ok(declared: &[(Text, Type)]) -> Reply {
        Reply::Ok(Good { declared: declared.to_vec(), given: BTreeMap::new() })
    }

    /// The type of a field.
    pub fn type_of(&self, name: &Text) -> Option<Type> {
        match self {
            Reply::Ok(good) => {
                good.declared.iter().find(|(known, _)| known == name).map(|(_, ty)| ty.clone())
            }
            Reply::Word(_) => None,
        }
    }

    /// Something below it is given.
    pub fn put(&mut self, path: Vec<Text>, given: &Given) {
        if let Reply::Ok(good) = self {
            good.given.insert(path, given.clone());
        }
    }

    /// What stands at the end of a way, as YAML.
    pub fn written(&self, program: &Program, path: &[Text]) -> Option<String> {
        let (Reply::Ok(good), Some((name, behind))) = (self, path.split_first()) else { return None };
        let mut ty = &good.declared.iter().find(|(known, _)| known == name)?.1;
        for name in behind {
            ty = match ty.present() {
                Type::List(item) if &**name == ITEM => item,
                Type::Record(record) => {
                    &program.records.get(record)?.iter().find(|(known, _)| known == name)?.1
                }
                _ => return None,
            };
        }
        good.value(program, ty, &mut path.to_vec())
    }

    /// It as an item of `replies`, which comes after so many milliseconds.
    pub fn yaml(&self, program: &Program, after: Option<u64>) -> String {
        let after = after.map(|after| format!("after: {after}ms, ")).unwrap_or_default();
        match self {
            Reply::Word(word) if after.is_empty() || ["late", "failed"].contains(&word.as_str()) => {
                word.clone()
            }
            Reply::Word(word) => format!("{{ {after}status: {word} }}"),
            Reply::Ok(_) => format!("{{ {after}ok: {{ {} }} }}", self.fields(program)),
        }
    }

    /// Its fields as YAML.
    pub fn fields(&self, program: &Program) -> String {
        let Reply::Ok(good) = self else { return String::new() };
        let field = |(name, ty): &(Text, Type)| {
            let value = good.value(program, ty, &mut vec![name.clone()])?;
            Some(format!("{name}: {value}"))
        };
        let fields: Vec<String> = good.declared.iter().filter_map(field).collect();
        fields.join(", ")
    }
}

impl Good {
    fn value(&self, program: &Program, ty: &Type, path: &mut Vec<Text>) -> Option<String> {
        let count = match self.given.get(path) {
            Some(Given::Yaml(written)) => return Some(written.clone()),
            Some(Given::Missing) => return None,
            // Days are counted from the arrival before they come here.
            Some(Given::Days(_)) => None,
            Some(Given::Some(count)) => Some(*count),
            None => None,
        };
        match ty {
            Type::Optional(inner) => {
                let is_wanted = count.is_some() || self.given.keys().any(|known| known.starts_with(path));
                if is_wanted { self.value(program, inner, path) } else { None }
            }
            Type::List(item) => {
                let count = if path.len() > DEPTH { 0 } else { count.unwrap_or(1) };
                path.push(ITEM.into());
                let item = self.value(program, item, path);
                path.pop();
                let items: Vec<String> = item.into_iter().flat_map(|item| vec![item; count]).collect();
                Some(format!("[ {} ]", items.join(", ")))
            }
            Type::Record(record) => {
                let fields = program.records.get(record)?.iter().filter_map(|(name, ty)| {
                    path.push(name.clone());
                    let value = self.value(program, ty, path);
                    path.pop();
                    Some(format!("{name}: {}", value?))
                });
                Some(format!("{{ {} }}", fields.collect::<Vec<_>>().join(", ")))
            }
            plain => invent::any(program, plain),
        }
    }
}
