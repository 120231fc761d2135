//! A call to the shipped bank: it is welcomed, nobody knows it, it asks for a branch's hours, and says goodbye.

use callwright::cli::disk::DiskFiles;
use callwright::engine::{Action, ActionId, Actions, Contact, Event, Image, Lookup, Session};
use callwright::language;
use callwright::program::{Caller, Channel, Key, Phone};
use callwright::time::{Millis, Wall};
use std::sync::Arc;

/// A Friday noon, when the bank's office is open.
const NOON: Wall = Wall(1_795_165_200_000);

/// The bank, ready to run.
pub fn image() -> Arc<Image> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/flows/bank");
    let program = language::compile(&DiskFiles::new(folder)).program.expect("the shipped bank compiles");
    Image::new(program).expect("its functions compile")
}

/// An arrival.
pub fn contact() -> Contact {
    Contact {
        id: "bench-1".into(),
        channel: Channel::Call,
        from: Caller::Number(Phone::from_e164("+79000000001").expect("a number")),
        to: "+78432035737".into(),
        to_number: Phone::from_e164("+78432035737"),
        message: None,
        language: None,
        priority: None,
        attested: false,
        arrived: NOON,
        seed: 1,
        segment: None,
        segments: Vec::new(),
        overrides: Default::default(),
        task: None,
    }
}

/// A session, and who is told of each of its steps.
pub struct Call<T> {
    /// The session.
    pub session: Session,
    actions: Actions,
    told: T,
}

impl<T: FnMut(Millis, Option<&Event>, &[Action])> Call<T> {
    /// The arrival.
    pub fn begin(image: &Arc<Image>, contact: Contact, mut told: T) -> Call<T> {
        let (session, actions) = Session::start(image.clone(), contact, Millis(0));
        told(Millis(0), None, &actions);
        Call { session, actions, told }
    }

    /// Four steps more: the menu has been put and waits for a key.
    pub fn walk_to_the_menu(&mut self) {
        self.step(10, |id| Event::Answered { id });
        self.step(2000, |id| Event::Played { id });
        self.step(2010, |id| Event::Found { id, result: Lookup::None });
        self.step(9000, |id| Event::Played { id });
    }

    /// Five more: two keys, two announcements, goodbye.
    pub fn walk_to_the_end(&mut self) {
        self.step(10_000, |_| Event::Key { key: key('3') });
        self.step(15_000, |id| Event::Played { id });
        self.step(18_000, |id| Event::Played { id });
        self.step(19_000, |_| Event::Key { key: key('2') });
        self.step(21_000, |id| Event::Played { id });
    }

    fn step(&mut self, at: u64, event: impl FnOnce(ActionId) -> Event) {
        let event = event(self.asked());
        self.actions = self.session.step(Millis(at), event.clone());
        (self.told)(Millis(at), Some(&event), &self.actions);
    }

    /// The id of the last thing that will be answered; of nothing where nothing will.
    fn asked(&self) -> ActionId {
        let id = self.actions.iter().rev().find_map(|action| match action {
            Action::Answer { id } | Action::Play { id, .. } | Action::Identify { id, .. } => Some(*id),
            _ => None,
        });
        id.unwrap_or(ActionId(0))
    }
}

/// A key of a telephone.
pub fn key(sign: char) -> Key {
    Key::from_char(sign).expect("a key")
}
