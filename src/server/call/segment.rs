//! Which of the CRM's segments a caller belongs to, where the program asks: known before the first line of the route.

use crate::crm::Identity;
use crate::engine::Image;
use crate::program::{Caller, Text};
use crate::server::service::Shared;
use std::time::Duration;

/// How long a call may wait for it before it is let in without.
const WITHIN: Duration = Duration::from_secs(2);

/// The segment of the one customer who has the caller's number. None where there is no such customer, or several; where
/// the CRM cannot say, the log does.
pub(super) async fn of(shared: &Shared, image: &Image, caller: &Caller) -> Option<Text> {
    if !image.asks_for_segments() || caller.number().is_none() {
        return None;
    }
    let (store, caller) = (shared.office.store.clone(), caller.clone());
    let permit = shared.crm_permits.clone().acquire_owned().await.ok()?;
    let asked = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        store.identify(&caller)
    });
    match tokio::time::timeout(WITHIN, asked).await {
        Ok(Ok(Ok(Identity::One(customer)))) => customer.segment(),
        Ok(Ok(Ok(Identity::Many(_) | Identity::None))) => None,
        Ok(Ok(Ok(Identity::Failed))) | Ok(Ok(Err(_)) | Err(_)) | Err(_) => {
            tracing::warn!("the CRM could not say the caller's segment");
            None
        }
    }
}
