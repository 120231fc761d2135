//! Callbacks, messages, flows that run later, and hours set by hand.

use super::Lowerer;
use crate::language::ast::{self, Expr as Tree, FlowCall, Name, OverrideEnd, WhenTree};
use crate::language::offer;
use crate::program::verb::{
    AfterCall, Callback, Content, Later, OverrideHours, SendEmail, SendSms, Until, When,
};
use crate::program::{ScheduleId, Type, Verb, Zone};
use crate::source::{Code, Diagnostic, Span};

impl<'a> Lowerer<'a> {
    pub(super) fn callback(&mut self, span: Span, tree: &'a ast::Callback) {
        let to = tree.to.as_ref().map(|to| {
            let called = self.expect(to, &Type::Phone);
            self.check_called(&called, to.span);
            called
        });
        let queue = tree.queue.as_ref().and_then(|queue| self.queue_id(queue));
        if tree.keeping_place && tree.queue.is_none() && !self.in_queue {
            let message = "nobody has a place here that could be kept";
            let finding = Diagnostic::new(Code::NoPlace, span, message);
            self.diagnostics.push(finding.hint("keep it behind a key, or in `while waiting`, of a `queue`, or say of which: `keeping place in support`"));
        }
        let when = tree.at.as_ref().map(|when| self.when(when));
        self.step(Verb::Callback(Callback { to, queue, keeping_place: tree.keeping_place, when }), span);
    }

    pub(super) fn send_sms(&mut self, span: Span, to: &'a Tree, content: &'a ast::Content) {
        let to = self.expect(to, &Type::Phone);
        let content = self.content(content);
        self.step(Verb::SendSms(SendSms { to, content }), span);
    }

    pub(super) fn send_email(&mut self, span: Span, tree: &'a ast::SendEmail) {
        let to = self.expect(&tree.to, &Type::Text);
        let subject = tree.subject.as_ref().map(|subject| self.expect(subject, &Type::Text));
        let content = self.content(&tree.content);
        let attach = tree.attach.as_ref().map(|attach| self.expect(attach, &Type::Recording));
        self.step(Verb::SendEmail(SendEmail { to, subject, content, attach }), span);
    }

    fn content(&mut self, content: &'a ast::Content) -> Content {
        match content {
            ast::Content::Say(speech) => Content::Say(self.sent(speech)),
            ast::Content::Text(text) => Content::Text(self.expect(text, &Type::Text)),
        }
    }

    pub(super) fn after_call(&mut self, span: Span, call: &'a FlowCall) {
        let Some((flow, args)) = self.flow_call(call) else { return self.broken(span, true) };
        if let Some(ty) = &self.graph.flows[flow.0 as usize].returns {
            let message = format!("`{}` returns `{ty}`, and nobody waits for it", call.flow.text);
            self.report(Code::DeadEnd, call.flow.span, message);
        }
        self.kept_secrets(flow, call);
        self.step(Verb::AfterCall(AfterCall { flow, args }), span);
    }

    pub(super) fn later(&mut self, span: Span, when: &'a WhenTree, call: &'a FlowCall) {
        let when = self.when(when);
        match self.flow_call(call) {
            Some((flow, args)) => {
                self.kept_secrets(flow, call);
                self.step(Verb::Later(Later { when, flow, args }), span);
            }
            None => self.broken(span, true),
        }
    }

    fn when(&mut self, when: &'a WhenTree) -> When {
        match when {
            WhenTree::Afterwards => When::Afterwards,
            WhenTree::In(length) => When::In(self.expect(length, &Type::Duration)),
            WhenTree::At(moment, None) => {
                let (expr, ty) = self.expr(moment);
                match ty {
                    Type::Time => {
                        let message = "a time of day is one in a zone";
                        let finding = Diagnostic::new(Code::TypeMismatch, moment.span, message);
                        self.diagnostics
                            .push(finding.hint("write `at 09:00 in \"Europe/Moscow\"`, or give a moment"));
                    }
                    ty => self.fit(moment.span, &ty, &Type::Moment),
                }
                When::Moment(expr)
            }
            WhenTree::At(time, Some(zone)) => {
                let time = self.expect(time, &Type::Time);
                match Zone::new(&zone.value) {
                    Ok(zone) => When::At(time, zone),
                    Err(error) => {
                        let finding = Diagnostic::new(Code::ScheduleZone, zone.span, error.to_string());
                        self.diagnostics.push(finding.hint(offer::zone(&zone.value)));
                        When::Afterwards
                    }
                }
            }
        }
    }

    pub(super) fn override_hours(
        &mut self,
        span: Span,
        name: &Name,
        word: &Name,
        end: Option<&'a OverrideEnd>,
    ) {
        let declared = self.declared;
        let index = declared.schedule_names.get(&name.text).or_else(|| {
            let near = self.unknown(Code::UnknownName, "schedule", name, declared.schedule_names.names());
            near.and_then(|near| declared.schedule_names.get(near))
        });
        let until = match end {
            None => Until::TakenBack,
            Some(OverrideEnd::NextChange) => Until::NextChange,
            Some(OverrideEnd::For(length)) => Until::For(self.expect(length, &Type::Duration)),
            Some(OverrideEnd::Until(end)) => {
                let (expr, ty) = self.expr(end);
                if ty == Type::Moment {
                    Until::Moment(expr)
                } else {
                    self.fit(end.span, &ty, &Type::Time);
                    Until::Time(expr)
                }
            }
        };
        let open = match &*word.text {
            "open" => Some(true),
            "closed" => Some(false),
            _ => None,
        };
        if open.is_none() && end.is_some() {
            self.report(Code::InvalidSetting, span, "`off` holds from now on, and not until something");
        }
        let Some(index) = index else { return self.broken(span, true) };
        let schedule = ScheduleId(index as u32);
        if self.shifts_not_hours(schedule, name.span) {
            return self.broken(span, false);
        }
        self.step(Verb::OverrideHours(OverrideHours { schedule, open, until }), span);
    }
}
