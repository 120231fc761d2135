//! `get` and `post`: a question to a declared backend.

use super::{VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Expr, OperationId};
use crate::time::DurationMs;

/// Asks a backend.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What is asked.
    pub operation: OperationId,
    /// With which values, one for each parameter.
    pub args: Vec<Expr>,
    /// After this it is late.
    pub within: DurationMs,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "get",
    summary: "Asks a declared backend; `post` is the same for questions that change something, and is finished also where the caller leaves meanwhile: its exit then goes on without the caller, up to the first verb that needs one.",
    settings: &[
        setting(
            "within DURATION",
            "how long the reply may take; the operation's own time where left out",
            "",
        ),
        setting(
            "while waiting play SOUND",
            "what is heard meanwhile; also a block of `say`, `play`, `wait`, `if`, `repeat`, `let` and `set`",
            "",
        ),
    ],
    exits: &[
        exit("ok", "a good reply; brings it"),
        exit("failed", "the backend could not be asked, or its reply made no sense"),
        exit("late", "no reply in time; one that comes later is ignored"),
        optional("while waiting", "runs while the reply is awaited, and stops where it is when it comes"),
    ],
    channels: ChannelSet::EVERYWHERE,
    example: "get core_bank.balance(account.number) {\n    while waiting play typing\n    ok reply { say balance_is(reply.amount) }\n    not_found -> operators(\"account unknown\")\n}",
};
