//! What a scenario gives of kept values, and how long what is heard takes.

use super::given::Given;
use super::moment::moment;
use super::reading::Reading;
use super::tree::{Item, Kind};
use crate::crm::Kept;
use crate::program::verb::{Play, Sound};
use crate::program::{Keep, Keeper, Program, Text, Type, Verb};
use std::collections::BTreeSet;

/// The length of every prompt that has none of its own.
const EACH: &str = "each";

impl Given {
    /// Values that are kept: of the program `calls: 5`, else by whose they are: `calls: { "+12065550123": 2 }`. One that
    /// ends is `{ value: 2, until: 2026-11-21T00:00:00+03:00 }`.
    pub(super) fn read_kept(&mut self, reading: &mut Reading, item: &Item) {
        let program = reading.program;
        let names: Vec<&str> = program.keeps.iter().map(|keep| &*keep.name).collect();
        reading.only_names(item, "the program has no kept value", &names);
        for (name, _, value) in item.entries() {
            let Some(keep) = program.keeps.iter().find(|keep| *keep.name == *name) else { continue };
            for (holder, value) in holders(reading, keep, value) {
                let kept = kept(reading, value, &keep.ty);
                self.kept.extend(kept.map(|kept| (keep.name.clone(), holder, kept)));
            }
        }
    }

    /// Lengths by prompt or sound; `each` is every other one's.
    pub(super) fn read_lengths(&mut self, reading: &mut Reading, item: &Item) {
        let known = heard(reading.program);
        let known: Vec<&str> = known.iter().map(|name| &**name).chain([EACH]).collect();
        reading.only_names(item, "the program has no prompt, sound or tone", &known);
        for (name, _, value) in item.entries() {
            match (name, reading.length(value)) {
                (EACH, length) => self.prompt_length = length,
                (name, Some(length)) => drop(self.lengths.insert(name.into(), length)),
                (_, None) => {}
            }
        }
    }
}

/// A kept value, alone or with its end.
fn kept(reading: &mut Reading, item: &Item, ty: &Type) -> Option<Kept> {
    let (Some(value), Some(until)) = (item.get("value"), item.get("until")) else {
        return reading.value(item, ty).map(|value| Kept { value, until: None });
    };
    reading.only_keys(item, "a kept value", &["value", "until"]);
    let until = moment(reading, until)?;
    Some(Kept { value: reading.value(value, ty)?, until: Some(until) })
}

/// Whose values these are, each with what is kept.
fn holders<'i>(reading: &mut Reading, keep: &Keep, item: &'i Item) -> Vec<(Text, &'i Item)> {
    let (whose, example) = match keep.keeper {
        Keeper::Program => return vec![("".into(), item)],
        Keeper::Caller => ("caller", "\"+7 …\""),
        Keeper::Customer => ("customer", "c1"),
    };
    if !matches!(item.kind, Kind::Map(_) | Kind::Nothing) {
        let message = format!("`{}` is kept per {whose}", keep.name);
        reading.wrong(item, message, format!("write `{}: {{ {example}: … }}`", keep.name));
    }
    match keep.keeper {
        Keeper::Caller => item
            .entries()
            .filter_map(|(_, key, value)| Some((reading.phone(key)?.as_str().into(), value)))
            .collect(),
        Keeper::Program | Keeper::Customer => {
            item.entries().map(|(id, _, value)| (id.into(), value)).collect()
        }
    }
}

/// All that can be heard, by name: prompts, recordings, tones.
fn heard(program: &Program) -> BTreeSet<Text> {
    let prompts = program.prompts.iter().map(|prompt| prompt.name.clone());
    let tones = program.tones.iter().map(|tone| tone.name.clone());
    let music = program.queues.iter().filter_map(|queue| queue.music.clone());
    let played = program.nodes.iter().filter_map(|node| match &node.verb {
        Verb::Play(Play { sound: Sound::Recording(name), .. }) => Some(Text::from(&**name)),
        _ => None,
    });
    prompts.chain(tones).chain(music).chain(played).collect()
}
