//! Agreement: our answer to an offer, and the far end's answer to ours (RFC 3264 §5, §6, §7).

use super::write::{AudioText, write_answer, write_offer};
use super::{Agreed, Keying, Local, Media, Offer, Protection, SdpError, Session};
use super::{TELEPHONE_EVENT_TYPE, TelephoneEvent};

/// Packet lengths that we send; what the far end wants outside of it is not followed.
const PTIME_MS: std::ops::RangeInclusive<u16> = 10..=60;

impl Local {
    /// Our description, as an offer.
    pub fn offer(&self, session: Session) -> String {
        write_offer(self, session)
    }
}

impl Offer {
    /// What we agree on if `ours` meets this offer: the first of our codecs that it has.
    ///
    /// An IPv6 address is no reason to refuse what came over IPv4: Linphone writes that of its host whichever way it calls,
    /// and the packets it sends will tell where it is.
    ///
    /// # Errors
    ///
    /// [`SdpError::NoCommonCodec`], and [`SdpError::NoAudio`] where one side must encrypt and the other cannot.
    pub fn agree(&self, ours: &Local) -> Result<Media, SdpError> {
        let crypto = self.keys(ours)?.map(|(ours, theirs)| Agreed {
            suite: ours.suite,
            ours: ours.octets.clone(),
            theirs: theirs.octets.clone(),
        });
        let chosen =
            ours.codecs.iter().find_map(|codec| self.audio.codecs.iter().find(|(theirs, _)| theirs == codec));
        let (codec, payload_type) = *chosen.ok_or(SdpError::NoCommonCodec)?;
        let event = self.audio.telephone_event.filter(|_| ours.telephone_event);
        Ok(Media {
            remote: self.audio.remote,
            codec,
            payload_type,
            telephone_event: event.map(|number| TelephoneEvent { send: number, receive: number }),
            ptime_ms: self.audio.ptime_ms.filter(|wish| PTIME_MS.contains(wish)).unwrap_or(ours.ptime_ms),
            direction: ours.direction.against(self.audio.direction),
            crypto,
        })
    }

    /// Our key and theirs, of the first suite of ours that they have (RFC 4568 §5.1.2); nothing where it is not encrypted.
    fn keys<'k>(&'k self, ours: &'k Local) -> Result<Option<(&'k Keying, &'k Keying)>, SdpError> {
        let pair = ours.keyings.iter().find_map(|own| {
            let theirs = self.audio.keyings.iter().find(|theirs| theirs.suite == own.suite)?;
            Some((own, theirs))
        });
        match (ours.protection, pair) {
            (Protection::Never, _) | (Protection::Offer, None) if self.audio.is_secure => {
                Err(SdpError::NoAudio)
            }
            (Protection::Never, _) | (Protection::Offer, None) => Ok(None),
            (Protection::Require, None) => Err(SdpError::NoAudio),
            (Protection::Offer | Protection::Require, Some(pair)) => Ok(Some(pair)),
        }
    }

    /// Our answer to this offer, and what it agrees on. The answer has one codec, so that nobody has to guess.
    ///
    /// # Errors
    ///
    /// [`SdpError::NoCommonCodec`].
    pub fn answer(&self, ours: &Local, session: Session) -> Result<(String, Media), SdpError> {
        let media = self.agree(ours)?;
        let proto = self.sections.get(self.chosen).map_or("RTP/AVP", |section| &section.proto).to_owned();
        // The answer repeats the tag of the line that it takes (RFC 4568 §5.1.2).
        let keyings = self.keys(ours)?.map(|(own, theirs)| Keying { tag: theirs.tag, ..own.clone() });
        let audio = AudioText {
            keyings: keyings.into_iter().collect(),
            proto,
            codecs: vec![(media.codec, media.payload_type)],
            telephone_event: media.telephone_event.map(|event| event.receive),
            ptime_ms: ours.ptime_ms,
            direction: media.direction,
        };
        Ok((write_answer(self, ours.rtp, session, &audio), media))
    }

    /// What we agree on if this is the answer to an offer of `ours`.
    ///
    /// # Errors
    ///
    /// [`SdpError::NoAudio`] if our first section was refused, [`SdpError::NoCommonCodec`].
    pub fn as_answer(&self, ours: &Local) -> Result<Media, SdpError> {
        if self.chosen != 0 {
            return Err(SdpError::NoAudio);
        }
        // The far end's order counts: it answered with what it wants to hear (RFC 3264 §6.1).
        let theirs =
            self.audio.codecs.iter().map(|(codec, _)| *codec).filter(|codec| ours.codecs.contains(codec));
        let mut media = self.agree(&Local { codecs: theirs.collect(), ..ours.clone() })?;
        if let Some(event) = &mut media.telephone_event {
            event.receive = TELEPHONE_EVENT_TYPE;
        }
        Ok(media)
    }
}
