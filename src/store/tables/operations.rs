//! The store's operations: each a question in one snapshot, or a change in one transaction.

use super::deliveries::Round;
use super::pins::Held;
use super::{
    cases, customers, deliveries, dispatches, errands, family, hours, interactions, kept, objects, pins,
    vault,
};
use crate::crm::outbox::{Event, Jitter, State};
use crate::crm::{
    Attempt, Beginning, ByHand, Case, ContactNews, Customer, Dispatch, Ending, Identity, Interaction,
    Lockout, Object, Posting, Proof, Trail, Update, Updated, Verdict, caller_key, lookup_key,
};
use crate::program::{Address, Caller, Record, Secret, Text, Trust, Value, forms};
use crate::store::database::{Answer, Database, Row, Transaction};
use crate::store::sealed::DataKeys;
use crate::store::vault::{Vault, key_for};
use crate::store::{
    CaseFilter, Counts, Delivery, Desk, Import, Imported, Listing, Page, Parcel, PinAttempt, Sensitive,
    Store, StoreError, Taken,
};
use crate::time::Wall;
use std::collections::BTreeSet;
use std::sync::Arc;

fn end(tx: &Transaction<'_>, contact: &str, ending: &Ending) -> Answer<()> {
    interactions::end(tx, contact, ending)?;
    dispatches::contact(tx, contact, ending.at)
}

/// Takes in what a contact tells; what it says has its effect at once, where a round says so.
fn take(tx: &Transaction<'_>, share: &[ContactNews], round: Option<&Round>) -> Answer<Taken> {
    let mut taken = Taken { waits: false };
    let mut told = None;
    // Most calls are over before their turn comes.
    let mut fresh = None;
    if let (Some(ContactNews::Began(beginning)), Some(ContactNews::Ended { contact, ending, trail })) =
        (share.first(), share.last())
        && beginning.contact == *contact
    {
        fresh = interactions::whole(tx, beginning, ending, trail)?;
    }
    let is_whole = fresh.is_some();
    for news in share {
        match (news, round) {
            (ContactNews::Began(_), _) if is_whole => {}
            (ContactNews::Began(beginning), _) => interactions::begin(tx, beginning)?,
            (ContactNews::Said(posting), None) => {
                deliveries::enqueue(tx, posting)?;
                taken.waits = true;
            }
            (ContactNews::Said(posting), Some(round)) => {
                taken.waits |= deliveries::take_in(tx, posting, &mut fresh, round)?;
                told = Some((&posting.contact, round.now));
            }
            (ContactNews::Ended { contact, ending, trail }, _) => {
                if !is_whole {
                    interactions::finish(tx, contact, ending, trail)?;
                }
                told = Some((contact, ending.at));
            }
        }
    }
    // Whoever hears of a contact hears of its end, its way, and all that it said.
    told.map_or(Ok(()), |(contact, at)| dispatches::contact(tx, contact, at))?;
    Ok(taken)
}

impl<D: Database> Store for D {
    fn begin_interaction(&self, beginning: &Beginning) -> Result<(), StoreError> {
        let beginning = beginning.clone();
        self.write(move |tx| interactions::begin(tx, &beginning))
    }

    fn end_interaction(&self, contact: &str, ending: &Ending) -> Result<(), StoreError> {
        let (contact, ending) = (contact.to_owned(), ending.clone());
        self.write(move |tx| end(tx, &contact, &ending))
    }

    fn without_end(&self) -> Result<Vec<Text>, StoreError> {
        if self.is_shared() {
            return Ok(Vec::new());
        }
        self.read(interactions::without_end)
    }

    fn take_news(
        &self,
        shares: Vec<Arc<[ContactNews]>>,
        now: Wall,
        jitter: Jitter,
    ) -> Vec<Result<Taken, StoreError>> {
        let round = self.gathers().then(|| Round { now, jitter, policy: self.policy() });
        let change = |share: Arc<[ContactNews]>| {
            let round = round.clone();
            move |tx: &Transaction<'_>| take(tx, &share, round.as_ref())
        };
        self.write_all(shares.into_iter().map(change).collect())
    }

    fn gathers_news(&self) -> bool {
        self.gathers()
    }

    fn keep_trail(&self, contact: &str, trail: &Trail) -> Result<(), StoreError> {
        let (contact, trail) = (contact.to_owned(), trail.clone());
        self.write(move |tx| interactions::keep_trail(tx, &contact, &trail))
    }

    fn identify(&self, caller: &Caller) -> Result<Identity<Record>, StoreError> {
        let (number, address) = (caller.number().cloned(), Address::of(caller));
        if number.is_none() && address.is_none() {
            return Ok(Identity::None);
        }
        self.read(move |tx| {
            let ids = match (&number, &address) {
                (Some(number), _) => customers::with_number(tx, number)?,
                (None, Some(address)) => customers::with_address(tx, address)?,
                (None, None) => Vec::new(),
            };
            let matches = Identity::of_matches(family::all_standing(tx, &ids)?);
            whole(matches, |id| customers::record(tx, id, Trust::Claimed))
        })
    }

    fn find(&self, kind: &str, field: &str, key: &Value) -> Result<Identity<Record>, StoreError> {
        let Some(key) = lookup_key(key) else { return Ok(Identity::None) };
        let (kind, field) = (kind.to_owned(), field.to_owned());
        self.read(move |tx| {
            let ids = objects::with_key(tx, &kind, &field, &key)?;
            let matches = match &*kind {
                customers::KIND => Identity::of_matches(family::all_standing(tx, &ids)?),
                _ => Identity::of_matches(ids),
            };
            whole(matches, |id| match &*kind {
                customers::KIND => customers::record(tx, id, Trust::Claimed),
                _ => objects::record(tx, &kind, id),
            })
        })
    }

    fn verify(&self, attempt: &Attempt<'_>) -> Result<Verdict, StoreError> {
        let (customer, contact) = (self.standing(attempt.customer)?, attempt.contact.to_owned());
        let (lock, now, caller) = (attempt.lock, attempt.now, caller_key(attempt.caller));
        let claimed = (customer.clone(), caller.clone());
        let held = match attempt.proof {
            Proof::Passphrase => Held::Passphrase,
            Proof::Pin | Proof::Field(_) | Proof::Code(_) => Held::Pin,
        };
        let counted = self
            .write(move |tx| pins::count(tx, (&claimed.0, claimed.1.as_ref()), held, &contact, &lock, now))?;
        let right = is_right(self, attempt, &customer, counted.hash.as_deref())?;
        if counted.was_locked {
            return Ok(counted.verdict);
        }
        let verdict = if right { Verdict::Right } else { counted.verdict };
        let challenge = matches!(attempt.proof, Proof::Field(_));
        let audit = counted.audit;
        self.write(move |tx| {
            pins::settle(tx, (&customer, caller.as_ref()), audit, verdict, (&lock, challenge))
        })?;
        Ok(verdict)
    }

    fn recall(&self, name: &str, holder: &str, now: Wall) -> Result<Option<Value>, StoreError> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        let found = self.read(move |tx| kept::kept(tx, &name, &holder))?;
        Ok(found.filter(|kept| kept.holds(now)).map(|kept| kept.value))
    }

    fn update(&self, update: &Update<'_>, now: Wall) -> Result<Updated, StoreError> {
        let held = match (update.kind, update.field) {
            (customers::KIND, "pin") => Some(Held::Pin),
            (customers::KIND, "passphrase") => Some(Held::Passphrase),
            _ => None,
        };
        if let (Some(held), Value::Secret(secret)) = (held, update.value) {
            return match set_secret(self, held, update.of, secret, now) {
                Ok(()) => Ok(Updated::Done),
                Err(StoreError::NoSuchCustomer { .. }) => Ok(Updated::NoSuch),
                Err(error) => Err(error),
            };
        }
        let (kind, of, field) = (update.kind.to_owned(), update.of.to_owned(), Text::from(update.field));
        let (value, seen) = (update.value.clone(), update.seen.clone());
        let keys = self.keys().clone();
        self.write(move |tx| kept::update(tx, &keys, (&kind, &of), field.clone(), value.clone(), &seen))
    }

    fn set_hours(&self, by_hand: &ByHand) -> Result<(), StoreError> {
        let by_hand = by_hand.clone();
        self.write(move |tx| hours::set(tx, &by_hand))
    }

    fn hours_by_hand(&self) -> Result<Vec<ByHand>, StoreError> {
        self.read(hours::latest)
    }

    fn hours_log(&self, limit: usize) -> Result<Vec<ByHand>, StoreError> {
        self.read(move |tx| hours::log(tx, limit))
    }

    fn errands(&self, now: Wall, limit: usize) -> Result<Vec<Posting>, StoreError> {
        if !self.read(move |tx| errands::any_due(tx, now))? {
            return Ok(Vec::new());
        }
        self.write(move |tx| errands::claim(tx, now, limit))
    }

    fn settle_errand(&self, key: (&str, u64), event: Event, now: Wall) -> Result<(), StoreError> {
        let (contact, sequence, policy) = (key.0.to_owned(), key.1, self.policy());
        self.write(move |tx| errands::settle(tx, (&contact, sequence), now, &event, &policy))
    }

    fn enqueue(&self, posting: &Posting) -> Result<(), StoreError> {
        let posting = posting.clone();
        self.append(move |tx| deliveries::enqueue(tx, &posting))
    }

    fn deliver(&self, now: Wall, limit: usize, jitter: Jitter) -> Result<Delivery, StoreError> {
        let policy = self.policy();
        self.write(move |tx| deliveries::deliver(tx, now, limit, jitter, &policy))
    }

    fn outbox(&self, state: State, limit: usize) -> Result<Vec<Parcel>, StoreError> {
        self.read(move |tx| {
            let mut parcels = deliveries::list(tx, state, limit)?;
            if state != State::Delivered {
                parcels.extend(errands::list(tx, state, limit)?);
            }
            Ok(parcels)
        })
    }

    fn has_pending(&self) -> Result<bool, StoreError> {
        self.read(deliveries::any_pending)
    }

    fn change_outbox(&self, key: &str, event: Event, now: Wall) -> Result<bool, StoreError> {
        let policy = self.policy();
        if let Some(id) = Dispatch::parse_key(key) {
            return self.write(move |tx| dispatches::settle(tx, id, &event, now, &policy));
        }
        let Some((contact, sequence)) = Posting::parse_key(key) else { return Ok(false) };
        let contact = contact.to_owned();
        self.write(move |tx| {
            let key = (&*contact, sequence);
            Ok(deliveries::by_hand(tx, key, &event, now, &policy)?
                || errands::by_hand(tx, key, &event, now, &policy)?)
        })
    }

    fn customer(&self, id: &str) -> Result<Option<Customer>, StoreError> {
        let id = id.to_owned();
        self.read(move |tx| customers::customer(tx, &id))
    }

    fn objects_of(&self, customer: &str) -> Result<Vec<Object>, StoreError> {
        let customer = customer.to_owned();
        self.read(move |tx| objects::objects_of(tx, &customer))
    }

    fn interaction(&self, contact: &str) -> Result<Option<Interaction>, StoreError> {
        let contact = contact.to_owned();
        self.read(move |tx| interactions::interaction(tx, &contact))
    }

    fn case(&self, id: u64) -> Result<Option<Case>, StoreError> {
        self.read(move |tx| cases::case(tx, id))
    }

    fn customers(&self, page: &Page) -> Result<Listing<Customer>, StoreError> {
        let (after, rows) = (page.after.clone(), page.limit.saturating_add(1));
        let found = self.read(move |tx| customers::customers(tx, after.as_deref(), rows))?;
        Ok(Listing::cut(found, page.limit, |customer| customer.id.clone()))
    }

    fn interactions(&self, of: Option<&str>, page: &Page) -> Result<Listing<Interaction>, StoreError> {
        let (after, rows) = (page.after.clone(), page.limit.saturating_add(1));
        let of = of.map(str::to_owned);
        let found = self.read(move |tx| {
            let family = match &of {
                Some(of) => family::family(tx, &family::standing(tx, of)?)?,
                None => Vec::new(),
            };
            interactions::interactions(tx, &family, after.as_deref(), rows)
        })?;
        Ok(Listing::cut(found, page.limit, |interaction| interaction.id().clone()))
    }

    fn cases(&self, of: Option<&str>, page: &Page) -> Result<Listing<Case>, StoreError> {
        self.cases_like(&CaseFilter { customer: of.map(Text::from), ..CaseFilter::default() }, page)
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        self.read(count_all)
    }

    fn lockout(&self, customer: &str) -> Result<Lockout, StoreError> {
        let customer = customer.to_owned();
        self.read(move |tx| pins::lockout(tx, &customer))
    }

    fn pin_attempts(&self, customer: &str, limit: usize) -> Result<Vec<PinAttempt>, StoreError> {
        let customer = customer.to_owned();
        self.read(move |tx| pins::attempts(tx, &customer, limit))
    }

    fn unlock(&self, customer: &str, now: Wall) -> Result<bool, StoreError> {
        let customer = customer.to_owned();
        self.write(move |tx| pins::unlock(tx, &customer, now))
    }

    fn set_pin(&self, customer: &str, pin: &Secret, now: Wall) -> Result<(), StoreError> {
        set_secret(self, Held::Pin, customer, pin, now)
    }

    fn set_passphrase(&self, customer: &str, passphrase: &Secret, now: Wall) -> Result<(), StoreError> {
        set_secret(self, Held::Passphrase, customer, passphrase, now)
    }

    fn forget_passphrase(&self, customer: &str, now: Wall) -> Result<bool, StoreError> {
        let id = self.standing(customer)?;
        self.write(move |tx| pins::forget_passphrase(tx, &id, now))
    }

    fn import(&self, import: &Import, now: Wall) -> Result<Imported, StoreError> {
        let pins = import.rows.iter().filter_map(|row| Some((Held::Pin, row, row.pin.as_ref()?)));
        let phrases = import.rows.iter();
        let phrases = phrases.filter_map(|row| Some((Held::Passphrase, row, row.passphrase.as_ref()?)));
        let secrets =
            pins.chain(phrases).map(|(held, row, secret)| ((held, row.customer.id.clone()), secret));
        let (whose, secrets): (Vec<(Held, Text)>, Vec<&Secret>) = secrets.unzip();
        let hashes = self.pins().hash_all(&secrets)?;
        let hashes: Vec<((Held, Text), String)> = whose.into_iter().zip(hashes).collect();
        let sealed = self.sealed_attributes()?;
        if import.attributes.iter().any(|name| sealed.contains(name)) {
            key_for(self.keys(), &sealed)?;
        }
        let (import, keys) = (import.clone(), self.keys().clone());
        self.write(move |tx| take_in(tx, &keys, &import, &hashes, now))
    }
}

fn set_secret<D: Database>(
    database: &D,
    held: Held,
    customer: &str,
    secret: &Secret,
    now: Wall,
) -> Result<(), StoreError> {
    let (id, hash) = (database.standing(customer)?, database.pins().hash(secret)?);
    let known = database.write(move |tx| pins::set(tx, held, &id, &hash, now))?;
    known.then_some(()).ok_or_else(|| StoreError::NoSuchCustomer { id: customer.to_owned() })
}

/// Whether what was keyed, or written, is what it must be. A PIN costs its time, whether there is one or not, and so does
/// a passphrase.
fn is_right<D: Database>(
    database: &D,
    attempt: &Attempt<'_>,
    customer: &str,
    hash: Option<&str>,
) -> Result<bool, StoreError> {
    Ok(match attempt.proof {
        Proof::Pin | Proof::Passphrase => database.pins().check(attempt.secret, hash),
        Proof::Code(code) => code == Some(attempt.secret),
        Proof::Field(field) => {
            let known = database.whole(customer)?;
            let value = match known.and_then(|customer| customer.attributes.get(field).cloned()) {
                Some(value) => Some(value),
                None => sealed_value(database, customer, field)?,
            };
            value.is_some_and(|value| forms(&value).contains(attempt.secret))
        }
    })
}

/// A sensitive attribute, opened. One that does not open is an error: nobody can say whether an answer is right.
fn sealed_value<D: Database>(database: &D, customer: &str, field: &str) -> Result<Option<Value>, StoreError> {
    let all = database.sensitive(customer, true)?;
    match all.into_iter().find(|sensitive| *sensitive.field == *field) {
        Some(Sensitive { value: None, .. }) => {
            let lost = database.lost_keys()?;
            Err(StoreError::LostKeys { names: lost.join(", ") })
        }
        found => Ok(found.and_then(|sensitive| sensitive.value)),
    }
}

/// The record behind a match. What was deleted by hand from under its key is found by nobody.
fn whole(
    matches: Identity<Text>,
    record: impl FnOnce(&Text) -> Answer<Option<Record>>,
) -> Answer<Identity<Record>> {
    Ok(match matches {
        Identity::One(id) => Identity::of_matches(record(&id)?),
        Identity::Many(count) => Identity::Many(count),
        Identity::None => Identity::None,
        Identity::Failed => Identity::Failed,
    })
}

fn take_in(
    tx: &Transaction<'_>,
    keys: &DataKeys,
    import: &Import,
    hashes: &[((Held, Text), String)],
    now: Wall,
) -> Answer<Imported> {
    let sealed: BTreeSet<Text> =
        vault::fields(tx)?.into_iter().filter(|name| import.attributes.contains(name)).collect();
    let pins = hashes.iter().filter(|((held, _), _)| *held == Held::Pin).count();
    let mut done = Imported { pins, passphrases: hashes.len() - pins, ..Imported::default() };
    for row in &import.rows {
        let known = customers::held(tx, &row.customer.id)?;
        let count = if known.is_some() { &mut done.updated } else { &mut done.added };
        *count += 1;
        let mut customer = import.merged(known, row);
        let open = customer.attributes.clone();
        for name in &sealed {
            customer.attributes.remove(name);
        }
        customers::keep(tx, &customer)?;
        vault::take_in(tx, keys, &customer.id, &sealed, &open)?;
        row.objects.iter().try_for_each(|object| objects::keep(tx, object))?;
        done.objects += row.objects.len();
    }
    for ((held, customer), hash) in hashes {
        pins::set(tx, *held, customer, hash, now)?;
    }
    Ok(done)
}

fn count_all(tx: &Transaction<'_>) -> Answer<Counts> {
    let sql = "SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM object),
                      (SELECT count(*) FROM interaction),
                      (SELECT count(*) FROM matter WHERE state <> 'closed'),
                      (SELECT count(*) FROM matter WHERE state = 'closed'),
                      (SELECT count(*) FROM outbox WHERE state = 'pending')
                        + (SELECT count(*) FROM errand WHERE state = 'pending'),
                      (SELECT count(*) FROM outbox WHERE state = 'dead')
                        + (SELECT count(*) FROM errand WHERE state = 'dead' AND state <> 'delivered')";
    tx.only(sql, &[], |row: &Row<'_>| {
        Ok(Counts {
            customers: row.get(0)?,
            objects: row.get(1)?,
            interactions: row.get(2)?,
            open_cases: row.get(3)?,
            closed_cases: row.get(4)?,
            pending: row.get(5)?,
            dead: row.get(6)?,
        })
    })
}
