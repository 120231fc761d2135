//! The engine, stepped by hand: a flow, a caller, and no telephone.
//!
//! `cargo run --example step` prints what a call does. Whoever embeds the engine does the same with a clock and a network
//! of its own: perform the actions, report what happened, come back at the next deadline.

use callwright::engine::{Action, Actions, Contact, Event, Image, Session};
use callwright::language;
use callwright::program::{Caller, Channel, Key, Phone};
use callwright::source::{MemoryFiles, Style};
use callwright::time::{Millis, Wall};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let compiled = language::compile(&MemoryFiles::script(include_str!("hello/main.flow")));
    let Some(program) = &compiled.program else {
        return Err(compiled.report(Style::Plain).into());
    };
    let image = Image::new(program.clone())?;
    let contact = Contact {
        id: "example".into(),
        channel: Channel::Call,
        from: Caller::parse("+4930901820", None),
        to: "1000".into(),
        to_number: Phone::parse("1000", None),
        message: None,
        arrived: Wall(1_795_000_000_000),
        language: None,
        priority: None,
        attested: false,
        seed: 1,
        segment: None,
        segments: Vec::new(),
        overrides: Default::default(),
        task: None,
    };

    let (mut session, actions) = Session::start(image, contact, Millis(0));
    let id = answer_of(&actions).ok_or("the flow answers first")?;
    show(0, &actions);
    show(900, &session.step(Millis(900), Event::Answered { id }));
    // The caller does not wait for the end of the prompt.
    let key = Key::from_char('1').ok_or("a key")?;
    show(1500, &session.step(Millis(1500), Event::Key { key }));
    show(2000, &session.step(Millis(2000), Event::HungUp { cause: "caller".into() }));
    println!("over: {}", session.is_over());
    Ok(())
}

fn answer_of(actions: &Actions) -> Option<callwright::engine::ActionId> {
    actions.iter().find_map(|action| match action {
        Action::Answer { id } => Some(*id),
        _ => None,
    })
}

fn show(at_ms: u64, actions: &Actions) {
    actions.iter().for_each(|action| println!("{at_ms:>6} {action}"));
}
