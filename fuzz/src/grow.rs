//! Something that each target reads, of about as many octets as are wanted: what it costs must grow no faster than it does.

/// Lines between a beginning and an end, so many that all is about as long as wanted.
fn lines(head: &str, line: impl Fn(usize) -> String, tail: &str, octets: usize) -> Vec<u8> {
    let mut text = head.to_owned();
    let mut number = 0;
    while text.len() + tail.len() < octets {
        text.push_str(&line(number));
        number += 1;
    }
    text.push_str(tail);
    text.into_bytes()
}

const INVITE: &str = "INVITE sip:bank@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7:5066;branch=z9hG4bK-1;rport\r\n\
    From: <sip:a@198.51.100.7>;tag=1\r\nTo: <sip:bank@192.0.2.1>\r\nCall-ID: 1@a\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n\
    Contact: <sip:a@198.51.100.7:5066>\r\n";

/// A message of many Vias.
pub fn sip(octets: usize) -> Vec<u8> {
    let via = |number| format!("Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK-{number};x={}\r\n", "y".repeat(240));
    lines(INVITE, via, "Content-Length: 0\r\n\r\n", octets)
}

/// Many small messages.
pub fn stream(octets: usize) -> Vec<u8> {
    lines(
        "",
        |number| format!("OPTIONS sip:{number} SIP/2.0\r\nContent-Length: 4\r\n\r\n1234\r\n\r\n"),
        "",
        octets,
    )
}

/// A description of many attributes.
pub fn description(octets: usize) -> Vec<u8> {
    let head = "v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8 96\r\n";
    lines(head, |number| format!("a=rtpmap:{} x/8000\r\na=fmtp:96 0-15\r\n", number % 128), "", octets)
}

/// A proof of many fields.
pub fn proof(octets: usize) -> Vec<u8> {
    lines(
        "Digest username=\"anna\", realm=\"office\"",
        |number| format!(", x{number}=\"a\\\"b\""),
        "",
        octets,
    )
}

/// Many tokens.
pub fn passport(octets: usize) -> Vec<u8> {
    lines(
        "e30.e30.e30;info=<https://a.example/>",
        |_| ", e30.e30.e30;info=<https://a.example/>".to_owned(),
        "",
        octets,
    )
}

/// Many blocks that say to be certificates.
pub fn certificate(octets: usize) -> Vec<u8> {
    lines("", |_| "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n".to_owned(), "", octets)
}

/// A talk of as many packets.
pub fn packets(octets: usize) -> Vec<u8> {
    let packet = |number: usize| {
        let [high, low] = (number as u16).to_be_bytes();
        let stamp = (number as u32 * 160).to_be_bytes();
        let mut packet = [&[172, 0x80, 8, high, low][..], &stamp, &[1, 2, 3, 4]].concat();
        packet.resize(173, 0xd5);
        packet
    };
    (0..octets / 173).flat_map(packet).collect()
}

/// A sound of as many samples.
pub fn sound(octets: usize) -> Vec<u8> {
    let mut file =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data".to_vec();
    file.extend((octets as u32).to_le_bytes());
    file.extend((0..octets).map(|at| at as u8));
    file
}

/// A script of many flows.
pub fn flow(octets: usize) -> Vec<u8> {
    let head = "program p { languages en; default { hung_up { outcome abandoned } } }\nprompt hi { en \"Hello.\" }\n\
        route main { call -> f0; otherwise -> reject not_found }\n";
    let flow = |number| {
        format!(
            "flow f{number} {{\n    answer\n    say hi\n    menu {{ say hi; 1 \"next\" -> f{}; give_up -> end }}\n}}\n",
            number + 1
        )
    };
    let mut text = String::from_utf8(lines(head, flow, "", octets)).unwrap_or_default();
    let flows = text.matches("\nflow ").count();
    text.push_str(&format!("flow f{flows} {{ hangup }}\nflow end {{ hangup }}\n"));
    text.into_bytes()
}

/// A file of many scenarios.
pub fn scenario(octets: usize) -> Vec<u8> {
    lines(
        "scenarios:\n",
        |number| format!("- name: number {number}\n  steps: [ hear: greeting, press: \"1\", hang up ]\n"),
        "",
        octets,
    )
}

/// Many trunks.
pub fn settings(octets: usize) -> Vec<u8> {
    lines(
        "trunks:\n",
        |number| format!("  t{number}: {{ server: 192.0.2.1, order: 2, allow: [10.0.0.0/8] }}\n"),
        "",
        octets,
    )
}

/// A journal of many steps, its header aside.
pub fn journal(octets: usize) -> Vec<u8> {
    let seed = super::seeds::journals().into_iter().next().unwrap_or_default();
    let text = String::from_utf8_lossy(&seed).into_owned();
    let (head, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let line = rest.lines().next().unwrap_or("{}").to_owned();
    lines(&format!("{head}\n"), |_| format!("{line}\n"), "", octets)
}

/// Many customers.
pub fn customers(octets: usize) -> Vec<u8> {
    lines(
        "id,name,phones\n",
        |number| format!("c{number},Anna,+7843{:07}\n", number % 10_000_000),
        "",
        octets,
    )
}

/// Many numbers.
pub fn numbers(octets: usize) -> Vec<u8> {
    lines("", |number| format!("+7843{:07}\n", number % 10_000_000), "", octets)
}

/// A description with many settings.
pub fn connector(octets: usize) -> Vec<u8> {
    lines(
        "name: x\nabout: y\nsettings:\n",
        |number| format!("  s{number}: {{ about: what it is }}\n"),
        "",
        octets,
    )
}

/// A reply with many entries.
pub fn reply(octets: usize) -> Vec<u8> {
    lines("120\n{\"result\":[", |number| format!("{{\"ID\":\"{number}\",\"NAME\":\"a\"}},"), "{}]}", octets)
}

/// Many digits.
pub fn phone(octets: usize) -> Vec<u8> {
    lines("+7 843 ", |number| format!("{} ", number % 10), "", octets)
}

/// Many days.
pub fn calendar(octets: usize) -> Vec<u8> {
    let day = |number: usize| {
        let (month, day) = (1 + number / 28 % 12, 1 + number % 28);
        format!(
            "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:2026{month:02}{day:02}\r\nSUMMARY:Day {number}\r\nEND:VEVENT\r\n"
        )
    };
    lines("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", day, "END:VCALENDAR\r\n", octets)
}

/// A function of many statements.
pub fn functions(octets: usize) -> Vec<u8> {
    lines(
        "fn rank(tariff) {\n",
        |number| format!("    let a{number} = {number} + 1;\n"),
        "    1\n}\n",
        octets,
    )
}

/// The steps of a contact.
pub fn segment(octets: usize) -> Vec<u8> {
    super::seeds::in_segment("c-7f3a", &journal(octets))
}

/// A leg with a long route.
pub fn standing(octets: usize) -> Vec<u8> {
    let seed = super::seeds::standing().into_iter().next().unwrap_or_default();
    let text = String::from_utf8_lossy(&seed).into_owned();
    let (head, tail) = text.split_once("\"route_set\":[").unwrap_or((&text, ""));
    let head = format!("{head}\"route_set\":[\"sip:r0@192.0.2.1;lr\"");
    lines(&head, |number| format!(",\"sip:r{number}@192.0.2.1;lr\""), tail, octets)
}

/// Many recordings.
pub fn said(octets: usize) -> Vec<u8> {
    lines("recording,text\n", |number| format!("en/p{number},\"What it says, {number}.\"\n"), "", octets)
}

/// A request for somebody with a long name.
pub fn request(octets: usize) -> Vec<u8> {
    lines("{\"pause\":\"", |_| "ann".to_owned(), "\"}", octets)
}
