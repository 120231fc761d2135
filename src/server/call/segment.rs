//! Which of the CRM's segments a caller belongs to, where it may be asked: known before the first line of the route. One is
//! the customer's field `segment`, others the `crm` block declares by conditions.

use crate::crm::Identity;
use crate::engine::{Contact, Image};
use crate::program::{Caller, Record};
use crate::server::shared::Shared;
use std::time::Duration;

/// How long a call may wait for it before it is let in without.
const WITHIN: Duration = Duration::from_secs(2);

/// The contact with the segments of the one customer who has the caller's number.
pub(super) async fn with(shared: &Shared, image: &Image, contact: Contact) -> Contact {
    if !contact.asks_for_segments(image) {
        return contact;
    }
    match customer(shared, &contact.from).await {
        Some(customer) => Contact {
            segment: customer.segment(),
            segments: image.segments_of(&customer, contact.arrived),
            ..contact
        },
        None => contact,
    }
}

/// None where there is no such customer, or several; where the CRM cannot say, the log does.
async fn customer(shared: &Shared, caller: &Caller) -> Option<Record> {
    caller.number()?;
    let (store, caller) = (shared.office.store.clone(), caller.clone());
    let permit = shared.crm_permits.clone().acquire_owned().await.ok()?;
    let asked = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        store.identify(&caller)
    });
    match tokio::time::timeout(WITHIN, asked).await {
        Ok(Ok(Ok(Identity::One(customer)))) => Some(customer),
        Ok(Ok(Ok(Identity::Many(_) | Identity::None))) => None,
        Ok(Ok(Ok(Identity::Failed))) | Ok(Ok(Err(_)) | Err(_)) | Err(_) => {
            tracing::warn!("the CRM could not say the caller's segment");
            None
        }
    }
}
