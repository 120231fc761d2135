mod prompts;

use super::*;
use crate::program::{Form, Moment, Money, Phone, Record, Secret, Value, Zone};
use crate::time::DurationMs;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

fn said(value: Value, language: &str) -> String {
    said_as(value, "", language)
}

fn said_as(value: Value, form: &str, language: &str) -> String {
    let form = Form::parse(form).unwrap();
    words(&value, &form, language).map(|words| sentence(&words)).unwrap_or_else(|error| error.to_string())
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

fn money(text: &str) -> Value {
    Value::Money(Money::parse(text).unwrap())
}

fn length(seconds: u64) -> Value {
    Value::Duration(DurationMs::from_secs(seconds))
}

fn date(month: i8, day: i8) -> Value {
    Value::Date(jiff::civil::date(2028, month, day))
}

fn time(hour: i8, minute: i8) -> Value {
    Value::Time(jiff::civil::time(hour, minute, 0, 0))
}

/// Each pair is a value and what is said for it.
fn check(language: &str, pairs: &[(Value, &str)]) {
    for (value, expected) in pairs {
        assert_eq!(said(value.clone(), language), *expected, "{value} in {language}");
    }
}

#[test]
fn russian_numbers_have_gender_and_three_plurals() {
    check(
        "ru",
        &[
            (number("0"), "ноль"),
            (number("-0"), "ноль"),
            (number("1"), "один"),
            (number("2"), "два"),
            (number("21"), "двадцать один"),
            (number("100"), "сто"),
            (number("1000"), "одна тысяча"),
            (number("1001"), "одна тысяча один"),
            (number("2000"), "две тысячи"),
            (number("11000"), "одиннадцать тысяч"),
            (number("21000"), "двадцать одна тысяча"),
            (number("1000000"), "один миллион"),
            (number("2002002"), "два миллиона две тысячи два"),
            (number("5000000000"), "пять миллиардов"),
            (number("-42.00"), "минус сорок два"),
            (
                number("999999999999"),
                "девятьсот девяносто девять миллиардов девятьсот девяносто девять миллионов \
                 девятьсот девяносто девять тысяч девятьсот девяносто девять",
            ),
            (number("0.5"), "ноль целых пять десятых"),
            (number("1.01"), "одна целая одна сотая"),
            (number("-2.012"), "минус две целых двенадцать тысячных"),
            (number("11.110"), "одиннадцать целых одиннадцать сотых"),
            (number("3.1415"), "три запятая один четыре один пять"),
        ],
    );
}

#[test]
fn english_numbers_join_their_last_group() {
    check(
        "en",
        &[
            (number("0"), "zero"),
            (number("13"), "thirteen"),
            (number("21"), "twenty-one"),
            (number("100"), "one hundred"),
            (number("101"), "one hundred and one"),
            (number("1000"), "one thousand"),
            (number("1001"), "one thousand and one"),
            (number("2021"), "two thousand and twenty-one"),
            (number("21000"), "twenty-one thousand"),
            (number("1100"), "one thousand one hundred"),
            (number("110120"), "one hundred and ten thousand one hundred and twenty"),
            (number("1000000"), "one million"),
            (number("3000000001"), "three billion and one"),
            (number("-0.05"), "minus zero point zero five"),
            (number("2.50"), "two point five"),
        ],
    );
}

#[test]
fn russian_money_counts_rubles_and_kopecks() {
    check(
        "ru",
        &[
            (money("2021.00 RUB"), "две тысячи двадцать один рубль"),
            (money("1.01 RUB"), "один рубль одна копейка"),
            (money("0.05 RUB"), "пять копеек"),
            (money("0.00 RUB"), "ноль рублей"),
            (money("11.11 RUB"), "одиннадцать рублей одиннадцать копеек"),
            (money("22.22 RUB"), "двадцать два рубля двадцать две копейки"),
            (money("1000 RUB"), "одна тысяча рублей"),
            (money("112.14 RUB"), "сто двенадцать рублей четырнадцать копеек"),
            (money("-1.50 RUB"), "минус один рубль пятьдесят копеек"),
            (money("-0.01 RUB"), "минус одна копейка"),
            (money("-0.001 RUB"), "ноль рублей"),
            (money("0.995 RUB"), "один рубль"),
            (money("3.21 USD"), "три доллара двадцать один цент"),
            (money("1.00 USD"), "один доллар"),
            (money("5.02 EUR"), "пять евро два цента"),
            (money("1.00 JPY"), "there are no words for the currency `JPY`"),
        ],
    );
}

#[test]
fn english_money_joins_its_units() {
    check(
        "en",
        &[
            (money("2021.00 RUB"), "two thousand and twenty-one rubles"),
            (money("1.01 USD"), "one dollar and one cent"),
            (money("0.05 USD"), "five cents"),
            (money("11.11 RUB"), "eleven rubles and eleven kopecks"),
            (money("-1.00 EUR"), "minus one euro"),
            (money("0 EUR"), "zero euros"),
        ],
    );
}

#[test]
fn lengths_of_time_are_in_the_accusative_and_rounded_up() {
    check(
        "ru",
        &[
            (length(30 * 60), "тридцать минут"),
            (length(60), "одну минуту"),
            (length(120), "две минуты"),
            (length(21 * 60), "двадцать одну минуту"),
            (length(3600), "один час"),
            (length(90), "одну минуту тридцать секунд"),
            (length(0), "ноль секунд"),
            (Value::Duration(DurationMs(300)), "одну секунду"),
            (length(2 * 86_400 + 11 * 3600 + 1), "два дня одиннадцать часов одну секунду"),
            (length(1001 * 86_400), "одну тысячу один день"),
        ],
    );
    check(
        "en",
        &[
            (length(30 * 60), "thirty minutes"),
            (length(3600), "one hour"),
            (length(21 * 60), "twenty-one minutes"),
            (length(90), "one minute thirty seconds"),
            (length(0), "zero seconds"),
            (length(86_400), "one day"),
        ],
    );
}

#[test]
fn days_are_ordinals_with_their_month() {
    check(
        "ru",
        &[
            (date(11, 20), "двадцатое ноября"),
            (date(2, 29), "двадцать девятое февраля"),
            (date(3, 3), "третье марта"),
            (date(5, 31), "тридцать первое мая"),
            (date(6, 30), "тридцатое июня"),
        ],
    );
    check(
        "en",
        &[
            (date(11, 20), "the twentieth of November"),
            (date(1, 1), "the first of January"),
            (date(5, 31), "the thirty-first of May"),
            (date(8, 22), "the twenty-second of August"),
        ],
    );
}

#[test]
fn times_of_day_are_said_to_the_minute() {
    check(
        "ru",
        &[
            (time(9, 30), "девять часов тридцать минут"),
            (time(1, 1), "один час одна минута"),
            (time(0, 0), "ноль часов"),
            (time(21, 0), "двадцать один час"),
            (time(22, 42), "двадцать два часа сорок две минуты"),
        ],
    );
    check(
        "en",
        &[
            (time(9, 30), "nine thirty a.m."),
            (time(9, 0), "nine a.m."),
            (time(0, 5), "twelve oh five a.m."),
            (time(12, 45), "twelve forty-five p.m."),
            (time(23, 59), "eleven fifty-nine p.m."),
            (time(0, 0), "midnight"),
            (time(12, 0), "noon"),
        ],
    );
}

#[test]
fn digits_are_said_one_by_one_and_in_groups() {
    let phone = |text: &str| Value::Phone(Phone::from_e164(text).unwrap());
    check(
        "ru",
        &[
            (Value::Digits("0120".into()), "ноль один два ноль"),
            (Value::Digits("40817123".into()), "четыре ноль восемь один, семь один два три"),
            (phone("112"), "один один два"),
            (phone("+78432035737"), "плюс семь, восемь четыре три, два ноль три, пять семь, три семь"),
        ],
    );
    check(
        "en",
        &[
            (Value::Digits("007".into()), "zero zero seven"),
            (Value::Digits("12#".into()), "what should be said digit by digit is not made of digits"),
        ],
    );
}

#[test]
fn lists_and_answers_are_said() {
    let list = Value::List(Arc::from([number("1"), number("2"), number("3")]));
    check("ru", &[(list.clone(), "один, два и три"), (Value::Bool(true), "да")]);
    check("en", &[(list, "one, two and three"), (Value::Bool(false), "no")]);
}

#[test]
fn what_cannot_be_said_says_why() {
    let secret = Value::Secret(Secret::new("4711"));
    let record = Value::Record(Arc::new(Record::new("customer", "c1")));
    check(
        "en",
        &[
            (number("1000000000000000"), "a number beyond 999,999,999,999,999 is not spoken"),
            (Value::None, "a value of the kind `none` cannot be spoken from recordings"),
            (Value::text("Anna"), "a value of the kind `text` cannot be spoken from recordings"),
            (secret, "a value of the kind `secret` cannot be spoken from recordings"),
            (record, "a value of the kind `record` cannot be spoken from recordings"),
        ],
    );
    assert_eq!(said(number("1"), "xx"), "there are no rules for spoken values in the language `xx`");
}

/// Words and what they are worth, by somebody who knows nothing of the rules.
const RUSSIAN: &str = "ноль 0 один 1 одна 1 два 2 две 2 три 3 четыре 4 пять 5 шесть 6 семь 7 восемь 8 девять 9 \
    десять 10 одиннадцать 11 двенадцать 12 тринадцать 13 четырнадцать 14 пятнадцать 15 шестнадцать 16 \
    семнадцать 17 восемнадцать 18 девятнадцать 19 двадцать 20 тридцать 30 сорок 40 пятьдесят 50 шестьдесят 60 \
    семьдесят 70 восемьдесят 80 девяносто 90 сто 100 двести 200 триста 300 четыреста 400 пятьсот 500 \
    шестьсот 600 семьсот 700 восемьсот 800 девятьсот 900 тысяча 1000 тысячи 1000 тысяч 1000";
const ENGLISH: &str = "zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 \
    twelve 12 thirteen 13 fourteen 14 fifteen 15 sixteen 16 seventeen 17 eighteen 18 nineteen 19 twenty 20 \
    thirty 30 forty 40 fifty 50 sixty 60 seventy 70 eighty 80 ninety 90 hundred 100 thousand 1000 and 0";

fn read(sentence: &str, worth: &BTreeMap<&str, u64>) -> u64 {
    let (mut total, mut group) = (0, 0);
    for word in sentence.split([' ', '-']) {
        match worth[word] {
            1000 => (total, group) = (group * 1000, 0),
            100 if word == "hundred" => group *= 100,
            value => group += value,
        }
    }
    total + group
}

#[test]
fn every_number_to_ten_thousand_reads_back() {
    for (language, table) in [("ru", RUSSIAN), ("en", ENGLISH)] {
        let cells: Vec<&str> = table.split_whitespace().collect();
        let worth = cells.chunks(2).map(|pair| (pair[0], pair[1].parse().unwrap())).collect();
        for value in 0..10_000u64 {
            let sentence = said(Value::Number(value.into()), language);
            assert_eq!(read(&sentence, &worth), value, "{sentence}");
        }
    }
}

#[test]
fn no_two_numbers_sound_alike() {
    for language in LANGUAGES {
        let mut seen = BTreeSet::new();
        for value in (0..10_000u64).chain((10_000..10_000_000).step_by(9_973)) {
            let sentence = said(Value::Number(value.into()), language);
            assert!(seen.insert(sentence), "{value} sounds like another number in {language}");
        }
    }
}

#[test]
fn a_prompt_asks_for_gender_case_and_order() {
    let asked = [
        ("ru", "feminine", "1001", "одна тысяча одна"),
        ("ru", "genitive", "42", "сорока двух"),
        ("ru", "ordinal feminine accusative", "3", "третью"),
        ("ru", "ordinal genitive", "21", "двадцать первого"),
        ("pl", "feminine accusative", "1", "jedną"),
        ("pl", "ordinal", "123", "sto dwudziesty trzeci"),
        ("pl", "genitive", "22", "dwudziestu dwóch"),
        ("en", "ordinal", "101", "one hundred and first"),
        ("de", "", "1", "eins"),
        ("de", "masculine accusative", "1", "einen"),
        ("de", "ordinal", "17", "siebzehnte"),
        ("es", "masculine", "21", "veintiún"),
        ("es", "ordinal feminine", "3", "tercera"),
        ("es", "ordinal", "0.5", "cero coma cinco"),
    ];
    for (language, form, value, expected) in asked {
        assert_eq!(said_as(number(value), form, language), expected, "{value} {form} in {language}");
    }
}

#[test]
fn days_have_their_weekday_and_year_where_asked() {
    let day = || Value::Date(jiff::civil::date(2026, 5, 19));
    let asked = [
        ("ru", "weekday", "вторник, девятнадцатое мая"),
        ("ru", "weekday genitive year", "вторника, девятнадцатого мая две тысячи двадцать шестого года"),
        ("pl", "weekday accusative", "wtorek, dziewiętnastego maja"),
        ("pl", "year", "dziewiętnastego maja dwa tysiące dwudziestego szóstego roku"),
        ("en", "weekday year", "Tuesday the nineteenth of May twenty twenty-six"),
        ("de", "weekday", "Dienstag, den neunzehnten Mai"),
        ("de", "nominative year", "neunzehnte Mai zweitausendsechsundzwanzig"),
        ("es", "weekday year", "el martes diecinueve de mayo de dos mil veintiséis"),
    ];
    for (language, form, expected) in asked {
        assert_eq!(said_as(day(), form, language), expected, "{form} in {language}");
    }
}

#[test]
fn every_language_speaks_the_currencies() {
    let asked = [
        ("pl", "22.03 PLN", "dwadzieścia dwa złote trzy grosze"),
        ("pl", "1.01 GBP", "jeden funt jeden pens"),
        ("de", "21.02 EUR", "einundzwanzig Euro und zwei Cent"),
        ("de", "101 CHF", "einhundertein Franken"),
        ("es", "21 EUR", "veintiún euros"),
        ("es", "200001.50 GBP", "doscientas mil una libras con cincuenta peniques"),
        ("es", "2000000 USD", "dos millones de dólares"),
        ("ru", "2.22 PLN", "два злотых двадцать два гроша"),
        ("en", "5.01 GBP", "five pounds and one penny"),
    ];
    for (language, value, expected) in asked {
        assert_eq!(said(money(value), language), expected);
    }
}

#[test]
fn times_of_day_are_said_as_people_do() {
    let asked = [
        ("pl", 9, 30, "dziewiąta trzydzieści"),
        ("pl", 0, 5, "zero zero pięć"),
        ("de", 1, 0, "ein Uhr"),
        ("de", 21, 1, "einundzwanzig Uhr eins"),
        ("es", 13, 15, "la una y quince de la tarde"),
        ("es", 0, 0, "las doce de la noche"),
    ];
    for (language, hour, minute, expected) in asked {
        assert_eq!(said(time(hour, minute), language), expected);
    }
    assert_eq!(said_as(time(9, 0), "genitive", "ru"), "девяти часов");
    assert_eq!(said_as(time(18, 0), "genitive", "pl"), "osiemnastej");
}

/// How the ninth hour so many days after a Friday is said.
#[test]
fn a_moment_is_near_in_every_language() {
    let zone = Zone::new("Europe/Madrid").unwrap();
    let day = |days: i8| jiff::civil::date(2026, 5, 15 + days);
    let at = |days: i8| Moment::of(day(days), jiff::civil::time(9, 0, 0, 0), &zone).unwrap();
    let seen = |days: i8| Value::Moment(at(days).seen_at(at(0).at));
    let asked = [
        ("ru", 0, "сегодня в девять часов"),
        ("ru", 4, "во вторник в девять часов"),
        ("en", 1, "tomorrow at nine a.m."),
        ("en", 7, "on the twenty-second of May at nine a.m."),
        ("pl", 1, "jutro o dziewiątej"),
        ("pl", 4, "we wtorek o dziewiątej"),
        ("pl", 5, "w środę o dziewiątej"),
        ("pl", 7, "dwudziestego drugiego maja o dziewiątej"),
        ("de", 0, "heute um neun Uhr"),
        ("de", 3, "am Montag um neun Uhr"),
        ("de", 7, "am zweiundzwanzigsten Mai um neun Uhr"),
        ("es", 1, "mañana a las nueve de la mañana"),
        ("es", 3, "el lunes a las nueve de la mañana"),
        ("es", 7, "el veintidós de mayo a las nueve de la mañana"),
    ];
    for (language, days, expected) in asked {
        assert_eq!(said_as(seen(days), "near", language), expected);
    }
    let near = Form::parse("near").unwrap();
    let lines = ["pl", "de", "es"].map(|language| written(&seen(4), &near, language));
    assert_eq!(lines, ["we wtorek o 09:00", "am Dienstag um 09:00", "el martes a las 9:00"]);
}
