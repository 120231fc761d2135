//! Durable verbs that reach beyond the contact: callbacks, messages, flows that run later, hours set by hand.

use super::action::Note;
use super::run::{Run, Turn};
use crate::program::verb::{
    AfterCall, Callback, Content, Later, OverrideHours, SendEmail, SendSms, Until, When,
};
use crate::program::{Due, Entry, Exit, Expr, Message, Override, Party, Phone, QueueId, Text, Value};
use crate::time::Wall;

impl Run<'_> {
    pub(super) fn callback(&mut self, callback: &Callback) -> Turn {
        let to = match &callback.to {
            Some(to) => self.value(to),
            None => Ok(self.state.contact.from.number().cloned().map_or(Value::None, Value::Phone)),
        };
        let Ok(Value::Phone(to)) = to else { return self.cannot("there is no number to call back") };
        if !self.permits(&Party::Phone(to.clone())) {
            return Turn::Exit(Exit::Next, Value::None);
        }
        let of_queue = |place: &(QueueId, Wall)| callback.queue.is_none_or(|queue| queue == place.0);
        let waits = self.waited_in().or(self.state.last_place).filter(of_queue);
        let queue = callback.queue.or(self.waited_in().map(|(queue, _)| queue));
        let queue = queue.map(|queue| self.image.queues[queue.0 as usize].name.clone());
        let since = waits.map(|(_, since)| since).filter(|_| callback.keeping_place);
        let at = callback.when.as_ref().and_then(|when| self.due(when));
        self.write(Entry::Callback { to, queue, since, at });
        if since.is_some() {
            self.give_place_away();
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    pub(super) fn send_sms(&mut self, send: &SendSms) -> Turn {
        let to: Phone = match self.value(&send.to) {
            Ok(Value::Phone(to)) => to,
            Ok(_) | Err(_) => return self.cannot("there is no number to send to"),
        };
        match self.content(&send.content) {
            Ok(message) => self.write(Entry::Sms { to, message }),
            Err(fault) => return self.fault(&fault, Exit::Next),
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    pub(super) fn send_email(&mut self, send: &SendEmail) -> Turn {
        let Some(to) = self.written(&send.to) else { return self.cannot("there is no address to send to") };
        let subject = send.subject.as_ref().and_then(|subject| self.written(subject));
        let attach = match send.attach.as_ref().map(|attach| self.value(attach)) {
            Some(Ok(Value::Recording(recording))) => Some(recording),
            Some(Ok(_) | Err(_)) | None => None,
        };
        match self.content(&send.content) {
            Ok(message) => self.write(Entry::Email { to, subject, message, attach }),
            Err(fault) => return self.fault(&fault, Exit::Next),
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    fn content(&self, content: &Content) -> Result<Message, String> {
        match content {
            Content::Say(said) => {
                let said: Result<Vec<_>, _> = said.iter().map(|one| self.spoken(one)).collect();
                said.map(Message::Said)
            }
            Content::Text(text) => self.value(text).map(|text| Message::Text(text.to_string().into())),
        }
    }

    /// A text, as it is written; nothing where it is missing.
    fn written(&self, text: &Expr) -> Option<Text> {
        match self.value(text) {
            Ok(Value::None) | Err(_) => None,
            Ok(text) => Some(text.to_string().into()),
        }
    }

    pub(super) fn later(&mut self, later: &Later) -> Turn {
        let due = match &later.when {
            When::Afterwards => Some(Due::Afterwards),
            when => self.due(when).map(Due::At),
        };
        let Some(due) = due else { return self.cannot("this moment never comes") };
        let flow = self.image.flow(later.flow);
        match self.given(&flow.name, &flow.params, &later.args) {
            Ok(args) => {
                let flow = flow.name.clone();
                let language = self.image.languages.get(self.state.language).cloned();
                self.write(Entry::Task { due, flow, args, language });
                Turn::Exit(Exit::Next, Value::None)
            }
            Err(fault) => self.fault(&fault, Exit::Next),
        }
    }

    pub(super) fn after_call(&mut self, after: &AfterCall) -> Turn {
        let flow = self.image.flow(after.flow);
        match self.given(&flow.name, &flow.params, &after.args) {
            Ok(args) => {
                self.state.after_call = Some((after.flow, args));
                Turn::Exit(Exit::Next, Value::None)
            }
            Err(fault) => self.fault(&fault, Exit::Next),
        }
    }

    pub(super) fn override_hours(&mut self, set: &OverrideHours) -> Turn {
        let schedule = &self.image.schedules[set.schedule.0 as usize];
        let (name, now) = (schedule.name.clone(), self.state.wall());
        let until = match &set.until {
            Until::TakenBack => None,
            Until::NextChange => schedule.next_change(now),
            Until::For(length) => self.due(&When::In(length.clone())),
            Until::Moment(moment) => self.due(&When::Moment(moment.clone())),
            Until::Time(time) => self.due(&When::At(time.clone(), schedule.zone.clone())),
        };
        let set = set.open.map(|open| Override { open, until });
        self.state.overrides.insert(name.clone(), set);
        self.write(Entry::Override { schedule: name, set });
        Turn::Exit(Exit::Next, Value::None)
    }

    /// When it will be; `None` for a moment that has no date.
    fn due(&self, when: &When) -> Option<Wall> {
        let now = self.state.wall();
        match when {
            When::Afterwards => Some(now),
            When::In(length) => match self.value(length) {
                Ok(Value::Duration(length)) => Some(now.after(length)),
                Ok(_) | Err(_) => None,
            },
            When::At(time, zone) => match self.value(time) {
                Ok(Value::Time(time)) => zone.next_time(time, now),
                Ok(_) | Err(_) => None,
            },
            When::Moment(moment) => match self.value(moment) {
                Ok(Value::Moment(moment)) => Some(moment.at),
                Ok(_) | Err(_) => None,
            },
        }
    }

    /// A durable verb that has nothing to do: the flow goes on, the journal knows.
    fn cannot(&mut self, reason: &str) -> Turn {
        self.note(Note::Fault { reason: reason.into() });
        Turn::Exit(Exit::Next, Value::None)
    }
}
