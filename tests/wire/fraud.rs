//! Calls at our expense: where a flow may be led to call.

use super::{LOOPBACK, NOWHERE, with_runtime};
use crate::harness::{LINE, Server, image};
use callwright::server::{Config, Networks, Telephone};
use callwright::source::MemoryFiles;
use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

/// Whether a flow that is led to an address by a text calls there.
async fn is_called(change: impl FnOnce(&mut Config)) -> bool {
    let victim = UdpSocket::bind((LOOPBACK, 0)).expect("a socket");
    let address = victim.local_addr().expect("its address");
    let program = image(&MemoryFiles::script(&format!(
        "program p {{ languages en; country RU; default {{ hung_up {{ outcome abandoned }} }} }}\n\
         route main {{ call -> start; otherwise -> reject not_found }}\n\
         flow start {{ transfer to \"sip:anybody@{address}\" {{ ring 1s; busy, no_answer, unavailable, refused, redirected, failed -> reject unavailable }} }}\n"
    )));
    let server = Server::of_with(program, NOWHERE, |mut config| {
        change(&mut config);
        config
    })
    .await;
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    telephone.call(LINE, server.address(), "+79656295719").await.map(drop).expect_err("nobody answers");
    victim.set_read_timeout(Some(Duration::from_millis(200))).expect("set");
    let mut buffer = [0; 4096];
    victim.recv(&mut buffer).is_ok_and(|length| buffer[..length].starts_with(b"INVITE sip:anybody@"))
}

#[test]
fn an_address_that_a_flow_was_told_is_called_only_where_the_settings_allow_it() {
    with_runtime(async {
        assert!(!is_called(|_| {}).await);
        assert!(
            !is_called(|config| config.call_addresses = Networks(vec![IpAddr::from([10, 0, 0, 1]).into()]))
                .await
        );
        assert!(is_called(|config| config.call_addresses = Networks(vec![LOOPBACK.into()])).await);
    });
}
