//! The form that a prompt wants a value in: gender, case, ordinal, weekday, the noun behind a number.
//!
//! ```text
//!  {n}                               twenty-one
//!  {n: ordinal}                      twenty-first
//!  {n: message/messages}             twenty-one messages
//!  {n: neuter сообщение/сообщения/сообщений}
//!  {day: weekday}                    Tuesday the nineteenth of May
//!  {at: near}                        tomorrow at nine a.m.
//!  {sum: genitive}                   двух тысяч рублей
//! ```

use super::value::{Text, Type};
use std::fmt;

/// How a value is said and written; the default is what the language does by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    /// The gender of what a number counts; none where it stands alone.
    pub gender: Option<Gender>,
    /// The case that the sentence asks for; none for the language's usual one.
    pub case: Option<Case>,
    /// Twenty-first instead of twenty-one.
    pub ordinal: bool,
    /// A day with its weekday.
    pub weekday: bool,
    /// A day with its year.
    pub year: bool,
    /// A moment by how far off its day is: today, tomorrow, on Monday.
    pub near: bool,
    /// What is counted, in the forms that the language's numbers ask for; empty where the number stands alone.
    pub nouns: Vec<Text>,
}

/// The gender of a noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gender {
    /// Один рубль, ein Tag, un euro.
    Masculine,
    /// Одна минута, eine Minute, una hora.
    Feminine,
    /// Одно сообщение, ein Pfund.
    Neuter,
}

/// The case of a value in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Case {
    /// Who or what.
    Nominative,
    /// Whom or what, for how long.
    Accusative,
    /// Of what, from and until when.
    Genitive,
    /// To what; in German behind «in», «von» and «zu».
    Dative,
}

/// What a language with rules has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grammar {
    /// Its two letters of ISO 639.
    pub language: &'static str,
    /// The genders that its numbers have.
    pub genders: &'static [Gender],
    /// The cases that its values can be asked for in.
    pub cases: &'static [Case],
    /// After which counts a noun has another form, by an example each.
    pub plurals: &'static [&'static str],
}

/// The languages that there are rules for.
pub const GRAMMARS: [Grammar; 5] = [
    Grammar { language: "ru", genders: &GENDERS, cases: &CASES, plurals: &["1", "2", "5"] },
    Grammar { language: "en", genders: &[], cases: &[], plurals: &["1", "2"] },
    Grammar { language: "pl", genders: &GENDERS, cases: &CASES, plurals: &["1", "2", "5"] },
    Grammar {
        language: "de",
        genders: &GENDERS,
        cases: &[Case::Nominative, Case::Accusative, Case::Dative],
        plurals: &["1", "2"],
    },
    Grammar {
        language: "es",
        genders: &[Gender::Masculine, Gender::Feminine],
        cases: &[],
        plurals: &["1", "2"],
    },
];

const GENDERS: [Gender; 3] = [Gender::Masculine, Gender::Feminine, Gender::Neuter];
const CASES: [Case; 3] = [Case::Nominative, Case::Accusative, Case::Genitive];
const ALL_CASES: [Case; 4] = [Case::Nominative, Case::Accusative, Case::Genitive, Case::Dative];

impl Grammar {
    /// The grammar of a language, where there are rules for it.
    pub fn of(language: &str) -> Option<&'static Grammar> {
        GRAMMARS.iter().find(|grammar| grammar.language == language)
    }
}

impl Gender {
    /// As a script writes it.
    pub fn word(self) -> &'static str {
        match self {
            Gender::Masculine => "masculine",
            Gender::Feminine => "feminine",
            Gender::Neuter => "neuter",
        }
    }
}

impl Case {
    /// As a script writes it.
    pub fn word(self) -> &'static str {
        match self {
            Case::Nominative => "nominative",
            Case::Accusative => "accusative",
            Case::Genitive => "genitive",
            Case::Dative => "dative",
        }
    }
}

/// Why a form cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormError {
    /// A word that no form has.
    Unknown(String),
    /// A form that values of this type do not have.
    NotOf(&'static str, Type),
    /// A form that the language does not have, and those of its kind that it has.
    NotIn(&'static str, Vec<&'static str>),
    /// As many nouns as written, and the counts that the language wants one for.
    Nouns(usize, &'static [&'static str]),
    /// Nouns without a gender, in a language whose numbers agree with what they count; those that it has.
    NoGender(Vec<&'static str>),
    /// A word that stands with one of the nouns and not with the others.
    WithOne(String),
}

impl Form {
    /// The words that ask for a form.
    pub fn words() -> impl Iterator<Item = &'static str> {
        let cases = ALL_CASES.into_iter().map(Case::word);
        GENDERS.into_iter().map(Gender::word).chain(cases).chain(["ordinal", "weekday", "year", "near"])
    }

    /// Reads what stands behind the colon of a placeholder: words that ask for a form, then nouns with `/` between.
    ///
    /// # Errors
    /// [`FormError::Unknown`] for a word that is neither.
    pub fn parse(text: &str) -> Result<Form, FormError> {
        let mut form = Form::default();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            if form.take(word) {
                rest = after.trim_start();
            } else if rest.contains('/') {
                form.nouns = rest.split('/').map(|noun| noun.trim().into()).collect();
                rest = "";
            } else {
                return Err(FormError::Unknown(word.to_owned()));
            }
        }
        match form.nouns.iter().any(|noun| noun.is_empty()) {
            true => Err(FormError::Unknown("/".to_owned())),
            false => Ok(form),
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let gender = GENDERS.into_iter().find(|gender| gender.word() == word);
        let case = ALL_CASES.into_iter().find(|case| case.word() == word);
        match (word, gender, case) {
            ("ordinal", _, _) => self.ordinal = true,
            ("weekday", _, _) => self.weekday = true,
            ("year", _, _) => self.year = true,
            ("near", _, _) => self.near = true,
            (_, Some(gender), _) => self.gender = Some(gender),
            (_, _, Some(case)) => self.case = Some(case),
            (_, None, None) => return false,
        }
        true
    }

    /// Whether values of a type have this form in a language.
    ///
    /// # Errors
    /// All there are; [`FormError::Unknown`] for a form that is cut short.
    pub fn check(&self, ty: &Type, grammar: &Grammar) -> Result<(), FormError> {
        let of = |asked: Option<&'static str>, fits: fn(&Type) -> bool| match asked {
            Some(word) if !fits(ty) => Err(FormError::NotOf(word, ty.clone())),
            Some(_) | None => Ok(()),
        };
        let number: fn(&Type) -> bool = |ty| matches!(ty, Type::Number);
        let day: fn(&Type) -> bool = |ty| matches!(ty, Type::Date | Type::Moment);
        let declined: fn(&Type) -> bool = |ty| {
            matches!(ty, Type::Number | Type::Money | Type::Duration)
                || matches!(ty, Type::Date | Type::Time | Type::Moment)
        };
        let ty_of = ty.plain();
        if ty_of != ty {
            return self.check(ty_of, grammar);
        }
        of(self.gender.map(Gender::word), number)?;
        of(self.case.map(Case::word), declined)?;
        of(self.ordinal.then_some("ordinal"), number)?;
        of(self.weekday.then_some("weekday"), day)?;
        of(self.year.then_some("year"), day)?;
        of(self.near.then_some("near"), |ty| matches!(ty, Type::Moment))?;
        of((!self.nouns.is_empty()).then_some("/"), number)?;
        self.check_language(grammar)
    }

    /// What stands before the first noun or behind the last, and with none of the others.
    fn with_one(&self) -> Option<&str> {
        let count = |noun: &Text| noun.split_whitespace().count();
        let ([first, rest @ ..], [others @ .., last]) = (&*self.nouns, &*self.nouns) else { return None };
        let usual = |nouns: &[Text]| {
            let least = count(nouns.first()?);
            nouns.iter().all(|noun| count(noun) == least).then_some(least)
        };
        if usual(rest).is_some_and(|least| count(first) > least) {
            return first.split_whitespace().next();
        }
        usual(others).filter(|least| count(last) > *least).and_then(|_| last.split_whitespace().next_back())
    }

    /// A form by its first letters, where a noun would stand: `f`, `fem`, `gen`.
    fn shortened(&self) -> Option<&str> {
        let (word, _) = self.nouns.first()?.split_once(' ')?;
        let is_short = matches!(word, "m" | "f" | "n") || word.len() >= 3;
        Form::words().any(|form| is_short && form.starts_with(word)).then_some(word)
    }

    fn check_language(&self, grammar: &Grammar) -> Result<(), FormError> {
        if let Some(gender) = self.gender.filter(|gender| !grammar.genders.contains(gender)) {
            let known = grammar.genders.iter().map(|gender| gender.word()).collect();
            return Err(FormError::NotIn(gender.word(), known));
        }
        if let Some(case) = self.case.filter(|case| !grammar.cases.contains(case)) {
            return Err(FormError::NotIn(
                case.word(),
                grammar.cases.iter().map(|case| case.word()).collect(),
            ));
        }
        if let Some(word) = self.shortened() {
            return Err(FormError::Unknown(word.to_owned()));
        }
        if let Some(word) = self.with_one().filter(|_| self.nouns.len() == grammar.plurals.len()) {
            return Err(FormError::WithOne(word.to_owned()));
        }
        match self.nouns.len() {
            0 => Ok(()),
            count if count == grammar.plurals.len() => match self.gender {
                None if !grammar.genders.is_empty() => {
                    Err(FormError::NoGender(grammar.genders.iter().map(|gender| gender.word()).collect()))
                }
                _ => Ok(()),
            },
            count => Err(FormError::Nouns(count, grammar.plurals)),
        }
    }
}

/// As a script writes it behind the colon; empty for the usual form.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ordinal = self.ordinal.then_some("ordinal");
        let day =
            [self.weekday.then_some("weekday"), self.year.then_some("year"), self.near.then_some("near")];
        let asked =
            [ordinal, self.gender.map(Gender::word), self.case.map(Case::word)].into_iter().chain(day);
        let nouns = self.nouns.join("/");
        let words: Vec<&str> = asked.flatten().chain((!nouns.is_empty()).then_some(&*nouns)).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_and_written_back() {
        for text in
            ["", "ordinal", "ordinal feminine genitive", "weekday year", "near", "neuter a b/c d/e f", "x/y"]
        {
            assert_eq!(Form::parse(text).map(|form| form.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(Form::parse("feminin"), Err(FormError::Unknown("feminin".to_owned())));
        assert_eq!(Form::parse("a//b"), Err(FormError::Unknown("/".to_owned())));
    }

    #[test]
    fn a_form_belongs_to_types_and_languages() {
        let check = |text: &str, ty: Type, language: &str| {
            Form::parse(text).unwrap().check(&ty, Grammar::of(language).unwrap())
        };
        assert_eq!(check("feminine", Type::Number, "ru"), Ok(()));
        assert_eq!(check("feminine", Type::Date, "ru"), Err(FormError::NotOf("feminine", Type::Date)));
        assert_eq!(check("weekday", Type::Optional(Box::new(Type::Date)), "en"), Ok(()));
        assert_eq!(check("dative", Type::Money, "en"), Err(FormError::NotIn("dative", Vec::new())));
        assert_eq!(check("a/b", Type::Number, "en"), Ok(()));
        assert_eq!(check("masculine a/b/c", Type::Number, "pl"), Ok(()));
        let genders = vec!["masculine", "feminine"];
        assert_eq!(check("a/b", Type::Number, "es"), Err(FormError::NoGender(genders)));
        assert_eq!(check("a/b", Type::Number, "pl"), Err(FormError::Nouns(2, &["1", "2", "5"])));
        assert_eq!(check("fem a/b/c", Type::Number, "ru"), Err(FormError::Unknown("fem".to_owned())));
        assert_eq!(
            check("a/b/c feminine", Type::Number, "ru"),
            Err(FormError::WithOne("feminine".to_owned()))
        );
        assert_eq!(check("famine a/b/c", Type::Number, "ru"), Err(FormError::WithOne("famine".to_owned())));
        assert_eq!(check("new message/new messages", Type::Number, "en"), Ok(()));
    }
}
