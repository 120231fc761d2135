//! A body of several parts with a file among them (RFC 7578).

use super::facts::Facts;
use super::template::written;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Writes the fields and then the recording, and says the type with its boundary. The boundary is made of what is
/// sent, so that the same request is the same bytes, and nobody who is recorded can say it.
pub(super) fn write(fields: &[(String, String)], file: &str, facts: &Facts) -> (Option<String>, Vec<u8>) {
    let text = |name: &str| written(&facts.get(name)).unwrap_or_default();
    let content = STANDARD.decode(text("recording.base64")).unwrap_or_default();
    let mut hash = Sha256::new();
    fields.iter().for_each(|(name, value)| hash.update(format!("{name}={value}\n")));
    hash.update(&content);
    let boundary = hash.finalize().iter().take(16).fold("cw-".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let mut body = Vec::new();
    for (name, value) in fields {
        let head =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n", quoted(name));
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    let (name, kind) = (quoted(&text("recording.name")), quoted(&text("recording.type")));
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n",
        quoted(file)
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(&content);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (Some(format!("multipart/form-data; boundary={boundary}")), body)
}

/// A name as a part's head holds it: no quote and no line break can end it.
fn quoted(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '"' | '\\') { '_' } else { c }).collect()
}
