//! `callwright route`: which rule of the route takes a contact, and why the others do not.

use super::load::load;
use crate::engine::{Action, Contact, Image, Note, Session};
use crate::program::{Caller, Channel, Exit, NodeId, Phone, RouteEntry, RouteVerdict, Verb};
use crate::source::Place;
use crate::time::{Millis, Wall};
use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Says which rule of the route takes a contact, and where it enters.
///
/// Exit status: 0 if a rule takes it, 1 if the route leaves it out, 2 if there is no such program or channel.
#[derive(Args, Debug)]
#[command(after_help = "\
callwright route flows/bank --from withheld --to \"+7 843 203-57-37\" --at 2026-11-20T19:30:00+03:00 --explain")]
pub struct RouteArgs {
    /// The program's folder.
    program: PathBuf,
    /// How it arrives: call, sms, email, fax, chat.
    #[arg(long, default_value = "call")]
    channel: String,
    /// From whom: a number, an address, `withheld`, `missing`.
    #[arg(long, default_value = "missing")]
    from: String,
    /// What is dialled or addressed.
    #[arg(long)]
    to: String,
    /// The segment of the CRM to which the caller's customer belongs.
    #[arg(long)]
    segment: Option<String>,
    /// When it arrives, as 2026-11-20T19:30:00+03:00; now if it is left out.
    #[arg(long)]
    at: Option<jiff::Timestamp>,
    /// Says of every other rule, in their order, why it does not take the contact.
    #[arg(long)]
    explain: bool,
    /// Writes everything as one JSON document.
    #[arg(long)]
    json: bool,
}

/// What there is to say of a contact.
struct Answer<'a> {
    image: &'a Image,
    contact: Contact,
    /// What becomes of each rule.
    verdicts: Vec<RouteVerdict>,
    /// The conditions that were asked, and whether they held.
    asked: Vec<(NodeId, bool)>,
    /// Where it enters.
    enters: Option<NodeId>,
    lines: Lines,
}

/// The lines of the scripts, to show what stands at a place.
struct Lines {
    root: PathBuf,
    texts: BTreeMap<Arc<str>, String>,
}

/// Runs the command.
pub fn run(args: &RouteArgs) -> Result<ExitCode> {
    let (files, image) = load(&args.program)?;
    let channel = Channel::from_word(&args.channel).filter(|channel| Channel::ALL.contains(channel));
    let channel = channel.context("channels are call, sms, email, fax, chat")?;
    let country = image.country.as_deref();
    let at = args.at.unwrap_or_else(jiff::Timestamp::now);
    let contact = Contact {
        id: "route".into(),
        channel,
        from: caller(&args.from, country),
        to_number: Phone::parse(&args.to, country),
        to: args.to.as_str().into(),
        message: None,
        language: None,
        priority: None,
        attested: false,
        segment: args.segment.as_deref().map(Into::into),
        segments: Vec::new(),
        arrived: Wall(at.as_millisecond()),
        seed: 1,
        overrides: BTreeMap::default(),
        task: None,
    };
    let lines = Lines::read(files.root(), &image);
    let answer = Answer::new(&image, contact, lines);
    match args.json {
        true => println!("{:#}", answer.document()),
        false => answer.tell(args.explain),
    }
    Ok(ExitCode::from(u8::from(answer.enters.is_none())))
}

fn caller(text: &str, country: Option<&str>) -> Caller {
    match text {
        "missing" => Caller::Missing,
        other => Caller::parse(other, country),
    }
}

impl<'a> Answer<'a> {
    fn new(image: &'a Arc<Image>, contact: Contact, lines: Lines) -> Answer<'a> {
        let verdicts = image.verdicts(contact.channel, contact.to_number.as_ref(), &contact.to);
        let entry = image.route(contact.channel, contact.to_number.as_ref(), &contact.to);
        let mut answer = Answer { image, contact, verdicts, asked: Vec::new(), enters: None, lines };
        if let Some(entry) = entry {
            answer.follow(image, entry);
        }
        answer
    }

    /// Lets the contact in, and looks which conditions held on its way to the first node that is none.
    fn follow(&mut self, image: &Arc<Image>, entry: NodeId) {
        let (_, actions) = Session::start(image.clone(), self.contact.clone(), Millis(0));
        let left: BTreeMap<NodeId, &Exit> = actions
            .iter()
            .filter_map(|action| match action {
                Action::Note(Note::Left { node, exit }) => Some((*node, exit)),
                _ => None,
            })
            .collect();
        let mut at = entry;
        while let (Verb::If(_), Some(exit)) = (&image.node(at).verb, left.get(&at)) {
            self.asked.push((at, **exit == Exit::Then));
            let Some(arm) = image.node(at).arm(exit) else { break };
            at = arm.to;
        }
        while let (Verb::Outcome(_), Some(arm)) = (&image.node(at).verb, image.node(at).arm(&Exit::Next)) {
            at = arm.to;
        }
        self.enters = Some(at);
    }

    fn winner(&self) -> Option<&RouteEntry> {
        let position = self.verdicts.iter().position(|verdict| *verdict == RouteVerdict::Takes)?;
        self.image.routes.get(position)
    }

    /// The flow that it enters, or what is done with it.
    fn leads_to(&self) -> Option<String> {
        Some(match &self.image.node(self.enters?).verb {
            Verb::Goto(goto) => self.image.flow(goto.flow).name.to_string(),
            Verb::Reject(reject) => format!("reject {}", reject.reason.word()),
            other => other.spec().word.to_owned(),
        })
    }

    fn tell(&self, explain: bool) {
        let Contact { channel, from, to, to_number, .. } = &self.contact;
        let number = to_number.as_ref().map_or(String::new(), |number| format!(", the number {number}"));
        println!("{channel} to {to}{number}, from {from}");
        match self.winner() {
            Some(rule) => println!("taken by   {}", self.lines.shown(&rule.place)),
            None => println!("no rule takes it"),
        }
        for (node, holds) in &self.asked {
            let said = if *holds { "holds     " } else { "fails     " };
            println!("{said} {}", self.lines.shown(&self.image.node(*node).place));
        }
        if let (Some(node), Some(leads)) = (self.enters, self.leads_to()) {
            println!("leads to   {leads}, at {}", self.lines.place(&self.image.node(node).place));
        }
        if explain {
            self.explain();
        }
    }

    fn explain(&self) {
        println!();
        for (rule, verdict) in self.rules() {
            println!("{}\n    {verdict}", self.lines.shown(&rule.place));
            if verdict == RouteVerdict::Takes {
                for node in self.not_asked() {
                    println!(
                        "{}\n    was not asked any more",
                        self.lines.shown(&self.image.node(node).place)
                    );
                }
            }
        }
    }

    /// The rules as they are written: one with several targets has the best of their verdicts.
    fn rules(&self) -> Vec<(&RouteEntry, RouteVerdict)> {
        let all: Vec<(&RouteEntry, RouteVerdict)> =
            self.image.routes.iter().zip(self.verdicts.iter().copied()).collect();
        let written = all.chunk_by(|(a, _), (b, _)| a.entry == b.entry);
        let best = |(_, verdict): &&(&RouteEntry, RouteVerdict)| match verdict {
            RouteVerdict::Takes => 0,
            RouteVerdict::Wider | RouteVerdict::Otherwise | RouteVerdict::Apart(_) => 1,
            RouteVerdict::OtherChannel | RouteVerdict::OtherTarget => 2,
        };
        written.filter_map(|rules| rules.iter().min_by_key(best).copied()).collect()
    }

    /// Conditions of the winning rule behind the one that held.
    fn not_asked(&self) -> Vec<NodeId> {
        let mut rest = Vec::new();
        let Some((mut at, true)) = self.asked.last().copied() else { return rest };
        while let Some(arm) = self.image.node(at).arm(&Exit::Else) {
            at = arm.to;
            rest.push(at);
            if !matches!(self.image.node(at).verb, Verb::If(_)) {
                break;
            }
        }
        rest
    }

    fn document(&self) -> Value {
        let rule = |rule: &RouteEntry| self.lines.json(&rule.place);
        let asked = self.asked.iter().map(|(node, holds)| {
            let mut line = self.lines.json(&self.image.node(*node).place);
            line["holds"] = json!(holds);
            line
        });
        let rules = self.rules().into_iter().map(|(entry, verdict)| {
            let mut line = rule(entry);
            line["verdict"] = json!(verdict.to_string());
            line
        });
        json!({
            "version": 1,
            "channel": self.contact.channel.word(),
            "from": self.contact.from.to_string(),
            "to": &*self.contact.to,
            "number": self.contact.to_number.as_ref().map(Phone::as_str),
            "at": jiff::Timestamp::from_millisecond(self.contact.arrived.0).ok().map(|at| at.to_string()),
            "taken_by": self.winner().map(rule),
            "conditions": asked.collect::<Vec<_>>(),
            "leads_to": self.leads_to(),
            "rules": rules.collect::<Vec<_>>(),
        })
    }
}

impl Lines {
    fn read(root: &Path, image: &Image) -> Lines {
        let paths = image.nodes.iter().map(|node| node.place.path.clone());
        let mut texts = BTreeMap::new();
        for path in paths {
            texts
                .entry(path)
                .or_insert_with_key(|path| std::fs::read_to_string(root.join(&**path)).unwrap_or_default());
        }
        Lines { root: root.to_owned(), texts }
    }

    fn place(&self, place: &Place) -> String {
        format!("{}:{}", self.root.join(&*place.path).display(), place.line)
    }

    fn text(&self, place: &Place) -> &str {
        let line = (place.line as usize).checked_sub(1);
        let text = self.texts.get(&place.path).zip(line).and_then(|(text, line)| text.lines().nth(line));
        let text = text.unwrap_or("");
        let code = text.split_once(" //").map_or(text, |(code, _)| code);
        code.trim().trim_end_matches('{').trim_end()
    }

    fn shown(&self, place: &Place) -> String {
        format!("{}  {}", self.place(place), self.text(place))
    }

    fn json(&self, place: &Place) -> Value {
        json!({
            "file": self.root.join(&*place.path).to_string_lossy(),
            "line": place.line,
            "text": self.text(place),
        })
    }
}
