//! `cims`: every role of CIMS, and the tools of its operators.

use std::{path::PathBuf, process::ExitCode};

use cims::{Process, Role, Settings, migrate, print_logins, rebuild_reports, seed};
use clap::{Parser, Subcommand};
use kit::{Failure, telemetry};
use tokio::signal::unix::{SignalKind, signal};

#[derive(Parser)]
#[command(version, about = "CIMS, a customer information management system")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run every role in this process
    All {
        /// Folder for keys that are made on the first start
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// Run the identity service
    Identity,
    /// Run the customer service
    Customer,
    /// Run the interaction service
    Interaction,
    /// Run the tagging service
    Tagging,
    /// Run the reporting service
    Reporting,
    /// Run the gateway
    Gateway,
    /// Bring the database up to date
    Migrate,
    /// Fill in demo people and, without --empty, demo customers
    Seed {
        #[arg(long)]
        empty: bool,
        /// Spreadsheet of the demo customers
        #[arg(long, default_value = "deploy/demo/customers.csv")]
        sample: PathBuf,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Work on the reports
    Reports {
        #[command(subcommand)]
        command: Reports,
    },
}

#[derive(Subcommand)]
enum Reports {
    /// Build the figures anew from the events of the services, which must be running
    Rebuild,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tracing::error!(%failure, "cims ended");
            // Where logging has not started yet, the reason must be seen all the same.
            println!("cims: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    let _telemetry = telemetry::start("cims").map_err(Failure::internal)?;
    let settings = |role, data| Settings::from_environment(role, data);
    match command {
        Command::All { data } => serve(&settings(None, data)?, &[&Role::SERVICES[..], &[Role::Gateway]].concat()).await,
        Command::Identity => serve(&settings(Some(Role::Identity), None)?, &[Role::Identity]).await,
        Command::Customer => serve(&settings(Some(Role::Customer), None)?, &[Role::Customer]).await,
        Command::Interaction => serve(&settings(Some(Role::Interaction), None)?, &[Role::Interaction]).await,
        Command::Tagging => serve(&settings(Some(Role::Tagging), None)?, &[Role::Tagging]).await,
        Command::Reporting => serve(&settings(Some(Role::Reporting), None)?, &[Role::Reporting]).await,
        Command::Gateway => serve(&settings(Some(Role::Gateway), None)?, &[Role::Gateway]).await,
        Command::Migrate => migrate(&settings(None, None)?.database).await,
        Command::Seed { empty, sample } => seed(&settings(None, None)?, (!empty).then_some(&*sample)).await,
        Command::Openapi => {
            println!("{}", serde_json::to_string_pretty(&gateway::openapi()).map_err(Failure::internal)?);
            Ok(())
        }
        Command::Reports { command: Reports::Rebuild } => {
            let rebuilt = rebuild_reports(&settings(Some(Role::Gateway), None)?).await?;
            println!("{} events read, {} facts corrected", rebuilt.events, rebuilt.corrected);
            Ok(())
        }
    }
}

/// Runs the roles until SIGTERM or Ctrl-C, or until one fails.
async fn serve(settings: &Settings, roles: &[Role]) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::internal)?;
    let process = Process::start(settings, roles).await?;
    print_logins(&process)?;
    let failed = tokio::select! {
        _ = terminate.recv() => false,
        _ = tokio::signal::ctrl_c() => false,
        () = process.failed() => true,
    };
    process.stop().await;
    if failed { Err(Failure::internal("a role ended by itself")) } else { Ok(()) }
}
