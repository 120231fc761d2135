//! `program`.

use super::Declared;
use crate::language::ast::{Name, ProgramItem};
use crate::language::load::Loaded;
use crate::language::offer;
use crate::program::{Abroad, Permission, Zone, dials_locally};
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
        // A line that could not be read may have named any language.
        self.languages_lost |= item.broken;
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
            if missing.text == from.text {
                let message = format!("`{}` falls back to itself", from.text);
                let finding = Diagnostic::new(Code::InvalidSetting, from.span, message);
                loaded.diagnostics.push(finding.hint("name another language, or leave the line out"));
            }
            self.fallbacks.insert(missing.text, from.text);
        }
        if let Some(country) = item.country {
            self.country(country, item.area, loaded);
        }
        self.program.permission = Permission::at_home(self.program.country.as_deref());
        for (what, countries) in &item.allowed {
            self.allow(what, countries, loaded);
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
        self.defaults_lost |= item.defaults.iter().any(|default| default.broken);
        self.defaults = item.defaults;
    }

    /// `allow premium`, `allow emergency`, `allow international to DE, PL`.
    fn allow(&mut self, what: &Name, countries: &[Name], loaded: &mut Loaded<'_>) {
        let permission = &mut self.program.permission;
        match &*what.text {
            "premium" => permission.premium = true,
            "emergency" => permission.emergency = true,
            "international" if countries.is_empty() => permission.abroad = Abroad::Anywhere,
            "international" => {
                let known = |country: &&Name| country.text.parse::<phonenumber::country::Id>().is_ok();
                for country in countries.iter().filter(|country| !known(country)) {
                    loaded
                        .diagnostics
                        .push(no_country(country, "a country is two capital letters, as in `DE`"));
                }
                let names = countries.iter().filter(known).map(|country| country.text.clone());
                match &mut permission.abroad {
                    Abroad::Anywhere => {}
                    Abroad::To(already) => already.extend(names),
                    Abroad::Nowhere => permission.abroad = Abroad::To(names.collect()),
                }
            }
            _ => loaded.unknown("permission", what, ["premium", "emergency", "international"]),
        }
        if let (false, Some(first)) = (&*what.text == "international", countries.first()) {
            let message = format!("`{}` is allowed everywhere or nowhere", what.text);
            let finding = Diagnostic::new(Code::InvalidSetting, first.span, message);
            loaded.diagnostics.push(finding.hint("countries stand behind `allow international to`"));
        }
    }

    fn country(&mut self, country: Name, area: Option<Name>, loaded: &mut Loaded<'_>) {
        if country.text.parse::<phonenumber::country::Id>().is_err() {
            let hint = "a country is two capital letters, as in `country RU`";
            return loaded.diagnostics.push(no_country(&country, hint));
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

fn no_country(name: &Name, hint: &str) -> Diagnostic {
    let message = format!("`{}` is no country", name.text);
    Diagnostic::new(Code::InvalidLiteral, name.span, message).hint(hint)
}
