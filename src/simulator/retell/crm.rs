//! The CRM on the way: who is known, what is found, whose secret is right; and how it answers question after question.

use super::caller::ADDRESS;
use super::draft::{Act, Thing, quoted};
use super::question;
use super::source::Source;
use super::trail::Trail;
use crate::program::verb::{Authenticate, Find, Proof};
use crate::program::{EntryKind, Exit, FlowId, NodeId, Text, Type, Verb};

/// The PIN of everybody who has one, and one that nobody has.
const PIN: &str = "4711471147114711";
const WRONG: &str = "9090909090909090";

/// A passphrase that nobody has.
const WRONG_WORDS: &str = "nobody ever says these words to anybody at all because they were never mean\
                           t to be said aloud by anyone who knows what a passphrase is";

impl Trail<'_> {
    /// The CRM is asked, and answers so.
    pub(super) fn asks(&mut self, answer: &'static str) {
        self.draft.crm.push(answer);
    }

    /// The caller is known, or not. Nobody is asked about a caller without a number.
    pub(super) fn identified(&mut self, exit: &Exit) -> Option<Option<Source>> {
        if self.number.is_some() || self.writes_from_address() {
            self.asks(if *exit == Exit::Failed { "down" } else { "well" });
        }
        match exit {
            Exit::One | Exit::Attested => {
                self.is_known = true;
                if *exit == Exit::Attested {
                    self.draft.ends.insert("attested".into(), "yes".into());
                }
                return Some(Some(Source::Customer(self.calling()?)));
            }
            Exit::Many => {
                self.calling()?;
                self.customer(true)?;
            }
            _ => {}
        }
        Some(None)
    }

    /// The customer who calls.
    fn calling(&mut self) -> Option<usize> {
        if self.caller.is_none() {
            self.caller = Some(self.customer(true)?);
        }
        self.caller
    }

    fn writes_from_address(&self) -> bool {
        self.draft.ends.get("from").is_some_and(|from| *from == quoted(ADDRESS))
    }

    /// The caller is a customer of this segment.
    pub(super) fn belongs(&mut self, segment: &str) {
        if let Some(at) = self.calling() {
            self.draft.customers[at].fields.insert("segment".into(), quoted(segment));
        }
    }

    /// A customer, who calls or does not.
    fn customer(&mut self, calls: bool) -> Option<usize> {
        let shown = self.number.as_ref().map(|number| number.as_str().to_owned());
        let writes = self.writes_from_address();
        match (calls, shown) {
            (false, _) => Some(self.customer_with(None)),
            (true, Some(number)) => Some(self.customer_with(Some(number))),
            (true, None) if writes => {
                let at = self.customer_with(None);
                let addresses = format!("[ {} ]", quoted(ADDRESS));
                self.draft.customers[at].fields.insert("addresses".into(), addresses);
                Some(at)
            }
            (true, None) => None,
        }
    }

    fn customer_with(&mut self, phone: Option<String>) -> usize {
        let at = self.draft.customers.len();
        let mut customer = Thing::new(self.program, "customer", format!("c{}", at + 1));
        customer.fields.insert("pin".into(), format!("\"{}\"", &PIN[..4]));
        if let Some(phone) = phone {
            customer.fields.insert("phones".into(), format!("[ \"{phone}\" ]"));
        }
        self.draft.customers.push(customer);
        at
    }

    pub(super) fn found(&mut self, flow: FlowId, find: &Find, exit: &Exit) -> Option<Option<Source>> {
        self.asks(if *exit == Exit::Failed { "down" } else { "well" });
        let count = match exit {
            Exit::One => 1,
            Exit::Many => 2,
            Exit::None | Exit::Failed => return Some(None),
            _ => return None,
        };
        let key = self.source(flow, &find.key)?;
        let keyed = self.written(&key)?;
        let mut last = None;
        for _ in 0..count {
            last = Some(match &*find.object {
                "customer" => Source::Customer(self.customer_with(Some(keyed.clone()))),
                object => self.object(object, &find.field, &keyed)?,
            });
        }
        Some(last.filter(|_| count == 1))
    }

    /// An object with this key, and its owner.
    fn object(&mut self, object: &str, field: &Text, keyed: &str) -> Option<Source> {
        let at = self.draft.objects.len();
        let mut thing = Thing::new(self.program, object, format!("o{}", at + 1));
        thing.fields.insert(field.clone(), format!("\"{keyed}\""));
        let declared = self.program.vocabulary.objects.get(object)?;
        let is_owner = |(_, ty): &(&Text, &Type)| matches!(ty.plain(), Type::Customer(_));
        if let Some((owner, _)) = declared.fields.iter().find(is_owner) {
            let customer = self.customer(false)?;
            thing.fields.insert(owner.clone(), self.draft.customers[customer].id.clone());
        }
        self.draft.objects.push(thing);
        Some(Source::Object(at))
    }

    pub(super) fn authenticated(
        &mut self,
        id: NodeId,
        by: &Authenticate,
        exit: &Exit,
    ) -> Option<Option<Source>> {
        match exit {
            Exit::Choice(_) => return self.choose(&by.ask.choices, exit),
            Exit::Verified => self.right_secret(id, by)?,
            Exit::Wrong => self.wrong_secret(id)?,
            Exit::Locked => self.lock_out(id, by)?,
            Exit::Failed | Exit::Late => {
                self.asks(if *exit == Exit::Late { "late" } else { "down" });
                self.key_secret(id, PIN)?;
            }
            Exit::Refused | Exit::GiveUp => {}
            _ => return None,
        }
        Some(None)
    }

    fn right_secret(&mut self, id: NodeId, by: &Authenticate) -> Option<()> {
        self.asks("well");
        self.wrong = 0;
        let field: Text = match &by.proof {
            Proof::Pin => "pin".into(),
            Proof::Passphrase => "passphrase".into(),
            Proof::Challenge(field) => match self.program.vocabulary.customer.get(field)?.plain() {
                Type::Digits => field.clone(),
                _ => return None,
            },
            Proof::Code { .. } => {
                let (keys, _) = question::entry(&by.ask, false, None)?;
                self.draft.code = Some(keys.chars().filter(char::is_ascii_digit).collect());
                self.draft.step(question::pressed(&keys, self.is_written, true));
                return Some(());
            }
        };
        let keys = self.key_secret(id, PIN)?;
        // What a challenge asks for is no secret to whoever reads the customer's record.
        if let (Proof::Challenge(_), Some(Act::Step(step))) = (&by.proof, self.draft.steps.last_mut()) {
            *step = question::pressed(&keys, self.is_written, false);
        }
        for customer in &mut self.draft.customers {
            customer.fields.insert(field.clone(), format!("\"{keys}\""));
        }
        Some(())
    }

    pub(super) fn wrong_secret(&mut self, id: NodeId) -> Option<()> {
        self.asks("well");
        self.wrong += 1;
        self.key_secret(id, WRONG).map(drop)
    }

    /// One wrong secret more is too many, because of those of earlier contacts.
    fn lock_out(&mut self, id: NodeId, by: &Authenticate) -> Option<()> {
        let before =
            by.lock.after.checked_sub(self.wrong + 1).filter(|_| self.wrong == 0 || !by.counts_once)?;
        for customer in self.draft.customers.iter_mut().filter(|_| before > 0) {
            customer.fields.insert("wrong".into(), before.to_string());
        }
        self.wrong_secret(id)
    }

    /// Keys of a secret as many digits as the question wants, or writes as many words, and gives them back.
    fn key_secret(&mut self, id: NodeId, digits: &str) -> Option<String> {
        let Verb::Authenticate(authenticate) = &self.program.node(id).verb else { return None };
        if let EntryKind::Passphrase { min, max } = &authenticate.ask.kind {
            let words =
                question::phrase(if digits == WRONG { WRONG_WORDS } else { question::PHRASE }, *min, *max)?;
            self.draft.step(question::pressed(&words, true, true));
            return Some(words);
        }
        let EntryKind::Digits { min, max, until } = &authenticate.ask.kind else { return None };
        let keys = digits.get(..*min as usize)?;
        let end = until.filter(|_| min < max).map_or(String::new(), |until| until.sign().to_string());
        self.draft.step(question::pressed(&format!("{keys}{end}"), self.is_written, true));
        Some(keys.to_owned())
    }
}
