//! What stands for libopus in a build without it: coders that nobody can make.

use super::{LONGEST, OpusTerms};

/// None can be made.
#[derive(Debug)]
pub enum Encoder {}

/// None can be made.
#[derive(Debug)]
pub enum Decoder {}

impl Encoder {
    /// There is none.
    pub fn new(_: &OpusTerms) -> Option<Encoder> {
        None
    }

    /// Cannot be asked.
    pub fn encode(&mut self, _: &[i16], _: &mut [u8]) -> usize {
        match *self {}
    }
}

impl Decoder {
    /// There is none.
    pub fn new() -> Option<Decoder> {
        None
    }

    /// Cannot be asked.
    pub fn decode(&mut self, _: &[u8], _: &mut [i16; LONGEST]) -> Option<usize> {
        match *self {}
    }

    /// Cannot be asked.
    pub fn repair(&mut self, _: &[u8], _: &mut [i16]) -> bool {
        match *self {}
    }
}
