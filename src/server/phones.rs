//! Where the telephones are that have registered with us.

use super::clock::Clock;
use super::config::Config;
use super::entropy;
use super::trunks::{PasswordError, read_password};
use crate::sip::{Binding, Presence, Registrar};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use thiserror::Error;

/// The realm that telephones are asked for.
const REALM: &str = "callwright";

/// All telephones; cheap to clone.
#[derive(Clone)]
pub struct Phones {
    clock: Clock,
    places: Arc<Mutex<BTreeMap<String, Vec<Binding>>>>,
    /// From extensions to owners.
    extensions: Arc<BTreeMap<String, String>>,
}

/// Why telephones cannot register.
#[derive(Debug, Error)]
pub enum PhonesError {
    /// A password is not there.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The system gives no random numbers.
    #[error("there are no random numbers: {0}")]
    Random(#[from] io::Error),
}

/// Who is known under a name.
pub fn owner(config: &Config, name: &str) -> Option<String> {
    let by_extension = || {
        let found = config.phones.iter().find(|(_, phone)| phone.extension.as_deref() == Some(name));
        found.map(|(owner, _)| owner.clone())
    };
    config.phones.contains_key(name).then(|| name.to_owned()).or_else(by_extension)
}

/// A registrar for the telephones of the settings; `None` where there are none.
///
/// # Errors
/// A password that is not there.
pub fn registrar(config: &Config) -> Result<Option<Registrar>, PhonesError> {
    if config.phones.is_empty() {
        return Ok(None);
    }
    let mut accounts = BTreeMap::new();
    for (owner, phone) in &config.phones {
        let of = format!("phones.{owner}");
        let password = read_password(&of, phone.password_from.as_deref(), phone.password_file.as_deref())?;
        accounts.insert(owner.clone(), password);
    }
    Ok(Some(Registrar::new(REALM, config.phone_digest.algorithms(), accounts, entropy::bytes()?)))
}

impl Phones {
    /// No telephone is anywhere yet.
    pub fn new(config: &Config, clock: Clock) -> Phones {
        let extension = |(owner, phone): (&String, &super::config::PhoneConfig)| {
            Some((phone.extension.clone()?, owner.clone()))
        };
        let extensions = config.phones.iter().filter_map(extension).collect();
        Phones { clock, places: Arc::default(), extensions: Arc::new(extensions) }
    }

    /// Takes note of where somebody's telephones are.
    pub fn moved(&self, presence: Presence) {
        let Presence { user, places } = presence;
        let count = places.len();
        tracing::info!(user, count, "telephones that have registered");
        self.places.lock().unwrap_or_else(PoisonError::into_inner).insert(user, places);
    }

    /// How many telephones have registered.
    pub fn count(&self) -> usize {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        places.values().flatten().filter(|place| place.expires > now).count()
    }

    /// Where somebody's telephones are now, by the owner's name or extension, the newest first; nowhere where none has
    /// registered.
    pub fn where_is(&self, name: &str) -> Vec<Binding> {
        let owner = self.extensions.get(name).map_or(name, String::as_str);
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let all = places.get(owner).into_iter().flatten();
        all.filter(|place| place.expires > now).cloned().collect()
    }
}
