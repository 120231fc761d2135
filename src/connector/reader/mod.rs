//! From YAML to a description. All mistakes are found in one go.

mod call;
mod lookup;
mod sheet;
mod whole;

use super::description::Description;
use super::mistake::Mistake;

/// Reads a description; all that is wrong with it where it cannot be used.
pub(super) fn read(text: &str) -> Result<Description, Vec<Mistake>> {
    let item = super::tree::read(text).map_err(|mistake| vec![mistake])?;
    let mut sheet = sheet::Sheet::default();
    let description = sheet.description(&item);
    match description {
        Some(description) if sheet.mistakes.is_empty() => Ok(description),
        Some(_) | None => Err(sheet.mistakes),
    }
}
