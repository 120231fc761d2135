//! Promises: their names and conditions are looked up, and those that say nothing are reported.

use super::never::decide;
use super::{Lowerer, Place};
use crate::language::ast::{Bound, Expr as Tree, Goal as TreeGoal, Name, Promise as TreePromise};
use crate::program::{Expr, Goal, Promise, ScheduleId, Type, Vocabulary};
use crate::source::{Code, Diagnostic, Span};

impl<'a> Lowerer<'a> {
    pub(super) fn promises(&mut self) {
        self.place = Place::Route;
        for promise in &self.declared.promises {
            if let Some(promise) = self.promise(promise) {
                self.graph.promises.push(promise);
            }
        }
        self.place = Place::Flow;
    }

    fn promise(&mut self, tree: &'a TreePromise) -> Option<Promise> {
        let condition = tree.condition.as_ref().map(|condition| self.claim_of(condition));
        let goal = self.goal(&tree.goal)?;
        let mut promise = Promise {
            text: self.sources.slice(tree.span).trim().into(),
            place: self.sources.place(tree.span),
            condition,
            always: tree.always,
            goal,
            within: None,
            keys: None,
            meanwhile: None,
            unverified: false,
        };
        for bound in &tree.bounds {
            self.bound(&mut promise, bound);
        }
        Some(promise)
    }

    /// A condition on contacts or on the clock. It computes nothing that a flow would have to do first.
    fn claim_of(&mut self, tree: &'a Tree) -> Expr {
        let before = self.graph.nodes.len();
        let condition = self.expect(tree, &Type::Bool);
        if self.graph.nodes.len() > before {
            self.graph.nodes.truncate(before);
            self.graph.origins.truncate(before);
            let message = "a promise is about who calls, on which channel, and when";
            self.report_fix(Code::InvalidSetting, tree.span, message, "script functions are called in flows");
        } else if let Some((holds, _)) = decide(&[], &condition) {
            let message = match holds {
                true => "this holds for every contact",
                false => "no contact meets this: its halves exclude each other",
            };
            self.report_fix(Code::EmptyPromise, tree.span, message, "alternatives are joined by `or`");
        }
        condition
    }

    fn goal(&mut self, tree: &TreeGoal) -> Option<Goal> {
        Some(match tree {
            TreeGoal::Human => Goal::Human,
            TreeGoal::Transfer => Goal::Transfer,
            TreeGoal::Queue => Goal::Queue,
            TreeGoal::Ends => Goal::Ends,
            TreeGoal::Reaches(flow) => Goal::Reaches(self.flow_named(flow)?),
            TreeGoal::Outcome(word, topic) => {
                let vocabulary = &self.declared.program.vocabulary;
                if !vocabulary.has_outcome(&word.text) {
                    let built_in = Vocabulary::BUILT_IN_OUTCOMES;
                    let known = vocabulary.outcomes.iter().map(|known| &**known).chain(built_in);
                    self.unknown(Code::NotInVocabulary, "outcome", word, known);
                }
                let topic = topic.as_ref().map(|topic| self.topic(topic));
                Goal::Outcome(word.text.clone(), topic)
            }
        })
    }

    fn bound(&mut self, promise: &mut Promise, bound: &'a Bound) {
        let (span, is_for_always) = match bound {
            Bound::Time(length) => (length.span, true),
            Bound::Keys(count) => (count.span, true),
            Bound::Outside(name) => (name.span, false),
            Bound::While(test) => (test.span, false),
            Bound::Unverified(span) => (*span, false),
        };
        if is_for_always != promise.always {
            return self.misplaced_bound(span, is_for_always);
        }
        let is_set = match bound {
            Bound::Time(length) => promise.within.replace(length.value).is_some(),
            Bound::Keys(count) => {
                promise.keys.replace(u8::try_from(count.value).unwrap_or(u8::MAX)).is_some()
            }
            Bound::Unverified(_) => std::mem::replace(&mut promise.unverified, true),
            Bound::Outside(name) => {
                let Some(schedule) = self.promised_schedule(name) else { return };
                self.only_while(promise, Expr::Not(Box::new(Expr::Open(schedule))))
            }
            Bound::While(test) => {
                let test = self.claim_of(test);
                self.only_while(promise, test)
            }
        };
        if is_set {
            let message = "this is said twice of one promise";
            self.report_fix(Code::EmptyPromise, span, message, "write it once, or make it two promises");
        }
    }

    /// Adds a condition to those that must hold together; never says that it was said before.
    fn only_while(&mut self, promise: &mut Promise, test: Expr) -> bool {
        promise.meanwhile = Some(match promise.meanwhile.take() {
            Some(before) => Expr::And(Box::new(before), Box::new(test)),
            None => test,
        });
        false
    }

    fn misplaced_bound(&mut self, span: Span, is_for_always: bool) {
        let (message, hint) = match is_for_always {
            true => (
                "what never comes about takes no time and no keys",
                "write `always … within …`, or leave this out",
            ),
            false => (
                "this narrows what must never come about, not what always must",
                "write it before the colon: `when office is open: always …`",
            ),
        };
        self.diagnostics.push(Diagnostic::new(Code::EmptyPromise, span, message).hint(hint));
    }

    fn promised_schedule(&mut self, name: &Name) -> Option<ScheduleId> {
        let declared = self.declared;
        let index = declared.schedule_names.get(&name.text).or_else(|| {
            let near = self.unknown(Code::UnknownName, "schedule", name, declared.schedule_names.names());
            near.and_then(|near| declared.schedule_names.get(near))
        })?;
        Some(ScheduleId(index as u32))
    }
}
