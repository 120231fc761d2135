//! What a call's signature leads to: the flow sees an attested number, or the trunk's policy sees to the call.

use super::identity::asserted;
use crate::program::{Caller, Phone};
use crate::server::config::StirPolicy;
use crate::server::shared::Shared;
use crate::sip::identity::{Attestation, Fault, Parties, Verdict, canonical, passports};
use crate::sip::{Incoming, Status, Uri};

/// What is known of the caller's number by signatures, of a call that is taken.
pub(super) struct Signature(Verdict, StirPolicy);

/// A call that is not taken, and what its caller is told.
pub(super) struct Refused {
    pub status: Status,
    pub phrase: &'static str,
}

/// Judges the signatures of a call. Telephones of the house have proved who they are, and are not asked.
pub(super) async fn judge(shared: &Shared, incoming: &Incoming) -> Result<Signature, Refused> {
    let Some(stir) = shared.stir.as_ref().filter(|_| incoming.phone.is_none()) else {
        return Ok(Signature(Verdict::Claimed, StirPolicy::Pass));
    };
    let trunk = incoming.source_name.as_deref().and_then(|name| shared.trunks.get(name));
    let policy = trunk.and_then(|trunk| trunk.settings.stir).unwrap_or(stir.policy());
    let inward = |number: String| trunk.map_or_else(|| number.clone(), |trunk| trunk.inward(&number));
    let country = shared.latest.borrow().image.country.clone();
    let parties = parties(incoming, inward, country.as_deref());
    let verdict = stir.verdict(&incoming.message, &parties).await;
    if let Verdict::Failed(fault) = &verdict {
        let trunk = incoming.source_name.as_deref().unwrap_or("");
        tracing::warn!(trunk, %fault, "the signature of a caller's number is not right");
    }
    match refused(&verdict, policy, || passports(&incoming.message).is_empty()) {
        Some(refused) => Err(refused),
        None => Ok(Signature(verdict, policy)),
    }
}

impl Signature {
    /// Whether the network signs for this caller: by full attestation, and for the number that the flow sees.
    pub fn attests(&self, caller: &Caller) -> bool {
        match &self.0 {
            Verdict::Signed { attestation: Attestation::Full, number } => {
                caller.number().and_then(|phone| canonical(phone.as_str())).as_ref() == Some(number)
            }
            Verdict::Signed { .. } | Verdict::Claimed | Verdict::Failed(_) => false,
        }
    }

    /// What the contact's record says of it.
    pub fn note(&self) -> Option<String> {
        match (&self.0, self.1) {
            (Verdict::Failed(_), StirPolicy::Pass) => None,
            (Verdict::Failed(fault), StirPolicy::Mark | StirPolicy::Reject | StirPolicy::Demand) => {
                Some(format!("the signature of the caller's number is not right: {fault}"))
            }
            (Verdict::Signed { .. } | Verdict::Claimed, _) => None,
        }
    }
}

/// Whether a call is refused (RFC 8224 §6.2.2).
fn refused(verdict: &Verdict, policy: StirPolicy, unsigned: impl FnOnce() -> bool) -> Option<Refused> {
    match (policy, verdict) {
        (StirPolicy::Pass | StirPolicy::Mark, _) | (_, Verdict::Signed { .. }) => None,
        (StirPolicy::Reject | StirPolicy::Demand, Verdict::Failed(fault)) => Some(Refused::of(*fault)),
        (StirPolicy::Reject, Verdict::Claimed) => None,
        (StirPolicy::Demand, Verdict::Claimed) => Some(match unsigned() {
            true => Refused { status: Status::USE_IDENTITY_HEADER, phrase: "Use Identity Header" },
            false => Refused::of(Fault::Unfetched),
        }),
    }
}

impl Refused {
    fn of(fault: Fault) -> Refused {
        let status = fault.status();
        let phrase = match status {
            Status::FORBIDDEN => "Stale Date",
            Status::BAD_IDENTITY_INFO => "Bad Identity Info",
            Status::UNSUPPORTED_CREDENTIAL => "Unsupported Credential",
            _ => "Invalid Identity Header",
        };
        Refused { status, phrase }
    }
}

/// The numbers that a token may name. Each counts as it came and as flows have it: tokens have numbers with their country's
/// code, and some trunks do not.
fn parties(incoming: &Incoming, inward: impl Fn(String) -> String, country: Option<&str>) -> Parties {
    let forms = |uri: &Uri| {
        let number = uri.subscriber();
        let read = Phone::parse(&inward(number.clone()), country);
        let read = read.and_then(|phone| canonical(phone.as_str()));
        [canonical(&number), read].into_iter().flatten()
    };
    let asserted = asserted(incoming).flatten().map(|address| &address.uri);
    let callers = asserted.into_iter().chain([&incoming.from.uri]).flat_map(forms).collect();
    let called = [&incoming.request_uri, &incoming.to.uri].into_iter().flat_map(forms).collect();
    Parties { callers, called }
}
