//! Russian: gender of one and two, three plural forms, the accusative and the genitive.
//!
//! A number by itself is masculine (один, два), as digits are. Decimals of up to three digits are fractions (две
//! целых пять десятых), longer ones are read after «запятая». A thousand is said with its one: одна тысяча. A day is
//! an ordinal in the neuter (двадцатое ноября), a year one in the genitive (две тысячи двадцать шестого года).

use super::Word;
use super::rules::{Marks, Noun, Rules, Style, at, clock_of, day_of, digits_of, groups};
use super::slavic::Counted;
use super::word::{sentence, word};
use crate::program::{Case, Form, Gender};
use jiff::civil::{Date, DateTime, Time};

pub(super) struct Russian;

static MARKS: Marks = Marks {
    minus: word("minus", "минус"),
    plus: word("plus", "плюс"),
    yes: word("yes", "да"),
    no: word("no", "нет"),
    and: word("and", "и"),
};

static STYLE: Style = Style {
    decimal: ',',
    group: '\u{a0}',
    grouped_from: 4,
    signs: &[("RUB", "₽"), ("USD", "$"), ("EUR", "€"), ("GBP", "£"), ("JPY", "¥")],
    currency_first: false,
    date_join: " в ",
};

const COMMA: Word = word("comma", "запятая");
const YEAR: Word = word("year_g", "года");
const IN: Word = word("in", "в");
/// Before Tuesday.
const INTO: Word = word("in_o", "во");
const TODAY: Word = word("today", "сегодня");
const TOMORROW: Word = word("tomorrow", "завтра");

static ONES: [&str; 20] = [
    "ноль",
    "один",
    "два",
    "три",
    "четыре",
    "пять",
    "шесть",
    "семь",
    "восемь",
    "девять",
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
];
static ONES_GENITIVE: [&str; 20] = [
    "ноля",
    "одного",
    "двух",
    "трёх",
    "четырёх",
    "пяти",
    "шести",
    "семи",
    "восьми",
    "девяти",
    "десяти",
    "одиннадцати",
    "двенадцати",
    "тринадцати",
    "четырнадцати",
    "пятнадцати",
    "шестнадцати",
    "семнадцати",
    "восемнадцати",
    "девятнадцати",
];
/// From twenty.
static TENS: [&str; 8] =
    ["двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"];
static TENS_GENITIVE: [&str; 8] = [
    "двадцати",
    "тридцати",
    "сорока",
    "пятидесяти",
    "шестидесяти",
    "семидесяти",
    "восьмидесяти",
    "девяноста",
];
/// From one hundred.
static HUNDREDS: [&str; 9] =
    ["сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"];
static HUNDREDS_GENITIVE: [&str; 9] =
    ["ста", "двухсот", "трёхсот", "четырёхсот", "пятисот", "шестисот", "семисот", "восьмисот", "девятисот"];
/// Ordinals without their endings; those of the second row are stressed on the ending: второй.
static ONES_ORDINAL: [&str; 20] = [
    "нулев",
    "перв",
    "втор",
    "трет",
    "четвёрт",
    "пят",
    "шест",
    "седьм",
    "восьм",
    "девят",
    "десят",
    "одиннадцат",
    "двенадцат",
    "тринадцат",
    "четырнадцат",
    "пятнадцат",
    "шестнадцат",
    "семнадцат",
    "восемнадцат",
    "девятнадцат",
];
static STRESSED: [u64; 6] = [0, 2, 6, 7, 8, 40];
static TENS_ORDINAL: [&str; 8] =
    ["двадцат", "тридцат", "сороков", "пятидесят", "шестидесят", "семидесят", "восьмидесят", "девяност"];
static HUNDREDS_ORDINAL: [&str; 9] =
    ["сот", "двухсот", "трёхсот", "четырёхсот", "пятисот", "шестисот", "семисот", "восьмисот", "девятисот"];
static THOUSANDS_ORDINAL: [&str; 9] = [
    "тысячн",
    "двухтысячн",
    "трёхтысячн",
    "четырёхтысячн",
    "пятитысячн",
    "шеститысячн",
    "семитысячн",
    "восьмитысячн",
    "девятитысячн",
];
/// In the genitive.
static MONTHS: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
static WEEKDAYS: [[&str; 3]; 7] = [
    ["понедельник", "понедельник", "понедельника"],
    ["вторник", "вторник", "вторника"],
    ["среда", "среду", "среды"],
    ["четверг", "четверг", "четверга"],
    ["пятница", "пятницу", "пятницы"],
    ["суббота", "субботу", "субботы"],
    ["воскресенье", "воскресенье", "воскресенья"],
];
/// By the number of decimal digits: after one, and after any other count.
static FRACTIONS: [[Word; 2]; 3] = [
    [word("tenth_1", "десятая"), word("tenth_5", "десятых")],
    [word("hundredth_1", "сотая"), word("hundredth_5", "сотых")],
    [word("thousandth_1", "тысячная"), word("thousandth_5", "тысячных")],
];
/// The whole part before a fraction: одна целая, пять целых.
static WHOLE: [Word; 2] = [word("whole_1", "целая"), word("whole_5", "целых")];

const fn masculine(key: &'static str, one: &'static str, few: &'static str, many: &'static str) -> Counted {
    Counted { key, gender: Gender::Masculine, forms: [one, few, many, one, few] }
}

const fn feminine(key: &'static str, forms: [&'static str; 4]) -> Counted {
    let [one, few, many, accusative] = forms;
    Counted { key, gender: Gender::Feminine, forms: [one, few, many, accusative, few] }
}

/// From one thousand.
static SCALES: [Counted; 4] = [
    feminine("thousand", ["тысяча", "тысячи", "тысяч", "тысячу"]),
    masculine("million", "миллион", "миллиона", "миллионов"),
    masculine("billion", "миллиард", "миллиарда", "миллиардов"),
    masculine("trillion", "триллион", "триллиона", "триллионов"),
];

fn forms(noun: Noun) -> Counted {
    match noun {
        Noun::Ruble => masculine("rub", "рубль", "рубля", "рублей"),
        Noun::Kopeck => feminine("kopeck", ["копейка", "копейки", "копеек", "копейку"]),
        Noun::Dollar => masculine("usd", "доллар", "доллара", "долларов"),
        Noun::Cent | Noun::EuroCent => masculine("cent", "цент", "цента", "центов"),
        Noun::Euro => masculine("eur", "евро", "евро", "евро"),
        Noun::Zloty => Counted {
            key: "pln",
            gender: Gender::Masculine,
            forms: ["злотый", "злотых", "злотых", "злотый", "злотого"],
        },
        Noun::Grosz => masculine("grosz", "грош", "гроша", "грошей"),
        Noun::Pound => masculine("gbp", "фунт", "фунта", "фунтов"),
        Noun::Penny => masculine("penny", "пенс", "пенса", "пенсов"),
        Noun::Franc => masculine("chf", "франк", "франка", "франков"),
        Noun::Rappen => masculine("rappen", "сантим", "сантима", "сантимов"),
        Noun::Day => masculine("day", "день", "дня", "дней"),
        Noun::Hour => masculine("hour", "час", "часа", "часов"),
        Noun::Minute => feminine("minute", ["минута", "минуты", "минут", "минуту"]),
        Noun::Second => feminine("second", ["секунда", "секунды", "секунд", "секунду"]),
    }
}

/// After one, two to four, or anything else: of the last two digits.
fn plural(count: u64) -> usize {
    match (count % 100, count % 10) {
        (11..=14, _) => 2,
        (_, 1) => 0,
        (_, 2..=4) => 1,
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
                below_thousand(count, scale.gender, case, out);
                out.push(scale.form(plural(count), case));
            }
            None => below_thousand(count, gender, case, out),
        }
    }
}

fn below_thousand(number: u64, gender: Gender, case: Case, out: &mut Vec<Word>) {
    let (hundreds_of, tens_of, ones_of) = digits_of(number);
    let genitive = case == Case::Genitive;
    let word = |number: u64, [usual, in_genitive]: [&'static str; 2]| match genitive {
        true => Word::made(format!("n_{number}_g"), in_genitive),
        false => Word::made(format!("n_{number}"), usual),
    };
    if let Some(index) = hundreds_of.checked_sub(1) {
        out.push(word(hundreds_of * 100, [at(&HUNDREDS, index), at(&HUNDREDS_GENITIVE, index)]));
    }
    if let Some(index) = tens_of.checked_sub(2) {
        out.push(word(tens_of * 10, [at(&TENS, index), at(&TENS_GENITIVE, index)]));
    }
    if ones_of > 0 {
        out.push(ones(ones_of, gender, case));
    }
}

fn ones(number: u64, gender: Gender, case: Case) -> Word {
    match (number, gender, case) {
        (1, Gender::Feminine, Case::Genitive) => word("n_1_fg", "одной"),
        (1, Gender::Feminine, Case::Accusative) => word("n_1_f_acc", "одну"),
        (1, Gender::Feminine, _) => word("n_1_f", "одна"),
        (1, Gender::Neuter, Case::Nominative | Case::Accusative | Case::Dative) => word("n_1_n", "одно"),
        (2, Gender::Feminine, Case::Nominative | Case::Accusative | Case::Dative) => word("n_2_f", "две"),
        (_, _, Case::Genitive) => Word::made(format!("n_{number}_g"), at(&ONES_GENITIVE, number)),
        (_, _, _) => Word::made(format!("n_{number}"), at(&ONES, number)),
    }
}

/// The last part that is not zero is an ordinal, what is before it counts: две тысячи двадцать шестой.
fn ordinal(place: u64, gender: Gender, case: Case, out: &mut Vec<Word>) {
    let (thousands, rest) = (place / 1000, place % 1000);
    let (hundreds, tens, ones) = digits_of(rest);
    let (last, stem) = match (rest, tens, ones) {
        (0, _, _) if thousands > 0 => (thousands * 1000, at(&THOUSANDS_ORDINAL, thousands - 1)),
        (_, 0, 0) if hundreds > 0 => (hundreds * 100, at(&HUNDREDS_ORDINAL, hundreds - 1)),
        (_, 2.., 0) => (tens * 10, at(&TENS_ORDINAL, tens - 2)),
        (_, _, ones) => (ones, at(&ONES_ORDINAL, ones)),
    };
    if place > last {
        number(place - last, Gender::Masculine, Case::Nominative, out);
    }
    let (key, ending) = ending(last, gender, case);
    out.push(Word::made(format!("d_{last}{key}"), format!("{stem}{ending}")));
}

/// The end of an ordinal, and of its key.
fn ending(last: u64, gender: Gender, case: Case) -> (&'static str, &'static str) {
    let soft = last == 3;
    let pick = |hard: &'static str, soft_one: &'static str| if soft { soft_one } else { hard };
    match (gender, case) {
        (Gender::Feminine, Case::Genitive) => ("_fg", pick("ой", "ьей")),
        (Gender::Feminine, Case::Accusative) => ("_fa", pick("ую", "ью")),
        (Gender::Feminine, _) => ("_f", pick("ая", "ья")),
        (_, Case::Genitive) => ("_g", pick("ого", "ьего")),
        (Gender::Neuter, _) => ("", pick("ое", "ье")),
        (Gender::Masculine, _) if STRESSED.contains(&last) => ("_m", "ой"),
        (Gender::Masculine, _) => ("_m", pick("ый", "ий")),
    }
}

/// One of two forms: after one (but not eleven), or after any other count.
fn singular_or_plural(count: u64, forms: &[Word; 2]) -> Word {
    forms[usize::from(plural(count) != 0)].clone()
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

/// В понедельник, во вторник.
fn on_weekday(moment: DateTime) -> [Word; 2] {
    let (_, _, index, _) = day_of(moment.date());
    [if index == 1 { INTO } else { IN }, weekday(index, Some(Case::Accusative))]
}

impl Rules for Russian {
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
        let parts = fraction.parse().ok().zip(FRACTIONS.get(fraction.len().wrapping_sub(1)));
        let Some((count, forms)) = parts else {
            number(whole, Gender::Masculine, Case::Nominative, out);
            out.push(COMMA);
            let digit =
                |digit: u8| ones(u64::from(digit.wrapping_sub(b'0')), Gender::Masculine, Case::Nominative);
            return out.extend(fraction.bytes().map(digit));
        };
        number(whole, Gender::Feminine, Case::Nominative, out);
        out.push(singular_or_plural(whole, &WHOLE));
        number(count, Gender::Feminine, Case::Nominative, out);
        out.push(singular_or_plural(count, forms));
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
        ordinal(day, Gender::Neuter, form.case.unwrap_or(Case::Nominative), out);
        out.push(Word::made(format!("month_{}", month + 1), at(&MONTHS, month)));
        if form.year {
            ordinal(year, Gender::Masculine, Case::Genitive, out);
            out.push(YEAR);
        }
    }

    fn time(&self, time: Time, case: Option<Case>, out: &mut Vec<Word>) {
        let (hour, minute) = clock_of(time);
        let case = case.unwrap_or(Case::Nominative);
        self.counted(hour, Noun::Hour, case, out);
        if minute > 0 {
            self.counted(minute, Noun::Minute, case, out);
        }
    }

    fn moment(&self, moment: DateTime, form: &Form, out: &mut Vec<Word>) {
        self.date(moment.date(), form, out);
        out.push(IN);
        self.time(moment.time(), Some(Case::Accusative), out);
    }

    fn near(&self, days: i32, moment: DateTime, out: &mut Vec<Word>) {
        match days {
            0 => out.push(TODAY),
            1 => out.push(TOMORROW),
            2..=6 => out.extend(on_weekday(moment)),
            _ => self.date(moment.date(), &Form { case: Some(Case::Genitive), ..Form::default() }, out),
        }
        out.push(IN);
        self.time(moment.time(), Some(Case::Accusative), out);
    }

    fn written_near(&self, days: i32, moment: DateTime) -> String {
        let day = match days {
            0 => TODAY.text.into_owned(),
            1 => TOMORROW.text.into_owned(),
            2..=6 => sentence(&on_weekday(moment)),
            _ => return self.written_moment(moment, &Form::default()),
        };
        format!("{day} в {}", self.written_time(moment.time()))
    }

    fn written_ordinal(&self, number: u64, gender: Gender, case: Case) -> String {
        let ending = match (gender, case) {
            (Gender::Feminine, Case::Genitive) => "й",
            (Gender::Feminine, Case::Accusative) => "ю",
            (Gender::Feminine, _) => "я",
            (_, Case::Genitive) => "го",
            (Gender::Neuter, _) => "е",
            (Gender::Masculine, _) => "й",
        };
        format!("{number}-{ending}")
    }

    fn written_date(&self, date: Date, form: &Form) -> String {
        let (day, month, weekday_of, _) = day_of(date);
        let (month, year, weekday) = (at(&MONTHS, month), date.year(), weekday(weekday_of, form.case).text);
        match (form.weekday, form.year) {
            (false, _) => format!("{day} {month} {year} г."),
            (true, false) => format!("{weekday}, {day} {month}"),
            (true, true) => format!("{weekday}, {day} {month} {year} г."),
        }
    }

    fn written_time(&self, time: Time) -> String {
        format!("{:02}:{:02}", time.hour(), time.minute())
    }
}
