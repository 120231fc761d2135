//! Reads the page of metrics as strictly as Prometheus' own checker does.

use std::collections::{BTreeMap, BTreeSet};

/// One line with a value.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    pub labels: Vec<(String, String)>,
    pub value: f64,
}

/// All series of a page, or what is wrong with it.
pub fn parse(page: &str) -> Result<Vec<Series>, String> {
    let mut all: Vec<Series> = Vec::new();
    let mut kinds: BTreeMap<String, String> = BTreeMap::new();
    let (mut helped, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for line in page.lines() {
        let wrong = |what: &str| Err(format!("{what}: {line}"));
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let Some((name, help)) = rest.split_once(' ') else { return wrong("no help") };
            if !help.ends_with('.') || !helped.insert(name.to_owned()) {
                return wrong("no sentence, or a second one");
            }
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let Some((name, kind)) = rest.split_once(' ') else { return wrong("no type") };
            let is_known = ["counter", "gauge", "histogram"].contains(&kind);
            let is_total = name.ends_with("_total") == (kind == "counter");
            if !helped.contains(name) || !is_known || !is_total {
                return wrong("a type that is none, or a name that does not fit it");
            }
            if kinds.insert(name.to_owned(), kind.to_owned()).is_some() {
                return wrong("a second type");
            }
        } else {
            let Some(series) = series(line) else { return wrong("no series") };
            let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| {
                let family = series.name.strip_suffix(end)?;
                (kinds.get(family).map(String::as_str) == Some("histogram")).then_some(family)
            });
            if !kinds.contains_key(family.unwrap_or(&series.name)) {
                return wrong("no type before it");
            }
            if !seen.insert((series.name.clone(), series.labels.clone())) {
                return wrong("twice");
            }
            all.push(series);
        }
    }
    buckets_grow(&all)?;
    Ok(all)
}

/// Each bucket of a histogram holds those before it, and the last all there are.
fn buckets_grow(all: &[Series]) -> Result<(), String> {
    let mut last: Option<&Series> = None;
    for series in all {
        let same =
            last.filter(|last| last.name == series.name && without_bound(last) == without_bound(series));
        if series.name.ends_with("_bucket") && same.is_some_and(|last| last.value > series.value) {
            return Err(format!("a bucket that holds less: {series:?}"));
        }
        if let (Some(name), Some(before)) = (series.name.strip_suffix("_count"), last) {
            let bucket = all
                .iter()
                .rfind(|one| one.name == format!("{name}_bucket") && without_bound(one) == series.labels);
            if bucket.is_some_and(|bucket| bucket.value != series.value) {
                return Err(format!("the last bucket does not hold all: {before:?}"));
            }
        }
        last = Some(series);
    }
    Ok(())
}

fn without_bound(series: &Series) -> Vec<(String, String)> {
    series.labels.iter().filter(|(name, _)| name != "le").cloned().collect()
}

fn series(line: &str) -> Option<Series> {
    let (named, value) = line.rsplit_once(' ')?;
    let (name, labels) = match named.split_once('{') {
        Some((name, rest)) => (name, labels(rest.strip_suffix('}')?)?),
        None => (named, Vec::new()),
    };
    let is_name = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit());
    (is_name && !name.is_empty()).then_some(())?;
    Some(Series { name: name.to_owned(), labels, value: value.parse().ok()? })
}

/// `a="1",b="2"`, with `\\`, `\"` and `\n` in the values.
fn labels(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (name, behind) = rest.split_once("=\"")?;
        let (mut value, mut characters) = (String::new(), behind.char_indices());
        let end = loop {
            match characters.next()? {
                (at, '"') => break at,
                (_, '\\') => value.push(match characters.next()?.1 {
                    'n' => '\n',
                    escaped @ ('\\' | '"') => escaped,
                    _ => return None,
                }),
                (_, plain) => value.push(plain),
            }
        };
        found.push((name.to_owned(), value));
        rest = behind[end + 1..].strip_prefix(',').unwrap_or(&behind[end + 1..]);
    }
    Some(found)
}
