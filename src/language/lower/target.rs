//! Where branches lead: arrows, blocks, and flows by name.

use super::{Lowerer, Place};
use crate::language::ast::{Branch, FlowCall, Name, Spanned};
use crate::program::verb::{Do, Goto};
use crate::program::{Expr, FlowId, Slot, Text, Type, Verb};
use crate::source::{Code, Diagnostic, Span};

impl<'a> Lowerer<'a> {
    /// An arrow or a block.
    pub(super) fn branch(&mut self, branch: &'a Branch) {
        match branch {
            Branch::Arrow(statement) => match &statement.kind {
                crate::language::ast::StatementKind::Reject(reason, words) => {
                    self.reject_there(statement.span, (reason, words.as_ref()))
                }
                _ => self.statement(statement),
            },
            Branch::Block(block) => self.block(block),
        }
    }

    /// `reject` behind an arrow, where it may stand.
    fn reject_there(&mut self, span: Span, reason: (&Name, Option<&Spanned<Text>>)) {
        match self.place {
            Place::Flow | Place::Route => self.reject(span, reason, false),
            Place::HungUp | Place::Waiting | Place::Connected | Place::Segment => {
                self.misplaced("reject", span);
            }
        }
    }

    /// `goto` and arrows.
    pub(super) fn goto(&mut self, span: Span, call: &'a FlowCall) {
        let Some((flow, args)) = self.flow_call(call) else { return self.broken(span, false) };
        if let Some(ty) = &self.graph.flows[flow.0 as usize].returns {
            let message = format!("`{}` returns `{ty}` and is entered by `do`", call.flow.text);
            let finding = Diagnostic::new(Code::DeadEnd, call.flow.span, message);
            let call = &call.flow.text;
            let hint = match &self.returns {
                Some(_) => {
                    format!("write `{{ let found = do {call}(…); return found }}` in the place of the arrow")
                }
                None => format!("write `let found = do {call}(…)`, in braces where an arrow stands"),
            };
            self.diagnostics.push(finding.hint(hint));
            return self.broken(span, false);
        }
        self.emit(Verb::Goto(Goto { flow, args }), span);
    }

    /// `do`, with the variable that takes what comes back.
    pub(super) fn do_flow(&mut self, span: Span, call: &'a FlowCall, slot: Option<Slot>) {
        match self.flow_call(call) {
            Some((flow, args)) => {
                self.step(Verb::Do(Do { flow, args, slot }), span);
            }
            None => self.broken(span, true),
        }
    }

    /// What a flow returns; unknown where there is no such flow, which is reported elsewhere.
    pub(super) fn returned(&mut self, call: &FlowCall) -> Type {
        let Some(index) = self.declared.flow_names.get(&call.flow.text) else { return Type::Unknown };
        match &self.declared.flows[index].returns {
            Some(ty) => ty.clone(),
            None => {
                let message = format!("`{}` returns nothing", call.flow.text);
                let finding = Diagnostic::new(Code::TypeMismatch, call.flow.span, message);
                let hint =
                    format!("give it a type, `flow {}(…) -> text`, or write `do` alone", call.flow.text);
                self.diagnostics.push(finding.hint(hint));
                Type::Unknown
            }
        }
    }

    pub(super) fn flow_call(&mut self, call: &'a FlowCall) -> Option<(FlowId, Vec<Expr>)> {
        let flow = self.flow_named(&call.flow)?;
        let head = &self.declared.flows[flow.0 as usize];
        if head.name.text != call.flow.text {
            // What was misspelt is one finding; the values were given to whatever was meant.
            self.uncertain = true;
            return Some((flow, call.args.iter().map(|arg| self.expr(arg).0).collect()));
        }
        let params: Vec<(&str, &Type)> = head.params.iter().map(|(name, ty)| (&*name.text, ty)).collect();
        let args = self.arguments("flow", &call.flow, call.span, &call.args, &params);
        Some((flow, args))
    }

    /// The flow of this name, or the one that is meant by it.
    pub(super) fn flow_named(&mut self, name: &Name) -> Option<FlowId> {
        let declared = self.declared;
        let index = match declared.flow_names.get(&name.text) {
            Some(index) => index,
            None if self.is_verb_alone(name) => return None,
            None => {
                let near = self.unknown(Code::UnknownName, "flow", name, declared.flow_names.names());
                near.and_then(|near| declared.flow_names.get(near))?
            }
        };
        Some(FlowId(index as u32))
    }

    /// Reports `reject` and `redirect` behind an arrow that lack what belongs to them.
    fn is_verb_alone(&mut self, name: &Name) -> bool {
        let (message, fix) = match &*name.text {
            "reject" => {
                ("why is it rejected?", "write the reason: `-> reject not_found`, `busy` or `decline`")
            }
            "redirect" => ("to whom is it redirected?", "write `-> redirect to +7 843 203-57-37`"),
            _ => return false,
        };
        self.report_fix(Code::Syntax, name.span, message, fix);
        true
    }

    /// Arguments for parameters, one for each.
    pub(super) fn arguments(
        &mut self,
        what: &str,
        name: &Name,
        span: Span,
        args: &'a [crate::language::ast::Expr],
        params: &[(&str, &Type)],
    ) -> Vec<Expr> {
        if args.len() != params.len() {
            let written: Vec<String> = params.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
            let message = match params.len() {
                0 => format!("the {what} `{}` takes no value, found {}", name.text, args.len()),
                1 => format!("the {what} `{}` takes one value, found {}", name.text, args.len()),
                count => format!("the {what} `{}` takes {count} values, found {}", name.text, args.len()),
            };
            let finding = Diagnostic::new(Code::WrongArguments, span, message);
            self.diagnostics.push(finding.hint(format!("it is `{}({})`", name.text, written.join(", "))));
        }
        let mut lowered = Vec::new();
        for (index, arg) in args.iter().enumerate() {
            let wanted = params.get(index).map(|(_, ty)| *ty);
            lowered.push(match wanted {
                Some(ty) => self.expect(arg, ty),
                None => self.expr(arg).0,
            });
        }
        lowered
    }
}
