//! `identify`, `find` and `authenticate`: who the caller is.

use super::Lowerer;
use super::arms::Way;
use super::settings::Settings;
use super::statement::head;
use crate::language::ast::{self, Body, Expr as Tree, Name};
use crate::language::declare::next_clock;
use crate::program::verb::{Ask, Authenticate, Find, Identify, Lock, Proof};
use crate::program::{EntryKind, Exit, NextClock, PromptId, Text, Trust, Type, Verb};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;

/// No look-up may take longer: the caller hears nothing meanwhile.
const LONGEST_LOOK_UP: DurationMs = DurationMs::from_secs(60);

impl<'a> Lowerer<'a> {
    pub(super) fn identify(&mut self, span: Span, body: &'a Body) {
        let settings = self.settings("identify", body, &["within"]);
        let within = self.within(span, &settings, Identify::WITHIN);
        let at = head(span, body.span);
        let node = self.emit(Verb::Identify(Identify { within }), at);
        let mut ways = look_up_ways(Type::Customer(Trust::Claimed));
        let attested = Type::Customer(Trust::Attested);
        ways.push(Way { needed: false, ..Way::brings("attested", Exit::Attested, attested) });
        self.exits(node, "identify", at, body, &ways, Vec::new());
    }

    pub(super) fn find(&mut self, span: Span, object: &Name, key: &'a Tree, body: &'a Body) {
        if &*object.text == "customer" {
            return self.find_customer(span, key, body);
        }
        let declared = self.declared;
        let field = match declared.object_keys.get(&object.text) {
            Some(Some(field)) => field.clone(),
            Some(None) => {
                let message = format!("`{}` has no field of digits to look it up by", object.text);
                let fix = format!(
                    "give it one in the `crm` block: `object {} {{ number: digits, … }}`",
                    object.text
                );
                self.report_fix(Code::NotInVocabulary, object.span, message, fix);
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
        let within = self.within(span, &settings, Identify::WITHIN);
        let at = head(span, body.span);
        let node = self.emit(Verb::Find(Find { object: object.text.clone(), field, key, within }), at);
        self.exits(node, "find", at, body, &look_up_ways(ty), Vec::new());
    }

    /// `find customer NUMBER`: whoever has this number, be it the caller's or another; also by an address, as a text.
    fn find_customer(&mut self, span: Span, key: &'a Tree, body: &'a Body) {
        let phone = Type::Optional(Box::new(Type::Phone));
        let at = key.span;
        let (key, ty) = self.typed(key, Some(&phone));
        if super::operator::opened(ty.clone()) != Type::Text {
            self.fit(at, &ty, &phone);
        }
        let settings = self.settings("find", body, &["within"]);
        let within = self.within(span, &settings, Identify::WITHIN);
        let at = head(span, body.span);
        let find = Find { object: "customer".into(), field: "phones".into(), key, within };
        let node = self.emit(Verb::Find(find), at);
        self.exits(node, "find", at, body, &look_up_ways(Type::Customer(Trust::Claimed)), Vec::new());
    }

    pub(super) fn authenticate(
        &mut self,
        span: Span,
        customer: &'a Tree,
        (method, proof): (&Name, &'a ast::Proof),
        body: &'a Body,
    ) {
        let customer = self.expect(customer, &Type::Customer(Trust::Claimed));
        let settings = self.settings(
            "authenticate",
            body,
            &["ask", "attempts", "lock", "counts once", "say_code", "within"],
        );
        let at = head(span, body.span);
        let proof = self.proof(method, proof, settings.say_code, at);
        let Some(tree) = settings.ask else {
            if !body.broken {
                let message = format!("`authenticate` does not ask for the {}", called(&proof));
                let finding = Diagnostic::new(Code::InvalidSetting, at, message);
                self.diagnostics.push(finding.hint(format!("write `{}` into its braces", asked(&proof))));
            }
            return self.broken(span, true);
        };
        if !tree.secret {
            let message = format!("`{}` is a {} and must be `secret`", tree.name.text, called(&proof));
            let finding = Diagnostic::new(Code::SecretLeak, tree.span, message);
            self.diagnostics.push(finding.hint(format!("write `ask secret {}: …`", tree.name.text)));
        }
        // The PIN has a name so that whoever uses it is told why that cannot be.
        self.scopes.enter();
        let slot = self.declare(&tree.name, Type::Secret);
        self.authenticating.push(slot);
        let ask = self.question(tree, slot);
        self.asks_what_proves(tree, &ask, &proof);
        if !ask.checks.is_empty() {
            let message = "`check` is for a secret that is set, and this one is compared";
            self.report(Code::InvalidSetting, tree.span, message);
        }
        let within = self.within(span, &settings, Authenticate::WITHIN);
        let (lock, lock_until) = self.lock(settings.lock);
        let attempts = settings.attempts.unwrap_or(Authenticate::ATTEMPTS);
        let verb = Authenticate {
            customer,
            proof,
            ask,
            attempts,
            lock,
            lock_until,
            counts_once: settings.counts_once,
            within,
        };
        let node = self.emit(Verb::Authenticate(verb), at);
        self.question_arms(node, tree);
        let ways = authenticate_ways();
        self.exits(node, "authenticate", at, body, &ways, Vec::new());
        self.scopes.leave();
    }

    /// A passphrase is written, everything else keyed.
    fn asks_what_proves(&mut self, tree: &ast::Ask, ask: &Ask, proof: &Proof) {
        let is_written = match ask.kind {
            EntryKind::Passphrase { .. } => true,
            EntryKind::Digits { .. } => false,
            // Told where the question is read.
            EntryKind::Number { .. }
            | EntryKind::YesNo { .. }
            | EntryKind::Phone { .. }
            | EntryKind::Money { .. }
            | EntryKind::Date { .. }
            | EntryKind::Time { .. }
            | EntryKind::Text => return,
        };
        if tree.secret && is_written != (*proof == Proof::Passphrase) {
            let as_what = if is_written { "`digits`" } else { "`text`" };
            let message = format!("a {} is asked for as {as_what}", called(proof));
            let finding = Diagnostic::new(Code::InvalidSetting, tree.entry.word.span, message);
            self.diagnostics.push(finding.hint(format!("write `{}`", asked(proof))));
        }
    }

    /// `pin`, `passphrase`, `challenge FIELD`, `code [to PHONE]`.
    fn proof(&mut self, method: &Name, proof: &'a ast::Proof, say_code: Option<&Name>, at: Span) -> Proof {
        if let Some(prompt) = say_code.filter(|_| &*method.text != "code") {
            self.report(Code::InvalidSetting, prompt.span, "`say_code` belongs to `with code`");
        }
        match (&*method.text, proof) {
            ("pin", ast::Proof::Alone) => Proof::Pin,
            ("passphrase", ast::Proof::Alone) => Proof::Passphrase,
            ("challenge", ast::Proof::Field(field)) => Proof::Challenge(self.challenge(field)),
            ("code", ast::Proof::Alone) => Proof::Code { to: None, prompt: self.code_prompt(say_code, at) },
            ("code", ast::Proof::To(to)) => {
                let to = Some(self.expect(to, &Type::Phone));
                Proof::Code { to, prompt: self.code_prompt(say_code, at) }
            }
            ("pin" | "passphrase" | "challenge" | "code", _) => {
                let finding = Diagnostic::new(Code::Syntax, method.span, "this proves nothing as it stands");
                let hint = "write `with pin`, `with passphrase`, `with challenge birth_date` or `with code to caller_number`";
                self.diagnostics.push(finding.hint(hint));
                Proof::Pin
            }
            _ => {
                let known = ["pin", "passphrase", "challenge", "code"];
                self.unknown(Code::UnknownName, "way to authenticate", method, known);
                Proof::Pin
            }
        }
    }

    /// The field that is compared: one that a person can key.
    fn challenge(&mut self, field: &Name) -> Text {
        let declared = self.declared;
        let fields = &declared.program.vocabulary.customer;
        let keyed = |ty: &Type| {
            matches!(
                super::operator::opened(ty.clone()),
                Type::Digits | Type::Date | Type::Phone | Type::Number
            )
        };
        match fields.get(&field.text) {
            Some(ty) if keyed(ty) || *ty == Type::Unknown => {}
            found => {
                let known: Vec<&str> =
                    fields.iter().filter(|(_, ty)| keyed(ty)).map(|(name, _)| &**name).collect();
                let message = match found {
                    Some(ty) => format!("expected a field of `digits`, a `date` or a `phone`, found `{ty}`"),
                    None => format!("there is no field of a customer that can be keyed `{}`", field.text),
                };
                let code = if found.is_some() { Code::TypeMismatch } else { Code::UnknownField };
                let fix = match (crate::source::closest(&field.text, known.iter().copied()), &known[..]) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, []) => "declare one in the `crm` block: `customer { birthday: date? }`".to_owned(),
                    (None, known) => format!("it has `{}`", known.join("`, `")),
                };
                self.report_fix(code, field.span, message, fix);
            }
        }
        field.text.clone()
    }

    /// The prompt that carries a code takes it as its only value, digits.
    fn code_prompt(&mut self, prompt: Option<&Name>, at: Span) -> PromptId {
        let declared = self.declared;
        let Some(name) = prompt else {
            let finding = Diagnostic::new(Code::InvalidSetting, at, "with which words is the code sent?");
            self.diagnostics.push(finding.hint("write `say_code PROMPT`; the prompt takes `code: digits`"));
            return PromptId(0);
        };
        let Some(index) = declared.prompt_names.get(&name.text) else {
            self.unknown(Code::UnknownName, "prompt", name, declared.prompt_names.names());
            return PromptId(0);
        };
        if !matches!(declared.program.prompts[index].params.as_slice(), [(_, Type::Digits)]) {
            let message = format!("`{}` must take the code, and nothing else", name.text);
            let finding = Diagnostic::new(Code::WrongArguments, name.span, message);
            self.diagnostics
                .push(finding.hint(format!("declare it as `prompt {}(code: digits)`", name.text)));
        }
        let id = PromptId(index as u32);
        self.graph.sent.insert(id);
        id
    }

    /// A lock of a length, or one until a clock shows something.
    fn lock(&mut self, setting: Option<&ast::LockSetting>) -> (Lock, Option<NextClock>) {
        let Some(setting) = setting else { return (Lock::default(), None) };
        match &setting.length {
            ast::LockLength::For(length) => {
                (Lock { after: setting.after, length: *length, by_day: false, counted: false }, None)
            }
            ast::LockLength::Until(clock) => {
                let until = next_clock(clock, self.diagnostics);
                (Lock { after: setting.after, by_day: true, ..Lock::default() }, until)
            }
        }
    }

    /// `no_input` and `no_match` may stand with the question as well as with the verb around it.
    fn question_arms(&mut self, node: crate::program::NodeId, tree: &'a crate::language::ast::Ask) {
        let ways: Vec<Way> = super::ask::entry_ways().into_iter().filter(|way| !way.needed).collect();
        self.own_exits(node, "ask", &tree.body, &ways, Vec::new());
    }

    /// How long a look-up may take.
    pub(super) fn within(&mut self, span: Span, settings: &Settings<'a>, usual: DurationMs) -> DurationMs {
        let length = settings.within.unwrap_or(usual);
        self.length("within", length, LONGEST_LOOK_UP, settings.place("within", span))
    }
}

/// What proves it, in a sentence.
fn called(proof: &Proof) -> &'static str {
    match proof {
        Proof::Pin => "PIN",
        Proof::Passphrase => "passphrase",
        Proof::Challenge(_) => "secret",
        Proof::Code { .. } => "code",
    }
}

/// A question for what proves it.
fn asked(proof: &Proof) -> &'static str {
    match proof {
        Proof::Pin => "ask secret pin: digits 4 { say enter_pin }",
        Proof::Passphrase => "ask secret words: text { say enter_words }",
        Proof::Challenge(_) => "ask secret answer: digits 4..8 until # { say enter_answer }",
        Proof::Code { .. } => "ask secret code: digits 6 { say enter_code }",
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
    ways.push(Way::plain("too_short", Exit::TooShort(1), false));
    ways
}
