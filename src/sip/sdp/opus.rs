//! What a description says of Opus beside its name: `a=fmtp` (RFC 7587 §6.1). Nothing there is refused, for all of it is advice.

/// What a receiver of Opus asks of whoever sends to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpusParameters {
    /// It makes use of redundancy for lost packets (`useinbandfec`).
    pub fec: bool,
    /// It would rather get nothing than silence (`usedtx`).
    pub dtx: bool,
    /// Packets are to be of one size (`cbr`).
    pub cbr: bool,
    /// What it takes on average, in bits a second, 6000 to 510000 (`maxaveragebitrate`).
    pub max_bitrate: Option<u32>,
    /// What it can play, in hertz, 8000 to 48000 (`maxplaybackrate`).
    pub max_playback_hz: u32,
}

/// What counts where nothing is said.
impl Default for OpusParameters {
    fn default() -> OpusParameters {
        OpusParameters { fec: false, dtx: false, cbr: false, max_bitrate: None, max_playback_hz: 48_000 }
    }
}

/// What we ask: redundancy, and no more than the 8 kHz that we hear; that is also all that we send.
pub(super) const OURS: &str =
    "minptime=10;useinbandfec=1;stereo=0;maxplaybackrate=16000;sprop-maxcapturerate=16000";

impl OpusParameters {
    /// Reads the value of the attribute behind its payload type. What is not understood is passed over.
    pub(super) fn read(text: &str) -> OpusParameters {
        let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
        pairs.fold(OpusParameters::default(), |read, (name, value)| read.with(name.trim(), value.trim()))
    }

    fn with(self, name: &str, value: &str) -> OpusParameters {
        let is_on = value == "1";
        match name.to_ascii_lowercase().as_str() {
            "useinbandfec" => OpusParameters { fec: is_on, ..self },
            "usedtx" => OpusParameters { dtx: is_on, ..self },
            "cbr" => OpusParameters { cbr: is_on, ..self },
            "maxaveragebitrate" => {
                let bitrate = value.parse().ok().filter(|bitrate| (6000..=510_000).contains(bitrate));
                OpusParameters { max_bitrate: bitrate, ..self }
            }
            "maxplaybackrate" => match value.parse::<u32>() {
                Ok(hz) => OpusParameters { max_playback_hz: hz.clamp(8000, 48_000), ..self },
                Err(_) => self,
            },
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_far_end_asks_is_read_whatever_stands_around_it() {
        let read = OpusParameters::read(
            " maxplaybackrate=16000; sprop-maxcapturerate=16000; MaxAverageBitrate=20000;usedtx=1;stereo=1;useinbandfec=1;cbr = 1;;x",
        );
        let expected = OpusParameters {
            fec: true,
            dtx: true,
            cbr: true,
            max_bitrate: Some(20_000),
            max_playback_hz: 16_000,
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn what_is_out_of_its_range_is_passed_over_or_brought_into_it() {
        let read =
            OpusParameters::read("maxaveragebitrate=1;maxplaybackrate=1;usedtx=yes;cbr=;useinbandfec=0");
        assert_eq!(read, OpusParameters { max_playback_hz: 8000, ..OpusParameters::default() });
        assert_eq!(OpusParameters::read("maxplaybackrate=-1"), OpusParameters::default());
        assert_eq!(OpusParameters::read(""), OpusParameters::default());
        assert!(OpusParameters::read(OURS).fec);
    }
}
