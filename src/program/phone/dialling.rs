//! How a country dials: the digits before a number of another country, and the national prefix.

use super::plan::{self, Plan};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

/// How one country dials.
pub(super) struct Dialling {
    plan: &'static Plan,
    prefixes: &'static Prefixes,
}

/// The expressions of a country, each compiled when it is needed first.
#[derive(Default)]
struct Prefixes {
    international: OnceLock<Option<Regex>>,
    national: OnceLock<Option<Regex>>,
}

static PREFIXES: LazyLock<BTreeMap<&'static str, (&'static Plan, Prefixes)>> =
    LazyLock::new(|| plan::all().map(|plan| (plan.country(), (plan, Prefixes::default()))).collect());

impl Dialling {
    /// Of a country, by its two letters.
    pub fn of(country: &str) -> Option<Dialling> {
        PREFIXES.get(country).map(|(plan, prefixes)| Dialling { plan, prefixes })
    }

    /// Of the main country of the code with which digits begin, and the digits behind the code.
    pub fn of_number(digits: &str) -> Option<(Dialling, &str)> {
        let (plan, national) = plan::main_of(digits)?;
        Some((Dialling::of(plan.country())?, national))
    }

    /// The country's code.
    pub fn code(&self) -> u16 {
        self.plan.data().country_code()
    }

    /// What follows the digits that the country dials before the numbers of others: `44…` of `01144…` in America.
    pub fn behind_international_prefix<'d>(&self, digits: &'d str) -> Option<&'d str> {
        let prefix = self.prefixes.international.get_or_init(|| {
            let text = self.plan.data().international_prefix()?.as_str();
            Regex::new(&format!("(?x)^(?:{text})")).ok()
        });
        let found = prefix.as_ref()?.find(digits)?;
        digits.get(found.end()..)
    }

    /// A national number without its national prefix, as the country's data says how that is found. `None` where there
    /// is none: it has no such prefix, or the number is one as it stands and would be none without.
    pub fn without_prefix(&self, national: &str) -> Option<String> {
        let data = self.plan.data();
        let prefix = self.prefixes.national.get_or_init(|| {
            let text = data.national_prefix_for_parsing().map(|text| text.as_str());
            Regex::new(&format!("(?x)^(?:{})", text.or(data.national_prefix())?)).ok()
        });
        let found = prefix.as_ref()?.captures(national)?;
        let last = found.len() - 1;
        let behind = &national[found.get(0)?.end()..];
        let rest = match data.national_prefix_transform_rule().filter(|rule| !rule.is_empty()) {
            Some(rule) if found.get(last).is_some() => {
                let group = |at: usize| found.get(at).map_or("", |group| group.as_str());
                transformed(rule, group) + behind
            }
            Some(_) | None => behind.to_owned(),
        };
        let is_lost = self.plan.has_form(national) && !self.plan.has_form(&rest);
        (!is_lost && rest != national).then_some(rest)
    }
}

/// A rule such as `9$1` with its groups put in.
fn transformed<'g>(rule: &str, group: impl Fn(usize) -> &'g str) -> String {
    let mut text = String::new();
    let mut signs = rule.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '$' => {
                let at = signs.next().and_then(|digit| digit.to_digit(10));
                text.push_str(group(at.unwrap_or(0) as usize));
            }
            other => text.push(other),
        }
    }
    text
}
