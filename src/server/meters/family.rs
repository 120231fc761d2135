//! Counters that belong together, told apart by labels.

use parking_lot::Mutex;
use std::collections::BTreeMap;

/// Values by labels. The sets of labels are bounded by what the settings and the program name.
#[derive(Debug)]
pub struct Family<const N: usize> {
    labels: [&'static str; N],
    values: Mutex<BTreeMap<[String; N], i64>>,
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
        *self.values.lock().entry(labels.map(str::to_owned)).or_default() += by;
    }

    /// The names of the labels.
    pub fn labels(&self) -> [&'static str; N] {
        self.labels
    }

    /// What was counted so far, in the order of the labels' values.
    pub fn values(&self) -> Vec<([String; N], i64)> {
        self.values.lock().iter().map(|(labels, value)| (labels.clone(), *value)).collect()
    }
}
