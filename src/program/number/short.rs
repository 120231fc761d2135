//! Numbers that are dialled for help, and services that a whole region reaches by the same few digits.
//!
//! They are no numbers of E.164 and belong to nobody's numbering: no pattern covers them, and no rule without a target.
//! Only a rule that names them does. Others cost more than a call within the country, and are refused as such numbers are.

use super::key::NumberKey;
use super::pattern::NumberPattern;
use super::shape::Shapes;
use super::short_table::{COST_MORE, EMERGENCY, MORE_EMERGENCY, SERVICES};
use crate::program::phone::HELP;

/// What a short code of a country's plan is for. Any other is the house's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortCode {
    /// Police, fire, ambulance.
    Emergency,
    /// 211 to 811 in the North American plan, 116 000 to 116 999 in Europe, crisis lines.
    Service,
}

/// The short codes of a country's plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShortCodes {
    emergency: Vec<NumberKey>,
    services: Shapes,
    cost_more: Shapes,
}

impl ShortCodes {
    /// Those of a country by its two letters; behind a blank an area may follow, as in `US 256`.
    pub fn of(country: Option<&str>) -> ShortCodes {
        let country = country.and_then(|country| country.split(' ').next());
        let own = |table: &'static [(&str, &str)]| {
            let is_there = move |countries: &str| countries.split(' ').any(|known| Some(known) == country);
            let rows = table.iter().filter(move |(countries, _)| is_there(countries));
            rows.flat_map(|(_, numbers)| numbers.split(' '))
        };
        let help = HELP.into_iter().chain(own(EMERGENCY)).chain(own(MORE_EMERGENCY));
        let mut emergency: Vec<NumberKey> = help.filter_map(NumberKey::of).collect();
        emergency.sort();
        ShortCodes { emergency, services: shapes(own(SERVICES)), cost_more: shapes(own(COST_MORE)) }
    }

    /// What a number is for, where the plan says so.
    pub fn get(&self, key: NumberKey) -> Option<ShortCode> {
        if key.is_international() {
            return None;
        }
        match self.emergency.binary_search(&key) {
            Ok(_) => Some(ShortCode::Emergency),
            Err(_) => self.services.has(key).then_some(ShortCode::Service),
        }
    }

    /// Whether a call to a number costs more than one within the country.
    pub fn costs_more(&self, key: NumberKey) -> bool {
        self.cost_more.has(key)
    }

    /// All that [`ShortCodes::get`] knows.
    pub fn shapes(&self) -> Shapes {
        let emergency = self.emergency.iter().map(|key| Shapes::exact(*key));
        emergency.fold(self.services.clone(), Shapes::and)
    }
}

/// The numbers of patterns that a table has.
fn shapes<'t>(patterns: impl Iterator<Item = &'t str>) -> Shapes {
    let patterns = patterns.filter_map(|text| NumberPattern::parse(text, None).ok());
    patterns.map(|pattern| pattern.shapes()).fold(Shapes::default(), Shapes::and)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(number: &str, country: Option<&str>) -> Option<ShortCode> {
        ShortCodes::of(country).get(NumberKey::of(number)?)
    }

    #[test]
    fn help_is_reached_by_112_from_any_plan() {
        for country in [None, Some("RU"), Some("US 256"), Some("GB"), Some("JP"), Some("??")] {
            assert_eq!(get("112", country), Some(ShortCode::Emergency), "{country:?}");
        }
        assert_eq!(get("999", Some("GB")), Some(ShortCode::Emergency));
        assert_eq!(get("999", Some("RU")), None);
    }

    #[test]
    fn services_are_those_of_the_region() {
        assert_eq!(get("411", Some("CA")), Some(ShortCode::Service));
        assert_eq!(get("411", Some("DE")), None);
        assert_eq!(get("116117", Some("DE")), Some(ShortCode::Service));
        assert_eq!(get("116117", Some("US")), None);
        assert_eq!(get("100", Some("RU")), None);
        assert_eq!(get("988", Some("US 256")), Some(ShortCode::Service));
        assert_eq!(get("091", Some("ES")), Some(ShortCode::Emergency));
    }

    #[test]
    fn every_row_is_read_and_no_number_for_help_costs_more() {
        let rows = |table: &'static [(&str, &str)]| table.iter().flat_map(|(_, numbers)| numbers.split(' '));
        for text in rows(EMERGENCY).chain(rows(MORE_EMERGENCY)) {
            assert!(NumberKey::of(text).is_some(), "{text}");
        }
        for text in rows(SERVICES).chain(rows(COST_MORE)) {
            assert!(NumberPattern::parse(text, None).is_ok(), "{text}");
        }
        for country in EMERGENCY.iter().chain(COST_MORE).flat_map(|(countries, _)| countries.split(' ')) {
            let codes = ShortCodes::of(Some(country));
            let dear = codes.emergency.iter().find(|key| codes.costs_more(**key));
            assert_eq!(dear, None, "{country}");
        }
    }
}
