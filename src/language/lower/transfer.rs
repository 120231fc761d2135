//! `transfer to`: whom it calls, how whoever answers takes the call, and what runs before the two are connected.

use super::arms::Way;
use super::statement::head;
use super::{Lowerer, Place};
use crate::language::ast::{Arm, Body, Branch, Expr as Tree, ExprKind};
use crate::language::constant::constant;
use crate::program::verb::{Accept, HuntOrder, Transfer};
use crate::program::{Exit, Expr, Key, NodeId, ShortCodes, Slot, Type, Value, Verb};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;

/// The longest a phone rings: networks give up before that.
pub(super) const LONGEST_RING: DurationMs = DurationMs::from_secs(180);
/// The longest that whoever answered may think about it.
const LONGEST_ACCEPT: DurationMs = DurationMs::from_secs(60);

const SETTINGS: [&str; 7] = ["ring", "while waiting", "whisper", "accept", "unaccepted", "next", "caller_id"];

impl<'a> Lowerer<'a> {
    pub(super) fn transfer(&mut self, span: Span, to: &'a [Tree], order: Option<HuntOrder>, body: &'a Body) {
        let (to, types): (Vec<Expr>, Vec<Type>) = to.iter().map(|tree| self.parties(tree)).unzip();
        let settings = self.settings("transfer", body, &SETTINGS);
        let at = head(span, body.span);
        let ring = settings.ring.unwrap_or(Transfer::RING);
        self.length("ring", ring, LONGEST_RING, settings.place("ring", at));
        let (whisper, thanks) = settings.whisper.unwrap_or((&[], &[]));
        let (whisper, thanks) = (self.speech(whisper), self.speech(thanks));
        let place = settings.place("accept", at);
        let accept = self.accept_key(settings.accept, whisper.is_empty() && !body.broken, place);
        if accept.is_none() && !settings.unaccepted.is_empty() && !body.broken {
            let message = "the answer takes the call, so that nobody hears `unaccepted`";
            let finding = Diagnostic::new(Code::InvalidSetting, at, message);
            self.diagnostics.push(finding.hint("write `accept KEY` beside it, or leave it out"));
        }
        let (unaccepted, next) = (self.speech(settings.unaccepted), self.speech(settings.next));
        let caller_id =
            settings.caller_id.map(|shown| self.expect(shown, &Type::Optional(Box::new(Type::Phone))));
        let who = who(&types);
        let mixed = who.is_none();
        let verb = Transfer {
            to,
            order: order.unwrap_or_default(),
            ring,
            caller_id,
            next,
            whisper,
            thanks,
            accept,
            unaccepted,
            mixed,
        };
        let node = self.emit(Verb::Transfer(verb), at);
        self.waiting(node, settings.waiting);
        self.exits(node, "transfer", at, body, &ways(who.unwrap_or(Type::Text)), Vec::new());
    }

    /// The key with which whoever answers takes the call. They must be told of it.
    pub(super) fn accept_key(
        &mut self,
        accept: Option<(Option<Key>, Option<DurationMs>)>,
        is_silent: bool,
        at: Span,
    ) -> Option<Accept> {
        let (key, within) = accept?;
        let accept = Accept { key, within: within.unwrap_or(Accept::WITHIN) };
        self.length("accept … within", accept.within, LONGEST_ACCEPT, at);
        if is_silent {
            let message = "whoever answers is not told that a key takes the call";
            let finding = Diagnostic::new(Code::InvalidSetting, at, message);
            self.diagnostics.push(finding.hint("write `whisper say …` beside `accept`"));
        }
        Some(accept)
    }

    /// Somebody who can be called, or a list of them; with the type of each.
    pub(super) fn parties(&mut self, tree: &'a Tree) -> (Expr, Type) {
        let (expr, ty) = self.callee(tree);
        let one = match &ty {
            Type::List(item) => (**item).clone(),
            other => other.clone(),
        };
        self.check_party(
            tree,
            &one,
            &ty,
            "a phone number, an extension (digits), a name (text), or a list of them",
        );
        self.check_called(&expr, tree.span);
        (expr, one)
    }

    /// Whom a leg calls; a number that the country's plan knows as a short one stands without quotes.
    fn callee(&mut self, tree: &'a Tree) -> (Expr, Type) {
        if let ExprKind::Const(value @ Value::Number(_)) = &tree.kind
            && let (Value::Phone(phone), ty) = constant(value, Some(&Type::Phone))
            && ShortCodes::of(self.declared.program.country.as_deref()).get(phone.key()).is_some()
        {
            return (Expr::Const(Value::Phone(phone)), ty);
        }
        self.expr(tree)
    }

    fn check_party(&mut self, tree: &Tree, one: &Type, found: &Type, wanted: &str) {
        match one {
            Type::Optional(inner) if is_party(inner) => self.fit(tree.span, one, inner),
            other if is_party(other) => {}
            _ => self.mismatch(tree.span, wanted, found),
        }
    }

    /// Somebody who can be called.
    pub(super) fn party(&mut self, tree: &'a Tree) -> Expr {
        let (expr, ty) = self.callee(tree);
        self.check_party(tree, &ty, &ty, "a phone number, an extension (digits) or a name (text)");
        self.check_called(&expr, tree.span);
        expr
    }

    /// `connected` and its like: lowered apart, because the verb goes on where they end.
    pub(super) fn before_bridge(&mut self, node: NodeId, arm: &'a Arm, slot: Option<Slot>, exits: &[Exit]) {
        self.loose = Vec::new();
        let word = arm.exits.first().map_or("connected", |exit| &*exit.word.text);
        let [exit] = exits else {
            let message = format!("`{word}` runs before the verb goes on, the other exits behind it");
            let finding = Diagnostic::new(Code::InvalidSetting, arm.span, message);
            self.diagnostics.push(finding.hint(format!("give `{word}` a line of its own")));
            return;
        };
        let Branch::Block(block) = &arm.branch else {
            let message = format!("`{word}` leads nowhere else: the verb goes on behind it");
            let finding = Diagnostic::new(Code::InvalidSetting, arm.span, message);
            self.diagnostics.push(finding.hint(format!("write `{word} {{ … }}`")));
            return;
        };
        let first = self.apart(Place::Connected, |lowerer| lowerer.block(block));
        if let Some(first) = first {
            let arm = self.arm(node, exit.clone(), slot);
            self.link(vec![arm], first);
        }
    }
}

fn is_party(ty: &Type) -> bool {
    matches!(ty, Type::Phone | Type::Digits | Type::Text | Type::Unknown)
}

/// The type of whoever answers; missing where they are of several.
fn who(types: &[Type]) -> Option<Type> {
    let first = types.first()?;
    types.iter().all(|ty| ty == first).then(|| first.clone())
}

fn ways(who: Type) -> Vec<Way> {
    let mut ways = Way::all(&[
        ("busy", Exit::Busy),
        ("no_answer", Exit::NoAnswer),
        ("unavailable", Exit::Unavailable),
        ("refused", Exit::Refused),
    ]);
    ways.push(Way::brings("redirected", Exit::Redirected, Type::Text));
    ways.push(Way::plain("failed", Exit::Failed, true));
    ways.push(Way::plain("completed", Exit::Completed, false));
    ways.push(Way { needed: false, ..Way::brings("connected", Exit::Connected, who) });
    ways
}
