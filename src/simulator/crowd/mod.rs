//! Many contacts at once: they arrive one after another while the others are still there, and share a world, so that some
//! of them wait.
//!
//! ```yaml
//! crowd: 200 calls within 10m                  # or: 200 calls every 3s
//! given: { queues: { sales: { staff: 5, speaks: 3m } } }
//! together: { connected: { at least: 180 }, waited: { at most: 5m } }
//! ```

mod line;
mod play;
mod read;
mod together;

pub(super) use line::{Line, Staff, Waiting};
pub(super) use play::play;
pub use read::{Crowd, Together};
pub(super) use read::{TOGETHER, read, read_together};
