//! A bank that answers real calls on free ports of the loopback, for the tests that call it.

use callwright::cli::disk::DiskFiles;
use callwright::crm::Interaction;
use callwright::engine::Image;
use callwright::language;
use callwright::server::{BackendConfig, Config, Service};
use callwright::source::{Files, Style, render};
use callwright::store::{Import, Options, Page, PinCost, SqliteStore, Store};
use callwright::time::Wall;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::time::Duration;

/// The bank's line.
pub const LINE: &str = "+78432035737";
/// A Friday on which the office is open.
pub const OPEN: &str = "2026-11-20T12:00:00+03:00";

/// The project's folder.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of its own for a test, removed with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("callwright-{name}-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Compiles a program, which must have no findings.
pub fn image(files: &dyn Files) -> Arc<Image> {
    let compiled = language::compile(files);
    let findings = render(&compiled.diagnostics, &compiled.sources, Style::Plain);
    let program = compiled.program.unwrap_or_else(|| panic!("{findings}"));
    Image::new(program).expect("its functions compile")
}

/// The shipped bank.
pub fn bank() -> Arc<Image> {
    image(&DiskFiles::new(root().join("flows/bank")))
}

/// A CRM with the shipped customers, and PIN hashes that cost little.
pub fn crm(image: &Image, data: &Path) -> Arc<dyn Store> {
    let options = Options { pin_cost: PinCost::LEAST, ..Options::default() };
    let store = SqliteStore::open(data.join("callwright.db"), options).expect("a database");
    let csv = std::fs::read_to_string(root().join("flows/bank/data/customers.csv")).expect("the customers");
    let import = Import::read(&csv, &image.vocabulary, image.country.as_deref()).expect("no mistakes");
    store.import(&import, Wall(0)).expect("taken in");
    Arc::new(store)
}

/// A running server, its CRM and its folder.
pub struct Server {
    pub service: Service,
    pub store: Arc<dyn Store>,
    pub folder: Folder,
}

impl Server {
    /// Starts the shipped bank; calls to operators go to `trunk`.
    pub async fn bank(trunk: SocketAddr) -> Server {
        let folder = Folder::new("bank");
        let store = crm(&bank(), folder.path());
        Server::bank_on(store, folder, trunk).await
    }

    /// The same with other settings.
    pub async fn bank_with(trunk: SocketAddr, change: impl FnOnce(Config) -> Config) -> Server {
        let folder = Folder::new("bank");
        let store = crm(&bank(), folder.path());
        Server::bank_by(store, folder, trunk, change).await
    }

    /// The same on another CRM.
    pub async fn bank_on(store: Arc<dyn Store>, folder: Folder, trunk: SocketAddr) -> Server {
        Server::bank_by(store, folder, trunk, |config| config).await
    }

    async fn bank_by(
        store: Arc<dyn Store>,
        folder: Folder,
        trunk: SocketAddr,
        change: impl FnOnce(Config) -> Config,
    ) -> Server {
        let image = bank();
        let url = format!("http://{}/", core_bank());
        let backend = BackendConfig { url, token_from: None };
        let config =
            Config { backends: [("core_bank".to_owned(), backend)].into(), ..config(&folder, trunk) };
        let service = Service::start(change(config), image, store.clone(), None).await;
        Server { service: service.unwrap_or_else(|e| panic!("{e}")), store, folder }
    }

    /// Starts a program of a test's own, which has no backend.
    pub async fn of(image: Arc<Image>, trunk: SocketAddr) -> Server {
        Server::of_with(image, trunk, |config| config).await
    }

    /// The same with other settings.
    pub async fn of_with(
        image: Arc<Image>,
        trunk: SocketAddr,
        change: impl FnOnce(Config) -> Config,
    ) -> Server {
        let folder = Folder::new("program");
        let store = crm(&bank(), folder.path());
        let config = change(config(&folder, trunk));
        let service =
            Service::start(config, image, store.clone(), None).await.unwrap_or_else(|e| panic!("{e}"));
        Server { service, store, folder }
    }

    /// Starts a program of a test's own, with settings of a test's own.
    pub async fn set(image: Arc<Image>, change: impl FnOnce(&mut Config)) -> Server {
        let folder = Folder::new("program");
        let store = crm(&bank(), folder.path());
        Server::set_in(folder, store, image, change).await
    }

    /// The same on another CRM.
    pub async fn set_on(
        store: Arc<dyn Store>,
        image: Arc<Image>,
        change: impl FnOnce(&mut Config),
    ) -> Server {
        Server::set_in(Folder::new("program"), store, image, change).await
    }

    async fn set_in(
        folder: Folder,
        store: Arc<dyn Store>,
        image: Arc<Image>,
        change: impl FnOnce(&mut Config),
    ) -> Server {
        let mut config = Config { trunk: None, ..config(&folder, SocketAddr::from(([127, 0, 0, 1], 9))) };
        change(&mut config);
        let service =
            Service::start(config, image, store.clone(), None).await.unwrap_or_else(|e| panic!("{e}"));
        Server { service, store, folder }
    }

    /// Starts a program of a test's own, with one backend.
    pub async fn with_backend(image: Arc<Image>, trunk: SocketAddr, name: &str, url: &str) -> Server {
        let folder = Folder::new("program");
        let store = crm(&bank(), folder.path());
        let backend = BackendConfig { url: url.to_owned(), token_from: None };
        let config = Config { backends: [(name.to_owned(), backend)].into(), ..config(&folder, trunk) };
        let service =
            Service::start(config, image, store.clone(), None).await.unwrap_or_else(|e| panic!("{e}"));
        Server { service, store, folder }
    }

    pub fn address(&self) -> SocketAddr {
        self.service.local()
    }

    /// The contacts in the CRM once everything is settled, the latest first.
    pub async fn contacts(&self) -> Vec<Interaction> {
        assert!(self.service.settle(Duration::from_secs(30)).await, "what calls said does not reach the CRM");
        self.store.interactions(None, &Page::first(100)).expect("a list").items
    }
}

fn config(folder: &Folder, trunk: SocketAddr) -> Config {
    Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        trunk: Some(trunk),
        data: folder.path().to_owned(),
        prompts: Some(root().join("prompts")),
        at: Some(OPEN.parse().expect("a time")),
        ..Config::default()
    }
}

/// A core bank that knows one account.
fn core_bank() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let mut request = [0; 2048];
            let length = stream.read(&mut request).unwrap_or(0);
            let known = request[..length].windows(10).any(|digits| digits == b"4081712345");
            let (status, body) = match known {
                true => ("200 OK", r#"{"amount": "2021.00 RUB"}"#),
                false => ("404 Not Found", r#"{"status": "not_found"}"#),
            };
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    address
}

/// An even port that nobody holds at the moment, nor the one above it, over UDP and TCP: for a program that is told its
/// port and binds it later. It lies above those that the system deals out itself (32,768 to 60,999) and those that servers
/// and telephones take for media, and no other test is given it, so it is still free then.
pub fn free_port() -> u16 {
    free_pairs(1)
}

/// The same with pairs behind it that are no other test's either.
pub fn free_pairs(count: u16) -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const FIRST: u16 = 61_000;
    const PAIRS: u16 = 2_000;
    let start = (std::process::id() % u32::from(PAIRS)) as u16;
    for _ in 0..PAIRS {
        let pair = start.wrapping_add(NEXT.fetch_add(count, Ordering::Relaxed)) % PAIRS;
        let port = FIRST + 2 * pair;
        let free =
            |port| UdpSocket::bind(("0.0.0.0", port)).is_ok() && TcpListener::bind(("0.0.0.0", port)).is_ok();
        if (port..port + 2 * count).all(free) {
            return port;
        }
    }
    panic!("no port of {FIRST} to {} is free", FIRST + 2 * PAIRS);
}

/// Whether a text says digits as a number of their own: they may well be the middle of a port or a seed.
pub fn says_digits(text: &str, digits: &str) -> bool {
    let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    text.match_indices(digits).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + digits.len()..]);
        !is_digit(before.chars().next_back()) && !is_digit(behind.chars().next())
    })
}

/// The output of a command that must be installed.
pub fn run(program: &str, args: &[&str]) -> Output {
    let output = Command::new(program).args(args).current_dir(root()).output();
    output.unwrap_or_else(|error| panic!("{program}: {error}; ./tests/run installs what the tests need"))
}

/// Runs a scenario of tests/sipp against an address; its own messages if it fails.
pub fn sipp(scenario: &str, target: SocketAddr, more: &[&str]) -> Result<(), String> {
    let file = root().join("tests/sipp").join(scenario);
    let folder = Folder::new("sipp");
    let errors = folder.path().join("errors.log");
    let (target, port) = (target.to_string(), free_port().to_string());
    // It binds the port of sound, and for video the second one behind it.
    let media = free_pairs(2).to_string();
    let mut args: Vec<&str> =
        vec![&target, "-sf", file.to_str().expect("a path"), "-i", "127.0.0.1", "-p", &port];
    args.extend(["-mi", "127.0.0.1", "-mp", &media, "-nostdin", "-timeout", "60", "-timeout_error"]);
    args.extend(["-trace_err", "-error_file", errors.to_str().expect("a path")]);
    if !more.contains(&"-m") {
        args.extend(["-m", "1"]);
    }
    args.extend(more);
    let output = run("sipp", &args);
    match output.status.success() {
        true => Ok(()),
        false => {
            let log = std::fs::read_to_string(errors).unwrap_or_default();
            Err(format!("sipp {scenario}: {}\n{log}", output.status))
        }
    }
}
