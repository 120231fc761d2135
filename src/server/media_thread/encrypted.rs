//! A leg whose packets are encrypted both ways (SRTP and SRTCP, RFC 3711).

use crate::media::rtcp;
use crate::media::srtp::{Opener, Protector};
use crate::server::described::master_key;
use crate::sip::sdp::Agreed;

/// The keys of both ways, and how far they have been used.
pub(super) struct Srtp {
    agreed: Agreed,
    pub protector: Protector,
    opener: Opener,
}

impl Srtp {
    /// What was agreed, behind what was agreed before: a key that stays counts on. Nothing where a key has not its suite's length,
    /// which a description that was read cannot have.
    pub fn behind(before: Option<Srtp>, agreed: Agreed) -> Option<Srtp> {
        let protector = Protector::new(&master_key(agreed.suite, &agreed.ours)?);
        let opener = Opener::new(&master_key(agreed.suite, &agreed.theirs)?);
        let mut now = Srtp { agreed, protector, opener };
        if let Some(before) = before.filter(|before| before.agreed.suite == now.agreed.suite) {
            if before.agreed.ours == now.agreed.ours {
                now.protector = before.protector;
            }
            if before.agreed.theirs == now.agreed.theirs {
                now.opener = before.opener;
            }
        }
        Some(now)
    }

    /// What was agreed.
    pub fn agreed(&self) -> &Agreed {
        &self.agreed
    }

    /// Opens a datagram of the RTP port where it stands; nothing if it is not authentic.
    pub fn open(&mut self, datagram: &mut [u8]) -> Option<usize> {
        match rtcp::is_rtcp(datagram) {
            true => self.opener.open_rtcp(datagram),
            false => self.opener.open(datagram),
        }
    }

    /// The same of one of the port for reports.
    pub fn open_report(&mut self, datagram: &mut [u8]) -> Option<usize> {
        self.opener.open_rtcp(datagram)
    }
}
