//! Timestamps of 48 kHz on the timeline of the room, which has 8 kHz.

use super::UNITS_PER_OCTET;

/// A point that both have, moved on with the stream: a plain division would jump where 32 bits wrap.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Timeline {
    wire: u32,
    octet: u32,
}

impl Timeline {
    /// The octet at which a timestamp begins.
    pub fn octet(&mut self, wire: u32) -> u32 {
        let ahead = wire.wrapping_sub(self.wire).cast_signed();
        let octets = ahead.div_euclid(UNITS_PER_OCTET.cast_signed());
        let units = octets.cast_unsigned().wrapping_mul(UNITS_PER_OCTET);
        self.wire = self.wire.wrapping_add(units);
        self.octet = self.octet.wrapping_add_signed(octets);
        self.octet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_goes_on_where_either_clock_wraps_and_wherever_packets_come_from() {
        for first in [0, 5, 0x7fff_ff00, u32::MAX - 1500] {
            let mut timeline = Timeline::default();
            let start = timeline.octet(first);
            let octets = |n: u32, timeline: &mut Timeline| {
                timeline.octet(first.wrapping_add(960 * n)).wrapping_sub(start)
            };
            let forth: Vec<u32> = (0..5).map(|n| octets(n, &mut timeline)).collect();
            assert_eq!(forth, [0, 160, 320, 480, 640], "from {first}");
            assert_eq!(octets(1, &mut timeline), 160, "back from {first}");
            assert_eq!(octets(4_000_000, &mut timeline).wrapping_sub(octets(3_999_999, &mut timeline)), 160);
        }
    }
}
