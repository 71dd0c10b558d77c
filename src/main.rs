//! `cims`: every role of CIMS, and the tools of its operators.

mod health;
mod migrations;
mod sheet_rows;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::ExitCode,
};

use cims::{
    Process, Role, Settings, catalogue, drop_dead_letters, make_secrets, mark_restored, migrate, print_logins,
    rebuild_reports, requeue_dead_letters, seed, topology, variables, verify_audit,
};
use clap::{Parser, Subcommand};
use kit::{
    Failure,
    clock::Clock,
    events::{Broker, DeadLetters},
    metrics, telemetry,
};
use mimalloc::MiMalloc;
use tokio::signal::unix::{SignalKind, signal};

/// A list of 50 customers costs a fifth less than with the system's (docs/decisions/0028-allocator.md).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

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
    Migrate {
        #[command(subcommand)]
        command: Option<Migrate>,
    },
    /// Fill in demo people and, without --empty, demo customers and contacts with them
    Seed {
        #[arg(long)]
        empty: bool,
        /// Spreadsheet of the demo customers
        #[arg(long, default_value = "deploy/demo/customers.csv")]
        sample: PathBuf,
        /// Print the users and their password
        #[arg(long)]
        print_logins: bool,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Print every setting and what it is
    Config {
        /// The table of the documents instead
        #[arg(long)]
        markdown: bool,
    },
    /// Make the keys and passwords that an installation needs; what is there stays
    Secrets {
        folder: PathBuf,
        /// Where the broker will be, and for whom; the made password joins it in amqp/url
        #[arg(long, default_value = "amqp://cims@rabbitmq:5672")]
        amqp_url: String,
    },
    /// Whether a role answers at an address
    Health {
        address: SocketAddr,
        /// Wants 200 for this path; without it a connection is enough
        #[arg(long)]
        path: Option<String>,
    },
    /// Read a spreadsheet from the input and write its rows to the output, in little memory
    #[command(hide = true)]
    SheetRows { file_name: String },
    /// Work on events
    Events {
        #[command(subcommand)]
        command: Events,
    },
    /// Work on the chains of seals
    Audit {
        #[command(subcommand)]
        command: Audit,
        /// Data folder of `cims all`, which has the key
        #[arg(long, global = true)]
        data: Option<PathBuf>,
        /// File with heads of an earlier time, one a line, kept apart from the database
        #[arg(long, global = true)]
        heads: Option<PathBuf>,
    },
    /// Work on the reports
    Reports {
        #[command(subcommand)]
        command: Reports,
    },
}

#[derive(Subcommand)]
enum Migrate {
    /// Do what has not been done
    Apply,
    /// What `apply` would do; changes nothing
    Plan,
    /// How far each schema is; ends with 1 unless it is where this binary wants it or ahead
    Status,
}

#[derive(Subcommand)]
enum Events {
    /// Messages that a consumer could not apply
    Dead {
        #[command(subcommand)]
        command: Dead,
    },
    /// Print the table of every event that there is
    Catalogue,
}

#[derive(Subcommand)]
enum Dead {
    /// How many there are of each consumer
    List,
    /// The oldest 500 of a consumer, with stars for what is personal
    Show { consumer: String },
    /// Send a consumer's again: those named, or all
    Requeue {
        consumer: String,
        #[arg(long = "id")]
        ids: Vec<String>,
    },
    /// Throw a consumer's away
    Drop {
        consumer: String,
        #[arg(long = "id", required = true)]
        ids: Vec<String>,
        /// Stands in the log of operations
        #[arg(long, value_parser = reason)]
        reason: String,
    },
}

#[derive(Subcommand)]
enum Audit {
    /// Whether every event is as it was sealed; ends with 1 and the places where not
    Verify,
    /// Mark that the database was restored from a backup
    Restored,
}

#[derive(Subcommand)]
enum Reports {
    /// Build the figures anew from the events of the services, which must be running
    Rebuild {
        /// Data folder of the running `cims all`; without it the services are where CIMS_…_URL say
        #[arg(long)]
        data: Option<PathBuf>,
    },
}

/// Port as exporters of OpenTelemetry have it.
const METRICS_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);

fn main() -> ExitCode {
    match Arguments::parse().command {
        // By itself: a runtime's threads would take their part of the memory.
        Command::SheetRows { file_name } => sheet_rows::run(&file_name),
        Command::Health { address, path } => health::run(address, path.as_deref()),
        command => run(command),
    }
}

#[tokio::main]
async fn run(command: Command) -> ExitCode {
    match work(command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tracing::error!(%failure, "cims ended");
            // Where logging has not started yet, the reason must be seen all the same.
            println!("cims: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn work(command: Command) -> Result<(), Failure> {
    let _telemetry = telemetry::start("cims").map_err(Failure::internal)?;
    for name in variables::unknown() {
        tracing::warn!(name, "a variable that nobody reads");
    }
    let settings = |role, data| Settings::from_environment(role, data);
    match command {
        Command::All { data } => {
            let roles = [&Role::SERVICES[..], &[Role::Gateway]].concat();
            serve(&settings(None, data.clone())?, &roles, data.as_deref()).await
        }
        Command::Identity => alone(Role::Identity).await,
        Command::Customer => alone(Role::Customer).await,
        Command::Interaction => alone(Role::Interaction).await,
        Command::Tagging => alone(Role::Tagging).await,
        Command::Reporting => alone(Role::Reporting).await,
        Command::Gateway => alone(Role::Gateway).await,
        Command::Migrate { command } => {
            let settings = settings(None, None)?;
            match command.unwrap_or(Migrate::Apply) {
                Migrate::Apply => migrate(&settings.database).await,
                Migrate::Plan => migrations::plan(&settings).await,
                Migrate::Status => migrations::status(&settings).await,
            }
        }
        Command::Seed { empty, sample, print_logins } => {
            seed(&settings(None, None)?, (!empty).then_some(&*sample), print_logins).await
        }
        Command::Openapi => {
            println!("{}", serde_json::to_string_pretty(&gateway::openapi()).map_err(Failure::internal)?);
            Ok(())
        }
        Command::Config { markdown } => {
            print!("{}", if markdown { variables::markdown() + "\n" } else { variables::current() });
            Ok(())
        }
        Command::Secrets { folder, amqp_url } => make_secrets(&folder, &amqp_url),
        // Before the runtime.
        Command::SheetRows { .. } | Command::Health { .. } => Ok(()),
        Command::Events { command: Events::Catalogue } => {
            print!("{}", catalogue());
            Ok(())
        }
        Command::Events { command: Events::Dead { command } } => dead(command, &settings(None, None)?).await,
        Command::Audit { command, data, heads } => audit(command, data, heads.as_deref()).await,
        Command::Reports { command: Reports::Rebuild { data } } => {
            let rebuilt = rebuild_reports(&Settings::beside(data)?).await?;
            println!("{} events read, {} facts corrected", rebuilt.events, rebuilt.corrected);
            Ok(())
        }
    }
}

async fn audit(command: Audit, data: Option<PathBuf>, heads: Option<&Path>) -> Result<(), Failure> {
    // A new key would verify nothing.
    if data.as_ref().is_none_or(|data| !data.exists()) {
        variables::AUDIT_KEY.secret().map_err(Failure::internal)?.ok_or_else(|| {
            Failure::internal(format!("{}, or name the --data of `cims all`", variables::AUDIT_KEY.missing()))
        })?;
    }
    let settings = Settings::from_environment(None, data)?;
    match command {
        Audit::Verify => {
            let mut faults = 0;
            for report in verify_audit(&settings, heads).await? {
                faults += report.faults.len();
                print!("{report}");
            }
            if faults > 0 { Err(Failure::internal(format!("{faults} places do not hold"))) } else { Ok(()) }
        }
        Audit::Restored => {
            for (service, lost) in mark_restored(&settings, heads).await? {
                println!("{service:<12} marked; {lost} seals are known to be lost");
            }
            Ok(())
        }
    }
}

fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text.chars().count() {
        1..=200 => Ok(text.to_owned()),
        _ => Err("allowed: 1 to 200 characters".to_owned()),
    }
}

async fn dead(command: Dead, settings: &Settings) -> Result<(), Failure> {
    let topology = topology();
    let broker = Broker::new(settings.amqp_url.clone(), settings.amqp_prefix.clone());
    let letters = DeadLetters::new(broker, topology.clone());
    let known = |consumer: &str| match topology.subscriptions.iter().find(|own| own.consumer == consumer) {
        Some(subscription) => Ok(subscription.consumer),
        None => {
            let allowed: Vec<&str> = topology.subscriptions.iter().map(|own| own.consumer).collect();
            Err(Failure::internal(format!("no consumer {consumer:?}; allowed: {}", allowed.join(", "))))
        }
    };
    match command {
        Dead::List => {
            for subscription in &topology.subscriptions {
                println!("{:<12} {}", subscription.consumer, letters.backlog(subscription.consumer).await?.dead);
            }
        }
        Dead::Show { consumer } => {
            for letter in letters.show(known(&consumer)?).await? {
                let time = letter.set_aside_time.map(|time| time.to_rfc3339()).unwrap_or_default();
                let (id, size) = (&letter.id, letter.size());
                println!("{id}  {}  {time}  {:?}  {size} bytes", letter.event_type, letter.reason);
                println!("  {}", letter.payload(None).map_or("cannot be read".to_owned(), |json| json.to_string()));
            }
        }
        Dead::Requeue { consumer, ids } => {
            let consumer = known(&consumer)?;
            let sent = requeue_dead_letters(settings, &letters, consumer, &ids).await?;
            println!("{sent} sent again");
        }
        Dead::Drop { consumer, ids, reason } => {
            let consumer = known(&consumer)?;
            let dropped = drop_dead_letters(settings, &letters, consumer, &ids, &reason).await?;
            tracing::warn!(consumer, ?ids, dropped, reason, "dead letters dropped");
            println!("{dropped} dropped");
        }
    }
    Ok(())
}

/// `/metrics` on `CIMS_METRICS_ADDR`. Unset, only a process that runs everything serves it, where nothing else does:
/// roles that run alone share hosts.
fn serve_metrics(roles: &[Role]) -> Result<(), Failure> {
    match variables::METRICS_ADDR.optional().map_err(Failure::internal)? {
        Some(address) => metrics::serve(address)?,
        None if roles.contains(&Role::Gateway) && roles.contains(&Role::Identity) => {
            if let Err(failure) = metrics::serve(METRICS_ADDRESS) {
                tracing::warn!(%failure, "no metrics are served");
            }
        }
        None => {}
    }
    metrics::started(Clock::system().now());
    Ok(())
}

async fn alone(role: Role) -> Result<(), Failure> {
    serve(&Settings::from_environment(Some(role), None)?, &[role], None).await
}

/// Runs the roles until SIGTERM or Ctrl-C, or until one fails.
async fn serve(settings: &Settings, roles: &[Role], data: Option<&Path>) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::internal)?;
    serve_metrics(roles)?;
    let process = Process::start(settings, roles).await?;
    if let Some(data) = data {
        process.note_services(data)?;
    }
    print_logins(&process)?;
    let failed = tokio::select! {
        _ = terminate.recv() => false,
        _ = tokio::signal::ctrl_c() => false,
        () = process.failed() => true,
    };
    process.stop().await;
    if failed { Err(Failure::internal("a role ended by itself")) } else { Ok(()) }
}
