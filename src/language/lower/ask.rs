//! `ask`: takes an entry, an item of a list, and reads it back where it says so.

use super::arms::Way;
use super::settings::LIST;
use super::statement::head;
use super::{Loose, Lowerer, NOWHERE};
use crate::language::ast::{self, Items, SettingKind, YesNo};
use crate::program::verb::{Ask, Choice, Each, Hearing, If, Menu, Reask};
use crate::program::{EntryKind, Exit, Expr, NodeId, Slot, Type, Verb};
use crate::source::{Code, Span};

/// Settings of `ask`.
const SETTINGS: [&str; 8] =
    ["say", "first_key", "between_keys", "retries", "speech", "check", "pattern", "read back"];

/// Settings of `ask secret`.
const SECRET_SETTINGS: [&str; 6] = ["say", "first_key", "between_keys", "retries", "speech", "check"];

impl<'a> Lowerer<'a> {
    /// `ask` as a statement of its own.
    pub(super) fn ask(&mut self, tree: &'a ast::Ask) {
        if let Some(items) = &tree.entry.list {
            return self.ask_item(tree, items);
        }
        let slot = self.scopes.temporary();
        let mut verb = self.question(tree, slot);
        let ty = verb.ty();
        if let EntryKind::Money { currency, .. } = verb.kind {
            self.currencies.insert(slot, currency);
        }
        let hearing = verb.hearing.clone();
        let at = head(tree.span, tree.body.span);
        let lowered = self.choices(&tree.body);
        verb.choices = lowered.iter().map(|lowered| lowered.choice.clone()).collect();
        let node = self.emit(Verb::Ask(verb), at);
        let done = self.arm(node, Exit::Next, None);
        let mut after = self.branches(node, 0, &tree.body, &lowered);
        let read_back = tree.body.settings.iter().find_map(|setting| match &setting.kind {
            SettingKind::ReadBack { say, keys } => Some((say, *keys, setting.span)),
            _ => None,
        });
        after.extend(read_back.is_none().then_some(done));
        self.exits(node, "ask", at, &tree.body, &entry_ways(), after);
        let mut verbs: Vec<(NodeId, &[Exit])> = vec![(node, &[Exit::Next])];
        if let Some((say, keys, span)) = read_back {
            self.scopes.enter();
            self.declare_at(&tree.name, ty.clone(), slot);
            let say = self.speech(say);
            self.scopes.leave();
            let hearing = Hearing { say, then: Vec::new(), ..hearing };
            verbs.push((self.read_back(node, done, hearing, keys, span), &[Exit::Next]));
        }
        self.name_filled(&tree.name, ty, slot, &verbs);
    }

    /// The question itself, without its exits.
    pub(super) fn question(&mut self, tree: &'a ast::Ask, slot: Slot) -> Ask {
        let kind = match &tree.entry.list {
            Some(_) => {
                self.report(Code::InvalidSetting, tree.entry.word.span, "a secret is asked for as `digits`");
                EntryKind::Digits { min: 1, max: 1, until: None }
            }
            None => self.entry_kind(&tree.entry, tree.secret),
        };
        if tree.secret && !matches!(kind, EntryKind::Digits { .. } | EntryKind::Passphrase { .. }) {
            let message =
                format!("a secret is asked for as `digits` or `text`, not as `{}`", tree.entry.word.text);
            self.report(Code::InvalidSetting, tree.entry.word.span, message);
        }
        if !tree.secret {
            self.bound_entry(&tree.name.text, slot, &kind, tree.entry.word.span);
        }
        let settings =
            self.settings("ask", &tree.body, if tree.secret { &SECRET_SETTINGS } else { &SETTINGS });
        let hearing = self.hearing(&settings, tree.span);
        let (checks, conditions) =
            if tree.secret { Default::default() } else { self.checks(tree, &kind, slot) };
        if let Some(choice) = tree.body.choices.first().filter(|_| tree.secret) {
            let message = "a secret has no keys to choose in its place";
            let fix = "a global key of two or more leads away from it: `keys { ** -> flow }` at the beginning of the flow";
            self.report_fix(Code::InvalidSetting, choice.span, message, fix);
        }
        if !tree.secret {
            self.check_beside_entry(&tree.body, &kind, settings.between_keys.is_some());
        }
        let secret_checks = if tree.secret { self.secret_checks(tree, &kind) } else { Vec::new() };
        let (secret, choices) = (tree.secret, Vec::new());
        Ask { slot, secret, kind, checks, conditions, secret_checks, choices, hearing }
    }

    /// Says what was taken and asks whether it is right. No puts the question again; the budget is its own, and who
    /// says nothing gives up as with the question. Gives back the node that asks.
    fn read_back(
        &mut self,
        question: NodeId,
        done: Loose,
        hearing: Hearing,
        keys: YesNo,
        at: Span,
    ) -> NodeId {
        let mut after = std::mem::take(&mut self.loose);
        let (yes, no) = self.yes_no_keys(keys, at);
        let right = self.scopes.temporary();
        let (kind, checks) = (EntryKind::YesNo { yes, no }, Vec::new());
        self.loose = vec![done];
        let (conditions, choices) = (Vec::new(), Vec::new());
        let secret_checks = Vec::new();
        let ask =
            Ask { slot: right, secret: false, kind, checks, conditions, secret_checks, choices, hearing };
        let confirm = self.emit(Verb::Ask(ask), at);
        let told = self.arm(confirm, Exit::Next, None);
        self.give_up_alike(question, confirm, &mut after);
        self.inherit_counted(confirm, &hearing_ways());
        self.loose = vec![told];
        let decide = self.emit(Verb::If(If { condition: Expr::Slot(right), said: "read back".into() }), at);
        after.push(self.arm(decide, Exit::Then, None));
        self.loose = vec![self.arm(decide, Exit::Else, None)];
        self.reask(question, false, at);
        self.loose = after;
        confirm
    }

    /// Gives a node the `give_up` of another.
    fn give_up_alike(&mut self, of: NodeId, node: NodeId, after: &mut Vec<Loose>) {
        let Some(to) = self.graph.nodes[of.0 as usize].arm(&Exit::GiveUp).map(|arm| arm.to) else { return };
        let end = self.arm(node, Exit::GiveUp, None);
        match to {
            NOWHERE => after.push(end),
            to => self.link(vec![end], to),
        }
    }

    /// Goes back to a question.
    pub(super) fn reask(&mut self, question: NodeId, silent: bool, at: Span) {
        let node = self.emit(Verb::Reask(Reask { question, silent }), at);
        let back = self.arm(node, Exit::Next, None);
        self.link(vec![back], question);
    }

    /// `ask x: one of LIST`: a menu of the list's items.
    fn ask_item(&mut self, tree: &'a ast::Ask, items: &'a Items) {
        let at = head(tree.span, tree.body.span);
        let settings = self.settings("ask", &tree.body, &LIST);
        let hearing = self.hearing(&settings, tree.span);
        let below = self.speech(settings.below.unwrap_or_default());
        let slot = self.scopes.temporary();
        self.scopes.enter();
        let (each, bind, ty) = self.each(&tree.name, slot, items);
        self.scopes.leave();
        let choice = Choice { keys: None, label: None, words: Vec::new(), bind, each: Some(each) };
        self.check_until(&tree.body, settings.until_key());
        self.check_item_keys(items, &tree.body, settings.between_keys.is_some());
        let lowered = self.choices(&tree.body);
        let others = lowered.iter().map(|lowered| lowered.choice.clone());
        let choices = std::iter::once(choice).chain(others).collect();
        let menu = Menu { name: None, choices, below, until: settings.until_key(), hearing };
        let node = self.emit(Verb::Menu(menu), at);
        let done = self.arm(node, Exit::Choice(0), None);
        let mut after = self.branches(node, 1, &tree.body, &lowered);
        after.push(done);
        self.exits(node, "ask", at, &tree.body, &menu_ways(), after);
        self.name_filled(&tree.name, ty, slot, &[(node, &[Exit::Choice(0)])]);
    }

    /// The list of `each` and `one of`, with the variables for the item and its key declared in the open scope.
    pub(super) fn each(
        &mut self,
        name: &ast::Name,
        item: Slot,
        items: &'a Items,
    ) -> (Each, Option<Slot>, Type) {
        let (list, ty) = self.expr(&items.list);
        let ty = match ty {
            Type::List(inner) => *inner,
            Type::Optional(list) if matches!(*list, Type::List(_)) => {
                self.fit(items.list.span, &Type::Optional(list.clone()), &list);
                Type::Unknown
            }
            other => {
                self.mismatch(items.list.span, "a list", &other);
                Type::Unknown
            }
        };
        self.declare_at(name, ty.clone(), item);
        let key = items.key.as_ref().map(|key| self.declare(key, Type::Digits));
        let say = self.speech(&items.say);
        (Each { list, at_most: at_most(items), item, say }, key, ty)
    }
}

/// The exits of every verb that listens.
pub(super) fn hearing_ways() -> Vec<Way> {
    vec![
        Way::plain("give_up", Exit::GiveUp, true),
        Way::plain("no_input", Exit::NoInput(1), false),
        Way::plain("no_match", Exit::NoMatch(1), false),
    ]
}

/// The exits of a question for an entry.
pub(super) fn entry_ways() -> Vec<Way> {
    let mut ways = hearing_ways();
    ways.push(Way::plain("invalid", Exit::Invalid(1), false));
    ways.push(Way::plain("too_short", Exit::TooShort(1), false));
    ways
}

/// The exits of a menu.
pub(super) fn menu_ways() -> Vec<Way> {
    let mut ways = hearing_ways();
    ways.push(Way::plain("empty", Exit::Empty, false));
    ways
}

/// How many items can be chosen: as many as single keys, unless it says otherwise.
pub(super) fn at_most(items: &Items) -> u8 {
    items.at_most.as_ref().map_or(9, |count| count.value.clamp(1, 99) as u8)
}
