//! A connector: how a foreign CRM is asked and told, as its description in YAML says.
//!
//! A description is checked when it is read, whole: every key, name, filter and table. What is read here can be sent.

use super::breaker::BreakerPolicy;
use super::budget::Rate;
use super::call::{Call, Common};
use super::customer::CustomerPlaces;
use super::lookup::Lookup;
use super::mistake::DescriptionError;
use super::pointer::Pointer;
use super::reply::Errors;
use super::template::Template;
use crate::time::DurationMs;
use std::collections::BTreeMap;

/// A connector.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// What it is for, one line.
    pub about: String,
    /// What a deployment says, by name.
    pub settings: BTreeMap<String, Setting>,
    /// Secrets that a deployment brings, with what they are.
    pub secrets: BTreeMap<String, String>,
    /// What all requests have in common.
    pub common: Common,
    /// How requests prove whose they are.
    pub auth: Auth,
    /// How many requests it takes.
    pub rate: Rate,
    /// How long a request may take.
    pub within: DurationMs,
    /// When it is left alone.
    pub breaker: BreakerPolicy,
    /// How long it takes until what was made can be found: after an attempt of which nobody knows what became, the next one
    /// waits for so long.
    pub search_lag: DurationMs,
    /// How it tells of errors.
    pub errors: Errors,
    /// Where a customer's fields stand.
    pub customer: CustomerPlaces,
    /// Who has this number?
    pub by_number: Option<Finder>,
    /// Who has this e-mail address?
    pub by_email: Option<Finder>,
    /// Who has this value in this field?
    pub by_field: Option<Finder>,
    /// The service's names of fields that are asked by, by ours.
    pub field_names: BTreeMap<String, String>,
    /// Keeps a contact.
    pub create_interaction: Option<Write>,
    /// Opens a case.
    pub create_case: Option<Write>,
    /// Adds a contact to a case.
    pub append_case: Option<Write>,
    /// Says where a case stands.
    pub set_case: Option<Write>,
    /// Adds a recording to a contact.
    pub attach_recording: Option<Write>,
    /// Sends a text message.
    pub send_sms: Option<Write>,
}

/// What a deployment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What it is.
    pub about: String,
    /// What it is where the deployment does not say; it must say where this is missing.
    pub default: Option<String>,
}

/// How requests prove whose they are.
#[derive(Clone, Debug, PartialEq)]
pub enum Auth {
    /// Not at all, or by the address.
    None,
    /// A header.
    Header(String, Template),
    /// A pair of the query.
    Query(String, Template),
    /// Basic (RFC 7617).
    Basic {
        /// The user.
        user: Template,
        /// The password.
        password: Template,
    },
    /// OAuth 2.0 client credentials (RFC 6749 §4.4).
    OAuth2 {
        /// The token's address.
        token_url: Template,
        /// The client.
        client_id: Template,
        /// Its secret.
        client_secret: Template,
        /// What is asked for.
        scope: Option<Template>,
    },
}

/// How a customer is looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Finder {
    /// The question.
    pub lookup: Lookup,
    /// More about the one that was found, and where it stands: for services whose search answers with ids.
    pub details: Option<(Call, Pointer)>,
}

/// Something that is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// Names without which there is nothing to tell.
    pub needs: Vec<String>,
    /// The question whether it is there already: for services that take no key.
    pub unless: Option<Lookup>,
    /// The request.
    pub call: Call,
    /// Where the id of what was made stands.
    pub id: Option<Pointer>,
    /// Statuses that mean: it is there already.
    pub already: Vec<u16>,
    /// A second request, which links what the first has made.
    pub then: Option<Call>,
}

impl Description {
    /// Reads a description; `file` is how mistakes call it.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn read(file: &str, text: &str) -> Result<Description, DescriptionError> {
        super::reader::read(text).map_err(|mut mistakes| {
            mistakes.sort_by_key(|mistake| mistake.place);
            DescriptionError { file: file.to_owned(), mistakes }
        })
    }
}
