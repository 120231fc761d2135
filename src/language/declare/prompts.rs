//! `prompt`: a text in every language, its placeholders looked up.

use super::Declared;
use crate::language::ast::{self, Translation};
use crate::language::load::Loaded;
use crate::program::{Form, FormError, GRAMMARS, Grammar, Piece, Prompt, Template, Text, Type};
use crate::source::{Code, Diagnostic, Span, closest};

impl Declared {
    pub(super) fn prompts(&mut self, items: Vec<ast::Prompt>, loaded: &mut Loaded<'_>) {
        for item in items {
            let params = self.plain_params(&item.params, loaded);
            self.prompt_languages(&item, loaded);
            let texts: Vec<(Text, Vec<Piece>)> = item
                .texts
                .iter()
                .map(|text| (text.language.text.clone(), pieces(text, &params, loaded)))
                .collect();
            let languages = self.program.languages.clone();
            let texts =
                languages.iter().map(|language| self.template(&item, &texts, language, loaded)).collect();
            let prompt = Prompt { name: item.name.text.clone(), params, texts, is_spoken: true };
            self.prompt_names.add("prompt", &item.name, self.program.prompts.len(), loaded);
            self.program.prompts.push(prompt);
        }
    }

    /// Reports languages that the program does not speak, and those that a prompt has twice.
    fn prompt_languages(&self, item: &ast::Prompt, loaded: &mut Loaded<'_>) {
        for (index, text) in item.texts.iter().enumerate() {
            let language = &text.language;
            let speaks = self.program.languages.contains(&language.text);
            if !speaks && !self.program.languages.is_empty() && !self.languages_lost {
                loaded.unknown("language", language, self.program.languages.iter().map(|known| &**known));
            }
            let before = item.texts.iter().take(index).find(|other| other.language.text == language.text);
            if let Some(first) = before {
                let message = format!("`{}` has two texts in `{}`", item.name.text, language.text);
                let finding = Diagnostic::new(Code::DuplicateName, language.span, message);
                loaded.diagnostics.push(finding.related(first.language.span, "the first"));
            }
        }
    }

    /// The text in a language, or the one that the program allows instead.
    fn template(
        &self,
        item: &ast::Prompt,
        texts: &[(Text, Vec<Piece>)],
        language: &Text,
        loaded: &mut Loaded<'_>,
    ) -> Template {
        let find = |wanted: &Text| texts.iter().find(|(known, _)| known == wanted);
        if let Some((language, pieces)) = find(language) {
            return Template { language: language.clone(), pieces: pieces.clone() };
        }
        let instead = self.fallbacks.get(language).and_then(find);
        // A text in a language that there is not most likely was meant for the missing one.
        let is_astray = |text: &Translation| !self.program.languages.contains(&text.language.text);
        if !item.broken && !item.texts.iter().any(is_astray) {
            let message = format!("`{}` has no text in `{language}`", item.name.text);
            let code = if instead.is_some() { Code::FallbackTranslation } else { Code::MissingTranslation };
            let hint = match instead {
                Some((from, _)) => format!("callers hear it in `{from}`"),
                None => format!("write `{language} \"…\"` into its braces"),
            };
            loaded.diagnostics.push(Diagnostic::new(code, item.name.span, message).hint(hint));
        }
        let (language, pieces) = instead.cloned().unwrap_or_else(|| (language.clone(), Vec::new()));
        Template { language, pieces }
    }
}

/// Takes a text apart at its placeholders; words keep the blanks around them.
fn pieces(text: &Translation, params: &[(Text, Type)], loaded: &mut Loaded<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut used = vec![false; params.len()];
    let mut misspelt = false;
    let mut words = String::new();
    let mut rest = &*text.text.value;
    while let Some(at) = rest.find('{') {
        words.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('}') else {
            let hint = "write `}` behind its name; a brace that is said is written `\\{`".to_owned();
            let from = text.text.value.len() - rest.len() + at;
            let span = within(text, from..text.text.value.len(), loaded);
            wrong(span, "a placeholder is not closed by `}`".to_owned(), Some(hint), loaded);
            return pieces;
        };
        let (name, asked) = split_form(&rest[at + 1..at + end]);
        match params.iter().position(|(param, _)| &**param == name) {
            Some(index) => {
                if !words.is_empty() {
                    pieces.push(Piece::Words(std::mem::take(&mut words).into()));
                }
                pieces.push(Piece::Param(index, form(text, asked, &params[index], loaded)));
                used[index] = true;
            }
            None => {
                misspelt = true;
                let hint = placeholder(name, params);
                let from = text.text.value.len() - rest.len() + at;
                let span = within(text, from..from + end + 1, loaded);
                wrong(span, format!("the prompt takes no `{name}`"), hint, loaded);
            }
        }
        rest = &rest[at + end + 1..];
    }
    words.push_str(rest);
    if !words.is_empty() {
        pieces.push(Piece::Words(words.into()));
    }
    if let Some(unused) = used.iter().position(|used| !used && !misspelt) {
        let message = format!("the text does not say `{{{}}}`", params[unused].0);
        let hint = "say it in every language, or take it out of the prompt's brackets";
        wrong(text.text.span, message, Some(hint.to_owned()), loaded);
    }
    if text.text.value.trim().is_empty() {
        let hint =
            "write what is said, or leave the language out and write `LANGUAGE falls back to …` in `program`";
        wrong(text.text.span, "the text is empty".to_owned(), Some(hint.to_owned()), loaded);
    }
    pieces
}

/// A placeholder's name, and the form behind its colon.
fn split_form(inside: &str) -> (&str, &str) {
    let (name, form) = inside.split_once(':').unwrap_or((inside, ""));
    (name.trim(), form.trim())
}

/// The form that a text asks for; the usual one where it cannot be had, which is reported.
fn form(text: &Translation, asked: &str, (name, ty): &(Text, Type), loaded: &mut Loaded<'_>) -> Form {
    let language = &text.language.text;
    let spoken = !matches!(ty.plain(), Type::Text | Type::Unknown);
    let Some(grammar) = Grammar::of(language) else {
        if spoken {
            let known = GRAMMARS.map(|grammar| format!("`{}`", grammar.language)).join(", ");
            let message = format!("there are no rules for values in `{language}`, and `{{{name}}}` is {ty}");
            let hint = format!("there are rules for {known}; or say it without values in this language");
            loaded.diagnostics.push(Diagnostic::new(Code::NoRules, text.text.span, message).hint(hint));
        }
        return Form::default();
    };
    let form = Form::parse(asked).and_then(|form| form.check(ty, grammar).map(|()| form));
    let form = form.and_then(|form| match misspelt_form(&form) {
        Some(word) => Err(FormError::Unknown(word)),
        None => Ok(form),
    });
    form.unwrap_or_else(|error| {
        loaded.diagnostics.push(wrong_form(error, text, name));
        Form::default()
    })
}

/// The first word of the first noun, where it is nearly the word for a form: `masculin call/calls`.
fn misspelt_form(form: &Form) -> Option<String> {
    let (word, _) = form.nouns.first()?.split_once(' ')?;
    closest(word, Form::words()).map(|_| word.to_owned())
}

fn wrong_form(error: FormError, text: &Translation, name: &str) -> Diagnostic {
    let language = &text.language.text;
    let (message, hint) = match error {
        FormError::Unknown(word) => {
            let near = closest(&word, Form::words()).map(|near| format!("did you mean `{near}`?"));
            let all = || format!("there are {}, and nouns: `{{{name}: call/calls}}`", listed(Form::words()));
            let cut = || {
                let word = Form::words().find(|form| form.starts_with(&*word))?;
                Some(format!("did you mean `{word}`?"))
            };
            (format!("`{word}` is no form of a value"), near.or_else(cut).unwrap_or_else(all))
        }
        FormError::WithOne(word) => {
            let is_form = closest(&word, Form::words());
            let message = format!("`{word}` stands with one of the nouns, and not with the others");
            let hint = match is_form {
                Some(form) => format!("a form stands before all of them: `{{{name}: {form} …/…}}`"),
                None => "write it with each of them, or outside of the braces".to_owned(),
            };
            (message, hint)
        }
        FormError::NotOf("/", ty) => (
            format!("only numbers count something, and `{{{name}}}` is {ty}"),
            "take the nouns out".to_owned(),
        ),
        FormError::NotOf(word, ty) => {
            (format!("{ty} has no form `{word}`"), format!("write `{{{name}}}` in its usual form"))
        }
        FormError::NotIn(word, known) => {
            let hint = match known.as_slice() {
                [] => format!("write `{{{name}}}` without it in this language"),
                known => format!("it has {}", listed(known.iter().copied())),
            };
            (format!("`{language}` has no `{word}`"), hint)
        }
        FormError::Nouns(count, examples) => {
            let message = format!("{count} nouns, but `{language}` needs {}", examples.len());
            (message, format!("one each after {}, with `/` between them", examples.join(", ")))
        }
        FormError::NoGender(known) => (
            format!("one and two agree in `{language}` with what they count, and the nouns have no gender"),
            format!("write {} before them", listed(known.iter().copied())),
        ),
    };
    Diagnostic::new(Code::WrongForm, text.text.span, message).hint(hint)
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<String>>().join(", ")
}

/// The placeholder that was meant, or all that there are.
fn placeholder(name: &str, params: &[(Text, Type)]) -> Option<String> {
    if let Some(near) = closest(name, params.iter().map(|(param, _)| &**param)) {
        return Some(format!("did you mean `{{{near}}}`?"));
    }
    let all: Vec<String> = params.iter().map(|(param, _)| format!("`{{{param}}}`")).collect();
    Some(match all.is_empty() {
        true => format!("give it one, `prompt name({name}: text)`; a brace that is said is written `\\{{`"),
        false => format!("it takes {}", all.join(", ")),
    })
}

/// The place of a part of a text; the whole of it where signs are written otherwise than they are said.
fn within(text: &Translation, part: std::ops::Range<usize>, loaded: &Loaded<'_>) -> Span {
    let whole = text.text.span;
    if loaded.sources.slice(whole).len() != text.text.value.len() + 2 {
        return whole;
    }
    let at = whole.start + 1;
    Span { start: at + part.start as u32, end: at + part.end as u32, ..whole }
}

fn wrong(span: Span, message: String, hint: Option<String>, loaded: &mut Loaded<'_>) {
    loaded.diagnostics.push(Diagnostic::new(Code::WrongPlaceholder, span, message).maybe_hint(hint));
}
