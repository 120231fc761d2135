//! What a caller did and heard, as the steps of a scenario.

use super::caller::{Deed, Done};
use crate::program::Channel;
use crate::simulator::said::{Cut, Saying};
use crate::simulator::sheet::Sheet;
use crate::time::{DurationMs, Millis};

/// The steps, in order: every prompt, and between them what the caller did.
pub(super) fn steps(channel: Channel, said: &[Saying], done: &[Done], is_over: bool) -> Vec<Sheet> {
    let mut steps = Vec::new();
    let mut heard = 0;
    for Done { at, heard: before, deed } in done {
        let before = (*before).min(said.len());
        steps.extend(said[heard.min(before)..before].iter().map(hear));
        heard = heard.max(before);
        steps.push(told(channel, deed, *at, said[..before].last()));
    }
    steps.extend(said[heard..].iter().map(hear));
    let hung_up = done.last().is_some_and(|last| last.deed == Deed::HangUp);
    if is_over && !hung_up {
        steps.push(Sheet::text("ended"));
    }
    steps
}

fn hear(saying: &Saying) -> Sheet {
    // Whoever hangs up in the middle cuts it as well; that step says when.
    let tilde = if saying.cut == Some(Cut::ByKey) { "~" } else { "" };
    Sheet::map([("hear", Sheet::text(format!("{}{tilde}", saying.spoken.prompt)))])
}

fn told(channel: Channel, deed: &Deed, at: Millis, behind: Option<&Saying>) -> Sheet {
    let moment = match behind {
        Some(saying) => format!("{}+{}", saying.spoken.prompt, at.since(saying.began)),
        None => at.since(Millis::ZERO).to_string(),
    };
    let moment = Sheet::text(moment);
    match deed {
        Deed::Press { keys, every, is_secret } => {
            let name = if *is_secret { "secret" } else { "keys" };
            let signs: String = keys.iter().map(|key| key.sign()).collect();
            let press = Sheet::map([(name, Sheet::text(signs)), ("at", moment)]);
            let usual = keys.len() < 2 || *every == DurationMs(500);
            let press = if usual { press } else { press.with("every", Sheet::text(every.to_string())) };
            Sheet::map([("press", press)])
        }
        Deed::Tell { text, is_secret } => {
            let name = if *is_secret { "secret" } else { "text" };
            let said = Sheet::map([(name, Sheet::text(&**text)), ("at", moment)]);
            let word = match channel {
                Channel::Call | Channel::Task => "say",
                Channel::Sms | Channel::Email | Channel::Fax | Channel::Chat => "text",
            };
            Sheet::map([(word, said)])
        }
        Deed::Speak(length) => Sheet::map([("speak", Sheet::text(length.to_string()))]),
        Deed::HangUp => Sheet::map([("hang up", Sheet::map([("at", moment)]))]),
    }
}
