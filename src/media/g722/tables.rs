//! The numbers of ITU-T G.722: filter, quantizers, and how both adapt.

/// Taps of the quadrature mirror filter.
pub(super) const FILTER_TAPS: usize = 24;

/// Every other tap of the filter, which is symmetric: read backwards these are the taps between them (table 11).
pub(super) const FILTER: [i32; FILTER_TAPS / 2] = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];

/// Decision levels of the low band's quantizer of 60 levels (table 14).
pub(super) const LOW_LEVELS: [i32; 29] = [
    35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219,
    1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
];

/// What six bits of the low band stand for.
pub(super) const LOW_VALUES_6: [i32; 64] = [
    -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360,
    -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688,
    -1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856,
    7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136,
    -432, -136,
];

/// What the upper four of them stand for, by which both ends adapt.
pub(super) const LOW_VALUES_4: [i32; 16] =
    [0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0];

/// By how much the low band's step grows, by the upper four bits without their sign.
pub(super) const LOW_GROWTH: [i32; 16] =
    [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];

/// The decision level of the high band's quantizer of four levels.
pub(super) const HIGH_LEVEL: i32 = 564;

/// What two bits of the high band stand for.
pub(super) const HIGH_VALUES: [i32; 4] = [-7408, -1616, 7408, 1616];

/// By how much the high band's step grows.
pub(super) const HIGH_GROWTH: [i32; 4] = [798, -214, 798, -214];

/// The antilogarithm of a step: 2^(n/32), times 2048.
pub(super) const STEPS: [i32; 32] = [
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896,
    2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
];
