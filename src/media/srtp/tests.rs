//! Two ends with one key: what one protects the other opens, once, and nobody else's.

use super::*;

fn key(suite: Suite) -> MasterKey {
    MasterKey::random(suite, &std::array::from_fn(|n| n as u8 * 5 + 1))
}

fn ends(suite: Suite) -> (Protector, Opener) {
    (Protector::new(&key(suite)), Opener::new(&key(suite)))
}

fn packet(ssrc: u32, sequence: u16) -> Vec<u8> {
    let mut packet = vec![0x80, 8, 0, 0, 0, 0, 1, 64];
    packet[2..4].copy_from_slice(&sequence.to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    packet.extend((0..160).map(|n| n as u8));
    packet
}

fn report(ssrc: u32) -> Vec<u8> {
    let mut packet = vec![0x80, 201, 0, 1];
    packet.extend(ssrc.to_be_bytes());
    packet.extend([0x81, 202, 0, 3, 0, 0, 0, 7, 1, 3, b'a', b'b', b'c', 0, 0, 0]);
    packet
}

fn opened(opener: &mut Opener, mut packet: Vec<u8>) -> Option<Vec<u8>> {
    let length = opener.open(&mut packet)?;
    packet.truncate(length);
    Some(packet)
}

#[test]
fn what_one_end_protects_the_other_opens() {
    for suite in Suite::ALL {
        let (mut protector, mut opener) = ends(suite);
        // Across a wrap of the sequence number, and a lost packet beside it.
        for sequence in (65_500..=65_535).chain(1..40) {
            let mut sealed = packet(7, sequence);
            assert!(protector.protect(&mut sealed));
            assert_eq!(sealed.len(), 172 + suite.tag_octets());
            assert_ne!(sealed[12..172], packet(7, sequence)[12..]);
            assert_eq!(opened(&mut opener, sealed), Some(packet(7, sequence)), "{suite:?} {sequence}");
        }
        for _ in 0..3 {
            let mut sealed = report(7);
            assert!(protector.protect_rtcp(&mut sealed));
            assert_eq!(sealed[..8], report(7)[..8]);
            let length = opener.open_rtcp(&mut sealed);
            assert_eq!(length.map(|length| &sealed[..length]), Some(&report(7)[..]), "{suite:?}");
        }
    }
}

#[test]
fn a_packet_that_was_there_is_not_opened_again() {
    for suite in Suite::ALL {
        let (mut protector, mut opener) = ends(suite);
        let sealed: Vec<Vec<u8>> = (1..300)
            .map(|sequence| {
                let mut packet = packet(7, sequence);
                assert!(protector.protect(&mut packet));
                packet
            })
            .collect();
        for n in [0, 2, 1, 290] {
            assert!(opened(&mut opener, sealed[n].clone()).is_some(), "{suite:?} {n}");
        }
        for n in [0, 1, 2, 290, 5] {
            assert_eq!(opened(&mut opener, sealed[n].clone()), None, "{suite:?} {n}");
        }
        let mut report = report(7);
        assert!(protector.protect_rtcp(&mut report));
        assert!(opener.open_rtcp(&mut report.clone()).is_some());
        assert!(opener.open_rtcp(&mut report).is_none());
    }
}

#[test]
fn no_octet_can_be_changed_and_nothing_is_learned_from_what_was() {
    for suite in Suite::ALL {
        let (mut protector, mut opener) = ends(suite);
        let mut sealed = packet(7, 10);
        assert!(protector.protect(&mut sealed));
        for place in 0..sealed.len() {
            let mut forged = sealed.clone();
            forged[place] ^= 0x41;
            assert_eq!(opened(&mut opener, forged), None, "{suite:?} {place}");
            assert_eq!(opened(&mut opener, sealed[..place].to_vec()), None, "{suite:?} cut at {place}");
        }
        assert!(opened(&mut opener, sealed).is_some(), "{suite:?}");
        let mut sealed = report(7);
        assert!(protector.protect_rtcp(&mut sealed));
        for place in 0..sealed.len() {
            let mut forged = sealed.clone();
            forged[place] ^= 0x41;
            assert!(opener.open_rtcp(&mut forged).is_none(), "{suite:?} {place}");
            assert!(opener.open_rtcp(&mut sealed[..place].to_vec()).is_none(), "{suite:?} cut at {place}");
        }
        assert!(opener.open_rtcp(&mut sealed).is_some(), "{suite:?}");
    }
}

#[test]
fn another_key_opens_nothing_and_sources_are_apart() {
    let (mut protector, mut opener) = ends(Suite::AesCm80);
    let mut strange = Protector::new(&MasterKey::random(Suite::AesCm80, &[9; MasterKey::LONGEST]));
    let mut forged = packet(7, 1);
    assert!(strange.protect(&mut forged));
    assert_eq!(opened(&mut opener, forged), None);
    for ssrc in [7, 8, 9, 10, 11, 12] {
        let mut sealed = packet(ssrc, 500);
        assert!(protector.protect(&mut sealed));
        assert!(opened(&mut opener, sealed).is_some(), "{ssrc}");
    }
}

#[test]
fn nothing_that_is_no_packet_is_touched() {
    let (mut protector, mut opener) = ends(Suite::AesGcm128);
    for length in 0..12 {
        let mut short = vec![0x80; length];
        assert!(!protector.protect(&mut short.clone()));
        assert_eq!(opener.open(&mut short), None);
    }
    let mut lying = packet(7, 1);
    lying[0] = 0x9f;
    assert_eq!(opener.open(&mut lying), None);
}

#[test]
fn a_key_does_not_print() {
    let (protector, opener) = ends(Suite::AesCm80);
    let printed = format!("{:?} {protector:?} {opener:?}", key(Suite::AesCm80));
    assert_eq!(
        printed,
        "MasterKey(AES_CM_128_HMAC_SHA1_80) Protector { rollover: 0, .. } Opener { sources: [None, None, None, None], .. }"
    );
    assert_eq!(MasterKey::new(Suite::AesCm80, &[0; 29]), None);
    assert_eq!(Suite::named("aead_aes_128_gcm"), Some(Suite::AesGcm128));
}
