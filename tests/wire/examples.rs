//! The worked configurations of examples/trunks are ones.

use crate::harness::root;
use callwright::server::Config;
use std::path::Path;

fn check(file: &str) -> Config {
    let path = root().join("examples/trunks").join(file);
    Config::read(Path::new(&path)).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_example_of_a_trunk_can_be_used() {
    let registering = check("registering.yaml");
    registering.check().unwrap_or_else(|error| panic!("{error}"));
    let carrier = &registering.trunks["carrier"];
    assert_eq!(carrier.numbers.outward("+78432035737"), "88432035737");
    assert_eq!(carrier.numbers.inward("78432035737"), "+78432035737");
    for file in ["asterisk/callwright.yaml", "kamailio/callwright.yaml"] {
        let config = check(file);
        config.check().unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(config.trunks.len(), 1, "{file}");
    }
    // Its certificates are the deployment's own.
    let address = check("address.yaml");
    assert_eq!(address.trunks.len(), 3);
    assert!(address.check().is_err_and(|error| error.to_string().contains("/etc/callwright/chain.pem")));
}
