//! `conference`: the room and how it is entered.

use super::Lowerer;
use super::arms::Way;
use super::statement::head;
use crate::language::ast::{Body, Expr as Tree, RoomSetting};
use crate::program::verb::{Conference, RoomTerms};
use crate::program::{Exit, Type, Verb};
use crate::source::{Code, Diagnostic, Span};

const SETTINGS: [&str; 7] =
    ["as", "at most", "wait for moderator", "muted", "ends with moderator", "record", "music"];

impl<'a> Lowerer<'a> {
    pub(super) fn conference(&mut self, span: Span, room: &'a Tree, body: &'a Body) {
        let (name, ty) = self.expr(room);
        if !matches!(ty, Type::Text | Type::Digits | Type::Unknown) {
            self.mismatch(room.span, "a room, as text or digits", &ty);
        }
        let settings = self.settings("conference", body, &SETTINGS);
        let at = head(span, body.span);
        let mut terms = RoomTerms::default();
        for setting in settings.room {
            self.room_term(setting, &mut terms);
        }
        if terms.moderator && terms.wait_for_moderator {
            let finding =
                Diagnostic::new(Code::InvalidSetting, at, "a moderator does not wait for a moderator");
            self.diagnostics.push(finding.hint("leave `wait for moderator` to participants"));
        }
        let node = self.emit(Verb::Conference(Conference { room: name, terms }), at);
        self.exits(node, "conference", at, body, &ways(), Vec::new());
    }

    fn room_term(&mut self, setting: &RoomSetting, terms: &mut RoomTerms) {
        match setting {
            RoomSetting::Role { moderator } => terms.moderator = *moderator,
            RoomSetting::AtMost(count) => {
                let largest = u64::from(Conference::LARGEST);
                if !(2..=largest).contains(&count.value) {
                    let message = format!("a room is for 2 to {largest}, found {}", count.value);
                    self.report(Code::InvalidSetting, count.span, message);
                }
                terms.at_most = Some(count.value.min(largest) as u32);
            }
            RoomSetting::WaitForModerator => terms.wait_for_moderator = true,
            RoomSetting::Muted => terms.muted = true,
            RoomSetting::EndsWithModerator => terms.ends_with_moderator = true,
            RoomSetting::Record => terms.record = true,
            RoomSetting::Music(name) => terms.music = Some(name.clone()),
        }
    }
}

fn ways() -> Vec<Way> {
    let mut ways = Way::all(&[
        ("left", Exit::Left),
        ("removed", Exit::Removed),
        ("refused", Exit::Refused),
        ("full", Exit::Full),
    ]);
    ways.push(Way { needed: false, ..Way::brings("entering", Exit::Entering, Type::Number) });
    ways.push(Way::plain("joined", Exit::Joined, false));
    ways
}
