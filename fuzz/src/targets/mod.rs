//! The parsers, one function each.

pub(crate) mod kept;
pub(crate) mod media;
pub(crate) mod sip;
pub(crate) mod text;
