//! The order of servers, and look-ups at a DNS server of our own.

use super::*;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, AAAA, NAPTR, SRV};
use hickory_resolver::proto::rr::{Name, Record};
use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};

fn server(priority: u16, weight: u16, name: &str) -> Server {
    Server { priority, weight, port: 5060, name: name.to_owned() }
}

#[test]
fn servers_are_tried_by_priority_and_their_weight() {
    let all = vec![server(20, 0, "last"), server(10, 90, "often"), server(10, 10, "seldom")];
    let mut first = std::collections::BTreeMap::<String, u32>::new();
    for chance in 0..1010_u64 {
        let names: Vec<String> =
            in_order(all.clone(), chance).into_iter().map(|server| server.name).collect();
        assert_eq!(names.last().map(String::as_str), Some("last"));
        *first.entry(names[0].clone()).or_default() += 1;
    }
    let often = first.get("often").copied().unwrap_or(0);
    assert!((850..950).contains(&often), "{first:?}");
}

#[test]
fn the_usual_records_are_asked_for_where_there_is_no_naptr() {
    assert_eq!(usual(Transport::Tls, "carrier.example"), "_sips._tcp.carrier.example");
    assert_eq!(absolute("carrier.example"), "carrier.example.");
}

fn name(text: &str) -> Name {
    match Name::from_utf8(text) {
        Ok(name) => name,
        Err(error) => panic!("{text}: {error}"),
    }
}

fn record(owner: &str, data: RData) -> Record {
    Record::from_rdata(name(owner), 120, data)
}

/// A carrier with two sites, by TLS first; another that has no more than an address.
fn zone() -> Vec<Record> {
    let naptr = |order, service: &[u8], to: &str| {
        let empty = Box::default();
        RData::NAPTR(NAPTR::new(order, 10, b"s".to_vec().into(), service.to_vec().into(), empty, name(to)))
    };
    let address = |last| RData::A(A(Ipv4Addr::new(192, 0, 2, last)));
    vec![
        record("carrier.example.", naptr(20, b"SIP+D2U", "_sip._udp.carrier.example.")),
        record("carrier.example.", naptr(10, b"SIPS+D2T", "_sips._tcp.carrier.example.")),
        record("_sips._tcp.carrier.example.", RData::SRV(SRV::new(2, 0, 5061, name("far.carrier.example.")))),
        record(
            "_sips._tcp.carrier.example.",
            RData::SRV(SRV::new(1, 0, 5071, name("near.carrier.example."))),
        ),
        record("_sip._udp.carrier.example.", RData::SRV(SRV::new(1, 0, 5060, name("near.carrier.example.")))),
        record("near.carrier.example.", address(1)),
        record("far.carrier.example.", address(2)),
        record("small.example.", address(9)),
        record("media.carrier.example.", address(7)),
        record("group.carrier.example.", RData::A(A(Ipv4Addr::new(224, 2, 1, 1)))),
        record("zero.carrier.example.", RData::A(A(Ipv4Addr::UNSPECIFIED))),
        record("six.carrier.example.", RData::AAAA(AAAA(Ipv6Addr::LOCALHOST))),
    ]
}

/// Answers from the zone.
fn dns() -> SocketAddr {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap_or_else(|error| panic!("{error}"));
    let address = socket.local_addr().unwrap_or_else(|error| panic!("{error}"));
    std::thread::spawn(move || {
        let (mut buffer, zone) = ([0; 2048], zone());
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let Ok(asked) = Message::from_vec(&buffer[..length]) else { continue };
            let mut answer = asked.clone().into_response();
            let Some(query) = asked.queries.first() else { continue };
            let found: Vec<Record> = zone
                .iter()
                .filter(|record| record.name == query.name && record.data.record_type() == query.query_type)
                .cloned()
                .collect();
            if !zone.iter().any(|record| record.name == query.name) {
                answer.metadata.response_code = ResponseCode::NXDomain;
            }
            answer.insert_answers(found);
            let _ = answer.to_vec().map(|bytes| socket.send_to(&bytes, from));
        }
    });
    address
}

/// Looks names up in the zone.
pub fn finder() -> Finder {
    let address = dns();
    let mut connection = ConnectionConfig::udp();
    connection.port = address.port();
    let server = NameServerConfig::new(address.ip(), true, vec![connection]);
    let config = ResolverConfig::from_parts(None, vec![], vec![server]);
    let built = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()).build();
    Finder(Some(built.unwrap_or_else(|error| panic!("{error}"))))
}

fn found(place: &str, transport: Option<Transport>) -> (Vec<String>, u64) {
    let place = Place::try_from(place.to_owned()).unwrap_or_else(|error| panic!("{error}"));
    let runtime = tokio::runtime::Runtime::new().unwrap_or_else(|error| panic!("{error}"));
    runtime.block_on(async {
        let found = finder().find(&place, transport).await;
        let places = found.places.iter().map(|(way, address)| format!("{} {address}", way.in_uri()));
        (places.collect(), found.good_for_s)
    })
}

#[test]
fn naptr_says_how_and_srv_where() {
    let (places, good_for_s) = found("carrier.example", None);
    assert_eq!(places, ["tls 192.0.2.1:5071", "tls 192.0.2.2:5061", "udp 192.0.2.1:5060"]);
    assert!((100..=120).contains(&good_for_s), "{good_for_s}");
}

#[test]
fn a_transport_or_a_port_that_is_written_is_kept() {
    assert_eq!(found("carrier.example", Some(Transport::Udp)).0, ["udp 192.0.2.1:5060"]);
    assert_eq!(found("near.carrier.example:5080", None).0, ["udp 192.0.2.1:5080"]);
}

#[test]
fn a_name_with_an_address_alone_is_found_at_the_usual_port() {
    assert_eq!(found("small.example", None).0, ["udp 192.0.2.9:5060"]);
    assert_eq!(found("small.example", Some(Transport::Tls)).0, ["tls 192.0.2.9:5061"]);
}

#[test]
fn a_name_that_is_not_there_is_looked_up_again_soon() {
    assert_eq!(found("nowhere.example", None), (vec![], NOT_FOUND_S));
}
