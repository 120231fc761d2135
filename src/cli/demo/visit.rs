//! The demo's call: a caller who acts on what is heard.

use crate::cli::ear::Ear;
use crate::engine::Image;
use crate::program::{Money, PromptId, Secret, Value};
use crate::server::{Moment, Sounds, Telephone, TelephoneCall};
use crate::speech::{self, Fragment};
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

/// The longest that the call may take: four prompts, an amount, and some patience.
const LIMIT: Duration = Duration::from_secs(90);

/// Who calls whom, and what is keyed.
pub struct Visit<'a> {
    /// The number that is called.
    pub line: &'a str,
    /// The number that calls.
    pub caller: &'a str,
    /// The account.
    pub account: &'a str,
    /// What the account holds.
    pub balance: &'a str,
    /// The PIN.
    pub pin: &'a Secret,
}

/// What the far end heard.
#[derive(Debug, Default)]
pub struct Heard {
    /// Recordings in order, `~` behind one that was cut.
    pub recordings: Vec<String>,
    /// Whether the whole balance was among them, word by word and complete.
    pub balance: bool,
    /// What the balance is made of.
    pub wanted: Vec<String>,
}

/// A prompt to wait for, and what is keyed then.
struct Cue {
    heard: String,
    keys: String,
}

impl Visit<'_> {
    /// Calls, keys at the prompts, listens to the balance, hangs up.
    pub async fn make(
        &self,
        telephone: &Telephone,
        at: SocketAddr,
        image: &Image,
        prompts: &Path,
    ) -> Result<Heard> {
        let sounds = Sounds::load(image, prompts, None)?;
        let mut ear = Ear::new(sounds.clips());
        let mut call = telephone.call(self.line, at, self.caller).await.context("the demo's call failed")?;
        let mut heard = Heard { wanted: self.wanted(image)?, ..Heard::default() };
        let mut cues = self.cues(image)?.into_iter().peekable();
        let deadline = tokio::time::Instant::now() + LIMIT;
        while !heard.balance {
            let moment = tokio::time::timeout_at(deadline, call.next())
                .await
                .context("the demo's call takes too long")?;
            let names = match moment {
                Moment::Sound(sound) => ear.listen(&sound),
                Moment::Key(_) | Moment::KeysSent => Vec::new(),
                Moment::Ended(why) => {
                    heard.take(ear.finish());
                    say!("the call ended early: {why}");
                    return Ok(heard);
                }
            };
            // A busy machine may lose a moment of it: it was heard all the same.
            let is_heard = |cue: &Cue| names.iter().any(|name| name.trim_end_matches('~') == cue.heard);
            if let Some(cue) = cues.next_if(is_heard) {
                call.press(&cue.keys)?;
            }
            heard.take(names);
        }
        hang_up(call).await;
        Ok(heard)
    }

    fn cues(&self, image: &Image) -> Result<Vec<Cue>> {
        let cue = |prompt: &str, keys: String| {
            let (id, index) = (prompt_named(image, prompt)?, 0);
            let heard = fragments(image, id, &[], index)?.into_iter().next_back().unwrap_or_default();
            Ok(Cue { heard, keys })
        };
        [
            cue("menu_long", "1".to_owned()),
            cue("enter_account", format!("{}#", self.account)),
            cue("enter_pin", self.pin.expose().to_owned()),
        ]
        .into_iter()
        .collect()
    }

    /// The recordings that say the balance.
    fn wanted(&self, image: &Image) -> Result<Vec<String>> {
        let money = Money::parse(self.balance).context("the demo's balance is no amount")?;
        fragments(image, prompt_named(image, "balance_is")?, &[Value::Money(money)], 0)
    }
}

impl Heard {
    fn take(&mut self, names: Vec<String>) {
        for name in names {
            say!("{:>8} caller hears {name}", "");
            self.recordings.push(name);
        }
        self.balance = self.recordings.windows(self.wanted.len().max(1)).any(|run| *run == *self.wanted);
    }
}

/// A moment of listening, as a caller takes it, and the receiver goes down.
async fn hang_up(call: TelephoneCall) {
    tokio::time::sleep(Duration::from_millis(300)).await;
    call.hang_up().await;
}

fn prompt_named(image: &Image, name: &str) -> Result<PromptId> {
    image.prompt_named(name).with_context(|| format!("the bank has no prompt `{name}`"))
}

fn fragments(image: &Image, prompt: PromptId, args: &[Value], language: usize) -> Result<Vec<String>> {
    let fragments = speech::fragments(image, prompt, args, language)?;
    let recording = |fragment| match fragment {
        Fragment::Recording(key) => Some(key),
        Fragment::Pause(_) | Fragment::Text { .. } => None,
    };
    Ok(fragments.into_iter().filter_map(recording).collect())
}
