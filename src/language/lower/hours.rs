//! What expressions ask of schedules: which shift is on, when it opens, closes and changes.

use super::Lowerer;
use crate::language::ast::{Expr as Tree, ExprKind as Kind, Name};
use crate::program::{CompareOp, Expr, Schedule, ScheduleId, Text, Turn, Type, Value};
use crate::source::{Code, Diagnostic, Span, closest};

/// The fields of a schedule.
const TURNS: [(&str, Turn); 3] =
    [("opens", Turn::Opens), ("closes", Turn::Closes), ("changes", Turn::Changes)];

impl<'a> Lowerer<'a> {
    /// The schedule that a name is, where no variable has that name.
    fn named_schedule(&self, tree: &Tree) -> Option<(ScheduleId, &'a Schedule)> {
        let Kind::Name(name) = &tree.kind else { return None };
        self.schedule_named(name)
    }

    fn schedule_named(&self, name: &Text) -> Option<(ScheduleId, &'a Schedule)> {
        if self.scopes.get(name).is_some() {
            return None;
        }
        let declared = self.declared;
        let index = declared.schedule_names.get(name)?;
        Some((ScheduleId(index as u32), &declared.program.schedules[index]))
    }

    /// The names of the shifts that an expression stands for, where it is `shifts`.
    pub(super) fn shifts_of(&self, tree: &Tree) -> Option<&'a [Text]> {
        let (_, schedule) = self.named_schedule(tree)?;
        Some(schedule.shifts()).filter(|shifts| !shifts.is_empty())
    }

    /// `duty` as a value: the name of the shift that is on.
    pub(super) fn shift_value(&self, name: &Text) -> Option<(Expr, Type)> {
        let (id, schedule) = self.schedule_named(name)?;
        (!schedule.shifts().is_empty()).then_some((Expr::Shift(id), Type::Text))
    }

    /// `duty is day`; `None` where this is no question about shifts.
    pub(super) fn is_shift(&mut self, inner: &Tree, word: &Name) -> Option<Expr> {
        let (id, schedule) = self.named_schedule(inner)?;
        let shifts = schedule.shifts();
        if shifts.is_empty() {
            return None;
        }
        if !shifts.contains(&word.text) {
            self.no_shift(&schedule.name, shifts, &word.text, word.span);
        }
        let name = Value::Text(word.text.clone());
        Some(Expr::Compare(CompareOp::Equal, Box::new(Expr::Shift(id)), Box::new(Expr::Const(name))))
    }

    pub(super) fn no_shift(&mut self, schedule: &str, shifts: &[Text], word: &str, span: Span) {
        let known = shifts.iter().map(|name| &**name);
        let hint = match closest(word, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its shifts are `{}`", shifts.join("`, `")),
        };
        let message = format!("`{schedule}` has no shift `{word}`");
        self.diagnostics.push(Diagnostic::new(Code::UnknownName, span, message).hint(hint));
    }

    /// Whether hours were asked for and shifts were named, which is reported.
    pub(super) fn shifts_not_hours(&mut self, id: ScheduleId, span: Span) -> bool {
        let schedule = &self.declared.program.schedules[id.0 as usize];
        let Some(first) = schedule.shifts().first() else { return false };
        let message = format!("`{}` are shifts: one of them is always on", schedule.name);
        let finding = Diagnostic::new(Code::TypeMismatch, span, message);
        self.diagnostics.push(finding.hint(format!("ask which: `{} is {first}`", schedule.name)));
        true
    }

    /// `office.opens`, `office.closes`, `duty.changes`; `None` where the record is no schedule.
    pub(super) fn schedule_field(&mut self, record: &Tree, name: &Name) -> Option<(Expr, Type)> {
        let (id, turn) = self.turn(record, name)?;
        let gives = Type::Optional(Box::new(Type::Moment));
        let Some(turn) = turn else { return Some((Expr::Const(Value::None), Type::Unknown)) };
        if self.declared.program.schedules[id.0 as usize].any_zone {
            let finding = Diagnostic::new(Code::ScheduleZone, record.span, "in which zone?");
            let hint = format!("write `.{} in ZONE`, a text with the name of a zone", name.text);
            self.diagnostics.push(finding.hint(hint));
        }
        Some((Expr::Turn(id, turn, None), gives))
    }

    /// `calling.opens in visit.zone`; `None` where this is no question about a schedule.
    pub(super) fn turn_in(&mut self, inner: &'a Tree, zone: &'a Tree) -> Option<(Expr, Type)> {
        let Kind::Field(record, name) = &inner.kind else { return None };
        let (id, turn) = self.turn(record, name)?;
        let named = self.expect(zone, &Type::Text);
        self.literal_zone(zone.span, &named);
        if !self.declared.program.schedules[id.0 as usize].any_zone {
            let finding =
                Diagnostic::new(Code::ScheduleZone, zone.span, "these hours have a zone of their own");
            self.diagnostics.push(finding.hint("declare them `in any zone`, or leave the zone out here"));
        }
        let gives = Type::Optional(Box::new(Type::Moment));
        Some(match turn {
            Some(turn) => (Expr::Turn(id, turn, Some(Box::new(named))), gives),
            None => (Expr::Const(Value::None), Type::Unknown),
        })
    }

    /// The schedule of a field, and what the field is; a field that there is not is reported.
    fn turn(&mut self, record: &Tree, name: &Name) -> Option<(ScheduleId, Option<Turn>)> {
        let (id, schedule) = self.named_schedule(record)?;
        let fields = if schedule.shifts().is_empty() { &TURNS[..] } else { &TURNS[2..] };
        let found = fields.iter().find(|(field, _)| *field == &*name.text);
        if found.is_none() {
            let known: Vec<&str> = fields.iter().map(|(field, _)| *field).collect();
            let hint = match closest(&name.text, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has `{}`", known.join("`, `")),
            };
            let message = format!("a schedule has no field `{}`", name.text);
            self.diagnostics.push(Diagnostic::new(Code::UnknownField, name.span, message).hint(hint));
        }
        Some((id, found.map(|(_, turn)| *turn)))
    }
}
