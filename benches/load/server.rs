//! The server under load, as it is installed, on a core of its own; and what it has used, as the system counts it.

use std::io::{BufRead, BufReader, Error, Result};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The core of the server; the callers have the next one.
pub const CORE: &str = "0";
/// Where it listens.
pub const ADDRESS: &str = "127.0.0.1:5082";
/// Ticks of `/proc/PID/stat` in a second: `USER_HZ`, the same on every machine that Linux runs on.
const TICKS: f64 = 100.0;

/// A process that is measured; it is killed when it is dropped, unless it is somebody else's.
pub struct Server {
    process: Process,
    /// Where it listens.
    address: SocketAddr,
    /// The folder of its data, settings included.
    folder: PathBuf,
}

enum Process {
    Ours(Child),
    /// A peer, which was started by whoever measures it.
    Peer(u32),
}

/// Somebody else's server, which answers the same calls.
#[derive(Clone, Copy)]
pub struct Peer {
    /// The number of its process.
    pub pid: u32,
    /// Where it listens.
    pub address: SocketAddr,
}

/// What a process has used.
#[derive(Clone, Copy)]
pub struct Used {
    /// CPU time of its threads, in seconds, the system's work for them included.
    pub cpu_s: f64,
    /// Memory that it holds, in kilobytes of 1,024 octets.
    pub rss_kb: u64,
}

/// A command on a core, where the machine can be asked for that.
pub fn on_core(core: &str, program: &Path) -> Command {
    let can = Command::new("taskset").arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !can.is_ok_and(|status| status.success()) {
        eprintln!("`taskset` is not there: everything shares the cores, and figures are worth less");
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", core]).arg(program);
    command
}

/// Busy loops that give way to everything else, one a core, so that none of them halts; they end when it is dropped. In a virtual
/// machine a core that has halted waits for its host, and what that costs is counted for whoever is woken.
pub struct Awake(Vec<Child>);

impl Awake {
    /// Keeps the server's core and that of the callers awake.
    pub fn start(callers: &str) -> Result<Awake> {
        let one = |core: &str| {
            let mut command = Command::new("chrt");
            command
                .args(["--idle", "0", "taskset", "-c", core])
                .arg(std::env::current_exe()?)
                .arg("spin")
                .spawn()
        };
        [CORE, callers].into_iter().map(one).collect::<Result<_>>().map(Awake)
    }

    /// What one of them does, until it is killed.
    pub fn spin() -> ! {
        loop {
            std::hint::spin_loop();
        }
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Server {
    /// What is measured: a peer, or ours on a fresh folder.
    pub fn measured(peer: Option<Peer>) -> Result<Server> {
        match peer {
            Some(Peer { pid, address }) => {
                Ok(Server { process: Process::Peer(pid), address, folder: PathBuf::new() })
            }
            None => Server::start(),
        }
    }

    fn ours(child: Child, folder: PathBuf) -> Server {
        Server { process: Process::Ours(child), address: ADDRESS.parse().expect("an address"), folder }
    }

    /// Starts it on a fresh folder, and waits until it answers.
    pub fn start() -> Result<Server> {
        let folder = std::env::temp_dir().join(format!("callwright-load-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder)?;
        Server::start_in(folder)
    }

    fn start_in(folder: PathBuf) -> Result<Server> {
        let program = Path::new(env!("CARGO_BIN_EXE_callwright"));
        let load = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/load");
        let mut command = on_core(CORE, program);
        command.arg("run").arg(&load).arg("--config").arg(load.join("callwright.yaml"));
        command.args(["--listen", ADDRESS, "--data"]).arg(&folder).env("RUST_LOG", "error");
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(child.stdout.take().ok_or_else(|| Error::other("no output"))?);
        let mut line = String::new();
        while !line.contains("answers at") {
            line.clear();
            if said.read_line(&mut line)? == 0 {
                return Err(Error::other("the server does not start: it says why above"));
            }
        }
        // What else it says must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Ok(Server::ours(child, folder))
    }

    /// A process of this bench that does nothing but what it must (`floor`).
    pub fn bare(sockets: usize) -> Result<Server> {
        let mut command = on_core(CORE, &std::env::current_exe()?);
        command.args(["sweep", &sockets.to_string()]).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let mut said = BufReader::new(child.stdout.take().ok_or_else(|| Error::other("no output"))?);
        said.read_line(&mut String::new())?;
        Ok(Server::ours(child, PathBuf::new()))
    }

    /// Kills it as a power failure of the process would, and starts another on the same folder; not before that one is asked for.
    pub fn kill(mut self) -> Result<PathBuf> {
        if let Process::Ours(child) = &mut self.process {
            child.kill()?;
            child.wait()?;
        }
        Ok(std::mem::take(&mut self.folder))
    }

    /// Another process on the folder of one that was killed.
    pub fn again(folder: PathBuf) -> Result<Server> {
        Server::start_in(folder)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        match &self.process {
            Process::Ours(child) => child.id(),
            Process::Peer(pid) => *pid,
        }
    }

    /// What it has used so far.
    pub fn used(&self) -> Result<Used> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()))?;
        // Behind the name, which may hold blanks: the state, and eleven fields later the ticks in user and in kernel mode.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        let ticks = |n: usize| fields.get(n).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let rss = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let rss_kb = rss.and_then(|kb| kb.split_whitespace().next()?.parse().ok()).unwrap_or(0);
        Ok(Used { cpu_s: (ticks(11) + ticks(12)) / TICKS, rss_kb })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Process::Ours(child) = &mut self.process else { return };
        let _ = child.kill();
        let _ = child.wait();
        if self.folder.starts_with(std::env::temp_dir()) {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}
