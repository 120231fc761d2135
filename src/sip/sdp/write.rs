//! The text of our descriptions (RFC 8866), written line by line: there are few kinds of lines, and a tree of them costs as much
//! as reading a message.

use super::opus::OURS as OPUS_PARAMETERS;
use super::read::Section;
use super::{Codec, Direction, Keying, Local, NARROW_HZ, OPUS_EVENT_TYPE, OPUS_HZ, Offer, Protection};
use super::{Session, TELEPHONE_EVENT_TYPE};
use std::fmt::{Arguments, Write};
use std::net::SocketAddr;

/// How long a description is, mostly, in octets.
const USUAL: usize = 384;

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
    let mut text = head(ours.rtp, session);
    audio_section(&mut text, ours.rtp.port(), &audio);
    text
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
    let mut text = head(rtp, session);
    for (index, section) in offer.sections.iter().enumerate() {
        if index == place {
            audio_section(&mut text, rtp.port(), audio);
        } else {
            refused(&mut text, section);
        }
    }
    text
}

/// What all sections share.
fn head(rtp: SocketAddr, Session { id, version }: Session) -> String {
    let mut text = String::with_capacity(USUAL);
    let ip = rtp.ip();
    let kind = if ip.is_ipv4() { "IP4" } else { "IP6" };
    line(
        &mut text,
        format_args!("v=0\r\no=- {id} {version} IN {kind} {ip}\r\ns=-\r\nc=IN {kind} {ip}\r\nt=0 0"),
    );
    text
}

fn audio_section(text: &mut String, port: u16, audio: &AudioText) {
    put(text, format_args!("m=audio {port} {}", audio.proto));
    let codecs = audio.codecs.iter().map(|(_, number)| number);
    for number in codecs.chain(audio.telephone_events.iter().map(|(number, _)| number)) {
        put(text, format_args!(" {number}"));
    }
    text.push_str("\r\n");
    for (codec, number) in &audio.codecs {
        line(text, format_args!("a=rtpmap:{number} {}", codec.encoding()));
        if *codec == Codec::Opus {
            line(text, format_args!("a=fmtp:{number} {OPUS_PARAMETERS}"));
        }
    }
    for (number, clock_hz) in &audio.telephone_events {
        // The sixteen keys and flash (RFC 4733 §2.3.1, §3.2).
        line(text, format_args!("a=rtpmap:{number} telephone-event/{clock_hz}\r\na=fmtp:{number} 0-16"));
    }
    for keying in &audio.keyings {
        line(text, format_args!("a=crypto:{}", keying.write()));
    }
    if audio.rtcp_mux {
        text.push_str("a=rtcp-mux\r\n");
    }
    line(text, format_args!("a=ptime:{}\r\na={}", audio.ptime_ms, audio.direction.as_str()));
}

/// A section of the far end's, in its words, refused: whatever would end the line is left out.
fn refused(text: &mut String, Section { media, proto, formats }: &Section) {
    let from = text.len();
    put(text, format_args!("m={media} 0 {proto} {formats}"));
    if text[from..].contains(ENDS_A_LINE) {
        let plain = text[from..].replace(ENDS_A_LINE, "");
        text.replace_range(from.., &plain);
    }
    text.push_str("\r\n");
}

/// What no line can hold (RFC 8866 §5).
const ENDS_A_LINE: [char; 3] = ['\0', '\r', '\n'];

fn line(text: &mut String, content: Arguments<'_>) {
    put(text, content);
    text.push_str("\r\n");
}

fn put(text: &mut String, content: Arguments<'_>) {
    // A string takes all that is written to it.
    let _ = text.write_fmt(content);
}
