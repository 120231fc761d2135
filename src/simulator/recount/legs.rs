//! Whoever was called, waited for, met in a room; and the words of recordings.

use super::given::World;
use crate::engine::{ActionId, DialProgress, Event, HandOver, LegId, QueueNews, RoomNews, Taken, Words};
use crate::program::verb::Accept;
use crate::program::{Key, Party, Text};
use crate::simulator::sheet::Sheet;
use crate::time::DurationMs;

impl World<'_> {
    pub(super) fn dialled(&mut self, index: usize, id: ActionId, leg: Option<LegId>, to: &Party) {
        let result = self.answer(index, |event| match event {
            Event::Dialled { id: of, progress } if *of == id => {
                let is_news = matches!(progress, DialProgress::Ringing | DialProgress::Listening);
                (!is_news).then(|| progress.clone())
            }
            _ => None,
        });
        let Some((after, progress)) = result else { return self.far_end(to, Sheet::text("no answer")) };
        let word = match &progress {
            DialProgress::Answered => "answers",
            DialProgress::Unknown => "silent",
            DialProgress::Machine => "machine",
            DialProgress::Fax => "fax",
            DialProgress::Busy => "busy",
            DialProgress::NoAnswer | DialProgress::Ringing | DialProgress::Listening => "no answer",
            DialProgress::Unavailable => "unavailable",
            DialProgress::Refused => "refused",
            DialProgress::Failed => "failed",
            DialProgress::Redirected(to_whom) => {
                let end = Sheet::map([("redirected", Sheet::text(&**to_whom))]);
                return self.far_end(to, end);
            }
        };
        let since = |at: DurationMs| DurationMs(at.0.saturating_sub(after.0)).to_string();
        let mut end = Sheet::map([(word, Sheet::text(after.to_string()))]);
        let ends =
            leg.and_then(|leg| self.answer(index, |event| (*event == Event::LegEnded { leg }).then_some(())));
        let key = leg.and_then(|leg| self.pressed(index, leg));
        if let Some((at, key)) = key {
            let sign = Sheet::text(key.sign().to_string());
            end = end.with("presses", sign).with("after", Sheet::text(since(at)));
        }
        let last = self.entries.last().map_or(DurationMs::ZERO, |entry| entry.at);
        let lasts = DurationMs(last.0.saturating_sub(self.entries[index].at.0)) + DurationMs::from_secs(60);
        if progress == DialProgress::Answered && leg.is_some() {
            end = end.with("hangs_up", Sheet::text(since(ends.map_or(lasts, |(at, ())| at))));
        }
        self.far_end(to, end);
    }

    pub(super) fn queued(
        &mut self,
        index: usize,
        (id, leg): (ActionId, LegId),
        queue: &Text,
        accept: Option<Accept>,
    ) {
        let news = |wanted: fn(&QueueNews) -> bool| {
            self.answer(index, |event| match event {
                Event::Queued { id: of, news } if *of == id && wanted(news) => Some(news.clone()),
                _ => None,
            })
        };
        let refused = news(|news| matches!(news, QueueNews::Full | QueueNews::Closed));
        if let Some((_, news)) = refused {
            let word = if news == QueueNews::Full { "full" } else { "closed" };
            self.queues.insert(queue.clone(), Sheet::text(word));
            return;
        }
        let mut sheet = Sheet::Map(Vec::new());
        if let Some((free, QueueNews::Connected { who })) =
            news(|news| matches!(news, QueueNews::Connected { .. }))
        {
            let mut agent =
                Sheet::map([("name", Sheet::text(&*who)), ("free", Sheet::text(free.to_string()))]);
            if let Some((at, ())) =
                self.answer(index, |event| (*event == Event::LegEnded { leg }).then_some(()))
            {
                let speaks = DurationMs(at.0.saturating_sub(free.0));
                agent = agent.with("hangs_up", Sheet::text(speaks.to_string()));
            }
            // The key that took the call is nowhere in the journal: it is pressed when the two were connected.
            if let Some(accept) = accept {
                let key = accept.key.map_or('1', Key::sign);
                agent = agent.with("presses", Sheet::text(key.to_string())).with("after", Sheet::text("0s"));
            }
            sheet = sheet.with("agents", Sheet::List(vec![agent]));
        }
        let place = news(|news| matches!(news, QueueNews::Place { .. }));
        if let Some((_, QueueNews::Place { ahead, expected })) = place.clone() {
            if let Some(ahead) = ahead {
                sheet = sheet.with("ahead", Sheet::text(ahead.to_string()));
            }
            if let Some(expected) = expected {
                sheet = sheet.with("expected", Sheet::text(expected.to_string()));
            }
        }
        // A queue that says nothing of the place has one all the same, and music.
        if !sheet.is_empty() || place.is_some() {
            self.queues.entry(queue.clone()).or_insert(sheet);
        }
    }

    pub(super) fn joined(&mut self, index: usize, id: ActionId, room: &Text) {
        let first = self.answer(index, |event| match event {
            Event::Room { id: of, news } if *of == id => Some(*news),
            _ => None,
        });
        let sheet = match first {
            Some((_, RoomNews::Reserved { members })) => self.inside(index, id, members),
            Some((_, RoomNews::Refused | RoomNews::Full)) => Sheet::text("refused"),
            Some((_, RoomNews::Joined | RoomNews::Left { .. } | RoomNews::Removed { .. })) | None => return,
        };
        self.rooms.entry(room.clone()).or_insert(sheet);
    }

    /// Who is in a room, when the caller and they spoke, and when it was over.
    fn inside(&self, index: usize, id: ActionId, members: u32) -> Sheet {
        let asked = self.entries[index].at;
        let when = |wanted: fn(&RoomNews) -> bool| {
            let found = self.answer(index, |event| match event {
                Event::Room { id: of, news } if *of == id => wanted(news).then_some(()),
                _ => None,
            });
            found.map(|(after, ())| asked + after)
        };
        let at = |moment: DurationMs| Sheet::text(format!("at {moment}"));
        let hung_up = self.answer(index, |event| matches!(event, Event::HungUp { .. }).then_some(()));
        let hung_up = hung_up.map(|(after, ())| asked + after);
        let before_that = |moment: &DurationMs| hung_up.is_none_or(|hung_up| *moment < hung_up);
        let mut sheet = Sheet::map([("members", Sheet::text(members.to_string()))]);
        if let Some(joined) = when(|news| matches!(news, RoomNews::Joined)) {
            sheet = sheet.with("moderator", at(joined));
        }
        if let Some(removed) = when(|news| matches!(news, RoomNews::Removed { .. })).filter(before_that) {
            return sheet.with("removes", at(removed));
        }
        let left = when(|news| matches!(news, RoomNews::Left { .. })).filter(before_that);
        let last = self.entries.last().map_or(asked, |entry| entry.at);
        sheet.with("ends", at(left.unwrap_or(last + DurationMs::from_secs(60))))
    }

    /// The first key that a leg presses.
    fn pressed(&self, index: usize, leg: LegId) -> Option<(DurationMs, Key)> {
        self.answer(index, |event| match event {
            Event::LegKey { leg: of, key } if *of == leg => Some(*key),
            _ => None,
        })
    }

    pub(super) fn handed_over(&mut self, index: usize, id: ActionId, to: &Party) {
        let said = self.answer(index, |event| match event {
            Event::HandedOver { id: of, result } if *of == id => Some(*result),
            _ => None,
        });
        let (after, word) = match said {
            Some((after, HandOver::Accepted)) => (after, "answers"),
            Some((after, HandOver::Refused)) => (after, "refused"),
            Some((after, HandOver::Failed)) => (after, "failed"),
            None => (DurationMs::ZERO, "failed"),
        };
        self.far_end(to, Sheet::map([(word, Sheet::text(after.to_string()))]));
    }

    pub(super) fn recorded(&mut self, index: usize, id: ActionId) {
        let fails = self.answer(index, |event| match event {
            Event::Recorded { id: of, taken: Taken::Failed } if *of == id => Some(()),
            _ => None,
        });
        self.recordings.push(fails.is_none());
    }

    pub(super) fn transcribed(&mut self, index: usize, id: ActionId) {
        let words = self.answer(index, |event| match event {
            Event::Transcribed { id: of, words } if *of == id => Some(words.clone()),
            _ => None,
        });
        self.transcripts.push(match words {
            Some((after, Words::Ready(words))) => Sheet::map([
                ("after", Sheet::text(after.to_string())),
                ("words", Sheet::text(words.to_string())),
            ]),
            Some((_, Words::Failed)) => Sheet::text("failed"),
            None => Sheet::text("late"),
        });
    }
}
