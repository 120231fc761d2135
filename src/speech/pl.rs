//! Polish: three plural forms, gender of one and two, the accusative and the genitive.
//!
//! One has a gender only where it is the whole number: jedna minuta, but dwadzieścia jeden minut. A single thousand or
//! million is said without its one: tysiąc. Decimals are read digit by digit after «przecinek». Days stand in the
//! genitive, as sentences ask for them (dwudziestego listopada); hours are ordinals (dziewiąta trzydzieści), in the
//! genitive behind «o», «od» and «do».

use super::Word;
use super::rules::{Marks, Noun, Rules, Style, at, clock_of, day_of, digits_of, groups};
use super::slavic::Counted;
use super::word::{sentence, word};
use crate::program::{Case, Form, Gender};
use jiff::civil::{Date, DateTime, Time};

pub(super) struct Polish;

static MARKS: Marks = Marks {
    minus: word("minus", "minus"),
    plus: word("plus", "plus"),
    yes: word("yes", "tak"),
    no: word("no", "nie"),
    and: word("and", "i"),
};

static STYLE: Style = Style {
    decimal: ',',
    group: '\u{a0}',
    grouped_from: 5,
    signs: &[("PLN", "zł"), ("EUR", "€")],
    currency_first: false,
    date_join: " ",
};

const COMMA: Word = word("comma", "przecinek");
const YEAR: Word = word("year_g", "roku");
const AT: Word = word("at", "o");
const ON: Word = word("on", "w");
/// Before Tuesday.
const ON_TUESDAY: Word = word("on_e", "we");
const TODAY: Word = word("today", "dzisiaj");
const TOMORROW: Word = word("tomorrow", "jutro");

static ONES: [&str; 20] = [
    "zero",
    "jeden",
    "dwa",
    "trzy",
    "cztery",
    "pięć",
    "sześć",
    "siedem",
    "osiem",
    "dziewięć",
    "dziesięć",
    "jedenaście",
    "dwanaście",
    "trzynaście",
    "czternaście",
    "piętnaście",
    "szesnaście",
    "siedemnaście",
    "osiemnaście",
    "dziewiętnaście",
];
static ONES_GENITIVE: [&str; 20] = [
    "zera",
    "jednego",
    "dwóch",
    "trzech",
    "czterech",
    "pięciu",
    "sześciu",
    "siedmiu",
    "ośmiu",
    "dziewięciu",
    "dziesięciu",
    "jedenastu",
    "dwunastu",
    "trzynastu",
    "czternastu",
    "piętnastu",
    "szesnastu",
    "siedemnastu",
    "osiemnastu",
    "dziewiętnastu",
];
/// From twenty.
static TENS: [&str; 8] = [
    "dwadzieścia",
    "trzydzieści",
    "czterdzieści",
    "pięćdziesiąt",
    "sześćdziesiąt",
    "siedemdziesiąt",
    "osiemdziesiąt",
    "dziewięćdziesiąt",
];
static TENS_GENITIVE: [&str; 8] = [
    "dwudziestu",
    "trzydziestu",
    "czterdziestu",
    "pięćdziesięciu",
    "sześćdziesięciu",
    "siedemdziesięciu",
    "osiemdziesięciu",
    "dziewięćdziesięciu",
];
/// From one hundred.
static HUNDREDS: [&str; 9] = [
    "sto",
    "dwieście",
    "trzysta",
    "czterysta",
    "pięćset",
    "sześćset",
    "siedemset",
    "osiemset",
    "dziewięćset",
];
static HUNDREDS_GENITIVE: [&str; 9] = [
    "stu",
    "dwustu",
    "trzystu",
    "czterystu",
    "pięciuset",
    "sześciuset",
    "siedmiuset",
    "ośmiuset",
    "dziewięciuset",
];
/// Ordinals without their endings.
static ONES_ORDINAL: [&str; 20] = [
    "zerow",
    "pierwsz",
    "drug",
    "trzec",
    "czwart",
    "piąt",
    "szóst",
    "siódm",
    "ósm",
    "dziewiąt",
    "dziesiąt",
    "jedenast",
    "dwunast",
    "trzynast",
    "czternast",
    "piętnast",
    "szesnast",
    "siedemnast",
    "osiemnast",
    "dziewiętnast",
];
static TENS_ORDINAL: [&str; 8] = [
    "dwudziest",
    "trzydziest",
    "czterdziest",
    "pięćdziesiąt",
    "sześćdziesiąt",
    "siedemdziesiąt",
    "osiemdziesiąt",
    "dziewięćdziesiąt",
];
static HUNDREDS_ORDINAL: [&str; 9] = [
    "setn",
    "dwusetn",
    "trzechsetn",
    "czterechsetn",
    "pięćsetn",
    "sześćsetn",
    "siedemsetn",
    "osiemsetn",
    "dziewięćsetn",
];
static THOUSANDS_ORDINAL: [&str; 9] = [
    "tysięczn",
    "dwutysięczn",
    "trzytysięczn",
    "czterotysięczn",
    "pięciotysięczn",
    "sześciotysięczn",
    "siedmiotysięczn",
    "ośmiotysięczn",
    "dziewięciotysięczn",
];
/// In the genitive.
static MONTHS: [&str; 12] = [
    "stycznia",
    "lutego",
    "marca",
    "kwietnia",
    "maja",
    "czerwca",
    "lipca",
    "sierpnia",
    "września",
    "października",
    "listopada",
    "grudnia",
];
static WEEKDAYS: [[&str; 3]; 7] = [
    ["poniedziałek", "poniedziałek", "poniedziałku"],
    ["wtorek", "wtorek", "wtorku"],
    ["środa", "środę", "środy"],
    ["czwartek", "czwartek", "czwartku"],
    ["piątek", "piątek", "piątku"],
    ["sobota", "sobotę", "soboty"],
    ["niedziela", "niedzielę", "niedzieli"],
];

const fn masculine(key: &'static str, forms: [&'static str; 4]) -> Counted {
    let [one, few, many, genitive] = forms;
    Counted { key, gender: Gender::Masculine, forms: [one, few, many, one, genitive] }
}

const fn feminine(key: &'static str, forms: [&'static str; 5]) -> Counted {
    Counted { key, gender: Gender::Feminine, forms }
}

/// From one thousand.
static SCALES: [Counted; 4] = [
    masculine("thousand", ["tysiąc", "tysiące", "tysięcy", "tysiąca"]),
    masculine("million", ["milion", "miliony", "milionów", "miliona"]),
    masculine("billion", ["miliard", "miliardy", "miliardów", "miliarda"]),
    masculine("trillion", ["bilion", "biliony", "bilionów", "biliona"]),
];

fn forms(noun: Noun) -> Counted {
    match noun {
        Noun::Ruble => masculine("rub", ["rubel", "ruble", "rubli", "rubla"]),
        Noun::Kopeck => feminine("kopeck", ["kopiejka", "kopiejki", "kopiejek", "kopiejkę", "kopiejki"]),
        Noun::Dollar => masculine("usd", ["dolar", "dolary", "dolarów", "dolara"]),
        Noun::Cent | Noun::EuroCent => masculine("cent", ["cent", "centy", "centów", "centa"]),
        Noun::Euro => Counted { key: "eur", gender: Gender::Neuter, forms: ["euro"; 5] },
        Noun::Zloty => masculine("pln", ["złoty", "złote", "złotych", "złotego"]),
        Noun::Grosz => masculine("grosz", ["grosz", "grosze", "groszy", "grosza"]),
        Noun::Pound => masculine("gbp", ["funt", "funty", "funtów", "funta"]),
        Noun::Penny => masculine("penny", ["pens", "pensy", "pensów", "pensa"]),
        Noun::Franc => masculine("chf", ["frank", "franki", "franków", "franka"]),
        Noun::Rappen => masculine("rappen", ["centym", "centymy", "centymów", "centyma"]),
        Noun::Day => masculine("day", ["dzień", "dni", "dni", "dnia"]),
        Noun::Hour => feminine("hour", ["godzina", "godziny", "godzin", "godzinę", "godziny"]),
        Noun::Minute => feminine("minute", ["minuta", "minuty", "minut", "minutę", "minuty"]),
        Noun::Second => feminine("second", ["sekunda", "sekundy", "sekund", "sekundę", "sekundy"]),
    }
}

/// After one alone, after two to four, or after anything else.
fn plural(count: u64) -> usize {
    match (count, count % 100, count % 10) {
        (1, _, _) => 0,
        (_, 12..=14, _) => 2,
        (_, _, 2..=4) => 1,
        _ => 2,
    }
}

fn number(number: u64, gender: Gender, case: Case, out: &mut Vec<Word>) {
    if number == 0 {
        return out.push(ones(0, gender, case));
    }
    for (count, power) in groups(number) {
        match power.checked_sub(1).and_then(|scale| SCALES.get(scale as usize)) {
            Some(scale) => {
                if count > 1 {
                    below_thousand(count, scale.gender, case, false, out);
                }
                out.push(scale.form(plural(count), case));
            }
            None => below_thousand(count, gender, case, number == 1, out),
        }
    }
}

/// `alone` where there is nothing but one.
fn below_thousand(number: u64, gender: Gender, case: Case, alone: bool, out: &mut Vec<Word>) {
    let (hundreds_of, tens_of, ones_of) = digits_of(number);
    let genitive = case == Case::Genitive;
    let made = |number: u64, [usual, in_genitive]: [&'static str; 2]| match genitive {
        true => Word::made(format!("n_{number}_g"), in_genitive),
        false => Word::made(format!("n_{number}"), usual),
    };
    if let Some(index) = hundreds_of.checked_sub(1) {
        out.push(made(hundreds_of * 100, [at(&HUNDREDS, index), at(&HUNDREDS_GENITIVE, index)]));
    }
    if let Some(index) = tens_of.checked_sub(2) {
        out.push(made(tens_of * 10, [at(&TENS, index), at(&TENS_GENITIVE, index)]));
    }
    match ones_of {
        0 => {}
        1 if !alone => out.push(word("n_1", "jeden")),
        _ => out.push(ones(ones_of, gender, case)),
    }
}

fn ones(number: u64, gender: Gender, case: Case) -> Word {
    match (number, gender, case) {
        (1, Gender::Feminine, Case::Genitive) => word("n_1_fg", "jednej"),
        (1, Gender::Feminine, Case::Accusative) => word("n_1_f_acc", "jedną"),
        (1, Gender::Feminine, _) => word("n_1_f", "jedna"),
        (1, Gender::Neuter, Case::Nominative | Case::Accusative | Case::Dative) => word("n_1_n", "jedno"),
        (2, Gender::Feminine, Case::Nominative | Case::Accusative | Case::Dative) => word("n_2_f", "dwie"),
        (_, _, Case::Genitive) => Word::made(format!("n_{number}_g"), at(&ONES_GENITIVE, number)),
        (_, _, _) => Word::made(format!("n_{number}"), at(&ONES, number)),
    }
}

/// Tens and ones are both ordinals, what is before them counts: sto dwudziesty pierwszy.
fn ordinal(place: u64, gender: Gender, case: Case, out: &mut Vec<Word>) {
    let (thousands, (hundreds, tens, ones)) = (place / 1000, digits_of(place % 1000));
    let mut parts = Vec::new();
    match (thousands, hundreds, tens, ones) {
        (1.., 0, 0, 0) => parts.push((thousands * 1000, at(&THOUSANDS_ORDINAL, thousands - 1))),
        (_, 1.., 0, 0) => parts.push((hundreds * 100, at(&HUNDREDS_ORDINAL, hundreds - 1))),
        (_, _, 2.., _) => parts.push((tens * 10, at(&TENS_ORDINAL, tens - 2))),
        (_, _, _, _) => {}
    }
    if ones > 0 || place == 0 {
        parts.push((ones, at(&ONES_ORDINAL, ones)));
    }
    let counted = place - parts.iter().map(|(part, _)| part).sum::<u64>();
    if counted > 0 {
        number(counted, Gender::Masculine, Case::Nominative, out);
    }
    for (part, stem) in parts {
        let (key, ending) = ending(part, gender, case);
        out.push(Word::made(format!("d_{part}{key}"), format!("{stem}{ending}")));
    }
}

/// The end of an ordinal, and of its key: drugi and trzeci are soft.
fn ending(part: u64, gender: Gender, case: Case) -> (&'static str, &'static str) {
    let pick = |hard: &'static str, second: &'static str, third: &'static str| match part {
        2 => second,
        3 => third,
        _ => hard,
    };
    match (gender, case) {
        (Gender::Feminine, Case::Genitive) => ("_fg", pick("ej", "iej", "iej")),
        (Gender::Feminine, Case::Accusative) => ("_fa", pick("ą", "ą", "ią")),
        (Gender::Feminine, _) => ("_f", pick("a", "a", "ia")),
        (_, Case::Genitive) => ("_g", pick("ego", "iego", "iego")),
        (Gender::Neuter, _) => ("_n", pick("e", "ie", "ie")),
        (Gender::Masculine, _) => ("_m", pick("y", "i", "i")),
    }
}

fn weekday(index: u64, case: Option<Case>) -> Word {
    let forms =
        usize::try_from(index).ok().and_then(|index| WEEKDAYS.get(index)).copied().unwrap_or_default();
    let (key, form) = match case {
        Some(Case::Accusative) if forms[0] != forms[1] => ("_acc", forms[1]),
        Some(Case::Genitive) => ("_g", forms[2]),
        Some(Case::Nominative | Case::Accusative | Case::Dative) | None => ("", forms[0]),
    };
    Word::made(format!("weekday_{}{key}", index + 1), form)
}

/// W poniedziałek, we wtorek.
fn on_weekday(moment: DateTime) -> [Word; 2] {
    let (_, _, index, _) = day_of(moment.date());
    [if index == 1 { ON_TUESDAY } else { ON }, weekday(index, Some(Case::Accusative))]
}

/// Midnight in the cases of an hour.
fn midnight(case: Option<Case>) -> Word {
    match case {
        Some(Case::Genitive) => word("midnight_g", "północy"),
        Some(Case::Nominative | Case::Accusative | Case::Dative) | None => word("midnight", "północ"),
    }
}

impl Rules for Polish {
    fn marks(&self) -> &'static Marks {
        &MARKS
    }

    fn style(&self) -> &'static Style {
        &STYLE
    }

    fn cardinal(&self, count: u64, gender: Option<Gender>, case: Case, out: &mut Vec<Word>) {
        number(count, gender.unwrap_or(Gender::Masculine), case, out);
    }

    fn ordinal(&self, place: u64, gender: Gender, case: Case, out: &mut Vec<Word>) {
        ordinal(place, gender, case, out);
    }

    fn decimal(&self, whole: u64, fraction: &str, out: &mut Vec<Word>) {
        number(whole, Gender::Masculine, Case::Nominative, out);
        out.push(COMMA);
        let digit =
            |digit: u8| ones(u64::from(digit.wrapping_sub(b'0')), Gender::Masculine, Case::Nominative);
        out.extend(fraction.bytes().map(digit));
    }

    fn plural(&self, count: Option<u64>) -> usize {
        count.map_or(1, plural)
    }

    fn counted(&self, count: u64, noun: Noun, case: Case, out: &mut Vec<Word>) {
        number(count, forms(noun).gender, case, out);
        out.push(self.noun(count, noun, case));
    }

    fn noun(&self, count: u64, noun: Noun, case: Case) -> Word {
        forms(noun).form(plural(count), case)
    }

    fn money_join(&self) -> Option<Word> {
        None
    }

    fn date(&self, date: Date, form: &Form, out: &mut Vec<Word>) {
        let (day, month, weekday_of, year) = day_of(date);
        if form.weekday {
            out.extend([weekday(weekday_of, form.case), Word::PAUSE]);
        }
        let case = match form.case {
            Some(Case::Nominative) if !form.weekday => Case::Nominative,
            Some(_) | None => Case::Genitive,
        };
        ordinal(day, Gender::Masculine, case, out);
        out.push(Word::made(format!("month_{}", month + 1), at(&MONTHS, month)));
        if form.year {
            ordinal(year, Gender::Masculine, Case::Genitive, out);
            out.push(YEAR);
        }
    }

    fn time(&self, time: Time, case: Option<Case>, out: &mut Vec<Word>) {
        let (hour, minute) = clock_of(time);
        match (hour, minute) {
            (0, 0) => return out.push(midnight(case)),
            (0, _) => out.push(ones(0, Gender::Masculine, Case::Nominative)),
            _ => ordinal(hour, Gender::Feminine, case.unwrap_or(Case::Nominative), out),
        }
        match minute {
            0 => {}
            1..=9 => out.extend([0, minute].map(|digit| ones(digit, Gender::Masculine, Case::Nominative))),
            _ => number(minute, Gender::Masculine, Case::Nominative, out),
        }
    }

    fn moment(&self, moment: DateTime, form: &Form, out: &mut Vec<Word>) {
        self.date(moment.date(), form, out);
        out.push(AT);
        self.time(moment.time(), Some(Case::Genitive), out);
    }

    fn near(&self, days: i32, moment: DateTime, out: &mut Vec<Word>) {
        match days {
            0 => out.push(TODAY),
            1 => out.push(TOMORROW),
            2..=6 => out.extend(on_weekday(moment)),
            _ => self.date(moment.date(), &Form::default(), out),
        }
        out.push(AT);
        self.time(moment.time(), Some(Case::Genitive), out);
    }

    fn written_near(&self, days: i32, moment: DateTime) -> String {
        let day = match days {
            0 => TODAY.text.into_owned(),
            1 => TOMORROW.text.into_owned(),
            2..=6 => sentence(&on_weekday(moment)),
            _ => self.written_date(moment.date(), &Form::default()),
        };
        format!("{day} o {}", self.written_time(moment.time()))
    }

    fn written_ordinal(&self, number: u64, _: Gender, _: Case) -> String {
        format!("{number}.")
    }

    fn written_date(&self, date: Date, form: &Form) -> String {
        let (day, month, weekday_of, _) = day_of(date);
        let (month, year, weekday) = (at(&MONTHS, month), date.year(), weekday(weekday_of, form.case).text);
        match (form.weekday, form.year) {
            (false, _) => format!("{day} {month} {year}"),
            (true, false) => format!("{weekday}, {day} {month}"),
            (true, true) => format!("{weekday}, {day} {month} {year}"),
        }
    }

    fn written_time(&self, time: Time) -> String {
        format!("{:02}:{:02}", time.hour(), time.minute())
    }
}
