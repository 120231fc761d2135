//! What comes by RTP, and sounds.

use callwright::media::srtp::{MasterKey, Opener, Suite};
use callwright::media::telephone_event::KeyTiming;
use callwright::media::{
    Clip, Codec, EventTypes, FarEnd, Formats, Idle, InBandKeys, Leg, LegConfig, rtcp, rtp::RtpHeader, wav,
    wav_stream,
};
use callwright::time::Millis;
use std::net::SocketAddr;

/// A leg that hears a sequence of packets: each is preceded by its length in an octet, and comes 20 ms after the one before.
pub(crate) fn packets(data: &[u8]) {
    let far = SocketAddr::from(([198, 51, 100, 7], 4000));
    let mut leg = Leg::new(LegConfig {
        formats: Formats { telephone_event: Some(EventTypes::both(101)), ..Formats::of(Codec::Pcma) },
        remote: far,
        reports_to: Default::default(),
        far_end: FarEnd::Known(far.ip()),
        ssrc: 1,
        first_sequence: 65_530,
        first_timestamp: u32::MAX - 500,
        idle: Idle::Silence,
        key_timing: KeyTiming::default(),
        in_band_keys: InBandKeys::Auto,
        chance: 1,
    });
    let (mut now, mut out, mut rest) = (Millis(1000), Vec::new(), data);
    let mut reports_from = far;
    reports_from.set_port(4001);
    while let Some((length, behind)) = rest.split_first() {
        let (packet, next) = behind.split_at(usize::from(*length).min(behind.len()));
        rest = next;
        let _ = RtpHeader::parse(packet);
        let _ = (rtcp::is_rtcp(packet), rtcp::check(packet).is_ok());
        let _ = rtcp::reports(packet).map(|report| report.blocks().count()).sum::<usize>();
        let _ = leg.receive(now, packet, far);
        leg.receive_rtcp(now, packet, reports_from);
        while leg.poll_key().is_some() {}
        now = Millis(now.0 + 20);
        out.clear();
        let _ = leg.frame(now, &mut out);
    }
    let _ = (leg.quality(), leg.statistics());
}

/// A sequence of packets that say to be sealed.
pub(crate) fn sealed(data: &[u8]) {
    for suite in Suite::ALL {
        let Some(key) = MasterKey::new(suite, &vec![7; suite.master_octets()]) else { continue };
        let (mut opener, mut rest) = (Opener::new(&key), data);
        while let Some((length, behind)) = rest.split_first() {
            let (packet, next) = behind.split_at(usize::from(*length).min(behind.len()));
            rest = next;
            assert!(opener.open(&mut packet.to_vec()).is_none(), "nobody has the key");
            assert!(opener.open_rtcp(&mut packet.to_vec()).is_none(), "nobody has the key");
        }
    }
}

/// A sound file, and the beginning of one that was cut off.
pub(crate) fn sound(data: &[u8]) {
    let _ = wav::header(data);
    let _ = wav_stream::repaired(data, data.len() as u64);
    if let Ok(clip) = Clip::from_wav(data) {
        assert!(clip.samples().len() <= 8 * data.len() + 8, "no more comes out than may be in it");
        let _ = (clip.encoded(Codec::Pcma).len(), clip.duration_ms());
    }
}
