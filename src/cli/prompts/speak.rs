//! `callwright prompts say`: a prompt with its values, in words and as text.

use crate::program::{Moment, Program, Prompt, PromptId, Value};
use crate::server::Clock;
use crate::simulator::parse_value;
use crate::speech;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub struct SayArgs {
    /// The program's folder: `flows/bank`.
    program: PathBuf,
    /// The prompt.
    prompt: String,
    /// Its values, `NAME=VALUE`: `sum="2021.00 RUB"`.
    #[arg(value_name = "NAME=VALUE")]
    values: Vec<String>,
    /// Only in this language.
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

/// Prints, in each language, what a caller hears and what a text message holds.
pub fn run(args: &SayArgs) -> Result<()> {
    let program = super::compiled(&args.program)?;
    let (id, prompt) = prompt(&program, &args.prompt)?;
    let values = values(&program, prompt, &args.values)?;
    let shown = |language: &str| args.language.as_deref().is_none_or(|wanted| wanted == language);
    if !prompt.texts.iter().any(|text| shown(&text.language)) {
        bail!("`{}` is not said in that language", prompt.name);
    }
    for (index, text) in prompt.texts.iter().enumerate().filter(|(_, text)| shown(&text.language)) {
        let heard = speech::spoken(&program, id, &values, index).unwrap_or_else(|error| format!("({error})"));
        say!("{}  said     {heard}", text.language);
        say!("    written  {}", speech::text(&program, id, &values, index));
    }
    Ok(())
}

fn prompt<'p>(program: &'p Program, name: &str) -> Result<(PromptId, &'p Prompt)> {
    let at = program.prompts.iter().position(|prompt| &*prompt.name == name);
    let at = at.with_context(|| {
        let near = crate::source::closest(name, program.prompts.iter().map(|prompt| &*prompt.name));
        let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        format!("{} has no prompt `{name}`{hint}", program.name)
    })?;
    Ok((PromptId(at as u32), &program.prompts[at]))
}

/// The values in the order of the prompt's parameters; a moment is seen from now.
fn values(program: &Program, prompt: &Prompt, given: &[String]) -> Result<Vec<Value>> {
    let pairs: Vec<(&str, &str)> = given
        .iter()
        .map(|text| text.split_once('=').with_context(|| format!("`{text}`: write `NAME=VALUE`")))
        .collect::<Result<_>>()?;
    if let Some((name, _)) =
        pairs.iter().find(|(name, _)| !prompt.params.iter().any(|(param, _)| &**param == *name))
    {
        let known: Vec<&str> = prompt.params.iter().map(|(param, _)| &**param).collect();
        bail!("`{}` takes no `{name}`; it takes {}", prompt.name, known.join(", "));
    }
    let now = Clock::start().wall();
    let value = |(param, kind): &(crate::program::Text, crate::program::Type)| {
        let given = pairs.iter().find(|(name, _)| *name == &**param);
        let (_, text) =
            given.with_context(|| format!("`{}` says `{param}`, a {kind}: {param}=…", prompt.name))?;
        match parse_value(text, kind, program.country.as_deref()).map_err(anyhow::Error::msg)? {
            Value::Moment(moment) => Ok(Value::Moment(Moment::seen_at(moment, now))),
            value => Ok(value),
        }
    };
    prompt.params.iter().map(value).collect()
}
