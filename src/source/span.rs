//! Where in which text something stands.

use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// One source of a program, by its position in the [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId(pub u32);

/// A stretch of one source, in bytes, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The source it lies in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A line of a source, as a person names it: `hours.flow:3`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The path as the program's folder names it.
    pub path: Arc<str>,
    /// The line, counted from one.
    pub line: u32,
}

/// All texts of one program, in the order in which they were read.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

#[derive(Clone, Debug)]
struct Source {
    path: Arc<str>,
    text: Arc<str>,
    /// The byte with which each line but the first begins.
    line_starts: Arc<[u32]>,
}

impl Source {
    fn new(path: Arc<str>, text: Arc<str>) -> Source {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = ends.map(|(at, _)| at as u32 + 1).collect();
        Source { path, text, line_starts }
    }

    /// The line of a byte, counted from zero.
    fn line(&self, at: u32) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }
}

impl Span {
    /// The smallest stretch that holds both; `self` where they lie in different sources.
    pub fn to(self, other: Span) -> Span {
        if self.source != other.source {
            return self;
        }
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl SourceMap {
    /// Adds a text under the path that diagnostics will show.
    pub fn add(&mut self, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> SourceId {
        self.sources.push(Source::new(path.into(), text.into()));
        SourceId(self.sources.len() as u32 - 1)
    }

    /// The same texts under paths that begin with this folder, as a person at a terminal opens them.
    pub fn under(&self, folder: &Path) -> SourceMap {
        let joined = |source: &Source| Source {
            path: folder.join(&*source.path).to_string_lossy().into(),
            ..source.clone()
        };
        SourceMap { sources: self.sources.iter().map(joined).collect() }
    }

    /// All sources, in the order in which they were added.
    pub fn ids(&self) -> impl Iterator<Item = SourceId> {
        (0..self.sources.len() as u32).map(SourceId)
    }

    /// The path of a source.
    pub fn path(&self, id: SourceId) -> &Arc<str> {
        &self.sources[id.0 as usize].path
    }

    /// The text of a source.
    pub fn text(&self, id: SourceId) -> &Arc<str> {
        &self.sources[id.0 as usize].text
    }

    /// The paths and texts, in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sources.iter().map(|source| (&*source.path, &*source.text))
    }

    /// The source that was read from this path.
    pub fn find(&self, path: &str) -> Option<SourceId> {
        self.sources.iter().position(|source| &*source.path == path).map(|index| SourceId(index as u32))
    }

    /// The words a span covers.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.source).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The line on which a span begins.
    pub fn place(&self, span: Span) -> Place {
        let source = &self.sources[span.source.0 as usize];
        Place { path: source.path.clone(), line: source.line(span.start) as u32 + 1 }
    }

    /// Line and column (in characters), both counted from one, at which a span begins.
    pub fn line_and_column(&self, span: Span) -> (u32, u32) {
        let source = &self.sources[span.source.0 as usize];
        let line = source.line(span.start);
        let begin = line.checked_sub(1).map_or(0, |before| source.line_starts[before]);
        let before = source.text.get(begin as usize..span.start as usize).unwrap_or("");
        (line as u32 + 1, before.chars().count() as u32 + 1)
    }
}
