//! What strangers get and what they have us hold, however much of it they send.

use super::*;
use crate::sip::{Network, Source, Status};

/// An endpoint that serves these networks; anybody where there are none. Strangers come from afar.
fn door(known: &[&str]) -> Endpoint {
    let mut config = Config::new(address(CALLEE));
    config.open = known.is_empty();
    let source = |text: &&str| text.parse::<Network>().ok();
    let sources = known.iter().filter_map(source);
    let sources: Vec<Source> =
        sources.map(|network| Source { network, name: "trunk".into(), is_trusted: false }).collect();
    config.sources = (!known.is_empty()).then_some(sources);
    Endpoint::new(config, [7; 32])
}

/// What is sent for one message from there, and where to.
fn told(endpoint: &mut Endpoint, now: u64, from: &str, text: &str) -> Vec<(Flow, String)> {
    let flow = Flow::udp(from.parse().unwrap_or_else(|_| address(CALLER)));
    let outputs = endpoint.receive(Millis(now), text.replace('\n', "\r\n").as_bytes(), flow);
    let sent = |output| match output {
        Output::Send { to, bytes } => Some((to, String::from_utf8_lossy(&bytes).into_owned())),
        Output::Event(_) => None,
    };
    outputs.into_iter().filter_map(sent).collect()
}

fn status(text: &str) -> &str {
    text.get(8..11).unwrap_or_default()
}

/// The first request of a call of its own.
fn numbered(method: &str, number: u32) -> String {
    request(method, 1, "", if method == "INVITE" { OFFER } else { "" })
        .replace("call1@", &format!("call{number}@"))
        .replace("z9hG4bK-", &format!("z9hG4bK-{number}-"))
}

const STRANGER: &str = "198.51.100.7:5066";

#[test]
fn nothing_that_a_stranger_gets_is_larger_than_what_it_sent_or_tells_of_us() {
    let small = "X a SIP/2.0\nVia:a\n\n";
    let register =
        "REGISTER sip:a SIP/2.0\nv:SIP/2.0/UDP a\nf:<sip:a>;tag=1\nt:<sip:a>\ni:a\nCSeq:1 REGISTER\n\n";
    let options = numbered("OPTIONS", 1);
    let damaged = options.replace("Max-Forwards: 70", "Max-Forwards: many and many more than that, and more");
    let dance = numbered("DANCE", 2);
    let required = options.replace("Max-Forwards", "Require: wings\nMax-Forwards");
    for known in [&["192.0.2.0/24"][..], &[]] {
        for text in [small, register, &options, &damaged, &dance, &required, &numbered("INVITE", 3)] {
            let mut endpoint = door(known);
            let asked = text.replace('\n', "\r\n").len();
            for (_, answer) in told(&mut endpoint, 1000, STRANGER, text) {
                assert!(answer.len() <= asked, "{text}\n{answer}");
                for name in ["Server:", "Allow:", "Warning:", "Accept:", "Supported:", "Contact:"] {
                    assert!(!answer.contains(name), "{answer}");
                }
            }
        }
    }
}

#[test]
fn who_is_known_is_told_what_is_wrong() {
    let mut endpoint = door(&["198.51.100.0/24"]);
    let answer = told(&mut endpoint, 1000, STRANGER, &numbered("DANCE", 1));
    assert!(answer.first().is_some_and(|(_, text)| text.contains("Allow:") && text.contains("Server:")));
}

#[test]
fn a_neighbourhood_of_strangers_has_only_so_many_answers() {
    let mut endpoint = door(&["192.0.2.0/24"]);
    let mut answered = |from: fn(u32) -> String| {
        (0..500)
            .filter(|number| {
                !told(&mut endpoint, 1000, &from(*number), &numbered("INVITE", *number)).is_empty()
            })
            .count()
    };
    assert_eq!(answered(|number| format!("198.51.100.{}:{}", number % 250, 1024 + number)), 60);
    assert_eq!(answered(|number| format!("[2001:db8:1:2::{number:x}]:5060")), 60);
    assert_eq!(answered(|number| format!("192.0.2.{}:5060", number % 250)), 0, "each is a call");
    assert_eq!(endpoint.turned_away().unanswered, 2 * 440);
    assert_eq!(endpoint.transaction_count(), 500, "who is known has no bound");
}

#[test]
fn a_connection_has_its_answers_whatever_it_sends() {
    let mut endpoint = door(&["192.0.2.0/24"]);
    let flow = Flow { transport: crate::sip::Transport::Tcp, ..Flow::udp(Bench::phone()) };
    let answers = (0..100).flat_map(|number| {
        endpoint.receive(Millis(1000), numbered("OPTIONS", number).replace('\n', "\r\n").as_bytes(), flow)
    });
    assert_eq!(answers.count(), 100);
}

/// How many of these INVITEs are taken before one is told to come later, each refused as soon as it is there.
fn refused_until_full(endpoint: &mut Endpoint, first: u32, from: impl Fn(u32) -> String) -> u32 {
    for number in first..first + 100_000 {
        let sent = told(endpoint, 1000, &from(number), &numbered("INVITE", number));
        match sent.first() {
            Some((_, text)) if status(text) == "503" => {
                assert!(text.contains("Retry-After"), "{text}");
                return number - first;
            }
            Some(_) | None => {}
        }
        let leg = LegId(endpoint.last_leg);
        let reject = Command::Reject { leg, status: Status::NOT_FOUND, phrase: None, contact: None };
        let _ = endpoint.command(Millis(1000), reject);
        assert_eq!(endpoint.leg_count(), 0);
    }
    panic!("never full")
}

#[test]
fn refused_calls_of_strangers_fill_no_more_than_their_share_and_trunks_are_served() {
    let mut endpoint = door(&[]);
    endpoint.config.max_held = 8 << 20;
    endpoint.config.known = "192.0.2.9".parse().into_iter().collect();
    let near = refused_until_full(&mut endpoint, 0, |_| STRANGER.to_owned());
    let far = refused_until_full(&mut endpoint, 100_000, |number| {
        let [_, high, low, _] = (number << 8).to_be_bytes();
        format!("203.{high}.{low}.1:5060")
    });
    // Their keys are a digit longer, so it is not three times as many quite.
    assert!((200..600).contains(&near) && (3 * near - 40..3 * near + 9).contains(&far), "{near} {far}");
    let calls = endpoint.last_leg;
    let trunk = told(&mut endpoint, 1000, "192.0.2.9:5060", &numbered("INVITE", 999_999));
    assert_eq!((trunk.len(), endpoint.last_leg), (0, calls + 1), "it is a call");
    while let Some(at) = endpoint.next_deadline() {
        let _ = endpoint.timeout(at);
        assert!(at < Millis(5 * 3600 * 1000));
    }
    assert_eq!(endpoint.transaction_count(), 0);
    let again = refused_until_full(&mut endpoint, 0, |_| STRANGER.to_owned());
    assert_eq!(again, near, "everything was given back");
}

#[test]
fn the_last_quarter_of_the_calls_is_for_those_who_are_known() {
    let mut endpoint = door(&[]);
    endpoint.config.max_calls = 8;
    endpoint.config.trusted = "192.0.2.0/24".parse().into_iter().collect();
    let mut statuses = |from: &str, numbers: std::ops::Range<u32>| {
        let last = |number| {
            told(&mut endpoint, 1000, from, &numbered("INVITE", number))
                .pop()
                .map_or("call".to_owned(), |(_, text)| status(&text).to_owned())
        };
        numbers.map(last).collect::<Vec<_>>()
    };
    assert_eq!(statuses(STRANGER, 0..7), ["call", "call", "call", "call", "call", "call", "503"]);
    assert_eq!(statuses("192.0.2.9:5060", 7..10), ["call", "call", "503"]);
}

#[test]
fn a_call_cannot_be_made_to_hold_without_bound() {
    let mut bench = Bench::new();
    bench.endpoint.config.max_held = 64 << 10;
    let tag = bench.connected();
    let statuses: Vec<u16> =
        (2..500).flat_map(|cseq| bench.statuses(&request("INFO", cseq, &tag, ""))).collect();
    assert_eq!((statuses.first(), statuses.last()), (Some(&200), Some(&503)));
    assert!(bench.endpoint.transaction_count() < 100);
    assert_eq!(bench.statuses(&request("BYE", 500, &tag, "")), [200], "it can always be ended");
}

/// Calls that are answered and ended at once, so many a second for so many seconds: how many of them were not answered.
fn refused_of_short_calls(endpoint: &mut Endpoint, a_second: u32, seconds: u32) -> usize {
    let trunk = "192.0.2.9:5060";
    let mut refused = 0;
    for number in 0..a_second * seconds {
        let now = 1000 + u64::from(number) * 1000 / u64::from(a_second);
        while let Some(at) = endpoint.next_deadline().filter(|at| *at <= Millis(now)) {
            let _ = endpoint.timeout(at);
        }
        told(endpoint, now, trunk, &numbered("INVITE", number));
        let leg = LegId(endpoint.last_leg);
        let outputs = endpoint.command(Millis(now), Command::Answer { leg, media: media(CALLEE) });
        let answer = outputs.iter().find_map(|output| match output {
            Output::Send { bytes, .. } => crate::sip::message::scan(bytes, Policy::Tolerant).ok(),
            Output::Event(_) => None,
        });
        let tag = answer.and_then(|ok| Some(ok.to().ok()?.tag().to_owned()));
        let Some(tag) = tag else {
            refused += 1;
            continue;
        };
        for (method, cseq) in [("ACK", 1), ("BYE", 2)] {
            let text = request(method, cseq, &tag, "").replace("call1@", &format!("call{number}@"));
            told(endpoint, now, trunk, &text.replace("z9hG4bK-", &format!("z9hG4bK-{number}-")));
        }
        assert_eq!(endpoint.leg_count(), 0);
    }
    refused
}

#[test]
fn short_calls_of_a_trunk_are_not_refused_for_what_their_transactions_hold() {
    // A twentieth of what may be held, for a twentieth of two thousand calls a second, for longer than a transaction lingers.
    let mut endpoint = door(&["192.0.2.0/24"]);
    endpoint.config.max_held /= 20;
    assert_eq!(refused_of_short_calls(&mut endpoint, 100, 70), 0);
    endpoint.config.max_held /= 4;
    assert!(refused_of_short_calls(&mut endpoint, 100, 70) > 1000, "there is a bound");
}
