//! `identify`, `find` and `authenticate`: who the caller is.

use super::Lowerer;
use super::arms::Way;
use super::statement::head;
use crate::language::ast::{Body, Expr as Tree, Name};
use crate::program::verb::{Authenticate, Find, Identify};
use crate::program::{Exit, Trust, Type, Verb};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;

/// No look-up may take longer: the caller hears nothing meanwhile.
const LONGEST_LOOK_UP: DurationMs = DurationMs::from_secs(60);

impl<'a> Lowerer<'a> {
    pub(super) fn identify(&mut self, span: Span, body: &'a Body) {
        let settings = self.settings("identify", body, &["within"]);
        let within = self.within(span, settings.within.unwrap_or(Identify::WITHIN));
        let at = head(span, body.span);
        let node = self.emit(Verb::Identify(Identify { within }), at);
        let ways = look_up_ways(Type::Customer(Trust::Claimed));
        self.exits(node, "identify", at, body, &ways, Vec::new());
    }

    pub(super) fn find(&mut self, span: Span, object: &Name, key: &'a Tree, body: &'a Body) {
        let declared = self.declared;
        let field = match declared.object_keys.get(&object.text) {
            Some(Some(field)) => field.clone(),
            Some(None) => {
                let message = format!("`{}` has no field of digits to look it up by", object.text);
                self.report(Code::NotInVocabulary, object.span, message);
                "".into()
            }
            None => {
                self.unknown(
                    Code::NotInVocabulary,
                    "object",
                    object,
                    declared.object_keys.keys().map(|name| &**name),
                );
                "".into()
            }
        };
        let known = declared.object_keys.contains_key(&object.text);
        let ty = if known { Type::Object(object.text.clone()) } else { Type::Unknown };
        let key = self.expect(key, &Type::Digits);
        let settings = self.settings("find", body, &["within"]);
        let within = self.within(span, settings.within.unwrap_or(Identify::WITHIN));
        let at = head(span, body.span);
        let node = self.emit(Verb::Find(Find { object: object.text.clone(), field, key, within }), at);
        self.exits(node, "find", at, body, &look_up_ways(ty), Vec::new());
    }

    pub(super) fn authenticate(&mut self, span: Span, customer: &'a Tree, method: &Name, body: &'a Body) {
        if &*method.text != "pin" {
            let message =
                format!("`authenticate … with {}` is not in this version of the language", method.text);
            let finding = Diagnostic::new(Code::NotInThisVersion, method.span, message);
            self.diagnostics.push(finding.hint("write `with pin`"));
        }
        let customer = self.expect(customer, &Type::Customer(Trust::Claimed));
        let settings = self.settings("authenticate", body, &["ask", "attempts", "lock", "within"]);
        let at = head(span, body.span);
        let Some(tree) = settings.ask else {
            if !body.broken {
                let finding =
                    Diagnostic::new(Code::InvalidSetting, at, "`authenticate` does not ask for the PIN");
                self.diagnostics
                    .push(finding.hint("write `ask secret pin: digits 4 { say enter_pin }` into its braces"));
            }
            return self.broken(span, true);
        };
        if !tree.secret {
            let message = format!("`{}` is a PIN and must be `secret`", tree.name.text);
            let finding = Diagnostic::new(Code::SecretLeak, tree.span, message);
            self.diagnostics.push(finding.hint(format!("write `ask secret {}: …`", tree.name.text)));
        }
        // The PIN has a name so that whoever uses it is told why that cannot be.
        self.scopes.enter();
        let slot = self.declare(&tree.name, Type::Secret);
        let ask = self.question(tree, slot);
        let within = self.within(span, settings.within.unwrap_or(Authenticate::WITHIN));
        let verb = Authenticate {
            customer,
            ask,
            attempts: settings.attempts.unwrap_or(Authenticate::ATTEMPTS),
            lock: settings.lock.unwrap_or_default(),
            within,
        };
        let node = self.emit(Verb::Authenticate(verb), at);
        self.question_arms(node, tree);
        let ways = authenticate_ways();
        self.exits(node, "authenticate", at, body, &ways, Vec::new());
        self.scopes.leave();
    }

    /// `no_input` and `no_match` may stand with the question as well as with the verb around it.
    fn question_arms(&mut self, node: crate::program::NodeId, tree: &'a crate::language::ast::Ask) {
        let ways: Vec<Way> = super::ask::hearing_ways().into_iter().filter(|way| !way.needed).collect();
        self.exits(node, "ask", tree.span, &tree.body, &ways, Vec::new());
    }

    /// How long a look-up may take.
    pub(super) fn within(&mut self, span: Span, length: DurationMs) -> DurationMs {
        if length == DurationMs::ZERO || length > LONGEST_LOOK_UP {
            let message =
                format!("`within` is more than nothing and at most {LONGEST_LOOK_UP}, found {length}");
            self.report(Code::InvalidSetting, span, message);
        }
        length
    }
}

/// One, many, none, failed: the four exits of every look-up.
fn look_up_ways(found: Type) -> Vec<Way> {
    let mut ways = vec![Way::brings("one", Exit::One, found)];
    ways.extend(Way::all(&[("many", Exit::Many), ("none", Exit::None), ("failed", Exit::Failed)]));
    ways
}

fn authenticate_ways() -> Vec<Way> {
    let mut ways = vec![Way::brings("verified", Exit::Verified, Type::Customer(Trust::Verified))];
    ways.extend(Way::all(&[
        ("refused", Exit::Refused),
        ("locked", Exit::Locked),
        ("give_up", Exit::GiveUp),
        ("failed", Exit::Failed),
        ("late", Exit::Late),
    ]));
    ways.push(Way::plain("wrong", Exit::Wrong, false));
    ways.push(Way::plain("no_input", Exit::NoInput(1), false));
    ways.push(Way::plain("no_match", Exit::NoMatch(1), false));
    ways
}
