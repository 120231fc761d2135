//! The page that Prometheus reads, in its text format 0.0.4: `# HELP`, `# TYPE`, then a line for each series.

use super::family::Family;
use super::histogram::{Counted, Histogram, Histograms};
use std::fmt::{self, Display, Write};
use std::sync::atomic::{AtomicU64, Ordering};

/// The first word of all names but those of the process.
const PREFIX: &str = "callwright_";

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
}

/// A page that is being written.
#[derive(Debug, Default)]
pub struct Page(String);

/// The labels of a line: names, and what they are.
type Labels<'a> = &'a [(&'a str, &'a str)];

impl Page {
    /// The whole page.
    pub fn text(self) -> String {
        self.0
    }

    /// A value without labels, or several with: names without the program's, units last.
    pub fn values<'a>(
        &mut self,
        kind: Kind,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (Vec<(&'a str, &'a str)>, f64)>,
    ) {
        let name = self.head(kind.word(), name, help);
        for (labels, value) in values {
            self.line(&name, "", &labels, value);
        }
    }

    /// A value without labels.
    pub fn value(&mut self, kind: Kind, name: &str, help: &str, value: f64) {
        self.values(kind, name, help, [(Vec::new(), value)]);
    }

    /// What an atomic counts.
    pub fn total(&mut self, name: &str, help: &str, value: &AtomicU64) {
        self.value(Kind::Counter, name, help, value.load(Ordering::Relaxed) as f64);
    }

    /// A family, whose series come and go together.
    pub fn family<const N: usize>(&mut self, kind: Kind, name: &str, help: &str, family: &Family<N>) {
        let (names, values) = (family.labels(), family.values());
        let line = |(labels, value): &([String; N], i64)| (labels.clone(), *value as f64);
        let name = self.head(kind.word(), name, help);
        for (labels, value) in values.iter().map(line) {
            self.line(&name, "", &paired(&names, &labels), value);
        }
    }

    /// A histogram.
    pub fn histogram(&mut self, name: &str, help: &str, histogram: &Histogram) {
        let name = self.head("histogram", name, help);
        let (bounds, counted) = histogram.counted();
        self.buckets(&name, &[], bounds, &counted);
    }

    /// Histograms that belong together.
    pub fn histograms<const N: usize>(&mut self, name: &str, help: &str, histograms: &Histograms<N>) {
        let name = self.head("histogram", name, help);
        let (names, bounds) = histograms.terms();
        for (labels, counted) in histograms.counted() {
            self.buckets(&name, &paired(&names, &labels), bounds, &counted);
        }
    }

    fn buckets(&mut self, name: &str, labels: Labels<'_>, bounds: &[f64], counted: &Counted) {
        let mut so_far = 0;
        for (index, bound) in bounds.iter().map(f64::to_string).chain(["+Inf".to_owned()]).enumerate() {
            so_far += counted.buckets.get(index).copied().unwrap_or(0);
            let labels = [labels, &[("le", &*bound)]].concat();
            self.line(name, "_bucket", &labels, so_far as f64);
        }
        self.line(name, "_sum", labels, counted.sum);
        self.line(name, "_count", labels, so_far as f64);
    }

    fn head(&mut self, kind: &str, name: &str, help: &str) -> String {
        let name = if name.starts_with("process_") { name.to_owned() } else { format!("{PREFIX}{name}") };
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
        name
    }

    fn line(&mut self, name: &str, suffix: &str, labels: Labels<'_>, value: f64) {
        let _ = match labels.is_empty() {
            true => writeln!(self.0, "{name}{suffix} {value}"),
            false => writeln!(self.0, "{name}{suffix}{{{}}} {value}", Written(labels)),
        };
    }
}

fn paired<'a, const N: usize>(names: &[&'a str; N], values: &'a [String; N]) -> Vec<(&'a str, &'a str)> {
    names.iter().copied().zip(values.iter().map(String::as_str)).collect()
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        }
    }
}

/// Labels as they stand between braces.
struct Written<'a>(Labels<'a>);

impl Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            write!(f, "{comma}{name}=\"{value}\"")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_a_line_a_set_of_labels_and_quotes_are_escaped() {
        let family = Family::new(["trunk", "direction"]);
        family.count(["a \"b\"\\", "in"]);
        family.add(["", "out"], 3);
        family.add(["", "out"], -1);
        let mut page = Page::default();
        page.family(Kind::Gauge, "calls_active", "Calls.", &family);
        assert_eq!(
            page.text(),
            "# HELP callwright_calls_active Calls.\n# TYPE callwright_calls_active gauge\n\
             callwright_calls_active{trunk=\"\",direction=\"out\"} 2\n\
             callwright_calls_active{trunk=\"a \\\"b\\\"\\\\\",direction=\"in\"} 1\n"
        );
    }

    #[test]
    fn the_buckets_of_a_histogram_add_up() {
        let histogram = Histogram::new(&[0.5, 1.0]);
        for value in [0.25, 0.5, 0.75, 8.0] {
            histogram.observe(value);
        }
        let mut page = Page::default();
        page.histogram("x_seconds", "X.", &histogram);
        let lines = page.text();
        let lines: Vec<&str> = lines.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "callwright_x_seconds_bucket{le=\"0.5\"} 2",
                "callwright_x_seconds_bucket{le=\"1\"} 3",
                "callwright_x_seconds_bucket{le=\"+Inf\"} 4",
                "callwright_x_seconds_sum 9.5",
                "callwright_x_seconds_count 4"
            ]
        );
    }
}
