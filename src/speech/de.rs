//! German: numbers below a million are one word, ones before tens, one declined before its noun.
//!
//! Numbers to ninety-nine have a recording each, since nobody hears the joints of «einundzwanzig»; a hundred and a
//! thousand are said with their one: einhundert, eintausend. Days are weak ordinals without an article, as they stand
//! behind «am», «den» and «vom»: zwanzigsten November; in the nominative zwanzigste. A day with its weekday reads
//! Dienstag, den neunzehnten Mai, in the dative dem. Decimals are read digit by digit after «Komma».

use super::Word;
use super::rules::{Marks, Noun, Rules, Style, at, clock_of, day_of, digits_of, groups};
use super::word::word;
use crate::program::{Case, Form, Gender};
use jiff::civil::{Date, DateTime, Time};

pub(super) struct German;

static MARKS: Marks = Marks {
    minus: word("minus", "minus"),
    plus: word("plus", "plus"),
    yes: word("yes", "ja"),
    no: word("no", "nein"),
    and: AND,
};

static STYLE: Style = Style {
    decimal: ',',
    group: '.',
    grouped_from: 4,
    signs: &[("USD", "$"), ("EUR", "€"), ("GBP", "£"), ("JPY", "¥")],
    currency_first: false,
    date_join: " um ",
};

const AND: Word = word("and", "und");
const COMMA: Word = word("comma", "Komma");
const AT: Word = word("at", "um");
const ON: Word = word("on", "am");
const TODAY: Word = word("today", "heute");
const TOMORROW: Word = word("tomorrow", "morgen");
const CLOCK: Word = word("clock", "Uhr");
const THOUSAND: Word = word("thousand", "tausend");

static ONES: [&str; 20] = [
    "null",
    "eins",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
];
/// Before tens, hundreds and thousands.
const ONE_JOINED: &str = "ein";
/// From twenty.
static TENS: [&str; 8] =
    ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"];
/// Ordinals that are no number with an ending, without their «e».
static ONES_ORDINAL: [&str; 9] =
    ["nullt", "erst", "zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht"];
static MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
static WEEKDAYS: [&str; 7] =
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
/// From one million: after one, and after any other count.
static SCALES: [[Word; 2]; 3] = [
    [word("million_1", "Million"), word("million_2", "Millionen")],
    [word("billion_1", "Milliarde"), word("billion_2", "Milliarden")],
    [word("trillion_1", "Billion"), word("trillion_2", "Billionen")],
];

/// A noun: its gender, the singular, the plural, the plural in the dative.
struct Counted {
    key: &'static str,
    gender: Gender,
    forms: [&'static str; 3],
}

const fn counted(key: &'static str, gender: Gender, one: &'static str, many: &'static str) -> Counted {
    Counted { key, gender, forms: [one, many, many] }
}

fn forms(noun: Noun) -> Counted {
    match noun {
        Noun::Ruble => counted("rub", Gender::Masculine, "Rubel", "Rubel"),
        Noun::Kopeck => counted("kopeck", Gender::Feminine, "Kopeke", "Kopeken"),
        Noun::Dollar => counted("usd", Gender::Masculine, "Dollar", "Dollar"),
        Noun::Cent | Noun::EuroCent => counted("cent", Gender::Masculine, "Cent", "Cent"),
        Noun::Euro => counted("eur", Gender::Masculine, "Euro", "Euro"),
        Noun::Zloty => counted("pln", Gender::Masculine, "Zloty", "Zloty"),
        Noun::Grosz => counted("grosz", Gender::Masculine, "Groschen", "Groschen"),
        Noun::Pound => counted("gbp", Gender::Neuter, "Pfund", "Pfund"),
        Noun::Penny => counted("penny", Gender::Masculine, "Penny", "Pence"),
        Noun::Franc => counted("chf", Gender::Masculine, "Franken", "Franken"),
        Noun::Rappen => counted("rappen", Gender::Masculine, "Rappen", "Rappen"),
        Noun::Day => Counted { key: "day", gender: Gender::Masculine, forms: ["Tag", "Tage", "Tagen"] },
        Noun::Hour => counted("hour", Gender::Feminine, "Stunde", "Stunden"),
        Noun::Minute => counted("minute", Gender::Feminine, "Minute", "Minuten"),
        Noun::Second => counted("second", Gender::Feminine, "Sekunde", "Sekunden"),
    }
}

/// One as the end of a number: by itself, or before a noun.
fn one(gender: Option<Gender>, case: Case) -> Word {
    match (gender, case) {
        (None, _) => word("n_1", "eins"),
        (Some(Gender::Masculine), Case::Accusative) => word("n_1_acc", "einen"),
        (Some(Gender::Feminine), Case::Dative | Case::Genitive) => word("n_1_fd", "einer"),
        (Some(Gender::Feminine), _) => word("n_1_f", "eine"),
        (Some(_), Case::Dative | Case::Genitive) => word("n_1_d", "einem"),
        (Some(_), _) => word("n_1_m", ONE_JOINED),
    }
}

/// From two to ninety-nine.
fn text_below_hundred(number: u64) -> String {
    match digits_of(number) {
        (_, 0, ones) => at(&ONES, ones).to_owned(),
        (_, tens, 0) => at(&TENS, tens - 2).to_owned(),
        (_, tens, 1) => format!("{ONE_JOINED}und{}", at(&TENS, tens - 2)),
        (_, tens, ones) => format!("{}und{}", at(&ONES, ones), at(&TENS, tens - 2)),
    }
}

fn below_hundred(number: u64, gender: Option<Gender>, case: Case) -> Word {
    match number {
        1 => one(gender, case),
        _ => Word::made(format!("n_{number}"), text_below_hundred(number)),
    }
}

fn hundreds(number: u64) -> Word {
    let count = if number == 1 { ONE_JOINED } else { at(&ONES, number) };
    Word::made(format!("n_{number}00"), format!("{count}hundert"))
}

/// Parts of one word, nothing of which is heard apart.
fn below_million(number: u64, gender: Option<Gender>, case: Case, out: &mut Vec<Word>) {
    let (thousands, rest) = (number / 1000, number % 1000);
    let mut parts = Vec::new();
    if thousands > 0 {
        below_thousand(thousands, Some(Gender::Masculine), Case::Nominative, &mut parts);
        parts.push(THOUSAND);
    }
    below_thousand(rest, gender, case, &mut parts);
    join(parts, out);
}

fn below_thousand(number: u64, gender: Option<Gender>, case: Case, parts: &mut Vec<Word>) {
    if number >= 100 {
        parts.push(hundreds(number / 100));
    }
    if !number.is_multiple_of(100) {
        parts.push(below_hundred(number % 100, gender, case));
    }
}

fn join(parts: Vec<Word>, out: &mut Vec<Word>) {
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            out.push(Word::JOIN);
        }
        out.push(part);
    }
}

fn number(number: u64, gender: Option<Gender>, case: Case, out: &mut Vec<Word>) {
    if number == 0 {
        return out.push(below_hundred(0, gender, case));
    }
    for (count, power) in groups(number).filter(|(_, power)| *power > 1) {
        let mut parts = Vec::new();
        below_thousand(count, Some(Gender::Feminine), case, &mut parts);
        join(parts, out);
        let [one, many] = &SCALES[power as usize - 2];
        out.push(if count == 1 { one.clone() } else { many.clone() });
    }
    below_million(number % 1_000_000, gender, case, out);
}

/// Erste, zwanzigste, einhundertste; weak, so that one form serves all genders but the masculine accusative.
fn ordinal(place: u64, weak_n: bool, out: &mut Vec<Word>) {
    let (key, ending) = if weak_n { ("_n", "en") } else { ("", "e") };
    let (thousands, hundred, rest) = (place / 1000, place / 100 % 10, place % 100);
    let mut parts = Vec::new();
    if thousands > 0 {
        below_thousand(thousands, Some(Gender::Masculine), Case::Nominative, &mut parts);
    }
    match (thousands > 0, hundred, rest) {
        (true, 0, 0) => parts.push(Word::made(format!("d_1000{key}"), format!("tausendst{ending}"))),
        (counted, _, _) => {
            if counted {
                parts.push(THOUSAND);
            }
            parts.extend(last_of_ordinal(hundred, rest, key, ending));
        }
    }
    join(parts, out);
}

fn last_of_ordinal(hundred: u64, rest: u64, key: &str, ending: &str) -> Vec<Word> {
    if hundred > 0 && rest == 0 {
        let text = format!("{}st{ending}", hundreds(hundred).text);
        return vec![Word::made(format!("d_{hundred}00{key}"), text)];
    }
    let stem = match rest {
        0..=8 => at(&ONES_ORDINAL, rest).to_owned(),
        9..=19 => format!("{}t", text_below_hundred(rest)),
        _ => format!("{}st", text_below_hundred(rest)),
    };
    let last = Word::made(format!("d_{rest}{key}"), format!("{stem}{ending}"));
    (hundred > 0).then(|| hundreds(hundred)).into_iter().chain([last]).collect()
}

/// To 1099 and from 2000 a number, between them so many hundreds: neunzehnhundertneunundneunzig.
fn year(year: u64, out: &mut Vec<Word>) {
    if !(1100..2000).contains(&year) {
        return number(year, None, Case::Nominative, out);
    }
    let century = below_hundred(year / 100, None, Case::Nominative);
    let mut parts = vec![century, word("hundred", "hundert")];
    if !year.is_multiple_of(100) {
        parts.push(below_hundred(year % 100, None, Case::Nominative));
    }
    join(parts, out);
}

impl Rules for German {
    fn marks(&self) -> &'static Marks {
        &MARKS
    }

    fn style(&self) -> &'static Style {
        &STYLE
    }

    fn cardinal(&self, count: u64, gender: Option<Gender>, case: Case, out: &mut Vec<Word>) {
        number(count, gender, case, out);
    }

    fn ordinal(&self, place: u64, gender: Gender, case: Case, out: &mut Vec<Word>) {
        let weak_n = match (case, gender) {
            (Case::Dative | Case::Genitive, _) | (Case::Accusative, Gender::Masculine) => true,
            (Case::Nominative, _) | (Case::Accusative, Gender::Feminine | Gender::Neuter) => false,
        };
        ordinal(place, weak_n, out);
    }

    fn decimal(&self, whole: u64, fraction: &str, out: &mut Vec<Word>) {
        number(whole, None, Case::Nominative, out);
        out.push(COMMA);
        let digit = |digit: u8| below_hundred(u64::from(digit.wrapping_sub(b'0')), None, Case::Nominative);
        out.extend(fraction.bytes().map(digit));
    }

    fn plural(&self, count: Option<u64>) -> usize {
        usize::from(count != Some(1))
    }

    fn counted(&self, count: u64, noun: Noun, case: Case, out: &mut Vec<Word>) {
        number(count, Some(forms(noun).gender), case, out);
        out.push(self.noun(count, noun, case));
    }

    fn noun(&self, count: u64, noun: Noun, case: Case) -> Word {
        let Counted { key, forms: [one, many, dative], .. } = forms(noun);
        match (count, case) {
            _ if one == many => Word::made(key, one),
            (1, _) => Word::made(format!("{key}_1"), one),
            (_, Case::Dative) if many != dative => Word::made(format!("{key}_2_d"), dative),
            (_, _) => Word::made(format!("{key}_2"), many),
        }
    }

    fn money_join(&self) -> Option<Word> {
        Some(AND)
    }

    fn date(&self, date: Date, form: &Form, out: &mut Vec<Word>) {
        let (day, month, weekday, year_of) = day_of(date);
        if form.weekday {
            let article = match form.case {
                Some(Case::Dative | Case::Genitive) => word("the_d", "dem"),
                Some(Case::Nominative) => word("the", "der"),
                Some(Case::Accusative) | None => word("the_acc", "den"),
            };
            let weekday = Word::made(format!("weekday_{}", weekday + 1), at(&WEEKDAYS, weekday));
            out.extend([weekday, Word::PAUSE, article]);
        }
        ordinal(day, form.case != Some(Case::Nominative), out);
        out.push(Word::made(format!("month_{}", month + 1), at(&MONTHS, month)));
        if form.year {
            year(year_of, out);
        }
    }

    fn time(&self, time: Time, _: Option<Case>, out: &mut Vec<Word>) {
        let (hour, minute) = clock_of(time);
        out.push(below_hundred(hour, Some(Gender::Neuter), Case::Nominative));
        out.push(CLOCK);
        if minute > 0 {
            out.push(below_hundred(minute, None, Case::Nominative));
        }
    }

    fn moment(&self, moment: DateTime, form: &Form, out: &mut Vec<Word>) {
        self.date(moment.date(), form, out);
        out.push(AT);
        self.time(moment.time(), None, out);
    }

    fn near(&self, days: i32, moment: DateTime, out: &mut Vec<Word>) {
        let (_, _, weekday, _) = day_of(moment.date());
        match days {
            0 => out.push(TODAY),
            1 => out.push(TOMORROW),
            2..=6 => {
                out.extend([ON, Word::made(format!("weekday_{}", weekday + 1), at(&WEEKDAYS, weekday))]);
            }
            _ => {
                out.push(ON);
                self.date(moment.date(), &Form::default(), out);
            }
        }
        out.push(AT);
        self.time(moment.time(), None, out);
    }

    fn written_near(&self, days: i32, moment: DateTime) -> String {
        let (_, _, weekday, _) = day_of(moment.date());
        let day = match days {
            0 => TODAY.text.into_owned(),
            1 => TOMORROW.text.into_owned(),
            2..=6 => format!("am {}", at(&WEEKDAYS, weekday)),
            _ => format!("am {}", self.written_date(moment.date(), &Form::default())),
        };
        format!("{day} um {}", self.written_time(moment.time()))
    }

    fn written_ordinal(&self, number: u64, _: Gender, _: Case) -> String {
        format!("{number}.")
    }

    fn written_date(&self, date: Date, form: &Form) -> String {
        let (day, month, weekday, _) = day_of(date);
        let (month, weekday, year) = (at(&MONTHS, month), at(&WEEKDAYS, weekday), date.year());
        match (form.weekday, form.year) {
            (false, _) => format!("{day}. {month} {year}"),
            (true, false) => format!("{weekday}, {day}. {month}"),
            (true, true) => format!("{weekday}, {day}. {month} {year}"),
        }
    }

    fn written_time(&self, time: Time) -> String {
        format!("{:02}:{:02}", time.hour(), time.minute())
    }
}
