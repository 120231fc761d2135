//! How we describe our media: codecs, and keys where it is to be encrypted, as the settings say.

use super::config::{Config, TrunkConfig};
use super::entropy;
use crate::media::srtp::{MasterKey, Suite};
use crate::media::{Codec, FarEnd, OpusTerms};
use crate::sip::sdp::{self, CryptoSuite, Keying, Protection};
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr, UdpSocket};

/// A codec, as settings name it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum CodecName {
    /// G.711 A-law.
    Pcma,
    /// G.711 µ-law.
    Pcmu,
    /// G.722.
    G722,
    /// Opus, in a build that has it.
    Opus,
}

/// Whether media is encrypted, as settings say it.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum SrtpSetting {
    /// Not at all.
    #[default]
    Never,
    /// Where the far end has keys too.
    Offer,
    /// Always; a call without it does not come about.
    Require,
}

/// How keys go to a far end.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum DtmfWay {
    /// As events beside the sound, where the far end takes them, else as tones.
    #[default]
    Rfc4733,
    /// By SIP INFO.
    Info,
    /// As tones in the sound.
    Inband,
}

/// What is settled with one far end about media.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    codecs: Vec<CodecName>,
    dtmf: DtmfWay,
    /// Whether it is somebody whom the settings name.
    is_known: bool,
}

/// A port of ours for media, and how its far end gets keys.
#[derive(Debug)]
pub(super) struct MediaPort {
    pub socket: UdpSocket,
    pub keys_by_info: bool,
    pub far_end: FarEnd,
}

impl Terms {
    /// What the trunk says; where there is none, or it does not say, what the deployment says.
    pub fn of(config: &Config, trunk: Option<&TrunkConfig>) -> Terms {
        let own = trunk.and_then(|trunk| trunk.codecs.clone());
        Terms {
            codecs: own.unwrap_or_else(|| config.codecs.clone()),
            dtmf: trunk.map(|trunk| trunk.dtmf).unwrap_or_default(),
            is_known: trunk.is_some(),
        }
    }

    /// The same for whom we call: the settings say whom.
    pub fn known(self) -> Terms {
        Terms { is_known: true, ..self }
    }

    /// Who it is that signals from this host.
    pub fn far_end(&self, host: IpAddr) -> FarEnd {
        match self.is_known {
            true => FarEnd::Known(host),
            false => FarEnd::Stranger(host),
        }
    }

    /// Whether keys go by INFO.
    pub fn keys_by_info(&self) -> bool {
        self.dtmf == DtmfWay::Info
    }
}

impl CodecName {
    /// What is taken unless the settings say otherwise, the best first.
    pub(super) fn usual() -> Vec<CodecName> {
        vec![CodecName::Pcma, CodecName::Pcmu, CodecName::G722]
    }

    pub(super) fn in_sdp(self) -> sdp::Codec {
        match self {
            CodecName::Pcma => sdp::Codec::Pcma,
            CodecName::Pcmu => sdp::Codec::Pcmu,
            CodecName::G722 => sdp::Codec::G722,
            CodecName::Opus => sdp::Codec::Opus,
        }
    }
}

/// Our side of the media of one leg, with keys of its own.
pub(super) fn local(config: &Config, terms: &Terms, bound: SocketAddr) -> std::io::Result<sdp::Local> {
    let protection = match config.srtp {
        SrtpSetting::Never => Protection::Never,
        SrtpSetting::Offer => Protection::Offer,
        SrtpSetting::Require => Protection::Require,
    };
    let codecs = terms.codecs.iter().map(|name| name.in_sdp()).collect();
    let keyings = keyings(protection)?;
    let ours = sdp::Local::new(config.advertised(bound));
    Ok(sdp::Local { codecs, protection, keyings, telephone_event: terms.dtmf == DtmfWay::Rfc4733, ..ours })
}

/// Fresh keys, one for each suite; none where nothing is encrypted.
pub(super) fn keyings(protection: Protection) -> std::io::Result<Vec<Keying>> {
    if protection == Protection::Never {
        return Ok(Vec::new());
    }
    let suites = [CryptoSuite::AesGcm256, CryptoSuite::AesGcm128, CryptoSuite::AesCm80, CryptoSuite::AesCm32];
    let keying = |(suite, tag): (CryptoSuite, u32)| {
        let chance: [u8; MasterKey::LONGEST] = entropy::bytes()?;
        let key = MasterKey::random(suite_of(suite), &chance);
        Ok(Keying { tag, suite, octets: key.reveal().to_vec() })
    };
    suites.into_iter().zip(1..).map(keying).collect()
}

/// A key of a description, for the media.
pub(super) fn master_key(suite: CryptoSuite, octets: &[u8]) -> Option<MasterKey> {
    MasterKey::new(suite_of(suite), octets)
}

/// A codec of a description, for the media, which works in G.722 where Opus is spoken.
pub(super) fn codec_of(codec: sdp::Codec) -> Codec {
    match codec {
        sdp::Codec::Pcmu => Codec::Pcmu,
        sdp::Codec::Pcma => Codec::Pcma,
        sdp::Codec::G722 | sdp::Codec::Opus => Codec::G722,
    }
}

/// What was agreed on about Opus, for the media; nothing where something else is spoken.
pub(super) fn opus_terms(agreed: &sdp::Media) -> Option<OpusTerms> {
    let sdp::OpusParameters { fec, dtx, cbr, max_bitrate, max_playback_hz } = agreed.opus;
    let receive = agreed.receive_type;
    let terms = OpusTerms { receive, fec, dtx, cbr, max_bitrate, max_playback_hz };
    (agreed.codec == sdp::Codec::Opus).then_some(terms)
}

fn suite_of(suite: CryptoSuite) -> Suite {
    match suite {
        CryptoSuite::AesCm80 => Suite::AesCm80,
        CryptoSuite::AesCm32 => Suite::AesCm32,
        CryptoSuite::AesGcm128 => Suite::AesGcm128,
        CryptoSuite::AesGcm256 => Suite::AesGcm256,
    }
}
