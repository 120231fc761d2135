use super::*;
use crate::sip::Status;

#[test]
fn a_forged_bye_ends_no_call() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    for forged in [
        request("BYE", 9, "guess", ""),
        request("BYE", 9, &tag, "").replace("tag=phone1", "tag=other"),
        request("BYE", 9, &tag, "").replace("call1@phone", "call2@phone"),
        request("BYE", 9, "", ""),
        request("INVITE", 9, "guess", OFFER),
    ] {
        assert_eq!(bench.statuses(&forged), [481]);
    }
    assert_eq!(bench.endpoint.leg_count(), 1);
}

#[test]
fn a_bye_ends_the_call_whatever_is_in_its_body() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    let bye = request("BYE", 2, &tag, "\u{1}\u{2}").replace("application/sdp", "application/ISUP");
    assert_eq!(bench.statuses(&bye), [200]);
    assert_eq!(bench.endpoint.leg_count(), 0);
}

#[test]
fn an_offer_among_other_parts_is_found_and_optional_bodies_are_passed_over() {
    let parts = format!(
        "--x\nContent-Type: application/sdp\n\n{OFFER}--x\nContent-Type: application/ISUP\n\n1\n--x--\n"
    );
    let invite = |body: &str, kind: &str| {
        request("INVITE", 1, "", body).replace("application/sdp\nContent-Length", kind)
    };
    let told = |text: &str| Bench::new().hear(text).1;
    assert_eq!(told(&invite(&parts, "multipart/mixed;boundary=x\nContent-Length")), ["incoming"]);
    assert_eq!(told(&invite("1", "text/plain\nContent-Length")), [] as [&str; 0]);
    let isup = "Content-Type: application/ISUP\n";
    let part = |handling: &str| {
        parts.replace(isup, &format!("{isup}Content-Disposition: signal;handling={handling}\n"))
    };
    let mixed = "multipart/mixed;boundary=x\nContent-Length";
    assert_eq!(told(&invite(&part("optional"), mixed)), ["incoming"]);
    assert_eq!(Bench::new().statuses(&invite(&part("required"), mixed)), [415]);
    let optional = "text/plain\nContent-Disposition: render;handling=optional\nContent-Length";
    assert_eq!(told(&invite("1", optional)), ["incoming"]);
}

#[test]
fn a_lower_number_is_out_of_order_and_changes_nothing() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    assert_eq!(bench.statuses(&request("OPTIONS", 7, &tag, "")), [200]);
    assert_eq!(bench.statuses(&request("BYE", 6, &tag, "")), [500]);
    assert_eq!(bench.statuses(&request("BYE", 8, &tag, "")), [200]);
}

#[test]
fn a_cancel_with_another_branch_or_from_another_host_stops_nothing() {
    let mut bench = Bench::new();
    bench.hear(&request("INVITE", 1, "", OFFER));
    let cancel = request("CANCEL", 1, "", "").replace("-CANCEL-1", "-INVITE-1");
    assert_eq!(bench.statuses(&cancel.replace("-INVITE-1", "-INVITE-2")), [481]);
    let moved = cancel.replace("UDP 198.51.100.7", "UDP 198.51.100.8");
    let elsewhere: SocketAddr = ([198, 51, 100, 9], 5066).into();
    let outputs = bench.endpoint.receive(bench.now, moved.replace('\n', "\r\n").as_bytes(), elsewhere);
    assert!(matches!(&outputs[..], [Output::Send { bytes, .. }] if bytes.starts_with(b"SIP/2.0 481")));
    assert_eq!(bench.statuses(&moved), [200, 487], "who has learned another address for its Via is the same");
}

#[test]
fn answers_go_to_the_packets_source_whatever_via_claims() {
    let mut bench = Bench::new();
    let forged = request("OPTIONS", 1, "", "")
        .replace("UDP 198.51.100.7:5066", "UDP victim.example:9")
        .replace(";rport", ";rport=7;received=203.0.113.9;maddr=203.0.113.9;ttl=3");
    let (sent, _) = bench.hear(&forged); // The bench asserts the address.
    let via = sent.first().and_then(|answer| answer.via().ok());
    let told = via.as_ref().map(|via| (via.params.get("received"), via.params.get("rport")));
    assert_eq!(told, Some((Some("198.51.100.7"), Some("5066"))));
}

#[test]
fn within_a_call_requests_go_to_the_source_or_by_the_standard_to_the_contact() {
    let ends = [true, false].map(|symmetric| {
        let mut bench = Bench::new();
        bench.endpoint.config.symmetric = symmetric;
        bench.hear(&request("INVITE", 1, "", OFFER).replace("@198.51.100.7:5066>", "@203.0.113.4>"));
        let (sent, _) = bench.command(Command::Answer { leg: LEG, media: media(CALLEE) });
        let tag = sent.first().and_then(|ok| ok.to().ok()).map(|to| to.tag().to_owned()).unwrap_or_default();
        bench.hear(&request("ACK", 1, &tag, ""));
        match bench.endpoint.command(bench.now, Command::HangUp { leg: LEG, q850: None }).as_slice() {
            [Output::Event(_), Output::Send { to, .. }] => to.to_string(),
            other => format!("{other:?}"),
        }
    });
    assert_eq!(ends, [PHONE, "203.0.113.4:5060"]);
}

#[test]
fn a_request_that_came_by_two_paths_is_one_call() {
    let mut bench = Bench::new();
    bench.hear(&request("INVITE", 1, "", OFFER));
    let by_another_path = request("INVITE", 1, "", OFFER).replace("z9hG4bK-", "z9hG4bK-fork-");
    assert_eq!(bench.statuses(&by_another_path), [482]);
    assert_eq!(bench.endpoint.leg_count(), 1);
}

#[test]
fn methods_that_are_not_served_keep_no_state() {
    let mut bench = Bench::new();
    for (method, status) in [
        ("REGISTER", 405),
        ("MESSAGE", 405),
        ("SUBSCRIBE", 405),
        ("NOTIFY", 481),
        ("PUBLISH", 405),
        ("REFER", 403),
        ("UPDATE", 481),
        ("PRACK", 481),
        ("INFO", 481),
        ("BYE", 481),
        ("CANCEL", 481),
        ("DANCE", 501),
        ("invite", 501),
        ("OPTIONS", 200),
    ] {
        let (sent, events) = bench.hear(&request(method, 1, "", ""));
        let statuses: Vec<_> = sent.iter().filter_map(Message::status).map(Status::code).collect();
        assert_eq!((statuses, events.len()), (vec![status], 0), "{method}");
        let allow = sent.first().and_then(|answer| answer.first(crate::sip::Name::Allow)).is_some();
        assert_eq!(allow, matches!(status, 405 | 501 | 200), "{method}");
    }
    assert_eq!(bench.statuses(&request("ACK", 1, "", "")), [] as [u16; 0]);
    assert_eq!((bench.endpoint.leg_count(), bench.endpoint.transaction_count()), (0, 0));
}

#[test]
fn methods_within_a_call_that_are_not_served_leave_it_alone() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    for (cseq, (method, status)) in
        [("REFER", 603), ("REGISTER", 405), ("MESSAGE", 405), ("DANCE", 501)].into_iter().enumerate()
    {
        assert_eq!(bench.statuses(&request(method, cseq as u32 + 2, &tag, "")), [status]);
    }
    assert_eq!(bench.endpoint.leg_count(), 1);
}

#[test]
fn stray_responses_are_dropped() {
    let mut bench = Bench::new();
    let stray = "SIP/2.0 200 OK\nVia: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKguess\nFrom: <sip:a@b>;tag=1\nTo: <sip:c@d>;tag=2\n\
                 Call-ID: x\nCSeq: 1 INVITE\nContact: <sip:c@d>\nContent-Length: 0\n\n";
    assert_eq!(bench.hear(stray).0.len(), 0);
}

#[test]
fn a_datagram_that_lies_about_its_length_disturbs_nobody() {
    let mut bench = Bench::new();
    let tag = bench.connected();
    let lie = request("OPTIONS", 5, "", "").replace("Content-Length: 0", "Content-Length: 9999");
    assert_eq!(bench.statuses(&lie), [400]);
    assert_eq!(bench.statuses(&request("OPTIONS", 6, "", "")), [200]);
    assert_eq!(bench.statuses(&request("BYE", 2, &tag, "")), [200]);
}

#[test]
fn rubbish_is_met_with_silence() {
    let mut bench = Bench::new();
    for rubbish in [
        "",
        "\n\n",
        "\0\0\0\0",
        "hello",
        "INVITE sip:a@b SIP/2.0",
        "\u{feff}OPTIONS sip:a SIP/2.0\n\n",
        "GET / HTTP/1.1\nHost: x\n\n",
    ] {
        assert_eq!(bench.hear(rubbish).0.len(), 0, "{rubbish:?}");
    }
}

#[test]
fn calls_that_are_abandoned_without_an_ack_leave_nothing() {
    let mut bench = Bench::new();
    for call in 0..200 {
        let invite = request("INVITE", 1, "", OFFER)
            .replace("call1@", &format!("call{call}@"))
            .replace("z9hG4bK-", &format!("z9hG4bK-{call}-"));
        bench.hear(&invite);
        bench.command(Command::Answer { leg: LegId(call + 1), media: media(CALLEE) });
    }
    assert_eq!(bench.endpoint.leg_count(), 200);
    while let Some(at) = bench.endpoint.next_deadline() {
        let _ = bench.endpoint.timeout(at);
        assert!(at < Millis(120_000));
    }
    assert_eq!((bench.endpoint.leg_count(), bench.endpoint.transaction_count()), (0, 0));
}

/// What an open endpoint sends in all for one INVITE that is followed by nothing, as a multiple of its size.
fn amplification(last: Command) -> usize {
    let sent = |outputs: Outputs| {
        let size = |output| if let Output::Send { bytes, .. } = output { bytes.len() } else { 0 };
        outputs.into_iter().map(size).sum::<usize>()
    };
    let mut bench = Bench::new();
    bench.endpoint.config.open = true;
    let invite = request("INVITE", 1, "", OFFER).replace('\n', "\r\n");
    let mut total = sent(bench.endpoint.receive(bench.now, invite.as_bytes(), Bench::phone()));
    total += sent(bench.endpoint.command(bench.now, Command::Ring { leg: LEG }));
    total += sent(bench.endpoint.command(bench.now, last));
    while let Some(at) = bench.endpoint.next_deadline() {
        total += sent(bench.endpoint.timeout(at));
    }
    assert_eq!((bench.endpoint.leg_count(), bench.endpoint.transaction_count()), (0, 0));
    total.div_ceil(invite.len())
}

#[test]
fn an_open_endpoint_sends_an_unproven_source_at_most_six_times_what_it_received() {
    assert!(amplification(Command::Answer { leg: LEG, media: media(CALLEE) }) <= 6);
    assert!(amplification(Command::HangUp { leg: LEG, q850: None }) <= 6);
}

#[test]
fn copies_of_a_refused_request_get_the_same_answer() {
    let mut bench = Bench::new();
    let tags: Vec<_> = (0..2)
        .map(|_| {
            bench
                .hear(&request("MESSAGE", 1, "", ""))
                .0
                .first()
                .and_then(|m| m.to().ok())
                .map(|to| to.to_string())
        })
        .collect();
    assert_eq!(tags.first(), tags.last());
    assert!(tags.iter().flatten().all(|to| to.contains("tag=")));
}

#[test]
fn random_damage_to_real_messages_never_harms_the_endpoint() {
    let seed = 4475;
    println!("seed {seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut bench = Bench::new();
    let tag = bench.connected();
    let originals =
        [request("INVITE", 2, "", OFFER), request("INVITE", 3, &tag, OFFER), request("OPTIONS", 4, "", "")];
    for round in 0..3000 {
        let mut bytes = originals[round % originals.len()].replace('\n', "\r\n").into_bytes();
        for _ in 0..1 + random.next_u64() % 4 {
            let at = random.next_u64() as usize % bytes.len();
            match random.next_u64() % 4 {
                0 => bytes[at] = random.next_u64() as u8,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"\r\n\0;:,<>\"% @"[random.next_u64() as usize % 12]),
                _ => bytes.truncate(at.max(1)),
            }
        }
        bench.now = Millis(1000 + round as u64 * 20);
        let _ = bench.endpoint.receive(bench.now, &bytes, Bench::phone());
    }
    assert!(bench.endpoint.next_deadline().is_some());
    let _ = bench.endpoint.timeout(Millis(20 * 3600 * 1000));
    while let Some(at) = bench.endpoint.next_deadline() {
        let _ = bench.endpoint.timeout(at);
    }
    assert_eq!((bench.endpoint.leg_count(), bench.endpoint.transaction_count()), (0, 0));
}
