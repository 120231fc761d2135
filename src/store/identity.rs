//! Which file a path leads to: a file that was deleted, or replaced by another one, can still be written to by whoever has it open.

use std::path::Path;

/// Device and inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
}

/// The file to which a path leads now; `None` where there is none.
#[cfg(unix)]
pub(crate) fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let found = std::fs::metadata(path).ok()?;
    Some(Identity { device: found.dev(), inode: found.ino() })
}

/// Elsewhere a file that is open can be neither deleted nor replaced: there is nothing to tell apart.
#[cfg(not(unix))]
pub(crate) fn identity(_: &Path) -> Option<Identity> {
    None
}

/// Whether an open file has no name any more; its folder is not searched for that.
#[cfg(unix)]
pub(crate) fn is_deleted(file: &std::fs::File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|found| found.nlink() == 0)
}

/// Elsewhere a file that is open is there.
#[cfg(not(unix))]
pub(crate) fn is_deleted(_: &std::fs::File) -> bool {
    false
}
