//! The vectors of RFC 3711, appendix B, and of RFC 7714, chapters 16 and 17.

use super::*;

fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(octet).collect()
}

#[test]
fn the_key_stream_is_that_of_appendix_b_2() {
    let aes = Aes::new(&octets("2b7e151628aed2a6abf7158809cf4f3c"));
    let salt: [u8; 14] = octets("f0f1f2f3f4f5f6f7f8f9fafbfcfd").try_into().unwrap();
    let mut stream = vec![0; 48];
    aes.add_stream(counter(&salt, 0, 0), &mut stream);
    let expected =
        "e03ead0935c95e80e166b16dd92b4eb4 d23513162b02d0f72a43a2fe4a5f97ab 41e95b3bb0a2e8dd477901e4fca894c0";
    assert_eq!(stream, octets(expected));
    let mut far = counter(&salt, 0, 0);
    far[14..].copy_from_slice(&[0xfe, 0xff]);
    let mut stream = vec![0; 48];
    aes.add_stream(far, &mut stream);
    let expected =
        "ec8cdf7398607cb0f2d21675ea9ea1e4 362b7c3c6773516318a077d7fc5073ae 6a2cc3787889374fbeb4c81b17ba6c44";
    assert_eq!(stream, octets(expected));
}

#[test]
fn session_keys_are_those_of_appendix_b_3() {
    let master = octets("e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6");
    let master = MasterKey::new(Suite::AesCm80, &master).unwrap();
    let key = |purpose, length| {
        let mut key = vec![0; length];
        derive(&master, false, purpose, &mut key);
        key
    };
    assert_eq!(key(Purpose::Encrypt, 16), octets("c61e7a93744f39ee10734afe3ff7a087"));
    assert_eq!(key(Purpose::Salt, 14), octets("30cbbc08863d8c85d49db34a9ae1"));
    let expected = "cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbcee049646c43d9327ad175578ef7227098\
        6371c10c9a369ac2f94a8c5fbcdddc256d6e919a48b610ef17c2041e474035766b68642c59bbfc2f34db60dbdfb2";
    assert_eq!(key(Purpose::Authenticate, 94), octets(expected));
}

/// A cipher with session keys of its own, as in the vectors of RFC 7714.
fn gcm(key: &str) -> Cipher {
    let salt: [u8; 12] = octets("517569642070726f2071756f").try_into().unwrap();
    Cipher { keys: Keys::Gcm { gcm: Gcm::new(&octets(key)), salt }, tag: GCM_TAG }
}

const SHORT: &str = "000102030405060708090a0b0c0d0e0f";
const LONG: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const PACKET: &str = "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e697320646976697361\
    20696e207061727465732074726573";

#[test]
fn rtp_is_sealed_as_in_rfc_7714_16() {
    let sealed = [
        (
            SHORT,
            "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf\
            8833899d7f27beb16a9152cf765ee4390cce",
        ),
        (
            LONG,
            "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799\
            b87b7aa3db36dfffd6b0f9bb7878d7a76c13",
        ),
    ];
    for (key, expected) in sealed {
        let cipher = gcm(key);
        let mut packet = octets(PACKET);
        cipher.seal(0x5501_a0b2, 0xf17b, 12, &mut packet);
        assert_eq!(packet, octets(expected));
        let length = cipher.open(0x5501_a0b2, 0xf17b, 12, &mut packet);
        assert_eq!(packet[..length.expect("authentic")], octets(PACKET));
    }
}

#[test]
fn rtcp_is_sealed_as_in_rfc_7714_17() {
    let plain = "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
    let expected = "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b468630\
        3ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4";
    let (cipher, word) = (gcm(SHORT), 0x8000_05d4);
    let mut packet = octets(plain);
    cipher.seal_rtcp(0x4d61_7273, word, 8, &mut packet);
    assert_eq!(packet, octets(expected));
    assert_eq!(cipher.rtcp_index(&packet), Some(word));
    let length = cipher.open_rtcp(0x4d61_7273, word, 8, &mut packet);
    assert_eq!(packet[..length.expect("authentic")], octets(plain));
}
