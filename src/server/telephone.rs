//! A telephone of our own, over real SIP and RTP: calls somebody, listens, presses keys, hangs up. Whoever calls it
//! finds it busy.
//!
//! It is the caller of `callwright dial`, of the demo and of tests. What it hears is the audio that arrived, not what
//! somebody meant to send.

use super::call::caller::{direction, leg_config};
use super::clock::Clock;
use super::described::keyings;
use super::entropy;
use super::event::{CallEvent, EVENTS_WAITING};
use super::media_thread::{MediaEvent, MediaLeg, MediaThread, Opening};
use super::meters::MediaCounts;
use super::ports::Ports;
use super::signalling::{Arrival, Fittings, Signalling, listeners};
use super::transports::ListenOn;
use crate::media::{Clip, FarEnd, InBandKeys, Key, PlayId, Repeat};
use crate::sip::{self, Command, Dial, End, LegId, Status, Transport, Uri, sdp};
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use thiserror::Error;
use tokio::sync::mpsc;

/// Calls to it that may wait to be refused.
const ARRIVALS_WAITING: usize = 8;

/// A telephone that is plugged in.
pub struct Telephone {
    signalling: Signalling,
    media: MediaThread,
    ports: Ports,
    /// Whether it offers RFC 4733; without that its keys are tones.
    telephone_event: bool,
    codecs: Vec<sdp::Codec>,
    protection: sdp::Protection,
}

/// A call that it made and that was answered.
pub struct TelephoneCall {
    signalling: Signalling,
    media: MediaThread,
    leg: LegId,
    /// What it has said of its media.
    ours: sdp::Local,
    stream: MediaLeg,
    events: mpsc::Receiver<CallEvent>,
    heard: mpsc::UnboundedReceiver<Vec<i16>>,
}

/// What happens in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// 20 ms of sound from the far end; silence where nothing came.
    Sound(Vec<i16>),
    /// The far end pressed a key.
    Key(char),
    /// All keys that were to be pressed have been sent.
    KeysSent,
    /// The call is over.
    Ended(String),
}

/// Why a call did not come about.
#[derive(Debug, Error)]
pub enum TelephoneError {
    /// The telephone cannot be plugged in, or has no port for the call.
    #[error("the telephone does not work: {0}")]
    Broken(#[from] io::Error),
    /// The call was refused.
    #[error("{status} {phrase}")]
    Refused {
        /// The status of the response.
        status: u16,
        /// The phrase beside it.
        phrase: String,
    },
    /// Nobody answered, or the call broke before an answer.
    #[error("no answer ({0})")]
    NoAnswer(&'static str),
    /// Something to press that is no key.
    #[error("`{0}` is no key of a telephone: it has 0-9, *, # and A-D")]
    NoSuchKey(char),
}

impl Telephone {
    /// Plugs it in at an address, at a free port.
    pub fn plug_in(address: IpAddr) -> io::Result<Telephone> {
        Telephone::plug_in_at(SocketAddr::new(address, 0))
    }

    /// Plugs it in at an address and port.
    pub fn plug_in_at(address: SocketAddr) -> io::Result<Telephone> {
        let (arrivals, inbox) = mpsc::channel(ARRIVALS_WAITING);
        let seed = entropy::bytes()?;
        let settings = |bound: &[ListenOn]| sip::Config {
            user_agent: "callwright dial".to_owned(),
            listeners: listeners(bound, |address| address),
            ..sip::Config::new(address)
        };
        let listen = [ListenOn { transport: Transport::Udp, address }];
        let signalling =
            Signalling::start(&listen, Fittings::default(), Clock::start(), settings, seed, arrivals)
                .map_err(|(_, error)| error)?;
        tokio::spawn(refuse_all(signalling.clone(), inbox));
        let ports = Ports::new(address.ip(), 30_000, 39_998, u16::from_be_bytes(entropy::bytes()?));
        let codecs = vec![sdp::Codec::Pcma, sdp::Codec::Pcmu];
        let (media, protection) = (MediaThread::start(MediaCounts::default())?, sdp::Protection::Never);
        Ok(Telephone { signalling, media, ports, telephone_event: true, codecs, protection })
    }

    /// The same telephone without RFC 4733: its keys are tones in the sound.
    pub fn with_tones(self) -> Telephone {
        Telephone { telephone_event: false, ..self }
    }

    /// The same telephone with these codecs, the best first.
    pub fn with_codecs(self, codecs: Vec<sdp::Codec>) -> Telephone {
        Telephone { codecs, ..self }
    }

    /// The same telephone with encrypted media.
    pub fn with_protection(self, protection: sdp::Protection) -> Telephone {
        Telephone { protection, ..self }
    }

    /// The address it is plugged in at.
    pub fn local(&self) -> SocketAddr {
        self.signalling.local()
    }

    /// Calls a user at an address, as `from`, and waits for the answer.
    pub async fn call(
        &self,
        user: &str,
        at: SocketAddr,
        from: &str,
    ) -> Result<TelephoneCall, TelephoneError> {
        let socket = self.ports.bind()?;
        let (sender, mut events) = mpsc::channel(EVENTS_WAITING);
        let ours = sdp::Local {
            telephone_event: self.telephone_event,
            codecs: self.codecs.clone(),
            protection: self.protection,
            keyings: keyings(self.protection)?,
            ..sdp::Local::new(socket.local_addr()?)
        };
        let dial = Dial {
            leg: LegId(0),
            target: Uri::sip(Some(user), at),
            destination: at.into(),
            from_user: from.to_owned(),
            from_display: None,
            media: ours.clone(),
            max_forwards: 70,
            headers: Vec::new(),
            from: None,
            credentials: None,
        };
        let leg = self
            .signalling
            .dial(dial, sender.clone())
            .await
            .ok_or(TelephoneError::NoAnswer("no signalling"))?;
        let agreed = answered(&mut events).await?;
        let (stream, heard) = self.open(socket, &agreed, FarEnd::Known(at.ip()), sender)?;
        let (signalling, media) = (self.signalling.clone(), self.media.clone());
        Ok(TelephoneCall { signalling, media, leg, ours, stream, events, heard })
    }

    fn open(
        &self,
        socket: UdpSocket,
        agreed: &sdp::Media,
        far_end: FarEnd,
        events: mpsc::Sender<CallEvent>,
    ) -> io::Result<(MediaLeg, mpsc::UnboundedReceiver<Vec<i16>>)> {
        let (tap, heard) = mpsc::unbounded_channel();
        let config = leg_config(agreed, far_end, InBandKeys::Auto)?;
        let direction = direction(agreed.direction);
        let (crypto, tap) = (agreed.crypto.clone(), Some(tap));
        let stream = self.media.open(Opening {
            leg: 0,
            socket,
            config,
            direction,
            crypto,
            begin_within: None,
            events,
            tap,
            keys_by_info: false,
        });
        Ok((stream, heard))
    }
}

impl TelephoneCall {
    /// The next thing that happens.
    pub async fn next(&mut self) -> Moment {
        loop {
            tokio::select! {
                biased;
                sound = self.heard.recv() => match sound {
                    Some(sound) => return Moment::Sound(sound),
                    None => return Moment::Ended("the media has ended".to_owned()),
                },
                event = self.events.recv() => match event {
                    Some(event) => if let Some(moment) = self.moment(event) { return moment },
                    None => return Moment::Ended("the signalling has ended".to_owned()),
                },
            }
        }
    }

    fn moment(&self, event: CallEvent) -> Option<Moment> {
        match event {
            CallEvent::Media(_, MediaEvent::Key(key)) => Some(Moment::Key(key.to_char())),
            CallEvent::Media(_, MediaEvent::KeysSent) => Some(Moment::KeysSent),
            CallEvent::Media(_, MediaEvent::Silent) => {
                Some(Moment::Ended("the far end sends nothing".to_owned()))
            }
            CallEvent::Sip(sip::Event::Ended { end, .. }) => Some(Moment::Ended(said(&end))),
            CallEvent::Sip(sip::Event::MediaChanged { media, .. }) => {
                self.media.change(self.stream, &media);
                None
            }
            CallEvent::Media(
                _,
                MediaEvent::Played(_)
                | MediaEvent::ByInfo(_)
                | MediaEvent::Answered(_)
                | MediaEvent::Closed { .. },
            )
            | CallEvent::Sip(_) => None,
            // Nothing is asked of a CRM, a synthesizer or a queue here.
            CallEvent::Engine(_)
            | CallEvent::Synthesized(_)
            | CallEvent::Message(_)
            | CallEvent::HangUpByHand
            | CallEvent::Standing(..)
            | CallEvent::Capture(_)
            | CallEvent::Place(..) => None,
        }
    }

    /// Presses keys, one after another; [`Moment::KeysSent`] tells when they have been sent.
    pub fn press(&self, keys: &str) -> Result<(), TelephoneError> {
        let keys: Result<Vec<Key>, TelephoneError> =
            keys.chars().map(|sign| Key::from_char(sign).ok_or(TelephoneError::NoSuchKey(sign))).collect();
        self.media.send_keys(self.stream, keys?);
        Ok(())
    }

    /// Speaks into it: samples of 8 kHz; what was being spoken is cut.
    pub fn speak(&self, samples: &[i16]) {
        let sounds = vec![Clip::from_samples(samples).into()];
        self.media.play(self.stream, PlayId(0), sounds, Repeat::Once);
    }

    /// Offers other codecs or another direction by re-INVITE: holds, resumes, changes the codec. What is agreed holds once
    /// [`TelephoneCall::next`] has come upon it.
    pub async fn offer(&mut self, codecs: Vec<sdp::Codec>, direction: sdp::Direction) {
        (self.ours.codecs, self.ours.direction) = (codecs, direction);
        let change = Command::Change { leg: self.leg, media: self.ours.clone(), late: false };
        self.signalling.command(change).await;
    }

    /// Hangs up.
    pub async fn hang_up(self) {
        self.signalling.command(Command::HangUp { leg: self.leg, q850: None }).await;
        self.media.close(self.stream);
    }
}

/// Whoever calls it finds it busy.
async fn refuse_all(signalling: Signalling, mut arrivals: mpsc::Receiver<Arrival>) {
    while let Some(arrival) = arrivals.recv().await {
        let leg = arrival.incoming.leg;
        signalling
            .command(Command::Reject { leg, status: Status::BUSY_HERE, phrase: None, contact: None })
            .await;
    }
}

async fn answered(events: &mut mpsc::Receiver<CallEvent>) -> Result<sdp::Media, TelephoneError> {
    while let Some(event) = events.recv().await {
        match event {
            CallEvent::Sip(sip::Event::Answered { media, .. }) => return Ok(media),
            CallEvent::Sip(sip::Event::Ended { end, .. }) => return Err(refused(end)),
            CallEvent::Sip(_)
            | CallEvent::Media(..)
            | CallEvent::Engine(_)
            | CallEvent::Synthesized(_)
            | CallEvent::Message(_)
            | CallEvent::HangUpByHand
            | CallEvent::Standing(..)
            | CallEvent::Capture(_)
            | CallEvent::Place(..) => {}
        }
    }
    Err(TelephoneError::NoAnswer("no signalling"))
}

fn refused(end: End) -> TelephoneError {
    match end {
        End::Rejected(rejection) => {
            TelephoneError::Refused { status: rejection.status.code(), phrase: rejection.phrase }
        }
        End::NoResponse => TelephoneError::NoAnswer("nobody is at that address"),
        End::Local | End::Remote { .. } | End::Cancelled { .. } => {
            TelephoneError::NoAnswer("the call was given up")
        }
        End::NoAck | End::MaxDuration | End::AtCapacity | End::SessionExpired | End::Lost => {
            TelephoneError::NoAnswer("the call broke")
        }
        End::Media(_) => TelephoneError::NoAnswer("no common media"),
    }
}

fn said(end: &End) -> String {
    match end {
        End::Local => "hung up".to_owned(),
        End::Remote { .. } => "the far end hung up".to_owned(),
        End::Cancelled { .. } => "cancelled".to_owned(),
        End::Rejected(rejection) => format!("{} {}", rejection.status.code(), rejection.phrase),
        End::NoResponse => "no response".to_owned(),
        End::NoAck => "no ACK".to_owned(),
        End::MaxDuration => "too long".to_owned(),
        End::SessionExpired => "session expired".to_owned(),
        End::Lost => "the far end is gone".to_owned(),
        End::Media(error) => error.to_string(),
        End::AtCapacity => "no free line".to_owned(),
    }
}
