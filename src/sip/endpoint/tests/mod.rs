//! Two endpoints on a simulated network, in virtual time; and one endpoint against hand-written messages.

mod callees;
mod callers;
mod calls;
mod challenges;
mod changes;
mod features;
mod floods;
mod lossy;
mod media;
mod neighbours;
mod phones;
mod races;
mod reliable;
mod standing;
mod strangers;
mod streams;
mod timers;
mod torture;
mod transfers;

use super::*;
use crate::sip::limits::Policy;
use crate::sip::message::{Message, scan};
use crate::sip::sdp::Local;
use crate::sip::{Datagram, Uri};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::net::SocketAddr;

/// The caller's place in [`Net`].
const CALLER: usize = 0;
/// The callee's.
const CALLEE: usize = 1;
/// The leg id of the first call on either side.
const LEG: LegId = LegId(1);

/// What the network does to datagrams.
#[derive(Clone, Copy, Default)]
struct Faults {
    loss_percent: u64,
    duplicate_percent: u64,
    jitter_ms: u64,
}

/// A datagram in flight: the end it goes to, and its bytes.
type Flight = (usize, Datagram);

/// Two endpoints and the wire between them; a datagram takes 10 ms.
struct Net {
    now: Millis,
    ends: [Endpoint; 2],
    wire: BTreeMap<(Millis, u64), Flight>,
    sent: u64,
    random: ChaCha8Rng,
    faults: Faults,
    /// The next datagrams that begin with this are lost: how many.
    lose: Vec<(&'static str, usize)>,
    events: [Vec<Event>; 2],
    /// Start lines in the order of sending, with the time and the sender.
    trace: Vec<String>,
}

fn address(end: usize) -> SocketAddr {
    ([192, 0, 2, end as u8 + 1], 5060).into()
}

fn media(end: usize) -> Local {
    Local::new(([192, 0, 2, end as u8 + 1], 40_000).into())
}

fn endpoint(end: usize, seed: u8) -> Endpoint {
    Endpoint::new(Config::new(address(end)), [seed.wrapping_mul(2).wrapping_add(end as u8); 32])
}

fn dial() -> Command {
    let target = Uri::sip(Some("bank"), address(CALLEE));
    let mut dial = Dial::new(LEG, target, address(CALLEE), "anna", media(CALLER));
    dial.from_display = Some("Anna \"A\"".to_owned());
    dial.headers = vec![("X-Line".to_owned(), "1\r\nEvil: 2".to_owned())];
    Command::Dial(Box::new(dial))
}

impl Net {
    fn new() -> Net {
        Net::with_faults(1, Faults::default())
    }

    fn with_faults(seed: u64, faults: Faults) -> Net {
        Net {
            now: Millis::ZERO,
            ends: [endpoint(CALLER, seed as u8), endpoint(CALLEE, seed as u8)],
            wire: BTreeMap::new(),
            sent: 0,
            random: ChaCha8Rng::seed_from_u64(seed),
            faults,
            lose: vec![],
            events: [vec![], vec![]],
            trace: vec![],
        }
    }

    /// A call that both sides know to be up, with the caller's leg 1 and the callee's leg 1.
    fn connected() -> Net {
        let mut net = Net::new();
        net.command(CALLER, dial());
        net.run(100);
        net.command(CALLEE, Command::Answer { leg: LEG, media: media(CALLEE) });
        net.run(100);
        net
    }

    fn command(&mut self, end: usize, command: Command) {
        let outputs = self.ends[end].command(self.now, command);
        self.take(end, outputs);
    }

    /// Runs for this long.
    fn run(&mut self, ms: u64) {
        let until = Millis(self.now.0 + ms);
        while let Some(at) = self.next().filter(|at| *at <= until) {
            self.now = at.max(self.now);
            match self.wire.first_key_value().map(|(key, _)| *key).filter(|(due, _)| *due <= at) {
                Some(key) => self.land(key),
                None => (0..2).for_each(|end| self.wake(end)),
            }
        }
        self.now = until;
    }

    fn next(&self) -> Option<Millis> {
        let wire = self.wire.keys().next().map(|(at, _)| *at);
        let ends = self.ends.iter().filter_map(Endpoint::next_deadline);
        ends.chain(wire).min()
    }

    fn wake(&mut self, end: usize) {
        let outputs = self.ends[end].timeout(self.now);
        self.take(end, outputs);
    }

    fn land(&mut self, key: (Millis, u64)) {
        if let Some((end, bytes)) = self.wire.remove(&key) {
            let outputs = self.ends[end].receive(self.now, &bytes, address(1 - end));
            self.take(end, outputs);
        }
    }

    fn take(&mut self, end: usize, outputs: Outputs) {
        for output in outputs {
            match output {
                Output::Event(event) => self.events[end].push(event),
                Output::Send { to, bytes } => {
                    assert_eq!(to.address, address(1 - end), "sent to a third party");
                    self.send(end, bytes);
                }
            }
        }
    }

    fn send(&mut self, from: usize, bytes: Datagram) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let line = text.lines().next().unwrap_or_default();
        self.trace.push(format!("{:>6} {} {line}", self.now.0, [">", "<"][from]));
        if let Some(lost) = self.lose.iter_mut().find(|(start, count)| *count > 0 && text.starts_with(start))
        {
            lost.1 -= 1;
            return;
        }
        let copies = if self.chance(self.faults.duplicate_percent) { 2 } else { 1 };
        for _ in 0..copies {
            if !self.chance(self.faults.loss_percent) {
                let jitter = if self.faults.jitter_ms > 0 {
                    self.random.next_u64() % self.faults.jitter_ms
                } else {
                    0
                };
                self.sent += 1;
                self.wire.insert((Millis(self.now.0 + 10 + jitter), self.sent), (1 - from, bytes.clone()));
            }
        }
    }

    fn chance(&mut self, percent: u64) -> bool {
        percent > 0 && self.random.next_u64() % 100 < percent
    }

    /// Has an end change its side of the media, which is then on this port.
    fn change(&mut self, end: usize, port: u16, direction: crate::sip::sdp::Direction, late: bool) {
        let rtp = ([192, 0, 2, end as u8 + 1], port).into();
        let media = Local { rtp, direction, ..media(end) };
        self.command(end, Command::Change { leg: LEG, media, late });
    }

    /// Start lines from the n-th on, without their times.
    fn lines_from(&self, n: usize) -> Vec<&str> {
        self.trace.iter().skip(n).filter_map(|line| line.get(7..)).collect()
    }

    /// The events of one end in one word each.
    fn told(&self, end: usize) -> Vec<String> {
        self.events[end].iter().map(word).collect()
    }

    /// How many datagrams that begin like this were sent.
    fn count(&self, start: &str) -> usize {
        self.trace.iter().filter(|line| line.get(9..).is_some_and(|line| line.starts_with(start))).count()
    }

    /// Runs until every timer is over, and asserts that nothing is left.
    fn assert_forgotten(&mut self) {
        self.run(120_000);
        for end in &self.ends {
            assert_eq!((end.leg_count(), end.transaction_count(), end.next_deadline()), (0, 0, None));
        }
    }
}

fn word(event: &Event) -> String {
    match event {
        Event::Incoming(_) => "incoming".into(),
        Event::Confirmed { media, .. } => {
            media.as_ref().map_or("confirmed".into(), |_| "confirmed with media".into())
        }
        Event::Ringing { .. } => "ringing".into(),
        Event::EarlyMedia { .. } => "early media".into(),
        Event::Answered { .. } => "answered".into(),
        Event::MediaChanged { media, .. } => format!("media {}", media.direction.as_str()),
        Event::Refer { news, .. } => format!("refer {news:?}"),
        Event::Referred { referral, .. } => format!("referred to {}", referral.to),
        Event::Unchanged { status, .. } => format!("unchanged {status}"),
        Event::KeysSent { .. } => "keys sent".to_owned(),
        Event::Dtmf { key, .. } => format!("key {key}"),
        Event::Ended { end: End::Rejected(rejection), .. } => format!("rejected {}", rejection.status),
        Event::Ended { end: End::Remote { .. }, .. } => "ended remote".into(),
        Event::Ended { end: End::Cancelled { .. }, .. } => "ended cancelled".into(),
        Event::Ended { end, .. } => format!("ended {end:?}"),
        Event::Moved(presence) => {
            let places = presence.places.iter().map(|place| format!(" {}", place.flow));
            format!("{} at{}", presence.user, places.collect::<String>())
        }
        Event::ShutOut { source } => format!("shut out {source}"),
        Event::Replied(reply) => {
            let status = reply.response.as_ref().and_then(|response| response.status());
            status.map_or("no reply".into(), |status| format!("replied {} {status}", reply.cseq))
        }
        Event::Pong { status, .. } => status.map_or("no pong".into(), |status| format!("pong {status}")),
    }
}

/// One endpoint and a telephone that is played by hand.
struct Bench {
    endpoint: Endpoint,
    now: Millis,
}

/// Where the telephone's datagrams come from.
const PHONE: &str = "198.51.100.7:5066";

impl Bench {
    fn new() -> Bench {
        Bench { endpoint: endpoint(CALLEE, 9), now: Millis(1000) }
    }

    fn phone() -> SocketAddr {
        PHONE.parse().unwrap_or_else(|_| address(CALLER))
    }

    /// Gives the endpoint one datagram; returns its answers and the words of its events.
    fn hear(&mut self, text: &str) -> (Vec<Message>, Vec<String>) {
        self.hear_bytes(text.replace('\n', "\r\n").as_bytes())
    }

    fn hear_bytes(&mut self, bytes: &[u8]) -> (Vec<Message>, Vec<String>) {
        let outputs = self.endpoint.receive(self.now, bytes, Bench::phone());
        Bench::sort(outputs)
    }

    fn command(&mut self, command: Command) -> (Vec<Message>, Vec<String>) {
        let outputs = self.endpoint.command(self.now, command);
        Bench::sort(outputs)
    }

    /// Every answer must go to where the datagram came from and must be good SIP.
    fn sort(outputs: Outputs) -> (Vec<Message>, Vec<String>) {
        let (mut sent, mut events) = (vec![], vec![]);
        for output in outputs {
            match output {
                Output::Send { to, bytes } => {
                    assert_eq!(to.address, Bench::phone());
                    match scan(&bytes, Policy::Strict) {
                        Ok(message) => sent.push(message),
                        Err(malformed) => panic!("we sent what we cannot read: {malformed:?}"),
                    }
                }
                Output::Event(event) => events.push(word(&event)),
            }
        }
        (sent, events)
    }

    /// The statuses of the answers to one datagram.
    fn statuses(&mut self, text: &str) -> Vec<u16> {
        self.hear(text).0.iter().filter_map(Message::status).map(crate::sip::Status::code).collect()
    }

    /// A call from the telephone that is up; returns our tag.
    fn connected(&mut self) -> String {
        self.hear(&request("INVITE", 1, "", OFFER));
        let (sent, _) = self.command(Command::Answer { leg: LEG, media: media(CALLEE) });
        let tag = sent.first().and_then(|ok| ok.to().ok()).map(|to| to.tag().to_owned()).unwrap_or_default();
        self.hear(&request("ACK", 1, &tag, ""));
        tag
    }
}

/// A telephone's offer of both codecs and keys.
const OFFER: &str = "v=0\no=- 1 1 IN IP4 198.51.100.7\ns=-\nc=IN IP4 198.51.100.7\nt=0 0\nm=audio 4000 RTP/AVP 0 8 96\na=rtpmap:96 telephone-event/8000\n";

/// A request of the telephone within its one call; lines end with LF here.
fn request(method: &str, cseq: u32, to_tag: &str, body: &str) -> String {
    let tag = if to_tag.is_empty() { String::new() } else { format!(";tag={to_tag}") };
    let media_type = if body.is_empty() { "" } else { "Content-Type: application/sdp\n" };
    let length = body.replace('\n', "\r\n").len();
    format!(
        "{method} sip:bank@192.0.2.2 SIP/2.0\nVia: SIP/2.0/UDP 198.51.100.7:5066;branch=z9hG4bK-{method}-{cseq};rport\n\
         From: <sip:phone@198.51.100.7>;tag=phone1\nTo: <sip:bank@192.0.2.2>{tag}\nCall-ID: call1@phone\n\
         CSeq: {cseq} {method}\nMax-Forwards: 70\nContact: <sip:phone@198.51.100.7:5066>\n{media_type}Content-Length: {length}\n\n{body}"
    )
}
