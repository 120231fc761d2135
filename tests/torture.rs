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
    let outputs = endpoint.receive(Millis(1000), bytes, SocketAddr::from(([192, 0, 2, 9], 5060)));
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
