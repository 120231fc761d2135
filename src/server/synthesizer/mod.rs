//! Speech that nobody has recorded: made by a synthesizer, kept by its content.
//!
//! ```text
//!   text, language ─► in memory? ─► on disk? ─► engine (a command, or an HTTP service) ─► trim, level ─► both
//! ```
//!
//! What is kept has the hash of everything that makes it sound as it does: the text, the language, the voice, and how the
//! engine is called. An engine has a limit of time and of what it may return; what it cannot say in that time is an
//! error, and nothing else is said instead. Everything here waits, so it runs where waiting is allowed, never on a call's
//! own task or the media thread.

mod cache;
mod engine;

use super::config::SpeechConfig;
use crate::media::{Clip, ClipError, level};
use cache::Cache;
use engine::Engine;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// The longest text that is said, in characters: some two minutes.
const LONGEST_TEXT: usize = 2000;

/// Says texts. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Synthesizer {
    engine: Arc<Engine>,
    cache: Arc<Cache>,
}

/// Why something could not be said, or a synthesizer not be used.
#[derive(Debug, Error)]
pub enum SynthesisError {
    /// None or several engines are configured.
    #[error("`speech` needs one of `engine`, `command`, `url`, and has {found}")]
    Engines {
        /// How many.
        found: usize,
    },
    /// The command is not installed.
    #[error("`speech`: the command `{program}` is not found")]
    NotInstalled {
        /// Its name.
        program: String,
    },
    /// The address is none.
    #[error("`speech`: `{url}` is no http or https address")]
    Address {
        /// As configured.
        url: String,
    },
    /// The environment variable with the token is not set.
    #[error("`speech`: the environment variable `{variable}` is not set")]
    Token {
        /// The variable.
        variable: String,
    },
    /// The text is longer than anybody listens to.
    #[error("a text of {length} characters is longer than {LONGEST_TEXT}")]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// There is nothing in it to say.
    #[error("a text without a letter or digit")]
    Nothing,
    /// The engine said nothing in time.
    #[error("the synthesizer took longer than {limit_ms} ms")]
    Late {
        /// The limit.
        limit_ms: u64,
    },
    /// The engine failed.
    #[error("the synthesizer failed: {reason}")]
    Failed {
        /// What it said.
        reason: String,
    },
    /// What came is no recording.
    #[error("the synthesizer's answer: {0}")]
    Unusable(#[from] ClipError),
    /// The folder of what was said cannot be used.
    #[error("the folder of synthesized speech: {0}")]
    Folder(#[from] std::io::Error),
}

impl Synthesizer {
    /// Makes a synthesizer that keeps what it says below a server's data.
    ///
    /// # Errors
    /// Where the settings make no sense, the command is not installed, or the folder cannot be made.
    pub fn new(config: &SpeechConfig, data: &Path) -> Result<Synthesizer, SynthesisError> {
        let engine = Arc::new(Engine::new(config)?);
        Ok(Synthesizer { engine, cache: Arc::new(Cache::new(data.join("speech"))?) })
    }

    /// How long one text may take.
    pub fn within(&self) -> Duration {
        self.engine.within()
    }

    /// How many texts are in memory.
    pub fn in_memory(&self) -> usize {
        self.cache.in_memory()
    }

    /// What was said before and is still in memory.
    pub fn remembered(&self, text: &str, language: &str) -> Option<Clip> {
        self.cache.remembered(&self.name(text, language))
    }

    /// Says a text, or finds it said. Waits, at most as long as the engine may take.
    ///
    /// # Errors
    /// All that is not about settings.
    pub fn say(&self, text: &str, language: &str) -> Result<Clip, SynthesisError> {
        let length = text.chars().count();
        if length > LONGEST_TEXT {
            return Err(SynthesisError::TooLong { length });
        }
        if !text.contains(char::is_alphanumeric) {
            return Err(SynthesisError::Nothing);
        }
        let name = self.name(text, language);
        if let Some(clip) = self.cache.find(&name) {
            return Ok(clip);
        }
        let spoken = Clip::from_wav(&self.engine.speak(text, language)?)?;
        let clip = Clip::from_samples(&level::levelled(level::trimmed(spoken.samples())));
        if let Err(error) = self.cache.keep(&name, &clip) {
            tracing::warn!(%error, "synthesized speech could not be kept");
        }
        Ok(clip)
    }

    /// The hash of all that decides how a text sounds.
    fn name(&self, text: &str, language: &str) -> String {
        let mut hash = Sha256::new();
        for part in [self.engine.settings(), language, self.engine.voice(language), text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().iter().take(16).map(|octet| format!("{octet:02x}")).collect()
    }
}
