//! `callwright calls`: the contacts that last on a running server.

use super::crm::table::table;
use crate::server::ContactView;
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Lists the contacts that last on a running server, shows what one of them does, and hangs one up.
///
/// The server must have `admin` among its settings; docs/operating.md tells of it. The exit status is 1 where there is no such
/// contact, 2 where no server answers.
#[derive(Args, Debug)]
pub struct CallsArgs {
    /// Where the server's `admin` listens.
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:8088",
        env = "CALLWRIGHT_ADMIN",
        global = true
    )]
    admin: String,
    /// Its token, if it has one.
    #[arg(long, value_name = "TOKEN", env = "CALLWRIGHT_ADMIN_TOKEN", hide_env_values = true, global = true)]
    token: Option<String>,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows what a contact did so far.
    Show {
        /// Its id.
        id: String,
        /// And what it does, until it is over.
        #[arg(long)]
        follow: bool,
    },
    /// Writes what goes over the wires of a contact into a file for Wireshark, until it is over.
    Pcap {
        /// Its id.
        id: String,
        /// The file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// For how long at most, to 3600s.
        #[arg(long, value_name = "TIME", default_value = "60s", value_parser = seconds)]
        r#for: u64,
    },
    /// Ends a contact; its flow hears that the caller has hung up.
    HangUp {
        /// Its id.
        id: String,
    },
}

/// Runs the command.
pub fn run(args: &CallsArgs) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match &args.command {
            None => list(args).await,
            Some(Command::Show { id, follow }) => show(args, id, *follow).await,
            Some(Command::Pcap { id, out, r#for }) => pcap(args, id, out, *r#for).await,
            Some(Command::HangUp { id }) => {
                match ask(args, Method::POST, &format!("calls/{id}/hang-up")).await? {
                    Some(_) => Ok(ExitCode::SUCCESS),
                    None => Ok(nobody(id)),
                }
            }
        }
    })
}

async fn list(args: &CallsArgs) -> Result<ExitCode> {
    let Some(response) = ask(args, Method::GET, "calls").await? else { bail!("the server knows no `calls`") };
    let calls: Vec<ContactView> = response.json().await.context("the server's list makes no sense")?;
    match args.json {
        true => say!("{}", serde_json::to_string_pretty(&calls)?),
        false => put!("{}", shown(&calls)),
    }
    Ok(ExitCode::SUCCESS)
}

async fn show(args: &CallsArgs, id: &str, follow: bool) -> Result<ExitCode> {
    let path = if follow { format!("calls/{id}") } else { format!("calls/{id}?past") };
    let Some(mut response) = ask(args, Method::GET, &path).await? else { return Ok(nobody(id)) };
    while let Some(lines) = response.chunk().await? {
        put!("{}", String::from_utf8_lossy(&lines));
    }
    Ok(ExitCode::SUCCESS)
}

async fn pcap(args: &CallsArgs, id: &str, out: &Path, length_s: u64) -> Result<ExitCode> {
    let path = format!("calls/{id}/pcap?for={length_s}");
    let Some(mut response) = ask(args, Method::POST, &path).await? else { return Ok(nobody(id)) };
    let cannot = || format!("cannot write {}", out.display());
    let mut file = File::create(out).with_context(cannot)?;
    while let Some(packets) = response.chunk().await? {
        file.write_all(&packets).with_context(cannot)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// `60s`, `5m` or a number of seconds.
fn seconds(text: &str) -> Result<u64, String> {
    let (count, unit) = match text.strip_suffix('m') {
        Some(minutes) => (minutes, 60),
        None => (text.strip_suffix('s').unwrap_or(text), 1),
    };
    let seconds = count.parse::<u64>().ok().and_then(|count| count.checked_mul(unit));
    seconds
        .filter(|seconds| (1..=3600).contains(seconds))
        .ok_or_else(|| "say `60s` or `5m`, up to an hour".to_owned())
}

fn nobody(id: &str) -> ExitCode {
    eprintln!("callwright: no contact `{id}` lasts; `callwright calls` lists those that do");
    ExitCode::FAILURE
}

/// What the server answers; nothing where it knows no such thing.
async fn ask(args: &CallsArgs, method: Method, path: &str) -> Result<Option<Response>> {
    let url = format!("{}/{path}", args.admin.trim_end_matches('/'));
    // Behind https there is a proxy of the deployment's own.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let request = reqwest::Client::new().request(method, url);
    let with_token = |request: RequestBuilder| match &args.token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let response =
        with_token(request).send().await.with_context(|| format!("no server answers at {}", args.admin))?;
    match response.status() {
        StatusCode::NOT_FOUND => Ok(None),
        status if status.is_success() => Ok(Some(response)),
        status => bail!("the server says {status}: {}", response.text().await.unwrap_or_default().trim()),
    }
}

fn shown(calls: &[ContactView]) -> String {
    let rows: Vec<Vec<String>> = calls.iter().map(row).collect();
    table(&["CONTACT", "FROM", "TO", "TRUNK", "LASTS", "FLOW", "AT", "WITH"], &rows)
}

fn row(call: &ContactView) -> Vec<String> {
    let optional = |text: &Option<_>| text.as_ref().map(ToString::to_string).unwrap_or_default();
    let with = match (&call.queue, &call.operator) {
        (_, Some(operator)) => operator.to_string(),
        (Some(queue), None) => format!("waits in {queue}"),
        (None, None) => String::new(),
    };
    vec![
        call.id.to_string(),
        call.from.to_string(),
        call.to.escape_debug().to_string(),
        call.trunk.to_string(),
        format!("{}:{:02}", call.lasts_s / 60, call.lasts_s % 60),
        optional(&call.flow),
        optional(&call.place),
        with,
    ]
}
