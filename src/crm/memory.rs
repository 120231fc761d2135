//! A CRM in memory, for the simulator's world and for tests: the same rules, no database, no hashes.

use super::{
    Attempt, Beginning, ByHand, Case, Customer, Ending, Identity, Interaction, Kept, Ledger, Lockout, Object,
    Posting, Proof, Update, Updated, Verdict, lookup_key, post,
};
use crate::program::{Caller, Entry, Record, Secret, Text, Trust, Value, forms};
use crate::time::Wall;
use std::collections::BTreeMap;
use std::convert::Infallible;

/// All that a CRM holds. The fields are open: a scenario fills them and looks into them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// Customers by id.
    pub customers: BTreeMap<Text, Customer>,
    /// Objects by kind and id.
    pub objects: BTreeMap<(Text, Text), Object>,
    /// PINs by customer, in plain.
    pub pins: BTreeMap<Text, Secret>,
    /// Counts of wrong attempts by customer.
    pub lockouts: BTreeMap<Text, Lockout>,
    /// Kept values by name and holder.
    pub kept: BTreeMap<(Text, Text), Kept>,
    /// What backends are told, in the order in which it was said.
    pub errands: Vec<Posting>,
    /// Hours set by hand, in the order in which they were.
    pub hours: Vec<ByHand>,
    /// Interactions by contact.
    pub interactions: BTreeMap<Text, Interaction>,
    /// Cases by number.
    pub cases: BTreeMap<u64, Case>,
}

impl Memory {
    /// Adds or replaces a customer; a missing PIN leaves the one that is there.
    pub fn add_customer(&mut self, customer: Customer, pin: Option<Secret>) {
        if let Some(pin) = pin {
            self.pins.insert(customer.id.clone(), pin);
        }
        self.customers.insert(customer.id.clone(), customer);
    }

    /// Adds or replaces an object.
    pub fn add_object(&mut self, object: Object) {
        self.objects.insert((object.kind.clone(), object.id.clone()), object);
    }

    /// Who calls from this number. A caller without a number is nobody.
    pub fn identify(&self, caller: &Caller) -> Identity<Record> {
        let Some(number) = caller.number() else { return Identity::None };
        let matches = self.customers.values().filter(|customer| customer.phones.contains(number));
        Identity::of_matches(matches).map(|customer| self.customer_record(customer, Trust::Claimed))
    }

    /// The object of a kind, or the `customer`, whose field has this value.
    pub fn find(&self, kind: &str, field: &str, key: &Value) -> Identity<Record> {
        let Some(key) = lookup_key(key) else { return Identity::None };
        let fits = |fields: &BTreeMap<Text, Value>| {
            fields.get(field).and_then(lookup_key).is_some_and(|value| value == key)
        };
        if kind == "customer" {
            let matches = self.customers.values().filter(|customer| fits(&customer.attributes));
            return Identity::of_matches(matches).map(|found| self.customer_record(found, Trust::Claimed));
        }
        let of_kind = self.objects.values().filter(|object| &*object.kind == kind);
        Identity::of_matches(of_kind.filter(|object| fits(&object.fields)))
            .map(|object| object.record(self.owner_record(object)))
    }

    /// Verifies a PIN and counts the attempt. An unknown customer, and one without a PIN, is told what a wrong PIN is.
    pub fn verify(&mut self, attempt: &Attempt<'_>) -> Verdict {
        let right = match attempt.proof {
            Proof::Pin => self.pins.get(attempt.customer) == Some(attempt.secret),
            Proof::Field(field) => self
                .customers
                .get(attempt.customer)
                .and_then(|customer| customer.attributes.get(field))
                .is_some_and(|value| forms(value).contains(attempt.secret)),
            Proof::Code(code) => code == Some(attempt.secret),
        };
        let lockout = self.lockouts.entry(attempt.customer.into()).or_default();
        match (lockout.check(attempt.now), right) {
            (Some(until), _) => Verdict::Locked { until },
            (None, true) => {
                // Who knows a field of the customer has not shown that the wrong PINs were the customer's own.
                if !matches!(attempt.proof, Proof::Field(_)) {
                    lockout.right();
                }
                Verdict::Right
            }
            (None, false) => lockout.wrong(attempt.now, &attempt.lock),
        }
    }

    /// What is kept under a name for somebody, and holds.
    pub fn recall(&self, name: &str, holder: &str, now: Wall) -> Option<Value> {
        let kept = self.kept.get(&(name.into(), holder.into()))?;
        kept.holds(now).then(|| kept.value.clone())
    }

    /// Changes a field of a customer or an object.
    pub fn update(&mut self, update: &Update<'_>) -> Updated {
        if let ("customer", "pin", Value::Secret(pin)) = (update.kind, update.field, update.value) {
            if !self.customers.contains_key(update.of) {
                return Updated::NoSuch;
            }
            self.pins.insert(update.of.into(), pin.clone());
            return Updated::Done;
        }
        let (field, value) = (Text::from(update.field), update.value.clone());
        let done = if update.kind == "customer" {
            self.customers.get_mut(update.of).map(|customer| customer.change(&field, value, update.seen))
        } else {
            self.objects.get_mut(&(update.kind.into(), update.of.into())).map(|object| {
                let unchanged = object.fields.get(&field).unwrap_or(&Value::None) == update.seen;
                if unchanged {
                    object.fields.insert(field, value);
                }
                unchanged
            })
        };
        match done {
            Some(true) => Updated::Done,
            Some(false) => Updated::Conflict,
            None => Updated::NoSuch,
        }
    }

    /// Gives an entry its effect; nothing if it had it already.
    pub fn apply(&mut self, posting: &Posting) {
        let Ok(()) = post(self, posting);
    }

    /// The same from its parts.
    pub fn write(&mut self, contact: &str, sequence: u64, entry: Entry, at: Wall) {
        self.apply(&Posting { contact: contact.into(), sequence, at, entry });
    }

    /// A contact begins. One that is known keeps what it told.
    pub fn begin_interaction(&mut self, beginning: Beginning) {
        let id = beginning.contact.clone();
        self.interactions
            .entry(id)
            .and_modify(|known| known.beginning = beginning.clone())
            .or_insert_with(|| Interaction::begin(beginning));
    }

    /// A contact ends. The first end counts.
    pub fn end_interaction(&mut self, contact: &str, ending: Ending) {
        let interaction = self
            .interactions
            .entry(contact.into())
            .or_insert_with(|| Interaction::begin(Beginning::unknown(contact, ending.at)));
        interaction.ending.get_or_insert(ending);
    }

    /// A customer as a flow sees it; `None` for an unknown id.
    pub fn customer(&self, id: &str, trust: Trust) -> Option<Record> {
        self.customers.get(id).map(|customer| self.customer_record(customer, trust))
    }

    fn customer_record(&self, customer: &Customer, trust: Trust) -> Record {
        let open = |case: &&Case| {
            case.customer.as_ref() == Some(&customer.id) && case.is_open_on(&customer.id, &case.topic)
        };
        customer.record(self.cases.values().rfind(open), trust)
    }

    fn owner_record(&self, object: &Object) -> Option<Record> {
        object.owner.as_ref().and_then(|owner| self.customer(owner, Trust::Claimed))
    }
}

impl Ledger for Memory {
    type Error = Infallible;

    fn interaction(&self, contact: &str) -> Result<Option<Interaction>, Infallible> {
        Ok(self.interactions.get(contact).cloned())
    }

    fn keep_interaction(&mut self, interaction: &Interaction) -> Result<(), Infallible> {
        self.interactions.insert(interaction.id().clone(), interaction.clone());
        Ok(())
    }

    fn cases_of_contact(&self, contact: &str) -> Result<Vec<Case>, Infallible> {
        let about = |case: &&Case| case.contacts().iter().any(|known| &***known == contact);
        Ok(self.cases.values().filter(about).cloned().collect())
    }

    fn open_case_on(&self, customer: &str, topic: &str) -> Result<Option<Case>, Infallible> {
        Ok(self.cases.values().rfind(|case| case.is_open_on(customer, topic)).cloned())
    }

    fn next_case(&self) -> Result<u64, Infallible> {
        Ok(self.cases.keys().next_back().map_or(1, |last| last + 1))
    }

    fn keep_case(&mut self, case: &Case) -> Result<(), Infallible> {
        self.cases.insert(case.id, case.clone());
        Ok(())
    }

    fn kept(&self, name: &str, holder: &str) -> Result<Option<Kept>, Infallible> {
        Ok(self.kept.get(&(name.into(), holder.into())).cloned())
    }

    fn keep(&mut self, name: &str, holder: &str, kept: &Kept) -> Result<(), Infallible> {
        self.kept.insert((name.into(), holder.into()), kept.clone());
        Ok(())
    }

    fn set_hours(&mut self, by_hand: &ByHand) -> Result<(), Infallible> {
        self.hours.push(by_hand.clone());
        Ok(())
    }

    fn errand(&mut self, posting: &Posting) -> Result<(), Infallible> {
        self.errands.push(posting.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crm::CaseState;
    use crate::program::verb::Lock;
    use crate::program::{CaseMode, Phone};
    use crate::time::DurationMs;

    fn bank() -> Memory {
        let mut memory = Memory::default();
        let phones = vec![Phone::from_e164("+79656295719").expect("a number")];
        let anna = Customer { phones, ..Customer::new("c1", "Анна") };
        memory.add_customer(anna, Some(Secret::new("4711")));
        memory.add_object(Object::keyed("account", "number", "4081712345", Some("c1".into())));
        memory
    }

    fn case(topic: &str, customer: Option<&str>) -> Entry {
        let customer = customer.map(Text::from);
        Entry::Case { mode: CaseMode::Auto, topic: topic.into(), customer, about: None }
    }

    fn resolved(topic: &str) -> Entry {
        Entry::Outcome { outcome: "resolved".into(), topic: Some(topic.into()) }
    }

    #[test]
    fn a_found_object_brings_its_owner() {
        let found = bank().find("account", "number", &Value::Digits("4081712345".into()));
        let Identity::One(account) = found else { panic!("{found:?}") };
        let Value::Record(owner) = account.field("owner") else { panic!("{account:?}") };
        assert_eq!(owner.field("name"), &Value::text("Анна"));
    }

    #[test]
    fn a_lock_holds_for_the_next_contact() {
        let mut bank = bank();
        let lock = Lock { after: 2, length: DurationMs(1000), by_day: false, counted: false };
        let mut say = |contact: &str, pin: &str, now: i64| {
            let secret = Secret::new(pin);
            bank.verify(&Attempt {
                customer: "c1",
                proof: Proof::Pin,
                secret: &secret,
                lock,
                contact,
                now: Wall(now),
            })
        };
        assert_eq!(say("call-1", "0000", 0), Verdict::Wrong { left: 1 });
        assert_eq!(say("call-1", "0001", 1), Verdict::Locked { until: Wall(1001) });
        assert_eq!(say("call-2", "4711", 2), Verdict::Locked { until: Wall(1001) });
        assert_eq!(say("call-3", "4711", 1001), Verdict::Right);
    }

    #[test]
    fn a_case_closes_whichever_of_case_and_outcome_is_said_first() {
        for entries in
            [[case("balance", None), resolved("balance")], [resolved("balance"), case("balance", None)]]
        {
            let mut bank = bank();
            for (index, entry) in entries.into_iter().enumerate() {
                bank.write("call-1", index as u64 + 1, entry, Wall(5));
            }
            assert_eq!(bank.cases[&1].state, CaseState::Closed);
            assert_eq!(bank.cases[&1].opened_by().map(|id| &**id), Some("call-1"));
        }
    }

    #[test]
    fn the_next_contact_joins_the_open_case_of_its_customer_and_of_nobody_else() {
        let mut bank = bank();
        bank.write("call-1", 1, case("modem", Some("c1")), Wall(1));
        bank.write("call-2", 1, case("modem", Some("c1")), Wall(2));
        bank.write("call-3", 1, case("modem", None), Wall(3));
        bank.write("call-4", 1, case("modem", None), Wall(4));
        let contacts: Vec<usize> = bank.cases.values().map(|case| case.contacts().len()).collect();
        assert_eq!(contacts, [2, 1, 1]);
    }

    #[test]
    fn an_entry_delivered_again_changes_nothing() {
        let mut bank = bank();
        bank.write("call-1", 1, case("modem", Some("c1")), Wall(1));
        let once = bank.clone();
        bank.write("call-1", 1, case("modem", Some("c1")), Wall(1));
        assert_eq!(bank, once);
    }

    #[test]
    fn a_case_of_nobody_belongs_to_whom_the_contact_turns_out_to_be() {
        let mut bank = bank();
        bank.write("call-1", 1, case("modem", None), Wall(1));
        bank.write("call-1", 2, Entry::Identity { customer: "c1".into(), verified: true }, Wall(2));
        assert_eq!(bank.cases[&1].customer.as_deref(), Some("c1"));
    }

    #[test]
    fn an_outcome_taken_back_reopens_the_case_that_it_closed() {
        let mut bank = bank();
        bank.write("call-1", 1, case("modem", None), Wall(1));
        bank.write("call-1", 2, resolved("modem"), Wall(2));
        let handed = Entry::Outcome { outcome: "handed_over".into(), topic: Some("modem".into()) };
        bank.write("call-1", 3, handed, Wall(3));
        assert_eq!((bank.cases[&1].state, bank.cases[&1].closed), (CaseState::Open, None));
    }
}
