//! `program`.

use super::Declared;
use crate::language::ast::{Name, ProgramItem};
use crate::language::load::Loaded;
use crate::language::offer;
use crate::program::{Zone, dials_locally};
use crate::source::{Code, Diagnostic};

/// Languages by other names.
const LANGUAGES: [(&[&str], &str); 9] = [
    (&["english", "eng", "en_us", "en_gb"], "en"),
    (&["russian", "rus", "ru_ru"], "ru"),
    (&["german", "deutsch", "ger", "deu", "de_de"], "de"),
    (&["polish", "polski", "pol", "pl_pl"], "pl"),
    (&["spanish", "espanol", "spa", "es_es"], "es"),
    (&["french", "francais", "fra", "fr_fr"], "fr"),
    (&["italian", "italiano", "ita", "it_it"], "it"),
    (&["ukrainian", "ukr", "uk_ua"], "uk"),
    (&["turkish", "turkce", "tur", "tr_tr"], "tr"),
];

impl Declared {
    pub(super) fn programs(&mut self, items: Vec<ProgramItem>, loaded: &mut Loaded<'_>) {
        let mut first: Option<Name> = None;
        for item in items {
            match &first {
                Some(first) => {
                    let finding =
                        Diagnostic::new(Code::DuplicateName, item.name.span, "there are two programs");
                    loaded.diagnostics.push(finding.related(first.span, "the first"));
                }
                None => {
                    first = Some(item.name.clone());
                    self.program(item, loaded);
                }
            }
        }
        self.defaults_lost |= first.is_none();
        if first.is_none() && !self.broken {
            let finding = Diagnostic::new(Code::MissingDeclaration, self.start, "there is no `program`");
            loaded.diagnostics.push(finding.hint("write `program NAME { languages en }`"));
        }
    }

    fn program(&mut self, item: ProgramItem, loaded: &mut Loaded<'_>) {
        self.program.name = item.name.text.clone();
        for language in &item.languages {
            self.language(language, loaded);
        }
        if item.languages.is_empty() && !self.broken {
            let message = "the program speaks no language";
            let finding = Diagnostic::new(Code::MissingDeclaration, item.name.span, message);
            loaded.diagnostics.push(finding.hint("write `languages en` into its braces"));
        }
        for (missing, from) in item.fallbacks {
            self.fallback(&missing, loaded);
            self.fallback(&from, loaded);
            self.fallbacks.insert(missing.text, from.text);
        }
        if let Some(country) = item.country {
            self.country(country, item.area, loaded);
        }
        if let Some(zone) = item.zone {
            match Zone::new(&zone.value) {
                Ok(found) => self.program.zone = Some(found),
                Err(error) => {
                    let finding = Diagnostic::new(Code::ScheduleZone, zone.span, error.to_string());
                    loaded.diagnostics.push(finding.hint(offer::zone(&zone.value)));
                    // What is reckoned by the program's clock is checked as usual.
                    self.program.zone = Zone::new("UTC").ok();
                }
            }
        }
        self.defaults_lost = item.defaults.iter().any(|default| default.broken);
        self.defaults = item.defaults;
    }

    fn country(&mut self, country: Name, area: Option<Name>, loaded: &mut Loaded<'_>) {
        if country.text.parse::<phonenumber::country::Id>().is_err() {
            let message = format!("`{}` is no country", country.text);
            let finding = Diagnostic::new(Code::InvalidLiteral, country.span, message);
            loaded.diagnostics.push(finding.hint("a country is two capital letters, as in `country RU`"));
            return;
        }
        let Some(area) = area else {
            self.program.country = Some(country.text);
            return;
        };
        match dials_locally(&country.text, &area.text) {
            Ok(()) => self.program.country = Some(format!("{} {}", country.text, area.text).into()),
            Err(reason) => {
                let finding = Diagnostic::new(Code::InvalidLiteral, area.span, reason.to_string());
                loaded.diagnostics.push(finding.hint("write `country US area 256`, or leave `area` out"));
                self.program.country = Some(country.text);
            }
        }
    }

    fn language(&mut self, language: &Name, loaded: &mut Loaded<'_>) {
        let letters = language.text.len() == 2 && language.text.bytes().all(|b| b.is_ascii_lowercase());
        if !letters {
            self.languages_lost = true;
            let message = format!("`{}` is no language", language.text);
            let finding = Diagnostic::new(Code::InvalidLiteral, language.span, message);
            let word = language.text.to_ascii_lowercase();
            let meant =
                LANGUAGES.iter().find(|(names, _)| names.contains(&&*word)).map(|(_, letters)| *letters);
            loaded.diagnostics.push(finding.hint(match meant {
                Some(letters) => format!("did you mean `{letters}`?"),
                None => "a language is two small letters, as in `languages ru, en`".to_owned(),
            }));
        } else if self.program.languages.contains(&language.text) {
            let message = format!("`{}` is there twice", language.text);
            loaded.diagnostics.push(Diagnostic::new(Code::DuplicateName, language.span, message));
        } else {
            self.program.languages.push(language.text.clone());
        }
    }

    fn fallback(&self, language: &Name, loaded: &mut Loaded<'_>) {
        if !self.program.languages.contains(&language.text) && !self.languages_lost {
            loaded.unknown("language", language, self.program.languages.iter().map(|known| &**known));
        }
    }
}
