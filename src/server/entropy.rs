//! The one place that draws random numbers: from the operating system.

use std::fmt::Write;

/// So many random bytes.
///
/// # Errors
/// Where the system has none to give; a server does not start then.
pub fn bytes<const N: usize>() -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(bytes)
}

/// A name that is unique over all nodes and restarts, and that nobody can guess.
pub fn contact_id() -> std::io::Result<String> {
    let mut id = String::from("c-");
    for byte in bytes::<16>()? {
        let _ = write!(id, "{byte:02x}");
    }
    Ok(id)
}
