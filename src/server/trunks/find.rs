//! Where a name's SIP servers are (RFC 3263): NAPTR says how, SRV where and in which order, A and AAAA at which address.
//!
//! Looked up in a trunk's own task, ahead of the calls that need it.

use crate::server::config::Place;
use crate::server::entropy;
use crate::sip::{Host, Transport};
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::{RData, RecordType};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// How long an answer is believed at least and at most, in seconds, whatever the DNS says.
const GOOD_FOR_S: std::ops::RangeInclusive<u64> = 30..=3600;
/// How soon a name that was not found is looked up again, in seconds.
const NOT_FOUND_S: u64 = 15;
/// Places that are kept of one name.
const PLACES: usize = 8;
/// How long all look-ups of a name may take.
const WITHIN: Duration = Duration::from_secs(20);

/// Looks names up by the system's servers.
pub(in crate::server) struct Finder(Option<TokioResolver>);

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::server) struct Found {
    /// The best first.
    pub places: Vec<(Transport, SocketAddr)>,
    /// When to look again, in seconds.
    pub good_for_s: u64,
}

/// One SRV record.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Server {
    priority: u16,
    weight: u16,
    port: u16,
    name: String,
}

/// One NAPTR record that names a way of SIP.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Manner {
    order: u16,
    preference: u16,
    transport: Transport,
    /// The SRV record that it leads to.
    leads_to: String,
}

impl Finder {
    pub fn new() -> Finder {
        let resolver = TokioResolver::builder_tokio().and_then(|builder| builder.build());
        Finder(resolver.map_err(|error| tracing::warn!(%error, "names cannot be looked up")).ok())
    }

    /// The addresses of a host, the best first; none where there are none.
    pub async fn addresses(&self, name: &str) -> Vec<IpAddr> {
        let Some(resolver) = &self.0 else { return Vec::new() };
        let found = resolver.lookup_ip(absolute(name)).await;
        found.map_or_else(|_| Vec::new(), |found| found.iter().collect())
    }

    /// Finds a place of the settings. An empty list where there is nothing.
    pub async fn find(&self, place: &Place, transport: Option<Transport>) -> Found {
        let nothing = || Found { places: Vec::new(), good_for_s: NOT_FOUND_S };
        let (Host::Name(name), Some(resolver)) = (&place.host, &self.0) else { return nothing() };
        let search = Search { resolver, until: Instant::now() + Duration::from_secs(*GOOD_FOR_S.end()) };
        match tokio::time::timeout(WITHIN, search.places(name, place.port, transport)).await {
            Ok((places, until)) if !places.is_empty() => {
                let good_for = until.saturating_duration_since(Instant::now()).as_secs();
                Found { places, good_for_s: good_for.clamp(*GOOD_FOR_S.start(), *GOOD_FOR_S.end()) }
            }
            Ok(_) | Err(_) => nothing(),
        }
    }
}

struct Search<'r> {
    resolver: &'r TokioResolver,
    /// Until when all that was found is good.
    until: Instant,
}

impl Search<'_> {
    async fn places(
        mut self,
        name: &str,
        port: Option<u16>,
        transport: Option<Transport>,
    ) -> (Vec<(Transport, SocketAddr)>, Instant) {
        let mut places = Vec::new();
        // RFC 3263 §4.2: a port that was written forbids SRV.
        if port.is_none() {
            for (transport, record) in self.manners(name, transport).await {
                for server in
                    in_order(self.servers(&record).await, entropy::bytes().map_or(0, u64::from_le_bytes))
                {
                    let addresses = self.addresses(&server.name).await;
                    places.extend(addresses.map(|ip| (transport, SocketAddr::new(ip, server.port))));
                }
            }
        }
        if places.is_empty() {
            let transport = transport.unwrap_or_default();
            let port = port.unwrap_or(transport.default_port());
            places.extend(self.addresses(name).await.map(|ip| (transport, SocketAddr::new(ip, port))));
        }
        places.truncate(PLACES);
        (places, self.until)
    }

    /// The SRV records to ask for, the best first: those of NAPTR; without any, the usual ones (RFC 3263 §4.1).
    async fn manners(&mut self, name: &str, transport: Option<Transport>) -> Vec<(Transport, String)> {
        let records = self.records(name, RecordType::NAPTR).await;
        let mut manners: Vec<Manner> = records.iter().filter_map(Manner::of).collect();
        manners.sort_by_key(|manner| (manner.order, manner.preference));
        manners.retain(|manner| transport.is_none_or(|wanted| wanted == manner.transport));
        match (manners.is_empty(), transport) {
            (false, _) => manners.into_iter().map(|manner| (manner.transport, manner.leads_to)).collect(),
            (true, Some(transport)) => vec![(transport, usual(transport, name))],
            // Without TLS: who wants it says so, or its NAPTR does.
            (true, None) => [Transport::Udp, Transport::Tcp].map(|way| (way, usual(way, name))).to_vec(),
        }
    }

    async fn servers(&mut self, record: &str) -> Vec<Server> {
        let records = self.records(record, RecordType::SRV).await;
        let server = |data: &RData| match data {
            RData::SRV(srv) => Some(Server {
                priority: srv.priority,
                weight: srv.weight,
                port: srv.port,
                name: srv.target.to_utf8(),
            }),
            _ => None,
        };
        // A lone dot says that there is no such service (RFC 2782).
        records.iter().filter_map(server).filter(|server| server.name != ".").collect()
    }

    async fn addresses(&mut self, name: &str) -> impl Iterator<Item = IpAddr> + use<> {
        let found = self.resolver.lookup_ip(absolute(name)).await;
        let addresses: Vec<IpAddr> = match &found {
            Ok(found) => {
                self.until = self.until.min(found.valid_until());
                found.iter().collect()
            }
            Err(_) => Vec::new(),
        };
        addresses.into_iter()
    }

    async fn records(&mut self, name: &str, kind: RecordType) -> Vec<RData> {
        match self.resolver.lookup(absolute(name), kind).await {
            Ok(found) => {
                self.until = self.until.min(found.valid_until());
                found.answers().iter().map(|record| record.data.clone()).collect()
            }
            Err(_) => Vec::new(),
        }
    }
}

impl Manner {
    fn of(data: &RData) -> Option<Manner> {
        let RData::NAPTR(naptr) = data else { return None };
        let transport = match naptr.services.to_ascii_uppercase().as_slice() {
            b"SIP+D2U" => Transport::Udp,
            b"SIP+D2T" => Transport::Tcp,
            b"SIPS+D2T" => Transport::Tls,
            _ => return None,
        };
        let leads_on = naptr.flags.eq_ignore_ascii_case(b"s");
        leads_on.then(|| Manner {
            order: naptr.order,
            preference: naptr.preference,
            transport,
            leads_to: naptr.replacement.to_utf8(),
        })
    }
}

fn usual(transport: Transport, name: &str) -> String {
    match transport {
        Transport::Udp => format!("_sip._udp.{name}"),
        Transport::Tcp => format!("_sip._tcp.{name}"),
        Transport::Tls => format!("_sips._tcp.{name}"),
    }
}

/// A name with its last dot: the system's search list is for people who type.
fn absolute(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

/// By priority; within one by chance, each as often as its weight says (RFC 2782).
fn in_order(mut servers: Vec<Server>, chance: u64) -> Vec<Server> {
    servers.sort_by_key(|server| (server.priority, server.weight));
    let mut ordered = Vec::with_capacity(servers.len());
    let mut chance = chance;
    while let Some(first) = servers.first().map(|server| server.priority) {
        let equals = servers.iter().take_while(|server| server.priority == first).count();
        let weights: u64 = servers[..equals].iter().map(|server| u64::from(server.weight)).sum();
        let mut drawn = chance % (weights + 1);
        chance = chance.rotate_right(11) ^ 0x9e37_79b9_7f4a_7c15;
        let hit = servers[..equals].iter().position(|server| {
            let is_hit = drawn <= u64::from(server.weight);
            drawn = drawn.saturating_sub(u64::from(server.weight));
            is_hit
        });
        ordered.push(servers.remove(hit.unwrap_or(0)));
    }
    ordered
}

#[cfg(test)]
pub(in crate::server) mod tests;
