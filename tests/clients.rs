//! Other people's telephones and proxies against ours: linphone, baresip, and two nodes behind Kamailio.

use crate::harness::{Folder, LINE, Server, bank, free_port, root};
use callwright::cli::ear::Ear;
use callwright::server::Sounds;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

mod baresip;
mod dispatcher;
mod linphone;
mod linphone_daemon;
mod twinkle;

const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
/// Where nobody listens.
const NOWHERE: SocketAddr = SocketAddr::new(LOOPBACK, 9);

fn with_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(work)
}

/// A program of somebody else's that reads commands and writes what happens, in a folder of its own.
struct Client {
    child: Child,
    folder: Folder,
}

impl Client {
    /// Starts it; what it says goes into a file.
    fn start(folder: Folder, program: &str, args: &[&str]) -> Client {
        let log = std::fs::File::create(folder.path().join("said")).expect("a log");
        let child = Command::new(program)
            .args(args)
            .env("HOME", folder.path())
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("the log again"))
            .stderr(log)
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}; ./tests/run installs what the tests need"));
        Client { child, folder }
    }

    fn types(&mut self, text: &str) {
        use std::io::Write;
        let stdin = self.child.stdin.as_mut().expect("piped");
        stdin.write_all(text.as_bytes()).and_then(|()| stdin.flush()).expect("typed");
    }

    fn said(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.folder.path().join("said")).unwrap_or_default()).into()
    }

    /// Waits until it has said these words.
    async fn says(&self, words: &str) {
        for _ in 0..200 {
            if self.said().contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("it does not say `{words}`:\n{}", self.said());
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Kamailio's workers are processes of their own, which outlive one that is killed.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.child.id())]).status();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A tone of 440 Hz for 30 s, as a client's voice.
fn write_voice(file: &Path) {
    let turn = std::f64::consts::TAU * 440.0 / 8000.0;
    let tone: Vec<i16> = (0..8000 * 30).map(|n| (8000.0 * (turn * f64::from(n)).sin()) as i16).collect();
    callwright::media::wav::write(&tone, std::fs::File::create(file).expect("a file")).expect("written");
}

/// Octets before the samples of a WAV file.
const HEADER: usize = 44;

/// Listens to what a client writes down, while it does.
struct Listener {
    file: PathBuf,
    ear: Ear,
    octets: usize,
    /// With what clock it is written: the header tells it only at the end. A recording of 8 kHz has nothing that every sixth
    /// sample of 48 kHz would not have.
    clock_hz: usize,
    heard: Vec<String>,
}

impl Listener {
    /// Knows the bank's recordings.
    fn new(file: PathBuf) -> Listener {
        let sounds = Sounds::load(&bank(), &root().join("prompts"), None).expect("the recordings");
        Listener { file, ear: Ear::new(sounds.clips()), octets: HEADER, clock_hz: 8000, heard: Vec::new() }
    }

    /// Which recordings have begun up to now.
    fn listen(&mut self) -> &[String] {
        let bytes = std::fs::read(&self.file).unwrap_or_default();
        let step = self.clock_hz / 8000;
        let new = bytes.get(self.octets..).unwrap_or(&[]).chunks_exact(320 * step);
        for packet in new {
            let samples: Vec<i16> =
                packet.chunks_exact(2 * step).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
            self.heard.extend(self.ear.listen(&samples));
            self.octets += packet.len();
        }
        &self.heard
    }
}

/// Whether the last half second is mostly 440 Hz.
fn tone_is_heard(samples: &[i16]) -> bool {
    let Some(last) = samples.len().checked_sub(4000).map(|from| &samples[from..]) else { return false };
    let energy: f64 = last.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    let turn = std::f64::consts::TAU * 440.0 / 8000.0;
    let (re, im) = last.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, sample)| {
        let at = turn * n as f64;
        (re + f64::from(*sample) * at.cos(), im + f64::from(*sample) * at.sin())
    });
    energy > 1e6 && 2.0 * (re * re + im * im) / (energy * last.len() as f64) > 0.8
}
