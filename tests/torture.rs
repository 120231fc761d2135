//! Messages that others have written to torture a parser with, where they stand beside the project.

use callwright::media::rtcp;
use callwright::media::rtp::RtpHeader;
use callwright::sip::{Config, Endpoint, Event, Message, Output, Policy, Transport, scan};
use callwright::time::Millis;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where these messages are; `None` says so, and the test is over.
fn corpus(folder: &str) -> Option<PathBuf> {
    let found = std::env::var_os("CALLWRIGHT_CORPUS").map(|corpus| PathBuf::from(corpus).join(folder));
    let found = found.filter(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("there is no {folder} (CALLWRIGHT_CORPUS)");
    }
    found
}

/// What an endpoint that knows its neighbours answers first: a status, and 0 where it is silent.
fn reaction(bytes: &[u8]) -> u16 {
    let mut endpoint = Endpoint::new(Config::new(SocketAddr::from(([192, 0, 2, 1], 5060))), [7; 32]);
    let mut outputs = endpoint.receive(Millis(1000), bytes, SocketAddr::from(([192, 0, 2, 9], 5060)));
    // A call that nobody answers at once gets its 100.
    outputs.extend(endpoint.timeout(Millis(1100)));
    assert!(outputs.iter().all(|output| match output {
        Output::Send { to, .. } => to.transport == Transport::Udp && to.address.port() == 5060,
        Output::Event(event) => matches!(event, Event::Incoming(_)),
    }));
    let answers = outputs.iter().filter_map(|output| match output {
        Output::Send { bytes, .. } => scan(bytes, Policy::Strict).ok(),
        Output::Event(_) => None,
    });
    let statuses: Vec<u16> =
        answers.filter_map(|answer| Message::status(&answer)).map(|status| status.code()).collect();
    statuses.first().copied().unwrap_or(0)
}

#[test]
fn every_message_of_rfc_4475_gets_an_answer_that_its_manifest_takes() {
    let Some(folder) = corpus("rfc4475") else { return };
    let manifest = fs::read_to_string(folder.join("manifest.tsv")).expect("the manifest");
    let mut count = 0;
    for line in manifest.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let (file, class, taken) = (fields[0], fields[2], fields[5]);
        if class == "unreferenced" {
            continue;
        }
        let got = reaction(&fs::read(folder.join(file)).expect("the message"));
        let is_taken = taken.split('/').any(|one| if one == "*" { got != 0 } else { one.parse() == Ok(got) });
        assert!(is_taken, "{file}: {got} is none of {taken}");
        count += 1;
    }
    assert_eq!(count, 49);
}

#[test]
fn no_malformed_packet_of_others_is_a_panic() {
    for (kind, folder) in
        ["rtp", "rtcp"].into_iter().filter_map(|kind| Some((kind, corpus("malformed")?.join(kind))))
    {
        let mut count = 0;
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let bytes = fs::read(entry.path()).expect("a packet");
            let _ = (RtpHeader::parse(&bytes), rtcp::check(&bytes).is_ok());
            let _ = rtcp::reports(&bytes).map(|report| report.blocks().count()).sum::<usize>();
            count += 1;
        }
        assert!(count > 0, "there are packets of {kind}");
    }
}

/// A description that is right, and whose lines are replaced one by one.
const OFFER: &str =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";

/// An INVITE with this description.
fn offering(description: &[u8]) -> Vec<u8> {
    let head = format!(
        "INVITE sip:bank@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKoffer\r\nMax-Forwards: 70\r\n\
         From: <sip:a@192.0.2.9>;tag=1\r\nTo: <sip:bank@192.0.2.1>\r\nCall-ID: offer@192.0.2.9\r\nCSeq: 1 INVITE\r\n\
         Contact: <sip:a@192.0.2.9>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n",
        description.len()
    );
    [head.as_bytes(), description].concat()
}

const CONNECTION: &str = "c=IN IP4 192.0.2.9\r\n";
const AUDIO: &str = "m=audio 4000 RTP/AVP 8\r\n";

/// What stands in place of a line, and the answer: 100 where the call is taken, 400 where it is no description (RFC 3261 §21.4.1),
/// 488 where it is one and nothing can be agreed on (RFC 3264 §6).
const MALFORMED: &[(&str, &str, u16)] = &[
    // The version (RFC 8866 §5.1).
    ("v=0\r\n", "", 400),
    ("v=0\r\n", "v=1\r\n", 400),
    ("v=0\r\n", "v=\r\n", 400),
    ("v=0\r\n", "v=00000000000000000000000\r\n", 400),
    ("v=0\r\n", "V=0\r\n", 400),
    // Lines that we do not need are nobody's loss.
    ("o=- 1 1 IN IP4 192.0.2.9\r\n", "", 100),
    ("o=- 1 1 IN IP4 192.0.2.9\r\n", "o=an na 99999999999999999999999999 -1 IN\r\n", 100),
    ("s=-\r\n", "s=\0\u{1b}[31m\r\n", 100),
    ("t=0 0\r\n", "t=9999999999999999999999 0\r\nr=1 2\r\nz=\r\nk=\r\n", 100),
    ("t=0 0\r\n", "x\r\n=\r\n:\r\n", 100),
    // Where the media goes (§5.7).
    (CONNECTION, "", 400),
    (CONNECTION, "c=\r\n", 400),
    (CONNECTION, "c=IN IP4\r\n", 400),
    (CONNECTION, "c=IN IP4 \r\n", 400),
    (CONNECTION, "c=IN IP4 999.0.2.9\r\n", 488),
    (CONNECTION, "c=IN IP4 192.0.2\r\n", 488),
    (CONNECTION, "c=IN IP4 0x7f.1\r\n", 488),
    (CONNECTION, "c=IN IP4 localhost\r\n", 488),
    (CONNECTION, "c=IN IP4 224.2.1.1/127/3\r\n", 488),
    (CONNECTION, "c=IN IP4 239.255.255.250\r\n", 488),
    (CONNECTION, "c=IN IP4 255.255.255.255\r\n", 488),
    (CONNECTION, "c=IN IP6 ff02::1\r\n", 488),
    (CONNECTION, "c=IN IP6 ::ffff:224.0.0.1\r\n", 488),
    (CONNECTION, "c=IN IP6 [2001:db8::9]\r\n", 488),
    (CONNECTION, "c=IN IP6 2001:db8::9%eth0\r\n", 488),
    (CONNECTION, "c=IN IP4 0.0.0.0\r\n", 100),
    (CONNECTION, "c=IN  IP4   192.0.2.9  \r\n", 100),
    (CONNECTION, "c=IN IP4 0.1.2.3\r\n", 488),
    (CONNECTION, "c=IN IP4 240.0.0.1\r\n", 488),
    (CONNECTION, "c=IN IP4 010.0.2.9\r\n", 488),
    (CONNECTION, "c=IN IP4 3221226185\r\n", 488),
    (CONNECTION, "c=IN IP4 192.0.2.9/127\r\n", 488),
    (CONNECTION, "c=ATM NSAP 47.0091\r\n", 488),
    (CONNECTION, "c=IN IP4 192.0.2.9\r\nc=IN IP4 192.0.2.8\r\n", 400),
    (CONNECTION, "c=IN IP4 192.0.2.9\r\nb=AS:-1\r\nb=\r\nk=prompt\r\n", 100),
    // The media themselves (§5.14).
    (AUDIO, "", 488),
    (AUDIO, "m=\r\n", 400),
    (AUDIO, "m=audio\r\n", 400),
    (AUDIO, "m=audio 4000\r\n", 400),
    (AUDIO, "m=audio 4000 RTP/AVP\r\n", 400),
    (AUDIO, "m=audio RTP/AVP 8\r\n", 400),
    (AUDIO, "m=audio\t4000\tRTP/AVP\t8\r\n", 400),
    (AUDIO, "m=audio 0 RTP/AVP 8\r\n", 488),
    (AUDIO, "m=audio -1 RTP/AVP 8\r\n", 400),
    (AUDIO, "m=audio 65536 RTP/AVP 8\r\n", 400),
    (AUDIO, "m=audio 4294967297 RTP/AVP 8\r\n", 400),
    (AUDIO, "m=audio +4000 RTP/AVP 8\r\n", 400),
    (AUDIO, "m=au\0dio 4000 RTP/AVP 8\r\n", 400),
    // The last port there is has none behind it for reports.
    (AUDIO, "m=audio 65535 RTP/AVP 8\r\n", 100),
    (AUDIO, "m=audio 65535/9 RTP/AVP 8\r\n", 100),
    (AUDIO, "m=audio 0 RTP/AVP 8\r\nm=audio 4002 RTP/AVP 8\r\n", 100),
    (AUDIO, "m=audio 4000 TCP/RTP/AVP 8\r\n", 488),
    (AUDIO, "m=audio 4000 UDP/TLS/RTP/SAVPF 8\r\na=setup:actpass\r\na=fingerprint:sha-256 00\r\n", 488),
    (AUDIO, "m=image 4000 udptl t38\r\n", 488),
    (AUDIO, "m=audio 4000/ RTP/AVP 8\r\n", 400),
    (AUDIO, "m=audio 4000/2 RTP/AVP 8\r\n", 100),
    (AUDIO, "m=audio 4000/99999999999 RTP/AVP 8\r\n", 400),
    (AUDIO, "m=audio 4000 RTP/AVP x -8 +8\r\n", 488),
    (AUDIO, "m=audio 4000 RTP/AVP 128 255 256 4294967304\r\n", 488),
    (AUDIO, "m=audio 4000 UDP/BFCP 8\r\n", 488),
    (AUDIO, "m=audio 4000 rtp/avp 8\r\n", 488),
    (AUDIO, "m=AUDIO 4000 RTP/AVP 8\r\n", 488),
    // Attributes (§5.13): whoever lies about a number of its own has no codec; what we do not use is passed over.
    (AUDIO, "m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 L16/44100/2\r\n", 488),
    (AUDIO, "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 PCMA/0\r\n", 488),
    (AUDIO, "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 PCMA\r\n", 488),
    (AUDIO, "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 PCMA/+8000\r\n", 488),
    (AUDIO, "m=audio 4000 RTP/AVP 96\r\na=rtpmap:+96 PCMA/8000\r\n", 488),
    (AUDIO, "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 PCMA/4294975296\r\n", 488),
    (AUDIO, "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 PCMA/8000/2\r\n", 488),
    (AUDIO, "m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 telephone-event/8000\r\n", 488),
    (AUDIO, "m=audio 4000 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n", 488),
    (AUDIO, "a=rtpmap:96 PCMA/8000\r\nm=audio 4000 RTP/AVP 96\r\n", 488),
    (
        AUDIO,
        "m=audio 4000 RTP/AVP 8\r\na=candidate:1 1 UDP 99999999999999999999 999.1.1.1 99999 typ\r\na=candidate:\r\n",
        100,
    ),
    (AUDIO, "m=audio 4000 RTP/AVP 8\r\na=\r\na=:\r\na=:x\r\n", 100),
    (AUDIO, "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96\r\na=rtpmap:\r\na=rtpmap\r\n", 488),
    (AUDIO, "m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:8 L16/44100\r\n", 100),
    (
        AUDIO,
        "m=audio 4000 RTP/AVP 8\r\na=ptime:0\r\na=ptime:-20\r\na=ptime:99999999999\r\na=maxptime:x\r\n",
        100,
    ),
    (
        AUDIO,
        "m=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-99999,,-\r\n",
        100,
    ),
    (AUDIO, "m=audio 4000 RTP/AVP 8\r\na=rtcp:70000\r\na=rtcp:0 IN IP4 224.0.0.1\r\na=rtcp\r\n", 100),
    (AUDIO, "m=audio 4000 RTP/AVP 8\r\na=sendonly\r\na=recvonly\r\na=inactive\r\n", 100),
    (AUDIO, "m=audio 4000 RTP/AVP 8\r\nc=IN IP4 224.2.1.1\r\n", 488),
    (AUDIO, "m=audio 4000 RTP/AVP 8\r\nc=\r\n", 400),
    (AUDIO, "m=audio 4000 RTP/AVP 8\r\nm=\r\n", 400),
];

#[test]
fn every_description_that_is_malformed_gets_its_answer() {
    let mut wrong = Vec::new();
    for (line, instead, expected) in MALFORMED {
        let description = OFFER.replacen(line, instead, 1);
        let got = reaction(&offering(description.as_bytes()));
        if got != *expected {
            wrong.push(format!("{instead:?} in place of {line:?}: {got}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_description_of_any_shape_is_answered_by_its_bounds() {
    let of = |text: String| reaction(&offering(text.as_bytes()));
    assert_eq!(of(OFFER.replace("\r\n", "\n")), 100, "line feeds alone (RFC 8866 §9)");
    assert_eq!(of(OFFER.replace("\r\n", "\r")), 400, "carriage returns alone");
    assert_eq!(of(OFFER.trim_end().to_owned()), 100, "no line end at the end");
    assert_eq!(of(format!("\r\n\r\n{OFFER}")), 100, "empty lines first");
    assert_eq!(
        of(OFFER.repeat(2)),
        100,
        "two descriptions, of which the first sound that can be had is taken"
    );
    assert_eq!(
        of(format!("{OFFER}{}", "m=video 0 RTP/AVP 31\r\n".repeat(500))),
        400,
        "more media than anybody has"
    );
    let formats = (0..2000).map(|number| format!(" {}", 96 + number % 32)).collect::<String>();
    assert_eq!(
        of(OFFER.replace(" 8\r\n", &format!("{formats} 8\r\n"))),
        488,
        "codecs behind two thousand others"
    );
    assert_eq!(of(format!("{OFFER}a={}\r\n", "x".repeat(8000))), 100, "an attribute of 8 kB");
    assert_eq!(of(format!("{OFFER}a={}\r\n", "x".repeat(20_000))), 400, "a description of 20 kB");
    let latin = [OFFER.as_bytes(), b"a=label:\xe9\xff\xfe\r\n"].concat();
    assert_eq!(
        reaction(&offering(&latin)),
        400,
        "an attribute in no character set that the description names"
    );
    // Cut anywhere it is a description or none, and never a call without its media.
    for end in 1..OFFER.len() {
        let got = of(OFFER[..end].to_owned());
        let is_whole = OFFER[..end].ends_with("RTP/AVP 8") || OFFER[..end].ends_with("RTP/AVP 8\r");
        assert!(if is_whole { got == 100 } else { matches!(got, 400 | 488) }, "{end}: {got}");
    }
}
