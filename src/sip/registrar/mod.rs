//! Our registrar (RFC 3261 §10.3): which telephones there are, and where.
//!
//! A telephone proves who it is by digest, for its own address of record alone. It is called where its REGISTER came from,
//! which reaches it behind address translation, whatever its Contact says. Somebody who is not known and a password that is
//! wrong get the same answer in the same time, a source that tries passwords gets none after a few, and an account that was
//! tried from everywhere is shut to everybody new for a while.

mod attempts;

use super::check::Core;
use super::digest::{Algorithm, Challenge, Keeper, Password, Proof, Verdict};
use super::message::{Message, Name};
use super::network::site;
use super::{Flow, NameAddr, Status, Uri};
use crate::time::{DurationMs, Millis};
use attempts::Attempts;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The shortest registration, in seconds; whoever asks for less is told (423).
const SHORTEST_S: u32 = 30;
/// The longest; whoever asks for more gets this.
const LONGEST_S: u32 = 3600;
/// Where nothing is asked for.
const USUAL_S: u32 = 300;
/// Places of one telephone's owner at a time; the oldest makes room.
const PLACES: usize = 8;

/// One place of a telephone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What it wants to be called.
    pub contact: Uri,
    /// Where it is.
    pub flow: Flow,
    /// Until when.
    pub expires: Millis,
    call_id: String,
    cseq: u32,
}

/// The answer to a REGISTER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// A refusal.
    Refuse(Status),
    /// 423 with the shortest time.
    TooBrief(u32),
    /// 200 with the list, each a value of Contact.
    Listed(Vec<String>),
}

/// Who is who and where.
#[derive(Debug)]
pub struct Registrar {
    keeper: Keeper,
    accounts: BTreeMap<String, Password>,
    places: BTreeMap<String, Vec<Binding>>,
    attempts: Attempts,
}

impl Registrar {
    /// A registrar of this realm for these users, who are asked to prove themselves by these algorithms. `key` must come from a source that nobody can predict.
    pub fn new(
        realm: &str,
        algorithms: &[Algorithm],
        accounts: BTreeMap<String, Password>,
        key: [u8; 32],
    ) -> Registrar {
        let (keeper, places) = (Keeper::new(realm, algorithms, key), BTreeMap::new());
        Registrar { keeper, accounts, places, attempts: Attempts::default() }
    }

    /// Where a user's telephones are, the newest first.
    pub fn places(&self, user: &str, now: Millis) -> Vec<Binding> {
        let all = self.places.get(user).into_iter().flatten();
        all.filter(|binding| binding.expires > now).rev().cloned().collect()
    }

    /// Whose telephone is there.
    pub(crate) fn owner(&self, flow: Flow, now: Millis) -> Option<&str> {
        let is_there = |binding: &Binding| binding.flow == flow && binding.expires > now;
        self.places.iter().find(|(_, places)| places.iter().any(is_there)).map(|(user, _)| user.as_str())
    }

    /// Whether a source has tried too many passwords.
    pub(crate) fn is_shut_out(&self, source: Flow, now: Millis) -> bool {
        self.attempts.is_shut_out(source.address.ip(), now) && self.owner(source, now).is_none()
    }

    /// Takes note of a wrong password; whether the source is shut out by it.
    fn failed(&mut self, source: IpAddr, user: &str, now: Millis) -> bool {
        let account = self.accounts.contains_key(user).then_some(user);
        self.attempts.failed(source, account, now)
    }

    /// Whether an account was tried so often that only those are believed who are where its telephones were.
    fn is_shut(&self, user: &str, source: IpAddr, now: Millis) -> bool {
        let is_there = |binding: &Binding| site(binding.flow.address.ip()) == site(source);
        self.attempts.is_shut(user, now) && !self.places.get(user).is_some_and(|all| all.iter().any(is_there))
    }

    /// Asks who somebody is.
    pub(crate) fn challenge(&mut self, now: Millis, source: IpAddr, stale: bool) -> Vec<Challenge> {
        self.keeper.challenges(now, source, stale)
    }

    /// Who has sent a request, or what to answer instead, and whether the source is shut out from now on.
    pub(crate) fn who(
        &mut self,
        now: Millis,
        request: &Message,
        source: IpAddr,
    ) -> Result<String, (Vec<Challenge>, bool)> {
        let realm = self.keeper.realm().to_owned();
        let proofs = request.all(Name::Authorization).filter_map(Proof::parse);
        let Some(proof) = proofs.into_iter().find(|proof| proof.realm == realm) else {
            return Err((self.challenge(now, source, false), false));
        };
        let method = request.method().map(ToString::to_string).unwrap_or_default();
        let password = self.accounts.get(&proof.user);
        let verdict = self.keeper.judge(now, source, &method, &proof, password);
        let is_of_this = proof.uri == request.request_uri();
        match verdict {
            Verdict::Believed if is_of_this && !self.is_shut(&proof.user, source, now) => Ok(proof.user),
            Verdict::Stale => Err((self.challenge(now, source, true), false)),
            Verdict::Foreign => Err((self.challenge(now, source, false), false)),
            Verdict::Believed | Verdict::Refused => {
                let shut = self.failed(source, &proof.user, now);
                Err((self.challenge(now, source, false), shut))
            }
        }
    }

    /// Judges a REGISTER and does what it asks for.
    pub(crate) fn register(
        &mut self,
        now: Millis,
        request: &Message,
        core: &Core,
        user: &str,
        source: Flow,
    ) -> Decision {
        if core.to.uri.user() != user {
            return Decision::Refuse(Status::FORBIDDEN);
        }
        let default_s =
            request.by_name("Expires").map(|value| value.trim().parse::<u32>().unwrap_or(USUAL_S));
        if request.first(Name::Contact) == Some("*") {
            return match default_s {
                Some(0) => {
                    self.places.remove(user);
                    self.listed(now, user)
                }
                Some(_) | None => Decision::Refuse(Status::BAD_REQUEST),
            };
        }
        let Ok(contacts) = request.contacts() else { return Decision::Refuse(Status::BAD_REQUEST) };
        let asked: Vec<(NameAddr, u32)> = contacts
            .into_iter()
            .map(|contact| {
                let own = contact.params.get("expires").map(|value| value.parse().unwrap_or(USUAL_S));
                let seconds = own.or(default_s).unwrap_or(USUAL_S);
                (contact, seconds.min(LONGEST_S))
            })
            .collect();
        if asked.iter().any(|(_, seconds)| (1..SHORTEST_S).contains(seconds)) {
            return Decision::TooBrief(SHORTEST_S);
        }
        // All or nothing (§10.3, step 7).
        let places = self.places.entry(user.to_owned()).or_default();
        let is_late = |(contact, _): &(NameAddr, u32)| {
            places.iter().any(|place| {
                place.contact == contact.uri
                    && place.call_id == core.call_id
                    && place.cseq >= core.cseq.number
            })
        };
        if asked.iter().any(is_late) {
            return Decision::Refuse(Status::SERVER_INTERNAL_ERROR);
        }
        for (contact, seconds) in asked {
            places.retain(|place| place.contact != contact.uri && place.expires > now);
            if seconds > 0 {
                places.push(Binding {
                    contact: contact.uri,
                    flow: source,
                    expires: now + DurationMs::from_secs(u64::from(seconds)),
                    call_id: core.call_id.clone(),
                    cseq: core.cseq.number,
                });
            }
        }
        let surplus = places.len().saturating_sub(PLACES);
        places.drain(..surplus);
        self.listed(now, user)
    }

    fn listed(&self, now: Millis, user: &str) -> Decision {
        let contacts = self.places(user, now).into_iter().map(|place| {
            let seconds = place.expires.since(now).0 / 1000;
            format!("<{}>;expires={seconds}", place.contact)
        });
        Decision::Listed(contacts.collect())
    }

    /// Forgets the places behind a connection that has ended; whose they were.
    pub(crate) fn forget(&mut self, flow: Flow) -> Vec<String> {
        let mut owners = Vec::new();
        for (user, places) in &mut self.places {
            let before = places.len();
            places.retain(|place| place.flow != flow);
            if places.len() < before {
                owners.push(user.clone());
            }
        }
        owners
    }
}
