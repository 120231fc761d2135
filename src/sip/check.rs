//! The judgement of a request before anything acts on it (RFC 3261 §8.2, in its order).
//!
//! [`Core::read`] finds the fields without which a request is none (400, 501, 505); [`Core::admit`] asks whether we
//! serve it (405, 416, 420, 415, 406). What needs state (481, 482, 491, 500, 503) is the endpoint's.

use crate::sip::message::{CSeq, Message, Name, ViewError};
use crate::sip::sdp::SdpError;
use crate::sip::{KnownMethod, Method, NameAddr, Status, Uri, Via};

/// The methods that we serve, as Allow says them.
pub(crate) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, PRACK, UPDATE, REFER, NOTIFY";

/// The extensions that we know, as Supported says them.
pub(crate) const SUPPORTED: &str = "100rel, timer, replaces, norefersub";

/// The media types of bodies that we read, as Accept says them.
pub(crate) const ACCEPT: &str = "application/sdp, multipart/mixed, application/dtmf-relay, application/dtmf";

/// The fields that every request must have.
#[derive(Clone, Debug)]
pub(crate) struct Core {
    pub(crate) via: Via,
    pub(crate) from: NameAddr,
    pub(crate) to: NameAddr,
    pub(crate) call_id: String,
    pub(crate) cseq: CSeq,
    /// Where the far end is reached from now on; the first one counts.
    pub(crate) contacts: Vec<NameAddr>,
}

/// The answer to a request that is not admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: Status,
    pub(crate) header: Option<(Name, String)>,
}

impl Refusal {
    pub(crate) fn with(status: Status, name: Name, value: impl Into<String>) -> Refusal {
        Refusal { status, header: Some((name, value.into())) }
    }
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Refusal {
        Refusal { status, header: None }
    }
}

impl From<SdpError> for Refusal {
    fn from(error: SdpError) -> Refusal {
        Refusal::with(error.status(), Name::Warning, error.warning())
    }
}

impl From<ViewError> for Refusal {
    fn from(error: ViewError) -> Refusal {
        Refusal::with(
            Status::BAD_REQUEST,
            Name::Warning,
            format!("399 callwright \"{}\"", error.to_string().replace('`', "'")),
        )
    }
}

impl Core {
    /// Reads the fields that every request must have and those whose faults make it useless.
    pub(crate) fn read(request: &Message) -> Result<Core, Refusal> {
        if !request.is_version_2() {
            return Err(Status::VERSION_NOT_SUPPORTED.into());
        }
        let core = Core {
            via: request.via()?,
            from: request.from()?,
            to: request.to()?,
            call_id: request.call_id()?.to_owned(),
            cseq: request.cseq()?,
            contacts: Vec::new(),
        };
        request.max_forwards()?;
        match request.method() {
            Some(Method::Other(_)) | None => {
                return Err(Refusal::with(Status::NOT_IMPLEMENTED, Name::Allow, ALLOW));
            }
            Some(method) if *method != core.cseq.method => {
                return Err(ViewError::Malformed(Name::CSeq).into());
            }
            Some(Method::Known(_)) => {}
        }
        let contacts = request.contacts()?;
        request.record_routes()?;
        Ok(Core { contacts, ..core })
    }

    /// Asks whether we serve such a request. CANCEL and ACK are not asked (RFC 3261 §8.2.2.3).
    pub(crate) fn admit(request: &Message) -> Result<(), Refusal> {
        admit_method(request)?;
        admit_uri(request)?;
        let known = |option: &str| SUPPORTED.split(", ").any(|known| known.eq_ignore_ascii_case(option));
        let options = request.elements(Name::Require).filter(|option| !option.is_empty());
        let required: Vec<&str> = options.filter(|option| !known(option)).collect();
        if !required.is_empty() {
            return Err(Refusal::with(Status::BAD_EXTENSION, Name::Unsupported, required.join(", ")));
        }
        admit_body(request)
    }
}

fn admit_method(request: &Message) -> Result<(), Refusal> {
    match request.method() {
        Some(Method::Known(
            KnownMethod::Invite
            | KnownMethod::Bye
            | KnownMethod::Options
            | KnownMethod::Info
            | KnownMethod::PRack
            | KnownMethod::Update
            | KnownMethod::Refer
            | KnownMethod::Notify
            | KnownMethod::Ack
            | KnownMethod::Cancel,
        )) => Ok(()),
        Some(Method::Known(_)) => Err(Refusal::with(Status::METHOD_NOT_ALLOWED, Name::Allow, ALLOW)),
        Some(Method::Other(_)) | None => Err(Refusal::with(Status::NOT_IMPLEMENTED, Name::Allow, ALLOW)),
    }
}

fn admit_uri(request: &Message) -> Result<(), Refusal> {
    match request.request_uri().parse() {
        Ok(Uri::Sip(_) | Uri::Tel(_)) => Ok(()),
        Ok(Uri::Other(_)) => Err(Status::UNSUPPORTED_URI_SCHEME.into()),
        Err(_) => Err(Status::BAD_REQUEST.into()),
    }
}

/// Only INVITE and INFO have a body that is read. What a gateway puts into its BYE must not keep the call from ending.
fn admit_body(request: &Message) -> Result<(), Refusal> {
    let readable = match request.method() {
        Some(Method::Known(KnownMethod::Invite | KnownMethod::Update | KnownMethod::PRack)) => {
            !request.description().is_empty()
        }
        Some(Method::Known(KnownMethod::Info)) => {
            request.is_of_unknown_package()
                || matches!(
                    request.content_type().as_deref(),
                    None | Some("application/dtmf-relay" | "application/dtmf")
                )
        }
        Some(Method::Known(_) | Method::Other(_)) | None => return Ok(()),
    };
    let encoded =
        request.elements(Name::ContentEncoding).any(|coding| !coding.eq_ignore_ascii_case("identity"));
    let unknown = !readable || request.has_required_part();
    if !request.body().is_empty() && (encoded || unknown) && !request.has_optional_body() {
        return Err(Refusal::with(Status::UNSUPPORTED_MEDIA_TYPE, Name::Accept, ACCEPT));
    }
    if request.method() == Some(&Method::INVITE) && !accepts_sdp(request) {
        return Err(Status::NOT_ACCEPTABLE.into());
    }
    Ok(())
}

/// Without Accept a caller accepts SDP; with it, only if it says so (RFC 3261 §20.1).
fn accepts_sdp(request: &Message) -> bool {
    let mut ranges =
        request.elements(Name::Accept).map(|range| range.split(';').next().unwrap_or_default().trim());
    let stated = request.first(Name::Accept).is_some();
    let sdp = |range: &str| {
        ["application/sdp", "application/*", "*/*"].iter().any(|good| range.eq_ignore_ascii_case(good))
    };
    !stated || ranges.any(sdp)
}
