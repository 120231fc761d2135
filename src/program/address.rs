//! Addresses of people where they have no number: of e-mail, and names on text channels.

use super::phone::Caller;
use super::value::Text;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An address in normal form: `anna@example.com`, `telegram:anna`, `anna`. Compared exactly.
///
/// Case does not count, also before the `@` of e-mail, where RFC 5321 §2.4 would let it: no provider that people use
/// tells two boxes apart by it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Address(Text);

impl Address {
    /// The longest address of e-mail (RFC 5321 §4.5.3.1.3, without its brackets); names are held to it as well.
    pub const LONGEST: usize = 254;

    /// Reads an address as people and headers write it: `Anna <Anna@Example.com>`, `mailto:anna@example.com`, `@anna`,
    /// `telegram:@anna`. `None` for what can be neither: nothing, blanks within, no domain behind the `@`.
    pub fn parse(text: &str) -> Option<Address> {
        let text = text.trim();
        let inner = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'));
        let bare = inner.map_or(text, |(_, inner)| inner).trim().to_lowercase();
        let bare = bare.strip_prefix("mailto:").unwrap_or(&bare);
        let normal = match bare.split_once(':') {
            Some((service, name)) => format!("{}:{}", service.trim(), name.trim().trim_start_matches('@')),
            None => bare.trim_start_matches('@').to_owned(),
        };
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;\"".contains(c);
        let fits = normal.len() <= Address::LONGEST && normal.chars().all(plain);
        (fits && is_address(&normal)).then(|| Address(normal.into()))
    }

    /// Where a caller writes from who has no number: what the network shows. A caller that is withheld or missing has none.
    pub fn of(caller: &Caller) -> Option<Address> {
        match caller {
            Caller::Invalid(text) => Address::parse(text),
            Caller::Number(_) | Caller::Withheld | Caller::Missing => None,
        }
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A box at a domain, a name at a service, or a name alone.
fn is_address(normal: &str) -> bool {
    let named = |name: &str| name.chars().any(char::is_alphanumeric);
    match (normal.rsplit_once('@'), normal.split_once(':')) {
        (Some((local, domain)), _) => !local.is_empty() && named(domain) && !domain.contains(':'),
        (None, Some((service, name))) => named(service) && named(name) && !name.contains(':'),
        (None, None) => named(normal),
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> Option<String> {
        Address::parse(text).map(|address| address.to_string())
    }

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        for text in [
            "anna@example.com",
            " Anna@Example.COM ",
            "Anna K. <anna@example.com>",
            "mailto:Anna@example.com",
        ] {
            assert_eq!(normal(text).as_deref(), Some("anna@example.com"), "{text}");
        }
        for text in ["telegram:anna", "Telegram:@Anna", "telegram: anna"] {
            assert_eq!(normal(text).as_deref(), Some("telegram:anna"), "{text}");
        }
        assert_eq!((normal("@anna"), normal("Анна")), (Some("anna".into()), Some("анна".into())));
    }

    #[test]
    fn what_is_no_address_is_none() {
        for text in
            ["", "  ", "@", "anna@", "anna karenina", "a,b@example.com", "telegram:", "<>", "anna@x:y"]
        {
            assert_eq!(normal(text), None, "{text}");
        }
        assert_eq!(normal(&"a".repeat(255)), None);
    }

    #[test]
    fn whoever_is_withheld_has_no_address() {
        assert_eq!(Address::of(&Caller::Withheld), None);
        assert_eq!(Address::of(&Caller::parse("anonymous@anonymous.invalid", None)), None);
        let anna = Address::of(&Caller::parse("Anna@example.com", None));
        assert_eq!(anna.map(|address| address.to_string()).as_deref(), Some("anna@example.com"));
    }
}
