//! `override`: somebody is there, or is not, whatever the schedule says.

use super::{VerbSpec, setting};
use crate::program::{ChannelSet, Expr, ScheduleId};

/// Overrides a schedule, for this contact at once and for all others as soon as it is durable.
#[derive(Clone, Debug, PartialEq)]
pub struct OverrideHours {
    /// Which.
    pub schedule: ScheduleId,
    /// Whether somebody is there; the schedule itself holds again where it is missing.
    pub open: Option<bool>,
    /// For how long.
    pub until: Until,
}

/// How long an override holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Until {
    /// Until it is taken back.
    TakenBack,
    /// Until the schedule itself changes next.
    NextChange,
    /// For so long.
    For(Expr),
    /// Until the next such time of day, in the schedule's own zone.
    Time(Expr),
    /// Until this moment.
    Moment(Expr),
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "override",
    summary: "Opens or closes a schedule by hand: for a while, until it would change anyway, or until `override … off`.",
    settings: &[
        setting(
            "for DURATION",
            "how long it holds, without it until `override … off`; stands behind the verb, as the others do",
            "",
        ),
        setting("until TIME", "until the next such time in the zone of the schedule; also a moment", ""),
        setting("until next change", "until the schedule would open or close anyway", ""),
    ],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "override office closed until next change",
};
