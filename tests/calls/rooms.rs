//! Conferences on real calls: who hears whom.

use super::*;

const BOARD: &str = r#"
program board { languages en; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
tone hold { 300Hz 1s }
route main { call to 100 -> moderator; call -> guest; otherwise -> reject not_found }
flow moderator {
    answer
    conference "board" { as moderator; ends with moderator; record; left, removed, refused, full -> bye }
}
flow guest {
    answer
    conference "board" { at most 3; wait for moderator; music "hold"; left, removed, refused, full -> bye }
}
flow bye { outcome resolved; hangup }
"#;

fn tone(hz: f64) -> Vec<i16> {
    let turn = std::f64::consts::TAU * hz / 8000.0;
    (0..8000 * 20).map(|n| (6000.0 * (turn * n as f64).sin()) as i16).collect()
}

/// Listens for a second and a half, and says how much of the last second each pitch is.
async fn shares(call: &mut TelephoneCall, pitches: &[f64]) -> Vec<f64> {
    let mut heard: Vec<f64> = Vec::new();
    while heard.len() < 12_000 {
        match call.next().await {
            Moment::Sound(sound) => heard.extend(sound.iter().map(|sample| f64::from(*sample))),
            Moment::Ended(why) => panic!("it ended: {why}"),
            Moment::Key(_) | Moment::KeysSent => {}
        }
    }
    let second = &heard[heard.len() - 8000..];
    pitches.iter().map(|hz| tone_share(second, *hz)).collect()
}

async fn has_ended(call: &mut TelephoneCall) {
    let ends = async { while !matches!(call.next().await, Moment::Ended(_)) {} };
    tokio::time::timeout(Duration::from_secs(10), ends).await.expect("it ends");
}

#[test]
fn each_hears_all_others_and_a_room_ends_with_its_moderator() {
    with_runtime(async {
        let server = Server::of(image(&MemoryFiles::script(BOARD)), NOWHERE).await;
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        let mut anna = telephone.call("200", server.address(), "+79656295719").await.expect("answered");
        let waiting = shares(&mut anna, &[300.0]).await;
        assert!(waiting[0] > 0.5, "music until the moderator comes: {waiting:?}");
        let mut ivan = telephone.call("200", server.address(), "+79656295720").await.expect("answered");
        let mut chair = telephone.call("100", server.address(), "+79656295721").await.expect("answered");
        anna.speak(&tone(440.0));
        ivan.speak(&tone(1000.0));
        chair.speak(&tone(1700.0));
        let (of_anna, of_ivan, of_chair) = tokio::join!(
            shares(&mut anna, &[440.0, 1000.0, 1700.0]),
            shares(&mut ivan, &[440.0, 1000.0, 1700.0]),
            shares(&mut chair, &[440.0, 1000.0, 1700.0]),
        );
        for (own, heard) in [(0, of_anna), (1, of_ivan), (2, of_chair)] {
            for (pitch, share) in heard.iter().enumerate() {
                let is_right = if pitch == own { *share < 0.02 } else { *share > 0.3 };
                assert!(is_right, "{own} hears {heard:?}");
            }
        }
        chair.hang_up().await;
        has_ended(&mut anna).await;
        has_ended(&mut ivan).await;
        let contacts = server.contacts().await;
        let mut outcomes: Vec<String> =
            contacts.iter().filter_map(|one| one.outcomes().get(&None).map(|o| o.to_string())).collect();
        outcomes.sort();
        assert_eq!(outcomes, ["abandoned", "resolved", "resolved"]);
        let folder = server.folder.path().join("recordings");
        let led = contacts.iter().find(|one| &*one.beginning.to == "100").expect("the moderator's");
        let files = std::fs::read_dir(folder.join(&**led.id())).expect("its recordings");
        let names: Vec<String> =
            files.flatten().map(|file| file.file_name().to_string_lossy().into_owned()).collect();
        assert!(names.len() == 1 && names[0].starts_with("room-"), "{names:?}");
    });
}

#[test]
fn a_room_that_is_full_lets_nobody_in() {
    with_runtime(async {
        let server = Server::of(image(&MemoryFiles::script(BOARD)), NOWHERE).await;
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        let mut guests = Vec::new();
        for _ in 0..3 {
            guests.push(telephone.call("200", server.address(), "+79656295719").await.expect("answered"));
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let mut fourth = telephone.call("200", server.address(), "+79656295719").await.expect("answered");
        has_ended(&mut fourth).await;
        for guest in guests {
            guest.hang_up().await;
        }
    });
}
