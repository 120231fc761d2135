//! Customers from a CSV file: read and checked as a whole before anything is taken in.
//!
//! One header line, then one line a customer. Columns, in any order:
//!
//! | column | holds |
//! |---|---|
//! | `id`, `name` | required; an id that is known is updated, and nobody is merged |
//! | `phones` | numbers separated by `;`, in national form if a country is given; the first is the main one |
//! | `addresses` | of e-mail and of text channels, separated by `;`: `anna@example.com; telegram:anna` |
//! | `language` | letters of ISO 639 |
//! | `pin` | 4 to 12 digits, hashed at once; empty leaves the PIN as it is |
//! | `passphrase` | 8 to 128 signs, not the name and not one word over and over, hashed at once; empty leaves it as it is |
//! | `object:KIND` | keys separated by `;` of objects that this customer owns, each a value of the first field of digits that the vocabulary declares for the kind, else of `number` |
//! | any other | an attribute, of the type that the vocabulary declares, else of the type behind a colon (`contract_end:date`), else text; empty means that it is not known |
//!
//! A column that is not there leaves what is known as it is.

use crate::crm::{CALLER, Customer, Object};
use crate::program::passphrase::{Weakness, passphrase, weakness};
use crate::program::{Address, Moment, Money, Phone, Secret, Text, Type, Value, Vocabulary};
use std::collections::BTreeMap;
use thiserror::Error;

/// A file without mistakes.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// One for each customer, in the file's order.
    pub rows: Vec<Row>,
    /// Whether the file says something of phone numbers.
    pub has_phones: bool,
    /// Whether it says something of addresses.
    pub has_addresses: bool,
    /// Whether it says something of languages.
    pub has_language: bool,
    /// The attributes of which it says something.
    pub attributes: Vec<Text>,
}

/// One line of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The customer, as far as the file says.
    pub customer: Customer,
    /// Its PIN, where there is one.
    pub pin: Option<Secret>,
    /// Its passphrase in its one form, where there is one.
    pub passphrase: Option<Secret>,
    /// What it owns.
    pub objects: Vec<Object>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Customers that were new.
    pub added: usize,
    /// Customers that were known.
    pub updated: usize,
    /// Objects that were written.
    pub objects: usize,
    /// PINs that were set.
    pub pins: usize,
    /// Passphrases that were set.
    pub passphrases: usize,
}

/// A mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}{}: {problem}", in_column(column.as_deref()))]
pub struct ImportError {
    /// The line, from 1.
    pub line: u64,
    /// The column's name, where it is one column's.
    pub column: Option<Text>,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong in a file. A PIN is never shown, and no passphrase.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs)]
pub enum Problem {
    #[error("the column is missing")]
    ColumnMissing,
    #[error("the column is there twice")]
    ColumnTwice,
    #[error("`{word}` is no type; use text, digits, number, money, date, time, phone or yes_no")]
    NoType { word: String },
    #[error("found {found} columns, expected {expected}")]
    Width { found: usize, expected: usize },
    #[error("it is empty")]
    Empty,
    #[error("`{text}` is no {wanted}")]
    NotA { text: String, wanted: String },
    #[error("`{text}` is no phone number{}", of_country(country.as_deref()))]
    NoPhone { text: String, country: Option<String> },
    #[error("`{text}` is no address; `anna@example.com` and `telegram:anna` are")]
    NoAddress { text: String },
    #[error("an id does not begin with `{CALLER}`")]
    Reserved,
    #[error("a PIN has 4 to 12 digits and nothing else")]
    NoPin,
    #[error("{weakness}")]
    Weak { weakness: Weakness },
    #[error("`{text}` is in line {first} already")]
    Again { text: String, first: u64 },
    #[error("{reason}")]
    Unreadable { reason: String },
}

fn in_column(column: Option<&str>) -> String {
    column.map(|name| format!(", {name}")).unwrap_or_default()
}

fn of_country(country: Option<&str>) -> String {
    match country {
        Some(country) => format!(" in {country}"),
        None => "; without a country a number begins with `+`".to_owned(),
    }
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
enum Column {
    Id,
    Name,
    Phones,
    Addresses,
    Language,
    Pin,
    Passphrase,
    Objects { kind: Text, field: Text },
    Attribute { name: Text, kind: Type },
}

impl Import {
    /// Reads a file. Every mistake in it is told at once; with one there is no import.
    pub fn read(
        text: &str,
        vocabulary: &Vocabulary,
        country: Option<&str>,
    ) -> Result<Import, Vec<ImportError>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let mut errors = Vec::new();
        let names: Vec<Text> = match reader.headers() {
            Ok(header) => header.iter().map(Text::from).collect(),
            Err(error) => return Err(vec![unreadable(1, &error)]),
        };
        let columns = read_header(&names, vocabulary, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut reading = Reading { names, columns, country, errors, ..Reading::default() };
        for (index, record) in reader.records().enumerate() {
            match record {
                Ok(record) => reading.line(&record),
                Err(error) => reading.errors.push(unreadable(index as u64 + 2, &error)),
            }
        }
        if reading.errors.is_empty() { Ok(reading.finish()) } else { Err(reading.errors) }
    }

    /// What a customer is after this import: what is known, with what the file says.
    pub fn merged(&self, known: Option<Customer>, row: &Row) -> Customer {
        let Some(mut customer) = known else { return row.customer.clone() };
        customer.name = row.customer.name.clone();
        if self.has_phones {
            customer.phones.clone_from(&row.customer.phones);
        }
        if self.has_addresses {
            customer.addresses.clone_from(&row.customer.addresses);
        }
        if self.has_language {
            customer.language.clone_from(&row.customer.language);
        }
        for name in &self.attributes {
            match row.customer.attributes.get(name) {
                Some(value) => customer.attributes.insert(name.clone(), value.clone()),
                None => customer.attributes.remove(name),
            };
        }
        customer
    }
}

fn unreadable(line: u64, error: &csv::Error) -> ImportError {
    let line = error.position().map_or(line, csv::Position::line);
    let reason = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "the text is not UTF-8".to_owned(),
        _ => "the line cannot be read as CSV".to_owned(),
    };
    ImportError { line, column: None, problem: Problem::Unreadable { reason } }
}

fn read_header(names: &[Text], vocabulary: &Vocabulary, errors: &mut Vec<ImportError>) -> Vec<Column> {
    let mut fault = |name: &Text, problem| {
        errors.push(ImportError { line: 1, column: Some(name.clone()), problem });
    };
    for required in ["id", "name"] {
        if !names.iter().any(|name| &**name == required) {
            fault(&required.into(), Problem::ColumnMissing);
        }
    }
    let mut columns = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let before = names.get(..index).unwrap_or_default();
        if before.contains(name) {
            fault(name, Problem::ColumnTwice);
        }
        match read_column(name, vocabulary) {
            Ok(column) => columns.push(column),
            Err(problem) => fault(name, problem),
        }
    }
    columns
}

fn read_column(name: &Text, vocabulary: &Vocabulary) -> Result<Column, Problem> {
    let (head, tail) = name.split_once(':').map_or((&**name, None), |(head, tail)| (head, Some(tail)));
    match (head, tail) {
        ("", _) => Err(Problem::Empty),
        ("id", None) => Ok(Column::Id),
        ("name", None) => Ok(Column::Name),
        ("phones", None) => Ok(Column::Phones),
        ("addresses", None) => Ok(Column::Addresses),
        ("language", None) => Ok(Column::Language),
        ("pin", None) => Ok(Column::Pin),
        ("passphrase", None) => Ok(Column::Passphrase),
        ("object", Some(kind)) => Ok(object_column(kind, vocabulary)),
        (attribute, None) => {
            let kind = vocabulary.customer.get(attribute).cloned().unwrap_or(Type::Text);
            Ok(Column::Attribute { name: attribute.into(), kind })
        }
        (attribute, Some(word)) => {
            let kind = type_of_word(word).ok_or_else(|| Problem::NoType { word: word.to_owned() })?;
            Ok(Column::Attribute { name: attribute.into(), kind })
        }
    }
}

fn object_column(kind: &str, vocabulary: &Vocabulary) -> Column {
    let declared = vocabulary.objects.get(kind);
    let digits = declared.and_then(|object| object.fields.iter().find(|(_, kind)| **kind == Type::Digits));
    let field = digits.map_or_else(|| "number".into(), |(field, _)| field.clone());
    Column::Objects { kind: kind.into(), field }
}

fn type_of_word(word: &str) -> Option<Type> {
    let types = [
        Type::Text,
        Type::Digits,
        Type::Number,
        Type::Money,
        Type::Date,
        Type::Time,
        Type::Phone,
        Type::Bool,
    ];
    types.into_iter().find(|kind| kind.to_string() == word)
}

/// A file on its way in.
#[derive(Default)]
struct Reading<'a> {
    names: Vec<Text>,
    columns: Vec<Column>,
    country: Option<&'a str>,
    errors: Vec<ImportError>,
    rows: Vec<Row>,
    ids: BTreeMap<Text, u64>,
    objects: BTreeMap<(Text, Text), u64>,
}

impl Reading<'_> {
    fn line(&mut self, record: &csv::StringRecord) {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != self.columns.len() {
            let problem = Problem::Width { found: record.len(), expected: self.columns.len() };
            self.errors.push(ImportError { line, column: None, problem });
            return;
        }
        let (pin, passphrase) = (None, None);
        let mut row = Row { customer: Customer::default(), pin, passphrase, objects: Vec::new() };
        for (index, cell) in record.iter().enumerate() {
            if let Err(problem) = self.cell(line, index, cell, &mut row) {
                self.errors.push(ImportError { line, column: self.names.get(index).cloned(), problem });
            }
        }
        self.weak(line, &row);
        for object in &mut row.objects {
            object.owner = Some(row.customer.id.clone());
        }
        self.rows.push(row);
    }

    fn cell(&mut self, line: u64, index: usize, cell: &str, row: &mut Row) -> Result<(), Problem> {
        let Some(column) = self.columns.get(index).cloned() else { return Ok(()) };
        let required = matches!(column, Column::Id | Column::Name);
        if cell.is_empty() {
            return if required { Err(Problem::Empty) } else { Ok(()) };
        }
        match column {
            Column::Id if cell.starts_with(CALLER) => return Err(Problem::Reserved),
            Column::Id => {
                row.customer.id = cell.into();
                once(&mut self.ids, cell.into(), cell, line)?;
            }
            Column::Name => row.customer.name = cell.into(),
            Column::Phones => row.customer.phones = read_phones(cell, self.country)?,
            Column::Addresses => row.customer.addresses = read_addresses(cell)?,
            Column::Language => row.customer.language = Some(read_language(cell)?),
            Column::Pin => row.pin = Some(read_pin(cell)?),
            // Whether it is strong enough is seen when the name is known.
            Column::Passphrase => row.passphrase = Some(passphrase(cell)),
            Column::Objects { kind, field } => {
                for key in keys_of(cell) {
                    once(&mut self.objects, (kind.clone(), key.into()), key, line)?;
                    row.objects.push(Object::keyed(&kind, &field, key, None));
                }
            }
            Column::Attribute { name, kind } => {
                let wrong = || Problem::NotA { text: cell.to_owned(), wanted: kind.to_string() };
                let value = read_value(cell, &kind, self.country).ok_or_else(wrong)?;
                row.customer.attributes.insert(name, value);
            }
        }
        Ok(())
    }

    fn weak(&mut self, line: u64, row: &Row) {
        let weakness = row.passphrase.as_ref().and_then(|phrase| weakness(phrase, &row.customer.name));
        let problem = weakness.map(|weakness| Problem::Weak { weakness });
        let column = Some("passphrase".into());
        self.errors.extend(problem.map(|problem| ImportError { line, column, problem }));
    }

    fn finish(self) -> Import {
        let attributes = self.columns.iter().filter_map(|column| match column {
            Column::Attribute { name, .. } => Some(name.clone()),
            Column::Id | Column::Name | Column::Phones | Column::Addresses | Column::Language => None,
            Column::Pin | Column::Passphrase | Column::Objects { .. } => None,
        });
        Import {
            attributes: attributes.collect(),
            has_phones: self.columns.contains(&Column::Phones),
            has_addresses: self.columns.contains(&Column::Addresses),
            has_language: self.columns.contains(&Column::Language),
            rows: self.rows,
        }
    }
}

fn once<K: Ord>(seen: &mut BTreeMap<K, u64>, key: K, text: &str, line: u64) -> Result<(), Problem> {
    match seen.insert(key, line) {
        None => Ok(()),
        Some(first) => Err(Problem::Again { text: text.to_owned(), first }),
    }
}

fn keys_of(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|key| !key.is_empty())
}

fn read_phones(cell: &str, country: Option<&str>) -> Result<Vec<Phone>, Problem> {
    let mut phones = Vec::new();
    for text in keys_of(cell) {
        let wrong = || Problem::NoPhone { text: text.to_owned(), country: country.map(str::to_owned) };
        let phone = Phone::parse(text, country).ok_or_else(wrong)?;
        if !phones.contains(&phone) {
            phones.push(phone);
        }
    }
    Ok(phones)
}

fn read_addresses(cell: &str) -> Result<Vec<Address>, Problem> {
    let mut addresses = Vec::new();
    for text in keys_of(cell) {
        let address = Address::parse(text).ok_or_else(|| Problem::NoAddress { text: text.to_owned() })?;
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

fn read_language(cell: &str) -> Result<Text, Problem> {
    let letters = (2..=3).contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_lowercase());
    let wrong =
        || Problem::NotA { text: cell.to_owned(), wanted: "language; expected `ru`, `en`".to_owned() };
    letters.then(|| cell.into()).ok_or_else(wrong)
}

fn read_pin(cell: &str) -> Result<Secret, Problem> {
    let digits = (4..=12).contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| Secret::new(cell)).ok_or(Problem::NoPin)
}

/// Reads a value of a type; `None` where the text is none, or the type has no form in a file.
pub(crate) fn read_value(text: &str, kind: &Type, country: Option<&str>) -> Option<Value> {
    match kind {
        Type::Text | Type::Unknown => Some(Value::text(text)),
        Type::Digits => text.bytes().all(|byte| byte.is_ascii_digit()).then(|| Value::Digits(text.into())),
        Type::Number => text.parse().ok().map(Value::Number),
        Type::Money => Money::parse(text).map(Value::Money),
        Type::Date => text.parse().ok().map(Value::Date),
        Type::Time => text.parse().ok().map(Value::Time),
        Type::Phone => Phone::parse(text, country).map(Value::Phone),
        Type::Bool => match text {
            "yes" => Some(Value::Bool(true)),
            "no" => Some(Value::Bool(false)),
            _ => None,
        },
        Type::Optional(inner) => read_value(text, inner, country),
        Type::Duration
        | Type::Secret
        | Type::Passphrase
        | Type::Customer(_)
        | Type::Object(_)
        | Type::Case => None,
        Type::Moment => Moment::parse(text, None).map(Value::Moment),
        Type::Reply(_) | Type::Record(_) | Type::List(_) | Type::Recording => None,
    }
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
