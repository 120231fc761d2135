//! A received description, reduced to what audio needs (RFC 8866).

use super::{Codec, Direction, Keying, NARROW_HZ, OPUS_HZ, OpusParameters, SdpError};
use crate::sip::limits::{MAX_SDP_BYTES, MAX_SDP_MEDIA};
use std::net::{IpAddr, SocketAddr};

/// A description that was received: an offer, or the answer to ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub(super) sections: Vec<Section>,
    /// Its sound that we could take, plain before encrypted; never empty.
    pub(super) audios: Vec<Audio>,
}

/// What an answer must repeat of any section (RFC 3264 §6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) media: String,
    pub(super) proto: String,
    pub(super) formats: String,
}

/// An audio section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Audio {
    /// Its place among the sections.
    pub(super) place: usize,
    pub(super) remote: SocketAddr,
    /// Where it says that reports go, if that is an address.
    pub(super) rtcp: Option<SocketAddr>,
    /// Whether reports may share the port of RTP.
    pub(super) rtcp_mux: bool,
    /// Codecs with their payload types, in the order of the far end.
    pub(super) codecs: Vec<(Codec, u8)>,
    /// What Opus is asked to be, where it is offered.
    pub(super) opus: OpusParameters,
    /// The payload types of telephone-event, with their clocks.
    pub(super) telephone_events: Vec<(u8, u32)>,
    pub(super) ptime_ms: Option<u16>,
    pub(super) direction: Direction,
    /// Whether the section says that its media is encrypted.
    pub(super) is_secure: bool,
    /// The keys beside it.
    pub(super) keyings: Vec<Keying>,
}

impl Offer {
    /// Reads a description.
    ///
    /// # Errors
    ///
    /// Every variant of [`SdpError`]; `NoCommonCodec` if the audio has no codec that we know at all.
    pub fn read(text: &[u8]) -> Result<Offer, SdpError> {
        if text.len() > MAX_SDP_BYTES {
            return Err(SdpError::TooLarge);
        }
        let session = essentials(text).and_then(|text| sdp_types::Session::parse(&text).ok());
        let session = session.ok_or(SdpError::Malformed)?;
        if session.medias.len() > MAX_SDP_MEDIA {
            return Err(SdpError::TooLarge);
        }
        let (mut audios, mut problem) = (Vec::new(), SdpError::NoAudio);
        for (place, media) in session.medias.iter().enumerate().filter(|(_, media)| is_sound(media)) {
            match read_audio(&session, place, media) {
                Ok(audio) => audios.push(audio),
                Err(error) => problem = error,
            }
        }
        if audios.is_empty() {
            return Err(problem);
        }
        // Of two sections of the same sound the plain one is every telephone's.
        audios.sort_by_key(|audio: &Audio| audio.is_secure);
        let sections = session.medias.iter().map(Section::of).collect();
        Ok(Offer { sections, audios })
    }

    /// The codecs that it offers and we know, in its order.
    pub fn codecs(&self) -> impl Iterator<Item = Codec> {
        self.audios.iter().flat_map(|audio| audio.codecs.iter().map(|(codec, _)| *codec))
    }
}

/// Sound over RTP that is not switched off.
fn is_sound(media: &sdp_types::Media) -> bool {
    media.media == "audio" && PROFILES.contains(&&*media.proto) && media.port != 0
}

/// What is RTP, plain and encrypted. Whoever offers feedback (RFC 4585) can do without.
const PROFILES: [&str; 4] = ["RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF"];

/// The lines that are used, behind an origin and a name of ours: in the others telephones make mistakes that do no harm,
/// as blanks in the user of `o=` or numbers beyond 64 bits. `None` where a port is no number, though it may be read as one.
fn essentials(text: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::with_capacity(text.len() + 32);
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii_end();
        match line {
            [b'm', b'=', ..] if has_signed_port(line) => return None,
            [b'c' | b'm', b'=', ..] => keep_single_spaced(&mut kept, line),
            [b'v' | b'a', b'=', ..] => kept.extend_from_slice(line),
            _ => continue,
        }
        kept.extend_from_slice(b"\r\n");
        if line == b"v=0" {
            kept.extend_from_slice(b"o=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\n");
        }
    }
    Some(kept)
}

fn has_signed_port(line: &[u8]) -> bool {
    let port = line.split(|byte| *byte == b' ').filter(|field| !field.is_empty()).nth(1);
    port.is_some_and(|port| port.contains(&b'+'))
}

/// Fields with one space between them, where some telephones write two.
fn keep_single_spaced(kept: &mut Vec<u8>, line: &[u8]) {
    for (index, field) in line.split(|byte| *byte == b' ').filter(|field| !field.is_empty()).enumerate() {
        kept.extend_from_slice(if index == 0 { b"" } else { b" " });
        kept.extend_from_slice(field);
    }
}

impl Section {
    fn of(media: &sdp_types::Media) -> Section {
        Section { media: media.media.clone(), proto: media.proto.clone(), formats: media.fmt.clone() }
    }
}

fn read_audio(
    session: &sdp_types::Session,
    place: usize,
    media: &sdp_types::Media,
) -> Result<Audio, SdpError> {
    let connection = media.connections.first().or(session.connection.as_ref()).ok_or(SdpError::Malformed)?;
    let (address, held) = read_address(&connection.connection_address)?;
    let cryptos = media.attributes.iter().filter(|attribute| attribute.attribute == "crypto");
    let mut audio = Audio {
        place,
        is_secure: media.proto.starts_with("RTP/SAVP"),
        keyings: Keying::read_all(cryptos.filter_map(|attribute| attribute.value.as_deref())),
        remote: SocketAddr::new(address, media.port),
        rtcp: attribute(media, "rtcp").and_then(|rtcp| read_rtcp(rtcp, address)),
        rtcp_mux: media.attributes.iter().any(|attribute| attribute.attribute == "rtcp-mux"),
        codecs: Vec::new(),
        opus: OpusParameters::default(),
        telephone_events: Vec::new(),
        ptime_ms: attribute(media, "ptime").and_then(|ptime| ptime.trim().parse().ok()),
        direction: if held { Direction::Inactive } else { read_direction(session, media) },
    };
    for format in media.fmt.split_ascii_whitespace().take(MAX_FORMATS) {
        match payload_type(format).map(|number| (number, meaning(media, number))) {
            Some((number, Some(Format::Codec(codec)))) => {
                let is_first = audio.codecs.iter().all(|(known, _)| *known != codec);
                if codec == Codec::Opus && is_first {
                    audio.opus =
                        of_format(media, "fmtp", number).map(OpusParameters::read).unwrap_or_default();
                }
                audio.codecs.push((codec, number));
            }
            Some((number, Some(Format::TelephoneEvent { clock_hz }))) => {
                audio.telephone_events.push((number, clock_hz))
            }
            Some((_, None)) | None => {}
        }
    }
    if audio.codecs.is_empty() { Err(SdpError::NoCommonCodec) } else { Ok(audio) }
}

/// A payload type of RTP, which has seven bits (RFC 3550 §5.1) and no sign.
fn payload_type(format: &str) -> Option<u8> {
    let is_number = format.bytes().all(|byte| byte.is_ascii_digit());
    format.parse().ok().filter(|number| is_number && *number < 128)
}

/// Most formats of one section that are looked at.
const MAX_FORMATS: usize = 64;

enum Format {
    Codec(Codec),
    TelephoneEvent { clock_hz: u32 },
}

/// What a payload type stands for: its `rtpmap`, or without one what RFC 3551 says.
fn meaning(media: &sdp_types::Media, number: u8) -> Option<Format> {
    match (of_format(media, "rtpmap", number), number) {
        (None, 0) => Some(Format::Codec(Codec::Pcmu)),
        (None, 8) => Some(Format::Codec(Codec::Pcma)),
        (None, 9) => Some(Format::Codec(Codec::G722)),
        (None, _) => None,
        (Some(encoding), _) => encoding_of(encoding),
    }
}

/// What an attribute says of a payload type, which it names first.
fn of_format<'m>(media: &'m sdp_types::Media, name: &str, number: u8) -> Option<&'m str> {
    let named = media.attributes.iter().filter(|attribute| attribute.attribute == name);
    let mut said = named.filter_map(|attribute| attribute.value.as_deref()?.trim().split_once(' '));
    said.find(|(candidate, _)| payload_type(candidate) == Some(number)).map(|(_, said)| said.trim())
}

fn encoding_of(encoding: &str) -> Option<Format> {
    let mut parts = encoding.split('/');
    let (name, clock, channels) = (parts.next()?, parts.next()?, parts.next().unwrap_or("1"));
    let clock_hz = match clock.trim() {
        "8000" => NARROW_HZ,
        "48000" => OPUS_HZ,
        _ => return None,
    };
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    match (clock_hz, channels.trim()) {
        (NARROW_HZ, "1") if is("PCMU") => Some(Format::Codec(Codec::Pcmu)),
        (NARROW_HZ, "1") if is("PCMA") => Some(Format::Codec(Codec::Pcma)),
        (NARROW_HZ, "1") if is("G722") => Some(Format::Codec(Codec::G722)),
        // Two channels, whatever is sent (RFC 7587 §7).
        (OPUS_HZ, "2") if is("opus") => Some(Format::Codec(Codec::Opus)),
        (clock_hz, "1") if is("telephone-event") => Some(Format::TelephoneEvent { clock_hz }),
        _ => None,
    }
}

fn attribute<'m>(media: &'m sdp_types::Media, name: &str) -> Option<&'m str> {
    media.attributes.iter().find(|attribute| attribute.attribute == name)?.value.as_deref()
}

/// The direction of the section, else of the session, else both ways (RFC 8866 §6.7).
fn read_direction(session: &sdp_types::Session, media: &sdp_types::Media) -> Direction {
    let named = |attributes: &[sdp_types::Attribute]| {
        attributes.iter().find_map(|attribute| match attribute.attribute.as_str() {
            "sendrecv" => Some(Direction::SendRecv),
            "sendonly" => Some(Direction::SendOnly),
            "recvonly" => Some(Direction::RecvOnly),
            "inactive" => Some(Direction::Inactive),
            _ => None,
        })
    };
    named(&media.attributes).or_else(|| named(&session.attributes)).unwrap_or_default()
}

/// Where reports go (RFC 3605 §2.1): a port, at the address of the sound unless another stands behind it. What cannot be sent
/// to is passed over.
fn read_rtcp(text: &str, sound: IpAddr) -> Option<SocketAddr> {
    let mut words = text.split_ascii_whitespace();
    let port = words.next()?.parse().ok().filter(|port| *port != 0)?;
    let address = match words.nth(2) {
        Some(address) => read_address(address).ok().filter(|(_, is_held)| !is_held)?.0,
        None => sound,
    };
    Some(SocketAddr::new(address, port))
}

/// A unicast address, and whether it is the all-zero one, which used to mean hold (RFC 3264 §8.4). Its neighbours name nobody
/// (RFC 6890 §2.2.2).
fn read_address(text: &str) -> Result<(IpAddr, bool), SdpError> {
    let address: IpAddr = text.trim().parse().map_err(|_| SdpError::Address)?;
    let address = address.to_canonical();
    let refused = match address {
        IpAddr::V4(v4) => {
            v4.is_multicast()
                || v4.is_broadcast()
                || v4.octets()[0] >= 240
                || (v4.octets()[0] == 0 && !v4.is_unspecified())
        }
        IpAddr::V6(v6) => v6.is_multicast(),
    };
    if refused { Err(SdpError::Address) } else { Ok((address, address.is_unspecified())) }
}
