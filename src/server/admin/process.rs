//! What the system says of this process, where it has `/proc`.

use std::fs;

/// The units of time in `/proc/self/stat`, a second: the kernel shows 100 to programs on every machine.
const TICKS: f64 = 100.0;

/// What is known of this process.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Process {
    /// Memory that is in use, in bytes.
    pub resident_bytes: Option<f64>,
    /// Processor time, all threads together, in seconds.
    pub cpu_s: Option<f64>,
    /// Files and sockets that are open.
    pub descriptors: Option<f64>,
    /// Threads.
    pub threads: Option<f64>,
}

impl Process {
    /// As it is now; what the system does not say is missing.
    pub fn read() -> Process {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let descriptors = fs::read_dir("/proc/self/fd").ok().map(|all| all.count() as f64);
        Process {
            resident_bytes: field(&status, "VmRSS:").map(|kilobytes| kilobytes * 1024.0),
            cpu_s: cpu_s(&stat),
            descriptors,
            threads: field(&status, "Threads:"),
        }
    }
}

fn field(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Of proc(5): the 14th and 15th field, counted behind the command's name, which may hold anything.
fn cpu_s(stat: &str) -> Option<f64> {
    let (_, behind) = stat.rsplit_once(')')?;
    let mut fields = behind.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_found_behind_any_name() {
        let stat = "17 (a) b) c) S 1 17 17 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 9 0 1000 1 1";
        assert_eq!(cpu_s(stat), Some(3.0));
        assert_eq!(field("Name:\tx\nVmRSS:\t   12 kB\nThreads:\t9\n", "VmRSS:"), Some(12.0));
        assert_eq!(cpu_s(""), None);
    }
}
