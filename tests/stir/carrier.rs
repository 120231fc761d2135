//! A carrier that signs: an authority made for the test, a certificate under it, and tokens as they go into INVITEs.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use callwright::sip::identity::{Chain, Fault, Parties, Roots, passports};
use callwright::sip::{Message, Policy, scan};
use callwright::time::Wall;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, KeyPair};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};

pub const CALLER: &str = "79656295719";
pub const CALLED: &str = "78432035737";
/// Where tokens that nobody fetches for say that their certificate is.
pub const ELSEWHERE: &str = "https://certs.carrier.example/carrier.pem";

/// `id-pe-TNAuthList`.
const TN_AUTH_LIST: [u64; 9] = [1, 3, 6, 1, 5, 5, 7, 1, 26];

/// Somebody who stands behind carriers.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Authority {
        let mut params = CertificateParams::new(Vec::new()).expect("settings");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        Authority(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    pub fn roots(&self) -> Roots {
        Roots::read(self.pem().as_bytes()).expect("an authority")
    }

    /// A carrier with a certificate of this authority.
    pub fn carrier(&self, change: impl FnOnce(&mut CertificateParams)) -> Carrier {
        let mut params = CertificateParams::new(Vec::new()).expect("settings");
        params.distinguished_name.push(DnType::CommonName, "SHAKEN 7001");
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let pem = params.signed_by(&key, &self.0).expect("a certificate").pem();
        Carrier { pem, key }
    }

    /// The certificate of an https server at the loopback, and its key.
    pub fn server(&self) -> (Vec<u8>, Vec<u8>) {
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("settings");
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        (certificate.der().to_vec(), key.serialize_der())
    }
}

/// For which numbers a certificate may sign: the extension with these octets.
pub fn for_numbers(entries: &[u8]) -> CustomExtension {
    let mut list = vec![0x30, u8::try_from(entries.len()).expect("short")];
    list.extend_from_slice(entries);
    CustomExtension::from_oid_content(&TN_AUTH_LIST, list)
}

/// One number in that extension.
pub fn one_number(number: &str) -> Vec<u8> {
    tagged(0xa2, &tagged(0x16, number.as_bytes()))
}

/// Numbers from this one on.
pub fn range(first: &str, count: u8) -> Vec<u8> {
    let parts = [tagged(0x16, first.as_bytes()), tagged(0x02, &[count])].concat();
    tagged(0xa1, &tagged(0x30, &parts))
}

/// A carrier's code.
pub fn code(code: &str) -> Vec<u8> {
    tagged(0xa0, &tagged(0x16, code.as_bytes()))
}

fn tagged(tag: u8, value: &[u8]) -> Vec<u8> {
    [&[tag, u8::try_from(value.len()).expect("short")], value].concat()
}

pub struct Carrier {
    /// Its certificate.
    pub pem: String,
    pub key: KeyPair,
}

/// What a token says, and where its certificate is.
#[derive(Clone)]
pub struct Token {
    pub header: Value,
    pub claims: Value,
}

impl Token {
    /// From the caller to the called, at a moment in seconds.
    pub fn new(iat: i64, url: &str) -> Token {
        let header = json!({ "alg": "ES256", "ppt": "shaken", "typ": "passport", "x5u": url });
        let claims = json!({
            "attest": "A",
            "dest": { "tn": [CALLED] },
            "iat": iat,
            "orig": { "tn": CALLER },
            "origid": "123e4567-e89b-12d3-a456-426655440000",
        });
        Token { header, claims }
    }

    pub fn with(mut self, claim: &str, value: Value) -> Token {
        self.claims[claim] = value;
        self
    }

    pub fn with_header(mut self, field: &str, value: Value) -> Token {
        self.header[field] = value;
        self
    }
}

impl Carrier {
    /// The value of Identity.
    pub fn identity(&self, token: &Token) -> String {
        let part = |value: &Value| BASE64.encode(value.to_string());
        let signed = format!("{}.{}", part(&token.header), part(&token.claims));
        let random = SystemRandom::new();
        let der = self.key.serialize_der();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &random).expect("a key");
        let signature = BASE64.encode(key.sign(&random, signed.as_bytes()).expect("signed"));
        let url = token.header["x5u"].as_str().unwrap_or_default();
        format!("{signed}.{signature};info=<{url}>;alg=ES256;ppt=shaken")
    }
}

/// What is wrong with the first token of a call between these two, by this certificate; nothing if it is right.
pub fn judged(identity: &str, pem: &str, roots: &Roots, now: Wall) -> Result<(), Fault> {
    let invite = invite(&format!("Identity: {identity}\r\n"));
    let passport = passports(&invite).into_iter().next().expect("a token")?;
    let parties = Parties { callers: vec![CALLER.into()], called: vec![CALLED.into()] };
    passport.claims(&parties, now)?;
    passport.proof(&Chain::read(pem.as_bytes())?, roots, now)
}

/// An INVITE with more fields.
pub fn invite(fields: &str) -> Message {
    let text = format!(
        "INVITE sip:+{CALLED}@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\r\n{fields}\r\n"
    );
    scan(text.as_bytes(), Policy::Strict).expect("a message")
}
