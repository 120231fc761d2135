//! Whose a number is: its country and its kind there, by libphonenumber's data.
//!
//! The data is a regular expression for each kind of each country. The library keeps the hundred that were used last,
//! and compiles an expression anew when it needs another; numbers from all over the world would make that a
//! compilation each. Here each is compiled once, when it is needed first, and has to cover the number as a whole.

use phonenumber::Metadata;
use phonenumber::metadata::{DATABASE, Descriptor};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

/// Whose a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// Two letters of ISO 3166; `001` for numbers that no country has, as +800 and the satellites'.
    pub country: &'static str,
    /// What kind of number.
    pub kind: NumberKind,
}

/// What kind of number it is, which says what a call to it may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NumberKind {
    /// A fixed line.
    Fixed,
    /// A mobile phone.
    Mobile,
    /// Either: its country does not tell them apart by number.
    FixedOrMobile,
    /// Whoever is called pays.
    TollFree,
    /// Whoever calls pays more, for a service.
    Premium,
    /// Both pay.
    SharedCost,
    /// A line over the Internet.
    Voip,
    /// It follows a person, and whoever calls pays for the way there: +44 70, +1 500.
    Personal,
    /// Any other: a pager, a company's, a voice mailbox.
    Other,
}

impl NumberKind {
    /// Whether whoever calls pays more than for a call to a fixed line: part of it goes to whoever is called, or to
    /// whoever sends them calls.
    pub fn costs_more(self) -> bool {
        match self {
            NumberKind::Premium | NumberKind::SharedCost | NumberKind::Personal => true,
            NumberKind::Fixed
            | NumberKind::Mobile
            | NumberKind::FixedOrMobile
            | NumberKind::TollFree
            | NumberKind::Voip
            | NumberKind::Other => false,
        }
    }
}

/// The numbers of one country.
pub(super) struct Plan {
    country: &'static str,
    data: &'static Metadata,
    leading: OnceLock<Option<Regex>>,
    general: OnceLock<Option<Regex>>,
    kinds: OnceLock<Vec<(NumberKind, Regex)>>,
}

/// By country code, the main country of a code first.
static PLANS: LazyLock<BTreeMap<u16, Vec<Plan>>> = LazyLock::new(|| {
    let plans = |code: u16| {
        let data = DATABASE.by_code(&code)?;
        Some((code, data.into_iter().map(Plan::of).collect()))
    };
    (1..=999).filter_map(plans).collect()
});

/// By country code, how many digits the numbers have, a bit each.
static LENGTHS: LazyLock<BTreeMap<u16, u16>> = LazyLock::new(|| {
    let lengths = |(code, plans): (&u16, &Vec<Plan>)| {
        let digits = code.to_string().len();
        let national =
            plans.iter().flat_map(|plan| descriptors(plan.data)).flat_map(|(_, kind)| kind.possible_length());
        let total = national.map(|count| usize::from(*count) + digits).filter(|count| *count <= 15);
        (*code, total.fold(0, |set, count| set | 1 << count))
    };
    PLANS.iter().map(lengths).collect()
});

/// How many digits the numbers of the country code have that these digits begin with, the code and all; a bit each.
pub(super) fn lengths(leading: &str) -> Option<u16> {
    let codes = (1..=3.min(leading.len())).filter_map(|count| leading.get(..count)?.parse().ok());
    codes.filter_map(|code: u16| LENGTHS.get(&code).copied()).find(|lengths| *lengths != 0)
}

/// Reads the data of all countries, which takes long enough to be heard. Whoever does not call this has it read with the
/// first number that is looked up.
pub fn load_numbering() {
    LazyLock::force(&PLANS);
    LazyLock::force(&LENGTHS);
}

/// The plans of all countries.
pub(super) fn all() -> impl Iterator<Item = &'static Plan> {
    PLANS.values().flatten()
}

/// The main country of the code with which digits begin, and what is behind the code.
pub(super) fn main_of(digits: &str) -> Option<(&'static Plan, &str)> {
    let (plans, national) = of_code(digits)?;
    Some((plans.first()?, national))
}

/// The countries of the code with which digits begin, and what is behind it. No country code is the beginning of another.
fn of_code(digits: &str) -> Option<(&'static [Plan], &str)> {
    (1..=3.min(digits.len())).find_map(|count| {
        let (code, national) = digits.split_at_checked(count)?;
        Some((PLANS.get(&code.parse().ok()?)?.as_slice(), national))
    })
}

/// Whose number this is, in normal form; `None` where no country has it.
pub(super) fn look_up(text: &str) -> Option<Subscriber> {
    let digits = text.strip_prefix('+').filter(|digits| digits.len() <= 15)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (plans, national) = of_code(digits)?;
    subscriber(plans, national)
}

fn subscriber(plans: &[Plan], national: &str) -> Option<Subscriber> {
    let alone = plans.len() == 1;
    plans.iter().find_map(|plan| match plan.leads(national) {
        // Leading digits say whose it is, even where that country has no such number.
        Some(true) => Some(plan.kind(national).map(|kind| plan.subscriber(kind))),
        Some(false) if !alone => None,
        Some(false) | None => plan.kind(national).map(|kind| Some(plan.subscriber(kind))),
    })?
}

impl Plan {
    fn of(data: &'static Metadata) -> Plan {
        let (leading, general, kinds) = Default::default();
        Plan { country: data.id(), data, leading, general, kinds }
    }

    /// Two letters of ISO 3166.
    pub fn country(&self) -> &'static str {
        self.country
    }

    /// What is known of it.
    pub fn data(&self) -> &'static Metadata {
        self.data
    }

    /// Whether a national number has the form of the country's numbers, be it given out or not.
    pub fn has_form(&self, national: &str) -> bool {
        self.general().is_some_and(|general| general.is_match(national))
    }

    fn general(&self) -> Option<&Regex> {
        self.general.get_or_init(|| whole(self.data.descriptors().general())).as_ref()
    }

    fn subscriber(&self, kind: NumberKind) -> Subscriber {
        Subscriber { country: self.country, kind }
    }

    /// Whether it begins as the numbers of this country do; `None` where that tells nothing.
    fn leads(&self, national: &str) -> Option<bool> {
        let leading = self.leading.get_or_init(|| {
            let text = self.data.leading_digits()?.as_str();
            Regex::new(&format!("(?x)^(?:{text})")).ok()
        });
        leading.as_ref().map(|leading| leading.is_match(national))
    }

    fn kind(&self, national: &str) -> Option<NumberKind> {
        if !self.has_form(national) {
            return None;
        }
        let kinds = self.kinds.get_or_init(|| kinds(self.data));
        let mut found = kinds.iter().filter(|(_, numbers)| numbers.is_match(national)).map(|(kind, _)| *kind);
        let first = found.next()?;
        let also_mobile = first == NumberKind::Fixed && found.any(|kind| kind == NumberKind::Mobile);
        Some(if also_mobile { NumberKind::FixedOrMobile } else { first })
    }
}

/// The kinds of a country's numbers; of a number that is of several, the first counts.
fn kinds(data: &Metadata) -> Vec<(NumberKind, Regex)> {
    descriptors(data).filter_map(|(kind, numbers)| Some((kind, whole(numbers)?))).collect()
}

fn descriptors(data: &Metadata) -> impl Iterator<Item = (NumberKind, &Descriptor)> {
    let of = data.descriptors();
    let all = [
        (NumberKind::Premium, of.premium_rate()),
        (NumberKind::TollFree, of.toll_free()),
        (NumberKind::SharedCost, of.shared_cost()),
        (NumberKind::Voip, of.voip()),
        (NumberKind::Personal, of.personal_number()),
        (NumberKind::Other, of.pager()),
        (NumberKind::Other, of.uan()),
        (NumberKind::Other, of.voicemail()),
        (NumberKind::Fixed, of.fixed_line()),
        (NumberKind::Mobile, of.mobile()),
    ];
    all.into_iter().filter_map(|(kind, numbers)| Some((kind, numbers?)))
}

/// The expression for a whole number. The data's own is right, so there always is one.
fn whole(numbers: &Descriptor) -> Option<Regex> {
    Regex::new(&format!("(?x)^(?:{})$", numbers.national_number().as_str())).ok()
}
