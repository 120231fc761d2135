//! Vectors of RFC 7616 §3.9.1, and the server's side against the client's.

use super::*;
use crate::sip::limits::Policy;
use crate::sip::message::{Message, Name, scan};
use crate::time::Millis;
use std::net::IpAddr;

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

fn mufasa() -> Credentials {
    let password = Password::new("Circle of Life");
    Credentials { user: "Mufasa".to_owned(), password, realm: None }
}

fn challenge(algorithm: Algorithm) -> Challenge {
    Challenge {
        realm: "http-auth@example.org".to_owned(),
        nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v".to_owned(),
        opaque: Some("FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS".to_owned()),
        algorithm,
        counted: true,
        stale: false,
    }
}

#[test]
fn the_vectors_of_rfc_7616_come_out() {
    let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    for (algorithm, response) in [
        (Algorithm::Md5, "8ca523f5e9506fed4657c9700eebdbec"),
        (Algorithm::Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ] {
        let proof = Proof::of(&challenge(algorithm), &mufasa(), "GET", "/dir/index.html", cnonce);
        assert_eq!(proof.response, response);
        assert_eq!(Proof::parse(&proof.to_string()), Some(proof));
    }
}

#[test]
fn a_server_that_names_no_qop_gets_the_old_form() {
    // The example of RFC 2069 §2.4, with the response of its erratum.
    let old = Challenge::parse(
        "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
    );
    let password = Password::new("CircleOfLife");
    let credentials = Credentials { user: "Mufasa".to_owned(), password, realm: None };
    let proof = old.map(|old| Proof::of(&old, &credentials, "GET", "/dir/index.html", "unused"));
    let proof = proof.map(|proof| (proof.response, proof.counted));
    assert_eq!(proof, Some(("1949323746fe6a43ef61f9606e7febea".to_owned(), None)));
}

fn response(challenges: &[&str]) -> Message {
    let fields: String = challenges.iter().map(|value| format!("WWW-Authenticate: {value}\r\n")).collect();
    match scan(format!("SIP/2.0 401 Unauthorized\r\n{fields}\r\n").as_bytes(), Policy::Strict) {
        Ok(message) => message,
        Err(malformed) => panic!("{malformed:?}"),
    }
}

#[test]
fn the_best_algorithm_of_the_right_realm_is_chosen() {
    let asked = response(&[
        "Digest realm=\"office\", nonce=\"a\", algorithm=MD5, qop=\"auth,auth-int\"",
        "Digest realm=\"office\", nonce=\"b\", algorithm=SHA-256, qop=\"auth\"",
        "Digest realm=\"office\", nonce=\"c\", algorithm=SHA-512-256, qop=\"auth\"",
        "Digest realm=\"elsewhere\", nonce=\"d\", algorithm=SHA-256, qop=\"auth\"",
        "Bearer realm=\"office\"",
    ]);
    let of = |realm: &str| {
        let credentials = Credentials { realm: Some(realm.to_owned()), ..mufasa() };
        Challenge::choose(&asked, Name::WwwAuthenticate, &credentials).map(|challenge| challenge.nonce)
    };
    assert_eq!([of("office"), of("elsewhere"), of("bank")], [Some("b".into()), Some("d".into()), None]);
}

/// The best challenge of a keeper.
fn best(keeper: &mut Keeper) -> Challenge {
    match keeper.challenges(Millis(1000), HERE, false).into_iter().next() {
        Some(challenge) => challenge,
        None => panic!("no challenge"),
    }
}

/// What the keeper says to an answer that counts `count`, sent `late` ms after the challenge from `source`.
fn judged(keeper: &mut Keeper, count: u32, late: u64, source: IpAddr, password: &str) -> Verdict {
    let asked = best(keeper);
    judged_by(keeper, &asked, count, late, source, password)
}

/// The same of an answer to this challenge.
fn judged_by(
    keeper: &mut Keeper,
    asked: &Challenge,
    count: u32,
    late: u64,
    source: IpAddr,
    password: &str,
) -> Verdict {
    let credentials = Credentials { password: Password::new(password), ..mufasa() };
    let first = Proof::of(asked, &credentials, "REGISTER", "sip:office", "c");
    let written = format!("{count:08x}");
    let sum = Sum {
        algorithm: asked.algorithm,
        user: &first.user,
        realm: &asked.realm,
        password: &credentials.password,
        method: "REGISTER",
        uri: "sip:office",
        nonce: &asked.nonce,
        counted: Some((&written, "c")),
    };
    let proof = Proof { response: sum.response(), counted: Some((written.clone(), "c".into())), ..first };
    let known = mufasa().password;
    keeper.judge(Millis(1000 + late), source, "REGISTER", &proof, Some(&known))
}

fn keeper() -> Keeper {
    Keeper::new("office", &[Algorithm::Sha256, Algorithm::Md5], [3; 32])
}

#[test]
fn a_right_answer_is_believed_once_for_each_count() {
    let mut keeper = keeper();
    let asked = best(&mut keeper);
    let verdicts =
        [1, 2, 2, 1, 7].map(|count| judged_by(&mut keeper, &asked, count, 10, HERE, "Circle of Life"));
    use Verdict::{Believed, Stale};
    assert_eq!(verdicts, [Believed, Believed, Stale, Stale, Believed]);
}

#[test]
fn an_old_nonce_is_stale_and_a_wrong_password_refused() {
    assert_eq!(judged(&mut keeper(), 1, 300_001, HERE, "Circle of Life"), Verdict::Stale);
    assert_eq!(judged(&mut keeper(), 1, 10, HERE, "circle of life"), Verdict::Refused);
}

#[test]
fn a_nonce_is_good_for_the_source_that_was_asked() {
    let elsewhere = IpAddr::from([192, 0, 2, 8]);
    assert_eq!(judged(&mut keeper(), 1, 10, elsewhere, "Circle of Life"), Verdict::Foreign);
    assert_eq!(
        judged(
            &mut Keeper::new("office", &[Algorithm::Sha256, Algorithm::Md5], [4; 32]),
            1,
            10,
            HERE,
            "Circle of Life"
        ),
        Verdict::Believed
    );
}

#[test]
fn a_nonce_of_somebody_elses_making_says_nothing() {
    let mut keeper = keeper();
    let asked = best(&mut Keeper::new("office", &[Algorithm::Sha256, Algorithm::Md5], [4; 32]));
    let proof = Proof::of(&asked, &mufasa(), "REGISTER", "sip:office", "c");
    let known = mufasa().password;
    assert_eq!(keeper.judge(Millis(1010), HERE, "REGISTER", &proof, Some(&known)), Verdict::Foreign);
    assert_eq!(keeper.judge(Millis(1010), HERE, "REGISTER", &proof, None), Verdict::Foreign);
}

#[test]
fn strangers_make_the_keeper_keep_nothing() {
    let mut keeper = keeper();
    for count in 1..100 {
        judged(&mut keeper, count, 10, HERE, "wrong");
    }
    assert_eq!(keeper.used.len(), 0);
}

#[test]
fn a_password_is_shown_nowhere() {
    assert!(!format!("{:?}", mufasa()).contains("Circle"));
}
