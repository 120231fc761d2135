//! For which numbers a certificate may sign: its TNAuthList (RFC 8226 §9).

use x509_cert::der::asn1::{AnyRef, Ia5StringRef};
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Decode, Tag};

/// `id-pe-TNAuthList`.
pub(super) const TN_AUTH_LIST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.26");

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A carrier by its code; which numbers are the carrier's the certificate does not say.
    Carrier,
    /// Numbers of one length, from `first` on.
    Range { first: String, count: u64 },
    /// One number.
    One(String),
}

impl Entry {
    /// All entries of the extension's value; `None` if it is no such list, or an empty one.
    pub fn list(value: &[u8]) -> Option<Vec<Entry>> {
        let entries = Vec::<AnyRef<'_>>::from_der(value).ok()?;
        let entries: Option<Vec<Entry>> = entries.into_iter().map(Entry::read).collect();
        entries.filter(|entries| !entries.is_empty())
    }

    /// The module's tags are explicit: within `[n]` stands the whole value.
    fn read(entry: AnyRef<'_>) -> Option<Entry> {
        let Tag::ContextSpecific { number, constructed: true } = x509_cert::der::Tagged::tag(&entry) else {
            return None;
        };
        match number.value() {
            0 => Ia5StringRef::from_der(entry.value()).ok().map(|_| Entry::Carrier),
            1 => range(entry.value()),
            2 => Ia5StringRef::from_der(entry.value()).ok().map(|one| Entry::One(one.as_str().to_owned())),
            _ => None,
        }
    }

    /// Whether it is for a number in canonical form.
    pub fn holds(&self, number: &str) -> bool {
        match self {
            Entry::Carrier => true,
            Entry::One(one) => one == number,
            Entry::Range { first, count } => {
                let both = first.parse::<u128>().ok().zip(number.parse::<u128>().ok());
                first.len() == number.len()
                    && both.is_some_and(|(first, number)| {
                        number.checked_sub(first).is_some_and(|offset| offset < u128::from(*count))
                    })
            }
        }
    }
}

fn range(value: &[u8]) -> Option<Entry> {
    let parts = Vec::<AnyRef<'_>>::from_der(value).ok()?;
    let first = parts.first()?.decode_as::<Ia5StringRef<'_>>().ok()?.as_str().to_owned();
    let count = parts.get(1)?.decode_as::<u64>().ok()?;
    Some(Entry::Range { first, count })
}
