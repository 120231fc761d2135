//! Counters that belong together, told apart by labels.

use parking_lot::Mutex;

/// Values by labels. The sets of labels are bounded by what the settings and the program name.
#[derive(Debug)]
pub struct Family<const N: usize> {
    labels: [&'static str; N],
    /// In the order of the labels' values: what was counted before is found without a copy of them.
    values: Mutex<Vec<([String; N], i64)>>,
}

impl<const N: usize> Family<N> {
    /// One of which nothing has been counted.
    pub fn new(labels: [&'static str; N]) -> Family<N> {
        Family { labels, values: Mutex::default() }
    }

    /// Counts one.
    pub fn count(&self, labels: [&str; N]) {
        self.add(labels, 1);
    }

    /// Adds a number, which may be less than nothing for what goes up and down.
    pub fn add(&self, labels: [&str; N], by: i64) {
        let mut values = self.values.lock();
        match values.binary_search_by(|(known, _)| known.iter().map(String::as_str).cmp(labels)) {
            Ok(at) => values[at].1 += by,
            Err(at) => values.insert(at, (labels.map(str::to_owned), by)),
        }
    }

    /// The names of the labels.
    pub fn labels(&self) -> [&'static str; N] {
        self.labels
    }

    /// What was counted so far, in the order of the labels' values.
    pub fn values(&self) -> Vec<([String; N], i64)> {
        self.values.lock().clone()
    }
}
