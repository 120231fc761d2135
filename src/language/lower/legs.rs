//! Keys for the far end, and the ways to send a caller elsewhere.

use super::Lowerer;
use super::arms::Way;
use super::statement::head;
use super::transfer::LONGEST_RING;
use crate::language::ast::{Body, Expr as Tree, ExprKind, LegKind};
use crate::program::verb::{
    CallOut, EarlyMedia, HandOver, Outcome, RecordCall, Redirect, Ring, SendDigits, StopRecording,
};
use crate::program::{Exit, Expr, Key, Type, Value, Verb};
use crate::source::{Code, Diagnostic, Span};

impl<'a> Lowerer<'a> {
    /// A statement about legs.
    pub(super) fn leg(&mut self, span: Span, leg: &'a LegKind) {
        match leg {
            LegKind::Transfer { to, order, body } => self.transfer(span, to, *order, body),
            LegKind::Ring => {
                self.step(Verb::Ring(Ring), span);
            }
            LegKind::EarlyMedia => {
                self.step(Verb::EarlyMedia(EarlyMedia), span);
            }
            LegKind::Redirect(to) => self.redirect(span, to, false),
            LegKind::HandOver { to, body } => self.hand_over(span, to, body),
            LegKind::Conference { room, body } => self.conference(span, room, body),
            LegKind::CallOut { to, body } => self.call_out(span, to, body),
            LegKind::SendDigits(keys) => self.send_digits(span, keys),
            LegKind::RecordCall => {
                self.step(Verb::RecordCall(RecordCall), span);
            }
            LegKind::StopRecording => {
                self.step(Verb::StopRecording(StopRecording), span);
            }
        }
    }

    pub(super) fn send_digits(&mut self, span: Span, keys: &'a Tree) {
        let (expr, ty) = self.expr(keys);
        if !matches!(ty, Type::Text | Type::Digits | Type::Unknown) {
            self.mismatch(keys.span, "keys, as text or digits", &ty);
        }
        if let Expr::Const(Value::Text(text)) = &expr
            && (text.is_empty() || text.chars().any(|sign| Key::from_char(sign).is_none()))
        {
            let message = format!("a telephone cannot press \"{text}\"");
            let finding = Diagnostic::new(Code::InvalidLiteral, keys.span, message);
            self.diagnostics.push(finding.hint("keys are `0` to `9`, `*`, `#` and `A` to `D`"));
        }
        self.step(Verb::SendDigits(SendDigits { keys: expr }), span);
    }

    /// `redirect to`: the contact ends, and the CRM is told so unless the flow has just told it something else.
    pub(super) fn redirect(&mut self, span: Span, to: &'a Tree, outcome_said: bool) {
        if let Some(place) = self.not_here() {
            return self.misplaced(place, span);
        }
        let to = self.party(to);
        if !outcome_said {
            let outcome = Outcome { outcome: "handed_over".into(), topic: None };
            let node = self.step(Verb::Outcome(outcome), span);
            self.graph.origins[node.0 as usize].implied = true;
        }
        self.emit(Verb::Redirect(Redirect { to }), span);
    }

    /// The word of `redirect` where it cannot stand.
    fn not_here(&self) -> Option<&'static str> {
        match self.place {
            super::Place::Flow | super::Place::Route | super::Place::Segment => None,
            super::Place::HungUp | super::Place::Waiting | super::Place::Connected => Some("redirect"),
        }
    }

    pub(super) fn hand_over(&mut self, span: Span, to: &'a Tree, body: &'a Body) {
        let to = self.party(to);
        self.settings("hand over", body, &[]);
        let at = head(span, body.span);
        let node = self.emit(Verb::HandOver(HandOver { to }), at);
        let mut ways = Way::all(&[("refused", Exit::Refused), ("failed", Exit::Failed)]);
        ways.push(Way::plain("accepted", Exit::Accepted, false));
        self.exits(node, "hand over", at, body, &ways, Vec::new());
    }

    /// `call`: who answers is the caller from then on.
    pub(super) fn call_out(&mut self, span: Span, to: &'a Tree, body: &'a Body) {
        if let ExprKind::Call(name, _) = &to.kind
            && self.declared.function_names.get(&name.text).is_none()
            && self.declared.flow_names.get(&name.text).is_some()
        {
            self.expr(to);
            return self.broken(span, true);
        }
        let to = self.party(to);
        let settings = self.settings("call", body, &["ring", "caller_id", "detect"]);
        let at = head(span, body.span);
        let ring = settings.ring.unwrap_or(CallOut::RING);
        self.length("ring", ring, LONGEST_RING, settings.place("ring", at));
        let caller_id =
            settings.caller_id.map(|shown| self.expect(shown, &Type::Optional(Box::new(Type::Phone))));
        let detect = settings.detect;
        let node = self.emit(Verb::CallOut(CallOut { to, ring, caller_id, detect }), at);
        let mut ways = Way::all(&[
            ("answered", Exit::Answered),
            ("busy", Exit::Busy),
            ("no_answer", Exit::NoAnswer),
            ("unavailable", Exit::Unavailable),
            ("refused", Exit::Refused),
            ("failed", Exit::Failed),
        ]);
        if detect {
            ways.extend(Way::all(&[("machine", Exit::Machine), ("fax", Exit::Fax)]));
        }
        self.exits(node, "call", at, body, &ways, Vec::new());
    }
}

/// The word of a statement about legs.
pub(super) fn word(leg: &LegKind) -> &'static str {
    match leg {
        LegKind::Transfer { .. } => "transfer",
        LegKind::Ring => "ring",
        LegKind::EarlyMedia => "early media",
        LegKind::Redirect(_) => "redirect",
        LegKind::HandOver { .. } => "hand over",
        LegKind::SendDigits(_) => "send digits",
        LegKind::Conference { .. } => "conference",
        LegKind::CallOut { .. } => "call",
        LegKind::RecordCall => "record call",
        LegKind::StopRecording => "stop recording",
    }
}
