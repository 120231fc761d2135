//! The timers of SIP and their values (RFC 3261 §17 and Table 4).

use crate::time::DurationMs;

/// Estimate of the round trip (§17.1.1.1). Timers A, E and G begin with it.
pub const T1: DurationMs = DurationMs(500);

/// Longest interval between retransmissions other than of INVITE (§17.1.2.1).
pub const T2: DurationMs = DurationMs(4_000);

/// Longest time that a message stays in the network (§17.1.2.1). Timers I and K.
pub const T4: DurationMs = DurationMs(5_000);

/// 64·T1: timers B, F, H, J, and L and M of RFC 6026; also how long a 2xx waits for its ACK (§13.3.1.4).
pub const T1_X64: DurationMs = DurationMs(64 * T1.0);

/// How long a refused INVITE waits for late copies of the answer (timer D, §17.1.1.2: at least 32 s).
pub const TIMER_D: DurationMs = DurationMs(32_000);

/// No bound on the interval: timer A only doubles (§17.1.1.2).
pub const UNBOUNDED: DurationMs = DurationMs(u64::MAX);
