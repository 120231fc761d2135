//! Telephones that register with us, and whoever would like to be taken for one.

use super::*;
use crate::sip::digest::{Algorithm, Challenge, Credentials, Password, Proof};
use crate::sip::message::Name;
use crate::sip::registrar::Registrar;

const FORGED: &str = "203.0.113.66:5060";

fn office() -> Bench {
    let accounts = [("anna", "sesame"), ("bert", "tulip")];
    let accounts = accounts.map(|(user, password)| (user.to_owned(), Password::new(password)));
    let mut config = Config::new(address(CALLEE));
    config.sources = Some(vec![]);
    let registrar = Registrar::new("office", &[Algorithm::Sha256, Algorithm::Md5], accounts.into(), [3; 32]);
    Bench { endpoint: Endpoint::new(config, [8; 32]).with_registrar(registrar), now: Millis(1000) }
}

fn register(cseq: u32, user: &str, fields: &str) -> String {
    let contact = if fields.contains("Contact:") { "" } else { "Contact: <sip:a@10.0.0.7:5066>\n" };
    format!(
        "REGISTER sip:office SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.7:5066;branch=z9hG4bK-r{cseq};rport\n\
         From: <sip:{user}@office>;tag=r\nTo: <sip:{user}@office>\nCall-ID: reg-{user}\nCSeq: {cseq} REGISTER\n\
         Max-Forwards: 70\n{contact}{fields}Content-Length: 0\n\n"
    )
}

/// The field that answers the challenge of a response.
fn proof(asked: &Message, user: &str, password: &str, method: &str, uri: &str) -> String {
    let password = Password::new(password);
    let credentials = Credentials { user: user.to_owned(), password, realm: None };
    let challenge = Challenge::choose(asked, Name::WwwAuthenticate, &credentials);
    let proof = challenge.map(|challenge| Proof::of(&challenge, &credentials, method, uri, "c"));
    proof.map_or_else(String::new, |proof| format!("Authorization: {proof}\n"))
}

/// Registers as `user`, who says to be `owner`, with these fields; the final answer and what was told.
fn registered(
    bench: &mut Bench,
    cseq: u32,
    (user, password): (&str, &str),
    owner: &str,
    fields: &str,
) -> (Message, Vec<String>) {
    let (asked, _) = bench.hear(&register(cseq, owner, fields));
    let Some(asked) = asked.into_iter().next() else { panic!("no answer at all") };
    let field = proof(&asked, user, password, "REGISTER", "sip:office");
    let (sent, told) = bench.hear(&register(cseq + 1, owner, &format!("{field}{fields}")));
    match sent.into_iter().next() {
        Some(answer) => (answer, told),
        None => panic!("no answer"),
    }
}

fn code(message: &Message) -> u16 {
    message.status().map_or(0, crate::sip::Status::code)
}

const ANNA: (&str, &str) = ("anna", "sesame");

#[test]
fn a_telephone_that_proves_itself_is_called_where_it_is() {
    let mut bench = office();
    let (answer, told) = registered(&mut bench, 1, ANNA, "anna", "Expires: 120\n");
    assert_eq!((code(&answer), told), (200, vec![format!("anna at {PHONE}")]));
    assert_eq!(answer.first(Name::Contact), Some("<sip:a@10.0.0.7:5066>;expires=120"));
    let (answer, told) = registered(&mut bench, 3, ANNA, "anna", "Contact: *\nExpires: 0\n");
    assert_eq!((code(&answer), told), (200, vec!["anna at".to_owned()]));
}

#[test]
fn a_copy_of_a_registration_gets_the_same_answer() {
    let mut bench = office();
    let (asked, _) = bench.hear(&register(1, "anna", ""));
    let field = proof(&asked[0], "anna", "sesame", "REGISTER", "sip:office");
    let twice = [(); 2].map(|()| bench.statuses(&register(2, "anna", &field)));
    assert_eq!(twice, [[200], [200]]);
    // The same proof in another request is a replay.
    assert_eq!(bench.statuses(&register(3, "anna", &field)), [401]);
}

#[test]
fn somebody_who_is_not_known_and_a_wrong_password_get_the_same_answer() {
    let shape = |user: &str| {
        let mut bench = office();
        let (answer, told) = registered(&mut bench, 1, (user, "guess"), "bert", "");
        let fields: Vec<String> =
            answer.headers().map(|(name, value)| format!("{name} {}", value.len())).collect();
        (code(&answer), fields, told)
    };
    assert_eq!(shape("bert"), shape("mars"));
    assert_eq!(shape("bert").0, 401);
}

#[test]
fn somebody_who_is_not_known_costs_the_same_work_as_a_wrong_password() {
    let work = |user: &str| {
        let mut bench = office();
        let before = crate::sip::digest::work();
        registered(&mut bench, 1, (user, "guess"), "bert", "");
        crate::sip::digest::work() - before
    };
    assert_eq!(work("bert"), work("mars"));
    assert!(work("bert") > 0);
}

#[test]
fn nobody_registers_for_somebody_else() {
    let mut bench = office();
    let (answer, told) = registered(&mut bench, 1, ANNA, "bert", "");
    assert_eq!((code(&answer), told), (403, vec![]));
}

#[test]
fn a_time_that_is_too_short_is_refused_with_the_shortest() {
    let mut bench = office();
    let (answer, _) = registered(&mut bench, 1, ANNA, "anna", "Expires: 5\n");
    assert_eq!((code(&answer), answer.by_name("Min-Expires")), (423, Some("30")));
}

#[test]
fn a_source_that_tries_passwords_gets_no_answer_any_more() {
    let mut bench = office();
    let mut told = vec![];
    for turn in 0..8 {
        told.extend(registered(&mut bench, 1 + 2 * turn, ("anna", "guess"), "anna", "").1);
    }
    assert_eq!(told, [format!("shut out {PHONE}")]);
    assert_eq!(bench.statuses(&register(99, "anna", "")), Vec::<u16>::new());
    bench.now = Millis(1000 + 5 * 60 * 1000 + 10);
    assert_eq!(bench.statuses(&register(101, "anna", "")), [401]);
}

#[test]
fn a_telephone_that_is_registered_is_not_shut_out_with_its_neighbours() {
    let mut bench = office();
    registered(&mut bench, 1, ANNA, "anna", "");
    let neighbour: SocketAddr = ([198, 51, 100, 7], 9).into();
    for turn in 0..9_u32 {
        let hear = |bench: &mut Bench, text: String| {
            let outputs = bench.endpoint.receive(bench.now, text.replace('\n', "\r\n").as_bytes(), neighbour);
            outputs.into_iter().find_map(|output| match output {
                Output::Send { bytes, .. } => scan(&bytes, Policy::Strict).ok(),
                Output::Event(_) => None,
            })
        };
        let Some(asked) = hear(&mut bench, register(100 + 2 * turn, "bert", "")) else { break };
        let field = proof(&asked, "bert", "guess", "REGISTER", "sip:office");
        hear(&mut bench, register(101 + 2 * turn, "bert", &field));
    }
    let (answer, _) = registered(&mut bench, 200, ANNA, "anna", "");
    assert_eq!(code(&answer), 200);
}

#[test]
fn an_account_that_is_tried_from_everywhere_believes_those_who_are_where_it_was() {
    let mut bench = office();
    registered(&mut bench, 1, ANNA, "anna", "");
    let from = |bench: &mut Bench, address: SocketAddr, text: String| {
        let outputs = bench.endpoint.receive(bench.now, text.replace('\n', "\r\n").as_bytes(), address);
        outputs.into_iter().find_map(|output| match output {
            Output::Send { bytes, .. } => scan(&bytes, Policy::Strict).ok(),
            Output::Event(_) => None,
        })
    };
    let tries = |bench: &mut Bench, number: u16, password: &str| {
        let [high, low] = number.to_be_bytes();
        let address = SocketAddr::from(([10, high, low, 1], 5060));
        let asked = from(bench, address, register(2 * u32::from(number), "anna", ""))?;
        let field = proof(&asked, "anna", password, "REGISTER", "sip:office");
        from(bench, address, register(2 * u32::from(number) + 1, "anna", &field))
    };
    for number in 100..164 {
        assert_eq!(tries(&mut bench, number, "guess").as_ref().map(code), Some(401));
    }
    assert_eq!(tries(&mut bench, 200, "sesame").as_ref().map(code), Some(401), "from somewhere new");
    assert_eq!(code(&registered(&mut bench, 900, ANNA, "anna", "").0), 200, "from where it was");
    bench.now = Millis(1000 + 5 * 60 * 1000 + 10);
    assert_eq!(tries(&mut bench, 2000, "sesame").as_ref().map(code), Some(200), "it opens again");
}

#[test]
fn a_telephones_call_is_let_in_when_it_proves_itself() {
    let mut bench = office();
    assert_eq!(bench.statuses(&request("INVITE", 1, "", OFFER)), [403], "nobody yet");
    registered(&mut bench, 1, ANNA, "anna", "");
    let (asked, _) = bench.hear(&request("INVITE", 2, "", OFFER));
    assert_eq!(code(&asked[0]), 401);
    let field = proof(&asked[0], "anna", "sesame", "INVITE", "sip:bank@192.0.2.2");
    let invite = request("INVITE", 3, "", OFFER).replace("Max-Forwards", &format!("{field}Max-Forwards"));
    let (sent, told) = bench.hear(&invite);
    assert_eq!((sent.len(), told), (0, vec!["incoming".to_owned()]));
}

#[test]
fn an_address_that_is_no_telephones_is_a_strangers() {
    let mut bench = office();
    registered(&mut bench, 1, ANNA, "anna", "");
    let forged: SocketAddr = FORGED.parse().unwrap_or_else(|_| address(CALLER));
    let invite = request("INVITE", 9, "", OFFER).replace('\n', "\r\n");
    let outputs = bench.endpoint.receive(bench.now, invite.as_bytes(), forged);
    let codes: Vec<u16> = outputs
        .iter()
        .map(|output| match output {
            Output::Send { bytes, .. } => scan(bytes, Policy::Strict).map_or(0, |message| code(&message)),
            Output::Event(_) => 1,
        })
        .collect();
    assert_eq!(codes, [403]);
}
