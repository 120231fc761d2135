//! A profile, drawn: what `perf script` says, as a flame graph that needs nothing but a browser.
//!
//! Each box is a function, as wide as its share of the samples, on top of whoever called it. Frames between the runtime and our own
//! code are left out, so that what costs stands near the bottom.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{BufRead, Result};

const WIDTH: f64 = 1200.0;
const ROW: f64 = 17.0;
/// A letter of the labels.
const LETTER: f64 = 6.6;
/// Boxes that are narrower, in parts of the whole, are not drawn.
const NARROWEST: f64 = 0.003;
/// What says nothing of the program's own work.
const BETWEEN: &[&str] = &[
    "tokio::runtime",
    "std::sys::",
    "<tokio::runtime",
    "<std::thread",
    "<std::sys::",
    "std::thread",
    "std::panic",
    "std::rt",
    "core::ops::function",
    "<core::pin::Pin",
    "<core::future",
    "<tracing::instrument",
    "__rust",
    "__x64_sys",
    "do_syscall",
    "entry_SYSCALL",
    "start_thread",
    "clone",
    "[unknown]",
];

/// A function under whoever called it, and its samples.
#[derive(Default)]
struct Frame {
    samples: u64,
    callees: BTreeMap<String, Frame>,
}

/// Reads what `perf script` has written, and draws it.
pub fn draw(input: impl BufRead) -> Result<String> {
    let mut root = Frame::default();
    let (mut thread, mut stack) = (String::new(), Vec::new());
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            root.count(&thread, &stack);
            (thread, stack) = (String::new(), Vec::new());
        } else if line.starts_with(char::is_whitespace) {
            // An address, the function with its offset, and the file in brackets.
            let function = line.trim().split_once(' ').map_or("", |(_, rest)| rest);
            let function = function.rsplit_once(" (").map_or(function, |(name, _)| name);
            stack.push(function.rsplit_once("+0x").map_or(function, |(name, _)| name).to_owned());
        } else {
            thread = line.split_whitespace().next().unwrap_or("").to_owned();
        }
    }
    root.count(&thread, &stack);
    let depth = root.depth(root.samples);
    let height = (depth as f64 + 1.0) * ROW;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"monospace\" font-size=\"11\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    root.draw("all", (0.0, height - ROW), root.samples, &mut svg);
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The last two parts of a function's path, without what stands in brackets.
fn label(name: &str) -> String {
    let mut depth = 0;
    let plain: String = name
        .chars()
        .filter(|letter| {
            depth += i32::from(*letter == '<') - i32::from(*letter == '>');
            depth == 0 && *letter != '>'
        })
        .collect();
    let parts: Vec<&str> =
        plain.split("::").filter(|part| !part.is_empty() && *part != "{{closure}}").collect();
    parts[parts.len().saturating_sub(2)..].join("::")
}

impl Frame {
    /// Counts a sample; its stack has the innermost function first.
    fn count(&mut self, thread: &str, stack: &[String]) {
        if thread.is_empty() {
            return;
        }
        self.samples += 1;
        let own = stack.iter().rev().filter(|name| !BETWEEN.iter().any(|some| name.starts_with(some)));
        let mut at = self;
        for name in std::iter::once(thread).chain(own.map(String::as_str)) {
            at = at.callees.entry(name.to_owned()).or_default();
            at.samples += 1;
        }
    }

    fn is_wide(&self, of: u64) -> bool {
        self.samples as f64 >= NARROWEST * of as f64
    }

    fn depth(&self, of: u64) -> usize {
        let callees = self.callees.values().filter(|callee| callee.is_wide(of));
        1 + callees.map(|callee| callee.depth(of)).max().unwrap_or(0)
    }

    fn draw(&self, name: &str, (x, y): (f64, f64), of: u64, svg: &mut String) {
        let scale = WIDTH / of.max(1) as f64;
        let width = self.samples as f64 * scale;
        let percent = 100.0 * self.samples as f64 / of.max(1) as f64;
        let shown = escaped(&name.replace("callwright::", "").replace("{{closure}}", "…"));
        // What is ours is warm, all else is cool.
        let colour = if name.contains("callwright") { "#fb9" } else { "#cde" };
        let height = ROW - 1.0;
        let _ = write!(
            svg,
            "<g><title>{shown}: {percent:.1} %</title><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height}\" fill=\"{colour}\"/>",
            (width - 0.5).max(0.2)
        );
        let letters = ((width - 4.0) / LETTER) as usize;
        if letters > 3 {
            let label = escaped(&label(name).chars().take(letters).collect::<String>());
            let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\">{label}</text>", x + 2.0, y + 12.0);
        }
        svg.push_str("</g>\n");
        let mut at = x;
        let mut callees: Vec<_> = self.callees.iter().filter(|(_, callee)| callee.is_wide(of)).collect();
        callees.sort_by_key(|(_, callee)| std::cmp::Reverse(callee.samples));
        for (name, callee) in callees {
            callee.draw(name, (at, y - ROW), of, svg);
            at += callee.samples as f64 * scale;
        }
    }
}
