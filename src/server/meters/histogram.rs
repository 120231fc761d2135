//! How often a value was how large.

use parking_lot::Mutex;
use std::collections::BTreeMap;

/// Values by their size.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [f64],
    counted: Mutex<Counted>,
}

/// What was counted.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// How many were at most as large as each bound and larger than the one before; the last has no bound.
    pub buckets: Vec<u64>,
    /// All values together.
    pub sum: f64,
}

impl Histogram {
    /// One with these bounds, which grow.
    pub fn new(bounds: &'static [f64]) -> Histogram {
        Histogram { bounds, counted: Mutex::default() }
    }

    /// Counts a value.
    pub fn observe(&self, value: f64) {
        self.counted.lock().observe(self.bounds, value);
    }

    /// The bounds, and what was counted.
    pub fn counted(&self) -> (&'static [f64], Counted) {
        (self.bounds, self.counted.lock().clone())
    }
}

impl Counted {
    fn observe(&mut self, bounds: &[f64], value: f64) {
        self.buckets.resize(bounds.len() + 1, 0);
        let bucket = bounds.iter().position(|bound| value <= *bound).unwrap_or(bounds.len());
        self.buckets[bucket] += 1;
        self.sum += value;
    }
}

/// Histograms that belong together, told apart by labels.
#[derive(Debug)]
pub struct Histograms<const N: usize> {
    labels: [&'static str; N],
    bounds: &'static [f64],
    counted: Mutex<BTreeMap<[String; N], Counted>>,
}

impl<const N: usize> Histograms<N> {
    /// With these labels and bounds.
    pub fn new(labels: [&'static str; N], bounds: &'static [f64]) -> Histograms<N> {
        Histograms { labels, bounds, counted: Mutex::default() }
    }

    /// Counts a value.
    pub fn observe(&self, labels: [&str; N], value: f64) {
        let mut counted = self.counted.lock();
        counted.entry(labels.map(str::to_owned)).or_default().observe(self.bounds, value);
    }

    /// The names of the labels and the bounds.
    pub fn terms(&self) -> ([&'static str; N], &'static [f64]) {
        (self.labels, self.bounds)
    }

    /// What was counted, in the order of the labels' values.
    pub fn counted(&self) -> Vec<([String; N], Counted)> {
        self.counted.lock().iter().map(|(labels, counted)| (labels.clone(), counted.clone())).collect()
    }
}
