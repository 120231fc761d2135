//! The text of our descriptions (RFC 8866), written by `sdp-types`.

use super::opus::OURS as OPUS_PARAMETERS;
use super::{Codec, Direction, Keying, Local, NARROW_HZ, OPUS_EVENT_TYPE, OPUS_HZ, Offer, Protection};
use super::{Session, TELEPHONE_EVENT_TYPE};
use sdp_types::{Attribute, Connection, Origin};
use std::net::SocketAddr;

/// What an audio section of ours says.
pub(super) struct AudioText {
    pub(super) proto: String,
    pub(super) codecs: Vec<(Codec, u8)>,
    /// Payload types with their clocks.
    pub(super) telephone_events: Vec<(u8, u32)>,
    pub(super) rtcp_mux: bool,
    pub(super) ptime_ms: u16,
    pub(super) direction: Direction,
    pub(super) keyings: Vec<Keying>,
}

pub(super) fn write_offer(ours: &Local, session: Session) -> String {
    // Keys beside plain RTP ask for as much as the far end can: who does not know them answers without.
    let (proto, keyings) = match ours.protection {
        Protection::Never => ("RTP/AVP", Vec::new()),
        Protection::Offer => ("RTP/AVP", ours.keyings.clone()),
        Protection::Require => ("RTP/SAVP", ours.keyings.clone()),
    };
    let audio = AudioText {
        keyings,
        proto: proto.to_owned(),
        codecs: ours.codecs.iter().map(|codec| (*codec, codec.payload_type())).collect(),
        telephone_events: ours.events(),
        rtcp_mux: ours.rtcp_mux,
        ptime_ms: ours.ptime_ms,
        direction: ours.direction,
    };
    write(ours.rtp, session, vec![audio_section(ours.rtp.port(), &audio)])
}

impl Local {
    /// The payload types that our offers give telephone-event, with their clocks: that of Opus beside it, and that which everybody has.
    fn events(&self) -> Vec<(u8, u32)> {
        let has_opus = self.codecs.contains(&Codec::Opus);
        let wide = has_opus.then_some((OPUS_EVENT_TYPE, OPUS_HZ));
        let all = [(TELEPHONE_EVENT_TYPE, NARROW_HZ)].into_iter().chain(wide);
        all.filter(|_| self.telephone_event).collect()
    }
}

/// As many sections as the offer has, all but the one in this place refused with port 0 (RFC 3264 §6).
pub(super) fn write_answer(
    offer: &Offer,
    place: usize,
    rtp: SocketAddr,
    session: Session,
    audio: &AudioText,
) -> String {
    let sections = offer.sections.iter().enumerate().map(|(index, section)| {
        if index == place {
            audio_section(rtp.port(), audio)
        } else {
            refused(&section.media, &section.proto, &section.formats)
        }
    });
    write(rtp, session, sections.collect())
}

fn write(rtp: SocketAddr, session: Session, medias: Vec<sdp_types::Media>) -> String {
    let origin = Origin::with_ip_addr(session.id, session.version, rtp.ip());
    let mut description = sdp_types::Session::new(origin, "-");
    description.connection = Some(Connection::from_ip_addr(rtp.ip()));
    description.medias = medias;
    let mut text = Vec::with_capacity(256);
    match description.write(&mut text) {
        Ok(()) => String::from_utf8_lossy(&text).into_owned(),
        // A vector takes every byte.
        Err(_) => String::new(),
    }
}

fn audio_section(port: u16, audio: &AudioText) -> sdp_types::Media {
    let mut numbers: Vec<String> = audio.codecs.iter().map(|(_, number)| number.to_string()).collect();
    let mut attributes = Vec::new();
    for (codec, number) in &audio.codecs {
        attributes.push(Attribute::with_value("rtpmap", format!("{number} {}", codec.encoding())));
        if *codec == Codec::Opus {
            attributes.push(Attribute::with_value("fmtp", format!("{number} {OPUS_PARAMETERS}")));
        }
    }
    for (number, clock_hz) in &audio.telephone_events {
        numbers.push(number.to_string());
        attributes.push(Attribute::with_value("rtpmap", format!("{number} telephone-event/{clock_hz}")));
        // The sixteen keys and flash (RFC 4733 §2.3.1, §3.2).
        attributes.push(Attribute::with_value("fmtp", format!("{number} 0-16")));
    }
    attributes.extend(audio.keyings.iter().map(|keying| Attribute::with_value("crypto", keying.write())));
    if audio.rtcp_mux {
        attributes.push(Attribute::new("rtcp-mux"));
    }
    attributes.push(Attribute::with_value("ptime", audio.ptime_ms));
    attributes.push(Attribute::new(audio.direction.as_str()));
    section("audio", port, &audio.proto, &numbers.join(" "), attributes)
}

fn refused(media: &str, proto: &str, formats: &str) -> sdp_types::Media {
    section(media, 0, proto, formats, Vec::new())
}

fn section(
    media: &str,
    port: u16,
    proto: &str,
    formats: &str,
    attributes: Vec<Attribute>,
) -> sdp_types::Media {
    sdp_types::Media {
        media: media.to_owned(),
        port,
        num_ports: None,
        proto: proto.to_owned(),
        fmt: formats.to_owned(),
        media_title: None,
        connections: Vec::new(),
        bandwidths: Vec::new(),
        key: None,
        attributes,
    }
}
