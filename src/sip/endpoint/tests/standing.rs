//! An end that dies in the middle of a call, and another process that goes on in its place.

use super::*;
use crate::sip::sdp::Direction;
use crate::time::DurationMs;

/// The same call with the callee's end as another process, which knows no more than what was written down when the call was
/// up.
fn with_another_callee(mut net: Net) -> (Net, Standing) {
    let written = net.ends[CALLEE].standing(LEG).map(|standing| serde_json::to_string(&standing));
    let Some(Ok(written)) = written else { panic!("the leg is not up") };
    net.ends[CALLEE] = endpoint(CALLEE, 77);
    net.events[CALLEE].clear();
    match serde_json::from_str(&written) {
        Ok(standing) => (net, standing),
        Err(error) => panic!("{error}: {written}"),
    }
}

fn take_up(net: &mut Net, standing: &Standing, media: Option<Local>) -> LegId {
    let leg = net.ends[CALLEE].new_leg();
    let flow = Flow::udp(standing.address());
    let lasts = DurationMs::from_secs(3600);
    let standing = standing.clone();
    let take_up = TakeUp { leg, standing, flow, lasts, media, credentials: None };
    net.command(CALLEE, Command::TakeUp(Box::new(take_up)));
    leg
}

fn moved() -> Local {
    Local { rtp: ([192, 0, 2, 2], 41_000).into(), ..media(CALLEE) }
}

#[test]
fn a_far_end_that_is_still_there_hears_where_the_media_is_now() {
    let (mut net, standing) = with_another_callee(Net::connected());
    let leg = take_up(&mut net, &standing, Some(moved()));
    net.run(100);
    assert_eq!(net.told(CALLEE), ["media sendrecv"]);
    let told = net.events[CALLER].iter().filter_map(|event| match event {
        Event::MediaChanged { media, .. } => Some(media.remote.port()),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [41_000]);

    // The call is one like any other: it changes, is refreshed and ends from both sides.
    net.change(CALLER, 40_002, Direction::SendOnly, false);
    net.run(100);
    net.command(CALLEE, Command::HangUp { leg, q850: None });
    net.run(100);
    assert_eq!(net.told(CALLEE), ["media sendrecv", "media recvonly", "ended Local"]);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("ended remote"));
    net.assert_forgotten();
}

#[test]
fn requests_that_were_not_written_down_are_not_repeated() {
    let mut net = Net::connected();
    let before = net.ends[CALLEE].standing(LEG);
    net.change(CALLEE, 40_010, Direction::SendRecv, false);
    net.run(100);
    net.change(CALLEE, 40_012, Direction::SendRecv, false);
    net.run(100);
    let (mut net, _) = with_another_callee(net);
    let Some(standing) = before else { panic!("the leg is not up") };
    take_up(&mut net, &standing, Some(moved()));
    net.run(100);
    assert_eq!(net.told(CALLEE), ["media sendrecv"], "no 500 for a number that is too low");
}

#[test]
fn a_far_end_that_knows_of_no_such_call_ends_it() {
    let (mut net, standing) = with_another_callee(Net::connected());
    net.ends[CALLER] = endpoint(CALLER, 78);
    take_up(&mut net, &standing, Some(moved()));
    net.run(100);
    assert_eq!(net.told(CALLEE).len(), 1);
    assert!(net.told(CALLEE)[0].starts_with("ended"), "{:?}", net.told(CALLEE));
    net.assert_forgotten();
}

#[test]
fn a_far_end_that_cannot_be_helped_is_told_that_the_call_is_over() {
    let (mut net, standing) = with_another_callee(Net::connected());
    take_up(&mut net, &standing, None);
    net.run(100);
    assert_eq!(net.told(CALLER).last().map(String::as_str), Some("ended remote"));
    net.assert_forgotten();
}

#[test]
fn what_is_taken_up_twice_is_taken_up_once() {
    let (mut net, standing) = with_another_callee(Net::connected());
    take_up(&mut net, &standing, Some(moved()));
    take_up(&mut net, &standing, Some(moved()));
    net.run(100);
    assert_eq!((net.told(CALLEE), net.ends[CALLEE].leg_count()), (vec!["media sendrecv".to_owned()], 1));
}

#[test]
fn a_caller_that_dies_goes_on_as_the_owner_of_the_call() {
    let mut net = Net::connected();
    let Some(standing) = net.ends[CALLER].standing(LEG) else { panic!("the leg is not up") };
    net.ends[CALLER] = endpoint(CALLER, 79);
    net.events[CALLER].clear();
    let leg = net.ends[CALLER].new_leg();
    let flow = Flow::udp(standing.address());
    let media = Some(Local { rtp: ([192, 0, 2, 1], 41_000).into(), ..media(CALLER) });
    let lasts = DurationMs::from_secs(1);
    let take_up = TakeUp { leg, standing, flow, lasts, media, credentials: None };
    net.command(CALLER, Command::TakeUp(Box::new(take_up)));
    net.run(500);
    assert_eq!(net.told(CALLER), ["media sendrecv"]);
    net.run(1000);
    assert_eq!(net.told(CALLEE).last().map(String::as_str), Some("ended remote"), "it lasts no longer");
    net.assert_forgotten();
}
