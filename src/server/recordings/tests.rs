//! What lies on the disk while something is recorded, after it, and after a crash.

use super::*;
use crate::engine::{Event, Taken};
use crate::media::recorder::SaidBy;
use crate::media::wav;
use crate::time::DurationMs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let path = std::env::temp_dir().join(format!("callwright-rec-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Scratch(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join("recordings").join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn frame(number: u64, value: i16) -> LegFrame {
    let heard = std::array::from_fn(|n| if n % 2 == 0 { value } else { -value });
    LegFrame { number, heard, said: [0; 160], has_key: false, said_by: SaidBy::Us, is_secret: false }
}

/// Waits for something that another thread does.
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !done() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::yield_now();
    }
}

/// Brings frames as fast as the writer takes them.
fn bring(frames: &Frames, numbers: std::ops::Range<u64>, value: i16) {
    for number in numbers {
        frames.way.send(frame(number, value)).expect("the writer takes them");
    }
}

fn seconds(path: &Path) -> f64 {
    let bytes = std::fs::read(path).unwrap_or_default();
    let reader = hound::WavReader::new(&bytes[..]);
    reader.map_or(0.0, |reader| f64::from(reader.duration()) / 8000.0)
}

fn call(nth: u32) -> RecordingName {
    RecordingName::call("c-1", nth).expect("a name")
}

#[test]
fn a_call_is_playable_while_it_is_recorded_and_lies_with_its_contact_afterwards() {
    let scratch = Scratch::new("call");
    let recordings = Recordings::start(&scratch.0, DataKeys::default()).expect("a folder");
    let frames = recordings.begin(call(1), Take::Apart, None);
    let open = scratch.file("open/c-1.call-1.wav");
    bring(&frames, 0..500, 1000);
    until("nine seconds can be played", || seconds(&open) >= 9.0);
    let bytes = std::fs::read(&open).expect("it is there");
    assert_eq!(wav::header(&bytes).map(|header| header.channels).ok(), Some(2));
    drop(frames);
    let kept = scratch.file("c-1/call-1.wav");
    until("it is finished", || kept.exists());
    assert_eq!(seconds(&kept), 10.0);
    assert!(!open.exists());
}

#[test]
fn a_folder_that_somebody_deletes_is_made_anew_for_the_next_call() {
    let scratch = Scratch::new("deleted");
    let recordings = Recordings::start(&scratch.0, DataKeys::default()).expect("a folder");
    std::fs::remove_dir_all(scratch.file("")).expect("deleted");
    let frames = recordings.begin(call(1), Take::Together, None);
    bring(&frames, 0..50, 1000);
    drop(frames);
    let kept = scratch.file("c-1/call-1.wav");
    until("it is finished", || kept.exists());
    assert_eq!(seconds(&kept), 1.0);
}

#[test]
fn a_message_is_cut_to_what_was_said_and_its_call_is_told() {
    let scratch = Scratch::new("message");
    let recordings = Recordings::start(&scratch.0, DataKeys::default()).expect("a folder");
    let (call, mut events) = tasks::channel(4);
    let told = Told { id: ActionId(7), call: call.downgrade() };
    let take = Take::Message { silence: DurationMs::from_secs(5) };
    let frames =
        recordings.begin(RecordingName::message("c-1", ActionId(7)).expect("a name"), take, Some(told));
    bring(&frames, 0..100, 0);
    bring(&frames, 100..200, 5000);
    bring(&frames, 200..449, 0);
    drop(frames);
    let event = events.blocking_recv();
    let Some(CallEvent::Engine(Event::Recorded { id, taken: Taken::Sound { length, .. } })) = event else {
        panic!("{event:?}")
    };
    assert_eq!((id, length), (ActionId(7), DurationMs(2000)));
    assert!(recordings.message("c-1-7").is_ok());
    assert_eq!(seconds(&scratch.file("c-1/message-7.wav")), 2.4);
}

#[test]
fn a_silent_message_and_one_that_is_thrown_away_leave_nothing() {
    let scratch = Scratch::new("none");
    let recordings = Recordings::start(&scratch.0, DataKeys::default()).expect("a folder");
    let (call, mut events) = tasks::channel(4);
    let told = Told { id: ActionId(7), call: call.downgrade() };
    let take = Take::Message { silence: DurationMs::from_secs(5) };
    let name = |id| RecordingName::message("c-1", ActionId(id)).expect("a name");
    drop(recordings.begin(name(7), take, Some(told)));
    let event = events.blocking_recv();
    let said = matches!(&event, Some(CallEvent::Engine(Event::Recorded { taken: Taken::Sound { length, .. }, .. }))
        if *length == DurationMs::ZERO);
    assert!(said, "{event:?}");
    let frames = recordings.begin(name(8), take, None);
    bring(&frames, 0..100, 5000);
    recordings.discard(frames.recording);
    let open = scratch.file("open");
    until("nothing is left", || std::fs::read_dir(&open).is_ok_and(|mut files| files.next().is_none()));
    assert!(!scratch.file("c-1").exists());
}

#[test]
fn what_a_crash_left_is_whole_after_the_next_start_wherever_it_was_cut() {
    let scratch = Scratch::new("crash");
    let open = scratch.file("open");
    std::fs::create_dir_all(&open).expect("a folder");
    // A second that the header knows of, and a block behind it that was being written.
    let mut bytes = crate::media::wav_stream::header(2, 32_000).to_vec();
    crate::media::wav_stream::octets(&vec![77; 2 * (8000 + 160)], &mut bytes);
    let block = bytes.len() - 640;
    for length in block..=bytes.len() {
        std::fs::write(open.join("c-1.call-1.wav"), &bytes[..length]).expect("written");
        drop(Recordings::start(&scratch.0, DataKeys::default()).expect("it starts"));
        let samples = ((length - 44) / 4) as f64;
        assert_eq!(seconds(&scratch.file("c-1/call-1.wav")), samples / 8000.0, "cut at {length}");
    }
}

#[test]
fn what_was_cut_before_its_first_sample_is_removed() {
    let scratch = Scratch::new("short");
    let open = scratch.file("open");
    std::fs::create_dir_all(&open).expect("a folder");
    let header = crate::media::wav_stream::header(1, 0);
    for length in [0, 20, 44, 45] {
        let bytes = [&header[..], &[1]].concat();
        std::fs::write(open.join("c-1.call-1.wav"), &bytes[..length]).expect("written");
        drop(Recordings::start(&scratch.0, DataKeys::default()).expect("it starts"));
        assert!(!open.join("c-1.call-1.wav").exists() && !scratch.file("c-1").exists(), "{length}");
    }
}

#[test]
fn frames_beyond_the_queue_are_silence_and_the_length_stays() {
    let scratch = Scratch::new("stall");
    let recordings = Recordings::start(&scratch.0, DataKeys::default()).expect("a folder");
    let frames = recordings.begin(call(1), Take::Together, None);
    bring(&frames, 0..50, 1000);
    bring(&frames, 350..400, 1000);
    drop(frames);
    let kept = scratch.file("c-1/call-1.wav");
    until("it is finished", || kept.exists());
    assert_eq!(seconds(&kept), 8.0);
}

#[test]
fn with_a_key_what_is_over_is_sealed_and_opens_by_its_name() {
    let scratch = Scratch::new("sealed");
    let keys = DataKeys::parse(&"5c".repeat(32)).expect("a key");
    let recordings = Recordings::start(&scratch.0, keys.clone()).expect("a folder");
    let name = RecordingName::message("c-1", ActionId(7)).expect("a name");
    let frames = recordings.begin(name, Take::Message { silence: DurationMs::from_secs(5) }, None);
    bring(&frames, 0..50, 9000);
    drop(frames);
    assert!(recordings.settle(Duration::from_secs(10)));
    let bytes = std::fs::read(scratch.file("c-1/message-7.wav")).expect("a file");
    assert!(!bytes.windows(4).any(|window| window == b"RIFF"));
    let open = recordings.message("c-1-7").expect("the message");
    assert!(open.starts_with(b"RIFF") && wav::header(&open).is_ok());
    assert!(!scratch.file("open/c-1.message-7.wav").exists());
    assert!(keys.open_or_read("c-2/message-7.wav", bytes).is_err(), "it is of another call");
}
