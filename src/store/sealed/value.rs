//! One sealed value: base64 of its salt and of what was sealed, its JSON. Blanks behind the JSON round its length, which
//! would tell a short value from a long one.

use super::keys::{DataKey, DataKeys, SALT};
use crate::program::Value;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::aead::{Aad, LessSafeKey, Nonce};

const PURPOSE: &[u8] = b"callwright attribute";
/// What is sealed has a length that this divides.
const ROUND: usize = 32;

/// To what a value belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Place<'a> {
    /// The customer.
    pub customer: &'a str,
    /// Its field.
    pub field: &'a str,
}

impl Place<'_> {
    /// The same bytes for no other place.
    fn bytes(&self) -> Vec<u8> {
        format!("{}:{}:{}", self.customer.len(), self.customer, self.field).into_bytes()
    }
}

/// Seals a value with a salt that nothing else was sealed with.
pub(in crate::store) fn seal(
    key: &DataKey,
    salt: &[u8; SALT],
    place: Place<'_>,
    value: &Value,
) -> Option<String> {
    // A secret says its length alone to whoever writes it down; here its digits are what is kept.
    let mut text = match value {
        Value::Secret(secret) => serde_json::to_vec(&digits_or_text(secret.expose())),
        value => serde_json::to_vec(value),
    }
    .ok()?;
    text.resize(text.len().next_multiple_of(ROUND), b' ');
    let derived = key.derived(salt, PURPOSE)?;
    derived.seal_in_place_append_tag(nonce(), Aad::from(place.bytes()), &mut text).ok()?;
    Some(BASE64_STANDARD.encode([&salt[..], &text].concat()))
}

/// Opens a value that the key of this name sealed at this place; `None` where there is no such key, or where the value is
/// not what was sealed there.
pub(in crate::store) fn open(keys: &DataKeys, name: &str, place: Place<'_>, sealed: &str) -> Option<Value> {
    let bytes = BASE64_STANDARD.decode(sealed).ok()?;
    let (salt, text) = bytes.split_first_chunk::<SALT>()?;
    let derived: LessSafeKey = keys.named(name)?.derived(salt, PURPOSE)?;
    let mut text = text.to_vec();
    let text = derived.open_in_place(nonce(), Aad::from(place.bytes()), &mut text).ok()?;
    serde_json::from_slice(text).ok()
}

/// A derived key seals once.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn digits_or_text(text: &str) -> Value {
    match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Value::Digits(text.into()),
        false => Value::text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Secret;

    fn keys(letter: char) -> DataKeys {
        DataKeys::parse(&letter.to_string().repeat(64)).expect("a key")
    }

    fn sealed(value: &Value) -> (String, String) {
        let keys = keys('a');
        let key = keys.current().expect("a key");
        let sealed = seal(key, &[7; SALT], Place { customer: "c1", field: "passport" }, value);
        (key.name().to_owned(), sealed.expect("a sealed value"))
    }

    #[test]
    fn a_value_opens_where_it_was_sealed_and_nowhere_else() {
        let value = Value::Digits("4510123456".into());
        let (name, text) = sealed(&value);
        let open = |keys: &DataKeys, customer, field| open(keys, &name, Place { customer, field }, &text);
        assert_eq!(open(&keys('a'), "c1", "passport"), Some(value));
        assert_eq!(open(&keys('a'), "c2", "passport"), None);
        assert_eq!(open(&keys('a'), "c1", "visa"), None);
        assert_eq!(open(&keys('b'), "c1", "passport"), None);
    }

    #[test]
    fn whatever_is_changed_in_a_sealed_value_it_does_not_open() {
        let (name, text) = sealed(&Value::text("4510"));
        let bytes = BASE64_STANDARD.decode(&text).expect("base64");
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let place = Place { customer: "c1", field: "passport" };
            assert_eq!(
                open(&keys('a'), &name, place, &BASE64_STANDARD.encode(&changed)),
                None,
                "byte {index}"
            );
        }
        assert_eq!(open(&keys('a'), &name, Place { customer: "c1", field: "passport" }, "AAAA"), None);
    }

    #[test]
    fn short_values_are_as_long_as_each_other() {
        let lengths = ["1", "4510123456"].map(|digits| sealed(&Value::Digits(digits.into())).1.len());
        assert_eq!(lengths[0], lengths[1]);
    }

    #[test]
    fn a_secret_is_kept_as_its_digits() {
        let (name, text) = sealed(&Value::Secret(Secret::new("0042")));
        let place = Place { customer: "c1", field: "passport" };
        assert_eq!(open(&keys('a'), &name, place, &text), Some(Value::Digits("0042".into())));
    }
}
