//! A backend's reply as a person types it: in the words of a scenario, records and lists included.

use super::given::Given;
use super::retell::any;
use crate::engine::Reply;
use crate::program::{Operation, Program, Type};

/// Reads `{ ok: { cards: [ { name: visa } ] } }`, as it stands behind `replies` in a scenario; nothing where it never comes.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn typed_reply(
    program: &Program,
    backend: &str,
    operation: &str,
    words: &str,
) -> Result<Option<Reply>, String> {
    let given =
        format!("given: {{ backends: {{ {backend}: [ {{ {operation}: {{}}, replies: [ {words} ] }} ] }} }}");
    let given = Given::read_file("reply", &given, program).map_err(|mistakes| {
        let told = mistakes.iter().next().map(|first| match &first.hint {
            Some(hint) => format!("{}: {hint}", first.message),
            None => first.message.clone(),
        });
        told.unwrap_or_default()
    })?;
    let reply = given.backends.first().and_then(|lane| lane.replies.front());
    reply.map(|canned| canned.reply.clone()).ok_or_else(|| "one reply is expected".to_owned())
}

/// A good reply with something in every field, and one item in every list, to be changed by a person.
pub fn made_up_reply(program: &Program, operation: &Operation) -> String {
    let fields = operation.reply.iter().filter_map(|(name, ty)| {
        let value = match ty {
            Type::List(item) => any(program, item).map(|item| format!("[ {item} ]")),
            ty => any(program, ty),
        };
        Some(format!("{name}: {}", value?))
    });
    format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
}
