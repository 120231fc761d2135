//! Files that are right, and files with every mistake that can be made.

use super::*;

fn words(text: &str) -> Result<Import, Vec<String>> {
    let mut vocabulary = Vocabulary::default();
    vocabulary.customer.insert("contract_end".into(), Type::Optional(Box::new(Type::Date)));
    let told = |errors: Vec<ImportError>| errors.iter().map(ImportError::to_string).collect();
    Import::read(text, &vocabulary, Some("RU")).map_err(told)
}

#[test]
fn a_line_is_a_customer_with_numbers_attributes_and_objects() {
    let file = "id,name,phones,language,pin,object:account,contract_end,visits:number\n\
                c1,Анна,8 (965) 629-57-19; +79656295719 ;+7 495 203-57-37,ru,4711,4081712345;4081712346,2027-01-31,3\n";
    let import = words(file).expect("a file without mistakes");
    let [row] = import.rows.as_slice() else { panic!("{import:?}") };
    let phones: Vec<&str> = row.customer.phones.iter().map(Phone::as_str).collect();
    assert_eq!(phones, ["+79656295719", "+74952035737"]);
    assert_eq!(row.customer.attributes["contract_end"].to_string(), "2027-01-31");
    assert_eq!(row.customer.attributes["visits"], Value::Number(3.into()));
    assert_eq!(row.objects[1], Object::keyed("account", "number", "4081712346", Some("c1".into())));
    assert_eq!(row.pin, Some(Secret::new("4711")));
}

#[test]
fn every_mistake_is_told_with_its_line_and_column() {
    let file = "id,name,phones,pin,object:account,contract_end\n\
                c1,Anna,12ab,47x1,1,soon\n\
                c1,,+79656295719,,1,\n\
                c3,Vera\n";
    let told = words(file).expect_err("a file with mistakes");
    assert_eq!(
        told,
        [
            "line 2, phones: `12ab` is no phone number in RU",
            "line 2, pin: a PIN has 4 to 12 digits and nothing else",
            "line 2, contract_end: `soon` is no date?",
            "line 3, id: `c1` is in line 2 already",
            "line 3, name: it is empty",
            "line 3, object:account: `1` is in line 2 already",
            "line 4: found 2 columns, expected 6",
        ]
    );
}

#[test]
fn a_header_is_checked_before_its_lines() {
    let told = words("id,phones,phones,born:day\nx\n").expect_err("a wrong header");
    assert_eq!(
        told,
        [
            "line 1, name: the column is missing",
            "line 1, phones: the column is there twice",
            "line 1, born:day: `day` is no type; use text, digits, number, money, date, time, phone or yes_no",
        ]
    );
}

#[test]
fn a_column_that_is_not_there_leaves_what_is_known() {
    let import = words("id,name,tariff\nc1,Anna Maria,\n").expect("a file without mistakes");
    let mut known = Customer::new("c1", "Anna");
    known.phones = vec![Phone::from_e164("+79656295719").expect("a number")];
    known.attributes = [("tariff".into(), Value::text("gold")), ("city".into(), Value::text("Kazan"))].into();
    let merged = import.merged(Some(known.clone()), &import.rows[0]);
    assert_eq!((&*merged.name, &merged.phones), ("Anna Maria", &known.phones));
    assert_eq!(merged.attributes.keys().map(|name| &**name).collect::<Vec<_>>(), ["city"]);
}
