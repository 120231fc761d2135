//! `conference`: the room and how it is entered.

use super::Lowerer;
use super::arms::Way;
use super::statement::head;
use crate::language::ast::{Body, Expr as Tree, RoomSetting};
use crate::program::verb::{Conference, RoomTerm, RoomTerms};
use crate::program::{Exit, Expr, Type, Value, Verb};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;
use rust_decimal::prelude::ToPrimitive;

const SETTINGS: [&str; 8] =
    ["as", "at most", "wait for moderator", "muted", "ends with moderator", "record", "music", "announce"];

impl<'a> Lowerer<'a> {
    pub(super) fn conference(&mut self, span: Span, room: &'a Tree, body: &'a Body) {
        let (name, ty) = self.expr(room);
        if !matches!(ty, Type::Text | Type::Digits | Type::Unknown) {
            self.mismatch(room.span, "a room, as text or digits", &ty);
        }
        let settings = self.settings("conference", body, &SETTINGS);
        let at = head(span, body.span);
        let terms = RoomTerms::default();
        let mut verb = Conference { room: name, terms, at_most: None, announce: None, on: Vec::new() };
        for setting in settings.room {
            self.room_term(setting, &mut verb);
        }
        if verb.terms.moderator && verb.terms.wait_for_moderator {
            let finding =
                Diagnostic::new(Code::InvalidSetting, at, "a moderator does not wait for a moderator");
            self.diagnostics.push(finding.hint("leave `wait for moderator` to participants"));
        }
        let node = self.emit(Verb::Conference(verb), at);
        self.exits(node, "conference", at, body, &ways(), Vec::new());
    }

    fn room_term(&mut self, setting: &'a RoomSetting, verb: &mut Conference) {
        let (term, when) = match setting {
            RoomSetting::Role { moderator: true, when } => (RoomTerm::Moderator, when),
            RoomSetting::Role { moderator: false, when } => {
                if let Some(when) = when {
                    let finding = Diagnostic::new(
                        Code::InvalidSetting,
                        when.span,
                        "whoever is no moderator is a participant",
                    );
                    self.diagnostics.push(finding.hint("write `as moderator if …`"));
                }
                return;
            }
            RoomSetting::AtMost(most) => return verb.at_most = self.room_size(most),
            RoomSetting::WaitForModerator(when) => (RoomTerm::WaitForModerator, when),
            RoomSetting::Muted(when) => (RoomTerm::Muted, when),
            RoomSetting::EndsWithModerator(when) => (RoomTerm::EndsWithModerator, when),
            RoomSetting::Record { after, when } => {
                verb.terms.record_after = after.unwrap_or(DurationMs::ZERO);
                (RoomTerm::Record, when)
            }
            RoomSetting::Music(name) => return verb.terms.music = Some(name.clone()),
            RoomSetting::Announce(name) => {
                let name = self.expect(name, &Type::Optional(Box::new(Type::Recording)));
                return verb.announce = Some(name);
            }
        };
        match when {
            Some(when) => {
                let condition = self.expect(when, &Type::Bool);
                verb.on.push((term, condition));
            }
            None => verb.terms.set(term),
        }
    }

    /// How many may be in the room: any number of them where it is missing.
    fn room_size(&mut self, most: &'a Tree) -> Option<Expr> {
        let size = self.expect(most, &Type::Optional(Box::new(Type::Number)));
        if let Expr::Const(Value::Number(count)) = &size {
            let largest = Conference::LARGEST;
            if !count.to_u32().is_some_and(|whole| whole >= 2 && whole <= largest && count.is_integer()) {
                let message = format!("a room is for 2 to {largest}, found {count}");
                self.report_fix(Code::InvalidSetting, most.span, message, "write how many: `at most 20`");
            }
        }
        Some(size)
    }
}

fn ways() -> Vec<Way> {
    let mut ways = Way::all(&[("refused", Exit::Refused), ("full", Exit::Full)]);
    let stay = || Type::Reply(Conference::STAY.into());
    ways.insert(0, Way::brings("left", Exit::Left, stay()));
    ways.insert(1, Way::brings("removed", Exit::Removed, stay()));
    ways.push(Way { needed: false, ..Way::brings("entering", Exit::Entering, Type::Number) });
    ways.push(Way::plain("joined", Exit::Joined, false));
    ways
}
