//! What docs/connectors.md shows is what happens.

use super::Office;
use crate::harness::root;
use callwright::connector::Description;
use callwright::server::{Config, WebhookKind};

fn blocks(language: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join("docs/connectors.md")).expect("the manual");
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).filter_map(|rest| Some(rest.split("```").next()?.to_owned())).collect()
}

fn settings(text: &str) -> Config {
    let office = Office::new();
    let file = office.folder.path().join("callwright.yaml");
    std::fs::write(&file, text).expect("written");
    Config::read(&file).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_settings_of_the_manual_are_read() {
    let shown = blocks("yaml");
    let short = settings(&shown[0]);
    assert_eq!(short.connector.map(|connector| connector.description).as_deref(), Some("hubspot"));
    assert_eq!(short.webhooks["warehouse"].events.first(), Some(&WebhookKind::ContactEnded));
    let long = settings(&shown[1]).connector.expect("a connector");
    assert!(long.identifies && long.fields.contains_key("tariff") && long.secrets.contains_key("api_key"));
}

#[test]
fn the_connector_of_the_manual_is_read_and_its_mistake_is_told() {
    let shown = blocks("yaml").remove(2);
    Description::read("connectors/own.yaml", &shown).unwrap_or_else(|error| panic!("{error}"));
    let wrong = shown.replace("{contact.started | iso}", "{contact.start | iso}");
    let said = Description::read("connectors/own.yaml", &wrong).err().map(|error| error.to_string());
    assert_eq!(said.as_deref(), Some(blocks("text")[0].trim_end()));
}

#[test]
fn a_misspelt_setting_of_a_connector_keeps_its_own_words() {
    let office = Office::new();
    let file = office.folder.path().join("callwright.yaml");
    std::fs::write(&file, "connector:\n  use: hubspot\n  setings: {}\n").expect("written");
    let said = Config::read(&file).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(said.contains("setings") && said.contains('3'), "{said}");
}
