//! The ways to and from the telephone network: `trunks:`.

use super::{ConfigError, StirPolicy, codecs};
use crate::server::described::{CodecName, DtmfWay};
use crate::sip::{Host, Network, Transport};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// All trunks, by name.
pub type TrunksConfig = BTreeMap<String, TrunkConfig>;

/// One trunk.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct TrunkConfig {
    /// Where calls go: a name or an IP address, with a port if it is not the usual one.
    pub server: Place,
    /// How; what the name's DNS says, or UDP, where it is missing.
    #[serde(default)]
    pub transport: Option<Way>,
    /// Our registration, where the carrier knows us by one.
    #[serde(default)]
    pub register: Option<RegisterConfig>,
    /// The domain of the account, in addresses of ours and in the Request-URI; `server` where it is missing.
    #[serde(default)]
    pub domain: Option<String>,
    /// A proxy that everything is sent to instead of `server`.
    #[serde(default)]
    pub proxy: Option<Place>,
    /// Networks that calls come from beside the addresses of `server` and `proxy`.
    #[serde(default)]
    pub allow: Vec<NetworkText>,
    /// How numbers are written on the wire.
    #[serde(default)]
    pub numbers: NumbersConfig,
    /// Who we say that we are.
    #[serde(default)]
    pub caller_id: CallerIdRule,
    /// Whether what the trunk says of its callers is believed, and whether it is told who calls (P-Asserted-Identity).
    #[serde(default)]
    pub trust: bool,
    /// The codecs that are taken, the best first; those of the deployment where it is missing.
    #[serde(default)]
    pub codecs: Option<Vec<CodecName>>,
    /// How keys go to it: `rfc4733`, `info`, `inband`.
    #[serde(default)]
    pub dtmf: DtmfWay,
    /// What happens by the signature of a caller's number; what `stir` says where it is missing.
    #[serde(default)]
    pub stir: Option<StirPolicy>,
    /// Calls at a time, both directions together.
    #[serde(default)]
    pub max_calls: Option<usize>,
    /// New calls a second, both directions together.
    #[serde(default)]
    pub calls_a_second: Option<u32>,
    /// How often we ask whether it is there (OPTIONS), in seconds; 0 never asks.
    #[serde(default = "default_keep_alive_s")]
    pub keep_alive_s: u32,
    /// Trunks are tried in this order, the lowest first.
    #[serde(default = "default_order")]
    pub order: u32,
    /// Share of the calls among trunks of one order.
    #[serde(default = "default_weight")]
    pub weight: u32,
}

/// A registration of ours.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct RegisterConfig {
    /// The account.
    pub user: String,
    /// The name of the password's owner where it is not the account.
    #[serde(default)]
    pub login: Option<String>,
    /// Environment variable that holds the password.
    #[serde(default)]
    pub password_from: Option<String>,
    /// File that holds the password.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// The only realm that the password is used for; any of this server's where it is missing.
    #[serde(default)]
    pub realm: Option<String>,
    /// How long a registration is asked for, in seconds.
    #[serde(default = "default_expires_s")]
    pub expires_s: u32,
}

/// How numbers are written, each way: the first rule whose beginning fits is taken, and without one the number stays.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct NumbersConfig {
    /// Of calls that we make.
    pub out: Vec<Rewrite>,
    /// Of calls that come in: the number that was dialled and the caller's.
    #[serde(rename = "in")]
    pub inward: Vec<Rewrite>,
}

/// What stands at the beginning, and what then stands there.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Rewrite {
    /// The old beginning; empty fits every number.
    pub from: String,
    /// The new one.
    pub to: String,
}

/// Who we say that we are, in From.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(from = "String")]
pub enum CallerIdRule {
    /// What the flow says, `caller_id` of the deployment, or the number that was dialled: `pass`.
    #[default]
    Pass,
    /// Always this number.
    Fixed(String),
}

/// A host with a port if one was written.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct Place {
    /// The name or the address.
    pub host: Host,
    /// The port.
    pub port: Option<u16>,
}

/// A network.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct NetworkText(pub Network);

/// A transport's name.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct Way(pub Transport);

fn default_keep_alive_s() -> u32 {
    30
}

fn default_order() -> u32 {
    1
}

fn default_weight() -> u32 {
    1
}

fn default_expires_s() -> u32 {
    300
}

impl TrunkConfig {
    /// A trunk of which nothing is known but its address.
    pub fn at(address: SocketAddr) -> TrunkConfig {
        TrunkConfig {
            server: Place { host: Host::Ip(address.ip()), port: Some(address.port()) },
            transport: None,
            register: None,
            domain: None,
            proxy: None,
            allow: Vec::new(),
            numbers: NumbersConfig::default(),
            caller_id: CallerIdRule::Pass,
            trust: false,
            codecs: None,
            dtmf: DtmfWay::default(),
            stir: None,
            max_calls: None,
            calls_a_second: None,
            keep_alive_s: 0,
            order: default_order(),
            weight: default_weight(),
        }
    }
}

impl From<String> for CallerIdRule {
    fn from(text: String) -> CallerIdRule {
        if text == "pass" { CallerIdRule::Pass } else { CallerIdRule::Fixed(text) }
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Place, String> {
        let (host, port) = match text.parse::<SocketAddr>() {
            Ok(address) => (Some(Host::Ip(address.ip())), Some(address.port())),
            Err(_) => match text.rsplit_once(':') {
                Some((host, port)) if !host.contains(':') => (host.parse().ok(), port.parse().ok()),
                Some(_) | None => (text.parse().ok(), None),
            },
        };
        let lacks_port = text.contains(':') && !text.contains("::") && port.is_none();
        host.filter(|_| !lacks_port).map(|host| Place { host, port }).ok_or_else(|| {
            format!("`{text}` is no host: write a name or an IP address, as `sip.carrier.example` or `203.0.113.9:5060`")
        })
    }
}

impl TryFrom<String> for NetworkText {
    type Error = String;

    fn try_from(text: String) -> Result<NetworkText, String> {
        text.parse().map(NetworkText).map_err(|error: crate::sip::NetworkError| error.to_string())
    }
}

impl TryFrom<String> for Way {
    type Error = String;

    fn try_from(text: String) -> Result<Way, String> {
        let wrong = || format!("`{text}` is no transport: `udp`, `tcp` or `tls`");
        Transport::parse(&text).map(Way).ok_or_else(wrong)
    }
}

impl NumbersConfig {
    /// A number as the wire has it.
    pub fn outward(&self, number: &str) -> String {
        rewritten(&self.out, number)
    }

    /// A number of the wire as flows have it.
    pub fn inward(&self, number: &str) -> String {
        rewritten(&self.inward, number)
    }
}

fn rewritten(rules: &[Rewrite], number: &str) -> String {
    let fitting = rules.iter().find_map(|rule| Some((rule, number.strip_prefix(rule.from.as_str())?)));
    fitting.map_or_else(|| number.to_owned(), |(rule, rest)| format!("{}{rest}", rule.to))
}

/// Finds settings of trunks that make no sense.
pub(super) fn check(trunks: &TrunksConfig) -> Result<(), ConfigError> {
    for (name, trunk) in trunks {
        let wrong = |reason: String| Err(ConfigError::Trunk { trunk: name.clone(), reason });
        if trunk.max_calls == Some(0) || trunk.calls_a_second == Some(0) {
            return wrong(
                "`max_calls` and `calls_a_second` are 1 or more; without them there is no limit".into(),
            );
        }
        if let Some(reason) = trunk.codecs.as_deref().and_then(codecs::problem) {
            return wrong(format!("`codecs`: {reason}"));
        }
        if trunk.weight == 0 {
            return wrong("`weight` is 1 or more".into());
        }
        if let CallerIdRule::Fixed(number) = &trunk.caller_id
            && !number.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-_.".contains(&byte))
        {
            return wrong(format!("`caller_id` is `pass` or a number, and `{number}` is neither"));
        }
        let both =
            |register: &RegisterConfig| register.password_from.is_some() == register.password_file.is_some();
        if trunk.register.as_ref().is_some_and(both) {
            return wrong(
                "`register` needs one of `password_from` (an environment variable) and `password_file`"
                    .into(),
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TrunksConfig, String> {
        serde_yaml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_trunk_needs_no_more_than_its_server() {
        let trunks = read("carrier: { server: sip.carrier.example }\n").unwrap_or_default();
        let Some(carrier) = trunks.get("carrier") else { panic!("no trunk") };
        assert_eq!(carrier.server.host, Host::Name("sip.carrier.example".to_owned()));
        assert_eq!((carrier.keep_alive_s, carrier.order, carrier.weight), (30, 1, 1));
        assert!(check(&trunks).is_ok());
    }

    #[test]
    fn a_server_is_a_name_or_an_address_with_or_without_a_port() {
        let place = |text: &str| {
            Place::try_from(text.to_owned()).map(|place| format!("{} {:?}", place.host, place.port))
        };
        assert_eq!(place("203.0.113.9:5070"), Ok("203.0.113.9 Some(5070)".into()));
        assert_eq!(place("sip.carrier.example:5070"), Ok("sip.carrier.example Some(5070)".into()));
        assert_eq!(place("[2001:db8::1]:5070"), Ok("[2001:db8::1] Some(5070)".into()));
        assert_eq!(place("2001:db8::1"), Ok("[2001:db8::1] None".into()));
        for wrong in ["", "sip:carrier.example", "carrier example", "carrier:70000", "carrier:"] {
            assert!(place(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_rewritten_by_the_first_beginning_that_fits() {
        let text =
            "{ out: [{ from: '+7', to: '8' }, { from: '+', to: '810' }], in: [{ from: '8', to: '+7' }] }";
        let plan: NumbersConfig = serde_yaml::from_str(text).unwrap_or_default();
        let out = ["+78432035737", "+4930123456", "112"].map(|number| plan.outward(number));
        assert_eq!(out, ["88432035737", "8104930123456", "112"]);
        assert_eq!(plan.inward("89656295719"), "+79656295719");
    }

    #[test]
    fn a_wrong_trunk_says_what_to_write() {
        let wrong = |text: &str| read(text).map(|trunks| check(&trunks).map_err(|error| error.to_string()));
        let said = wrong("c: { server: a.example, register: { user: anna } }\n");
        assert!(
            said.is_ok_and(
                |said| said.is_err_and(|said| said.contains("`trunks.c`: `register` needs one of"))
            )
        );
        let said = wrong("c: { server: a.example, max_calls: 0 }\n");
        assert!(said.is_ok_and(|said| said.is_err()));
        assert!(
            read("c: { server: a.example, allow: [10.0.0.0/99] }\n").is_err_and(|e| e.contains("no network"))
        );
        assert!(
            read("c: { server: a.example, transport: sctp }\n").is_err_and(|e| e.contains("no transport"))
        );
    }
}
