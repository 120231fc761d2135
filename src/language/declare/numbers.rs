//! `numbers`: sets of phone numbers, from a file or as written.

use super::Declared;
use crate::language::ast::{Name, Numbers, NumbersSource, Spanned};
use crate::language::load::Loaded;
use crate::program::{NumberPattern, NumberSet, Text, Type};
use crate::source::{Code, Diagnostic};

impl Declared {
    /// Sets of numbers, and the segments of the `crm` block, which are sets as well: of their customers' numbers.
    pub(super) fn numbers(&mut self, items: Vec<Numbers>, loaded: &mut Loaded<'_>) {
        for segment in self.segments.clone() {
            let name = segment.name.text.clone();
            self.add_numbers(&segment.name, NumberSet::of_segment(name.clone(), name), loaded);
        }
        for item in items {
            if let NumbersSource::Segment(segment) = &item.source {
                self.check_segment(segment, loaded);
                let set = NumberSet::of_segment(item.name.text.clone(), segment.value.clone());
                self.add_numbers(&item.name, set, loaded);
                continue;
            }
            let (file, patterns) = match item.source {
                NumbersSource::Segment(_) => (None, Vec::new()),
                NumbersSource::Patterns(patterns) => {
                    (None, patterns.into_iter().filter_map(|pattern| pattern.value).collect())
                }
                NumbersSource::File(path) => {
                    let patterns = self.numbers_file(&path, loaded);
                    (Some(path.value), patterns)
                }
            };
            let set = NumberSet::new(item.name.text.clone(), file, patterns);
            self.add_numbers(&item.name, set, loaded);
        }
    }

    /// The CRM counts a customer to a segment by a field, which the program has to declare.
    fn check_segment(&self, segment: &Spanned<Text>, loaded: &mut Loaded<'_>) {
        if self.segments.iter().any(|declared| declared.name.text == segment.value) {
            return;
        }
        let declared = self.program.vocabulary.customer.get("segment");
        if !matches!(declared, Some(Type::Text | Type::Unknown))
            && declared != Some(&Type::Optional(Type::Text.into()))
        {
            let message = "segments are values of the customers' field `segment`, which is not declared";
            let finding = Diagnostic::new(Code::NotInVocabulary, segment.span, message);
            loaded.diagnostics.push(finding.hint(
                "write `customer { segment: text? }` into the `crm` block, or say there who belongs to it: `segment NAME when …`",
            ));
        }
    }

    fn add_numbers(&mut self, name: &Name, set: NumberSet, loaded: &mut Loaded<'_>) {
        self.number_names.add("set of numbers", name, self.program.numbers.len(), loaded);
        self.program.numbers.push(set);
    }

    /// A table whose first column is a number or a pattern of numbers; further columns are for people. A first line
    /// without a number is the heading, and lines with `#` are remarks.
    fn numbers_file(&self, path: &Spanned<Text>, loaded: &mut Loaded<'_>) -> Vec<NumberPattern> {
        let mut patterns = Vec::new();
        let Some(text) = loaded.data(path) else { return patterns };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut row = csv::StringRecord::new();
        for index in 0.. {
            match reader.read_record(&mut row) {
                Ok(false) => break,
                Ok(true) => {}
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    loaded.diagnostics.push(no_number(path, line, "it cannot be read"));
                    break;
                }
            }
            let number = row.get(0).unwrap_or("");
            if number.is_empty() {
                continue;
            }
            match NumberPattern::parse(number, self.program.country.as_deref()) {
                Ok(pattern) => patterns.push(pattern),
                Err(_) if index == 0 && !number.chars().any(|sign| sign.is_ascii_digit()) => {}
                Err(error) => {
                    let line = row.position().map_or(0, csv::Position::line);
                    loaded.diagnostics.push(no_number(path, line, &error.to_string()));
                    break;
                }
            }
        }
        patterns
    }
}

fn no_number(path: &Spanned<Text>, line: u64, reason: &str) -> Diagnostic {
    let message = format!("line {line} of `{}` begins with no phone number: {reason}", path.value);
    Diagnostic::new(Code::FileContent, path.span, message)
        .hint("the first column holds numbers like `+7 843 203-57-37`, or patterns like `+7 843 ...`")
}
