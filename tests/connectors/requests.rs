//! What a caller says is only data: in an address, in JSON, in a header.

use callwright::connector::{Description, Facts, FillError, Pointer, Question, Reply, Request, Search, Step};
use serde_json::{Value as Json, json};

/// Everything that a caller may try.
const NASTY: &str = "x\"}},{\"a\":1}/../?q=1&r=2#{contact.to}\r\nX-Evil: 1";

fn description(more: &str) -> Description {
    let text = format!("connector: own\nbase: \"http://crm.example/api\"\ncustomer: {{ id: /id }}\n{more}");
    Description::read("own.yaml", &text).unwrap_or_else(|error| panic!("{error}"))
}

/// The request of `create_interaction` when a note is what the caller says.
fn filled(operation: &str, note: &str) -> Result<Request, FillError> {
    let description = description(operation);
    let write = description.create_interaction.as_ref().expect("it is described");
    let mut facts = Facts::default();
    facts.set("contact.notes", note);
    write.call.fill("create_interaction", &description.common, &facts, &[])
}

#[test]
fn in_json_it_is_a_value() {
    let operation = "create_interaction: { post: /calls, json: { note: \"{contact.notes}\", more: \"said: {contact.notes}\" } }";
    let request = filled(operation, NASTY).expect("a request");
    let body: Json = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!(body, json!({ "note": NASTY, "more": format!("said: {NASTY}") }));
}

#[test]
fn in_an_address_it_stays_in_its_segment_and_its_pair() {
    let operation =
        "create_interaction: { post: \"/notes/{contact.notes}/end\", query: { q: \"{contact.notes}\" } }";
    let request = filled(operation, NASTY).expect("a request");
    let url = reqwest::Url::parse(&request.url).expect("an address");
    assert_eq!(url.path_segments().map(|segments| segments.count()), Some(4), "{url}");
    assert_eq!(url.query_pairs().collect::<Vec<_>>(), [("q".into(), NASTY.into())]);
    assert_eq!(filled(operation, ".."), Err(FillError::Path));
    assert_eq!(filled(operation, ""), Err(FillError::Path));
}

#[test]
fn in_a_header_a_line_break_is_refused() {
    let operation = "create_interaction: { post: /notes, headers: { X-Note: \"{contact.notes}\" } }";
    assert_eq!(filled(operation, NASTY), Err(FillError::Header));
    assert_eq!(filled(operation, &"x".repeat(3000)), Err(FillError::Header));
    let fits = filled(operation, "a note").expect("a request");
    assert_eq!(fits.headers, [("X-Note".to_owned(), "a note".to_owned())]);
}

#[test]
fn a_form_is_encoded_and_a_request_shows_nothing_of_it() {
    let operation = "create_interaction: { post: /notes, form: { note: \"{contact.notes}\" } }";
    let request = filled(operation, "a&b=c d").expect("a request");
    assert_eq!(request.body, b"note=a%26b%3Dc%20d");
    assert_eq!(format!("{request:?}"), "POST create_interaction");
}

/// The addresses and bodies that a question asks for, page after page.
fn pages(pages: &str, replies: &[Reply]) -> (Vec<String>, Result<usize, String>) {
    let description = description(&format!(
        "find_customer: {{ by_number: {{ get: /people, list: /items, pages: {pages}, most_pages: 3 }} }}"
    ));
    let finder = description.by_number.as_ref().expect("it is described");
    let (common, errors, facts) = (&description.common, &description.errors, &Facts::default());
    let question = Question { lookup: &finder.lookup, operation: "find_customer", common, errors, facts };
    let mut search = Search::default();
    let mut asked = vec![question.ask().expect("a request").url];
    for reply in replies {
        match question.take(&mut search, reply) {
            Ok(Step::Ask(request)) => asked.push(request.url),
            Ok(Step::Found(found)) => return (asked, Ok(found.len())),
            Err(failure) => return (asked, Err(failure.reason)),
        }
    }
    (asked, Err("it wants more".to_owned()))
}

fn page(ids: &[u64], more: Json) -> Reply {
    let items: Vec<Json> = ids.iter().map(|id| json!({ "id": id })).collect();
    let mut body = json!({ "items": items });
    if let (Some(body), Json::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    Reply { status: 200, body, ..Reply::default() }
}

const BASE: &str = "http://crm.example/api/people";

#[test]
fn pages_go_by_offset_by_number_and_by_cursor() {
    let none = || json!({});
    let (asked, found) =
        pages("{ offset: { parameter: from, size: 1 } }", &[page(&[7], none()), page(&[], none())]);
    assert_eq!((asked, found), (vec![format!("{BASE}?from=0"), format!("{BASE}?from=1")], Ok(1)));
    let (asked, found) =
        pages("{ page: { parameter: p, size: 1 } }", &[page(&[7], none()), page(&[8], none())]);
    assert_eq!((asked, found), (vec![format!("{BASE}?p=1"), format!("{BASE}?p=2")], Ok(2)));
    let replies = [page(&[], json!({ "next": "a b" })), page(&[7], none())];
    let (asked, found) = pages("{ cursor: { at: /next, parameter: after } }", &replies);
    assert_eq!((asked, found), (vec![BASE.to_owned(), format!("{BASE}?after=a%20b")], Ok(1)));
}

#[test]
fn a_link_to_another_host_is_not_followed() {
    let near = page(&[7], json!({ "next": "http://crm.example/api/people?page=2" }));
    let (asked, found) = pages("{ link: /next }", &[near, page(&[], json!({}))]);
    assert_eq!((asked[1].as_str(), found), ("http://crm.example/api/people?page=2", Ok(1)));
    let far = page(&[7], json!({ "next": "http://crm.example.evil/api/people?page=2" }));
    assert_eq!(pages("{ link: /next }", &[far]).1, Err("its next page is somewhere else".to_owned()));
    let header = Reply { next_link: Some(format!("{BASE}?page=2")), ..page(&[7], json!({})) };
    assert_eq!(pages("{ link: header }", &[header, page(&[], json!({}))]).0.len(), 2);
}

#[test]
fn a_question_without_end_has_failed() {
    let reply = || page(&[7], json!({}));
    let endless = [reply(), reply(), reply(), reply()];
    let (asked, found) = pages("{ offset: { parameter: from, size: 1 } }", &endless);
    assert_eq!((asked.len(), found), (3, Err("it has more than 3 pages of matches".to_owned())));
    assert!(Pointer::parse("no/slash").is_none());
}
