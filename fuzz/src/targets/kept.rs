//! What the server finds in its own folder: segments, legs beside journals, what recordings say, what people ask it.

use callwright::engine::SegmentLine;
use callwright::server::{ControlRequest, Said};
use callwright::sip::Standing;

/// A segment: a line that is whole is written as it was read.
pub(crate) fn segment(data: &[u8]) {
    for line in data.split(|octet| *octet == b'\n') {
        if let Some(read) = SegmentLine::read(line) {
            let written = read.write();
            assert_eq!(SegmentLine::read(written.trim_end_matches('\n').as_bytes()), Some(read));
        }
    }
}

/// A leg that another process goes on with, which is written as it was read.
pub(crate) fn standing(data: &[u8]) {
    if let Ok(leg) = serde_json::from_slice::<Standing>(data) {
        let written = serde_json::to_string(&leg).unwrap_or_default();
        assert_eq!(serde_json::from_str(&written).ok(), Some(leg), "a leg that is written reads as itself");
    }
}

/// What recordings say.
pub(crate) fn said(data: &[u8]) {
    if let Ok(said) = Said::of("said.csv".into(), data) {
        let _ = said.rows().filter(|(key, text)| said.other_than(key, text).is_some()).count();
    }
}

/// What somebody asks the running server by its socket.
pub(crate) fn request(data: &[u8]) {
    let _ = serde_json::from_slice::<ControlRequest>(data);
}
