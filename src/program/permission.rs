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
    /// The same, with the area behind it where there is one.
    plan: Option<Text>,
    short: ShortCodes,
    /// Numbers for which whoever calls pays more: premium, shared cost, personal, and short ones of that kind.
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
    /// It is dialled, but is no number in the program's country, and no extension.
    #[error("`{0}` is no phone number, and no extension")]
    NoNumber(Text),
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
        let plan = country.map(Text::from);
        Permission { home, plan, short: ShortCodes::of(country), ..Permission::default() }
    }

    /// Whether the program may call somebody. Digits are looked at as the number that they dial, and so is a text of
    /// digits; six of them or fewer may be an extension. Names and addresses are the deployment's, which has written
    /// down where they are.
    ///
    /// # Errors
    /// [`Refusal`] says why not.
    pub fn check(&self, party: &Party) -> Result<(), Refusal> {
        match (party, party.dialled()) {
            (Party::Phone(phone), _) => self.check_phone(phone),
            (Party::Extension(_) | Party::Name(_), Some(digits)) => self.check_digits(&digits),
            (Party::Extension(_) | Party::Name(_), None) => Ok(()),
        }
    }

    fn check_digits(&self, digits: &Text) -> Result<(), Refusal> {
        let number = Phone::parse(digits, self.plan.as_deref()).or_else(|| Phone::from_e164(digits));
        match number {
            Some(phone) => self.check_phone(&phone),
            None if digits.starts_with('+') => Err(Refusal::NoNumber(digits.clone())),
            // One digit, or digits that without a country are not known to be none.
            None if digits.len() == 1 || self.plan.is_none() => Ok(()),
            None => Err(Refusal::NoNumber(digits.clone())),
        }
    }

    /// As [`Permission::check`], for a number.
    ///
    /// # Errors
    /// [`Refusal`] says why not.
    pub fn check_phone(&self, phone: &Phone) -> Result<(), Refusal> {
        if phone.is_short() {
            return self.check_short(phone);
        }
        let found = phone.subscriber();
        if found.is_some_and(|found| found.kind.costs_more()) && !self.premium {
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

    fn check_short(&self, phone: &Phone) -> Result<(), Refusal> {
        match self.short.get(phone.key()) {
            Some(ShortCode::Emergency) if !self.emergency => Err(Refusal::Emergency(phone.clone())),
            Some(ShortCode::Emergency) => Ok(()),
            Some(ShortCode::Service) | None if self.short.costs_more(phone.key()) && !self.premium => {
                Err(Refusal::Premium(phone.clone()))
            }
            Some(ShortCode::Service) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(permission: &Permission, number: &str) -> Option<&'static str> {
        let digits = Party::of(&super::super::Value::Digits(number.into())).expect("a party");
        let party = Phone::from_e164(number).map_or(digits, Party::Phone);
        let quoted = Party::of(&super::super::Value::text(number)).expect("a party");
        assert_eq!(permission.check(&quoted), permission.check(&party), "{number}");
        permission.check(&party).err().map(|refusal| match refusal {
            Refusal::Premium(_) => "premium",
            Refusal::Abroad(_, country) => country,
            Refusal::Unknown(_) => "unknown",
            Refusal::Emergency(_) => "emergency",
            Refusal::NoNumber(_) => "no number",
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
            ("411", Some("premium")),
            ("211", None),
            ("988", None),
            ("5550142", None),
            ("9011442079460123", Some("no number")),
            ("+15003456789", Some("premium")),
            ("7", None),
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
    fn whatever_costs_more_is_premium() {
        for (country, number) in [
            ("GB", "+447012345678"),
            ("GB", "118500"),
            ("DE", "+491371234567"),
            ("DE", "+4918012345"),
            ("DE", "11833"),
            ("ES", "11811"),
            ("CH", "1811"),
            ("FR", "3201"),
        ] {
            let mut permission = Permission::at_home(Some(country));
            assert_eq!(refused(&permission, number), Some("premium"), "{number}");
            permission.premium = true;
            assert_eq!(refused(&permission, number), None, "{number}");
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
