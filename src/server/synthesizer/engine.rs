//! What speaks: espeak-ng, another command, or an HTTP service. Each gets a text and returns a WAV file.

use super::SynthesisError;
use crate::server::cause::cause;
use crate::server::config::SpeechConfig;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The largest recording that is taken: ten minutes at 48 kHz.
const LARGEST: u64 = 64 << 20;
/// How often a command is looked at that is still at work.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// espeak-ng, a little slower than its default of 175 words a minute, for the telephone.
const ESPEAK: [&str; 9] = ["espeak-ng", "-v", "{voice}", "-s", "150", "-b", "1", "--stdin", "-w"];

#[derive(Debug)]
pub(super) struct Engine {
    way: Way,
    voices: BTreeMap<String, String>,
    within: Duration,
    /// Everything about the engine that is heard, for the hash.
    settings: String,
}

#[derive(Debug)]
enum Way {
    /// The text goes into the standard input, where nothing in it is an option. `{file}` among the words is where the
    /// command writes; without it, it writes to its standard output.
    Command(Vec<String>),
    Service {
        client: reqwest::Client,
        url: reqwest::Url,
        token: Option<String>,
    },
}

impl Engine {
    pub(super) fn new(config: &SpeechConfig) -> Result<Engine, SynthesisError> {
        let way = match (&config.engine, config.command.as_slice(), &config.url) {
            (Some(_), [], None) => command(ESPEAK.iter().chain(&["{file}"]).map(|word| (*word).to_owned()))?,
            (None, [_, ..], None) => command(config.command.iter().cloned())?,
            (None, [], Some(url)) => service(url, config.token_from.as_deref())?,
            (engine, words, url) => {
                let found = [engine.is_some(), !words.is_empty(), url.is_some()];
                let found = found.iter().filter(|is_there| **is_there).count();
                return Err(SynthesisError::Engines { found });
            }
        };
        let settings = match &way {
            Way::Command(words) => words.join("\0"),
            Way::Service { url, .. } => url.to_string(),
        };
        let within = Duration::from_millis(config.within_ms);
        Ok(Engine { way, voices: config.voices.clone(), within, settings })
    }

    pub(super) fn within(&self) -> Duration {
        self.within
    }

    pub(super) fn settings(&self) -> &str {
        &self.settings
    }

    /// The voice for a language; named as the language where none was chosen.
    pub(super) fn voice<'a>(&'a self, language: &'a str) -> &'a str {
        self.voices.get(language).map_or(language, String::as_str)
    }

    /// Speaks; a WAV file at any rate.
    pub(super) fn speak(&self, text: &str, language: &str) -> Result<Vec<u8>, SynthesisError> {
        match &self.way {
            Way::Command(words) => self.run(words, text, language),
            Way::Service { client, url, token } => {
                self.ask(client, url.clone(), token.as_deref(), text, language)
            }
        }
    }

    fn late(&self) -> SynthesisError {
        SynthesisError::Late { limit_ms: u64::try_from(self.within.as_millis()).unwrap_or(u64::MAX) }
    }

    fn run(&self, words: &[String], text: &str, language: &str) -> Result<Vec<u8>, SynthesisError> {
        let file = Scratch::new();
        let writes = words.iter().any(|word| word.contains("{file}"));
        let filled = words.iter().map(|word| {
            let word = word.replace("{voice}", self.voice(language)).replace("{language}", language);
            word.replace("{file}", &file.0.to_string_lossy())
        });
        let filled: Vec<String> = filled.collect();
        let (program, args) = filled.split_first().ok_or(SynthesisError::Engines { found: 0 })?;
        let mut child = Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(if writes { Stdio::null() } else { Stdio::piped() })
            .stderr(Stdio::piped())
            .spawn()?;
        let said = self.watch(&mut child, text)?;
        if !writes {
            return Ok(said);
        }
        let mut bytes = Vec::new();
        std::fs::File::open(&file.0)?.take(LARGEST).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Feeds a command, reads what it writes, and ends it where it takes too long.
    fn watch(&self, child: &mut Child, text: &str) -> Result<Vec<u8>, SynthesisError> {
        let deadline = Instant::now() + self.within;
        let (mut input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let text = text.to_owned();
        // A command that reads late or never must not hold us; the thread ends when the command does.
        std::thread::spawn(move || input.as_mut().map(|input| input.write_all(text.as_bytes())));
        let output = std::thread::spawn(move || read(output));
        let errors = std::thread::spawn(move || read(errors));
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if Instant::now() >= deadline {
                child.kill()?;
                child.wait()?;
                return Err(self.late());
            }
            std::thread::sleep(LOOK_EVERY);
        };
        let (output, errors) = (output.join().unwrap_or_default(), errors.join().unwrap_or_default());
        match status.success() {
            true => Ok(output),
            false => {
                let words = String::from_utf8_lossy(&errors);
                let reason = format!("{status}: {}", words.lines().next().unwrap_or_default());
                Err(SynthesisError::Failed { reason })
            }
        }
    }

    /// Posts `{"text", "language", "voice"}` as JSON and takes the body of a 200.
    fn ask(
        &self,
        client: &reqwest::Client,
        url: reqwest::Url,
        token: Option<&str>,
        text: &str,
        language: &str,
    ) -> Result<Vec<u8>, SynthesisError> {
        let body = serde_json::json!({ "text": text, "language": language, "voice": self.voice(language) });
        let request = client.post(url).timeout(self.within).json(&body);
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let answered = runtime.block_on(async {
            let mut response = request.send().await?.error_for_status()?;
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await? {
                if (bytes.len() + chunk.len()) as u64 <= LARGEST {
                    bytes.extend_from_slice(&chunk);
                }
            }
            Ok(bytes)
        });
        answered.map_err(|error: reqwest::Error| match error.is_timeout() {
            true => self.late(),
            false => SynthesisError::Failed { reason: cause(error) },
        })
    }
}

/// Up to the largest recording; the rest is not wanted.
fn read(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        // What came before an error is as good as it gets.
        let _ = pipe.take(LARGEST).read_to_end(&mut bytes);
    }
    bytes
}

/// A command whose program is there.
fn command(words: impl Iterator<Item = String>) -> Result<Way, SynthesisError> {
    let words: Vec<String> = words.collect();
    let program = words.first().cloned().unwrap_or_default();
    match is_installed(&program) {
        true => Ok(Way::Command(words)),
        false => Err(SynthesisError::NotInstalled { program }),
    }
}

fn is_installed(program: &str) -> bool {
    if program.contains('/') {
        return Path::new(program).is_file();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    !program.is_empty() && std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn service(url: &str, token_from: Option<&str>) -> Result<Way, SynthesisError> {
    let wrong = || SynthesisError::Address { url: url.to_owned() };
    let parsed = reqwest::Url::parse(url).map_err(|_| wrong())?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(wrong());
    }
    let read = |variable: &str| {
        std::env::var(variable).map_err(|_| SynthesisError::Token { variable: variable.to_owned() })
    };
    let token = token_from.map(read).transpose()?;
    // A second call finds the provider installed already: that is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        // Each question has a runtime of its own, which no connection outlives.
        .pool_max_idle_per_host(0)
        .build();
    let client = client.map_err(|error| SynthesisError::Failed { reason: error.to_string() })?;
    Ok(Way::Service { client, url: parsed, token })
}

/// A file for one command to write into, removed with this.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Scratch(std::env::temp_dir().join(format!("callwright-speech-{}-{count}.wav", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
