//! `callwright operators`: who takes the calls of queues on a running server, and who is paused.

use super::crm::table::table;
use crate::queues::{LineView, OperatorView};
use crate::server::{ControlReply, ControlRequest, QueuesView, ask_server};
use anyhow::Result;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Shows queues and who takes their calls, and pauses and resumes operators, on the server that runs on a data folder.
///
/// The exit status is 1 where there is no operator of a name, 2 where no server runs there.
#[derive(Args, Debug)]
pub struct OperatorsArgs {
    /// The server's data folder.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "callwright-data",
        env = "CALLWRIGHT_DATA",
        global = true
    )]
    data: PathBuf,
    /// One JSON document instead of a table.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists queues and operators; the same as no word at all.
    List,
    /// Gives an operator no calls until further notice. A call that rings or lasts is not touched.
    Pause {
        /// The operator's name.
        operator: String,
    },
    /// Gives an operator calls again.
    Resume {
        /// The operator's name.
        operator: String,
    },
}

/// Runs the command.
pub fn run(args: &OperatorsArgs) -> Result<ExitCode> {
    let request = match &args.command {
        None | Some(Command::List) => ControlRequest::Queues,
        Some(Command::Pause { operator }) => ControlRequest::Pause(operator.as_str().into()),
        Some(Command::Resume { operator }) => ControlRequest::Resume(operator.as_str().into()),
    };
    match ask_server(&args.data, &request)? {
        ControlReply::Queues(view) if args.json => say!("{}", serde_json::to_string_pretty(&view)?),
        ControlReply::Queues(view) => put!("{}", shown(&view)),
        ControlReply::NoSuchOperator => {
            eprintln!("callwright: there is no operator of this name; `callwright operators` lists them");
            return Ok(ExitCode::FAILURE);
        }
        ControlReply::NotUnderstood => {
            anyhow::bail!("the server is of another version and does not know this")
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(view: &QueuesView) -> String {
    let lines: Vec<Vec<String>> = view.lines.iter().map(line).collect();
    let operators: Vec<Vec<String>> = view.operators.iter().map(operator).collect();
    let lines = table(&["QUEUE", "CALLERS", "CALL BACKS", "OPERATORS"], &lines);
    let operators = table(&["OPERATOR", "DOES", "TAKEN", "MISSED", "QUEUES"], &operators);
    format!("{lines}\n{operators}")
}

fn line(line: &LineView) -> Vec<String> {
    vec![
        line.name.to_string(),
        line.callers.to_string(),
        line.call_backs.to_string(),
        line.operators.to_string(),
    ]
}

fn operator(operator: &OperatorView) -> Vec<String> {
    let paused = if operator.paused { ", paused" } else { "" };
    vec![
        operator.name.to_string(),
        format!("{}{paused}", operator.doing),
        operator.taken.to_string(),
        operator.missed.to_string(),
        operator.queues.join(", "),
    ]
}
