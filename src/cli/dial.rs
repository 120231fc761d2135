//! `callwright dial`: a test caller over real SIP and RTP.

use super::ear::Ear;
use crate::media::wav;
use crate::server::{Moment, Telephone, TelephoneCall};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Calls somebody over real SIP and RTP, presses keys, and tells what it hears.
#[derive(Args, Debug)]
pub struct DialArgs {
    /// Whom to call: `sip:+78432035737@127.0.0.1:5060`, or without `sip:`. The address is an IP address.
    target: String,
    /// The number to call from.
    #[arg(long, value_name = "NUMBER", default_value = "+79656295719")]
    from: String,
    /// Keys to press; a comma waits a second: `,,1,,4081712345#`. They begin when the call is answered.
    #[arg(long, value_name = "KEYS", default_value = "")]
    keys: String,
    /// Presses keys as tones in the sound, as a telephone without RFC 4733 does.
    #[arg(long)]
    tones: bool,
    /// Seconds after which the caller hangs up, if nobody did before.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    hang_up_after: u64,
    /// Writes what is heard into this WAV file.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Names the recordings that are heard, out of this folder: `prompts/en`.
    #[arg(long, value_name = "DIR")]
    recognize: Option<PathBuf>,
    /// The address to call from; without it, the loopback for a callee there, else all.
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,
}

/// One thing to do after another.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Press(String),
    Wait(Duration),
}

/// Runs the command: exit status 0 if the call was answered, 1 if not.
pub fn run(args: &DialArgs) -> Result<ExitCode> {
    let (user, address) = parse_target(&args.target)?;
    let steps = parse_keys(&args.keys)?;
    let mut ear = args.recognize.as_deref().map(Ear::of_folder).transpose()?;
    let bind = args.bind.unwrap_or(match address.ip().is_loopback() {
        true => address.ip(),
        false => Ipv4Addr::UNSPECIFIED.into(),
    });
    if bind.is_unspecified() {
        bail!("name the address to call from with --bind: it is written into the request");
    }
    tokio::runtime::Runtime::new()?.block_on(async {
        let telephone = Telephone::plug_in(bind)?;
        let telephone = if args.tones { telephone.with_tones() } else { telephone };
        say!("calling {user} at {address} from {}", args.from);
        let call = match telephone.call(&user, address, &args.from).await {
            Ok(call) => call,
            Err(error) => {
                say!("{error}");
                return Ok(ExitCode::FAILURE);
            }
        };
        say!("answered");
        let heard = converse(call, steps, Duration::from_secs(args.hang_up_after), ear.as_mut()).await?;
        if let Some(file) = &args.record {
            save(&heard, file)?;
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn converse(
    mut call: TelephoneCall,
    mut steps: VecDeque<Step>,
    limit: Duration,
    mut ear: Option<&mut Ear>,
) -> Result<Vec<i16>> {
    let end = tokio::time::Instant::now() + limit;
    let mut next = tokio::time::Instant::now();
    let mut heard = Vec::new();
    loop {
        tokio::select! {
            () = tokio::time::sleep_until(end) => {
                call.hang_up().await;
                say!("hung up");
                break;
            }
            () = tokio::time::sleep_until(next), if !steps.is_empty() => match steps.pop_front() {
                Some(Step::Press(keys)) => {
                    say!("pressing {} keys", keys.chars().count());
                    call.press(&keys)?;
                    next += Duration::from_millis(200 * keys.chars().count() as u64);
                }
                Some(Step::Wait(length)) => next += length,
                None => {}
            },
            moment = call.next() => match moment {
                Moment::Sound(sound) => {
                    heard.extend_from_slice(&sound);
                    let found = ear.as_mut().map(|ear| ear.listen(&sound)).unwrap_or_default();
                    found.iter().for_each(|name| say!("heard {name}"));
                }
                Moment::Key(key) => say!("the far end pressed {key}"),
                Moment::KeysSent => {}
                Moment::Ended(why) => {
                    say!("{why}");
                    break;
                }
            },
        }
    }
    let rest = ear.map(Ear::finish).unwrap_or_default();
    rest.iter().for_each(|name| say!("heard {name}"));
    Ok(heard)
}

fn save(heard: &[i16], file: &std::path::Path) -> Result<()> {
    let sink =
        std::io::BufWriter::new(std::fs::File::create(file).with_context(|| file.display().to_string())?);
    wav::write(heard, sink).with_context(|| file.display().to_string())?;
    say!("{} s written to {}", heard.len() / 8000, file.display());
    Ok(())
}

fn parse_target(target: &str) -> Result<(String, SocketAddr)> {
    let rest = target.strip_prefix("sip:").unwrap_or(target);
    let Some((user, host)) = rest.split_once('@') else {
        bail!("`{target}` names nobody: write user@address, as in +78432035737@127.0.0.1:5060");
    };
    let address = host.parse().or_else(|_| host.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 5060)));
    match address {
        Ok(address) => Ok((user.to_owned(), address)),
        Err(_) => bail!("`{host}` is no IP address with a port"),
    }
}

fn parse_keys(text: &str) -> Result<VecDeque<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    for sign in text.chars().filter(|sign| !sign.is_whitespace()) {
        match (sign, steps.last_mut()) {
            (',', _) => steps.push(Step::Wait(Duration::from_secs(1))),
            (key, _) if crate::media::Key::from_char(key).is_none() => {
                bail!("`{key}` is no key of a telephone: it has 0-9, *, # and A-D, and `,` waits a second")
            }
            (key, Some(Step::Press(keys))) => keys.push(key),
            (key, Some(Step::Wait(_)) | None) => steps.push(Step::Press(key.to_string())),
        }
    }
    Ok(steps.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_wait_and_keys_are_pressed_together() {
        let second = Step::Wait(Duration::from_secs(1));
        let steps = parse_keys(",,1,4081#").map(Vec::from).unwrap_or_default();
        let press = |keys: &str| Step::Press(keys.to_owned());
        assert_eq!(steps, [second.clone(), second.clone(), press("1"), second, press("4081#")]);
        assert!(parse_keys("1x").is_err());
    }

    #[test]
    fn a_target_is_a_user_at_an_address() {
        let (user, address) = parse_target("sip:+7843@127.0.0.1").unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((user.as_str(), address.to_string().as_str()), ("+7843", "127.0.0.1:5060"));
        assert!(parse_target("+7843").is_err());
    }
}
