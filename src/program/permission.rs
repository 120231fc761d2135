//! Whom a program may call: numbers that cost more than a call at home are refused unless the program allows them.

use super::number::{ShortCode, ShortCodes};
use super::party::Party;
use super::phone::{NumberKind, Phone};
use super::value::Text;
use std::collections::BTreeSet;
use thiserror::Error;

/// What a program allows beside calls within its own country.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Permission {
    /// Two letters of ISO 3166; without a country nothing is abroad.
    home: Option<Text>,
    short: ShortCodes,
    /// Numbers for which whoever calls pays more.
    pub premium: bool,
    /// Police, fire, ambulance.
    pub emergency: bool,
    /// Numbers of other countries.
    pub abroad: Abroad,
}

/// Which countries beside the own may be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Abroad {
    /// None.
    #[default]
    Nowhere,
    /// These, by their two letters.
    To(BTreeSet<Text>),
    /// All.
    Anywhere,
}

/// Why somebody may not be called.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Whoever calls pays more.
    #[error("{0} is a premium number, and the program does not allow those")]
    Premium(Phone),
    /// Another country's number.
    #[error("{0} is a number of {whose}, and the program does not allow calls there", whose = named(.1))]
    Abroad(Phone, &'static str),
    /// No country has it, or at least not the program's.
    #[error("{0} is no number of the program's country, and the program does not allow calls anywhere")]
    Unknown(Phone),
    /// It is dialled for help.
    #[error("{0} is an emergency number, and the program does not allow those")]
    Emergency(Phone),
}

/// A country's letters; numbers of the satellites and their like have none.
fn named(country: &str) -> &str {
    if country == "001" { "no country" } else { country }
}

impl Permission {
    /// Nothing beside calls at home. Behind the country an area may follow, as in `US 256`.
    pub fn at_home(country: Option<&str>) -> Permission {
        let home = country.and_then(|country| country.split(' ').next()).map(Text::from);
        Permission { home, short: ShortCodes::of(country), ..Permission::default() }
    }

    /// Whether the program may call somebody. Digits are looked at as the number that they dial; names and addresses are
    /// the deployment's, which has written down where they are.
    ///
    /// # Errors
    /// [`Refusal`] says why not.
    pub fn check(&self, party: &Party) -> Result<(), Refusal> {
        match party {
            Party::Phone(phone) => self.check_phone(phone),
            Party::Extension(digits) => self.check_digits(digits),
            // What looks like a number goes where numbers go.
            Party::Name(name) => {
                Phone::from_e164(name.trim()).map_or(Ok(()), |phone| self.check_phone(&phone))
            }
        }
    }

    fn check_digits(&self, digits: &str) -> Result<(), Refusal> {
        match Phone::parse(digits, self.home.as_deref()) {
            Some(phone) => self.check_phone(&phone),
            None => Ok(()),
        }
    }

    /// As [`Permission::check`], for a number.
    ///
    /// # Errors
    /// [`Refusal`] says why not.
    pub fn check_phone(&self, phone: &Phone) -> Result<(), Refusal> {
        if phone.is_short() {
            let help = self.short.get(phone.key()) == Some(ShortCode::Emergency);
            return if help && !self.emergency { Err(Refusal::Emergency(phone.clone())) } else { Ok(()) };
        }
        let found = phone.subscriber();
        if found.is_some_and(|found| found.kind == NumberKind::Premium) && !self.premium {
            return Err(Refusal::Premium(phone.clone()));
        }
        let Some(home) = &self.home else { return Ok(()) };
        match (found, &self.abroad) {
            (_, Abroad::Anywhere) => Ok(()),
            (Some(found), _) if found.country == &**home => Ok(()),
            // The numbers that are free in a plan of several countries are those of all of them.
            (Some(found), _) if found.kind == NumberKind::TollFree && phone.shares_code_with(home) => Ok(()),
            (Some(found), Abroad::To(countries)) if countries.contains(found.country) => Ok(()),
            (Some(found), _) => Err(Refusal::Abroad(phone.clone(), found.country)),
            (None, _) => Err(Refusal::Unknown(phone.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(permission: &Permission, number: &str) -> Option<&'static str> {
        let party = Party::of(&super::super::Value::Digits(number.into())).expect("a party");
        let party = Phone::from_e164(number).map_or(party, Party::Phone);
        permission.check(&party).err().map(|refusal| match refusal {
            Refusal::Premium(_) => "premium",
            Refusal::Abroad(_, country) => country,
            Refusal::Unknown(_) => "unknown",
            Refusal::Emergency(_) => "emergency",
        })
    }

    #[test]
    fn calls_stay_at_home_unless_the_program_says_more() {
        let us = Permission::at_home(Some("US 256"));
        for (number, wanted) in [
            ("+12125550100", None),
            ("+18003569377", None),
            ("+19005550100", Some("premium")),
            ("+14165550100", Some("CA")),
            ("+18765550100", Some("JM")),
            ("+442079460123", Some("GB")),
            ("+870773111632", Some("001")),
            ("+999123456", Some("unknown")),
            ("911", Some("emergency")),
            ("2001", None),
            ("011442079460123", Some("GB")),
        ] {
            assert_eq!(refused(&us, number), wanted, "{number}");
        }
    }

    #[test]
    fn what_the_program_allows_is_called() {
        let mut gb = Permission::at_home(Some("GB"));
        gb.abroad = Abroad::To(["DE".into(), "KZ".into()].into());
        assert_eq!(refused(&gb, "+4930123456"), None);
        assert_eq!(refused(&gb, "+77172123456"), None);
        assert_eq!(refused(&gb, "+78432035737"), Some("RU"));
        assert_eq!(refused(&gb, "+449098790000"), Some("premium"));
        (gb.abroad, gb.premium, gb.emergency) = (Abroad::Anywhere, true, true);
        for number in ["+78432035737", "+449098790000", "+870773111632", "999", "112"] {
            assert_eq!(refused(&gb, number), None, "{number}");
        }
    }

    #[test]
    fn without_a_country_nothing_is_abroad() {
        let any = Permission::at_home(None);
        assert_eq!(refused(&any, "+78432035737"), None);
        assert_eq!(refused(&any, "+19005550100"), Some("premium"));
        assert_eq!(refused(&any, "112"), Some("emergency"));
    }
}
