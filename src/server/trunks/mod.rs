//! The trunks of a deployment: where calls to numbers go, in order; whose calls are taken; how many.

mod find;
mod keep;
mod limits;
mod password;
mod view;

pub(super) use find::Finder;
#[cfg(test)]
pub(super) use find::tests::finder as test_finder;
pub use limits::{Limits, Permit};
pub use password::{PasswordError, read as read_password};

use super::clock::Clock;
use super::config::{CallerIdRule, Config, Place, TrunkConfig};
use super::signalling::Signalling;
use crate::sip::digest::Credentials;
use crate::sip::{Command, Flow, Host, Network, Source, Transport, Uri};
use crate::time::Millis;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long trunks may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// All trunks of a deployment.
#[derive(Clone)]
pub struct Trunks {
    all: Arc<[Arc<Trunk>]>,
    /// Sources that may call beside those of the trunks; `None` lets anybody.
    beside: Option<Arc<[Source]>>,
}

/// One trunk.
pub struct Trunk {
    /// Its name in the settings.
    pub name: Arc<str>,
    /// What the settings say.
    pub settings: TrunkConfig,
    credentials: Option<Arc<Credentials>>,
    standing: Mutex<Standing>,
    limits: Arc<Limits>,
}

/// What is known of a trunk at the moment.
#[derive(Debug, Default)]
struct Standing {
    /// Where it is, the best first.
    places: Vec<Flow>,
    /// Whether it answers, as far as was asked.
    is_silent: bool,
    /// Whether a registration is wanted and missing.
    is_unlisted: bool,
}

/// One way to a number.
#[derive(Clone)]
pub struct Way {
    /// The trunk.
    pub trunk: Arc<Trunk>,
    /// Where its INVITE is sent.
    pub destination: Flow,
}

/// What an INVITE to a number says, by the rules of its trunk.
#[derive(Clone, Debug)]
pub struct Spelling {
    /// Request-URI and To.
    pub target: Uri,
    /// The user of From.
    pub from_user: String,
    /// All of From, where we have an account.
    pub from: Option<Uri>,
    /// P-Asserted-Identity, where the trunk is trusted.
    pub headers: Vec<(String, String)>,
}

impl Trunks {
    /// The trunks of the settings; `trunk:` is one that nobody checks. Nothing is asked of anybody yet.
    ///
    /// # Errors
    /// A password that is not there.
    pub fn new(config: &Config) -> Result<Trunks, PasswordError> {
        let plain = config.trunk.map(|address| ("trunk".to_owned(), TrunkConfig::at(address)));
        let settings = config.trunks.clone().into_iter().chain(plain);
        let trunk = |(name, settings): (String, TrunkConfig)| Trunk::new(&name, settings).map(Arc::new);
        let all = settings.map(trunk).collect::<Result<Vec<_>, _>>()?;
        let is_open = config.open.unwrap_or(config.trunks.is_empty() && config.phones.is_empty());
        Ok(Trunks { all: all.into(), beside: (!is_open).then(|| Arc::from([])) })
    }

    /// The trunk of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<Trunk>> {
        self.all.iter().find(|trunk| &*trunk.name == name)
    }

    /// Who may call; `None` lets anybody.
    pub fn sources(&self) -> Option<Vec<Source>> {
        let beside = self.beside.as_ref()?;
        let own = self.all.iter().flat_map(|trunk| trunk.sources());
        Some(own.chain(beside.iter().cloned()).collect())
    }

    /// Where the trunks are, and who calls by them.
    pub fn networks(&self) -> Vec<Network> {
        self.all.iter().flat_map(|trunk| trunk.sources()).map(|source| source.network).collect()
    }

    /// Whose word about callers and transfers is believed.
    pub fn trusted(&self) -> Vec<Network> {
        let believed = self.all.iter().filter(|trunk| trunk.settings.trust);
        believed.flat_map(|trunk| trunk.sources()).map(|source| source.network).collect()
    }

    /// The ways to a number, in the order in which they are tried: trunks that stand, by their order and by chance among
    /// equals; if none stands, all of them, for one may have come back unseen. `chance` is any number.
    pub fn ways(&self, chance: u64) -> Vec<Way> {
        let standing: Vec<_> = self.all.iter().filter(|trunk| trunk.stands()).cloned().collect();
        let trunks = if standing.is_empty() { self.all.to_vec() } else { standing };
        let ordered = in_order(trunks, chance);
        let places = |trunk: Arc<Trunk>| {
            let places = trunk.standing().places.clone();
            places.into_iter().map(move |destination| Way { trunk: trunk.clone(), destination })
        };
        ordered.into_iter().flat_map(places).collect()
    }

    /// Begins to look trunks up, to register and to ask whether they are there.
    pub fn start(&self, signalling: &Signalling, clock: Clock) -> Keeping {
        let (leave, left) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for trunk in self.all.iter() {
            let trunks = self.clone();
            trunk.know_literals(signalling);
            tasks.spawn(keep::keep(trunk.clone(), trunks, signalling.clone(), clock, left.clone()));
        }
        Keeping { leave, tasks }
    }

    /// Tells the signalling who may call now.
    async fn admit(&self, signalling: &Signalling) {
        let (sources, known, trusted) = (self.sources(), self.networks(), self.trusted());
        signalling.command(Command::Admit { sources, known, trusted }).await;
    }
}

/// The tasks of all trunks.
pub struct Keeping {
    leave: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Keeping {
    /// Takes us off the carriers' lists.
    pub async fn leave(mut self) {
        let _ = self.leave.send(true);
        let gone = async { while self.tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(GOODBYE, gone).await;
    }
}

/// By `order`; among those of one order by chance, each as often as its weight says.
fn in_order(mut trunks: Vec<Arc<Trunk>>, chance: u64) -> Vec<Arc<Trunk>> {
    let mut ordered = Vec::with_capacity(trunks.len());
    let mut chance = chance;
    while let Some(first) = trunks.iter().map(|trunk| trunk.settings.order).min() {
        let equals = || trunks.iter().enumerate().filter(|(_, trunk)| trunk.settings.order == first);
        let weights: u64 = equals().map(|(_, trunk)| u64::from(trunk.settings.weight)).sum();
        let mut drawn = chance % weights.max(1);
        chance = chance.rotate_right(7) ^ 0x9e37_79b9_7f4a_7c15;
        let hit = equals().find(|(_, trunk)| {
            let weight = u64::from(trunk.settings.weight);
            let is_hit = drawn < weight;
            drawn = drawn.saturating_sub(weight);
            is_hit
        });
        let Some((index, _)) = hit.or_else(|| equals().next()) else { break };
        ordered.push(trunks.remove(index));
    }
    ordered
}

impl Trunk {
    fn new(name: &str, settings: TrunkConfig) -> Result<Trunk, PasswordError> {
        let credentials = settings.register.as_ref().map(|register| {
            let of = format!("trunks.{name}.register");
            let password =
                read_password(&of, register.password_from.as_deref(), register.password_file.as_deref())?;
            let user = register.login.clone().unwrap_or_else(|| register.user.clone());
            Ok(Arc::new(Credentials { user, password, realm: register.realm.clone() }))
        });
        Ok(Trunk {
            name: name.into(),
            credentials: credentials.transpose()?,
            standing: Mutex::new(Standing {
                is_unlisted: settings.register.is_some(),
                ..Standing::default()
            }),
            limits: Limits::new(settings.max_calls, settings.calls_a_second),
            settings,
        })
    }

    /// Whom we are if the trunk asks.
    pub fn credentials(&self) -> Option<Arc<Credentials>> {
        self.credentials.clone()
    }

    /// Takes room for one more call; `None` where there is none.
    pub fn take(&self, now: Millis) -> Option<Permit> {
        Permit::take(&self.limits, now)
    }

    /// Takes room for a call that is up already, whether there is any or not.
    pub fn hold(&self) -> Permit {
        Permit::hold(&self.limits)
    }

    /// A number of the wire as flows have it.
    pub fn inward(&self, number: &str) -> String {
        self.settings.numbers.inward(number)
    }

    /// What an INVITE to a number says; `shown` is the number that the flow or the deployment shows.
    pub fn spell(&self, number: &str, shown: &str, destination: Flow) -> Spelling {
        let written = self.settings.numbers.outward(number);
        let shown = self.settings.numbers.outward(shown);
        let target = self.address(&written, destination);
        let from_user = match &self.settings.caller_id {
            CallerIdRule::Pass => shown.clone(),
            CallerIdRule::Fixed(number) => number.clone(),
        };
        let has_account = self.settings.register.is_some() || self.settings.domain.is_some();
        let from = has_account.then(|| self.address(&from_user, destination));
        let headers = match self.settings.trust {
            true => {
                let own = self.address(&shown, destination);
                vec![("P-Asserted-Identity".to_owned(), format!("<{own}>"))]
            }
            false => Vec::new(),
        };
        Spelling { target, from_user, from, headers }
    }

    /// A user of the trunk's domain, as it is reached there.
    fn address(&self, user: &str, destination: Flow) -> Uri {
        let uri = Uri::sip(Some(user), destination.address);
        self.in_domain(uri, destination)
    }

    /// The trunk's domain without a user: whom a registration is asked of.
    fn domain(&self, destination: Flow) -> Uri {
        self.in_domain(Uri::sip(None, destination.address), destination)
    }

    fn in_domain(&self, uri: Uri, destination: Flow) -> Uri {
        let Uri::Sip(mut uri) = uri else { return uri };
        let named = self.settings.domain.as_ref().and_then(|domain| domain.parse::<Host>().ok());
        match (named, &self.settings.server) {
            (Some(domain), _) => (uri.host, uri.port) = (domain, None),
            (None, Place { host: Host::Name(name), port }) => {
                (uri.host, uri.port) = (Host::Name(name.clone()), *port);
            }
            (None, Place { host: Host::Ip(ip), port }) => {
                (uri.host, uri.port) = (Host::Ip(*ip), port.or(uri.port));
            }
        }
        if destination.transport != Transport::Udp {
            uri.params.set("transport", destination.transport.in_uri());
        }
        Uri::Sip(uri)
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether calls may go there, as far as is known.
    pub fn stands(&self) -> bool {
        let standing = self.standing();
        !standing.places.is_empty() && !standing.is_silent && !standing.is_unlisted
    }

    /// Where calls really go: to the proxy if there is one.
    fn place(&self) -> &Place {
        self.settings.proxy.as_ref().unwrap_or(&self.settings.server)
    }

    /// A place that is an address needs no look-up.
    fn know_literals(&self, signalling: &Signalling) {
        if let Host::Ip(ip) = self.place().host {
            let transport = self.settings.transport.map_or(Transport::Udp, |way| way.0);
            let port = self.place().port.unwrap_or(transport.default_port());
            let flow = signalling.flow(transport, SocketAddr::new(ip, port));
            self.standing().places = vec![flow];
        }
    }

    fn sources(&self) -> Vec<Source> {
        let is_trusted = self.settings.trust;
        let source = |network| Source { network, name: self.name.clone(), is_trusted };
        let literal = |place: &Place| match place.host {
            Host::Ip(ip) => Some(Network::from(ip)),
            Host::Name(_) => None,
        };
        let literals = [Some(&self.settings.server), self.settings.proxy.as_ref()];
        let literals = literals.into_iter().flatten().filter_map(literal);
        let allowed = self.settings.allow.iter().map(|network| network.0);
        let found: Vec<Network> =
            self.standing().places.iter().map(|flow| Network::from(flow.address.ip())).collect();
        literals.chain(allowed).chain(found).map(source).collect()
    }
}

#[cfg(test)]
mod tests;
