//! A month at a call centre, made up from a seed: what happened, and the store that was told of it.
//!
//! Everything that the store is asked of the month can be counted here as well, by going through what happened.

use callwright::crm::outbox::Jitter;
use callwright::crm::{
    Act, Attempt, Beginning, Direction, EndedBy, Ending, Leg, Merge, Posting, Priority, Proof, Trail,
};
use callwright::program::verb::Lock;
use callwright::program::{Caller, CaseMode, Channel, Entry, Secret, Text, Vocabulary};
use callwright::store::{Desk, Import, Page};
use callwright::time::{DurationMs, Wall};
use std::collections::BTreeMap;

pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;
/// 2026-10-01 in Berlin: a month in which the clocks change.
pub const FROM: Wall = Wall(1_790_805_600_000);
/// 2026-11-01 in Berlin, an hour later than 31 days.
pub const TO: Wall = Wall(FROM.0 + 31 * DAY + HOUR);
/// A while later.
pub const NOW: Wall = Wall(TO.0 + 10 * DAY);
const LOCK: Lock = Lock { after: 3, length: DurationMs(HOUR as u64), by_day: false, counted: false };
const TOPICS: [&str; 5] = ["balance", "modem", "invoice", "tariff", "complaint"];
const OUTCOMES: [&str; 4] = ["resolved", "handed_over", "abandoned", "callback_requested"];
const CUSTOMERS: u64 = 60;

/// Where numbers come from: the same for the same seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// A contact that took place.
#[derive(Clone, Debug)]
pub struct Made {
    pub id: String,
    pub channel: Channel,
    pub direction: Direction,
    pub caller: Option<String>,
    pub customer: Option<String>,
    pub verified: bool,
    pub started: i64,
    pub ended: Option<(i64, EndedBy)>,
    /// Topics with what came of each, in order.
    pub said: Vec<(&'static str, Vec<&'static str>)>,
    /// `unasked`, `sought` or `reached`, as its legs say.
    pub human: &'static str,
    pub case: Option<Matter>,
}

/// What became of the case that a contact opened.
#[derive(Clone, Debug)]
pub struct Matter {
    pub topic: &'static str,
    pub opened: i64,
    pub closed: Option<i64>,
    pub owner: Option<&'static str>,
    pub mark: Option<&'static str>,
    pub due: Option<i64>,
    pub urgent: bool,
}

/// An attempt at a PIN.
#[derive(Clone, Copy, Debug)]
pub struct Tried {
    pub at: i64,
    pub customer: u64,
    pub right: bool,
}

pub struct Month {
    pub contacts: Vec<Made>,
    pub tried: Vec<Tried>,
}

/// Where a customer leads: 3 was merged into 1, and 1 into 2.
pub fn standing(customer: &str) -> &str {
    match customer {
        "k-1" | "k-3" => "k-2",
        other => other,
    }
}

impl Month {
    /// So many contacts, of which some lie before and behind the month.
    pub fn new(seed: u64, contacts: usize) -> Month {
        let mut dice = Dice::new(seed);
        let contacts = (0..contacts).map(|number| made(&mut dice, number)).collect();
        let mut tried: Vec<Tried> = (0..150)
            .map(|_| Tried { at: moment(&mut dice), customer: 10 + dice.below(4), right: dice.chance(25) })
            .collect();
        // Guessing comes in bursts: half of them follow the one before by a minute.
        for index in 1..tried.len() {
            if dice.chance(70) {
                tried[index] = Tried { at: tried[index - 1].at + 60_000, ..tried[index] };
                tried[index].customer = tried[index - 1].customer;
            }
        }
        tried.sort_by_key(|tried| (tried.at, tried.customer));
        Month { contacts, tried }
    }

    /// Tells the store everything, by many at once as it is in a month.
    pub fn tell(&self, store: &dyn Desk) {
        let rows: String =
            (0..CUSTOMERS).map(|id| format!("k-{id},Anna {id},+7900000{id:04},4711{id:04}\n")).collect();
        let file = format!("id,name,phones,pin\n{rows}");
        let import = Import::read(&file, &Vocabulary::default(), None).expect("customers");
        store.import(&import, Wall(0)).expect("taken in");
        let share = self.contacts.len().div_ceil(24).max(1);
        std::thread::scope(|scope| {
            for some in self.contacts.chunks(share) {
                scope.spawn(move || some.iter().for_each(|made| begin(store, made)));
            }
        });
        while store.deliver(NOW, 10_000, Jitter(0)).expect("a round").delivered > 0 {}
        std::thread::scope(|scope| {
            for some in self.contacts.chunks(share) {
                scope.spawn(move || some.iter().for_each(|made| end(store, made)));
            }
        });
        self.work(store, share);
        for (from, into) in [("k-3", "k-1"), ("k-1", "k-2")] {
            let (by, because) = (Text::from("olga"), Text::from("one passport"));
            store
                .merge(&Merge { from: from.into(), into: Some(into.into()), by, because, at: NOW })
                .expect("merged");
        }
        for tried in &self.tried {
            try_pin(store, tried);
        }
    }

    /// What people did to the cases.
    fn work(&self, store: &dyn Desk, share: usize) {
        let mut numbers: BTreeMap<Text, u64> = BTreeMap::new();
        let mut page = Some(Page::first(500));
        while let Some(next) = page {
            let listing = store.cases(None, &next).expect("cases");
            let openers = listing.items.iter().map(|case| (case.opened_by().cloned(), case.id));
            numbers.extend(openers.filter_map(|(contact, id)| Some((contact?, id))));
            page = Page::behind(&listing, 500);
        }
        let numbers = &numbers;
        std::thread::scope(|scope| {
            for some in self.contacts.chunks(share) {
                scope.spawn(move || {
                    for made in some {
                        if let (Some(matter), Some(id)) = (&made.case, numbers.get(made.id.as_str())) {
                            work_on(store, *id, matter);
                        }
                    }
                });
            }
        });
    }
}

/// Most of them in the month, some in the week before and the week behind.
fn moment(dice: &mut Dice) -> i64 {
    FROM.0 - 7 * DAY + dice.below((45 * DAY / 1000) as u64) as i64 * 1000
}

fn made(dice: &mut Dice, number: usize) -> Made {
    // Some begin at the very edges.
    let started = match dice.below(100) {
        0 => FROM.0,
        1 => TO.0,
        2 => TO.0 - 1,
        _ => moment(dice),
    };
    let channel = dice.one_of(&[Channel::Call, Channel::Call, Channel::Call, Channel::Sms, Channel::Chat]);
    let customer = dice.chance(60).then(|| format!("k-{}", dice.below(CUSTOMERS)));
    let ended_by = dice.one_of(&[EndedBy::Caller, EndedBy::Program, EndedBy::Callee]);
    let topics = dice.below(3);
    let mut said: Vec<(&'static str, Vec<&'static str>)> = Vec::new();
    for _ in 0..topics {
        let topic = dice.one_of(&TOPICS);
        let outcomes = (0..1 + dice.below(2)).map(|_| dice.one_of(&OUTCOMES)).collect();
        if said.iter().all(|(known, _)| *known != topic) {
            said.push((topic, outcomes));
        }
    }
    let case = said.first().map(|(topic, outcomes)| matter(dice, started, topic, outcomes));
    Made {
        id: format!("c-{number}"),
        channel,
        direction: if dice.chance(5) { Direction::Out } else { Direction::In },
        caller: dice.chance(85).then(|| format!("+7900000{:04}", dice.below(300))),
        verified: customer.is_some() && dice.chance(30),
        customer,
        started,
        ended: dice.chance(98).then(|| (started + dice.below(1_200_000) as i64, ended_by)),
        said,
        human: dice.one_of(&["unasked", "unasked", "sought", "reached"]),
        case,
    }
}

fn matter(dice: &mut Dice, started: i64, topic: &'static str, outcomes: &[&'static str]) -> Matter {
    let resolved = outcomes.last() == Some(&"resolved");
    // The first of those that say so last settles it.
    let settled = outcomes.iter().rposition(|outcome| *outcome != "resolved").map_or(0, |index| index + 1);
    let by_hand = (!resolved && dice.chance(50)).then(|| started + HOUR + dice.below(9 * DAY as u64) as i64);
    let open = !resolved && by_hand.is_none();
    Matter {
        topic,
        opened: started + 1,
        closed: if resolved { Some(started + 2 + settled as i64) } else { by_hand },
        owner: dice.chance(70).then(|| dice.one_of(&["ivan", "olga", "petr"])),
        mark: dice.chance(10).then(|| dice.one_of(&["wrong_number", "test"])),
        due: (open && dice.chance(40)).then(|| NOW.0 - 5 * DAY + dice.below(10 * DAY as u64) as i64),
        urgent: dice.chance(10),
    }
}

fn begin(store: &dyn Desk, made: &Made) {
    let contact = Text::from(made.id.as_str());
    let from = made.caller.as_deref().map_or(Caller::Withheld, |caller| Caller::parse(caller, None));
    let beginning = Beginning {
        contact: contact.clone(),
        channel: made.channel,
        from,
        to: "+78001000000".into(),
        started: Wall(made.started),
        program: "bank".into(),
        version: "v1".into(),
    };
    store.begin_interaction(&beginning).expect("a beginning");
    let mut entries: Vec<Entry> = Vec::new();
    if let Some(matter) = &made.case {
        let (mode, topic) = (CaseMode::New, matter.topic.into());
        let customer = made.customer.as_deref().map(Text::from);
        entries.push(Entry::Case { mode, topic, customer, about: None });
    }
    for (topic, outcomes) in &made.said {
        entries.extend(outcomes.iter().map(|outcome| {
            let topic = Some((*topic).into());
            Entry::Outcome { outcome: (*outcome).into(), topic }
        }));
    }
    if let Some(customer) = &made.customer {
        entries.push(Entry::Identity { customer: customer.as_str().into(), verified: made.verified });
    }
    for (sequence, entry) in (1..).zip(entries) {
        let at = Wall(made.started + sequence as i64);
        store.enqueue(&Posting { contact: contact.clone(), sequence, at, entry }).expect("an entry");
    }
}

fn end(store: &dyn Desk, made: &Made) {
    let Some((at, by)) = made.ended else { return };
    store.end_interaction(&made.id, &Ending { at: Wall(at), by, cause: "normal".into() }).expect("an end");
    let leg = |answered| Leg {
        leg: 1,
        to: "support".into(),
        called: DurationMs(5),
        answered,
        ended: None,
        result: None,
    };
    let legs = match made.human {
        "unasked" => Vec::new(),
        "sought" => vec![leg(None)],
        _ => vec![leg(None), leg(Some(DurationMs(9)))],
    };
    let trail = Trail { direction: made.direction, legs, ..Trail::default() };
    store.keep_trail(&made.id, &trail).expect("a trail");
}

fn work_on(store: &dyn Desk, id: u64, matter: &Matter) {
    let act = |act: Act, at: i64| drop(store.act(id, &act, "olga", Wall(at)).expect("done"));
    if let Some(owner) = matter.owner {
        act(Act::Assign { to: Some(owner.into()) }, matter.opened + 10);
    }
    if matter.urgent {
        act(Act::Rank { priority: Priority::Urgent }, matter.opened + 11);
    }
    if let Some(mark) = matter.mark {
        act(Act::Mark { mark: mark.into(), because: "so".into() }, matter.opened + 12);
    }
    if let Some(due) = matter.due {
        act(Act::Promise { what: "call back".into(), due: Wall(due) }, matter.opened + 13);
    }
    if let Some(closed) = matter.closed.filter(|closed| *closed >= matter.opened + HOUR - 1) {
        act(Act::Close { because: "done".into() }, closed);
    }
}

fn try_pin(store: &dyn Desk, tried: &Tried) {
    let customer = format!("k-{}", tried.customer);
    let right = format!("4711{:04}", tried.customer);
    let secret = Secret::new(if tried.right { right.as_str() } else { "80915372" });
    store
        .verify(&Attempt {
            customer: &customer,
            caller: &Caller::Withheld,
            proof: Proof::Pin,
            secret: &secret,
            lock: LOCK,
            contact: "c-0",
            now: Wall(tried.at),
        })
        .expect("a verdict");
}
