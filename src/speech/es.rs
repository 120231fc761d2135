//! Spanish: un and una before a noun, hundreds that agree with it, «de» behind exact millions.
//!
//! Numbers to twenty-nine are one word, then treinta y uno. What multiplies a thousand agrees with the noun in its
//! hundreds (doscientas mil libras) and is shortened in its one (veintiún mil). A thousand millions is mil millones.
//! Decimals are read digit by digit after «coma». Days have their article (el diecinueve de mayo), and times of day
//! twelve hours and their part of the day: las nueve y treinta de la mañana.

use super::Word;
use super::rules::{Marks, Noun, Rules, Style, at, clock_of, day_of, digits_of};
use super::word::word;
use crate::program::{Case, Form, Gender};
use jiff::civil::{Date, DateTime, Time};

pub(super) struct Spanish;

static MARKS: Marks = Marks {
    minus: word("minus", "menos"),
    plus: word("plus", "más"),
    yes: word("yes", "sí"),
    no: word("no", "no"),
    and: AND,
};

static STYLE: Style = Style {
    decimal: ',',
    group: '.',
    grouped_from: 5,
    signs: &[("EUR", "€"), ("USD", "US$")],
    currency_first: false,
    date_join: ", ",
};

const AND: Word = word("and", "y");
const COMMA: Word = word("comma", "coma");
const WITH: Word = word("with", "con");
const OF: Word = word("of", "de");
const THE: Word = word("the", "el");
const TO: Word = word("to", "a");
const TODAY: Word = word("today", "hoy");
const TOMORROW: Word = word("tomorrow", "mañana");
const THOUSAND: Word = word("thousand", "mil");
const THOUSANDTH: [Word; 2] = [word("d_1000", "milésimo"), word("d_1000_f", "milésima")];
const HUNDRED: Word = word("n_100", "cien");

/// The parts of a day (CLDR), as they stand behind an hour.
const NIGHT: Word = word("at_night", "de la noche");
const BEFORE_DAWN: Word = word("before_dawn", "de la madrugada");
const MORNING: Word = word("in_the_morning", "de la mañana");
const NOON: Word = word("at_noon", "del mediodía");
const AFTERNOON: Word = word("in_the_afternoon", "de la tarde");

static ONES: [&str; 30] = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
];
/// From thirty.
static TENS: [&str; 7] = ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"];
/// From one hundred, without «os» or «as».
static HUNDREDS: [&str; 9] = [
    "ciento",
    "doscient",
    "trescient",
    "cuatrocient",
    "quinient",
    "seiscient",
    "setecient",
    "ochocient",
    "novecient",
];
/// Ordinals without their «o» or «a».
static ONES_ORDINAL: [&str; 20] = [
    "cer",
    "primer",
    "segund",
    "tercer",
    "cuart",
    "quint",
    "sext",
    "séptim",
    "octav",
    "noven",
    "décim",
    "undécim",
    "duodécim",
    "decimotercer",
    "decimocuart",
    "decimoquint",
    "decimosext",
    "decimoséptim",
    "decimoctav",
    "decimonoven",
];
/// From twenty.
static TENS_ORDINAL: [&str; 8] = [
    "vigésim",
    "trigésim",
    "cuadragésim",
    "quincuagésim",
    "sexagésim",
    "septuagésim",
    "octogésim",
    "nonagésim",
];
static HUNDREDS_ORDINAL: [&str; 9] = [
    "centésim",
    "ducentésim",
    "tricentésim",
    "cuadringentésim",
    "quingentésim",
    "sexcentésim",
    "septingentésim",
    "octingentésim",
    "noningentésim",
];
static MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
static WEEKDAYS: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];

/// Its key, its gender, the singular and the plural.
fn forms(noun: Noun) -> (&'static str, Gender, [&'static str; 2]) {
    match noun {
        Noun::Ruble => ("rub", Gender::Masculine, ["rublo", "rublos"]),
        Noun::Kopeck => ("kopeck", Gender::Masculine, ["kopek", "kopeks"]),
        Noun::Dollar => ("usd", Gender::Masculine, ["dólar", "dólares"]),
        Noun::Cent => ("cent", Gender::Masculine, ["centavo", "centavos"]),
        Noun::Euro => ("eur", Gender::Masculine, ["euro", "euros"]),
        Noun::EuroCent | Noun::Rappen => ("eurocent", Gender::Masculine, ["céntimo", "céntimos"]),
        Noun::Zloty => ("pln", Gender::Masculine, ["esloti", "eslotis"]),
        Noun::Grosz => ("grosz", Gender::Masculine, ["grosz", "groszy"]),
        Noun::Pound => ("gbp", Gender::Feminine, ["libra", "libras"]),
        Noun::Penny => ("penny", Gender::Masculine, ["penique", "peniques"]),
        Noun::Franc => ("chf", Gender::Masculine, ["franco", "francos"]),
        Noun::Day => ("day", Gender::Masculine, ["día", "días"]),
        Noun::Hour => ("hour", Gender::Feminine, ["hora", "horas"]),
        Noun::Minute => ("minute", Gender::Masculine, ["minuto", "minutos"]),
        Noun::Second => ("second", Gender::Masculine, ["segundo", "segundos"]),
    }
}

/// To twenty-nine; one and twenty-one as they count, or shortened before a masculine noun, or feminine.
fn ones(number: u64, gender: Option<Gender>) -> Word {
    match (number, gender) {
        (1, Some(Gender::Feminine)) => word("n_1_f", "una"),
        (1, Some(Gender::Masculine | Gender::Neuter)) => word("n_1_m", "un"),
        (21, Some(Gender::Feminine)) => word("n_21_f", "veintiuna"),
        (21, Some(Gender::Masculine | Gender::Neuter)) => word("n_21_m", "veintiún"),
        (_, _) => Word::made(format!("n_{number}"), at(&ONES, number)),
    }
}

fn below_hundred(number: u64, gender: Option<Gender>, out: &mut Vec<Word>) {
    if number < 30 {
        return out.push(ones(number, gender));
    }
    out.push(Word::made(format!("n_{}0", number / 10), at(&TENS, number / 10 - 3)));
    if !number.is_multiple_of(10) {
        out.extend([AND, ones(number % 10, gender)]);
    }
}

/// `hundreds` is the gender of the noun; `gender` that of the last one, which a thousand shortens.
fn below_thousand(number: u64, hundreds: Option<Gender>, gender: Option<Gender>, out: &mut Vec<Word>) {
    let (hundred, rest) = (number / 100, number % 100);
    match (hundred, rest) {
        (0, _) => {}
        (1, 0) => out.push(HUNDRED),
        (1, _) => out.push(word("n_100_and", "ciento")),
        _ => {
            let (key, ending) = if hundreds == Some(Gender::Feminine) { ("_f", "as") } else { ("", "os") };
            let stem = at(&HUNDREDS, hundred - 1);
            out.push(Word::made(format!("n_{hundred}00{key}"), format!("{stem}{ending}")));
        }
    }
    if rest > 0 {
        below_hundred(rest, gender, out);
    }
}

fn below_million(number: u64, gender: Option<Gender>, out: &mut Vec<Word>) {
    let (thousands, rest) = (number / 1000, number % 1000);
    if thousands > 1 {
        below_thousand(thousands, gender, Some(Gender::Masculine), out);
    }
    if thousands > 0 {
        out.push(THOUSAND);
    }
    if rest > 0 {
        below_thousand(rest, gender, gender, out);
    }
}

fn number(number: u64, gender: Option<Gender>, out: &mut Vec<Word>) {
    const SCALES: [(u64, [Word; 2]); 2] = [
        (1_000_000_000_000, [word("trillion_1", "billón"), word("trillion_2", "billones")]),
        (1_000_000, [word("million_1", "millón"), word("million_2", "millones")]),
    ];
    if number == 0 {
        return out.push(ones(0, None));
    }
    for (size, [one, many]) in SCALES {
        let count = number / size % 1_000_000;
        if count > 0 {
            below_million(count, Some(Gender::Masculine), out);
            out.push(if count == 1 { one } else { many });
        }
    }
    below_million(number % 1_000_000, gender, out);
}

/// Vigésimo primero; from one thousand on, how many thousands are counted: dos milésimo.
fn ordinal(place: u64, feminine: bool, out: &mut Vec<Word>) {
    let (key, ending) = if feminine { ("_f", "a") } else { ("", "o") };
    let (thousands, (hundreds, tens, ones_of)) = (place / 1000, digits_of(place % 1000));
    if thousands > 1 {
        out.push(ones(thousands, Some(Gender::Masculine)));
    }
    if thousands > 0 {
        out.push(THOUSANDTH[usize::from(feminine)].clone());
    }
    let mut push = |number: u64, stem: &str| {
        out.push(Word::made(format!("d_{number}{key}"), format!("{stem}{ending}")));
    };
    if hundreds > 0 {
        push(hundreds * 100, at(&HUNDREDS_ORDINAL, hundreds - 1));
    }
    if tens > 0 {
        push(tens * 10, at(&TENS_ORDINAL, tens - 2));
    }
    // Nothing has no place in a row: cero, whatever follows.
    if place == 0 {
        return out.push(ones(0, None));
    }
    if ones_of > 0 {
        push(ones_of, at(&ONES_ORDINAL, ones_of));
    }
}

/// The part of the day behind an hour (CLDR 48), but for midnight itself.
fn part_of_day(hour: u64, minute: u64) -> Word {
    match (hour, minute) {
        (0, 0) | (20.., _) => NIGHT,
        (0..=5, _) => BEFORE_DAWN,
        (6..=11, _) => MORNING,
        (12, _) => NOON,
        (13..=19, _) => AFTERNOON,
    }
}

/// A la 1:05, a las 9:05.
fn article_of(moment: DateTime) -> &'static str {
    if moment.hour() == 1 { "la" } else { "las" }
}

impl Rules for Spanish {
    fn marks(&self) -> &'static Marks {
        &MARKS
    }

    fn style(&self) -> &'static Style {
        &STYLE
    }

    fn cardinal(&self, count: u64, gender: Option<Gender>, _: Case, out: &mut Vec<Word>) {
        number(count, gender, out);
    }

    fn ordinal(&self, place: u64, gender: Gender, _: Case, out: &mut Vec<Word>) {
        ordinal(place, gender == Gender::Feminine, out);
    }

    fn decimal(&self, whole: u64, fraction: &str, out: &mut Vec<Word>) {
        number(whole, None, out);
        out.push(COMMA);
        out.extend(fraction.bytes().map(|digit| ones(u64::from(digit.wrapping_sub(b'0')), None)));
    }

    fn plural(&self, count: Option<u64>) -> usize {
        usize::from(count != Some(1))
    }

    fn before_noun(&self, count: u64) -> Option<Word> {
        (count > 0 && count.is_multiple_of(1_000_000)).then_some(OF)
    }

    fn counted(&self, count: u64, noun: Noun, case: Case, out: &mut Vec<Word>) {
        let (_, gender, _) = forms(noun);
        number(count, Some(gender), out);
        out.extend(self.before_noun(count));
        out.push(self.noun(count, noun, case));
    }

    fn noun(&self, count: u64, noun: Noun, _: Case) -> Word {
        let (key, _, [one, many]) = forms(noun);
        if count == 1 { Word::made(format!("{key}_1"), one) } else { Word::made(format!("{key}_2"), many) }
    }

    fn money_join(&self) -> Option<Word> {
        Some(WITH)
    }

    fn date(&self, date: Date, form: &Form, out: &mut Vec<Word>) {
        let (day, month, weekday, year) = day_of(date);
        out.push(THE);
        if form.weekday {
            out.push(Word::made(format!("weekday_{}", weekday + 1), at(&WEEKDAYS, weekday)));
        }
        number(day, None, out);
        out.extend([OF, Word::made(format!("month_{}", month + 1), at(&MONTHS, month))]);
        if form.year {
            out.push(OF);
            number(year, None, out);
        }
    }

    fn time(&self, time: Time, _: Option<Case>, out: &mut Vec<Word>) {
        let (hour, minute) = clock_of(time);
        let shown = (hour + 11) % 12 + 1;
        out.push(if shown == 1 { word("the_f", "la") } else { word("the_fs", "las") });
        out.push(ones(shown, Some(Gender::Feminine)));
        if minute > 0 {
            out.push(AND);
            below_hundred(minute, None, out);
        }
        out.push(part_of_day(hour, minute));
    }

    fn moment(&self, moment: DateTime, form: &Form, out: &mut Vec<Word>) {
        self.date(moment.date(), form, out);
        out.push(TO);
        self.time(moment.time(), None, out);
    }

    fn near(&self, days: i32, moment: DateTime, out: &mut Vec<Word>) {
        let (_, _, weekday, _) = day_of(moment.date());
        match days {
            0 => out.push(TODAY),
            1 => out.push(TOMORROW),
            2..=6 => {
                out.extend([THE, Word::made(format!("weekday_{}", weekday + 1), at(&WEEKDAYS, weekday))]);
            }
            _ => self.date(moment.date(), &Form::default(), out),
        }
        out.push(TO);
        self.time(moment.time(), None, out);
    }

    fn written_near(&self, days: i32, moment: DateTime) -> String {
        let (_, _, weekday, _) = day_of(moment.date());
        let day = match days {
            0 => TODAY.text.into_owned(),
            1 => TOMORROW.text.into_owned(),
            2..=6 => format!("el {}", at(&WEEKDAYS, weekday)),
            _ => format!("el {}", self.written_date(moment.date(), &Form::default())),
        };
        format!("{day} a {} {}", article_of(moment), self.written_time(moment.time()))
    }

    fn written_ordinal(&self, number: u64, gender: Gender, _: Case) -> String {
        format!("{number}.{}", if gender == Gender::Feminine { 'ª' } else { 'º' })
    }

    fn written_date(&self, date: Date, form: &Form) -> String {
        let (day, month, weekday, _) = day_of(date);
        let (month, weekday, year) = (at(&MONTHS, month), at(&WEEKDAYS, weekday), date.year());
        match (form.weekday, form.year) {
            (false, _) => format!("{day} de {month} de {year}"),
            (true, false) => format!("{weekday}, {day} de {month}"),
            (true, true) => format!("{weekday}, {day} de {month} de {year}"),
        }
    }

    fn written_time(&self, time: Time) -> String {
        format!("{}:{:02}", time.hour(), time.minute())
    }

    fn written_moment(&self, moment: DateTime, form: &Form) -> String {
        let (date, time) = (self.written_date(moment.date(), form), self.written_time(moment.time()));
        format!("{date} a {} {time}", article_of(moment))
    }
}
