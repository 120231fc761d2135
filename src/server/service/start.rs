//! The start of a server: everything that has to be there before the first call, in order.

use super::{ServeError, Service, error::system};
use crate::engine::Image;
use crate::server::admin::{Admin, Overview, Sampled};
use crate::server::behind::{self, Behind};
use crate::server::by_hand::HoursByHand;
use crate::server::clerk::Clerk;
use crate::server::clock::{self, Clock};
use crate::server::config::{AdminConfig, Config, ListenAt};
use crate::server::connectors::Connectors;
use crate::server::errands::Errands;
use crate::server::journals::Journals;
use crate::server::ledger::{self, Office};
use crate::server::live::Live;
use crate::server::media_thread::MediaThread;
use crate::server::messages::Messages;
use crate::server::meters::Meters;
use crate::server::open_files;
use crate::server::outgoing::Gate;
use crate::server::phones::{self, Phones};
use crate::server::ports::Ports;
use crate::server::recordings::Recordings;
use crate::server::recovery::{self, Remains};
use crate::server::retention::RetentionConfig;
use crate::server::rooms::Rooms;
use crate::server::shared::{Edition, Observation, Shared};
use crate::server::shifts::Shifts;
use crate::server::signalling::{Arrival, Fittings, Signalling, listeners};
use crate::server::stir::Stir;
use crate::server::switchboard::Switchboard;
use crate::server::transcriber::Transcriber;
use crate::server::transports::{ListenOn, keep_renewed};
use crate::server::trunks::{Finder, Limits, Trunks};
use crate::server::{call, control, entropy, errands, jobs, keys, operators, retention};
use crate::sip;
use crate::store::Store;
use crate::time::Wall;
use std::io;
use std::sync::Arc;
use tokio::sync::{Notify, Semaphore, mpsc, watch};

/// Calls that may wait to be taken: more than come in one turn of the signalling, so that a burst is no overload.
const ARRIVALS_WAITING: usize = 1024;
/// Questions to the CRM at a time. A PIN's hash takes a core for a tenth of a second.
const CRM_QUESTIONS: usize = 8;
/// Free texts that are synthesized at the same time.
const TEXTS_AT_A_TIME: usize = 8;

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
        open_files::raise(config.max_calls);
        let clock = Clock::start_at(config.at.map(|at| Wall(at.as_millisecond())));
        let journals = Journals::new(&config.data, &config.journals, clock)
            .map_err(|e| system("the data folder cannot be used", e))?;
        let clerk = Clerk::start(store.clone(), clock);
        let (bell, behind) = (Arc::new(Notify::new()), Behind::default());
        let office = Office { store, clerk, journals, bell, behind };
        let connectors = Connectors::new(&config, &image, clock)?;
        keys::prepare(office.store.clone(), &image, clock.wall()).await?;
        subscribe(&office, &connectors).await?;
        let Remains { recovered, survivors, orphans } = recover(&office, &image, clock).await;
        let no_chance = |e| system("there are no random numbers", e);
        let (seed, first_port) = (entropy::bytes().map_err(no_chance)?, entropy::bytes().map_err(no_chance)?);
        let (arrivals, inbox) = mpsc::channel(ARRIVALS_WAITING);
        let address = config.listen;
        // Whoever reaches a listener beyond the loopback gets little from us until an ACK has proved where it is.
        let trunks = Trunks::new(&config)?;
        let is_public = |on: &ListenOn| !on.address.ip().is_loopback();
        let open = trunks.sources().is_none() && config.listeners().iter().any(is_public);
        let max_calls = config.max_calls;
        let settings = |bound: &[ListenOn]| sip::Config {
            max_calls,
            codecs: config.all_codecs().iter().map(|name| name.in_sdp()).collect(),
            open,
            sources: trunks.sources(),
            known: trunks.networks(),
            trusted: config.trusted.0.iter().copied().chain(trunks.trusted()).collect(),
            session: config.session_policy(),
            listeners: listeners(bound, |address| config.advertised(address)),
            ..sip::Config::new(address)
        };
        let phones = Phones::new(&config, clock);
        let registrar = phones::registrar(&config)?.map(|registrar| (registrar, phones.clone()));
        let meters = Arc::new(Meters::default());
        let tls = config.tls()?.map(Arc::new);
        let fittings = Fittings {
            meters: meters.clone(),
            tls: tls.clone(),
            phones: registrar,
            finder: Some(Finder::new()),
        };
        let signalling = Signalling::start(&config.listeners(), fittings, clock, settings, seed, arrivals)
            .map_err(|(address, source)| ServeError::Listen { address, source })?;
        let media = MediaThread::start(meters.media.clone())
            .map_err(|e| system("the media thread cannot start", e))?;
        let recordings = Recordings::start(&config.data, keys::data_keys(&config)?)
            .map_err(|e| system("the folder of the recordings cannot be used", e))?;
        let (alive, finished) = mpsc::channel(1);
        let (stop, stopped) = watch::channel(());
        let edition = Edition { image: image.clone(), sounds, backends };
        let (latest, to_come) = watch::channel(Arc::new(edition));
        let (first, last) = (config.first_rtp_port, config.last_rtp_port);
        let ports = Ports::new(config.listen.ip(), first, last, u16::from_be_bytes(first_port))
            .and(config.listeners().iter().map(|on| on.address.ip()));
        let local = signalling.local();
        let stir = config.stir.as_ref().map(|stir| Stir::new(stir, clock)).transpose()?;
        tls.iter().for_each(|tls| drop(tokio::spawn(keep_renewed(Arc::downgrade(tls), clock))));
        let keeping = trunks.start(&signalling, clock);
        let bound = signalling.bound().iter().copied().map(ListenAt).collect();
        let crm_permits = Arc::new(Semaphore::new(CRM_QUESTIONS));
        let (data, settings) = (config.data.clone(), config.clone());
        let (roster, gate) = (operators::roster(&config, &image), Gate::new(config.outgoing));
        let messages = Messages::new(&config, clock)?;
        let transcriber = config.transcription.as_ref().map(Transcriber::new).transpose()?;
        // A calendar that is only tried must not make anything old.
        let kept = if config.at.is_some() { RetentionConfig::default() } else { config.retention };
        let errands =
            Errands { office: office.clone(), messages: messages.clone(), latest: to_come.clone(), clock };
        // Other nodes may have the same operators only where they have the same database.
        let shifts = config.database.as_ref().map(|_| Shifts::start(office.store.clone(), clock)).transpose();
        let shifts = shifts.map_err(no_chance)?;
        let switchboard = Switchboard::start(&image, &roster, clock, shifts);
        let by_hand = HoursByHand::default();
        by_hand.look(office.store.clone()).await;
        let rate = Limits::new(None, config.calls_a_second);
        let (drain, draining) = watch::channel(false);
        let (ask, reloads) = mpsc::channel(1);
        let live = Live::default();
        let overview = Overview {
            live: live.clone(),
            clock,
            meters: meters.clone(),
            latest: to_come.clone(),
            switchboard: switchboard.clone(),
            trunks: trunks.clone(),
            phones: phones.clone(),
            office: office.clone(),
            connectors: connectors.clone(),
            data: data.clone(),
            draining,
            reloads: ask,
            tls,
            sampled: Sampled::default(),
        };
        let admin = match &config.admin {
            Some(admin) => Some(listen_for_admin(admin, overview).await?),
            None => None,
        };
        let shared = Shared {
            clock,
            meters: meters.clone(),
            live,
            config,
            latest: to_come,
            signalling,
            switchboard: switchboard.clone(),
            trunks,
            stir,
            gate,
            rate,
            phones,
            rooms: Rooms::new(media.clone(), recordings.clone()),
            media,
            ports,
            recordings: recordings.clone(),
            messages,
            transcriber,
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
        let calendar = tokio::spawn(clock::watch(clock));
        call::resumed::resume_all(&shared, survivors);
        call::standing::let_go(&shared, orphans).await;
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
            working: [working, hours, calendar],
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
            settings,
            admin,
            meters,
            drain,
            reloads: Some(reloads),
        })
    }
}

async fn listen_for_admin(config: &AdminConfig, overview: Overview) -> Result<Admin, ServeError> {
    let address = config.listen;
    let listening = Admin::start(address, config.token()?, overview).await;
    listening.map_err(|source| ServeError::Listen { address, source })
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
        // Its state is large, and is moved about before it runs: once is enough.
        tokio::spawn(Box::pin(call::run(shared.clone(), arrival)));
    }
}

async fn recover(office: &Office, image: &Arc<Image>, clock: Clock) -> Remains {
    let (office, image, now) = (office.clone(), image.clone(), clock.wall());
    tokio::task::spawn_blocking(move || recovery::take_up(&office, &image, now)).await.unwrap_or_default()
}
