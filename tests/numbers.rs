//! Numbers: how they are read, what patterns cover, and which rule of a route takes them.

use callwright::language::{self, Compiled};
use callwright::program::{Caller, NumberKey, NumberPattern, NumberTable, PatternError, Phone};
use callwright::source::MemoryFiles;

mod routes;
mod running;
mod segments;

fn read(text: &str, country: &str) -> Option<String> {
    Phone::parse(text, Some(country)).map(|phone| phone.to_string())
}

fn pattern(text: &str) -> NumberPattern {
    NumberPattern::parse(text, None).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Whether a pattern covers digits, be they a number of some country or not.
fn covers(text: &str, digits: &str) -> bool {
    let table = NumberTable::new([(&pattern(text), ())]);
    let key = NumberKey::of(digits).unwrap_or_else(|| panic!("{digits} are digits"));
    table.find(key).is_some()
}

fn compile(route: &str, files: &[(&str, &str)]) -> Compiled {
    let script = format!(
        "program p {{ languages en\n country US\n default {{ hung_up {{ outcome abandoned }} }} }}\n\
         crm {{ outcomes done }}\n{route}\nflow go {{ outcome done; hangup }}\n"
    );
    let add = |all: MemoryFiles, (path, text): &(&str, &str)| all.with(path, text.as_bytes().to_vec());
    language::compile(&files.iter().fold(MemoryFiles::script(&script), add))
}

// ---------------------------------------------------------------- how numbers are read

#[test]
fn a_number_is_read_by_the_plan_of_its_line() {
    for (text, country, wanted) in [
        ("+390612345678", "RU", "+390612345678"),
        ("0039 06 1234 5678", "GB", "+390612345678"),
        ("+39 (0)6 1234 5678", "GB", "+390612345678"),
        ("011 44 20 7123 4567", "US", "+442071234567"),
        ("8 916 123-45-67", "RU", "+79161234567"),
        ("8 10 44 20 7123 4567", "RU", "+442071234567"),
        ("+1 (800) FLOWERS", "US", "+18003569377"),
        ("+44 (0)20 7946 0123", "GB", "+442079460123"),
        ("020 7946 0123", "GB", "+442079460123"),
        ("1 212 555 0100", "US", "+12125550100"),
        ("555-0142", "US 256", "+12565550142"),
    ] {
        assert_eq!(read(text, country).as_deref(), Some(wanted), "{text} in {country}");
    }
}

#[test]
fn a_zero_in_brackets_stays_where_the_number_has_it() {
    for (text, country, wanted) in [
        ("+39 (0)332 123456", "IT", "+390332123456"),
        ("+39 (0)332 123456", "DE", "+390332123456"),
        ("0039 (0)35 1234567", "DE", "+390351234567"),
        ("+39 ( 0 ) 6 1234 5678", "US", "+390612345678"),
        ("+49 (0)30 901820", "US", "+4930901820"),
        ("0049 (0)30 901820", "DE", "+4930901820"),
        ("(0)30 901820", "DE", "+4930901820"),
        ("+48 (0)22 123 45 67", "DE", "+48221234567"),
        ("+44(0)2079460123", "RU", "+442079460123"),
    ] {
        assert_eq!(read(text, country).as_deref(), Some(wanted), "{text} in {country}");
    }
    assert_eq!(read("+44 (0)(0)20 7946 0123", "GB"), None);
    assert_eq!(read("00(0)30 901820", "DE"), None);
}

#[test]
fn a_number_of_the_world_is_never_read_again_as_a_national_one() {
    for (text, country) in [
        ("0039 31234561461", "DE"),
        ("00 39 3123", "DE"),
        ("00656123422", "DE"),
        ("+656123422", "DE"),
        ("(+65) 6123422", "DE"),
        (".+65 6123422", "DE"),
        ("/+7 712345656", "KZ"),
        ("8101201555054", "US"),
        ("00 44 20 7946 0123", "US"),
        ("0112125550100", "US"),
        ("+89161234567", "RU"),
        ("007 916 1234567", "RU"),
    ] {
        assert_eq!(read(text, country), None, "{text} in {country}");
    }
    assert_eq!(read("001 212 555 0100", "DE").as_deref(), Some("+12125550100"));
    assert_eq!(read("8~10 44 20 7946 0123", "RU").as_deref(), Some("+442079460123"));
}

#[test]
fn only_a_prefix_that_the_country_dials_is_left_out() {
    for (text, country) in [
        ("02125550100", "US"),
        ("09002345137", "US"),
        ("0800123912", "ES"),
        ("03011234291", "RU"),
        ("0 22 123 45 67", "PL"),
        ("442079460123", "US"),
        ("88091234876", "CH"),
        ("80023456829", "RU"),
    ] {
        assert_eq!(read(text, country), None, "{text} in {country}");
    }
    for (text, country, wanted) in [
        ("78432035737", "RU", "+78432035737"),
        ("442079460123", "GB", "+442079460123"),
        ("8 916 123-45-67", "KZ", "+79161234567"),
        ("+44 020 7946 0123", "US", "+442079460123"),
        ("+7 (8) 916 123-45-67", "RU", "+79161234567"),
        ("011 15 2345 6789", "AR", "+5491123456789"),
        ("011 54 11 15 2345 6789", "US", "+5491123456789"),
    ] {
        assert_eq!(read(text, country).as_deref(), Some(wanted), "{text} in {country}");
    }
}

#[test]
fn short_numbers_are_read_with_what_stands_between_their_digits() {
    assert_eq!(read("9-1-1", "US").as_deref(), Some("911"));
    assert_eq!(read("116 123", "GB").as_deref(), Some("116123"));
    assert_eq!(read("tel:911", "US").as_deref(), Some("911"));
    assert_eq!(read("tel:90;phone-context=+81", "RU"), None);
    assert_eq!(read("tel:104;phone-context=+7", "RU").as_deref(), Some("104"));
}

#[test]
fn digits_of_every_script_are_digits() {
    for text in [
        "\u{ff0b}\u{ff14}\u{ff14} 20 7946 \u{ff10}123",
        "+\u{664}\u{664}\u{662}\u{660}\u{667}\u{669}\u{664}\u{666}\u{660}\u{661}\u{662}\u{663}",
        "+44\u{a0}20\u{2011}7946\u{2013}0123",
        "\u{202d}+44 20 7946 0123\u{202c}",
        "+44/20/7946-0123",
    ] {
        assert_eq!(read(text, "US").as_deref(), Some("+442079460123"), "{text}");
    }
    assert_eq!(read("\u{ff19}\u{ff11}\u{ff11}", "US").as_deref(), Some("911"));
}

#[test]
fn a_tel_address_is_read_with_its_context_and_without_its_extension() {
    for (text, wanted) in [
        ("tel:+44-20-7946-0123", "+442079460123"),
        ("tel:020 7946 0123;phone-context=+44", "+442079460123"),
        ("tel:20-7946-0123;ext=12;phone-context=+44", "+442079460123"),
        ("tel:7946-0123;phone-context=+44-20", "+442079460123"),
        ("TEL:(212) 555-0100;phone-context=example.com", "+12125550100"),
        ("tel:112;phone-context=+44", "112"),
        ("+44 20 7946 0123;ext=5", "+442079460123"),
        ("+44 20 7946 0123 x512", "+442079460123"),
        ("+44 20 7946 0123 ext. 512", "+442079460123"),
        ("(212) 555-0100#9", "+12125550100"),
        ("+7 916 123 45 67 доб. 12", "+79161234567"),
        ("+7 916 123-45-67, доб 5", "+79161234567"),
        ("+7 916 123-45-67 ДОБ.5", "+79161234567"),
        ("+48 22 123 45 67 wew. 3", "+48221234567"),
        ("+44 20 7946 0123, extension: 9", "+442079460123"),
    ] {
        assert_eq!(read(text, "US").as_deref(), Some(wanted), "{text}");
    }
}

#[test]
fn what_is_no_number_is_none() {
    for text in [
        "+1234567890123456",
        "+7 843",
        "+1 111 555 0100",
        "+0 123 456 789",
        "",
        "+",
        "tel:",
        "x12",
        "+x",
        "alice",
        "++12125550100",
        "2125550100;12125550101",
        "212 555 0100 / 0101",
        "2125550100,,123",
        "not212-555-0100",
    ] {
        assert_eq!(read(text, "US"), None, "{text}");
    }
}

#[test]
fn withheld_missing_and_invalid_are_three_things() {
    let at = |user: &str, host: &str| Caller::at(user, host, Some("RU"));
    assert_eq!(at("anonymous", "anonymous.invalid"), Caller::Withheld);
    assert_eq!(at("x81", "anonymous.invalid"), Caller::Withheld);
    assert_eq!(at("Restricted", "10.0.0.1"), Caller::Withheld);
    assert_eq!(Caller::parse("Anonymous@Anonymous.invalid", Some("RU")), Caller::Withheld);
    assert_eq!(at("", "10.0.0.1"), Caller::Missing);
    assert_eq!(at("Unavailable", "10.0.0.1"), Caller::Missing);
    assert_eq!(at("+", "10.0.0.1"), Caller::Missing);
    assert_eq!(at("+1234567890123456", ""), Caller::Invalid("+1234567890123456".into()));
}

// ---------------------------------------------------------------- what patterns cover

#[test]
fn classes_are_anchored_and_cover_one_digit_each() {
    assert!((2..=9).all(|digit| covers("N11", &format!("{digit}11"))));
    assert!(!covers("N11", "111") && !covers("N11", "011") && !covers("N11", "2111") && !covers("N11", "21"));
    assert!(covers("+1 NXX NXX XXXX", "+12125550100") && !covers("+1 NXX NXX XXXX", "+11125550100"));
    assert!(!covers("+1 NXX NXX XXXX", "12125550100"));
    // Letters of a class are no letters of a name, in plans with numbers of many lengths neither.
    assert!(covers("+49 30 9018XX", "+4930901820") && !covers("+49 30 9018XX", "+493090189"));
    assert!(covers("+39 06 69NX XXXX", "+390669234567"));
    assert!(covers("[1237-9]Z", "19") && !covers("[1237-9]Z", "49") && !covers("[1237-9]Z", "10"));
}

#[test]
fn an_open_end_takes_at_least_one_digit() {
    assert!(!covers("X...", "1") && covers("X...", "12") && covers("X...", "123456"));
    assert!(covers("+7 843 ...", "+78432035737") && !covers("+7 843 ...", "+7843"));
    assert!(!covers("+7 843 ...", "+74952035737") && !covers("+7 843 ...", "78432035737"));
    assert!(covers("+1 N ...", "+12125550100") && !covers("+1 N ...", "+11125550100"));
}

#[test]
fn a_range_has_both_its_ends_and_nothing_longer() {
    let range = "+7 843 203-57-08 .. +7 843 203-58-01";
    for (number, inside) in [
        ("+78432035707", false),
        ("+78432035708", true),
        ("+78432035799", true),
        ("+78432035801", true),
        ("+78432035802", false),
        ("+784320357080", false),
    ] {
        assert_eq!(covers(range, number), inside, "{number}");
    }
}

#[test]
fn a_pattern_that_is_none_says_why() {
    let error = |text: &str| NumberPattern::parse(text, Some("US")).expect_err(text);
    assert_eq!(error("+1 nxx 555 0100"), PatternError::NoNumber("+1 nxx 555 0100".into()));
    assert_eq!(error("+1 nXX 555 0100"), PatternError::SmallLetter('n'));
    assert_eq!(error("+1 [9-2]X"), PatternError::Set("9-2]".into()));
    assert_eq!(error("100 .. 20"), PatternError::Uneven);
    assert_eq!(error("+7 20 .. 720"), PatternError::Uneven);
    assert_eq!(error("200 .. 100"), PatternError::Backwards);
    assert_eq!(error("1234567 .. 1234569"), PatternError::NeedsPlus);
    assert_eq!(error("NXXNXXXXXX"), PatternError::NeedsPlus);
    assert_eq!(error("+1 XXX XXX XXX XXX XXX"), PatternError::TooLong(15));
    assert_eq!(error("..."), PatternError::NoNumber("...".into()));
}
