//! Questions: a request, where what it finds stands, what of it counts, and how it pages.

use super::call::KEYS as CALL_KEYS;
use super::sheet::{Sheet, Spot};
use crate::connector::description::{Finder, Write};
use crate::connector::facts::Scope;
use crate::connector::lookup::{Lookup, Pages, Same};
use crate::connector::mistake::Mistake;
use crate::connector::pointer::Pointer;
use crate::connector::tree::Item;

/// Pages that are read unless the description says otherwise.
const MOST_PAGES: u32 = 5;
/// What a question has beside its request.
const LOOKUP_KEYS: [&str; 5] = ["list", "id", "same", "pages", "most_pages"];

impl Sheet {
    /// A way to find customers: a question, and where it answers with ids alone, `details`.
    pub fn finder(&mut self, item: &Item, what: &str, scope: Scope, id: &Pointer) -> Option<Finder> {
        self.keys(item, what, &[&CALL_KEYS[..], &LOOKUP_KEYS, &["details"]].concat());
        let lookup = self.lookup(item, what, scope, Some(id))?;
        let details = match item.get("details") {
            None => None,
            Some(details) => {
                self.keys(details, "`details`", &[&CALL_KEYS[..], &["at"]].concat());
                let at = details.get("at").map_or(Some(Pointer::default()), |at| self.pointer(at))?;
                Some((self.call(details, "`details`", Scope::Found)?, at))
            }
        };
        Some(Finder { lookup, details })
    }

    /// Something that is told, with the question whether it is there already.
    pub fn write(&mut self, item: &Item, what: &str, scope: Scope) -> Option<Write> {
        self.keys(item, what, &[&CALL_KEYS[..], &["needs", "unless", "id", "already", "then"]].concat());
        let names = self.names(Spot::shown(scope)).all();
        let mut needs = Vec::new();
        for need in item.get("needs").map(Item::items).unwrap_or_default() {
            let Some(name) = self.text(need) else { continue };
            if !names.contains(&name) {
                self.wrong(Mistake::unknown(need.place, "name", &name, names.iter().map(String::as_str)));
            }
            needs.push(name);
        }
        let unless = match item.get("unless") {
            None => None,
            Some(unless) => {
                self.keys(unless, "`unless`", &[&CALL_KEYS[..], &LOOKUP_KEYS].concat());
                Some(self.lookup(unless, "`unless`", scope, None)?)
            }
        };
        let call = self.call(item, what, scope)?;
        let id = item.get("id").map(|id| self.pointer(id)).unwrap_or_default();
        let already = item.get("already").map(|item| self.statuses(item)).unwrap_or_default();
        let then = match item.get("then") {
            None => None,
            Some(then) => {
                self.keys(then, "`then`", &CALL_KEYS);
                Some(self.call(
                    then,
                    "`then`",
                    if scope == Scope::Recording { Scope::Made } else { scope },
                )?)
            }
        };
        Some(Write { needs, unless, call, id, already, then })
    }

    fn lookup(&mut self, item: &Item, what: &str, scope: Scope, id: Option<&Pointer>) -> Option<Lookup> {
        let call = self.call(item, what, scope)?;
        let list = item.get("list").map_or(Some(Pointer::default()), |list| self.pointer(list))?;
        let id = match (item.get("id"), id) {
            (Some(id), _) => self.pointer(id)?,
            (None, Some(id)) => id.clone(),
            (None, None) => {
                self.required(item, what, "id")?;
                return None;
            }
        };
        let same = match item.get("same") {
            Some(same) => Some(self.same(same, scope)?),
            None => None,
        };
        let pages = match item.get("pages") {
            Some(pages) => Some(self.pages(pages)?),
            None => None,
        };
        let most_pages = self.number_or(item, "most_pages", 1..=50, MOST_PAGES);
        Some(Lookup { call, list, id, same, pages, most_pages })
    }

    fn same(&mut self, item: &Item, scope: Scope) -> Option<Same> {
        self.keys(item, "`same`", &["at", "with", "last"]);
        let at = self.required(item, "`same`", "at")?;
        let at = self.pointers(at);
        let with = self.required(item, "`same`", "with")?;
        let with = self.template(with, Spot::shown(scope))?;
        let last = match item.get("last") {
            Some(last) => Some(usize::try_from(self.number(last, 4..=15)?).ok()?),
            None => None,
        };
        Some(Same { at, with, last })
    }

    /// `link: header`, `link: /next`, `cursor: { at, parameter }`, `page: { parameter, first, size }`, `offset: { parameter, size }`.
    fn pages(&mut self, item: &Item) -> Option<Pages> {
        let known = ["link", "cursor", "page", "offset"];
        self.keys(item, "`pages`", &known);
        let mut written = item.entries().filter(|(key, _, _)| known.contains(key));
        let (Some((kind, _, value)), None) = (written.next(), written.next()) else {
            self.wrong(Mistake::new(item.place, "`pages` is one of `link`, `cursor`, `page`, `offset`"));
            return None;
        };
        if kind == "link" {
            return match value.text() {
                Some("header") => Some(Pages::Link(None)),
                _ => self.pointer(value).map(|at| Pages::Link(Some(at))),
            };
        }
        let keys: &[&str] = match kind {
            "cursor" => &["at", "parameter"],
            "page" => &["parameter", "first", "size"],
            _ => &["parameter", "size"],
        };
        self.keys(value, &format!("`{kind}`"), keys);
        let parameter = self.required(value, &format!("`{kind}`"), "parameter")?;
        let parameter = self.text(parameter)?;
        if kind == "cursor" {
            let at = self.required(value, "`cursor`", "at")?;
            return Some(Pages::Cursor { at: self.pointer(at)?, parameter });
        }
        let size = self.required(value, &format!("`{kind}`"), "size")?;
        let size = self.number(size, 1..=1000)?;
        let first = self.number_or(value, "first", 0..=1, 1);
        Some(match kind {
            "page" => Pages::Page { parameter, first, size },
            _ => Pages::Offset { parameter, size },
        })
    }
}
