//! Presses of keys as tones, well and badly made, and what a receiver makes of them.

use super::sound::{Chance, Line, amplitude, sine};
use callwright::media::{Key, ToneReceiver};

pub const ALL: &str = "123A456B789C*0#D";
const ROWS_HZ: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
const COLUMNS_HZ: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];

/// What is done to the sound when all keys are in it.
pub type Spoil = fn(&mut [f32], &mut Chance);

/// How keys are pressed.
#[derive(Clone, Copy)]
pub struct Presses {
    pub keys: &'static str,
    /// How often the keys are pressed, in another order each time.
    pub times: usize,
    pub on_ms: f32,
    pub off_ms: f32,
    /// Levels of the low and the high tone, dBm0.
    pub dbm0: [f32; 2],
    /// How far each is beside its frequency, in percent.
    pub percent: [f32; 2],
    /// And in hertz.
    pub hz: f32,
    /// White noise below the power of both tones, dB.
    pub snr: Option<f32>,
    /// A break in the middle of each.
    pub break_ms: f32,
    pub line: Line,
    pub spoil: Option<Spoil>,
}

impl Default for Presses {
    fn default() -> Presses {
        Presses {
            keys: ALL,
            times: 1,
            on_ms: 100.0,
            off_ms: 100.0,
            dbm0: [-10.0, -10.0],
            percent: [0.0, 0.0],
            hz: 0.0,
            snr: None,
            break_ms: 0.0,
            line: Line::Ulaw,
            spoil: None,
        }
    }
}

/// What was found of all that was pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    pub pressed: usize,
    pub right: usize,
    pub wrong: usize,
    /// Found again within one press.
    pub doubles: usize,
    /// Found where nothing was pressed.
    pub spurious: usize,
    /// From the beginning of a key to the end of the packet of 20 ms in which it was found, all together.
    pub latency_ms: f32,
}

impl Score {
    pub fn percent(&self) -> f32 {
        100.0 * self.right as f32 / self.pressed.max(1) as f32
    }

    pub fn mean_latency_ms(&self) -> f32 {
        self.latency_ms / self.right.max(1) as f32
    }
}

/// A press: its first sample and its key.
pub type Truth = (usize, char);

impl Presses {
    /// The sound, and where each key begins.
    pub fn sound(&self, seed: u64) -> (Vec<i16>, Vec<Truth>) {
        let mut chance = Chance::new(seed);
        let (mut sound, mut truth) = (vec![0.0; 2400], Vec::new());
        for key in self.order(&mut chance) {
            truth.push((sound.len(), key));
            self.press(key, &mut chance, &mut sound);
            let pause = (self.off_ms * 8.0) as usize + chance.below(100);
            sound.extend(std::iter::repeat_n(0.0, pause));
        }
        sound.extend([0.0; 4000]);
        if let Some(snr) = self.snr {
            let power: f32 = self.dbm0.iter().map(|dbm0| amplitude(*dbm0).powi(2) / 2.0).sum();
            let noise = (power / 10f32.powf(snr / 10.0)).sqrt();
            sound.iter_mut().for_each(|value| *value += noise * chance.normal());
        }
        if let Some(spoil) = self.spoil {
            spoil(&mut sound, &mut chance);
        }
        (self.line.carry(&sound), truth)
    }

    fn order(&self, chance: &mut Chance) -> Vec<char> {
        let mut keys: Vec<char> = std::iter::repeat_n(self.keys, self.times).flat_map(str::chars).collect();
        for n in (1..keys.len()).rev() {
            keys.swap(n, chance.below(n + 1));
        }
        keys
    }

    fn press(&self, key: char, chance: &mut Chance, sound: &mut Vec<f32>) {
        let (row, column) = Key::from_char(key).map_or((0, 0), Key::place);
        let hz = |hz: f32, percent: f32| hz * (1.0 + percent / 100.0) + self.hz;
        let (low, high) = (hz(ROWS_HZ[row], self.percent[0]), hz(COLUMNS_HZ[column], self.percent[1]));
        let [low_from, high_from] = [chance.below(8000), chance.below(8000)];
        let length = (self.on_ms * 8.0) as usize;
        let gap = (self.break_ms * 8.0) as usize;
        let silent = (length - gap) / 2..(length - gap) / 2 + gap;
        sound.extend((0..length).map(|n| match silent.contains(&n) {
            true => 0.0,
            false => {
                amplitude(self.dbm0[0]) * sine(low, low_from + n)
                    + amplitude(self.dbm0[1]) * sine(high, high_from + n)
            }
        }));
    }

    /// Presses them and says what was found.
    pub fn score(&self, seed: u64) -> Score {
        let (sound, truth) = self.sound(seed);
        score(&sound, &truth)
    }
}

/// The keys that are found in a sound, each with the end of its packet.
pub fn found(sound: &[i16]) -> Vec<(usize, char)> {
    let mut receiver = ToneReceiver::default();
    let hear = |(sample, n): (&i16, usize)| Some((n / 160 * 160 + 160, receiver.hear(*sample)?.to_char()));
    sound.iter().zip(0..).filter_map(hear).collect()
}

/// Compares what is found with what was pressed.
pub fn score(sound: &[i16], truth: &[Truth]) -> Score {
    let found = found(sound);
    let mut score = Score { pressed: truth.len(), spurious: found.len(), ..Score::default() };
    for (n, (begin, key)) in truth.iter().enumerate() {
        let end = truth.get(n + 1).map_or(sound.len(), |next| next.0 + 100);
        let mut within = found.iter().filter(|(at, _)| (begin + 80..=end).contains(at));
        let Some((at, first)) = within.next() else { continue };
        let more = within.count();
        score.spurious = score.spurious.saturating_sub(1 + more);
        score.doubles += more;
        if first == key {
            score.right += 1;
            score.latency_ms += (at - begin) as f32 / 8.0;
        } else {
            score.wrong += 1;
        }
    }
    score
}
