//! What the targets are begun with: what the project's tests and examples have, and small things that are written here.

use std::fs;
use std::path::{Path, PathBuf};

/// The project's folder: this is compiled by the package of the targets, and by the tests of the project itself.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    if package.ends_with("fuzz") { package.join("..") } else { package.to_owned() }
}

/// The files below a folder of the project that end like this, in their order; a few of the smallest where there are many.
fn files(folder: &str, end: &str) -> Vec<Vec<u8>> {
    let (mut folders, mut found) = (vec![root().join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                found.extend(fs::read(&path));
            }
        }
    }
    found.sort_by_key(|bytes: &Vec<u8>| bytes.len());
    found.truncate(200);
    found
}

fn texts(all: &[&str]) -> Vec<Vec<u8>> {
    all.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// Messages.
pub fn sip() -> Vec<Vec<u8>> {
    files("tests/torture/sip", ".sip")
}

/// Messages, one behind the other.
pub fn streams() -> Vec<Vec<u8>> {
    let messages = sip();
    let mut all: Vec<Vec<u8>> = messages.chunks(3).map(|some| some.concat()).collect();
    all.extend(texts(&["\r\n\r\n\r\n\r\n", "OPTIONS sip:a SIP/2.0\r\nContent-Length: 2\r\n\r\nxy\r\n\r\n"]));
    all
}

/// Descriptions: the bodies of messages, and some of other telephones.
pub fn descriptions() -> Vec<Vec<u8>> {
    let bodies = sip().into_iter().filter_map(|message| {
        let at = message.windows(4).position(|four| four == b"\r\n\r\n")?;
        Some(message[at + 4..].to_vec()).filter(|body| !body.is_empty())
    });
    let own = "v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nb=AS:64\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
        m=audio 4000 RTP/SAVP 0 8 9 96\r\na=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-15\r\na=ptime:20\r\na=sendonly\r\n\
        a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20|1:4\r\n\
        m=video 0 RTP/AVP 31\r\nm=image 5000 udptl t38\r\n";
    let sixth = "v=0\no=a 1 1 IN IP6 2001:db8::1\ns=-\nc=IN IP6 2001:db8::1\nt=0 0\nm=audio 4000/2 RTP/AVP 8\nc=IN IP6 2001:db8::2\na=inactive\n";
    bodies.chain(texts(&[own, sixth])).collect()
}

/// Challenges and proofs.
pub fn proofs() -> Vec<Vec<u8>> {
    texts(&[
        "Digest realm=\"office\", nonce=\"00000000000003e800000000000000010123456789abcdef0123456789abcdef\", algorithm=SHA-256, qop=\"auth,auth-int\"",
        "Digest username=\"anna\", realm=\"office\", nonce=\"0000000000000001\", uri=\"sip:office\", response=\"6629fae49393a05397450978507c4ef1\", algorithm=MD5, cnonce=\"0a4f113b\", qop=auth, nc=00000001",
        "digest username=\"a\\\"b\\\\\",realm=office , nonce = n,uri=\"\",response=x,nc=ffffffff,qop=\"auth\",cnonce=c,opaque=\"\"",
        "Basic QWxhZGRpbg==",
    ])
}

/// Values of Identity.
pub fn passports() -> Vec<Vec<u8>> {
    texts(&[
        "eyJhbGciOiJFUzI1NiIsInBwdCI6InNoYWtlbiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9jLmV4YW1wbGUvYS5wZW0ifQ.\
         eyJhdHRlc3QiOiJBIiwiZGVzdCI6eyJ0biI6WyI0NDIwNzk0NjAxMjMiXX0sImlhdCI6MTc5NTM4MTIwMCwib3JpZyI6eyJ0biI6IjQ0MjA3OTQ2MDEyNCJ9LCJvcmlnaWQiOiJ4In0.\
         c2lnbmF0dXJlLXRoYXQtaXMtbm9uZS1idXQtaXMtNjQtb2N0ZXRzLWxvbmctYXMtaXQtbXVzdC1iZS4uLi4;info=<https://c.example/a.pem>;alg=ES256;ppt=shaken",
        "..c2ln;info=<https://c.example/a.pem>;ppt=\"shaken\"",
        "a.b.c;info=<>, d.e.f;info=<https://127.0.0.1/>;alg=none",
    ])
}

/// Certificates.
pub fn certificates() -> Vec<Vec<u8>> {
    files("tests/wire", ".pem")
        .into_iter()
        .filter(|pem| pem.windows(11).any(|some| some == b"CERTIFICATE"))
        .collect()
}

/// Sequences of packets, each behind its length.
pub fn packets() -> Vec<Vec<u8>> {
    let behind = |packets: &[&[u8]]| {
        packets.iter().flat_map(|packet| [&[packet.len() as u8], *packet].concat()).collect()
    };
    let audio = |sequence: u8| {
        let mut packet = vec![0x80, 8, 0, sequence, 0, 0, sequence, 160, 1, 2, 3, 4];
        packet.resize(172, 0xd5);
        packet
    };
    let event =
        |sequence: u8, last: u8| vec![0x80, 101, 0, sequence, 0, 0, 1, 0, 1, 2, 3, 4, 5, 10 | last, 3, 32];
    let extended =
        [0xb1, 8, 0, 9, 0, 0, 0, 9, 1, 2, 3, 4, 9, 9, 9, 9, 0xbe, 0xde, 0, 1, 0x10, 7, 0, 0, 1, 2, 3, 1];
    let report: Vec<u8> =
        [&[0x81, 200, 0, 12, 1, 2, 3, 4][..], &[7; 44], &[0x81, 202, 0, 2, 1, 2, 3, 4, 1, 1, b'a', 0]]
            .concat();
    let bye = [0x81, 203, 0, 2, 1, 2, 3, 4, 3, b'b', b'y', b'e'];
    vec![
        behind(&[&audio(1), &audio(2), &audio(3)]),
        behind(&[&audio(1), &event(2, 0), &event(3, 0), &event(4, 0x80), &event(4, 0x80), &audio(5)]),
        behind(&[&extended, &report, &bye, &[0x80, 201, 0, 1, 1, 2, 3, 4], &[0x81, 207, 0, 0]]),
    ]
}

/// Sound files.
pub fn sounds() -> Vec<Vec<u8>> {
    let wav = |format: u16, channels: u16, rate: u32, bits: u16, data: &[u8]| {
        let block = channels * bits.div_ceil(8);
        let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
        file.extend([format.to_le_bytes(), channels.to_le_bytes()].concat());
        file.extend([rate.to_le_bytes(), (rate * u32::from(block)).to_le_bytes()].concat());
        file.extend([block.to_le_bytes(), bits.to_le_bytes()].concat());
        file.extend(b"data");
        file.extend((data.len() as u32).to_le_bytes());
        file.extend(data);
        file
    };
    let data: Vec<u8> = (0..=255).collect();
    let mut all =
        vec![wav(1, 1, 8000, 16, &data), wav(1, 2, 44_100, 16, &data), wav(1, 1, 16_000, 24, &data)];
    all.extend([
        wav(3, 1, 8000, 32, &data),
        wav(6, 1, 8000, 8, &data),
        wav(7, 2, 8000, 8, &data),
        wav(0xfffe, 1, 48_000, 16, &data),
    ]);
    all
}

/// Scripts.
pub fn flows() -> Vec<Vec<u8>> {
    let mut all = files("tests/language", ".flow");
    all.extend(files("examples", ".flow"));
    all
}

/// Files of scenarios.
pub fn scenarios() -> Vec<Vec<u8>> {
    let mut all = files("flows", "scenarios.yaml");
    all.extend(files("examples", "scenarios.yaml"));
    all
}

/// Settings.
pub fn settings() -> Vec<Vec<u8>> {
    let manual = fs::read_to_string(root().join("docs/trunks.md")).unwrap_or_default();
    let blocks = manual.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut all: Vec<Vec<u8>> = blocks.map(|block| block.as_bytes().to_vec()).collect();
    all.extend(files("examples/trunks", ".yaml"));
    all
}

/// Journals.
pub fn journals() -> Vec<Vec<u8>> {
    files("tests/journals", ".jsonl")
}

/// Tables of customers.
pub fn customers() -> Vec<Vec<u8>> {
    texts(&[
        "id,name,phones,language,pin\nanna,Anna,+78432921108;+78432035737,en,1234\nbert,\"Bert, the \"\"other\"\"\",,,\n",
        "\u{feff}id,name,phones,addresses\r\na,A,8 843 203-57-37,a@b.example\r\na,A,,\r\n",
    ])
}

/// Tables of numbers.
pub fn numbers() -> Vec<Vec<u8>> {
    texts(&["number\n+78432035737\n+7843203xxxx\n8 (843) 203-57-37\n", "+7843…\n112\n100-199\n,\n\"\n"])
}

/// Descriptions of foreign systems.
pub fn connectors() -> Vec<Vec<u8>> {
    files("connectors", ".yaml")
}

/// Replies, each behind the line that is its `Link` header.
pub fn replies() -> Vec<Vec<u8>> {
    texts(&[
        "<https://a.example/?page=2>; rel=\"next\"\n{\"result\":[{\"ID\":\"7\",\"PHONE\":[{\"VALUE\":\"+78432035737\"}]}],\"total\":1}",
        "/result/0/ID\n{\"results\":[{\"id\":1,\"properties\":{\"phone\":\"1\",\"firstname\":null}}],\"paging\":{\"next\":{\"after\":\"1\"}}}",
        "Wed, 21 Oct 2026 07:28:00 GMT\n{\"list\":[],\"total\":-1}",
        "120\n[]",
    ])
}

/// Numbers.
pub fn phones() -> Vec<Vec<u8>> {
    texts(&[
        "+7 (843) 203-57-37",
        "8 843 2035737",
        "0044 20 7946 0123",
        "911",
        "+1-256-555-0142;ext=7",
        "anonymous",
        "7843203xxxx",
        "+800 1234 5678",
    ])
}

/// Calendar files.
pub fn calendars() -> Vec<Vec<u8>> {
    let mut all = files("flows", ".ics");
    all.extend(files("tests", ".ics"));
    all.extend(texts(&[
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\r\n\
         EXDATE;VALUE=DATE:20280529\r\nSUMMARY:A \r\n day\\, folded\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Europe/Moscow:20261231T230000\nDURATION:PT2H\nRRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\nEND:VCALENDAR\n",
    ]));
    all
}

/// Rhai files.
pub fn functions() -> Vec<Vec<u8>> {
    let mut all = files("flows", ".rhai");
    all.extend(files("tests", ".rhai"));
    all.extend(texts(&["fn rank(tariff) {\n    if tariff == \"gold\" { 1 } else { 2 }\n}\n"]));
    all
}

/// Segments: journals of several contacts, line by line.
pub fn segments() -> Vec<Vec<u8>> {
    journals().iter().take(20).map(|journal| in_segment("c-7f3a", journal)).collect()
}

/// The lines of a journal as a segment has them.
pub fn in_segment(contact: &str, journal: &[u8]) -> Vec<u8> {
    use callwright::engine::{Mark, SegmentLine};
    let text = String::from_utf8_lossy(journal);
    let marks = std::iter::once(Mark::Begin).chain(std::iter::repeat(Mark::Step));
    marks
        .zip(text.lines())
        .flat_map(|(mark, json)| SegmentLine { mark, contact, json }.write().into_bytes())
        .collect()
}

/// Legs as they stand beside a journal.
pub fn standing() -> Vec<Vec<u8>> {
    let leg = r#"{"dialog":{"call_id":"1@a","local":"<sip:a@192.0.2.1>;tag=x","remote":"<sip:b@192.0.2.2>;tag=y",
        "remote_tag":"y","remote_target":"sip:b@192.0.2.2:5060","route_set":[],"local_cseq":1,"remote_cseq":2},"local_tag":"x",
        "transport":"udp","address":"192.0.2.2:5060","is_caller":true,"session":{"id":1,"version":1}}"#;
    texts(&[leg])
}

/// What recordings say.
pub fn said() -> Vec<Vec<u8>> {
    let mut all = files("prompts", "said.csv");
    all.iter_mut().for_each(|table| table.truncate(4000));
    all.extend(texts(&["recording,text\nen/hello,\"Hello, \"\"you\"\".\"\n", "a\n", "a,b,c\n1,2\n"]));
    all
}

/// What people ask a running server.
pub fn requests() -> Vec<Vec<u8>> {
    texts(&["\"queues\"", "{\"pause\":\"ann\"}", "{\"resume\":\"ann\"}", "{\"resume\":7}"])
}
