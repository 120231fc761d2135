//! Trunks without a network: their order, what they say, whose calls they take.

use super::*;
use crate::server::config::TrunksConfig;
use std::collections::BTreeMap;

fn trunks(yaml: &str) -> Trunks {
    let trunks: TrunksConfig = match serde_yaml::from_str(yaml) {
        Ok(trunks) => trunks,
        Err(error) => panic!("{error}"),
    };
    match Trunks::new(&Config { trunks, ..Config::default() }) {
        Ok(trunks) => trunks,
        Err(error) => panic!("{error}"),
    }
}

fn known(trunks: Trunks) -> Trunks {
    for (index, trunk) in trunks.all.iter().enumerate() {
        let last = u8::try_from(index).unwrap_or(0);
        trunk.standing().places = vec![Flow::udp(([192, 0, 2, last], 5060).into())];
    }
    trunks
}

fn names(ways: &[Way]) -> Vec<&str> {
    ways.iter().map(|way| &*way.trunk.name).collect()
}

const GROUP: &str =
    "a: { server: 192.0.2.1, order: 2 }\nb: { server: 192.0.2.2, weight: 3 }\nc: { server: 192.0.2.3 }\n";

#[test]
fn trunks_are_tried_by_order_and_weight() {
    let trunks = known(trunks(GROUP));
    let mut first = BTreeMap::<String, u32>::new();
    for chance in 0..400 {
        let ways = trunks.ways(chance);
        assert_eq!((ways.len(), names(&ways)[2]), (3, "a"));
        *first.entry(names(&ways)[0].to_owned()).or_default() += 1;
    }
    assert_eq!(first, [("b".to_owned(), 300), ("c".to_owned(), 100)].into());
}

#[test]
fn a_trunk_that_does_not_answer_is_passed_over_until_none_does() {
    let trunks = known(trunks(GROUP));
    let silence = |name: &str| {
        if let Some(trunk) = trunks.get(name) {
            trunk.standing().is_silent = true;
        }
    };
    silence("b");
    assert_eq!(names(&trunks.ways(0)), ["c", "a"]);
    silence("c");
    silence("a");
    assert_eq!(trunks.ways(0).len(), 3);
}

fn spelled(yaml: &str) -> (String, String, Vec<(String, String)>) {
    let trunks = known(trunks(yaml));
    let Some(trunk) = trunks.all.first() else { panic!("no trunk") };
    let at = Flow::udp(([192, 0, 2, 0], 5060).into());
    let spelling = trunk.spell("+78432035737", "+79656295719", at);
    let from = spelling.from.map_or(spelling.from_user, |from| from.to_string());
    (spelling.target.to_string(), from, spelling.headers)
}

#[test]
fn an_address_trunk_is_called_at_its_address() {
    let (target, from, headers) = spelled("a: { server: '192.0.2.0:5070' }\n");
    assert_eq!((&*target, &*from), ("sip:+78432035737@192.0.2.0:5070", "+79656295719"));
    assert_eq!(headers, []);
}

#[test]
fn numbers_callers_and_domains_are_written_as_the_trunk_wants_them() {
    let (target, from, headers) = spelled(
        "a: { server: sip.carrier.example, domain: carrier.example, trust: true, caller_id: '88005553535',\n  numbers: { out: [{ from: '+7', to: '8' }] } }\n",
    );
    assert_eq!((&*target, &*from), ("sip:88432035737@carrier.example", "sip:88005553535@carrier.example"));
    let asserted = "<sip:89656295719@carrier.example>".to_owned();
    assert_eq!(headers, [("P-Asserted-Identity".to_owned(), asserted)]);
}

#[test]
fn calls_are_taken_from_the_trunks_alone() {
    let trunks = trunks("a: { server: 192.0.2.9, allow: [203.0.113.0/24] }\n");
    let sources = trunks.sources().unwrap_or_default();
    let from = |ip: [u8; 4]| sources.iter().find(|source| source.network.holds(ip.into())).map(|s| &*s.name);
    assert_eq!(
        [from([192, 0, 2, 9]), from([203, 0, 113, 7]), from([8, 8, 8, 8])],
        [Some("a"), Some("a"), None]
    );
    let open = Trunks::new(&Config::default()).map(|trunks| trunks.sources());
    assert!(matches!(open, Ok(None)), "without trunks anybody may call");
}

#[test]
fn a_password_that_is_missing_is_named() {
    let yaml =
        "a: { server: a.example, register: { user: u, password_from: CALLWRIGHT_NO_SUCH_VARIABLE } }\n";
    let trunks: Result<TrunksConfig, _> = serde_yaml::from_str(yaml);
    let config = Config { trunks: trunks.unwrap_or_default(), ..Config::default() };
    let said = Trunks::new(&config).map(drop).map_err(|error| error.to_string());
    let expected = "the password of `trunks.a.register` is not in the environment variable `CALLWRIGHT_NO_SUCH_VARIABLE`";
    assert_eq!(said, Err(expected.to_owned()));
}
