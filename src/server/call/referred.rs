//! A far end that is trusted asks that somebody else take its place (REFER): whom that may be is decided here.
//!
//! Only numbers that the program may call, names of `parties`, and addresses in the networks of `trusted`: nothing else that
//! stands in a REFER is called. It counts among the calls that one caller's contacts may begin.

use super::Call;
use super::way::straight;
use crate::program::{Party, Permission};
use crate::server::config::Config;
use crate::server::described;
use crate::sip::{self, Command, Dial, Host, Referral, Transport, Uri};
use std::net::SocketAddr;

/// Most digits of a number, as E.164 has it.
const MOST_DIGITS: usize = 15;

impl Call {
    /// Calls whoever is to take the place of a leg's far end, or says no. The flow goes on with the leg that it has.
    pub(super) async fn referred(&mut self, leg: sip::LegId, referral: Referral) {
        let command = match self.successor(&referral) {
            Ok(dial) => {
                tracing::info!(contact = &*self.contact.id, to = %referral.to, "a far end transfers its call");
                Command::Transfer { leg, dial: Box::new(dial) }
            }
            Err(reason) => {
                tracing::warn!(contact = &*self.contact.id, to = %referral.to, reason, "a far end may not transfer its call");
                Command::Decline { leg }
            }
        };
        self.shared.signalling.command(command).await;
    }

    fn successor(&mut self, referral: &Referral) -> Result<Dial, String> {
        let allowed = allowed(&self.shared.config, &self.edition.image.permission, &referral.to)?;
        let mut ways = match allowed {
            Allowed::Party(party) => self.ways(&party, None)?,
            Allowed::Address(address) => {
                let flow = self.shared.signalling.flow(Transport::Udp, address);
                let configured = self.shared.config.caller_id.clone();
                let from = configured.unwrap_or_else(|| self.contact.to.to_string());
                [straight(referral.to.clone(), flow, from)].into()
            }
        };
        self.may_cost(&ways)?;
        let way = ways.pop_front().ok_or("there is no way there")?;
        let permit = way.take(self).map_err(|()| "no trunk has room for another call")?;
        self.transfers.extend(permit);
        let hops = self.hops.checked_sub(1).ok_or("the call has been sent on too often")?;
        // The leg's own media is described, not this.
        let (config, listen) = (&self.shared.config, self.shared.config.listen);
        let media =
            described::local(config, &way.terms(config), listen).map_err(|error| error.to_string())?;
        let mut dial = way.dial(media, hops);
        if let Some(replaces) = &referral.replaces {
            dial.headers.push(("Replaces".to_owned(), replaces.clone()));
            dial.headers.push(("Require".to_owned(), "replaces".to_owned()));
        }
        if let Some(by) = &referral.by {
            dial.headers.push(("Referred-By".to_owned(), by.to_string()));
        }
        Ok(dial)
    }
}

/// Somebody whom a REFER may name.
#[derive(Debug)]
enum Allowed {
    Party(Party),
    Address(SocketAddr),
}

fn allowed(config: &Config, permission: &Permission, to: &Uri) -> Result<Allowed, String> {
    if let Uri::Sip(uri) = to
        && let Host::Ip(ip) = uri.host
        && config.trusted.hold(ip)
    {
        return Ok(Allowed::Address(SocketAddr::new(ip, uri.port.unwrap_or(5060))));
    }
    let user = to.subscriber();
    let digits = user.strip_prefix('+').unwrap_or(&user);
    let is_number =
        (2..=MOST_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number && !config.parties.contains_key(&user) {
        return Err("it is neither a number nor one of `parties`".to_owned());
    }
    let party = Party::Name(user.into());
    permission.check(&party).map_err(|refusal| refusal.to_string())?;
    Ok(Allowed::Party(party))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Abroad;

    fn of(address: &str) -> Option<String> {
        of_a_program(&Permission::at_home(Some("RU")), address)
    }

    fn of_a_program(permission: &Permission, address: &str) -> Option<String> {
        let yaml = "trusted: [192.0.2.0/24]\nparties: { desk: \"sip:jones@127.0.0.1:5070\" }\n";
        let config: Config = serde_yaml::from_str(yaml).unwrap_or_default();
        match allowed(&config, permission, &address.parse().ok()?).ok()? {
            Allowed::Party(party) => Some(party.to_string()),
            Allowed::Address(address) => Some(address.to_string()),
        }
    }

    #[test]
    fn numbers_names_of_parties_and_trusted_addresses_are_called() {
        assert_eq!(of("sip:+78432035700@198.51.100.9").as_deref(), Some("+78432035700"));
        assert_eq!(of("tel:+78432035700").as_deref(), Some("+78432035700"));
        assert_eq!(of("sip:desk@example.net").as_deref(), Some("desk"));
        assert_eq!(of("sip:any@192.0.2.9:5062").as_deref(), Some("192.0.2.9:5062"));
    }

    #[test]
    fn numbers_that_the_program_may_not_call_are_not() {
        for address in ["sip:+78095550100@h", "tel:+4930123456", "sip:810442079460123@h", "sip:112@h"] {
            assert_eq!(of(address), None, "{address}");
        }
        let mut more = Permission::at_home(Some("RU"));
        more.abroad = Abroad::Anywhere;
        assert_eq!(of_a_program(&more, "tel:+4930123456").as_deref(), Some("+4930123456"));
    }

    #[test]
    fn nothing_else_is_called() {
        let long = "sip:1234567890123456@h";
        for address in
            ["sip:any@198.51.100.9", "sip:example.net", "sip:*72@h", long, "sip:1;2@h", "mailto:a@b"]
        {
            assert_eq!(of(address), None, "{address}");
        }
    }
}
