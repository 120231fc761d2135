//! How many sockets and files the process may have open. A call has two sockets; the usual soft limit of 1,024 ends at 500 calls.

/// Open at once for each call: RTP and RTCP of two legs, and the recording.
const A_CALL: u64 = 5;
/// For everything else: SIP, the database, recordings that are read, connections of others.
const BESIDE: u64 = 256;

/// Raises the soft limit to what the system allows this process, and says where that is less than so many calls need.
#[cfg(target_os = "linux")]
pub fn raise(max_calls: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let needed = A_CALL * max_calls as u64 + BESIDE;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return;
    }
    let granted = maximum.map_or(needed, |maximum| maximum.min(needed));
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(granted), maximum }) {
        tracing::warn!(%error, "the number of open files cannot be raised");
    } else if granted < needed {
        tracing::warn!(
            granted,
            needed,
            max_calls,
            "calls may fail for want of open files: raise LimitNOFILE, or lower max_calls"
        );
    }
}

/// Other systems are left as they are.
#[cfg(not(target_os = "linux"))]
pub fn raise(_max_calls: usize) {}
