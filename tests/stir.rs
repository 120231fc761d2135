//! Signatures of caller numbers (STIR/SHAKEN): judged by themselves, and on real calls.

use crate::harness::{Folder, Server, image};
use callwright::program::Entry;
use callwright::server::{Config, NetworkText, StirConfig, StirPolicy, TrunkConfig};
use callwright::sip::identity::{Attestation, Fault, passports};
use callwright::source::MemoryFiles;
use callwright::time::Wall;
use carrier::{Authority, CALLED, CALLER, Carrier, ELSEWHERE, Token, code, for_numbers, invite, judged};
use carrier::{one_number, range};
use serde_json::json;
use shelf::{Manner, Shelf};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

mod carrier;
mod shelf;

/// Where nobody listens.
const NOWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9);
/// 2026-11-22 in seconds; certificates of the tests are good then.
const DAY: i64 = 1_795_305_600;
const NOW: Wall = Wall(DAY * 1000);

fn token() -> Token {
    Token::new(DAY, ELSEWHERE)
}

#[test]
fn a_right_signature_is_right() {
    let authority = Authority::new("authority");
    let carrier = authority.carrier(|_| {});
    let identity = carrier.identity(&token());
    assert_eq!(judged(&identity, &carrier.pem, &authority.roots(), NOW), Ok(()));
    let read = passports(&invite(&format!("y: {identity}\r\n")));
    let read: Vec<_> = read.iter().flatten().map(|one| (one.attestation(), one.number())).collect();
    assert_eq!(read, [(Attestation::Full, CALLER.to_owned())]);
}

#[test]
fn a_token_of_another_call_is_found_out() {
    let authority = Authority::new("authority");
    let carrier = authority.carrier(|_| {});
    let judged = |token: &Token| judged(&carrier.identity(token), &carrier.pem, &authority.roots(), NOW);
    assert_eq!(judged(&token().with("iat", json!(DAY - 60))), Ok(()));
    assert_eq!(judged(&token().with("iat", json!(DAY - 61))), Err(Fault::Stale));
    assert_eq!(judged(&token().with("iat", json!(DAY + 61))), Err(Fault::Stale));
    assert_eq!(judged(&token().with("iat", json!(i64::MIN))), Err(Fault::Stale));
    assert_eq!(judged(&token().with("orig", json!({ "tn": "79990000000" }))), Err(Fault::OtherCaller));
    assert_eq!(
        judged(&token().with("orig", json!({ "uri": "sip:anna@a.example" }))),
        Err(Fault::OtherCaller)
    );
    assert_eq!(judged(&token().with("dest", json!({ "tn": ["79990000000"] }))), Err(Fault::OtherCalled));
    assert_eq!(judged(&token().with("dest", json!({ "tn": ["1", CALLED] }))), Ok(()));
    assert_eq!(judged(&token().with("orig", json!({ "tn": "+7 965 629-57-19" }))), Ok(()));
}

#[test]
fn a_token_that_cannot_be_read_is_malformed() {
    let authority = Authority::new("authority");
    let carrier = authority.carrier(|_| {});
    let judged = |identity: &str| judged(identity, &carrier.pem, &authority.roots(), NOW);
    for token in [
        token().with("attest", json!("D")),
        token().with("iat", json!("now")),
        token().with("origid", json!(null)),
        token().with_header("alg", json!("none")),
        token().with_header("typ", json!("JWT")),
    ] {
        assert_eq!(judged(&carrier.identity(&token)), Err(Fault::Malformed), "{}", token.claims);
    }
    let good = carrier.identity(&token());
    let info = format!("info=<{ELSEWHERE}>");
    for text in [
        good.replace(&info, "info=<https://other.example/a.pem>"),
        good.replace(&info, "x=y"),
        good.replacen('.', "", 1),
        format!("..{}", good.rsplit('.').next().unwrap_or_default()),
        good.replace("alg=ES256", "alg=RS256"),
        format!("a.b.c;{info}"),
    ] {
        assert_eq!(judged(&text), Err(Fault::Malformed), "{text}");
    }
}

#[test]
fn tokens_of_other_extensions_are_passed_over() {
    let carrier = Authority::new("authority").carrier(|_| {});
    let diverted = carrier.identity(&token().with_header("ppt", json!("div")));
    let by_token = diverted.replace(";ppt=shaken", "");
    let by_field = diverted.replace("ppt=shaken", "ppt=div");
    for value in [by_token, by_field] {
        assert!(passports(&invite(&format!("Identity: {value}\r\n"))).is_empty(), "{value}");
    }
    assert!(passports(&invite("")).is_empty());
    let many = format!("Identity: {}\r\n", carrier.identity(&token())).repeat(9);
    assert_eq!(passports(&invite(&many)).len(), 4, "and no more");
}

#[test]
fn a_signature_of_somebody_else_is_wrong() {
    let authority = Authority::new("authority");
    let [carrier, other] = [authority.carrier(|_| {}), authority.carrier(|_| {})];
    let judged = |identity: &str| judged(identity, &carrier.pem, &authority.roots(), NOW);
    assert_eq!(judged(&other.identity(&token())), Err(Fault::WrongSignature));
    let signed = carrier.identity(&token());
    let flattered = carrier.identity(&token().with("attest", json!("B")));
    let parts = |identity: &str| {
        let (token, fields) = identity.split_once(';').expect("fields");
        let (said, signature) = token.rsplit_once('.').expect("a signature");
        [said, signature, fields].map(str::to_owned)
    };
    let ([said, signature, fields], [flattering, ..]) = (parts(&signed), parts(&flattered));
    assert_eq!(judged(&format!("{flattering}.{signature};{fields}")), Err(Fault::WrongSignature));
    assert_eq!(judged(&format!("{said}.AAAA{signature};{fields}")), Err(Fault::WrongSignature));
    assert_eq!(judged(&format!("{said}.;{fields}")), Err(Fault::WrongSignature));
}

#[test]
fn a_certificate_counts_by_its_authority_and_its_time() {
    let [authority, stranger] = ["authority", "stranger"].map(Authority::new);
    let judged =
        |carrier: &Carrier| judged(&carrier.identity(&token()), &carrier.pem, &authority.roots(), NOW);
    assert_eq!(judged(&stranger.carrier(|_| {})), Err(Fault::UnknownAuthority));
    let old = authority.carrier(|params| params.not_after = rcgen::date_time_ymd(2026, 11, 21));
    assert_eq!(judged(&old), Err(Fault::Expired));
    let new = authority.carrier(|params| params.not_before = rcgen::date_time_ymd(2026, 11, 23));
    assert_eq!(judged(&new), Err(Fault::Expired));
    let itself = Carrier { pem: authority.pem(), ..authority.carrier(|_| {}) };
    assert_eq!(judged(&itself), Err(Fault::Unusable), "an authority is no carrier");
    let nothing = Carrier { pem: "nothing".into(), ..authority.carrier(|_| {}) };
    assert_eq!(judged(&nothing), Err(Fault::Unusable));
}

#[test]
fn a_certificate_may_be_for_some_numbers_alone() {
    let authority = Authority::new("authority");
    let judged = |entries: &[u8]| {
        let carrier = authority.carrier(|params| params.custom_extensions.push(for_numbers(entries)));
        judged(&carrier.identity(&token()), &carrier.pem, &authority.roots(), NOW)
    };
    assert_eq!(judged(&code("7001")), Ok(()));
    assert_eq!(judged(&one_number(CALLER)), Ok(()));
    assert_eq!(judged(&one_number("79656295718")), Err(Fault::OtherNumbers));
    assert_eq!(judged(&[one_number("1"), one_number(CALLER)].concat()), Ok(()));
    assert_eq!(judged(&range("79656295700", 20)), Ok(()));
    assert_eq!(judged(&range("79656295700", 19)), Err(Fault::OtherNumbers));
    assert_eq!(judged(&range("7965629570", 120)), Err(Fault::OtherNumbers));
    assert_eq!(judged(&[]), Err(Fault::Unusable), "a list of nothing");
    assert_eq!(judged(&[0xa5, 0]), Err(Fault::Unusable));
}

/// A house that says whether a caller is attested by the reason of its refusal: busy if so, declined if not.
struct House {
    server: Server,
    _folder: Folder,
}

impl House {
    async fn start(authority: &Authority, policy: Option<StirPolicy>, allowed: &[&str]) -> House {
        let script = "program p { languages en; country RU; default { hung_up { outcome abandoned } } }\n\
            route main { call -> start; otherwise -> reject not_found }\n\
            flow start { if caller is attested { reject busy } else { reject decline } }\n";
        let folder = Folder::new("stir");
        let roots = folder.path().join("roots.pem");
        std::fs::write(&roots, authority.pem()).expect("written");
        let allow = allowed.iter().map(|text| NetworkText::try_from((*text).to_owned()).expect("a network"));
        let stir = StirConfig {
            roots: roots.clone(),
            policy: StirPolicy::Mark,
            within_ms: 2000,
            ca: Some(roots),
            allow: allow.collect(),
        };
        let mut carrier = TrunkConfig::at(([127, 0, 0, 1], 9).into());
        carrier.stir = policy;
        let server = Server::of_with(image(&MemoryFiles::script(script)), NOWHERE, |config| Config {
            trunk: None,
            trunks: [("carrier".to_owned(), carrier)].into(),
            stir: Some(stir),
            ..config
        })
        .await;
        House { server, _folder: folder }
    }

    /// What an INVITE with these fields gets in the end.
    async fn call(&self, fields: &str) -> String {
        let (target, fields) = (self.server.address(), fields.to_owned());
        let called = move || {
            static COUNT: AtomicU32 = AtomicU32::new(0);
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
            socket.set_read_timeout(Some(Duration::from_secs(10))).expect("set");
            let own = socket.local_addr().expect("its address");
            let invite = format!(
                "INVITE sip:+{CALLED}@{target} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK-{count};rport\r\n\
                 From: <sip:+{CALLER}@{own}>;tag=1\r\nTo: <sip:+{CALLED}@{target}>\r\nCall-ID: stir-{count}\r\n\
                 CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:a@{own}>\r\n{fields}Content-Length: 0\r\n\r\n"
            );
            socket.send_to(invite.as_bytes(), target).expect("sent");
            let mut buffer = [0; 4096];
            let mut answers = std::iter::from_fn(|| {
                let length = socket.recv(&mut buffer).ok()?;
                let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
                text.lines().next().map(|line| line.trim_start_matches("SIP/2.0 ").to_owned())
            });
            answers.find(|answer| !answer.starts_with('1')).unwrap_or_default()
        };
        tokio::task::spawn_blocking(called).await.expect("called")
    }

    /// What is noted in the records.
    async fn notes(&self) -> Vec<String> {
        let contacts = self.server.contacts().await;
        let entries = contacts.iter().flat_map(|contact| &contact.entries);
        let notes = entries.filter_map(|written| match &written.entry {
            Entry::Note { text } => Some(text.to_string()),
            _ => None,
        });
        notes.collect()
    }
}

fn with_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(work)
}

fn seconds() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("soon")
}

fn field(carrier: &Carrier, url: &str) -> String {
    format!("Identity: {}\r\n", carrier.identity(&Token::new(seconds(), url)))
}

#[test]
fn a_signed_number_is_attested_and_its_certificate_fetched_once() {
    let authority = Authority::new("authority");
    let carrier = authority.carrier(|_| {});
    with_runtime(async {
        let shelf = Shelf::start(&authority, Manner::Serves(carrier.pem.clone())).await;
        let house = House::start(&authority, None, &["127.0.0.0/8"]).await;
        let [first, second, third, fields, hidden] = [(); 5].map(|()| field(&carrier, &shelf.url()));
        let calls: Vec<_> = [&first, &second, &third].into_iter().map(|fields| house.call(fields)).collect();
        for call in calls {
            assert_eq!(call.await, "486 Busy Here", "attested");
        }
        assert_eq!(shelf.asked(), 1);
        let partial = Token::new(seconds(), &shelf.url()).with("attest", json!("B"));
        assert_eq!(house.call(&format!("Identity: {}\r\n", carrier.identity(&partial))).await, "603 Decline");
        let both = format!("Identity: {}\r\n{fields}", carrier.identity(&partial));
        assert_eq!(house.call(&both).await, "486 Busy Here", "the better of two counts");
        assert_eq!(house.call("").await, "603 Decline");
        let hidden = format!("Privacy: id\r\n{hidden}");
        assert_eq!(house.call(&hidden).await, "603 Decline", "a number that is withheld is nobody's");
        assert_eq!(house.notes().await, [] as [&str; 0]);
        assert_eq!(house.call(&first).await, "603 Decline", "a token that was used counts for no other call");
    });
}

#[test]
fn a_wrong_signature_is_noted_or_refused_by_the_trunks_policy() {
    let [authority, stranger] = ["authority", "stranger"].map(Authority::new);
    let [carrier, unknown] = [authority.carrier(|_| {}), stranger.carrier(|_| {})];
    with_runtime(async {
        let shelf = Shelf::start(&authority, Manner::Serves(carrier.pem.clone())).await;
        let other = Shelf::start(&authority, Manner::Serves(unknown.pem.clone())).await;
        let stale = carrier.identity(&Token::new(seconds() - 90, &shelf.url()));
        let wrong = [
            (field(&unknown, &shelf.url()), "438 Invalid Identity Header"),
            (field(&unknown, &other.url()), "437 Unsupported Credential"),
            (format!("Identity: {stale}\r\n"), "403 Stale Date"),
            (field(&carrier, "https://10.0.0.1/a.pem"), "436 Bad Identity Info"),
            (field(&carrier, &shelf.url().replace("https", "http")), "436 Bad Identity Info"),
        ];
        let rejecting = House::start(&authority, Some(StirPolicy::Reject), &["127.0.0.0/8"]).await;
        for (fields, refusal) in &wrong {
            assert_eq!(rejecting.call(fields).await, *refusal);
        }
        assert_eq!(rejecting.call("").await, "603 Decline", "who does not sign is no liar");
        let demanding = House::start(&authority, Some(StirPolicy::Demand), &["127.0.0.0/8"]).await;
        assert_eq!(demanding.call("").await, "428 Use Identity Header");
        assert_eq!(demanding.call(&field(&carrier, &shelf.url())).await, "486 Busy Here");
        let marking = House::start(&authority, None, &["127.0.0.0/8"]).await;
        assert_eq!(marking.call(&wrong[0].0).await, "603 Decline");
        assert_eq!(
            marking.notes().await,
            ["the signature of the caller's number is not right: the signature is wrong"]
        );
        let passing = House::start(&authority, Some(StirPolicy::Pass), &["127.0.0.0/8"]).await;
        assert_eq!(passing.call(&wrong[0].0).await, "603 Decline");
        assert_eq!(passing.notes().await, [] as [&str; 0]);
    });
}

#[test]
fn a_certificate_that_misbehaves_is_not_fetched() {
    let authority = Authority::new("authority");
    let carrier = authority.carrier(|_| {});
    with_runtime(async {
        let house = House::start(&authority, Some(StirPolicy::Reject), &["127.0.0.0/8"]).await;
        for manner in [Manner::Huge(40_000), Manner::Elsewhere(carrier.pem.clone())] {
            let shelf = Shelf::start(&authority, manner).await;
            assert_eq!(house.call(&field(&carrier, &shelf.url())).await, "436 Bad Identity Info");
            assert_eq!(house.call(&field(&carrier, &shelf.url())).await, "436 Bad Identity Info");
            assert_eq!(shelf.asked(), 1, "a failure is remembered, and a redirection not followed");
        }
        let shelf = Shelf::start(&authority, Manner::Serves(carrier.pem.clone())).await;
        let guarded = House::start(&authority, Some(StirPolicy::Reject), &[]).await;
        assert_eq!(guarded.call(&field(&carrier, &shelf.url())).await, "436 Bad Identity Info");
        assert_eq!(shelf.asked(), 0, "nobody connects to the loopback for a stranger");
    });
}

#[test]
fn a_certificate_that_is_late_leaves_a_claim_and_is_there_for_the_next_call() {
    let authority = Authority::new("authority");
    let carrier = authority.carrier(|_| {});
    with_runtime(async {
        let manner = Manner::Slow(carrier.pem.clone(), Duration::from_millis(2700));
        let shelf = Shelf::start(&authority, manner).await;
        let house = House::start(&authority, Some(StirPolicy::Reject), &["127.0.0.0/8"]).await;
        assert_eq!(house.call(&field(&carrier, &shelf.url())).await, "603 Decline");
        assert_eq!(house.call(&field(&carrier, &shelf.url())).await, "486 Busy Here");
        assert_eq!(shelf.asked(), 1);
    });
}
