//! A description as a whole, part by part.

use super::sheet::{Sheet, Spot};
use crate::connector::breaker::BreakerPolicy;
use crate::connector::budget::Rate;
use crate::connector::call::Common;
use crate::connector::customer::CustomerPlaces;
use crate::connector::description::{Auth, Description, Finder, Setting, Write};
use crate::connector::facts::Scope;
use crate::connector::mistake::Mistake;
use crate::connector::pointer::Pointer;
use crate::connector::reply::Errors;
use crate::connector::tree::Item;
use crate::program::Text;
use crate::time::DurationMs;
use std::collections::BTreeMap;

/// Everything that a description may say.
const KEYS: [&str; 21] = [
    "connector",
    "about",
    "settings",
    "secrets",
    "words",
    "base",
    "headers",
    "auth",
    "limits",
    "breaker",
    "search_lag",
    "errors",
    "customer",
    "find_customer",
    "create_interaction",
    "create_case",
    "append_case",
    "set_case",
    "attach_recording",
    "send_sms",
    "field_names",
];

/// How long a request may take unless the description says otherwise.
const WITHIN: DurationMs = DurationMs::from_secs(10);
/// How long until what was made can be found, unless the description says otherwise.
const SEARCH_LAG: DurationMs = DurationMs::from_secs(5);

impl Sheet {
    pub fn description(&mut self, item: &Item) -> Option<Description> {
        if !self.keys(item, "a connector", &KEYS) {
            return None;
        }
        let name = self.required(item, "a connector", "connector").and_then(|name| self.text(name));
        let settings = self.declare_settings(item);
        let secrets = self.declare_secrets(item);
        self.declare_words(item);
        let base = self.required(item, "a connector", "base");
        let base = base.and_then(|base| self.template(base, Spot::hidden(Scope::Deployment)));
        let headers = self.headers(item, Scope::Deployment);
        let auth = item.get("auth").map_or(Some(Auth::None), |auth| self.auth(auth));
        let (rate, within) = self.limits(item);
        let customer = item.get("customer").map(|item| self.customer(item)).unwrap_or_default();
        let [by_number, by_email, by_field] = self.finders(item, &customer.id);
        let mut write =
            |key: &str, scope| item.get(key).and_then(|item| self.write(item, &format!("`{key}`"), scope));
        let create_interaction = write("create_interaction", Scope::Interaction);
        let create_case: Option<Write> = write("create_case", Scope::Case);
        let append_case = write("append_case", Scope::Case);
        let set_case = write("set_case", Scope::Case);
        let attach_recording = write("attach_recording", Scope::Recording);
        let send_sms = write("send_sms", Scope::Message);
        let search_lag = item.get("search_lag").and_then(|item| self.length(item)).unwrap_or(SEARCH_LAG);
        Some(Description {
            name: name?,
            about: item.get("about").and_then(Item::text).unwrap_or_default().to_owned(),
            settings,
            secrets,
            common: Common { base: base?, headers },
            auth: auth?,
            rate,
            within,
            breaker: self.breaker(item),
            search_lag,
            errors: self.errors(item),
            customer,
            by_number,
            by_email,
            by_field,
            field_names: self.field_names(item),
            create_interaction,
            create_case,
            append_case,
            set_case,
            attach_recording,
            send_sms,
        })
    }

    fn declare_settings(&mut self, item: &Item) -> BTreeMap<String, Setting> {
        let mut settings = BTreeMap::new();
        for (name, _, value) in item.get("settings").into_iter().flat_map(Item::entries) {
            self.keys(value, "a setting", &["about", "default"]);
            let about = value.get("about").and_then(Item::text).unwrap_or_default().to_owned();
            let default = value.get("default").map(|item| item.text().unwrap_or_default().to_owned());
            self.settings.insert(name.to_owned());
            settings.insert(name.to_owned(), Setting { about, default });
        }
        settings
    }

    fn declare_secrets(&mut self, item: &Item) -> BTreeMap<String, String> {
        let secrets = item.get("secrets").into_iter().flat_map(Item::entries);
        let secrets: BTreeMap<String, String> = secrets
            .map(|(name, _, about)| (name.to_owned(), about.text().unwrap_or_default().to_owned()))
            .collect();
        self.secrets.extend(secrets.keys().cloned());
        secrets
    }

    fn declare_words(&mut self, item: &Item) {
        for (name, _, table) in item.get("words").into_iter().flat_map(Item::entries) {
            let words = table
                .entries()
                .filter_map(|(ours, _, theirs)| Some((ours.to_owned(), theirs.text()?.to_owned())));
            self.words.insert(name.to_owned(), words.collect());
        }
    }

    fn auth(&mut self, item: &Item) -> Option<Auth> {
        let kinds = ["header", "query", "basic", "oauth2"];
        let mut written = item.entries().filter(|(key, _, _)| kinds.contains(key));
        let (Some((kind, _, value)), None) = (written.next(), written.next()) else {
            let mistake = Mistake::new(item.place, "`auth` is one of `header`, `query`, `basic`, `oauth2`");
            self.wrong(mistake.hint("leave `auth` out where the address holds the key"));
            return None;
        };
        self.keys(
            item,
            "`auth`",
            if matches!(kind, "header" | "query") { &["header", "query", "value"] } else { &kinds },
        );
        let spot = Spot::hidden(Scope::Deployment);
        match kind {
            "header" | "query" => {
                let name = self.text(value)?;
                let value = self.required(item, "`auth`", "value")?;
                let value = self.template(value, spot)?;
                Some(if kind == "header" { Auth::Header(name, value) } else { Auth::Query(name, value) })
            }
            "basic" => {
                self.keys(value, "`basic`", &["user", "password"]);
                let user = self.required(value, "`basic`", "user").and_then(|item| self.template(item, spot));
                let password =
                    self.required(value, "`basic`", "password").and_then(|item| self.template(item, spot));
                Some(Auth::Basic { user: user?, password: password? })
            }
            _ => {
                self.keys(value, "`oauth2`", &["token_url", "client_id", "client_secret", "scope"]);
                let mut part = |key: &str| {
                    self.required(value, "`oauth2`", key).and_then(|item| self.template(item, spot))
                };
                let (url, id, secret) = (part("token_url"), part("client_id"), part("client_secret"));
                let scope = value.get("scope").and_then(|item| self.template(item, spot));
                Some(Auth::OAuth2 { token_url: url?, client_id: id?, client_secret: secret?, scope })
            }
        }
    }

    fn limits(&mut self, item: &Item) -> (Rate, DurationMs) {
        let Some(limits) = item.get("limits") else { return (Rate::DEFAULT, WITHIN) };
        self.keys(limits, "`limits`", &["per_second", "burst", "within"]);
        let per_second = self.number_or(limits, "per_second", 1..=1000, Rate::DEFAULT.per_second);
        let burst = self.number_or(limits, "burst", 1..=1000, per_second);
        let within = limits.get("within").and_then(|item| self.length(item)).unwrap_or(WITHIN);
        (Rate { per_second, burst }, within)
    }

    fn breaker(&mut self, item: &Item) -> BreakerPolicy {
        let Some(breaker) = item.get("breaker") else { return BreakerPolicy::DEFAULT };
        self.keys(breaker, "`breaker`", &["failures", "pause"]);
        let failures = self.number_or(breaker, "failures", 1..=100, BreakerPolicy::DEFAULT.failures);
        let pause = breaker.get("pause").and_then(|item| self.length(item));
        BreakerPolicy { failures, pause: pause.unwrap_or(BreakerPolicy::DEFAULT.pause) }
    }

    fn errors(&mut self, item: &Item) -> Errors {
        let Some(errors) = item.get("errors") else { return Errors::default() };
        self.keys(errors, "`errors`", &["at", "busy", "fine"]);
        let at = errors.get("at").and_then(|at| self.pointer(at));
        let mut words = |key: &str| -> Vec<String> {
            let words = errors.get(key).map(Item::items).unwrap_or_default();
            words.iter().filter_map(|word| self.text(word)).collect()
        };
        let (busy, fine) = (words("busy"), words("fine"));
        Errors { at, busy, fine }
    }

    fn customer(&mut self, item: &Item) -> CustomerPlaces {
        self.keys(item, "`customer`", &["id", "name", "phones", "language", "fields"]);
        let id = self.required(item, "`customer`", "id").and_then(|id| self.pointer(id)).unwrap_or_default();
        let fields = item.get("fields").into_iter().flat_map(Item::entries);
        let fields: Vec<(Text, &Item)> = fields.map(|(name, _, at)| (name.into(), at)).collect();
        CustomerPlaces {
            id,
            name: item.get("name").map(|at| self.pointers(at)).unwrap_or_default(),
            phones: item.get("phones").map(|at| self.pointers(at)).unwrap_or_default(),
            language: item.get("language").and_then(|at| self.pointer(at)),
            fields: fields.into_iter().filter_map(|(name, at)| Some((name, self.pointer(at)?))).collect(),
        }
    }

    fn finders(&mut self, item: &Item, id: &Pointer) -> [Option<Finder>; 3] {
        let Some(find) = item.get("find_customer") else { return [None, None, None] };
        self.keys(find, "`find_customer`", &["by_number", "by_email", "by_field"]);
        if item.get("customer").is_none() {
            let mistake = Mistake::new(find.place, "`find_customer` needs `customer`");
            self.wrong(mistake.hint("`customer` says where id, name and fields stand in what was found"));
        }
        let ways = [("by_number", Scope::Number), ("by_email", Scope::Email), ("by_field", Scope::Field)];
        ways.map(|(key, scope)| {
            find.get(key).and_then(|item| self.finder(item, &format!("`{key}`"), scope, id))
        })
    }

    fn field_names(&mut self, item: &Item) -> BTreeMap<String, String> {
        let names = item.get("field_names").into_iter().flat_map(Item::entries);
        names.filter_map(|(ours, _, theirs)| Some((ours.to_owned(), theirs.text()?.to_owned()))).collect()
    }
}
