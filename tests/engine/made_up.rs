//! What a driver might report, by chance.

use super::walk::Chance;
use callwright::engine::{DialProgress, Lookup, QueueNews, Reply, RoomNews, Taken, Verdict};
use callwright::program::{Currency, Money, Record, Value};
use callwright::time::{DurationMs, Wall};
use std::sync::Arc;

pub fn lookup(chance: &mut Chance) -> Lookup {
    let owner = Record::new("customer", "anna").with("tariff", Value::Text("basic".into()));
    let account = Record::new("account", "a-1")
        .with("number", Value::Digits("4000000001".into()))
        .with("owner", Value::Record(Arc::new(owner.clone())));
    let (owner, account) = (Lookup::One(Arc::new(owner)), Lookup::One(Arc::new(account)));
    chance.of(&[
        account.clone(),
        account.clone(),
        account,
        owner,
        Lookup::Many(2),
        Lookup::None,
        Lookup::Failed,
    ])
}

pub fn verdict(chance: &mut Chance) -> Verdict {
    let locked = Verdict::Locked { until: Wall(0) };
    chance.of(&[
        Verdict::Right,
        Verdict::Right,
        Verdict::Right,
        Verdict::Wrong,
        Verdict::Wrong,
        locked,
        Verdict::Failed,
    ])
}

pub fn reply(chance: &mut Chance) -> Reply {
    let amount = Money { amount: 12_345.into(), currency: Currency::parse("RUB").expect("a currency") };
    let record = Record::new("core_bank.balance", "").with("amount", Value::Money(amount));
    let good = Reply::Ok(Arc::new(record));
    let undeclared = Reply::Status("moved_to_mars".into());
    chance.of(&[good.clone(), good, Reply::Status("not_found".into()), undeclared, Reply::Failed])
}

pub fn progress(chance: &mut Chance) -> DialProgress {
    chance.of(&[
        DialProgress::Ringing,
        DialProgress::Ringing,
        DialProgress::Answered,
        DialProgress::Busy,
        DialProgress::NoAnswer,
        DialProgress::Unavailable,
        DialProgress::Refused,
        DialProgress::Redirected("sip:elsewhere".into()),
        DialProgress::Failed,
    ])
}

pub fn news(chance: &mut Chance) -> QueueNews {
    chance.of(&[
        QueueNews::Place { ahead: Some(2), expected: Some(DurationMs(130_000)) },
        QueueNews::Place { ahead: None, expected: None },
        QueueNews::Connected { who: "ann".into() },
        QueueNews::Full,
        QueueNews::Closed,
    ])
}

pub fn room_news(chance: &mut Chance) -> RoomNews {
    chance.of(&[
        RoomNews::Reserved { members: 2 },
        RoomNews::Reserved { members: 0 },
        RoomNews::Joined,
        RoomNews::Joined,
        RoomNews::Left { last: false },
        RoomNews::Removed { last: true },
        RoomNews::Full,
        RoomNews::Refused,
    ])
}

pub fn taken(chance: &mut Chance) -> Taken {
    let length = DurationMs(chance.below(3) * 1_500);
    let sound = Taken::Sound { length, link: "recording:1".into() };
    chance.of(&[sound.clone(), sound, Taken::Failed])
}
