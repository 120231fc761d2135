//! Chance: every draw of a contact comes from its seed and from how many were made before, so that a replay makes
//! the same ones.

/// The n-th draw of a seed, counted from zero: SplitMix64 (Steele, Lea, Flood 2014), entered at its n-th state.
pub fn draw(seed: u64, count: u64) -> u64 {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut z = seed.wrapping_add(STEP.wrapping_mul(count.wrapping_add(1)));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A draw as a number below `below`, each about as likely; zero where there is none.
pub fn draw_below(seed: u64, count: u64, below: u64) -> u64 {
    ((u128::from(draw(seed, count)) * u128::from(below)) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_draws_of_seed_zero_are_those_of_the_reference() {
        assert_eq!([draw(0, 0), draw(0, 1)], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
    }

    #[test]
    fn draws_below_six_are_all_there() {
        let mut seen = [0; 6];
        (0..600).for_each(|count| seen[draw_below(7, count, 6) as usize] += 1);
        assert!(seen.iter().all(|count| *count > 60), "{seen:?}");
    }
}
