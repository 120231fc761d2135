//! The `callwright` program: one command a file.

#[macro_use]
mod out;

mod calls;
mod check;
mod connectors;
mod crm;
mod demo;
mod dial;
pub mod disk;
pub mod ear;
mod explain;
mod explore;
mod findings;
mod fmt;
mod folder;
mod hours;
mod load;
mod log;
#[cfg(feature = "lsp")]
mod lsp;
mod operators;
mod place;
mod prompts;
mod replay;
mod route;
mod run;
mod scenario;
pub mod sim;
mod test;
pub mod verbs;

use crate::server::LogConfig;
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Callwright: call flows that are proved, simulated, and then answer real telephones.
///
/// A flow designer writes a program: a folder of `.flow` scripts. `check` refuses it while a caller could get stuck
/// in it, `sim` and `test` run it in virtual time, `run` answers calls with the very same engine.
#[derive(Debug, Parser)]
#[command(name = "callwright", version, arg_required_else_help = true, propagate_version = true)]
#[command(
    after_help = "Begin with `callwright demo`: it calls itself, over real SIP and RTP, and shows everything.\n\
docs/reference.md is the language on one page."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Check(check::CheckArgs),
    Explain(explain::ExplainArgs),
    Explore(explore::ExploreArgs),
    Fmt(fmt::FmtArgs),
    Test(test::TestArgs),
    Sim(sim::SimArgs),
    Run(run::RunArgs),
    Calls(calls::CallsArgs),
    Dial(dial::DialArgs),
    Replay(replay::ReplayArgs),
    Scenario(scenario::ScenarioArgs),
    Route(route::RouteArgs),
    Crm(crm::CrmArgs),
    Connectors(connectors::ConnectorsArgs),
    Prompts(prompts::PromptsArgs),
    Hours(hours::HoursArgs),
    Operators(operators::OperatorsArgs),
    #[cfg(feature = "lsp")]
    Lsp(lsp::LspArgs),
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let command = Cli::parse().command;
    match logged(command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("callwright: {}", told(&error));
            ExitCode::from(2)
        }
    }
}

/// An error and its causes, each once: many say their cause themselves.
fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !told.contains(&cause) {
            told.push_str(if told.is_empty() { "" } else { ": " });
            told.push_str(&cause);
        }
    }
    told
}

/// A server logs as its settings say.
fn logged(command: Command) -> Result<ExitCode> {
    let is_server = matches!(command, Command::Run(_));
    let _log = if is_server { None } else { Some(log::start(LogConfig::default())?) };
    dispatch(command)
}

fn dispatch(command: Command) -> Result<ExitCode> {
    match command {
        Command::Demo(args) => demo::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Explore(args) => explore::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Test(args) => test::run(args),
        Command::Sim(args) => sim::run(args),
        Command::Run(args) => run::run(&args),
        Command::Calls(args) => calls::run(&args),
        Command::Dial(args) => dial::run(&args),
        Command::Replay(args) => replay::run(args),
        Command::Scenario(args) => scenario::run(args),
        Command::Route(args) => route::run(&args),
        Command::Crm(args) => crm::run(args).map(|()| ExitCode::SUCCESS),
        Command::Connectors(args) => connectors::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Hours(args) => hours::run(args),
        Command::Operators(args) => operators::run(&args),
        Command::Prompts(args) => prompts::run(args).map(|()| ExitCode::SUCCESS),
        #[cfg(feature = "lsp")]
        Command::Lsp(args) => lsp::run(&args).map(|()| ExitCode::SUCCESS),
    }
}
