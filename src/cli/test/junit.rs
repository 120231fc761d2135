//! `--junit`: a report that build servers show. A suite a file, a case a scenario.
//!
//! The format is what Apache Ant's task writes and everybody reads; there is no standard. Times are real seconds.

use super::load::Suite;
use super::play::{Job, Played};
use std::fmt::Write;
use std::time::Duration;

/// The report on all scenarios that were played.
pub fn document(suites: &[Suite], jobs: &[Job<'_>], results: &[Played]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for file in suites.iter().flat_map(|suite| &suite.files) {
        let of_file: Vec<(&Job<'_>, &Played)> =
            jobs.iter().zip(results).filter(|(job, _)| job.path == file.path).collect();
        if !of_file.is_empty() {
            text.push_str(&suite(&file.path, &of_file));
        }
    }
    text + "</testsuites>\n"
}

fn suite(path: &str, of_file: &[(&Job<'_>, &Played)]) -> String {
    let count = |counts: fn(&Played) -> bool| of_file.iter().filter(|(_, played)| counts(played)).count();
    let took: Duration = of_file.iter().map(|(_, played)| played.took).sum();
    let mut text = format!(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\" time=\"{:.3}\">\n",
        escaped(path),
        of_file.len(),
        count(|played| !played.passed() && played.panic.is_none()),
        count(|played| played.panic.is_some()),
        took.as_secs_f64(),
    );
    of_file.iter().for_each(|(job, played)| text.push_str(&case(job, played)));
    text + "  </testsuite>\n"
}

fn case(job: &Job<'_>, played: &Played) -> String {
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\" time=\"{:.3}\"",
        escaped(&job.of.image.name),
        escaped(&job.scenario.name),
        escaped(job.path),
        job.scenario.line,
        played.took.as_secs_f64(),
    );
    if played.passed() {
        return head + "/>\n";
    }
    let (kind, message) = match (&played.panic, played.failures.first()) {
        (Some(panic), _) => ("error", panic.clone()),
        (None, Some((_, failure))) => {
            ("failure", format!("expected: {}; but: {}", failure.expected, failure.but))
        }
        (None, None) => ("failure", played.unasked.first().map(ToString::to_string).unwrap_or_default()),
    };
    format!(
        "{head}>\n      <{kind} message=\"{}\">{}</{kind}>\n    </testcase>\n",
        escaped(&message),
        escaped(&played.text),
    )
}

/// As XML 1.0 takes it (§2.2, §2.4): without the signs that it has no place for.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push(sign),
            sign if sign < ' ' || matches!(sign, '\u{fffe}' | '\u{ffff}') => {
                // Nothing that is written to a string fails.
                let _ = write!(out, "\\u{{{:x}}}", sign as u32);
            }
            sign => out.push(sign),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_has_no_place_for_is_written_out() {
        assert_eq!(escaped("a<b> & \"c\"\u{1b}"), "a&lt;b&gt; &amp; &quot;c&quot;\\u{1b}");
    }
}
