//! Agreement: our answer to an offer, and the far end's answer to ours (RFC 3264 §5, §6, §7).

use super::write::{AudioText, write_answer, write_offer};
use super::{Local, Media, Offer, SdpError, Session, TELEPHONE_EVENT_TYPE, TelephoneEvent};

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
    /// [`SdpError::NoCommonCodec`].
    pub fn agree(&self, ours: &Local) -> Result<Media, SdpError> {
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
        })
    }

    /// Our answer to this offer, and what it agrees on. The answer has one codec, so that nobody has to guess.
    ///
    /// # Errors
    ///
    /// [`SdpError::NoCommonCodec`].
    pub fn answer(&self, ours: &Local, session: Session) -> Result<(String, Media), SdpError> {
        let media = self.agree(ours)?;
        let proto = self.sections.get(self.chosen).map_or("RTP/AVP", |section| &section.proto).to_owned();
        let audio = AudioText {
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
