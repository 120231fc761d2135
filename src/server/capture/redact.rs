//! What of a SIP message is not for files: proofs of passwords, keys of encrypted media, keys that somebody pressed.
//!
//! What is taken out is overwritten, so that lengths stay right.

/// A message without its secrets.
pub fn without_secrets(message: &[u8]) -> Vec<u8> {
    let mut bytes = message.to_vec();
    let body = find(&bytes, b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    let mut at = 0;
    while at < bytes.len() {
        let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |line| at + line);
        let line = &mut bytes[at..end];
        match at < body {
            true => blank_proof(line),
            false => blank_body(line),
        }
        at = end + 1;
    }
    bytes
}

/// `response` and `cnonce` of a digest (RFC 8760): with both a password can be guessed at leisure. A folded line is looked at
/// like any other.
fn blank_proof(line: &mut [u8]) {
    for name in [&b"response=\""[..], b"cnonce=\""] {
        if let Some(at) = find_nocase(line, name) {
            blank(&mut line[at + name.len()..], b"\"");
        }
    }
}

/// The key of `a=crypto` (RFC 4568), and what INFO says was pressed.
fn blank_body(line: &mut [u8]) {
    if let Some(at) = find_nocase(line, b"inline:") {
        return blank(&mut line[at + 7..], b"|\r ");
    }
    let signal = find_nocase(line, b"signal=").filter(|at| *at == 0);
    if let Some(at) = signal {
        return blank(&mut line[at + 7..], b"\r");
    }
    // `application/dtmf` is the key alone.
    let bare = line.strip_suffix(b"\r").unwrap_or(line).len();
    if bare == 1 {
        line[0] = b'x';
    }
}

fn blank(bytes: &mut [u8], until: &[u8]) {
    bytes.iter_mut().take_while(|byte| !until.contains(byte)).for_each(|byte| *byte = b'x');
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn find_nocase(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window.eq_ignore_ascii_case(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, expected: &str) {
        let written = without_secrets(message.as_bytes());
        assert_eq!(String::from_utf8_lossy(&written), expected);
        assert_eq!(written.len(), message.len());
    }

    #[test]
    fn a_proof_is_blanked_wherever_its_field_stands() {
        check(
            "REGISTER sip:a SIP/2.0\r\nAuthorization: Digest username=\"anna\", response=\"0123ab\", qop=auth,\r\n cnonce=\"77\"\r\n\r\n",
            "REGISTER sip:a SIP/2.0\r\nAuthorization: Digest username=\"anna\", response=\"xxxxxx\", qop=auth,\r\n cnonce=\"xx\"\r\n\r\n",
        );
    }

    #[test]
    fn a_media_key_and_a_pressed_key_are_blanked_and_nothing_else() {
        check(
            "INVITE sip:a SIP/2.0\r\n\r\nv=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0|2^20\r\na=sendrecv\r\n",
            "INVITE sip:a SIP/2.0\r\n\r\nv=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:xxxxxxxx|2^20\r\na=sendrecv\r\n",
        );
        check(
            "INFO sip:a SIP/2.0\r\n\r\nSignal=4\r\nDuration=160\r\n",
            "INFO sip:a SIP/2.0\r\n\r\nSignal=x\r\nDuration=160\r\n",
        );
        check("INFO sip:a SIP/2.0\r\n\r\n7", "INFO sip:a SIP/2.0\r\n\r\nx");
    }
}
