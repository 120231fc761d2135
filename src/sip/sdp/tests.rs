use super::*;

const HEAD: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\n";

fn ours() -> Local {
    Local::new(([192, 0, 2, 1], 40_000).into())
}

fn session() -> Session {
    Session { id: 7, version: 1 }
}

fn read(rest: &str) -> Result<Offer, SdpError> {
    Offer::read(format!("{HEAD}{rest}").as_bytes())
}

/// Our answer to an offer, in one line.
fn answered(rest: &str) -> String {
    match read(rest).and_then(|offer| offer.answer(&ours(), session())) {
        Ok((text, _)) => text.lines().skip(3).collect::<Vec<_>>().join(" "),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_offer_says_what_we_have() {
    let text = ours().offer(session());
    let expected = "v=0\r\no=- 7 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 0 101\r\n\
                    a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n\
                    a=rtcp-mux\r\na=ptime:20\r\na=sendrecv\r\n";
    assert_eq!(text, expected);
}

#[test]
fn an_answer_has_one_codec_and_the_offers_number_for_keys() {
    let offer = "c=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18 0 8 97\r\na=rtpmap:97 telephone-event/8000\r\na=ptime:30\r\n";
    let expected = "c=IN IP4 192.0.2.1 t=0 0 m=audio 40000 RTP/AVP 8 97 a=rtpmap:8 PCMA/8000 a=rtpmap:97 telephone-event/8000 \
                    a=fmtp:97 0-16 a=ptime:20 a=sendrecv";
    assert_eq!(answered(offer), expected);
    assert_eq!(read(offer).and_then(|offer| offer.agree(&ours())).map(|media| media.ptime_ms), Ok(30));
}

#[test]
fn other_sections_are_answered_with_port_zero_in_their_places() {
    let offer = "c=IN IP4 192.0.2.9\r\nm=video 5000 RTP/AVP 31\r\nm=audio 4000 RTP/AVP 0\r\nm=image 6000 udptl t38\r\n";
    let sections = |text: String| {
        text.split(' ').skip_while(|word| !word.starts_with("m=")).collect::<Vec<_>>().join(" ")
    };
    let expected = "m=video 0 RTP/AVP 31 m=audio 40000 RTP/AVP 0 a=rtpmap:0 PCMU/8000 a=ptime:20 a=sendrecv m=image 0 udptl t38";
    assert_eq!(sections(answered(offer)), expected);
}

#[test]
fn a_codec_may_stand_under_a_number_of_the_far_ends_choice() {
    let offer = read(
        "c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 96 97\r\na=rtpmap:96 pcmu/8000/1\r\na=rtpmap:97 PCMA/16000\r\n",
    );
    assert_eq!(
        offer.and_then(|offer| offer.agree(&ours())).map(|media| (media.codec, media.payload_type)),
        Ok((Codec::Pcmu, 96))
    );
}

#[test]
fn addresses_that_are_no_unicast_addresses_are_refused() {
    for address in [
        "224.2.1.1",
        "224.2.1.1/127",
        "255.255.255.255",
        "240.0.0.1",
        "phone.example.com",
        "ff02::1",
        "192.0.2.9/3",
        "",
    ] {
        let offer = format!("c=IN IP4 {address}\r\nm=audio 4000 RTP/AVP 0\r\n");
        assert!(matches!(read(&offer), Err(SdpError::Address | SdpError::Malformed)), "{address}");
    }
    assert!(read("c=IN IP6 2001:db8::9\r\nm=audio 4000 RTP/AVP 0\r\n").is_ok());
}

#[test]
fn the_sections_own_address_counts_before_the_sessions() {
    let offer = read("c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.10\r\n");
    let remote = offer.and_then(|offer| offer.agree(&ours())).map(|media| media.remote);
    assert_eq!(remote, Ok(([192, 0, 2, 10], 4000).into()));
}

#[test]
fn directions_are_answered_from_the_other_side() {
    let agreed = |line: &str| {
        let offer = read(&format!("c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 0\r\n{line}"));
        offer.and_then(|offer| offer.agree(&ours())).map(|media| media.direction.as_str())
    };
    assert_eq!(agreed("a=sendonly\r\n"), Ok("recvonly"));
    assert_eq!(agreed("a=recvonly\r\n"), Ok("sendonly"));
    assert_eq!(agreed("a=inactive\r\n"), Ok("inactive"));
    assert_eq!(agreed(""), Ok("sendrecv"));
}

#[test]
fn the_all_zero_address_is_the_old_hold() {
    let offer = read("c=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\n");
    assert_eq!(
        offer.and_then(|offer| offer.agree(&ours())).map(|media| media.direction),
        Ok(Direction::Inactive)
    );
}

#[test]
fn what_cannot_be_used_says_why() {
    assert_eq!(answered("c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 18\r\n"), "no common codec");
    assert_eq!(
        answered("c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/SAVP 0\r\n"),
        "session description has no audio that may be taken"
    );
    assert_eq!(
        answered("c=IN IP4 192.0.2.9\r\nm=audio 0 RTP/AVP 0\r\n"),
        "session description has no audio that may be taken"
    );
    assert_eq!(answered("m=audio 4000 RTP/AVP 0\r\n"), "session description is malformed");
    assert_eq!(Offer::read(b"hello"), Err(SdpError::Malformed));
    assert_eq!(Offer::read(&[b'x'; 20_000]), Err(SdpError::TooLarge));
    assert_eq!(read(&"m=audio 4000 RTP/AVP 0\r\n".repeat(40)), Err(SdpError::TooLarge));
    assert_eq!(read("c=IN IP4 192.0.2.9\r\nm=audio 70000 RTP/AVP 0\r\n").err(), Some(SdpError::Malformed));
}

#[test]
fn an_answer_to_ours_is_read_in_the_far_ends_order() {
    let answer =
        read("c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 0 8 96\r\na=rtpmap:96 telephone-event/8000\r\n");
    let media = answer.and_then(|answer| answer.as_answer(&ours()));
    let expected = TelephoneEvent { send: 96, receive: 101, clock_hz: 8000 };
    assert_eq!(media.map(|media| (media.codec, media.telephone_event)), Ok((Codec::Pcmu, Some(expected))));
}

#[test]
fn mistakes_in_lines_that_nobody_uses_do_no_harm() {
    let audio =
        "c=IN IP4 192.0.2.9\r\nb=AS:?\r\nt=now\r\nm=audio 4000 RTP/AVP 0\r\nk=clear:\r\na=mid:0\r\ny=1\r\n";
    for origin in
        ["o=My Phone 1 1 IN IP4 192.0.2.9\r\ns=\r\n", "o=- 99999999999999999999 1 IN IP4 pc\r\n", ""]
    {
        let offer = Offer::read(format!("v=0\r\n{origin}{audio}").as_bytes());
        let remote = offer.and_then(|offer| offer.agree(&ours())).map(|media| media.remote);
        assert_eq!(remote, Ok(([192, 0, 2, 9], 4000).into()), "{origin}");
    }
    assert_eq!(Offer::read(format!("v=1\r\n{audio}").as_bytes()), Err(SdpError::Malformed));
}

#[test]
fn an_offer_with_feedback_is_answered_in_its_own_profile() {
    let text = answered("c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVPF 0\r\n");
    assert!(text.contains("m=audio 40000 RTP/AVPF 0 "), "{text}");
}

#[test]
fn an_address_of_the_other_family_is_answered_with_ours() {
    let text = answered("c=IN IP6 2001:db8::9\r\nm=audio 4000 RTP/AVP 0\r\n");
    assert!(text.starts_with("c=IN IP4 192.0.2.1 "), "{text}");
}

fn with_keys(protection: Protection) -> Local {
    let keying = |tag, suite: CryptoSuite| Keying { tag, suite, octets: vec![7; suite.octets()] };
    let keyings = vec![keying(1, CryptoSuite::AesGcm128), keying(2, CryptoSuite::AesCm80)];
    Local { protection, keyings, ..ours() }
}

const THEIR_KEY: &str =
    "a=crypto:9 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n";

#[test]
fn what_is_offered_encrypted_is_answered_with_a_key_of_ours_under_the_offers_tag() {
    for (proto, protection) in
        [("RTP/SAVP", Protection::Require), ("RTP/SAVPF", Protection::Offer), ("RTP/AVP", Protection::Offer)]
    {
        let offer = read(&format!("c=IN IP4 192.0.2.9\r\nm=audio 4000 {proto} 8\r\n{THEIR_KEY}"));
        let (text, media) =
            offer.and_then(|offer| offer.answer(&with_keys(protection), session())).expect("an answer");
        let ours = "a=crypto:9 AES_CM_128_HMAC_SHA1_80 inline:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
        assert!(text.contains(ours) && text.contains(&format!("m=audio 40000 {proto} 8")), "{text}");
        let crypto = media.crypto.expect("keys");
        assert_eq!((crypto.suite, crypto.ours, crypto.theirs[0]), (CryptoSuite::AesCm80, vec![7; 30], 0x77));
    }
}

#[test]
fn of_several_sounds_the_first_that_can_be_taken_is_and_the_encrypted_one_where_both_can() {
    let places = |lines: &str, ours: &Local| {
        let (text, _) = read(lines).and_then(|offer| offer.answer(ours, session())).expect("an answer");
        let ports = text.lines().filter_map(|line| line.strip_prefix("m=audio ")?.split(' ').next());
        ports.map(|port| port == "40000").collect::<Vec<_>>()
    };
    let unknown = "c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 80\r\nm=audio 4002 RTP/AVP 3 18\r\nm=audio 4004 RTP/AVP 0\r\n";
    assert_eq!(places(unknown, &ours()), [false, false, true]);
    let named = "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 media.example\r\nm=audio 4002 RTP/AVP 0\r\nc=IN IP4 192.0.2.9\r\n";
    assert_eq!(places(named, &ours()), [false, true]);
    let both =
        format!("c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 0\r\nm=audio 4002 RTP/SAVP 0\r\n{THEIR_KEY}");
    assert_eq!(places(&both, &ours()), [true, false]);
    assert_eq!(places(&both, &with_keys(Protection::Offer)), [false, true]);
    assert_eq!(places(&both, &with_keys(Protection::Require)), [false, true]);
}

#[test]
fn who_must_encrypt_and_who_cannot_do_not_agree() {
    let agreed = |proto: &str, key: &str, protection| {
        let offer = read(&format!("c=IN IP4 192.0.2.9\r\nm=audio 4000 {proto} 8\r\n{key}"));
        offer.and_then(|offer| offer.agree(&with_keys(protection))).map(|media| media.crypto.is_some())
    };
    assert_eq!(agreed("RTP/AVP", "", Protection::Require), Err(SdpError::NoAudio));
    assert_eq!(agreed("RTP/SAVP", THEIR_KEY, Protection::Never), Err(SdpError::NoAudio));
    assert_eq!(agreed("RTP/SAVP", "", Protection::Offer), Err(SdpError::NoAudio));
    assert_eq!(agreed("RTP/AVP", "", Protection::Offer), Ok(false));
    assert_eq!(agreed("RTP/AVP", THEIR_KEY, Protection::Never), Ok(false));
}

#[test]
fn an_offer_of_ours_has_keys_and_its_answer_brings_the_other() {
    let ours = with_keys(Protection::Require);
    let text = ours.offer(session());
    assert!(text.contains("m=audio 40000 RTP/SAVP 8 0 101\r\n"), "{text}");
    assert_eq!(text.matches("a=crypto:").count(), 2);
    assert!(with_keys(Protection::Offer).offer(session()).contains(" RTP/AVP "));
    let answer = read(&format!("c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/SAVP 8\r\n{THEIR_KEY}"));
    let media = answer.and_then(|answer| answer.as_answer(&ours)).expect("agreed");
    assert_eq!(media.crypto.map(|crypto| crypto.suite), Some(CryptoSuite::AesCm80));
}

fn with_opus() -> Local {
    Local { codecs: vec![Codec::Opus, Codec::Pcma], ..ours() }
}

const OPUS_OFFER: &str = "c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 96 0 8 97 98\r\na=rtpmap:96 opus/48000/2\r\n\
    a=fmtp:96 maxplaybackrate=16000;useinbandfec=1;maxaveragebitrate=20000\r\na=rtpmap:97 telephone-event/8000\r\n\
    a=rtpmap:98 telephone-event/48000\r\n";

#[test]
fn opus_is_offered_under_a_number_of_ours_with_keys_on_its_clock() {
    let text = with_opus().offer(session());
    let expected = "m=audio 40000 RTP/AVP 111 8 101 110\r\na=rtpmap:111 opus/48000/2\r\n\
                    a=fmtp:111 minptime=10;useinbandfec=1;stereo=0;maxplaybackrate=16000;sprop-maxcapturerate=16000\r\n\
                    a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n\
                    a=rtpmap:110 telephone-event/48000\r\na=fmtp:110 0-16\r\n";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn an_offer_of_opus_is_answered_with_its_numbers_and_what_it_asks_for_is_known() {
    let (text, media) =
        read(OPUS_OFFER).and_then(|offer| offer.answer(&with_opus(), session())).expect("agreed");
    assert!(text.contains("m=audio 40000 RTP/AVP 96 98\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 "), "{text}");
    assert!(text.contains("a=rtpmap:98 telephone-event/48000\r\n"), "{text}");
    let asked = OpusParameters {
        fec: true,
        max_bitrate: Some(20_000),
        max_playback_hz: 16_000,
        ..OpusParameters::default()
    };
    assert_eq!(
        (media.codec, media.payload_type, media.receive_type, media.opus),
        (Codec::Opus, 96, 96, asked)
    );
    assert_eq!(media.telephone_event, Some(TelephoneEvent { send: 98, receive: 98, clock_hz: 48_000 }));
}

#[test]
fn keys_beside_opus_have_the_clock_that_the_far_end_knows_and_beside_others_8000() {
    let events = |offer: &str, ours: &Local| {
        let media = read(offer).and_then(|offer| offer.agree(ours)).expect("agreed");
        media.telephone_event.map(|event| (event.send, event.clock_hz))
    };
    let narrow = OPUS_OFFER.replace("a=rtpmap:98 telephone-event/48000\r\n", "");
    let wide = OPUS_OFFER.replace("a=rtpmap:97 telephone-event/8000\r\n", "");
    assert_eq!(events(&narrow, &with_opus()), Some((97, 8000)));
    assert_eq!(events(OPUS_OFFER, &ours()), Some((97, 8000)));
    assert_eq!(events(&wide, &ours()), None);
}

#[test]
fn an_answer_with_opus_may_number_it_anew() {
    let answer = OPUS_OFFER.replace("96 0 8 97 98", "96 98");
    let media = read(&answer).and_then(|answer| answer.as_answer(&with_opus())).expect("agreed");
    assert_eq!((media.codec, media.payload_type, media.receive_type), (Codec::Opus, 96, 111));
    assert_eq!(media.telephone_event, Some(TelephoneEvent { send: 98, receive: 110, clock_hz: 48_000 }));
}

#[test]
fn what_is_called_opus_and_is_none_is_not_taken() {
    for encoding in ["opus/8000", "opus/48000", "opus/48000/1", "opus/16000/2", "opus"] {
        let offer = OPUS_OFFER.replace("opus/48000/2", encoding);
        let codec = read(&offer).and_then(|offer| offer.agree(&with_opus())).map(|media| media.codec);
        assert_eq!(codec, Ok(Codec::Pcma), "{encoding}");
    }
}

#[test]
fn reports_share_the_port_where_both_can() {
    let agreed = |lines: &str, ours: &Local| {
        let offer = read(&format!(
            "c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 0 90\r\na=rtpmap:90 telephone-event/8000\r\n{lines}"
        ));
        let (text, media) = offer.and_then(|offer| offer.answer(ours, session())).expect("agreed");
        assert_eq!(text.contains("a=rtcp-mux"), media.rtcp == Rtcp::Muxed, "{text}");
        media.rtcp
    };
    let no_keys = Local { telephone_event: false, ..ours() };
    assert_eq!(agreed("a=rtcp-mux\r\n", &no_keys), Rtcp::Muxed);
    assert_eq!(agreed("a=rtcp-mux\r\na=rtcp:4000\r\n", &no_keys), Rtcp::Muxed);
    assert_eq!(agreed("", &no_keys), Rtcp::Beside);
    assert_eq!(agreed("a=rtcp-mux\r\n", &Local { rtcp_mux: false, ..no_keys.clone() }), Rtcp::Beside);
    // 90 with a marker looks like a report of type 218.
    assert_eq!(agreed("a=rtcp-mux\r\n", &ours()), Rtcp::Beside);
}

#[test]
fn reports_go_where_the_far_end_says_if_that_is_an_address() {
    let rtcp = |line: &str| {
        let offer = read(&format!("c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 0\r\na=rtcp:{line}\r\n"));
        offer.and_then(|offer| offer.agree(&ours())).map(|media| media.rtcp)
    };
    assert_eq!(rtcp("53020"), Ok(Rtcp::At(([192, 0, 2, 9], 53_020).into())));
    assert_eq!(rtcp("53020 IN IP4 192.0.2.10"), Ok(Rtcp::At(([192, 0, 2, 10], 53_020).into())));
    for wrong in ["0", "x", "70000", "9 IN IP4 224.0.0.1", "9 IN IP4 0.0.0.0", "9 IN IP4 host.example", ""] {
        assert_eq!(rtcp(wrong), Ok(Rtcp::Beside), "{wrong}");
    }
}
