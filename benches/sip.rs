//! What it costs to read a message from the network.
//!
//! `cargo bench --bench sip`

use callwright::sip::{Policy, scan};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

/// Twenty header fields and an SDP body, as a carrier's border controller sends them.
const INVITE: &str = "INVITE sip:+78432035737@192.0.2.10:5060;transport=udp SIP/2.0\r
Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK-2f-91c0;rport\r
Via: SIP/2.0/UDP 10.20.0.3:5060;branch=z9hG4bK77ef4c2312983;received=10.20.0.3\r
Record-Route: <sip:198.51.100.7;lr>\r
Max-Forwards: 68\r
From: \"Anna\" <sip:+79656295719@carrier.example;user=phone>;tag=9fxced76sl\r
To: <sip:+78432035737@192.0.2.10;user=phone>\r
Call-ID: 3848276298220188511@carrier.example\r
CSeq: 1 INVITE\r
Contact: <sip:+79656295719@198.51.100.7:5060>\r
Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REFER\r
Supported: 100rel, timer, replaces\r
Session-Expires: 1800;refresher=uac\r
Min-SE: 90\r
User-Agent: border/7.4\r
P-Asserted-Identity: <tel:+79656295719>\r
Privacy: none\r
Date: Fri, 20 Nov 2026 09:00:00 GMT\r
Accept: application/sdp\r
Content-Type: application/sdp\r
Content-Length: 211\r
\r
v=0\r
o=- 20518 0 IN IP4 198.51.100.7\r
s=-\r
c=IN IP4 198.51.100.7\r
t=0 0\r
m=audio 41002 RTP/AVP 8 0 101\r
a=rtpmap:8 PCMA/8000\r
a=rtpmap:0 PCMU/8000\r
a=rtpmap:101 telephone-event/8000\r
a=fmtp:101 0-15\r
a=ptime:20\r
";

/// The message with a length that is right.
fn invite() -> Vec<u8> {
    let (head, body) = INVITE.split_once("\r\n\r\n").expect("a body");
    let head = head.replace("Content-Length: 211", &format!("Content-Length: {}", body.len()));
    format!("{head}\r\n\r\n{body}").into_bytes()
}

fn read(criterion: &mut Criterion) {
    let invite = invite();
    scan(&invite, Policy::default()).expect("a good message");
    let mut group = criterion.benchmark_group("sip");
    group.throughput(Throughput::Bytes(invite.len() as u64));
    group.bench_function("scan an INVITE of 20 fields", |bench| {
        bench.iter(|| scan(black_box(&invite), Policy::default()));
    });
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
