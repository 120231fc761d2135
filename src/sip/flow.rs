//! Where a message comes from and goes to: a transport, the far end's address, and which of our listeners (RFC 3261 §18).
//!
//! Over TCP and TLS a flow is a connection: the driver sends on the one it has to that address, and makes one where it
//! has none (RFC 3261 §18.2.2, in the sense of RFC 5923). The endpoint holds no connection.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::SocketAddr;

/// How messages travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// Datagrams: each is one message, and may be lost.
    #[default]
    Udp,
    /// A stream, framed by Content-Length.
    Tcp,
    /// The same within TLS.
    Tls,
}

/// One way between us and a far end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// How.
    pub transport: Transport,
    /// The far end's address and port.
    pub address: SocketAddr,
    /// Which of [`Config::listeners`](super::Config::listeners) it belongs to: what we call ourselves on it.
    pub listener: u8,
}

/// One address of ours, as far ends reach it: written into Via and Contact. Never the wildcard address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listener {
    /// How.
    pub transport: Transport,
    /// Where.
    pub sent_by: SocketAddr,
}

impl Transport {
    /// Whether it repeats by itself what is lost (RFC 3261 §17).
    pub fn is_reliable(self) -> bool {
        match self {
            Transport::Udp => false,
            Transport::Tcp | Transport::Tls => true,
        }
    }

    /// As Via writes it.
    pub fn in_via(self) -> &'static str {
        match self {
            Transport::Udp => "UDP",
            Transport::Tcp => "TCP",
            Transport::Tls => "TLS",
        }
    }

    /// As the parameter `transport` of a URI writes it.
    pub fn in_uri(self) -> &'static str {
        match self {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
            Transport::Tls => "tls",
        }
    }

    /// Reads the parameter `transport` of a URI, in any case.
    pub fn parse(text: &str) -> Option<Transport> {
        let all = [Transport::Udp, Transport::Tcp, Transport::Tls];
        all.into_iter().find(|transport| transport.in_uri().eq_ignore_ascii_case(text))
    }

    /// The port where an address names none (RFC 3261 §19.1.2).
    pub fn default_port(self) -> u16 {
        match self {
            Transport::Udp | Transport::Tcp => 5060,
            Transport::Tls => 5061,
        }
    }
}

impl Flow {
    /// Datagrams to and from this address by the first listener.
    pub fn udp(address: SocketAddr) -> Flow {
        Flow { transport: Transport::Udp, address, listener: 0 }
    }
}

impl From<SocketAddr> for Flow {
    fn from(address: SocketAddr) -> Flow {
        Flow::udp(address)
    }
}

impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.transport {
            Transport::Udp => write!(f, "{}", self.address),
            Transport::Tcp | Transport::Tls => write!(f, "{} by {}", self.address, self.transport.in_via()),
        }
    }
}
