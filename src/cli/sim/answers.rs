//! What a person answers for a backend.

use crate::engine::{Image, Reply};
use crate::program::{Operation, Record, Text, Type};
use crate::simulator::{made_up_reply, parse_value, typed_reply};
use std::sync::Arc;

/// An operation that the program declares.
pub(super) fn operation<'a>(image: &'a Image, backend: &str, operation: &str) -> Option<&'a Operation> {
    let declared = image.backends.iter().find(|known| *known.name == *backend)?;
    declared.operations.iter().find(|known| *known.name == *operation)
}

/// Whether records are among the fields of its reply, which are written as in a scenario.
pub(super) fn has_records(operation: &Operation) -> bool {
    operation.reply.iter().any(|(_, ty)| matches!(ty.plain(), Type::Record(_)))
}

/// `ok amount=2021.00 RUB, other=…`, `ok { cards: [ { name: visa } ] }`, a status, `failed`, or `late`.
pub(super) fn reply(
    image: &Image,
    backend: &str,
    operation: &str,
    line: &str,
) -> Result<Option<Reply>, String> {
    let Some(operation) = self::operation(image, backend, operation) else {
        return Ok(Some(Reply::Failed));
    };
    match line {
        "failed" => return Ok(Some(Reply::Failed)),
        "late" => return Ok(None),
        _ => {}
    }
    if let Some(status) = operation.statuses.iter().find(|status| ***status == *line) {
        return Ok(Some(Reply::Status(status.clone())));
    }
    let fields = line.strip_prefix("ok").map(str::trim_start).filter(|fields| fields.starts_with('{'));
    if let Some(fields) = fields {
        return typed_reply(image, backend, &operation.name, &format!("{{ ok: {fields} }}"));
    }
    let fields: Vec<String> = operation.reply.iter().map(|(name, kind)| format!("{name}={kind}")).collect();
    let mut words = vec![match has_records(operation) {
        true => format!("ok {}", made_up_reply(image, operation)),
        false => format!("ok {}", fields.join(", ")),
    }];
    words.extend(operation.statuses.iter().map(|status| status.to_string()));
    let usage = format!("{}, failed or late", words.join(", "));
    let Some(values) = line.strip_prefix("ok") else { return Err(usage) };
    let mut record = Record::new(&format!("{backend}.{}", operation.name), "");
    for pair in values.split(", ").map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(|| usage.clone())?;
        let kind = operation.reply.iter().find(|(known, _)| **known == *name.trim()).map(|(_, kind)| kind);
        let value = parse_value(value, kind.ok_or_else(|| usage.clone())?, image.country.as_deref())?;
        record.fields.insert(name.trim().into(), value);
    }
    let missing = |(name, kind): &&(Text, Type)| {
        !record.fields.contains_key(name) && !matches!(kind, Type::Optional(_))
    };
    match operation.reply.iter().find(missing) {
        Some((name, _)) => Err(format!("`{name}` is missing: {usage}")),
        None => Ok(Some(Reply::Ok(Arc::new(record)))),
    }
}
