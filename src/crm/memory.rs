//! A CRM in memory, for the simulator's world and for tests: the same rules, no database, no hashes.

use super::{
    Act, ActError, Attempt, Beginning, ByHand, Case, Customer, Ending, Identity, Interaction, Kept, Ledger,
    Lockout, Merge, MergeError, Object, Posting, Proof, Recent, Tally, Update, Updated, Verdict, caller_key,
    lookup_key, post, standing,
};
use crate::program::{Address, Caller, Entry, Record, Secret, Text, Trust, Value, forms};
use crate::time::Wall;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// All that a CRM holds. The fields are open: a scenario fills them and looks into them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// Attributes that no flow is shown.
    pub sensitive: BTreeSet<Text>,
    /// Customers by id.
    pub customers: BTreeMap<Text, Customer>,
    /// Objects by kind and id.
    pub objects: BTreeMap<(Text, Text), Object>,
    /// PINs by customer, in plain.
    pub pins: BTreeMap<Text, Secret>,
    /// Passphrases by customer, in plain and in their one form.
    pub passphrases: BTreeMap<Text, Secret>,
    /// Counts of wrong attempts by customer, and by caller behind [`super::CALLER`].
    pub lockouts: BTreeMap<Text, Lockout>,
    /// Kept values by name and holder.
    pub kept: BTreeMap<(Text, Text), Kept>,
    /// What backends are told and people are sent, in the order in which it was said.
    pub errands: Vec<Posting>,
    /// Hours set by hand, in the order in which they were.
    pub hours: Vec<ByHand>,
    /// Interactions by contact.
    pub interactions: BTreeMap<Text, Interaction>,
    /// Cases by number.
    pub cases: BTreeMap<u64, Case>,
    /// Merges and their ends, in the order in which they were said.
    pub merges: Vec<Merge>,
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

    /// Who calls from this number, or writes from this address. A caller without either is nobody. Customers that were
    /// merged are one.
    pub fn identify(&self, caller: &Caller) -> Identity<Record> {
        let address = Address::of(caller);
        let is_theirs = |customer: &&Customer| match (caller.number(), &address) {
            (Some(number), _) => customer.phones.contains(number),
            (None, Some(address)) => customer.addresses.contains(address),
            (None, None) => false,
        };
        self.found(self.customers.values().filter(is_theirs))
    }

    /// The object of a kind, or the `customer`, whose field has this value.
    pub fn find(&self, kind: &str, field: &str, key: &Value) -> Identity<Record> {
        let Some(key) = lookup_key(key) else { return Identity::None };
        let fits = |fields: &BTreeMap<Text, Value>| {
            fields.get(field).and_then(lookup_key).is_some_and(|value| value == key)
        };
        if kind == "customer" {
            return self.found(self.customers.values().filter(|customer| fits(&customer.attributes)));
        }
        let of_kind = self.objects.values().filter(|object| &*object.kind == kind);
        Identity::of_matches(of_kind.filter(|object| fits(&object.fields)))
            .map(|object| object.record(self.owner_record(object)))
    }

    /// Verifies a PIN, or another proof, and counts the attempt. An unknown customer, and one without a PIN, is told what a
    /// wrong PIN is.
    pub fn verify(&mut self, attempt: &Attempt<'_>) -> Verdict {
        let customer = self.standing(attempt.customer);
        let caller = caller_key(attempt.caller);
        let count = |key: &Text| self.lockouts.get(key).copied().unwrap_or_default();
        let before = Tally { customer: count(&customer), caller: caller.as_ref().map(count) };
        let mut tally = before;
        let heard = tally.count(attempt.now, &attempt.lock);
        let is_locked = before.check(attempt.now).is_some();
        let verdict = if !is_locked && self.is_right(&customer, attempt) {
            tally.right(&attempt.lock, matches!(attempt.proof, Proof::Field(_)));
            Verdict::Right
        } else {
            heard
        };
        self.lockouts.insert(customer, tally.customer);
        self.lockouts.extend(caller.zip(tally.caller));
        verdict
    }

    fn is_right(&self, customer: &Text, attempt: &Attempt<'_>) -> bool {
        match attempt.proof {
            Proof::Pin => self.pins.get(customer) == Some(attempt.secret),
            Proof::Passphrase => self.passphrases.get(customer) == Some(attempt.secret),
            Proof::Field(field) => {
                let value = self.whole(customer).and_then(|customer| customer.attributes.get(field).cloned());
                value.is_some_and(|value| forms(&value).contains(attempt.secret))
            }
            Proof::Code(code) => code == Some(attempt.secret),
        }
    }

    /// What is kept under a name for somebody, and holds.
    pub fn recall(&self, name: &str, holder: &str, now: Wall) -> Option<Value> {
        let kept = self.kept.get(&(name.into(), holder.into()))?;
        kept.holds(now).then(|| kept.value.clone())
    }

    /// Changes a field of a customer or an object.
    pub fn update(&mut self, update: &Update<'_>) -> Updated {
        if let ("customer", "pin" | "passphrase", Value::Secret(secret)) =
            (update.kind, update.field, update.value)
        {
            let customer = self.standing(update.of);
            if !self.customers.contains_key(&customer) {
                return Updated::NoSuch;
            }
            let held = if update.field == "pin" { &mut self.pins } else { &mut self.passphrases };
            held.insert(customer, secret.clone());
            return Updated::Done;
        }
        let (field, value) = (Text::from(update.field), update.value.clone());
        let done = if update.kind == "customer" {
            self.whole(update.of).map(|known| {
                // Nobody has seen what is sensitive.
                let unchanged = self.sensitive.contains(&field) || known.field(&field) == *update.seen;
                if let Some(customer) = self.customers.get_mut(&known.id).filter(|_| unchanged) {
                    customer.set(&field, value);
                }
                unchanged
            })
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
        let customer = self.whole(id)?;
        let family = self.family(&customer.id);
        let is_theirs = |id: &Option<Text>| id.as_ref().is_some_and(|id| family.contains(id));
        let open = self.cases.values().rfind(|case| is_theirs(&case.customer) && case.state.is_open());
        let over = self.interactions.values().filter(|contact| contact.ending.is_some());
        let last = over
            .filter(|contact| is_theirs(&contact.customer))
            .max_by_key(|contact| (contact.beginning.started, contact.id()));
        let mut record = customer.record(open, &last.map(Recent::of).unwrap_or_default(), trust);
        record.fields.retain(|name, _| !self.sensitive.contains(name));
        Some(record)
    }

    /// A person says that two customers are one, or, where `into` is missing, that they are not.
    pub fn merge(&mut self, merge: Merge) -> Result<(), MergeError> {
        let into = merge.into.as_ref().map(|into| self.standing(into));
        let standing = into.as_ref().and_then(|into| self.customers.get(into));
        merge.check(self.customers.get(&merge.from), standing)?;
        if let Some(from) = self.customers.get_mut(&merge.from) {
            from.merged_into = into.clone();
        }
        self.merges.push(Merge { into, ..merge });
        Ok(())
    }

    /// A person does something to a case; `None` where there is no such case.
    pub fn act(&mut self, case: u64, act: Act, by: &str, at: Wall) -> Option<Result<(), ActError>> {
        self.cases.get_mut(&case).map(|case| case.act(act, by, at))
    }

    /// The customer that an id leads to; itself for an id that nobody has.
    pub fn standing(&self, id: &str) -> Text {
        let leads = |id: &str| Ok(self.customers.get(id).and_then(|customer| customer.merged_into.clone()));
        let Ok(standing) = standing::<Infallible>(id, leads);
        standing
    }

    /// A customer and all that were merged into it.
    fn family(&self, standing: &Text) -> Vec<Text> {
        let ids = self.customers.keys().filter(|id| self.standing(id) == *standing);
        ids.cloned().collect()
    }

    /// A customer with what is known of those that were merged into it.
    fn whole(&self, id: &str) -> Option<Customer> {
        let standing = self.standing(id);
        let others = self.family(&standing).into_iter().filter(|id| *id != standing);
        let others: Vec<Customer> = others.filter_map(|id| self.customers.get(&id).cloned()).collect();
        self.customers.get(&standing).map(|customer| customer.clone().joined(others))
    }

    /// The answer that matches are, each with its id's end.
    fn found<'a>(&self, matches: impl Iterator<Item = &'a Customer>) -> Identity<Record> {
        let ids: BTreeSet<Text> = matches.map(|customer| self.standing(&customer.id)).collect();
        let records = ids.iter().filter_map(|id| self.customer(id, Trust::Claimed));
        Identity::of_matches(records)
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
        let family = self.family(&self.standing(customer));
        let theirs = |case: &&Case| {
            case.is_open_on(customer, topic) || family.iter().any(|id| case.is_open_on(id, topic))
        };
        Ok(self.cases.values().rfind(theirs).cloned())
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

    /// The simulator runs what is to be done later from the entries themselves.
    fn job(&mut self, _: &Posting) -> Result<(), Infallible> {
        Ok(())
    }

    fn errand(&mut self, posting: &Posting) -> Result<(), Infallible> {
        self.errands.push(posting.clone());
        Ok(())
    }
}
