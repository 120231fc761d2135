//! `numbers`: sets of phone numbers, from a file or as written.

use super::Declared;
use crate::language::ast::{Name, Numbers, NumbersSource, Pattern, Spanned};
use crate::language::load::Loaded;
use crate::program::{NumberSet, Phone, Text};
use crate::source::{Code, Diagnostic};

impl Declared {
    pub(super) fn numbers(&mut self, items: Vec<Numbers>, loaded: &mut Loaded<'_>) {
        for item in items {
            let mut set = NumberSet { name: item.name.text.clone(), ..NumberSet::default() };
            match &item.source {
                NumbersSource::Patterns(patterns) => {
                    patterns.iter().for_each(|pattern| add(&mut set, pattern))
                }
                NumbersSource::File(path) => self.numbers_file(path, &mut set, loaded),
            }
            self.add_numbers(&item.name, set, loaded);
        }
    }

    fn add_numbers(&mut self, name: &Name, set: NumberSet, loaded: &mut Loaded<'_>) {
        self.number_names.add("set of number", name, self.program.numbers.len(), loaded);
        self.program.numbers.push(set);
    }

    /// A table whose first column is a number; further columns are for people. A first line without a number is the
    /// heading, and lines with `#` are remarks.
    fn numbers_file(&self, path: &Spanned<Text>, set: &mut NumberSet, loaded: &mut Loaded<'_>) {
        let Some(text) = loaded.data(path) else { return };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        for (index, row) in reader.records().enumerate() {
            let (line, number) = match &row {
                Ok(row) => {
                    (row.position().map_or(0, csv::Position::line), row.get(0).unwrap_or("").to_owned())
                }
                Err(error) => (error.position().map_or(0, csv::Position::line), String::new()),
            };
            if number.is_empty() && row.is_ok() {
                continue;
            }
            if let Some(pattern) = self.written_pattern(&number) {
                add(set, &pattern);
            } else if index > 0 || number.chars().any(|c| c.is_ascii_digit()) || row.is_err() {
                let message = format!("line {line} of `{}` begins with no phone number", path.value);
                let finding = Diagnostic::new(Code::FileContent, path.span, message);
                loaded
                    .diagnostics
                    .push(finding.hint("the first column holds numbers like `+7 843 203-57-37`"));
                return;
            }
        }
    }

    fn written_pattern(&self, text: &str) -> Option<Pattern> {
        match text.strip_suffix("...") {
            Some(prefix) => {
                let kept: String = prefix.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
                kept.starts_with('+').then(|| Pattern::Prefix(kept.into()))
            }
            None => Phone::parse(text, self.program.country.as_deref()).map(Pattern::Exact),
        }
    }
}

/// Adds a pattern to a set.
pub(in crate::language) fn add(set: &mut NumberSet, pattern: &Pattern) {
    match pattern {
        Pattern::Exact(phone) => {
            set.exact.insert(phone.clone());
        }
        Pattern::Prefix(prefix) => {
            set.prefixes.insert(prefix.clone());
        }
        Pattern::Broken => {}
    }
}
