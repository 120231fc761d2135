//! Who makes out the words of a recording: a service over HTTP.
//!
//! It is asked by POST with the recording as a WAV file, and answers 200 with `{"words": "…"}`. What it hears is what a caller
//! said, so nothing here logs a recording, a reply or a word of either.

use super::cause::cause;
use super::config::{Config, TranscriptionConfig};
use crate::program::{Program, Text, Verb};
use crate::time::DurationMs;
use reqwest::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use serde::Deserialize;
use std::sync::Arc;
use thiserror::Error;

/// The longest reply that is read, in octets: an hour of speech has a tenth of it.
const LARGEST_REPLY: usize = 1 << 20;

/// Makes out words. Clones share its connections.
#[derive(Clone)]
pub(super) struct Transcriber {
    client: reqwest::Client,
    url: reqwest::Url,
    token: Option<Arc<str>>,
}

/// Why the service cannot be used.
#[derive(Debug, Error)]
pub enum TranscriptionError {
    /// Its address is none.
    #[error("`transcription`: `{0}` is no http or https address")]
    Address(String),
    /// The environment variable with its token is not set.
    #[error("`transcription`: the environment variable `{0}` is not set")]
    Token(String),
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot start: {0}")]
    Client(#[from] reqwest::Error),
}

#[derive(Deserialize)]
struct Reply {
    words: String,
}

impl Transcriber {
    /// The service of the settings.
    ///
    /// # Errors
    /// [`TranscriptionError`] where it cannot be used.
    pub fn new(config: &TranscriptionConfig) -> Result<Transcriber, TranscriptionError> {
        let wrong = || TranscriptionError::Address(config.url.clone());
        let url = reqwest::Url::parse(&config.url).map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong());
        }
        let read = |variable: &String| {
            std::env::var(variable).map_err(|_| TranscriptionError::Token(variable.clone()))
        };
        let token = config.token_from.as_ref().map(read).transpose()?.map(Arc::from);
        Ok(Transcriber { client: super::connectors::http_client()?, url, token })
    }

    /// The words of a WAV file, in a language if it is known.
    ///
    /// # Errors
    /// Why there are none, for the log.
    pub async fn words(
        &self,
        wav: Vec<u8>,
        language: Option<&str>,
        within: DurationMs,
    ) -> Result<Text, String> {
        let request = self.client.post(self.url.clone()).timeout(within.to_std());
        let request = request.header(CONTENT_TYPE, "audio/wav").body(wav);
        let request = match language {
            Some(language) => request.header(CONTENT_LANGUAGE, language),
            None => request,
        };
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let mut response = request.send().await.and_then(|reply| reply.error_for_status()).map_err(cause)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(cause)? {
            if bytes.len() + chunk.len() > LARGEST_REPLY {
                return Err("its reply is too large".to_owned());
            }
            bytes.extend_from_slice(&chunk);
        }
        let reply: Reply =
            serde_json::from_slice(&bytes).map_err(|_| "its reply has no `words`".to_owned())?;
        match reply.words.trim() {
            "" => Err("it made out nothing".to_owned()),
            words => Ok(words.into()),
        }
    }
}

/// The lines of a program that want words where the settings name nobody who makes them out.
pub(super) fn problems(config: &Config, program: &Program) -> Vec<String> {
    let wants = program.nodes.iter().filter(|node| matches!(node.verb, Verb::Transcribe(_)));
    let mut places: Vec<(&Text, u32)> = wants.map(|node| (&node.place.path, node.place.line)).collect();
    places.sort_unstable();
    places.dedup();
    let line = |(path, line)| {
        format!(
            "{path}:{line}: `transcribe` needs `transcription` in the settings, which says who makes out the words"
        )
    };
    places.into_iter().filter(|_| config.transcription.is_none()).map(line).collect()
}
