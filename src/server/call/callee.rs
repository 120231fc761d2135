//! A leg that the flow calls: dialled, bridged with the caller, let go.

use super::Call;
use super::exits::progress_of;
use super::keys::{Keys, Way as KeyWay};
use super::standing::StandingLeg;
use super::way::{Way, is_blocked};
use crate::crm::EndedBy;
use crate::engine::{ActionId, DialProgress, Event, LegId};
use crate::media::PlayId;
use crate::program::{Key, Party, Phone, Text};
use crate::server::described::MediaPort;
use crate::server::ending::CALLEE;
use crate::server::media_thread::{MediaEvent, MediaLeg};
use crate::server::shared::Shared;
use crate::server::trunks::Permit;
use crate::sip::{self, Command, End, sdp};
use std::collections::VecDeque;

/// The cause of ITU-T Q.850 of a call that ends as calls do.
pub(super) const NORMAL_CLEARING: u16 = 16;

/// A leg that was called.
pub(super) struct Callee {
    pub(super) dialled: ActionId,
    sip: sip::LegId,
    /// The ways that have not been tried.
    others: VecDeque<Way>,
    /// The trunk that it goes by.
    trunk: Option<Text>,
    /// Its room on the trunk.
    _permit: Option<Permit>,
    /// How it was written down last.
    standing: Option<Box<sip::Standing>>,
    socket: Option<MediaPort>,
    pub(super) media: Option<MediaLeg>,
    keys: Keys,
    rang: bool,
    is_up: bool,
    is_bridged: bool,
    /// The user part of From.
    pub(super) from_user: String,
    /// How often it was sent elsewhere.
    pub(super) redirects: u8,
    /// What is being said to it.
    pub(super) playing: Option<ActionId>,
}

impl Callee {
    /// The port of its media before its answer, once; nothing where that is open, or was handed on.
    pub fn port_before_answer(&mut self) -> Option<MediaPort> {
        self.socket.take_if(|_| !self.is_up && self.media.is_none())
    }

    /// Somebody who was there before, and is, on this trunk.
    pub fn taken_up(
        dialled: ActionId,
        sip: sip::LegId,
        media: MediaLeg,
        (trunk, permit): (Option<Text>, Option<Permit>),
    ) -> Callee {
        Callee {
            dialled,
            sip,
            others: VecDeque::new(),
            trunk,
            _permit: permit,
            standing: None,
            socket: None,
            media: Some(media),
            keys: Keys::default(),
            rang: true,
            is_up: true,
            is_bridged: false,
            from_user: String::new(),
            redirects: 0,
            playing: None,
        }
    }

    /// It is up, or is up otherwise than before.
    pub fn stands(&mut self, standing: sip::Standing) {
        self.standing = Some(Box::new(standing));
    }

    /// How another process would go on with it, under this number.
    pub fn standing(&self, leg: LegId) -> Option<StandingLeg> {
        let standing = self.standing.as_deref()?.clone();
        Some(StandingLeg { leg: leg.0, trunk: self.trunk.clone(), standing })
    }

    /// Its leg in the signalling.
    pub fn sip(&self) -> sip::LegId {
        self.sip
    }

    /// The socket of its media, which is somebody else's from now on.
    pub fn take_socket(&mut self) -> Option<MediaPort> {
        self.socket.take()
    }

    /// It rings; whether it did not before.
    pub fn begins_to_ring(&mut self) -> bool {
        !std::mem::replace(&mut self.rang, true)
    }

    pub fn rang(&self) -> bool {
        self.rang
    }

    /// Hangs up, or cancels while it rings, and closes the media.
    pub async fn let_go(self, shared: &Shared) {
        shared.signalling.command(Command::HangUp { leg: self.sip, q850: Some(NORMAL_CLEARING) }).await;
        self.media.into_iter().for_each(|leg| shared.media.close(leg));
    }
}

impl Call {
    /// Calls somebody: a number through the trunk, a name at its address.
    pub(super) async fn dial(&mut self, id: ActionId, leg: LegId, to: &Party, shown: Option<Phone>) {
        match self.try_dial(id, to, shown).await {
            Ok(callee) => {
                self.callees.insert(leg, callee);
            }
            Err(reason) => {
                tracing::warn!(contact = &*self.contact.id, %to, reason, "a number cannot be called");
                let progress = DialProgress::Failed;
                self.later(Event::Dialled { id, progress });
            }
        }
    }

    pub(super) async fn try_dial(
        &mut self,
        id: ActionId,
        to: &Party,
        shown: Option<Phone>,
    ) -> Result<Callee, String> {
        let ways = self.ways(to, shown)?;
        self.may_cost(&ways)?;
        self.try_ways(id, ways).await
    }

    /// Calls by the first way that has room; the others are kept for when it turns out to be blocked.
    pub(super) async fn try_ways(&mut self, id: ActionId, mut ways: VecDeque<Way>) -> Result<Callee, String> {
        let (way, permit) = loop {
            let way = ways.pop_front().ok_or("no trunk has room for another call")?;
            if let Ok(permit) = way.take(self) {
                break (way, permit);
            }
        };
        let terms = way.terms(&self.shared.config);
        let (media, socket) = self.shared.bind_media(way.far(), &terms).map_err(|error| error.to_string())?;
        let hops = self.hops.checked_sub(1).ok_or("the call has been sent on too often")?;
        let (from_user, trunk) = (way.caller().to_owned(), way.trunk_name());
        let dial = way.dial(media, hops);
        let sip = self.shared.signalling.dial_heard(dial, self.sender.clone(), self.capture.clone()).await;
        let sip = sip.ok_or("the signalling has ended")?;
        Ok(Callee {
            dialled: id,
            sip,
            others: ways,
            trunk,
            _permit: permit,
            standing: None,
            socket: Some(socket),
            media: None,
            keys: Keys::default(),
            rang: false,
            is_up: false,
            is_bridged: false,
            from_user,
            redirects: 0,
            playing: None,
        })
    }

    /// What happened in the signalling of any leg.
    pub(super) async fn sip_event(&mut self, event: sip::Event) {
        let Some(leg) = event.leg() else { return };
        if leg == self.caller.sip {
            return self.caller_event(event).await;
        }
        let ours = self.callees.iter().find(|(_, callee)| callee.sip == leg).map(|(id, _)| *id);
        if let Some(id) = ours {
            self.callee_event(id, event).await;
        }
    }

    async fn callee_event(&mut self, leg: LegId, event: sip::Event) {
        match event {
            sip::Event::Ringing { .. } => self.rings(leg).await,
            sip::Event::EarlyMedia { media, .. } => self.speaks_early(leg, &media).await,
            sip::Event::Answered { media, .. } => self.picked_up(leg, &media).await,
            sip::Event::MediaChanged { media, .. } => self.callee_media_changed(leg, &media),
            sip::Event::Ended { end, .. } => self.callee_left(leg, &end).await,
            sip::Event::Dtmf { key, .. } => self.callee_key(leg, key, KeyWay::Info).await,
            sip::Event::Incoming(_) | sip::Event::Confirmed { .. } | sip::Event::Unchanged { .. } => {}
            sip::Event::Referred { leg, referral } => self.referred(leg, *referral).await,
            sip::Event::Refer { .. } | sip::Event::KeysSent { .. } => {}
            sip::Event::Pong { .. } | sip::Event::Replied(_) => {}
            sip::Event::Moved(_) | sip::Event::ShutOut { .. } => {}
        }
    }

    pub(super) async fn rings(&mut self, leg: LegId) {
        let Some(callee) = self.callees.get_mut(&leg).filter(|callee| !callee.rang) else { return };
        callee.rang = true;
        let id = callee.dialled;
        self.leg_news(leg, id, DialProgress::Ringing).await;
    }

    async fn picked_up(&mut self, leg: LegId, media: &sdp::Media) {
        self.stop_overhearing(leg);
        let Some(callee) = self.callees.get_mut(&leg) else { return };
        let id = callee.dialled;
        let opened = match (callee.media, callee.socket.take()) {
            (Some(opened), _) => {
                self.shared.media.change(opened, media);
                Ok(opened)
            }
            (None, Some(socket)) => self.open_media(leg.0, socket, media),
            (None, None) => return,
        };
        match opened {
            Ok(opened) => {
                if let Some(callee) = self.callees.get_mut(&leg) {
                    callee.media = Some(opened);
                    callee.is_up = true;
                }
                self.leg_news(leg, id, DialProgress::Answered).await;
            }
            Err(error) => {
                tracing::error!(%error, "a leg's media cannot be opened");
                self.hang_up_callee(leg).await;
                self.leg_news(leg, id, DialProgress::Failed).await;
            }
        }
    }

    fn callee_media_changed(&mut self, leg: LegId, media: &sdp::Media) {
        if let Some(opened) = self.callees.get(&leg).and_then(|callee| callee.media) {
            self.shared.media.change(opened, media);
        }
    }

    /// The same call by the next way, where its way was blocked before anybody rang.
    pub(super) async fn another_way(&mut self, callee: &mut Callee, end: &End) -> Option<Callee> {
        let others = std::mem::take(&mut callee.others);
        if callee.rang || callee.is_up || others.is_empty() || !is_blocked(end) {
            return None;
        }
        tracing::info!(contact = &*self.contact.id, ?end, "a way is blocked: the next one is tried");
        self.try_ways(callee.dialled, others).await.ok()
    }

    async fn callee_left(&mut self, leg: LegId, end: &End) {
        self.stop_overhearing(leg);
        let Some(mut callee) = self.callees.remove(&leg) else { return };
        if let Some(again) = self.another_way(&mut callee, end).await {
            callee.media.into_iter().for_each(|opened| self.shared.media.close(opened));
            self.callees.insert(leg, again);
            return;
        }
        callee.media.into_iter().for_each(|opened| self.shared.media.close(opened));
        if callee.is_bridged {
            self.caller.media.into_iter().for_each(|opened| self.shared.media.unbridge(opened));
        }
        if callee.is_up && !callee.is_bridged {
            self.leg_over(leg, false).await;
        } else if callee.is_up {
            self.ending = (EndedBy::Callee, CALLEE.into());
            self.leg_over(leg, true).await;
        } else {
            if self.follow(leg, &callee, end).await {
                return;
            }
            let progress = progress_of(end, callee.rang);
            self.leg_news(leg, callee.dialled, progress).await;
        }
    }

    /// A key of the other side may take the call; once it has, keys are passed on to the caller.
    async fn callee_key(&mut self, leg: LegId, sign: char, way: KeyWay) {
        let now = self.shared.clock.now();
        let Some(callee) = self.callees.get_mut(&leg) else { return };
        let (media, is_bridged) = (callee.media, callee.is_bridged);
        // Before the answer it may be anything that a network plays.
        if !callee.is_up || !callee.keys.is_new(sign, now, way) {
            return;
        }
        if is_bridged && way == KeyWay::Info {
            self.pass_key(media, sign);
        }
        if let (false, Some(key)) = (is_bridged, Key::from_char(sign)) {
            self.leg_key(leg, key).await;
        }
    }

    /// A callee that falls silent is ended by its signalling.
    pub(super) async fn callee_media_event(&mut self, media: MediaLeg, event: MediaEvent) {
        match event {
            MediaEvent::Silent => {
                tracing::info!(contact = &*self.contact.id, "a called leg sends no media any more")
            }
            MediaEvent::Key(key) => {
                let ours = self.callees.iter().find(|(_, callee)| callee.media == Some(media));
                if let Some(leg) = ours.map(|(leg, _)| *leg) {
                    self.callee_key(leg, key.to_char(), KeyWay::Rtp).await;
                }
            }
            MediaEvent::Played(PlayId(id)) => {
                let id = ActionId(u32::try_from(id).unwrap_or(0));
                let hears = |callee: &Callee| callee.media == Some(media) && callee.playing == Some(id);
                let told = self.callees.iter_mut().find(|(_, callee)| hears(callee));
                if let Some((leg, callee)) = told.map(|(leg, callee)| (*leg, callee)) {
                    callee.playing = None;
                    self.leg_heard(leg, id).await;
                }
            }
            MediaEvent::ByInfo(keys) => {
                let ours = self.callees.values().find(|callee| callee.media == Some(media));
                if let Some(callee) = ours {
                    self.press(callee.sip, &keys).await;
                }
            }
            MediaEvent::KeysSent | MediaEvent::Answered(_) | MediaEvent::Closed { .. } => {}
        }
    }

    /// Cuts what is said to a leg, if this still is.
    pub(super) fn stop_whisper(&mut self, id: ActionId) {
        let told = self.callees.values_mut().find(|callee| callee.playing == Some(id));
        if let Some(callee) = told {
            callee.playing = None;
            callee.media.into_iter().for_each(|media| self.shared.media.stop(media));
        }
    }

    pub(super) fn bridge(&mut self, leg: LegId) {
        let Some(callee) = self.callees.get_mut(&leg) else { return };
        callee.is_bridged = true;
        let other = callee.media;
        if let (Some(caller), Some(other)) = (self.caller.media, other) {
            self.shared.media.stop(caller);
            self.shared.media.bridge(caller, other);
        }
    }

    pub(super) async fn hang_up_callee(&mut self, leg: LegId) {
        self.stop_overhearing(leg);
        self.operator_is_free(leg);
        if let Some(callee) = self.callees.remove(&leg) {
            if callee.is_bridged {
                self.caller.media.into_iter().for_each(|opened| self.shared.media.unbridge(opened));
            }
            callee.let_go(&self.shared).await;
        }
    }
}
