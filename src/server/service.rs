//! The server as a whole: everything that has to be there before the first call, started in order.

use super::backends::{Backends, BackendsError};
use super::behind::{self, Behind};
use super::by_hand::HoursByHand;
use super::clock::Clock;
use super::config::{Config, ConfigError, ListenAt, line_of};
use super::connectors::{ConnectorError, Connectors};
use super::errands::Errands;
use super::journals::Journals;
use super::keys::{self, VaultError};
use super::ledger::{self, Office};
use super::media_thread::MediaThread;
use super::messages::{self, Messages, MessagesError};
use super::outgoing::Gate;
use super::phones::{self, Phones, PhonesError};
use super::ports::Ports;
use super::recordings::Recordings;
use super::recovery::{self, Recovered};
use super::refused::refused;
use super::retention::RetentionConfig;
use super::rooms::Rooms;
use super::signalling::{Arrival, Fittings, Signalling, listeners};
use super::sounds::{Sounds, SoundsError};
use super::stir::Stir;
use super::switchboard::{QueuesView, Switchboard};
use super::synthesizer::{SynthesisError, Synthesizer};
use super::transports::ListenOn;
use super::trunks::{Keeping, PasswordError, Trunks};
use super::{call, control, entropy, errands, jobs, operators, retention};
use crate::engine::{Contact, Image, JournalEntry};
use crate::program::{Text, Verb};
use crate::queues::Input;
use crate::sip;
use crate::store::Store;
use crate::time::Wall;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::{Notify, Semaphore, mpsc, watch};
use tokio::task::JoinSet;

/// Calls that may wait to be taken; each is taken at once unless the machine is overloaded.
const ARRIVALS_WAITING: usize = 64;
/// Questions to the CRM at a time. A PIN's hash takes a core for a tenth of a second.
const CRM_QUESTIONS: usize = 8;
/// Free texts that are synthesized at the same time.
const TEXTS_AT_A_TIME: usize = 8;
/// How long calls that are hung up because the server stops may take to say so to the far end and to the CRM.
const GOODBYE: Duration = Duration::from_secs(3);

/// What all calls share.
pub(super) struct Shared {
    pub clock: Clock,
    pub config: Config,
    /// The program that was started; later ones differ from it in their sets of numbers alone.
    pub image: Arc<Image>,
    /// The program that a new contact gets.
    pub latest: watch::Receiver<Arc<Image>>,
    pub sounds: Sounds,
    pub signalling: Signalling,
    pub switchboard: Switchboard,
    pub trunks: Trunks,
    /// Who judges signatures of caller numbers, where somebody does.
    pub stir: Option<Stir>,
    pub gate: Gate,
    pub phones: Phones,
    pub media: MediaThread,
    pub ports: Ports,
    pub recordings: Recordings,
    pub rooms: Rooms,
    pub backends: Backends,
    pub connectors: Connectors,
    pub messages: Messages,
    pub office: Office,
    pub by_hand: HoursByHand,
    pub crm_permits: Arc<Semaphore>,
    /// Held while a free text is synthesized.
    pub speech_permits: Arc<Semaphore>,
    /// Held by whoever has something to finish.
    pub alive: mpsc::Sender<()>,
    /// Changes when the calls that last are to be hung up.
    pub stop: watch::Receiver<()>,
    observer: Option<mpsc::UnboundedSender<Observation>>,
}

/// What somebody who watches the calls sees, as it happens.
#[derive(Clone, Debug)]
pub enum Observation {
    /// A contact arrived.
    Began(Contact),
    /// A contact made a step, as its journal keeps it.
    Step(Text, JournalEntry),
    /// A contact is over.
    Ended(Text),
}

/// A running server.
pub struct Service {
    local: SocketAddr,
    bound: Vec<ListenAt>,
    recovered: Recovered,
    taking: tokio::task::JoinHandle<()>,
    /// What is done later, and the hours of queues.
    working: [tokio::task::JoinHandle<()>; 2],
    delivering: tokio::task::JoinHandle<()>,
    telling: tokio::task::JoinHandle<()>,
    watching: tokio::task::JoinHandle<()>,
    forgetting: tokio::task::JoinHandle<()>,
    trunks: Keeping,
    carrying: JoinSet<()>,
    stop_carrying: watch::Sender<bool>,
    catching_up: tokio::task::JoinHandle<()>,
    switchboard: Switchboard,
    /// Where people ask about it.
    _control: Option<control::Listening>,
    office: Office,
    recordings: Recordings,
    clock: Clock,
    finished: mpsc::Receiver<()>,
    stop: watch::Sender<()>,
    latest: watch::Sender<Arc<Image>>,
}

/// Why a running server keeps the program that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("more than sets of numbers has changed: it is taken at the next start")]
pub struct OtherProgram;

/// Why a server does not start.
#[derive(Debug, Error)]
pub enum ServeError {
    /// All of these, one a line.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<ServeError>),
    /// A setting makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Recordings are missing or unusable.
    #[error(transparent)]
    Sounds(#[from] SoundsError),
    /// The synthesizer cannot be used.
    #[error(transparent)]
    Synthesizer(#[from] SynthesisError),
    /// Backends are missing or unusable.
    #[error(transparent)]
    Backends(#[from] BackendsError),
    /// The foreign CRM or a webhook is described wrongly, or something of it is missing.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// Messages cannot go out as the settings say.
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// What is secret at rest lacks its key.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The program says what this version does not do on real calls.
    #[error("{}", .0.join("\n"))]
    NotServed(Vec<String>),
    /// A trunk's password is not there.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// A telephone's password is not there.
    #[error(transparent)]
    Phones(#[from] PhonesError),
    /// What is wrong stands in the settings file.
    #[error("{}:{line}: {error}", path.display())]
    At {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        error: Box<ServeError>,
    },
    /// The program calls numbers and there is no way to.
    #[error("the flow calls numbers ({place}), and the configuration has no `trunks` to send them to")]
    NoTrunk {
        /// The first call.
        place: String,
    },
    /// Queues have nobody who takes their calls, or somebody who cannot be called.
    #[error("{}", .0.join("\n"))]
    Operators(Vec<String>),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The data folder cannot be used, or the system gives nothing.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
}

impl ServeError {
    /// The same with the lines of a settings file where they can be found.
    #[must_use]
    pub fn in_file(self, path: &Path) -> ServeError {
        match self {
            ServeError::Several(errors) => {
                ServeError::Several(errors.into_iter().map(|error| error.in_file(path)).collect())
            }
            error => {
                let text = std::fs::read_to_string(path).unwrap_or_default();
                match line_of(&text, &error.keys()) {
                    Some(line) => ServeError::At { path: path.to_owned(), line, error: Box::new(error) },
                    None => error,
                }
            }
        }
    }

    /// The settings that are wrong.
    fn keys(&self) -> Vec<&str> {
        if let ServeError::Config(error) = self {
            return error.keys();
        }
        if let ServeError::Password(error) | ServeError::Phones(PhonesError::Password(error)) = self {
            return error.of.split('.').collect();
        }
        Vec::new()
    }
}

impl Service {
    /// Starts a server: loads the recordings, takes up what a crash left, then listens. Must be called in a runtime.
    ///
    /// `observer` is told of every step of every call.
    pub async fn start(
        config: Config,
        image: Arc<Image>,
        store: Arc<dyn Store>,
        observer: Option<mpsc::UnboundedSender<Observation>>,
    ) -> Result<Service, ServeError> {
        let (sounds, backends) = Service::check(&config, &image)?;
        let clock = Clock::start_at(config.at.map(|at| Wall(at.as_millisecond())));
        let journals = Journals::new(&config.data, &config.journals, clock)
            .map_err(|e| system("the data folder cannot be used", e))?;
        let office = Office { store, journals, bell: Arc::new(Notify::new()), behind: Behind::default() };
        let connectors = Connectors::new(&config, &image, clock)?;
        keys::prepare(office.store.clone(), &image, clock.wall()).await?;
        subscribe(&office, &connectors).await?;
        let recovered = recover(&office, &image, clock).await;
        let seed = entropy::bytes().map_err(|e| system("there are no random numbers", e))?;
        let (arrivals, inbox) = mpsc::channel(ARRIVALS_WAITING);
        let address = config.listen;
        // Whoever reaches a listener beyond the loopback gets little from us until an ACK has proved where it is.
        let trunks = Trunks::new(&config)?;
        let open = trunks.sources().is_none() && !address.ip().is_loopback();
        let max_calls = config.max_calls;
        let settings = |bound: &[ListenOn]| sip::Config {
            max_calls,
            codecs: config.all_codecs().iter().map(|name| name.in_sdp()).collect(),
            open,
            sources: trunks.sources(),
            trusted: config.trusted.0.iter().copied().chain(trunks.trusted()).collect(),
            session: config.session_policy(),
            listeners: listeners(bound, |address| config.advertised(address)),
            ..sip::Config::new(address)
        };
        let phones = Phones::new(&config, clock);
        let registrar = phones::registrar(&config)?.map(|registrar| (registrar, phones.clone()));
        let fittings = Fittings { tls: config.tls()?.map(Arc::new), phones: registrar };
        let signalling = Signalling::start(&config.listeners(), fittings, clock, settings, seed, arrivals)
            .map_err(|(address, source)| ServeError::Listen { address, source })?;
        let media = MediaThread::start().map_err(|e| system("the media thread cannot start", e))?;
        let recordings = Recordings::start(&config.data, keys::data_keys(&config)?)
            .map_err(|e| system("the folder of the recordings cannot be used", e))?;
        let (alive, finished) = mpsc::channel(1);
        let (stop, stopped) = watch::channel(());
        let (latest, to_come) = watch::channel(image.clone());
        let ports = Ports::new(config.listen.ip(), config.first_rtp_port, config.last_rtp_port)
            .and(config.listeners().iter().map(|on| on.address.ip()));
        let local = signalling.local();
        let stir = config.stir.as_ref().map(|stir| Stir::new(stir, clock)).transpose()?;
        let keeping = trunks.start(&signalling, clock);
        let bound = signalling.bound().iter().copied().map(ListenAt).collect();
        let crm_permits = Arc::new(Semaphore::new(CRM_QUESTIONS));
        let data = config.data.clone();
        let (roster, gate) = (operators::roster(&config, &image), Gate::new(config.outgoing));
        let messages = Messages::new(&config, clock)?;
        // A calendar that is only tried must not make anything old.
        let kept = if config.at.is_some() { RetentionConfig::default() } else { config.retention };
        let errands = Errands {
            office: office.clone(),
            backends: backends.clone(),
            messages: messages.clone(),
            image: image.clone(),
            clock,
        };
        let switchboard = Switchboard::start(&image, &roster, clock);
        let by_hand = HoursByHand::default();
        by_hand.look(office.store.clone()).await;
        let shared = Shared {
            clock,
            config,
            image,
            latest: to_come,
            sounds,
            signalling,
            switchboard: switchboard.clone(),
            trunks,
            stir,
            gate,
            phones,
            rooms: Rooms::new(media.clone(), recordings.clone()),
            media,
            ports,
            recordings: recordings.clone(),
            backends,
            messages,
            connectors: connectors.clone(),
            office: office.clone(),
            by_hand: by_hand.clone(),
            crm_permits,
            speech_permits: Arc::new(Semaphore::new(TEXTS_AT_A_TIME)),
            alive,
            stop: stopped,
            observer,
        };
        let shared = Arc::new(shared);
        let working = tokio::spawn(jobs::work(shared.clone()));
        let hours = tokio::spawn(jobs::watch_hours(shared.clone()));
        let taking = tokio::spawn(take_calls(shared, inbox));
        let delivering = tokio::spawn(ledger::deliver(office.clone(), move || clock.wall()));
        let telling = tokio::spawn(errands::send(errands));
        let (stop_carrying, stopped) = watch::channel(false);
        let carrying = connectors.carry(&office.store, clock, &stopped);
        let watching = tokio::spawn(by_hand.watch(office.store.clone()));
        let forgetting = tokio::spawn(retention::keep(kept, data.clone(), office.clone(), clock));
        let catching_up = tokio::spawn(behind::catch_up(office.clone()));
        Ok(Service {
            local,
            bound,
            recovered,
            taking,
            working: [working, hours],
            delivering,
            telling,
            watching,
            forgetting,
            trunks: keeping,
            carrying,
            stop_carrying,
            catching_up,
            _control: control::listen(&data, &switchboard),
            switchboard,
            office,
            recordings,
            clock,
            finished,
            stop,
            latest,
        })
    }

    /// Looks for everything that would keep a server from starting, short of binding ports: settings, trunk, recordings,
    /// backends. All that is wrong is in the error.
    pub fn check(config: &Config, image: &Image) -> Result<(Sounds, Backends), ServeError> {
        let folder = config.prompts.as_deref().unwrap_or(Path::new("prompts"));
        let sounds = load_sounds(config, image, folder);
        let backends = Backends::new(image, &config.backends);
        let (settings, trunk) = (config.check(), check_trunk(config, image));
        let (refused, operators) = (refused(image), operators::problems(config, image));
        // What is written wrongly is said once.
        let trunk = if settings.is_ok() { trunk.and(passwords(config)) } else { trunk };
        let connectors = Connectors::new(config, image, Clock::start()).map(drop);
        let vault = keys::check(config, image);
        let (unsaid, messages) =
            (messages::problems(config, image), Messages::new(config, Clock::start()).map(drop));
        let served = refused.is_empty() && operators.is_empty() && vault.is_ok();
        let served = served && unsaid.is_empty() && messages.is_ok();
        if let (true, Ok(()), Ok(()), Ok(()), Ok(sounds), Ok(backends)) =
            (served, &settings, &trunk, &connectors, &sounds, &backends)
        {
            return Ok((sounds.clone(), backends.clone()));
        }
        let mut wrong: Vec<ServeError> = Vec::new();
        wrong.extend(settings.err().map(ServeError::Config));
        wrong.extend(trunk.err());
        wrong.extend((!refused.is_empty()).then_some(ServeError::NotServed(refused)));
        wrong.extend((!operators.is_empty()).then_some(ServeError::Operators(operators)));
        wrong.extend(sounds.err());
        wrong.extend(backends.err().map(ServeError::Backends));
        wrong.extend(connectors.err().map(ServeError::Connector));
        wrong.extend(vault.err().map(ServeError::Vault));
        wrong.extend((!unsaid.is_empty()).then_some(ServeError::NotServed(unsaid)));
        wrong.extend(messages.err().map(ServeError::Messages));
        Err(ServeError::Several(wrong))
    }

    /// Gives contacts from now on a program whose sets of numbers have been read anew; those that last keep theirs.
    ///
    /// # Errors
    /// [`OtherProgram`] if something else differs; then nothing changes.
    pub fn take_numbers(&self, image: Arc<Image>) -> Result<(), OtherProgram> {
        if !self.latest.borrow().differs_in_numbers_alone(&image) {
            return Err(OtherProgram);
        }
        self.latest.send_replace(image);
        Ok(())
    }

    /// The address that is listened on.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// All addresses that are listened on, as `listeners:` writes them, that of UDP first.
    pub fn bound(&self) -> &[ListenAt] {
        &self.bound
    }

    /// What there is to see of queues and of those who take their calls; nothing once the server stops.
    pub async fn queues(&self) -> Option<QueuesView> {
        self.switchboard.view().await
    }

    /// Has an operator take no calls until further notice, or take them again. A call that rings or lasts is not touched;
    /// nothing happens where there is no operator of that name.
    pub fn pause(&self, operator: &str, paused: bool) {
        let operator = operator.into();
        self.switchboard.tell(if paused { Input::Pause { operator } } else { Input::Resume { operator } });
    }

    /// What a crash had left and this start took up.
    pub fn recovered(&self) -> Recovered {
        self.recovered
    }

    /// Takes no new calls, waits for those that last, at most `patience`, hangs up what then is left, and delivers what
    /// all of them said. Returns whether they ended in time.
    pub async fn drain(mut self, patience: Duration) -> bool {
        self.taking.abort();
        self.working.iter().for_each(tokio::task::JoinHandle::abort);
        let ended = tokio::time::timeout(patience, self.finished.recv()).await.is_ok();
        if !ended {
            let _ = self.stop.send(());
            let _ = tokio::time::timeout(GOODBYE, self.finished.recv()).await;
        }
        self.trunks.leave().await;
        let recordings = self.recordings.clone();
        if !tokio::task::spawn_blocking(move || recordings.settle(GOODBYE)).await.unwrap_or(false) {
            tracing::warn!("a recording is not finished, and is made whole at the next start");
        }
        self.delivering.abort();
        self.telling.abort();
        self.watching.abort();
        self.forgetting.abort();
        let _ = self.stop_carrying.send(true);
        while self.carrying.join_next().await.is_some() {}
        self.catching_up.abort();
        if let Err(error) = self.office.journals.seal() {
            tracing::warn!(%error, "the journals are sealed at the next start");
        }
        let (store, now) = (self.office.store.clone(), self.clock.wall());
        let last = move || store.deliver(now, usize::from(u16::MAX), crate::crm::outbox::Jitter(0));
        match tokio::task::spawn_blocking(last).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "what is left in the outbox is delivered at the next start")
            }
            Err(panic) => tracing::error!(%panic, "the store failed"),
        }
        ended
    }

    /// Whether everything that ended contacts said has reached the CRM, waiting at most `patience` for it.
    pub async fn settle(&self, patience: Duration) -> bool {
        let deadline = tokio::time::Instant::now() + patience;
        while tokio::time::Instant::now() < deadline {
            let open = self.office.journals.left_open().map(|open| open.is_empty()).unwrap_or(false);
            let store = self.office.store.clone();
            let waits = tokio::task::spawn_blocking(move || store.has_pending()).await;
            if open && matches!(waits, Ok(Ok(false))) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }
}

impl Shared {
    /// Tells whoever watches.
    pub fn observe(&self, what: impl FnOnce() -> Observation) {
        if let Some(observer) = &self.observer {
            let _ = observer.send(what());
        }
    }
}

/// Tells the store who is told of what from now on.
async fn subscribe(office: &Office, connectors: &Connectors) -> Result<(), ServeError> {
    let (store, subscribers) = (office.store.clone(), connectors.subscribers());
    let kept = tokio::task::spawn_blocking(move || store.subscribe(&subscribers)).await;
    let problem = match kept {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => panic.to_string(),
    };
    Err(system("the database cannot be used", io::Error::other(problem)))
}

async fn take_calls(shared: Arc<Shared>, mut arrivals: mpsc::Receiver<Arrival>) {
    while let Some(arrival) = arrivals.recv().await {
        tokio::spawn(call::run(shared.clone(), arrival));
    }
}

async fn recover(office: &Office, image: &Arc<Image>, clock: Clock) -> Recovered {
    let (office, image, now) = (office.clone(), image.clone(), clock.wall());
    tokio::task::spawn_blocking(move || recovery::take_up(&office, &image, now)).await.unwrap_or_default()
}

/// The recordings, and who says those that are missing.
fn load_sounds(config: &Config, image: &Image, folder: &Path) -> Result<Sounds, ServeError> {
    let synthesizer =
        config.speech.as_ref().map(|speech| Synthesizer::new(speech, &config.data)).transpose()?;
    Ok(Sounds::load(image, folder, synthesizer.as_ref())?)
}

/// Whether the passwords of trunks and telephones are there.
fn passwords(config: &Config) -> Result<(), ServeError> {
    Trunks::new(config)?;
    phones::registrar(config)?;
    Ok(())
}

fn check_trunk(config: &Config, image: &Image) -> Result<(), ServeError> {
    let calls = image.nodes.iter().find(|node| matches!(node.verb, Verb::Transfer(_) | Verb::CallOut(_)));
    match calls.filter(|_| config.trunk.is_none() && config.trunks.is_empty() && config.phones.is_empty()) {
        Some(node) => Err(ServeError::NoTrunk { place: format!("{}:{}", node.place.path, node.place.line) }),
        None => Ok(()),
    }
}

fn system(what: &'static str, source: io::Error) -> ServeError {
    ServeError::System { what, source }
}
