//! `queue`: who takes the calls of a kind.

use super::Declared;
use crate::language::ast;
use crate::language::load::Loaded;
use crate::program::{Queue, ScheduleId, Strategy};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;
use std::mem::discriminant;

/// The longest that a caller may be let wait, and that a member may be left alone.
const LONGEST: DurationMs = DurationMs::from_secs(4 * 3600);

impl Declared {
    pub(super) fn queues(&mut self, items: Vec<ast::Queue>, loaded: &mut Loaded<'_>) {
        for item in items {
            let mut queue = Queue {
                name: item.name.text.clone(),
                strategy: Strategy::default(),
                music: None,
                members: Vec::new(),
                hours: None,
                at_most: None,
                ring: Queue::RING,
                wrap_up: Queue::WRAP_UP,
                timeout: None,
                callbacks: None,
            };
            for (index, line) in item.lines.iter().enumerate() {
                let earlier = &item.lines[..index];
                let same =
                    earlier.iter().find(|other| discriminant(&other.value) == discriminant(&line.value));
                if let Some(first) = same {
                    let finding = Diagnostic::new(Code::InvalidSetting, line.span, "this is set twice");
                    loaded.diagnostics.push(finding.related(first.span, "the first"));
                }
                self.queue_line(&mut queue, &line.value, line.span, loaded);
            }
            if item.broken {
                // The line that could not be read may have said it.
                queue.timeout.get_or_insert(LONGEST);
            }
            self.queue_names.add("queue", &item.name, self.program.queues.len(), loaded);
            self.program.queues.push(queue);
        }
    }

    fn queue_line(&mut self, queue: &mut Queue, line: &ast::QueueLine, span: Span, loaded: &mut Loaded<'_>) {
        match line {
            ast::QueueLine::Strategy(word) => {
                match Strategy::ALL.into_iter().find(|known| known.word() == &*word.text) {
                    Some(strategy) => queue.strategy = strategy,
                    None => loaded.unknown("strategy", word, Strategy::ALL.map(Strategy::word)),
                }
            }
            ast::QueueLine::Music(name) => queue.music = Some(name.clone()),
            ast::QueueLine::Members(members) => queue.members = members.clone(),
            ast::QueueLine::Hours(name) => match self.schedule_names.get(&name.text) {
                Some(index) => {
                    queue.hours = Some(ScheduleId(index as u32));
                    if !self.program.schedules[index].shifts().is_empty() {
                        let message = "a queue needs hours, and these are shifts: one is always on";
                        loaded.diagnostics.push(Diagnostic::new(Code::TypeMismatch, name.span, message));
                    }
                    if self.program.schedules[index].any_zone {
                        let message = "a queue needs hours with a zone of their own";
                        loaded.diagnostics.push(Diagnostic::new(Code::ScheduleZone, name.span, message));
                    }
                }
                None => loaded.unknown("schedule", name, self.schedule_names.names()),
            },
            ast::QueueLine::AtMost(count) => queue.at_most = Some(*count),
            ast::QueueLine::Ring(length) => queue.ring = bounded(*length, span, loaded),
            ast::QueueLine::WrapUp(length) => queue.wrap_up = bounded(*length, span, loaded),
            // Flows are declared later.
            ast::QueueLine::Callbacks(flow) => {
                self.queue_callbacks.push((self.program.queues.len(), flow.clone()));
            }
            ast::QueueLine::Timeout(length) => queue.timeout = Some(bounded(*length, span, loaded)),
        }
    }
}

fn bounded(length: DurationMs, span: Span, loaded: &mut Loaded<'_>) -> DurationMs {
    if length == DurationMs::ZERO || length > LONGEST {
        let message = format!("this is more than nothing and at most {LONGEST}, found {length}");
        loaded.diagnostics.push(Diagnostic::new(Code::InvalidSetting, span, message));
    }
    length
}
