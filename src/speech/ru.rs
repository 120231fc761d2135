//! Russian: gender of one and two, three plural forms, the accusative of feminine ones.
//!
//! A number by itself is masculine (один, два), as digits are. Decimals of up to three digits are fractions (две
//! целых пять десятых), longer ones are read after «запятая». A thousand is said with its one: одна тысяча.

use super::Word;
use super::rules::{Case, Kind, Marks, Noun, Rules, Separators, push, push_day, push_digits};
use super::word::word;
use jiff::civil::{Date, Time};

pub(super) struct Russian;

static MARKS: Marks = Marks {
    minus: word("minus", "минус"),
    plus: word("plus", "плюс"),
    yes: word("yes", "да"),
    no: word("no", "нет"),
    and: word("and", "и"),
};

static ONES: [Word; 20] = [
    word("n_0", "ноль"),
    word("n_1", "один"),
    word("n_2", "два"),
    word("n_3", "три"),
    word("n_4", "четыре"),
    word("n_5", "пять"),
    word("n_6", "шесть"),
    word("n_7", "семь"),
    word("n_8", "восемь"),
    word("n_9", "девять"),
    word("n_10", "десять"),
    word("n_11", "одиннадцать"),
    word("n_12", "двенадцать"),
    word("n_13", "тринадцать"),
    word("n_14", "четырнадцать"),
    word("n_15", "пятнадцать"),
    word("n_16", "шестнадцать"),
    word("n_17", "семнадцать"),
    word("n_18", "восемнадцать"),
    word("n_19", "девятнадцать"),
];

const ONE_FEMININE: Word = word("n_1_f", "одна");
const ONE_FEMININE_ACCUSATIVE: Word = word("n_1_f_acc", "одну");
const TWO_FEMININE: Word = word("n_2_f", "две");

/// From twenty.
static TENS: [Word; 8] = [
    word("n_20", "двадцать"),
    word("n_30", "тридцать"),
    word("n_40", "сорок"),
    word("n_50", "пятьдесят"),
    word("n_60", "шестьдесят"),
    word("n_70", "семьдесят"),
    word("n_80", "восемьдесят"),
    word("n_90", "девяносто"),
];

/// From one hundred.
static HUNDREDS: [Word; 9] = [
    word("n_100", "сто"),
    word("n_200", "двести"),
    word("n_300", "триста"),
    word("n_400", "четыреста"),
    word("n_500", "пятьсот"),
    word("n_600", "шестьсот"),
    word("n_700", "семьсот"),
    word("n_800", "восемьсот"),
    word("n_900", "девятьсот"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gender {
    Masculine,
    Feminine,
}

/// A noun in the forms that a count asks for.
struct Counted {
    gender: Gender,
    /// After one, twenty-one …
    one: Word,
    /// The same in the accusative.
    one_accusative: Word,
    /// After two to four.
    few: Word,
    /// After everything else.
    many: Word,
}

const fn masculine(one: Word, few: Word, many: Word) -> Counted {
    Counted { gender: Gender::Masculine, one, one_accusative: one, few, many }
}

const fn feminine(one: Word, one_accusative: Word, few: Word, many: Word) -> Counted {
    Counted { gender: Gender::Feminine, one, one_accusative, few, many }
}

static THOUSAND: Counted = feminine(
    word("thousand_1", "тысяча"),
    word("thousand_1_acc", "тысячу"),
    word("thousand_2", "тысячи"),
    word("thousand_5", "тысяч"),
);
static MILLION: Counted =
    masculine(word("million_1", "миллион"), word("million_2", "миллиона"), word("million_5", "миллионов"));
static BILLION: Counted =
    masculine(word("billion_1", "миллиард"), word("billion_2", "миллиарда"), word("billion_5", "миллиардов"));
static RUBLE: Counted = masculine(word("rub_1", "рубль"), word("rub_2", "рубля"), word("rub_5", "рублей"));
static KOPECK: Counted = feminine(
    word("kopeck_1", "копейка"),
    word("kopeck_1_acc", "копейку"),
    word("kopeck_2", "копейки"),
    word("kopeck_5", "копеек"),
);
static DOLLAR: Counted =
    masculine(word("usd_1", "доллар"), word("usd_2", "доллара"), word("usd_5", "долларов"));
static CENT: Counted = masculine(word("cent_1", "цент"), word("cent_2", "цента"), word("cent_5", "центов"));
static EURO: Counted = masculine(word("eur", "евро"), word("eur", "евро"), word("eur", "евро"));
static DAY: Counted = masculine(word("day_1", "день"), word("day_2", "дня"), word("day_5", "дней"));
static HOUR: Counted = masculine(word("hour_1", "час"), word("hour_2", "часа"), word("hour_5", "часов"));
static MINUTE: Counted = feminine(
    word("minute_1", "минута"),
    word("minute_1_acc", "минуту"),
    word("minute_2", "минуты"),
    word("minute_5", "минут"),
);
static SECOND: Counted = feminine(
    word("second_1", "секунда"),
    word("second_1_acc", "секунду"),
    word("second_2", "секунды"),
    word("second_5", "секунд"),
);

/// The whole part before a fraction: одна целая, пять целых.
static WHOLE: [Word; 2] = [word("whole_1", "целая"), word("whole_5", "целых")];
/// By the number of decimal digits, after one and after any other count.
static FRACTIONS: [[Word; 2]; 3] = [
    [word("tenth_1", "десятая"), word("tenth_5", "десятых")],
    [word("hundredth_1", "сотая"), word("hundredth_5", "сотых")],
    [word("thousandth_1", "тысячная"), word("thousandth_5", "тысячных")],
];
const COMMA: Word = word("comma", "запятая");

/// Days of the month in the neuter, from the first; the twentieth and the thirtieth close the row.
static DAYS: [Word; 21] = [
    word("d_1", "первое"),
    word("d_2", "второе"),
    word("d_3", "третье"),
    word("d_4", "четвёртое"),
    word("d_5", "пятое"),
    word("d_6", "шестое"),
    word("d_7", "седьмое"),
    word("d_8", "восьмое"),
    word("d_9", "девятое"),
    word("d_10", "десятое"),
    word("d_11", "одиннадцатое"),
    word("d_12", "двенадцатое"),
    word("d_13", "тринадцатое"),
    word("d_14", "четырнадцатое"),
    word("d_15", "пятнадцатое"),
    word("d_16", "шестнадцатое"),
    word("d_17", "семнадцатое"),
    word("d_18", "восемнадцатое"),
    word("d_19", "девятнадцатое"),
    word("d_20", "двадцатое"),
    word("d_30", "тридцатое"),
];

/// In the genitive, from January.
static MONTHS: [Word; 12] = [
    word("month_1", "января"),
    word("month_2", "февраля"),
    word("month_3", "марта"),
    word("month_4", "апреля"),
    word("month_5", "мая"),
    word("month_6", "июня"),
    word("month_7", "июля"),
    word("month_8", "августа"),
    word("month_9", "сентября"),
    word("month_10", "октября"),
    word("month_11", "ноября"),
    word("month_12", "декабря"),
];

impl Counted {
    fn form(&self, count: u64, case: Case) -> Word {
        match (count % 100, count % 10) {
            (11..=14, _) => self.many,
            (_, 1) if case == Case::Accusative => self.one_accusative,
            (_, 1) => self.one,
            (_, 2..=4) => self.few,
            _ => self.many,
        }
    }

    /// Without the accusative.
    fn nominative(&self) -> [Word; 3] {
        [self.one, self.few, self.many]
    }

    /// Without the nominative where it differs.
    fn accusative(&self) -> [Word; 3] {
        [self.one_accusative, self.few, self.many]
    }
}

fn counted(noun: Noun) -> &'static Counted {
    match noun {
        Noun::Ruble => &RUBLE,
        Noun::Kopeck => &KOPECK,
        Noun::Dollar => &DOLLAR,
        Noun::Cent | Noun::EuroCent => &CENT,
        Noun::Euro => &EURO,
        Noun::Day => &DAY,
        Noun::Hour => &HOUR,
        Noun::Minute => &MINUTE,
        Noun::Second => &SECOND,
    }
}

fn number(number: u64, gender: Gender, case: Case, out: &mut Vec<Word>) {
    if number == 0 {
        return push(out, &ONES, 0);
    }
    for (size, scale) in [(1_000_000_000, &BILLION), (1_000_000, &MILLION), (1000, &THOUSAND)] {
        let count = number / size % 1000;
        if count > 0 {
            below_thousand(count, scale.gender, case, out);
            out.push(scale.form(count, case));
        }
    }
    below_thousand(number % 1000, gender, case, out);
}

fn below_thousand(number: u64, gender: Gender, case: Case, out: &mut Vec<Word>) {
    let (hundreds, rest) = (number / 100, number % 100);
    let (tens, ones) = if rest < 20 { (0, rest) } else { (rest / 10, rest % 10) };
    if hundreds > 0 {
        push(out, &HUNDREDS, hundreds - 1);
    }
    if tens > 0 {
        push(out, &TENS, tens - 2);
    }
    match (ones, gender, case) {
        (0, _, _) => {}
        (1, Gender::Feminine, Case::Nominative) => out.push(ONE_FEMININE),
        (1, Gender::Feminine, Case::Accusative) => out.push(ONE_FEMININE_ACCUSATIVE),
        (2, Gender::Feminine, _) => out.push(TWO_FEMININE),
        (_, _, _) => push(out, &ONES, ones),
    }
}

/// One of two forms: after one (but not eleven), or after any other count.
fn singular_or_plural(count: u64, [one, other]: [Word; 2]) -> Word {
    if count % 10 == 1 && count % 100 != 11 { one } else { other }
}

fn month(date: Date) -> Word {
    MONTHS[usize::from(date.month().unsigned_abs().clamp(1, 12) - 1)]
}

impl Rules for Russian {
    fn marks(&self) -> &'static Marks {
        &MARKS
    }

    fn digits(&self) -> [Word; 10] {
        std::array::from_fn(|digit| ONES[digit])
    }

    fn cardinal(&self, count: u64, out: &mut Vec<Word>) {
        number(count, Gender::Masculine, Case::Nominative, out);
    }

    fn decimal(&self, whole: u64, fraction: &str, out: &mut Vec<Word>) {
        let parts = fraction.parse().ok().zip(FRACTIONS.get(fraction.len().wrapping_sub(1)));
        let Some((count, forms)) = parts else {
            self.cardinal(whole, out);
            out.push(COMMA);
            return push_digits(out, &self.digits(), fraction);
        };
        number(whole, Gender::Feminine, Case::Nominative, out);
        out.push(singular_or_plural(whole, WHOLE));
        number(count, Gender::Feminine, Case::Nominative, out);
        out.push(singular_or_plural(count, *forms));
    }

    fn counted(&self, count: u64, noun: Noun, case: Case, out: &mut Vec<Word>) {
        number(count, counted(noun).gender, case, out);
        out.push(self.noun(count, noun, case));
    }

    fn noun(&self, count: u64, noun: Noun, case: Case) -> Word {
        counted(noun).form(count, case)
    }

    fn money_join(&self) -> Option<Word> {
        None
    }

    fn date(&self, date: Date, out: &mut Vec<Word>) {
        push_day(out, &TENS, &DAYS, date);
        out.push(month(date));
    }

    fn time(&self, time: Time, out: &mut Vec<Word>) {
        self.counted(u64::from(time.hour().unsigned_abs()), Noun::Hour, Case::Nominative, out);
        if time.minute() > 0 {
            self.counted(u64::from(time.minute().unsigned_abs()), Noun::Minute, Case::Nominative, out);
        }
    }

    fn inventory(&self, kind: Kind) -> Vec<Word> {
        let feminine = [ONE_FEMININE, TWO_FEMININE];
        let below_thousand = || [&ONES[..], &TENS, &HUNDREDS].concat();
        let scales = || [BILLION.nominative(), MILLION.nominative(), THOUSAND.nominative()].concat();
        let money = || [&RUBLE, &KOPECK, &DOLLAR, &CENT, &EURO].map(Counted::nominative).concat();
        match kind {
            Kind::Bool => vec![MARKS.yes, MARKS.no],
            Kind::Number => [
                below_thousand(),
                feminine.to_vec(),
                scales(),
                WHOLE.to_vec(),
                FRACTIONS.concat(),
                vec![COMMA, MARKS.minus],
            ]
            .concat(),
            Kind::Digits => self.digits().to_vec(),
            Kind::Phone => [&self.digits()[..], &[MARKS.plus]].concat(),
            Kind::Money => {
                [below_thousand(), feminine.to_vec(), scales(), money(), vec![MARKS.minus]].concat()
            }
            Kind::Duration => [
                below_thousand(),
                vec![ONE_FEMININE_ACCUSATIVE, TWO_FEMININE],
                [&BILLION, &MILLION, &THOUSAND].map(Counted::accusative).concat(),
                [&DAY, &HOUR, &MINUTE, &SECOND].map(Counted::accusative).concat(),
            ]
            .concat(),
            Kind::Date => [&TENS[..1], &[TENS[1]], &DAYS, &MONTHS].concat(),
            Kind::Time => {
                [&ONES[..], &TENS[..4], &feminine, &HOUR.nominative(), &MINUTE.nominative()].concat()
            }
            Kind::List => vec![MARKS.and],
        }
    }

    fn separators(&self) -> Separators {
        Separators { decimal: ',', group: '\u{a0}' }
    }

    fn written_money(&self, number: &str, currency: &str) -> String {
        let sign = match currency {
            "RUB" => "₽",
            "USD" => "$",
            "EUR" => "€",
            letters => letters,
        };
        format!("{number}\u{a0}{sign}")
    }

    fn written_date(&self, date: Date) -> String {
        format!("{} {} {} г.", date.day(), month(date).text, date.year())
    }

    fn written_time(&self, time: Time) -> String {
        format!("{:02}:{:02}", time.hour(), time.minute())
    }
}
