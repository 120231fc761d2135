//! Legs as written: whom a transfer calls, for how long a sound is played, tones.

use super::parts::Parts;
use super::{Reader, Rule};
use crate::language::ast::{Expr, LegKind, Name, PlayExtent, RoomSetting, Spanned, Tone};
use crate::program::TonePart;
use crate::program::verb::HuntOrder;
use crate::source::{Code, Span};
use pest::iterators::Pair;

impl Reader<'_> {
    /// A statement about legs; `None` only where the grammar and this file disagree.
    pub(super) fn leg_statement(&mut self, pair: &Pair<'_, Rule>) -> Option<LegKind> {
        let span = self.span(pair);
        let mut parts = Parts::of(pair.clone());
        Some(match pair.as_rule() {
            Rule::transfer => self.transfer(parts, span),
            Rule::ring_out => LegKind::Ring,
            Rule::early_media => LegKind::EarlyMedia,
            Rule::redirect => LegKind::Redirect(self.expr(parts.next()?)),
            Rule::hand_over => {
                let to = self.expr(parts.next()?);
                LegKind::HandOver { to, body: self.body(parts, span) }
            }
            Rule::send_digits => LegKind::SendDigits(self.expr(parts.next()?)),
            Rule::conference => {
                let room = self.expr(parts.next()?);
                LegKind::Conference { room, body: self.body(parts, span) }
            }
            Rule::call_out => {
                let to = self.expr(parts.next()?);
                LegKind::CallOut { to, body: self.body(parts, span) }
            }
            Rule::record_call => LegKind::RecordCall,
            Rule::stop_recording => LegKind::StopRecording,
            _ => return None,
        })
    }

    fn transfer(&mut self, mut parts: Parts<'_>, span: Span) -> LegKind {
        let to = parts.all(Rule::expr).into_iter().map(|to| self.expr(to)).collect();
        let order = parts.eat(Rule::hunt_order).map(|order| match order.as_str().starts_with("all") {
            true => HuntOrder::AllAtOnce,
            false => HuntOrder::InOrder,
        });
        LegKind::Transfer { to, order, body: self.body(parts, span) }
    }

    pub(super) fn play_extent(&mut self, pair: Option<Pair<'_, Rule>>) -> PlayExtent {
        let Some(inner) = pair.and_then(|extent| Parts::of(extent).next()) else { return PlayExtent::Once };
        match inner.as_rule() {
            Rule::until_hung_up => PlayExtent::UntilHungUp,
            _ => PlayExtent::For(self.expr(inner)),
        }
    }

    /// `while waiting play NAME`: the wait says for how long.
    pub(super) fn music(&mut self, play: Pair<'_, Rule>) -> Option<Name> {
        let mut parts = Parts::of(play);
        let name = self.name(&parts.next()?);
        if let Some(extent) = parts.next() {
            let message = "in `while waiting` a sound is played until the wait is over";
            let span = self.span(&extent);
            self.report(Code::InvalidSetting, span, message);
        }
        Some(name)
    }

    /// A setting of `conference`; `None` for any other.
    pub(super) fn room_setting(&mut self, pair: &Pair<'_, Rule>) -> Option<RoomSetting> {
        let mut parts = Parts::of(pair.clone());
        Some(match pair.as_rule() {
            Rule::room_role => {
                let moderator = parts.next()?.as_str() == "moderator";
                RoomSetting::Role { moderator, when: self.room_if(&mut parts) }
            }
            Rule::room_size => RoomSetting::AtMost(self.expr(parts.next()?)),
            Rule::room_waits => RoomSetting::WaitForModerator(self.room_if(&mut parts)),
            Rule::room_muted => RoomSetting::Muted(self.room_if(&mut parts)),
            Rule::room_ends => RoomSetting::EndsWithModerator(self.room_if(&mut parts)),
            Rule::room_record => {
                let after = parts.eat(Rule::duration).map(|after| self.duration(&after));
                RoomSetting::Record { after, when: self.room_if(&mut parts) }
            }
            Rule::room_music => RoomSetting::Music(self.text(&parts.next()?).value),
            Rule::room_announce => RoomSetting::Announce(self.expr(parts.next()?)),
            _ => return None,
        })
    }

    /// The condition of a setting.
    fn room_if(&mut self, parts: &mut Parts<'_>) -> Option<Expr> {
        let condition = Parts::of(parts.eat(Rule::room_if)?).next()?;
        Some(self.expr(condition))
    }

    pub(super) fn tone(&mut self, mut parts: Parts<'_>) -> Option<Tone> {
        let name = self.name(&parts.next()?);
        let parts = parts.filter_map(|part| self.tone_part(part)).collect();
        Some(Tone { name, parts })
    }

    fn tone_part(&mut self, pair: Pair<'_, Rule>) -> Option<Spanned<TonePart>> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let frequencies_hz = match parts.eat(Rule::hertz) {
            Some(hertz) => frequencies(hertz.as_str()),
            None => Vec::new(),
        };
        let length = self.duration(&parts.next()?);
        Some(Spanned { value: TonePart { frequencies_hz, length }, span })
    }
}

/// `350+440Hz`. A number beyond all frequencies becomes the highest, which no line carries.
fn frequencies(text: &str) -> Vec<u16> {
    text.trim_end_matches("Hz").split('+').map(|hertz| hertz.parse().unwrap_or(u16::MAX)).collect()
}
