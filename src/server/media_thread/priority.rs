//! The media thread goes before the others: a packet that leaves 3 ms late is heard, a row in the database is not.

/// By so much it is nicer to others: -20 is the least nice, 0 what every thread begins with.
#[cfg(target_os = "linux")]
const NICE: i32 = -10;

/// Has the calling thread go before the others of the machine, where the system lets this process ask for that (`CAP_SYS_NICE`,
/// `LimitNICE=`). On Linux niceness is a thread's own.
#[cfg(target_os = "linux")]
pub(super) fn raise() {
    match rustix::process::nice(NICE) {
        Ok(_) => tracing::debug!(nice = NICE, "media goes before other work"),
        Err(error) => tracing::debug!(%error, "media shares the cores with other work as an equal"),
    }
}

/// Other systems are left as they are.
#[cfg(not(target_os = "linux"))]
pub(super) fn raise() {}
