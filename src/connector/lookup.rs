//! Looking something up: a request, its further pages, and what of the replies counts as found.

use super::call::{Call, Common, FillError, Request};
use super::facts::Facts;
use super::pointer::Pointer;
use super::reply::{Errors, Failure, Reply};
use super::template::Template;
use serde_json::Value as Json;

/// A question that a description writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// The request.
    pub call: Call,
    /// Where what was found stands: a list, or one alone. The whole reply where it is empty.
    pub list: Pointer,
    /// Where the id of something found stands.
    pub id: Pointer,
    /// What of it counts, where the service's own search is wider than the question.
    pub same: Option<Same>,
    /// How further pages are asked for.
    pub pages: Option<Pages>,
    /// Pages that are read at most; at least one.
    pub most_pages: u32,
}

/// What is compared: the last characters of any of these places, digits alone, with those of a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Same {
    /// Places in something found.
    pub at: Vec<Pointer>,
    /// What they are compared with.
    pub with: Template,
    /// How many digits count; the whole text, in any case of letters, where it is missing.
    pub last: Option<usize>,
}

/// How a service pages.
#[derive(Clone, Debug, PartialEq)]
pub enum Pages {
    /// The reply says the next address, at a place or in its `Link` header.
    Link(Option<Pointer>),
    /// The reply says what to send for the next page.
    Cursor {
        /// Where it stands.
        at: Pointer,
        /// The parameter that takes it.
        parameter: String,
    },
    /// Pages are counted.
    Page {
        /// The parameter.
        parameter: String,
        /// What the first is.
        first: u32,
        /// How many a full page has.
        size: u32,
    },
    /// What was seen is counted.
    Offset {
        /// The parameter.
        parameter: String,
        /// How many a full page has.
        size: u32,
    },
}

/// A question with what its requests are made of.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What is asked.
    pub lookup: &'a Lookup,
    /// The operation that asks.
    pub operation: &'static str,
    /// What all requests have in common.
    pub common: &'a Common,
    /// How the service tells of errors.
    pub errors: &'a Errors,
    /// What the names stand for.
    pub facts: &'a Facts,
}

/// How far a question has come: pages read, and at most the first two matches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    page: u32,
    seen: u32,
    found: Vec<Json>,
}

/// How a question goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Send this.
    Ask(Request),
    /// These were found: none, the one, or the first two of several.
    Found(Vec<Json>),
}

/// Two are enough to know that it is not one.
const ENOUGH: usize = 2;

impl Question<'_> {
    /// The first request.
    pub fn ask(&self) -> Result<Request, FillError> {
        self.lookup.call.fill(self.operation, self.common, self.facts, &self.first_page())
    }

    /// Takes a reply in. A 404 is nothing found; a question that has not ended after its pages has failed.
    pub fn take(&self, search: &mut Search, reply: &Reply) -> Result<Step, Failure> {
        if reply.status == 404 && search.page == 0 {
            return Ok(Step::Found(Vec::new()));
        }
        let body = reply.read(self.errors)?;
        let items = self.items(body);
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        search.seen = search.seen.saturating_add(count);
        for item in items {
            let id = self.lookup.id.text(item);
            let known = search.found.iter().any(|found| self.lookup.id.text(found) == id);
            if id.is_some() && !known && search.found.len() < ENOUGH && self.counts(item) {
                search.found.push(item.clone());
            }
        }
        search.page += 1;
        let next = if search.found.len() >= ENOUGH { None } else { self.next(search, body, reply, count) };
        match next {
            None => Ok(Step::Found(std::mem::take(&mut search.found))),
            Some(_) if search.page >= self.lookup.most_pages => {
                let most = self.lookup.most_pages;
                Err(Failure::refused(format!("it has more than {most} pages of matches")))
            }
            Some(next) => self.request(next).map(Step::Ask),
        }
    }

    fn items<'j>(&self, body: &'j Json) -> Vec<&'j Json> {
        match self.lookup.list.find(body) {
            Some(Json::Array(items)) => items.iter().collect(),
            // PHP writes an empty list and an empty object alike.
            Some(Json::Object(fields)) if fields.is_empty() => Vec::new(),
            Some(one) => vec![one],
            None => Vec::new(),
        }
    }

    fn counts(&self, item: &Json) -> bool {
        let Some(same) = &self.lookup.same else { return true };
        let Some(with) = same.with.text(self.facts) else { return false };
        let wanted = same.tail(&with);
        same.at.iter().filter_map(|at| at.text(item)).any(|text| same.tail(&text) == wanted)
    }

    fn first_page(&self) -> Vec<(String, Json)> {
        match &self.lookup.pages {
            Some(Pages::Page { parameter, first, .. }) => vec![(parameter.clone(), (*first).into())],
            Some(Pages::Offset { parameter, .. }) => vec![(parameter.clone(), 0.into())],
            Some(Pages::Link(_) | Pages::Cursor { .. }) | None => Vec::new(),
        }
    }

    fn next(&self, search: &Search, body: &Json, reply: &Reply, count: u32) -> Option<Next> {
        match self.lookup.pages.as_ref()? {
            Pages::Link(at) => {
                let link = at.as_ref().map_or_else(|| reply.next_link.clone(), |at| at.text(body));
                link.map(Next::Link)
            }
            Pages::Cursor { at, parameter } => {
                at.find(body).map(|value| Next::Send(parameter.clone(), value.clone()))
            }
            Pages::Page { parameter, first, size } => (count >= *size)
                .then(|| Next::Send(parameter.clone(), first.saturating_add(search.page).into())),
            Pages::Offset { parameter, size } => {
                (count >= *size).then(|| Next::Send(parameter.clone(), search.seen.into()))
            }
        }
    }

    fn request(&self, next: Next) -> Result<Request, Failure> {
        let fill = |more: &[(String, Json)]| {
            let filled = self.lookup.call.fill(self.operation, self.common, self.facts, more);
            filled.map_err(|error| Failure::refused(error.to_string()))
        };
        match next {
            Next::Send(name, value) => fill(&[(name, value)]),
            Next::Link(link) => {
                let mut request = fill(&[])?;
                if origin(&link) != origin(&request.url) {
                    // It would be sent our credentials.
                    return Err(Failure::refused("its next page is somewhere else"));
                }
                request.url = link;
                Ok(request)
            }
        }
    }
}

/// What asks for the next page.
enum Next {
    Link(String),
    Send(String, Json),
}

impl Same {
    fn tail(&self, text: &str) -> String {
        match self.last {
            Some(count) => {
                let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
                digits[digits.len().saturating_sub(count)..].iter().collect()
            }
            None => text.trim().to_lowercase(),
        }
    }
}

/// Scheme, host and port.
fn origin(url: &str) -> Option<&str> {
    let host = url.find("://")? + 3;
    let end = url[host..].find(['/', '?', '#']).map_or(url.len(), |end| host + end);
    Some(&url[..end])
}
