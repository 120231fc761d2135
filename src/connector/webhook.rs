//! Webhooks: what happened, as JSON, signed so that its receiver knows who sent it, when, and that nothing was changed.
//!
//! The headers and the signature are those of Standard Webhooks 1.0.0 (`webhook-id`, `webhook-timestamp`,
//! `webhook-signature: v1,BASE64`): HMAC-SHA256 (RFC 2104) over id, timestamp and body, joined by full stops. A receiver
//! takes an id once.

use super::telling::{Sides, sides};
use crate::crm::{Case, CaseEvent, Change, Report};
use crate::program::Secret;
use crate::time::Wall;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value as Json, json};
use sha2::Sha256;

/// Something that webhooks tell of.
#[derive(Clone, Debug, PartialEq)]
pub enum WebhookEvent<'a> {
    /// A contact is over.
    ContactEnded(&'a Report),
    /// A case was opened or has changed; its history from `from` up to `to` is what is new.
    CaseChanged {
        /// The case as it is now.
        case: &'a Case,
        /// The first new entry of the history; 0 opened it.
        from: usize,
        /// Behind the last.
        to: usize,
    },
}

/// A message with what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The headers.
    pub headers: [(&'static str, String); 3],
}

/// What a secret that is written in base64 begins with.
const PREFIX: &str = "whsec_";

impl WebhookEvent<'_> {
    /// What happened, in a word.
    pub fn word(&self) -> &'static str {
        match self {
            WebhookEvent::ContactEnded(_) => "contact.ended",
            WebhookEvent::CaseChanged { from: 0, .. } => "case.opened",
            WebhookEvent::CaseChanged { .. } => "case.changed",
        }
    }

    /// A name that no other event has, however often this one is told.
    pub fn id(&self) -> String {
        match self {
            WebhookEvent::ContactEnded(report) => format!("contact-{}", report.interaction.id()),
            WebhookEvent::CaseChanged { case, to, .. } => {
                format!("{}-{to}", super::telling::case_key(case))
            }
        }
    }

    /// The body. Moments are RFC 3339 in UTC.
    pub fn body(&self, at: Wall) -> Json {
        let data = match self {
            WebhookEvent::ContactEnded(report) => contact(report),
            WebhookEvent::CaseChanged { case, from, to } => {
                let new = case.history.iter().take(*to).skip(*from);
                json!({ "case": case_of(case), "new": new.map(entry).collect::<Vec<_>>() })
            }
        };
        json!({ "type": self.word(), "id": self.id(), "timestamp": moment(at), "data": data })
    }
}

/// The headers of a message.
pub fn sign(secret: &Secret, id: &str, now: Wall, body: &[u8]) -> Signed {
    let timestamp = now.0.div_euclid(1000).to_string();
    let key = match secret.expose().strip_prefix(PREFIX).map(|text| STANDARD.decode(text)) {
        Some(Ok(key)) => key,
        Some(Err(_)) | None => secret.expose().as_bytes().to_vec(),
    };
    let signature = mac(&key, &[id.as_bytes(), b".", timestamp.as_bytes(), b".", body]);
    let signature = format!("v1,{}", STANDARD.encode(signature));
    let headers =
        [("webhook-id", id.to_owned()), ("webhook-timestamp", timestamp), ("webhook-signature", signature)];
    Signed { headers }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // HMAC takes keys of every length; there is no other error.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

fn contact(report: &Report) -> Json {
    let interaction = &report.interaction;
    let beginning = &interaction.beginning;
    let Sides { direction, from, to } = sides(interaction);
    let outcomes = interaction.outcomes().into_iter();
    let outcomes = outcomes.map(|(topic, outcome)| json!({ "topic": topic, "outcome": outcome }));
    json!({
        "contact": beginning.contact,
        "channel": beginning.channel.word(),
        "direction": direction,
        "from": Some(from).filter(|from| !from.is_empty()),
        "to": to,
        "started": moment(beginning.started),
        "ended": interaction.ending.as_ref().map(|ending| moment(ending.at)),
        "ended_by": interaction.ending.as_ref().map(|ending| ending.by.word()),
        "cause": interaction.ending.as_ref().map(|ending| ending.cause.clone()),
        "customer": interaction.customer,
        "verified": interaction.verified,
        "outcomes": outcomes.collect::<Vec<_>>(),
        "cases": report.cases.iter().map(case_of).collect::<Vec<_>>(),
        "program": beginning.program,
        "version": beginning.version,
    })
}

fn case_of(case: &Case) -> Json {
    json!({
        "case": case.id,
        "topic": case.topic,
        "state": case.state.word(),
        "customer": case.customer,
        "about": case.about,
        "opened": moment(case.opened),
        "closed": case.closed.map(moment),
        "contacts": case.contacts(),
    })
}

fn entry(event: &CaseEvent) -> Json {
    json!({ "at": moment(event.at), "contact": event.contact, "change": change(&event.change) })
}

fn change(change: &Change) -> Json {
    serde_json::to_value(change).unwrap_or_default()
}

fn moment(at: Wall) -> Option<String> {
    jiff::Timestamp::from_millisecond(at.0).ok().map(|at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mac_is_that_of_rfc_4231() {
        let mac = mac(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn a_secret_in_base64_is_the_same_key() {
        let plain = sign(&Secret::new("Jefe"), "a", Wall(5_999), b"{}");
        let coded = sign(&Secret::new("whsec_SmVmZQ=="), "a", Wall(5_999), b"{}");
        assert_eq!(plain, coded);
        assert_eq!(plain.headers[1].1, "5");
    }
}
