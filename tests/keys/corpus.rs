//! Vectors from outside, where there are any: `CALLWRIGHT_CORPUS` names a folder with `rfc4733`, `malformed` and `dtmf`.
//! What is not there is not tested; the tests beside this one have vectors of their own.

use super::legs::{THEIRS, heard, leg, pressing};
use super::presses::{Score, Truth, found, score};
use callwright::media::InBandKeys;
use callwright::time::Millis;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// A part of the corpus, if it is there.
fn part(name: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("CALLWRIGHT_CORPUS")?).join(name);
    folder.is_dir().then_some(folder)
}

fn entries(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn text<'v>(entry: &'v Value, field: &str) -> &'v str {
    entry[field].as_str().unwrap_or_else(|| panic!("no {field} in {entry}"))
}

/// A stream: for each packet when it arrives (four octets, milliseconds), its length (two) and its octets.
fn stream(file: &Path) -> Vec<(u64, Vec<u8>)> {
    let bytes = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let (mut rest, mut packets) = (bytes.as_slice(), Vec::new());
    while let Some(([a, b, c, d, high, low], after)) = rest.split_first_chunk::<6>() {
        let length = usize::from(u16::from_be_bytes([*high, *low])).min(after.len());
        packets.push((u32::from_be_bytes([*a, *b, *c, *d]).into(), after[..length].to_vec()));
        rest = &after[length..];
    }
    packets
}

#[test]
fn every_event_sequence_gives_its_keys() {
    let Some(folder) = part("rfc4733") else { return };
    let mut wrong = Vec::new();
    for entry in entries(&folder.join("manifest.json")) {
        let packets = stream(&folder.join(text(&entry, "name")).with_added_extension("stream"));
        let keys = heard(&mut leg(THEIRS, true, InBandKeys::Auto), &packets);
        let keys = without_repeats(&keys);
        let others = entry["alt"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut accepted = others.chain([text(&entry, "digits")]);
        if !accepted.any(|digits| digits == keys) {
            wrong.push(format!("{}: {keys}", text(&entry, "name")));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The keys without those in brackets, which were told before.
fn without_repeats(keys: &str) -> String {
    keys.split('(').enumerate().map(|(n, part)| if n == 0 { part } else { &part[2..] }).collect()
}

#[test]
fn nothing_malformed_disturbs_a_call() {
    let Some(folder) = part("malformed") else { return };
    for entry in entries(&folder.join("manifest.json")) {
        let file = folder.join(text(&entry, "file"));
        let packets = match file.extension().is_some_and(|extension| extension == "stream") {
            true => stream(&file),
            false => fs::read(&file).map(|packet| vec![(0, packet)]).unwrap_or_default(),
        };
        for setting in [InBandKeys::Auto, InBandKeys::Always] {
            let mut leg = leg(THEIRS, true, setting);
            let mut now = 0;
            for (packet, n) in pressing("", true).iter().zip(0..) {
                leg.receive(Millis(n * 20), packet, SocketAddr::from(THEIRS));
                now = n * 20;
            }
            for (at, packet) in &packets {
                leg.receive(Millis(now + at), packet, SocketAddr::from(THEIRS));
            }
            // A stream that has taken the call over, as it may, has been silent for long enough by then.
            now += packets.last().map_or(0, |(at, _)| *at) + 6000;
            let later = pressing("58", true).into_iter().zip(0..).map(|(packet, n)| (now + n * 20, packet));
            let later: Vec<_> = later.collect();
            assert_eq!(heard(&mut leg, &later), "58", "{}", file.display());
        }
    }
}

#[test]
fn every_class_of_tones_is_as_good_as_its_target() {
    let Some(folder) = part("dtmf").filter(|folder| folder.join("wav").is_dir()) else { return };
    let reference =
        fs::read_to_string(folder.join("spandsp.txt")).map(|text| rows(&text)).unwrap_or_default();
    let mut worse = Vec::new();
    for class in entries(&folder.join("classes.json")) {
        let name = text(&class, "name");
        let (file, truth) = (folder.join("wav").join(name), folder.join("wav").join(name));
        let score =
            score(&samples(&file.with_added_extension("wav")), &pressed(&truth.with_added_extension("tsv")));
        let Score { right, wrong, doubles, spurious, pressed, .. } = score;
        println!(
            "{name:20}{:7}{:7.2} % wrong {wrong} doubles {doubles} spurious {spurious} {:5.1} ms",
            text(&class, "must"),
            score.percent(),
            score.mean_latency_ms()
        );
        // The reference is rounded; and a reduced set has fewer keys than it was measured with.
        let slack = if pressed < 320 { 5.0 } else { 0.01 };
        let (percent, most_doubles) = reference.get(name).copied().unwrap_or_default();
        let is_right = match text(&class, "must") {
            "accept" => right == pressed && doubles == 0 && score.mean_latency_ms() <= 40.0,
            "reject" => right == 0,
            _ => score.percent() >= percent - slack && doubles <= most_doubles,
        };
        if !is_right || wrong + spurious > 0 {
            worse.push(format!("{name}: {score:?}"));
        }
    }
    assert_eq!(worse, Vec::<String>::new());
}

#[test]
fn nothing_is_found_where_no_key_is_pressed() {
    let Some(folder) = part("dtmf").map(|folder| folder.join("talkoff")) else { return };
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        assert_eq!(found(&samples(&file.path())), [], "{}", file.path().display());
    }
}

/// The percentage and the doubles of each class, out of the reference's table.
fn rows(table: &str) -> BTreeMap<String, (f32, usize)> {
    let number = |line: &str, after: &str| {
        let rest = line.split_once(after)?.1.trim_start();
        rest[..rest.find([' ', '%']).unwrap_or(rest.len())].parse::<f32>().ok()
    };
    let row = |line: &str| {
        let name = line.split_whitespace().nth(1)?.to_owned();
        Some((name, (number(line, "detected=")?, number(line, "double=")? as usize)))
    };
    table.lines().filter_map(row).collect()
}

/// Where keys begin: a line for each, with its first sample, its length and its sign.
fn pressed(file: &Path) -> Vec<Truth> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let line = |line: &str| {
        let mut fields = line.split('\t');
        Some((fields.next()?.parse().ok()?, fields.nth(1)?.chars().next()?))
    };
    text.lines().filter_map(line).collect()
}

fn samples(file: &Path) -> Vec<i16> {
    let wav = hound::WavReader::open(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    wav.into_samples().map_while(Result::ok).collect()
}
