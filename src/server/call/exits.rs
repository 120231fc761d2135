//! What the answer to a call that we make means for its flow: the one place where statuses and causes become exits.

use crate::engine::DialProgress;
use crate::program::Text;
use crate::sip::{End, Rejection};

/// What the end of a leg that was never answered means for the flow.
pub(super) fn progress_of(end: &End, rang: bool) -> DialProgress {
    match end {
        End::Rejected(rejection) => refusal(rejection, rang),
        End::NoResponse | End::AtCapacity => DialProgress::Unavailable,
        End::MaxDuration => DialProgress::NoAnswer,
        End::Local | End::Remote { .. } | End::Cancelled { .. } | End::NoAck | End::Media(_) => {
            DialProgress::Failed
        }
        // Only a leg that was answered can end so.
        End::SessionExpired | End::Lost => DialProgress::Failed,
    }
}

/// RFC 3261 §21: which response means what to a caller. A gateway's Q.850 cause says more than its status.
fn refusal(rejection: &Rejection, rang: bool) -> DialProgress {
    match (rejection.q850(), rejection.status.code()) {
        (Some(17), _) => DialProgress::Busy,
        (Some(18 | 19), _) => DialProgress::NoAnswer,
        (Some(21), _) => DialProgress::Refused,
        (Some(1 | 3 | 20 | 27), _) => DialProgress::Unavailable,
        (_, 300..=399) => DialProgress::Redirected(elsewhere(rejection)),
        (_, 486 | 600) => DialProgress::Busy,
        (_, 408 | 487) => DialProgress::NoAnswer,
        (_, 480) if rang => DialProgress::NoAnswer,
        (_, 404 | 410 | 480 | 484 | 502..=504 | 604) => DialProgress::Unavailable,
        (_, 401 | 403 | 407 | 603 | 607 | 608) => DialProgress::Refused,
        _ => DialProgress::Failed,
    }
}

/// Where a call is sent by a 3xx: the first address of its Contact fields; nothing where it has none.
fn elsewhere(rejection: &Rejection) -> Text {
    rejection.contacts.first().map(|contact| contact.uri.to_string()).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Reason, Status};

    /// The exit of a status, with a Q.850 cause beside it if there is one.
    fn exit(status: u16, cause: Option<u16>, rang: bool) -> String {
        let reason = |cause| Reason { protocol: "Q.850".to_owned(), cause: Some(cause), text: None };
        let Some(status) = Status::new(status) else { return String::new() };
        let reasons = cause.map(reason).into_iter().collect();
        let rejection =
            Rejection { status, phrase: String::new(), reasons, contacts: vec![], retry_after_s: None };
        format!("{:?}", progress_of(&End::Rejected(Box::new(rejection)), rang))
    }

    #[test]
    fn every_status_is_one_exit() {
        let rows = [
            (&[486, 600][..], "Busy"),
            (&[408, 487], "NoAnswer"),
            (&[404, 410, 480, 484, 502, 503, 504, 604], "Unavailable"),
            (&[401, 403, 407, 603, 607, 608], "Refused"),
            (&[400, 488, 500, 606], "Failed"),
        ];
        for (statuses, expected) in rows {
            for status in statuses {
                assert_eq!(exit(*status, None, false), expected, "{status}");
            }
        }
        assert_eq!(exit(480, None, true), "NoAnswer");
        assert!(exit(302, None, false).starts_with("Redirected"));
    }

    #[test]
    fn a_cause_of_the_telephone_network_says_more_than_the_status() {
        let rows = [
            (&[17][..], "Busy"),
            (&[18, 19], "NoAnswer"),
            (&[21], "Refused"),
            (&[1, 3, 20, 27], "Unavailable"),
        ];
        for (causes, expected) in rows {
            for cause in causes {
                assert_eq!(exit(500, Some(*cause), false), expected, "{cause}");
            }
        }
        assert_eq!(exit(486, Some(31), false), "Busy", "a cause that says nothing leaves it to the status");
    }

    #[test]
    fn a_call_without_an_answer_is_an_exit_too() {
        let exit = |end: &End| format!("{:?}", progress_of(end, false));
        assert_eq!([exit(&End::NoResponse), exit(&End::AtCapacity)], ["Unavailable", "Unavailable"]);
        assert_eq!([exit(&End::MaxDuration), exit(&End::Local)], ["NoAnswer", "Failed"]);
    }
}
