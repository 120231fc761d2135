//! Queues and operators change while callers wait.

use super::floor::Floor;
use super::operator::{Operator, OperatorTerms};
use super::place::{Line, Rules};
use crate::program::Text;
use crate::time::Millis;

impl Floor {
    /// Who is known keeps what they do and have done; operators keep their places in the list, because others point there.
    pub(super) fn arrange(&mut self, now: Millis, queues: Vec<(Text, Rules)>, operators: Vec<OperatorTerms>) {
        let gone: Vec<Text> = self
            .lines
            .keys()
            .filter(|name| !queues.iter().any(|(known, _)| known == *name))
            .cloned()
            .collect();
        for (name, rules) in queues {
            match self.lines.get_mut(&name) {
                Some(line) => line.rules = rules,
                None => drop(self.lines.insert(name, Line::new(rules))),
            }
        }
        for operator in &mut self.operators {
            operator.terms.queues.retain(|queue| gone.contains(queue));
        }
        for terms in operators {
            match self.operators.iter_mut().find(|known| known.terms.name == terms.name) {
                Some(known) => {
                    let kept = std::mem::take(&mut known.terms.queues);
                    known.terms = OperatorTerms { queues: [terms.queues.clone(), kept].concat(), ..terms };
                }
                None => self.operators.push(Operator::new(terms, now)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Strategy;
    use crate::queues::{Input, Output, Ticket};
    use crate::time::{DurationMs, Wall};
    use rust_decimal::Decimal;

    fn rules() -> Rules {
        let (ring, wrap_up) = (DurationMs(20_000), DurationMs::ZERO);
        Rules { strategy: Strategy::LongestIdle, ring, wrap_up, at_most: None }
    }

    fn operator(name: &str, queues: &[&str]) -> OperatorTerms {
        let queues = queues.iter().map(|queue| Text::from(*queue)).collect();
        OperatorTerms { name: name.into(), queues, pause_after: 0 }
    }

    fn join(ticket: u64, queue: &str) -> Input {
        let (priority, since, kept) = (Decimal::ZERO, Wall(0), None);
        Input::Join { ticket: Ticket(ticket), queue: queue.into(), priority, since, kept }
    }

    fn rung(out: &[Output]) -> Vec<(u64, &str)> {
        let mut rung = Vec::new();
        for one in out {
            if let Output::Ring { ticket, operator } = one {
                rung.push((ticket.0, &**operator));
            }
        }
        rung
    }

    #[test]
    fn a_new_queue_is_served_and_one_that_is_gone_is_served_to_its_end() {
        let mut floor = Floor::new([("old".into(), rules())], [operator("anna", &["old"])], Millis(0));
        let out = floor.step(Millis(1), join(1, "old"));
        assert_eq!(rung(&out), [(1, "anna")]);
        assert!(rung(&floor.step(Millis(2), join(2, "old"))).is_empty(), "she is asked already");

        let queues = vec![("new".into(), rules())];
        let operators = vec![operator("anna", &["new"]), operator("ben", &["new"])];
        let out = floor.step(Millis(3), Input::Arrange { queues, operators });
        assert!(rung(&out).is_empty());
        assert_eq!(rung(&floor.step(Millis(4), join(3, "new"))), [(3, "ben")]);

        let took = Input::Took { ticket: Ticket(1), operator: "anna".into() };
        let out = floor.step(Millis(5), took);
        assert!(out.iter().any(|one| matches!(one, Output::Connect { .. })), "{out:?}");
        let out = floor.step(Millis(6), Input::Leave { ticket: Ticket(1) });
        assert_eq!(rung(&out), [(2, "anna")], "who waited in the old queue is not forgotten");
    }
}
