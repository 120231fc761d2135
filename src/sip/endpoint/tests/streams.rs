//! Flows over TCP and TLS: nothing is repeated, everything says how it travels, and an end is noticed.

use super::*;
use crate::sip::message::Name;
use crate::sip::{Flow, Listener, Transport};

fn flow(transport: Transport) -> Flow {
    Flow { transport, address: Bench::phone(), listener: 1 }
}

fn endpoint_with(transport: Transport) -> Endpoint {
    let ours = ([192, 0, 2, 1], 5080).into();
    let mut config = Config::new(address(CALLEE));
    config.listeners.push(Listener { transport, sent_by: ours });
    Endpoint::new(config, [5; 32])
}

fn call(endpoint: &mut Endpoint, transport: Transport) -> Vec<Message> {
    let target = Uri::sip(Some("bank"), Bench::phone());
    let dial = Dial::new(LEG, target, flow(transport), "anna", media(CALLEE));
    let outputs = endpoint.command(Millis(0), Command::Dial(Box::new(dial)));
    let sent = |output| match output {
        Output::Send { to, bytes } if to == flow(transport) => scan(&bytes, Policy::Strict).ok(),
        Output::Send { .. } | Output::Event(_) => None,
    };
    outputs.into_iter().filter_map(sent).collect()
}

#[test]
fn a_call_over_a_stream_is_not_repeated() {
    for transport in [Transport::Tcp, Transport::Tls] {
        let mut endpoint = endpoint_with(transport);
        call(&mut endpoint, transport);
        assert_eq!(endpoint.next_deadline(), Some(Millis(32_000)), "timer B alone");
    }
}

#[test]
fn a_request_says_how_it_travels_and_where_its_listener_is() {
    let mut endpoint = endpoint_with(Transport::Tcp);
    let sent = call(&mut endpoint, Transport::Tcp);
    let Some(invite) = sent.first() else { panic!("nothing was sent") };
    assert!(invite.first(Name::Via).is_some_and(|via| via.starts_with("SIP/2.0/TCP 192.0.2.1:5080;")));
    assert_eq!(invite.first(Name::Contact), Some("<sip:192.0.2.1:5080;transport=tcp>"));
}

#[test]
fn an_answer_goes_back_on_the_connection_of_its_request() {
    let mut endpoint = endpoint_with(Transport::Tls);
    let invite = request("INVITE", 1, "", OFFER).replace('\n', "\r\n").replace("/UDP", "/TLS");
    assert!(endpoint.receive(Millis(0), invite.as_bytes(), flow(Transport::Tls)).len() == 1, "a call");
    let outputs = endpoint.timeout(Millis(100));
    let ways = outputs.iter().filter_map(|output| match output {
        Output::Send { to, .. } => Some(*to),
        Output::Event(_) => None,
    });
    assert_eq!(ways.collect::<Vec<_>>(), [flow(Transport::Tls)]);
}

#[test]
fn a_connection_that_ends_is_no_answer() {
    let mut endpoint = endpoint_with(Transport::Tcp);
    call(&mut endpoint, Transport::Tcp);
    let elsewhere = Flow { listener: 0, ..flow(Transport::Tcp) };
    assert!(endpoint.lost(Millis(10), elsewhere).is_empty());
    let told: Vec<String> = endpoint
        .lost(Millis(20), flow(Transport::Tcp))
        .iter()
        .map(|output| match output {
            Output::Event(event) => word(event),
            Output::Send { .. } => "sent".to_owned(),
        })
        .collect();
    assert_eq!(told, ["ended NoResponse"]);
}

#[test]
fn a_call_goes_on_by_the_contact_when_its_connection_has_ended() {
    let mut endpoint = endpoint_with(Transport::Tcp);
    let text = |method, tag: &str, body| {
        let contact = "Contact: <sip:phone@203.0.113.4:5070;transport=tcp>";
        let text = request(method, 1, tag, body).replace('\n', "\r\n").replace("/UDP", "/TCP");
        text.replace("Contact: <sip:phone@198.51.100.7:5066>", contact)
    };
    let _ = endpoint.receive(Millis(0), text("INVITE", "", OFFER).as_bytes(), flow(Transport::Tcp));
    let answer = endpoint.command(Millis(0), Command::Answer { leg: LEG, media: media(CALLEE) });
    let tag = answer.iter().find_map(|output| match output {
        Output::Send { bytes, .. } => {
            scan(bytes, Policy::Strict).ok()?.to().ok().map(|to| to.tag().to_owned())
        }
        Output::Event(_) => None,
    });
    let ack = text("ACK", &tag.unwrap_or_default(), "");
    let _ = endpoint.receive(Millis(0), ack.as_bytes(), flow(Transport::Tcp));
    let _ = endpoint.lost(Millis(10), flow(Transport::Tcp));
    let outputs = endpoint.command(Millis(20), Command::HangUp { leg: LEG, q850: None });
    let ways = outputs.iter().filter_map(|output| match output {
        Output::Send { to, .. } => Some(to.to_string()),
        Output::Event(_) => None,
    });
    assert_eq!(ways.collect::<Vec<_>>(), ["203.0.113.4:5070 by TCP"]);
}
