//! A description is checked whole when it is read: every mistake with its line and what to write instead.

use callwright::connector::{Description, read_shipped, shipped};

/// What is said of a description.
fn said(text: &str) -> String {
    match Description::read("own.yaml", text) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

const GOOD: &str = r#"connector: own
settings:
  url: { about: where }
secrets:
  key: what it asks for
words:
  state: { open: "1", "*": "0" }
base: "{setting.url}/api"
auth: { header: X-Key, value: "{secret.key}" }
customer: { id: /id }
find_customer:
  by_number:
    get: /people
    query: { phone: "{number}" }
    list: /items
create_interaction:
  post: /calls
  json: { from: "{contact.from | or \"nobody\"}" }
  id: /id
"#;

#[test]
fn the_shipped_ones_and_a_small_one_can_be_read() {
    assert_eq!(said(GOOD), "");
    assert_eq!(shipped().collect::<Vec<_>>(), ["bitrix24", "espocrm", "hubspot", "infobip", "twilio"]);
    for name in shipped() {
        let read = read_shipped(name).expect("it is shipped").unwrap_or_else(|error| panic!("{error}"));
        let is_crm =
            read.by_number.is_some() && read.create_case.is_some() && read.attach_recording.is_some();
        assert!(is_crm != read.send_sms.is_some(), "{name} is either");
    }
}

/// The good description with one thing changed, and what is said of it.
#[track_caller]
fn check(right: &str, wrong: &str, expected: &str) {
    assert!(GOOD.contains(right), "`{right}` is not in the description");
    assert_eq!(said(&GOOD.replacen(right, wrong, 1)), expected);
}

#[test]
fn a_wrong_name_in_a_template_is_told_with_the_nearest() {
    let wrong = "own.yaml:18:17: nothing here is called `contact.form`\n    did you mean `contact.from`?";
    check("contact.from |", "contact.form |", wrong);
    let wrong = "own.yaml:14:21: nothing here is called `contact.from`\n    here there are number, setting.url, secret.key";
    check("{number}", "{contact.from}", wrong);
}

#[test]
fn a_wrong_key_an_operation_and_a_filter_are_told() {
    check(
        "list: /items",
        "lists: /items",
        "own.yaml:15:5: there is no key of `by_number` `lists`\n    did you mean `list`?",
    );
    let wrong = "own.yaml:16:1: there is no key of a connector `creat_interaction`\n    did you mean `create_interaction`?";
    check("create_interaction", "creat_interaction", wrong);
    let wrong = "own.yaml:18:17: there is no filter `upper`\n    there are or, words, time, iso, digits, last, cut, number, text";
    check("| or \\\"nobody\\\"", "| upper", wrong);
    let wrong = "own.yaml:18:17: there is no table of words `stat`\n    did you mean `state`?";
    check("| or \\\"nobody\\\"", "| words stat", wrong);
}

#[test]
fn a_secret_may_not_be_told() {
    let wrong = "own.yaml:18:17: `secret.key` may not stand in what is told\n    secrets stand in `base`, `auth`, `headers` and `query`";
    check("contact.from | or \\\"nobody\\\"", "secret.key", wrong);
}

#[test]
fn places_paths_and_methods_are_looked_at() {
    check(
        "id: /id\n",
        "id: id\n",
        "own.yaml:19:7: a place in the reply is wanted here\n    a JSON pointer: `/data/0/id`",
    );
    check("post: /calls", "post: calls", "own.yaml:17:9: a path begins with `/`\n    it goes behind `base`");
    let wrong = "own.yaml:17:9: a path has no `?` and no `#`\n    what stands behind the question mark goes under `query`";
    check("post: /calls", "post: /calls?a=1", wrong);
    let wrong =
        "own.yaml:17:3: `create_interaction` needs one of `get`, `post`, `put`, `patch`, with its path";
    check("  post: /calls\n", "", wrong);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text =
        GOOD.replace("{number}", "{numbre}").replace("contact.from", "contact.form").replace("list:", "lst:");
    let lines: Vec<String> =
        said(&text).lines().filter(|line| line.starts_with("own")).map(str::to_owned).collect();
    let places: Vec<&str> = lines.iter().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(places, ["own.yaml:14:21", "own.yaml:15:5", "own.yaml:18:17"]);
}
