//! What is in a recording, and what never is.

use super::*;
use crate::media::ToneReceiver;
use crate::media::telephone_event::Key;
use crate::media::tone;

const LOUD: Samples = {
    let mut samples = [0; FRAME_SAMPLES];
    let mut n = 0;
    while n < FRAME_SAMPLES {
        samples[n] = if n % 20 < 10 { 6000 } else { -6000 };
        n += 1;
    }
    samples
};

fn frame(number: u64, heard: Samples) -> LegFrame {
    LegFrame { number, heard, said: SILENCE, has_key: false, said_by: SaidBy::Us, is_secret: false }
}

fn recorded(take: Take, frames: impl IntoIterator<Item = LegFrame>) -> Vec<i16> {
    let (mut recorder, mut out) = (Recorder::new(take), Vec::new());
    for frame in frames {
        if !recorder.record(&frame, &mut out) {
            break;
        }
    }
    if recorder.message.is_none() {
        // What stands at the end is another test's.
        let next = recorder.next.unwrap_or_default();
        for number in next..next + UNPROVEN as u64 {
            recorder.record(&frame(number, SILENCE), &mut out);
        }
        recorder.finish(&mut out);
        out.truncate(out.len() - UNPROVEN * FRAME_SAMPLES * usize::from(take.channels()));
        return out;
    }
    recorder.finish(&mut out);
    out.truncate(recorder.kept_samples().map_or(out.len(), |kept| kept as usize));
    out
}

/// Frames of 20 ms as letters: `.` for silence, `#` for sound.
fn shape(samples: &[i16]) -> String {
    let is_silent = |frame: &[i16]| frame.iter().all(|sample| *sample == 0);
    samples.chunks(FRAME_SAMPLES).map(|frame| if is_silent(frame) { '.' } else { '#' }).collect()
}

/// A key's tone, `length_ms` long, from `at_ms` on, over silence.
fn keyed(frames: u64, at_ms: usize, length_ms: usize) -> Vec<LegFrame> {
    let mut samples = vec![0; frames as usize * FRAME_SAMPLES];
    let key = Key::from_char('5').unwrap();
    tone::key(key, 0, &mut samples[at_ms * 8..(at_ms + length_ms) * 8]);
    let chunks = samples.chunks_exact(FRAME_SAMPLES).zip(0..);
    chunks.map(|(chunk, number)| frame(number, chunk.try_into().unwrap())).collect()
}

#[test]
fn both_sides_of_a_call_are_mixed_or_stand_apart() {
    let both = LegFrame { said: [1000; FRAME_SAMPLES], ..frame(0, [-400; FRAME_SAMPLES]) };
    assert_eq!(recorded(Take::Together, [both]), [600; FRAME_SAMPLES]);
    let apart = recorded(Take::Apart, [both]);
    assert_eq!((apart.len(), &apart[..4]), (2 * FRAME_SAMPLES, &[-400, 1000, -400, 1000][..]));
    let loud = LegFrame { said: [30_000; FRAME_SAMPLES], ..frame(0, [30_000; FRAME_SAMPLES]) };
    assert_eq!(recorded(Take::Together, [loud])[0], i16::MAX);
}

#[test]
fn the_length_is_the_time_whatever_is_missing() {
    let frames = [frame(100, LOUD), frame(101, LOUD), frame(104, LOUD), frame(103, LOUD), frame(105, LOUD)];
    assert_eq!(shape(&recorded(Take::Together, frames)), "##..##");
}

#[test]
fn a_tone_is_nowhere_in_a_recording_not_even_its_first_40_ms() {
    for at_ms in 400..420 {
        for length_ms in [40, 60, 100, 250] {
            let samples = recorded(Take::Together, keyed(60, at_ms, length_ms));
            assert_eq!(shape(&samples), ".".repeat(60), "{length_ms} ms at {at_ms}");
        }
    }
}

#[test]
fn a_tone_that_nobody_could_find_yet_is_not_at_the_end_of_a_recording() {
    for at_ms in 400..420 {
        for frames in 20..24 {
            let (mut recorder, mut out) = (Recorder::new(Take::Apart), Vec::new());
            for frame in keyed(40, at_ms, 100).into_iter().take(frames) {
                recorder.record(&frame, &mut out);
            }
            recorder.finish(&mut out);
            assert!(out.iter().all(|sample| *sample == 0), "{frames} frames of a key at {at_ms} ms");
        }
    }
}

#[test]
fn what_a_gateway_lets_pass_before_its_event_is_not_recorded() {
    // 20 ms of tone are too short to be found; the event comes 60 ms later.
    let mut frames = keyed(40, 400, 20);
    frames[23].has_key = true;
    assert_eq!(shape(&recorded(Take::Together, frames)), ".".repeat(40));
}

#[test]
fn what_is_said_around_a_key_is_recorded_and_what_the_caller_hears_too() {
    let mut frames: Vec<LegFrame> = (0..60).map(|number| frame(number, LOUD)).collect();
    frames[30].has_key = true;
    let shape = shape(&recorded(Take::Together, frames));
    assert_eq!(shape, format!("{}{}{}", "#".repeat(20), ".".repeat(14), "#".repeat(26)));
    let said = LegFrame { said: [7; FRAME_SAMPLES], has_key: true, ..frame(0, LOUD) };
    assert_eq!(recorded(Take::Together, [said]), [7; FRAME_SAMPLES]);
}

/// How loud somebody hums.
const HUM: i16 = 1000;

/// The frames of a caller who hears somebody that hums all the time, and who presses a key for 100 ms at 400 ms; an echo of it,
/// so much fainter, comes back so much later.
fn bridged(delay_ms: usize, fainter: i16) -> Vec<LegFrame> {
    let key = keyed(80, 400, 100);
    let mut echo = vec![0; 80 * FRAME_SAMPLES];
    tone::key(Key::from_char('5').unwrap(), 0, &mut echo[(400 + delay_ms) * 8..][..800]);
    let said = |number: usize| {
        std::array::from_fn(|n| LOUD[n].signum() * HUM + echo[number * FRAME_SAMPLES + n] / fainter)
    };
    let bridged = |frame: LegFrame| {
        let said_by = SaidBy::Others { has_key: false };
        LegFrame { said: said(frame.number as usize), said_by, ..frame }
    };
    key.into_iter().map(bridged).collect()
}

#[test]
fn the_echo_of_a_key_is_not_recorded_however_faint_and_late() {
    for (delay_ms, fainter) in [(0, 1), (20, 1), (20, 20), (150, 4), (150, 100), (350, 10), (350, 300)] {
        let samples = recorded(Take::Apart, bridged(delay_ms, fainter));
        let said: Vec<i16> = samples.iter().skip(1).step_by(2).copied().collect();
        let heard: Vec<i16> = samples.iter().step_by(2).copied().collect();
        assert_eq!(shape(&heard), ".".repeat(80));
        let is_clean = said.iter().all(|sample| [-HUM, 0, HUM].contains(sample));
        assert!(is_clean, "{delay_ms} ms later, to the {fainter}th part: {}", shape(&said));
        assert!(shape(&said).starts_with(&"#".repeat(10)) && said.ends_with(&[-HUM]), "{}", shape(&said));
    }
}

#[test]
fn a_loud_echo_is_found_by_itself_whenever_it_comes() {
    let mut frames = bridged(900, 1);
    frames.iter_mut().for_each(|frame| frame.heard = SILENCE);
    let samples = recorded(Take::Together, frames);
    let mut ear = ToneReceiver::default();
    assert!(samples.iter().all(|sample| ear.hear(*sample).is_none()));
    assert_eq!(shape(&samples)[64..].matches('#').count(), 0, "1300 ms are frame 65");
}

#[test]
fn a_key_that_goes_to_others_as_an_event_makes_both_sides_silent() {
    let frames = (0..60).map(|number| {
        let said_by = SaidBy::Others { has_key: number == 30 };
        LegFrame { said: LOUD, said_by, ..frame(number, LOUD) }
    });
    let samples = recorded(Take::Apart, frames);
    let expected = [("#", 40), (".", 2 * 30), ("#", 20)].map(|(frame, count)| frame.repeat(count)).concat();
    assert_eq!(shape(&samples), expected);
}

#[test]
fn a_key_is_taken_out_of_a_conversation_that_has_just_ended() {
    let frames = (0..60).map(|number| {
        let said_by = if number < 30 { SaidBy::Others { has_key: false } } else { SaidBy::Us };
        LegFrame { said: LOUD, said_by, has_key: number == 35, ..frame(number, LOUD) }
    });
    let samples = recorded(Take::Apart, frames);
    assert_eq!(shape(&samples)[50..70], ".".repeat(20));
}

#[test]
fn nobody_is_recorded_while_a_secret_is_asked_for() {
    let secret =
        |number| LegFrame { is_secret: (20..40).contains(&number), said: LOUD, ..frame(number, LOUD) };
    let samples = recorded(Take::Apart, (0..60).map(secret));
    assert_eq!(shape(&samples).len(), 120);
    assert_eq!(shape(&samples), format!("{}{}{}", "#".repeat(40), ".".repeat(40), "#".repeat(40)));
}

const MESSAGE: Take = Take::Message { silence: DurationMs::from_secs(2) };

#[test]
fn a_message_begins_before_the_first_word_and_ends_after_the_last() {
    let words = |number| frame(number, if (50..150).contains(&number) { LOUD } else { SILENCE });
    let (mut recorder, mut out) = (Recorder::new(MESSAGE), Vec::new());
    let length = (0..1000).take_while(|number| recorder.record(&words(*number), &mut out)).count();
    assert_eq!(length, 250 + 1, "two seconds of silence end it, and the detector hears a word 40 ms on");
    let shape = shape(&recorded(MESSAGE, (0..1000).map(words)));
    assert_eq!(shape, format!("{}{}{}", ".".repeat(8), "#".repeat(100), ".".repeat(12)));
    assert_eq!(recorder.spoken(), DurationMs(2000));
}

#[test]
fn who_says_nothing_has_recorded_nothing() {
    assert!(recorded(MESSAGE, (0..1000).map(|number| frame(number, SILENCE))).is_empty());
    let mut recorder = Recorder::new(MESSAGE);
    assert_eq!((0..1000).take_while(|n| recorder.record(&frame(*n, SILENCE), &mut Vec::new())).count(), 99);
    assert_eq!(recorder.spoken(), DurationMs::ZERO);
}

#[test]
fn a_pause_inside_a_message_is_kept_as_long_as_it_was() {
    let words =
        |number| frame(number, if (50..60).contains(&number) || number == 5 { SILENCE } else { LOUD });
    let samples = recorded(MESSAGE, (0..100).map(words));
    assert_eq!(shape(&samples)[40..70].matches('.').count(), 10);
}

#[test]
fn the_key_that_ends_a_message_is_no_part_of_it() {
    let mut frames: Vec<LegFrame> = (0..100).map(|number| frame(number, LOUD)).collect();
    frames.extend(keyed(8, 5, 155).into_iter().map(|frame| LegFrame { number: 100 + frame.number, ..frame }));
    let samples = recorded(MESSAGE, frames);
    let mut ear = ToneReceiver::default();
    assert!(samples.iter().all(|sample| ear.hear(*sample).is_none()));
}
