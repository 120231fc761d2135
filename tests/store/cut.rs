//! The line to PostgreSQL is cut at any request, before the server has heard it or before its answer has arrived.
//!
//! Between the store and the server stands a line of the test's own, which counts what asks for an answer: a statement by
//! itself (`Q`) or the end of a prepared one (`S`), PostgreSQL 15, section 55.2. At the n-th it is cut, and goes on with the next
//! connection. What was acknowledged must be there; and once the story was told to its end, all must be as if
//! nothing had happened.

use super::backends::{PostgresSchema, options};
use crate::faults::{TRIES, is_there, state, story};
use callwright::store::{DatabaseUrl, PostgresStore};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Where the line is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Side {
    /// The server has not heard of it.
    Before,
    /// The server has done it, and the answer is lost.
    After,
}

#[derive(Clone, Copy, Debug)]
struct Cut {
    side: Side,
    /// Which request, counted from 1; none is number 0.
    at: u32,
}

struct Line {
    address: SocketAddr,
    requests: Arc<AtomicU32>,
}

impl Line {
    /// To a server's socket, with a cut.
    fn new(server: PathBuf, cut: Cut) -> Line {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::new(AtomicU32::new(0));
        let counted = requests.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A message is several writes: none waits for the others.
                client.set_nodelay(true).expect("a line without delay");
                let server = UnixStream::connect(&server).expect("the server's socket");
                join(client, server, cut, &counted);
            }
        });
        Line { address, requests }
    }
}

/// Carries what both sides say until one of them ends, or the line is cut.
fn join(client: TcpStream, server: UnixStream, cut: Cut, requests: &Arc<AtomicU32>) {
    let lost = Arc::new(AtomicBool::new(false));
    let ends = || (client.try_clone().expect("a line"), server.try_clone().expect("a line"));
    let ((mut client_in, mut server_out), (mut client_out, mut server_in)) = (ends(), ends());
    let (requests, is_lost) = (requests.clone(), lost.clone());
    std::thread::spawn(move || {
        let mut greeted = false;
        while let Some(message) = next(&mut client_in, greeted) {
            let asks = greeted && matches!(message[0], b'Q' | b'S');
            let is_it = asks && requests.fetch_add(1, Ordering::SeqCst) + 1 == cut.at;
            greeted = true;
            if is_it && cut.side == Side::Before {
                break;
            }
            is_lost.fetch_or(is_it, Ordering::SeqCst);
            if server_out.write_all(&message).is_err() {
                break;
            }
        }
        if !is_lost.load(Ordering::SeqCst) {
            let _ = client_in.shutdown(Shutdown::Both);
        }
        let _ = server_out.shutdown(Shutdown::Write);
    });
    std::thread::spawn(move || {
        while let Some(message) = next(&mut server_in, true) {
            match lost.load(Ordering::SeqCst) {
                // It is done once the server is ready for the next.
                true if message[0] == b'Z' => break,
                true => {}
                false if client_out.write_all(&message).is_err() => break,
                false => {}
            }
        }
        let _ = client_out.shutdown(Shutdown::Both);
        let _ = server_in.shutdown(Shutdown::Both);
    });
}

/// The next message, whole. The first of a client has no letter.
fn next(from: &mut impl Read, has_letter: bool) -> Option<Vec<u8>> {
    let head = if has_letter { 5 } else { 4 };
    let mut message = vec![0; head];
    from.read_exact(&mut message).ok()?;
    let length = u32::from_be_bytes(message[head - 4..].try_into().ok()?) as usize;
    let mut rest = vec![0; length.checked_sub(4)?];
    from.read_exact(&mut rest).ok()?;
    message.extend(rest);
    Some(message)
}

/// The server's socket, and the address of its database by another line.
fn places(schema: &PostgresSchema) -> (PathBuf, impl Fn(SocketAddr) -> DatabaseUrl) {
    let mut client = schema.client();
    let sql =
        "SELECT current_setting('unix_socket_directories'), current_setting('port'), current_user::text,
                      current_database()::text";
    let row = client.query_one(sql, &[]).expect("the server's settings");
    let [folders, port, user, database]: [String; 4] = std::array::from_fn(|column| row.get(column));
    let folder = folders.split(',').next().unwrap_or_default().trim().to_owned();
    let name = schema.name().to_owned();
    let url = move |line: SocketAddr| {
        let url = format!(
            "postgres://{user}@{line}/{database}?sslmode=disable&options=-csearch_path%3D{name}&application_name={name}"
        );
        DatabaseUrl::parse(&url, None).expect("an address")
    };
    (PathBuf::from(folder).join(format!(".s.PGSQL.{port}")), url)
}

/// Tells the story over a line that is cut; what was acknowledged, and how many requests it took.
fn tell(address: &DatabaseUrl, line: &Line) -> (BTreeSet<String>, u32) {
    let mut acknowledged = BTreeSet::new();
    if let Some(store) = (0..TRIES).find_map(|_| PostgresStore::open(address, options()).ok()) {
        for (what, step) in story() {
            let taken = (0..TRIES).any(|_| step(&store).is_ok());
            acknowledged.extend(taken.then_some(what));
        }
    }
    (acknowledged, line.requests.load(Ordering::SeqCst))
}

/// Nothing is in the tables any more, as in a database that was just made.
const EMPTY: &str = "DO $$ DECLARE names text; BEGIN
    SELECT string_agg(quote_ident(tablename), ', ') INTO names FROM pg_tables
    WHERE schemaname = current_schema() AND tablename <> 'migration';
    EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY CASCADE'; END $$";

#[test]
fn a_line_that_is_cut_at_any_request_loses_and_doubles_nothing() {
    let Some(schema) = PostgresSchema::new() else { return };
    let (socket, url) = places(&schema);
    let direct = schema.store();
    let told = |cut: Cut| {
        let line = Line::new(socket.clone(), cut);
        tell(&url(line.address), &line)
    };
    let (all, requests) = told(Cut { side: Side::Before, at: 0 });
    assert_eq!((all.len(), requests > 60), (story().len(), true), "{requests} requests");
    let expected = state(&direct);
    // All of them take minutes: FAULTS=all.
    let every = if std::env::var_os("FAULTS").is_some() { 1 } else { requests as usize / 12 };
    for (turn, at) in (1..=requests).step_by(every).enumerate() {
        let side = if turn % 2 == 0 { Side::Before } else { Side::After };
        schema.tell(EMPTY);
        let (acknowledged, _) = told(Cut { side, at });
        for what in &acknowledged {
            assert!(is_there(&direct, what, &acknowledged), "{side:?} {at}: `{what}` is not there");
        }
        for (what, step) in story() {
            step(&direct).unwrap_or_else(|error| panic!("{side:?} {at}: {what}: {error}"));
        }
        assert_eq!(state(&direct), expected, "{side:?} {at}");
    }
}
