//! The one place that draws random numbers: from the operating system.

use crate::time::Wall;

/// So many random bytes.
///
/// # Errors
/// Where the system has none to give; a server does not start then.
pub fn bytes<const N: usize>() -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(bytes)
}

/// A name that is unique over all nodes and restarts, and that nobody can guess. Those of later moments sort behind those of
/// earlier ones, so that what databases keep by name grows at its end.
pub fn contact_id(now: Wall) -> std::io::Result<String> {
    let moment = now.0.max(0) & 0xffff_ffff_ffff;
    let mut random = [0; 16];
    random[6..].copy_from_slice(&bytes::<10>()?);
    Ok(format!("c-{moment:012x}{:020x}", u128::from_be_bytes(random)))
}
