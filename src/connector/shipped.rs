//! The descriptions that come with the program; they use nothing that a deployment's own could not.

use super::description::Description;
use super::mistake::DescriptionError;

/// Names and texts, by name.
const SHIPPED: [(&str, &str); 5] = [
    ("bitrix24", include_str!("../../connectors/bitrix24.yaml")),
    ("espocrm", include_str!("../../connectors/espocrm.yaml")),
    ("hubspot", include_str!("../../connectors/hubspot.yaml")),
    ("infobip", include_str!("../../connectors/infobip.yaml")),
    ("twilio", include_str!("../../connectors/twilio.yaml")),
];

/// The names of all.
pub fn shipped() -> impl Iterator<Item = &'static str> + Clone {
    SHIPPED.iter().map(|(name, _)| *name)
}

/// The text of one.
pub fn shipped_text(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// One, read; `None` where there is none of this name.
pub fn read_shipped(name: &str) -> Option<Result<Description, DescriptionError>> {
    shipped_text(name).map(|text| Description::read(&format!("connectors/{name}.yaml"), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_description_can_be_read() {
        for name in shipped() {
            match read_shipped(name) {
                Some(Ok(description)) => assert_eq!(description.name, name),
                Some(Err(error)) => panic!("{error}"),
                None => panic!("{name}"),
            }
        }
    }
}
