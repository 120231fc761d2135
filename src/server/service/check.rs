//! Everything that would keep a server from starting, looked for without binding a port.

use super::{ServeError, Service};
use crate::engine::Image;
use crate::program::Verb;
use crate::server::backends::Backends;
use crate::server::clock::Clock;
use crate::server::config::Config;
use crate::server::connectors::Connectors;
use crate::server::messages::{self, Messages};
use crate::server::refused::refused;
use crate::server::sounds::Sounds;
use crate::server::synthesizer::Synthesizer;
use crate::server::transcriber::{self, Transcriber};
use crate::server::trunks::Trunks;
use crate::server::{keys, operators, phones};
use std::path::Path;

impl Service {
    /// Looks for everything that would keep a server from starting, short of binding ports: settings, trunk, recordings,
    /// backends. All that is wrong is in the error.
    pub fn check(config: &Config, image: &Image) -> Result<(Sounds, Backends), ServeError> {
        let folder = config.prompts.as_deref().unwrap_or(Path::new("prompts"));
        let sounds = load_sounds(config, image, folder);
        let backends = Backends::new(image, &config.backends);
        let (settings, trunk) = (config.check(), check_trunk(config, image));
        let (refused, operators) = (refused(image), operators::problems(config, image));
        // What is written wrongly is said once.
        let trunk = if settings.is_ok() { trunk.and(passwords(config)) } else { trunk };
        let connectors = Connectors::new(config, image, Clock::start()).map(drop);
        let vault = keys::check(config, image);
        let (mut unsaid, messages) =
            (messages::problems(config, image), Messages::new(config, Clock::start()).map(drop));
        unsaid.extend(transcriber::problems(config, image));
        let transcriber = config.transcription.as_ref().map(Transcriber::new).transpose();
        let served = refused.is_empty() && operators.is_empty() && vault.is_ok();
        let served = served && unsaid.is_empty() && messages.is_ok() && transcriber.is_ok();
        if let (true, Ok(()), Ok(()), Ok(()), Ok(sounds), Ok(backends)) =
            (served, &settings, &trunk, &connectors, &sounds, &backends)
        {
            return Ok((sounds.clone(), backends.clone()));
        }
        let mut wrong: Vec<ServeError> = Vec::new();
        wrong.extend(settings.err().map(ServeError::Config));
        wrong.extend(trunk.err());
        wrong.extend((!refused.is_empty()).then_some(ServeError::NotServed(refused)));
        wrong.extend(operators.into_iter().map(ServeError::Operator));
        wrong.extend(sounds.err());
        wrong.extend(backends.err().map(ServeError::Backends));
        wrong.extend(connectors.err().map(ServeError::Connector));
        wrong.extend(vault.err().map(ServeError::Vault));
        wrong.extend((!unsaid.is_empty()).then_some(ServeError::NotServed(unsaid)));
        wrong.extend(messages.err().map(ServeError::Messages));
        wrong.extend(transcriber.err().map(ServeError::Transcription));
        Err(ServeError::Several(wrong))
    }
}

/// The recordings, and who says those that are missing.
fn load_sounds(config: &Config, image: &Image, folder: &Path) -> Result<Sounds, ServeError> {
    let synthesizer =
        config.speech.as_ref().map(|speech| Synthesizer::new(speech, &config.data)).transpose()?;
    Ok(Sounds::load(image, folder, synthesizer.as_ref())?)
}

/// Whether the passwords of trunks and telephones are there.
fn passwords(config: &Config) -> Result<(), ServeError> {
    Trunks::new(config)?;
    phones::registrar(config)?;
    Ok(())
}

fn check_trunk(config: &Config, image: &Image) -> Result<(), ServeError> {
    let calls = image.nodes.iter().find(|node| matches!(node.verb, Verb::Transfer(_) | Verb::CallOut(_)));
    match calls.filter(|_| config.trunk.is_none() && config.trunks.is_empty() && config.phones.is_empty()) {
        Some(node) => Err(ServeError::NoTrunk { place: format!("{}:{}", node.place.path, node.place.line) }),
        None => Ok(()),
    }
}
