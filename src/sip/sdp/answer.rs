//! Agreement: our answer to an offer, and the far end's answer to ours (RFC 3264 §5, §6, §7).

use super::read::Audio;
use super::write::{AudioText, write_answer, write_offer};
use super::{
    Agreed, Codec, Keying, Local, Media, NARROW_HZ, OPUS_EVENT_TYPE, OPUS_HZ, Offer, Protection, Rtcp,
};
use super::{SdpError, Session, TELEPHONE_EVENT_TYPE, TelephoneEvent};

/// Packet lengths that we send; what the far end wants outside of it is not followed.
const PTIME_MS: std::ops::RangeInclusive<u16> = 10..=60;

impl Local {
    /// Our description, as an offer.
    pub fn offer(&self, session: Session) -> String {
        write_offer(self, session)
    }
}

impl Offer {
    /// What we agree on if `ours` meets this offer: the first of our codecs that it has, in the first of its sections that we
    /// can take; where it leaves the choice and we have keys, in one that is encrypted.
    ///
    /// An IPv6 address is no reason to refuse what came over IPv4: Linphone writes that of its host whichever way it calls,
    /// and the packets it sends will tell where it is.
    ///
    /// # Errors
    ///
    /// [`SdpError::NoCommonCodec`], and [`SdpError::NoAudio`] where one side must encrypt and the other cannot.
    pub fn agree(&self, ours: &Local) -> Result<Media, SdpError> {
        Ok(self.choose(ours)?.media(ours))
    }

    fn choose<'k>(&'k self, ours: &'k Local) -> Result<Choice<'k>, SdpError> {
        let (mut possible, mut problem) = (Vec::new(), SdpError::NoCommonCodec);
        for audio in &self.audios {
            match audio.taken(ours) {
                Ok(choice) => possible.push(choice),
                Err(error) => problem = error,
            }
        }
        possible.into_iter().min_by_key(|choice| choice.keys.is_none()).ok_or(problem)
    }

    /// Our answer to this offer, and what it agrees on. The answer has one codec, so that nobody has to guess.
    ///
    /// # Errors
    ///
    /// As [`Offer::agree`].
    pub fn answer(&self, ours: &Local, session: Session) -> Result<(String, Media), SdpError> {
        let choice = self.choose(ours)?;
        let (media, place) = (choice.media(ours), choice.audio.place);
        let proto = self.sections.get(place).map_or("RTP/AVP", |section| &section.proto).to_owned();
        // The answer repeats the tag of the line that it takes (RFC 4568 §5.1.2).
        let keyings = choice.keys.map(|(own, theirs)| Keying { tag: theirs.tag, ..own.clone() });
        let audio = AudioText {
            keyings: keyings.into_iter().collect(),
            proto,
            codecs: vec![(media.codec, media.payload_type)],
            telephone_events: media
                .telephone_event
                .iter()
                .map(|event| (event.receive, event.clock_hz))
                .collect(),
            rtcp_mux: media.rtcp == Rtcp::Muxed,
            ptime_ms: ours.ptime_ms,
            direction: media.direction,
        };
        Ok((write_answer(self, place, ours.rtp, session, &audio), media))
    }

    /// What we agree on if this is the answer to an offer of `ours`.
    ///
    /// # Errors
    ///
    /// [`SdpError::NoAudio`] if our first section was refused, [`SdpError::NoCommonCodec`].
    pub fn as_answer(&self, ours: &Local) -> Result<Media, SdpError> {
        let first = self.audios.iter().find(|audio| audio.place == 0).ok_or(SdpError::NoAudio)?;
        // The far end's order counts: it answered with what it wants to hear (RFC 3264 §6.1).
        let theirs = first.codecs.iter().map(|(codec, _)| *codec).filter(|codec| ours.codecs.contains(codec));
        let ours = Local { codecs: theirs.collect(), ..ours.clone() };
        let mut media = first.taken(&ours)?.media(&ours);
        media.receive_type = media.codec.payload_type();
        if let Some(event) = &mut media.telephone_event {
            event.receive = if event.clock_hz == OPUS_HZ { OPUS_EVENT_TYPE } else { TELEPHONE_EVENT_TYPE };
        }
        Ok(media)
    }
}

/// A section that both sides can take, with the codec, and our key and theirs.
struct Choice<'k> {
    audio: &'k Audio,
    codec: (Codec, u8),
    keys: Option<(&'k Keying, &'k Keying)>,
}

impl Audio {
    fn taken<'k>(&'k self, ours: &'k Local) -> Result<Choice<'k>, SdpError> {
        let keys = self.keys(ours)?;
        let known = |codec: &Codec| self.codecs.iter().find(|(theirs, _)| theirs == codec);
        let codec = *ours.codecs.iter().find_map(known).ok_or(SdpError::NoCommonCodec)?;
        Ok(Choice { audio: self, codec, keys })
    }

    /// Where reports go. They share the port of RTP where both can, and no payload type looks like one (RFC 5761 §4).
    fn reports(&self, ours: &Local, mut numbers: impl Iterator<Item = u8>) -> Rtcp {
        let is_mistakable = numbers.any(|number| (64..=95).contains(&number));
        match self.rtcp {
            _ if self.rtcp_mux && ours.rtcp_mux && !is_mistakable => Rtcp::Muxed,
            Some(address) => Rtcp::At(address),
            None => Rtcp::Beside,
        }
    }

    /// Our key and theirs, of the first suite of ours that they have (RFC 4568 §5.1.2); nothing where it is not encrypted.
    fn keys<'k>(&'k self, ours: &'k Local) -> Result<Option<(&'k Keying, &'k Keying)>, SdpError> {
        let pair = ours.keyings.iter().find_map(|own| {
            let theirs = self.keyings.iter().find(|theirs| theirs.suite == own.suite)?;
            Some((own, theirs))
        });
        match (ours.protection, pair) {
            (Protection::Never, _) | (Protection::Offer, None) if self.is_secure => Err(SdpError::NoAudio),
            (Protection::Never, _) | (Protection::Offer, None) => Ok(None),
            (Protection::Require, None) => Err(SdpError::NoAudio),
            (Protection::Offer | Protection::Require, Some(pair)) => Ok(Some(pair)),
        }
    }
}

impl Choice<'_> {
    fn media(&self, ours: &Local) -> Media {
        let (audio, (codec, payload_type)) = (self.audio, self.codec);
        // Lengths are counted on the codec's clock (RFC 4733 §2.1); not every telephone that speaks Opus has that for its keys.
        let on_clock = |hz| audio.telephone_events.iter().find(|(_, clock_hz)| *clock_hz == hz);
        let event = on_clock(codec.clock_hz()).or(on_clock(NARROW_HZ)).filter(|_| ours.telephone_event);
        let crypto = self.keys.map(|(ours, theirs)| Agreed {
            suite: ours.suite,
            ours: ours.octets.clone(),
            theirs: theirs.octets.clone(),
        });
        let numbers = [Some(payload_type), event.map(|(number, _)| *number)];
        Media {
            remote: audio.remote,
            rtcp: audio.reports(ours, numbers.into_iter().flatten()),
            codec,
            payload_type,
            receive_type: payload_type,
            opus: audio.opus,
            telephone_event: event.map(|(number, clock_hz)| TelephoneEvent {
                send: *number,
                receive: *number,
                clock_hz: *clock_hz,
            }),
            ptime_ms: audio.ptime_ms.filter(|wish| PTIME_MS.contains(wish)).unwrap_or(ours.ptime_ms),
            direction: ours.direction.against(audio.direction),
            crypto,
        }
    }
}
