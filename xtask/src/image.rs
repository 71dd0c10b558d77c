//! `cargo xtask image`: the final stage of `deploy/Dockerfile`, laid out here and run as an engine would run it. An engine
//! is not needed: the same script lays it out in both places.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::cargo::{Profile, build_binary};
use crate::console::{say, timed};
use crate::group::Group;
use crate::repository::{root, sorted_entries};
use crate::{install, process, servers::ports, web};

/// Bytes of everything beside the web UI.
const LIMIT: u64 = 40 << 20;
const START_LIMIT: Duration = Duration::from_secs(20);

/// Lays out the image's files and runs them.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Build the binary optimised, as the image has it, and judge its size.
    #[arg(long)]
    release: bool,
}

/// Lays out, lists, measures, runs.
pub fn run(arguments: &Arguments) -> Result<()> {
    web::build()?;
    let profile = if arguments.release { Profile::Release } else { Profile::Dev };
    let binary = build_binary(profile)?;
    let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
    let stripped = temporary.path().join("cims");
    process::run(Command::new("strip").arg("-o").arg(&stripped).arg(&binary))?;
    let folder = temporary.path().join("image");
    let mut lay_out = Command::new(root().join("deploy/image/lay-out"));
    lay_out.current_dir(root()).arg(&stripped).args(["web/dist", "deploy/demo/customers.csv"]).arg(&folder);
    process::run(&mut lay_out)?;

    let image = folder.join("root");
    let mut size = 0;
    for file in files(&image)? {
        let inside = file.strip_prefix(&image)?;
        if !inside.starts_with("web") {
            let bytes = file.metadata().with_context(|| format!("cannot look at {}", file.display()))?.len();
            println!("{bytes:>10}  /{}", inside.display());
            size += bytes;
        }
    }
    println!("{size:>10}  in all, beside /web");
    if arguments.release && size > LIMIT {
        bail!("the image has more than {LIMIT} bytes beside the web UI");
    }
    let Some(bubblewrap) = install::bubblewrap() else {
        say("SKIPPED the sandbox: bwrap (apt package bubblewrap) is not installed");
        return Ok(());
    };
    timed("run as nobody, with nothing writable", || run_inside(&bubblewrap, &binary, &folder))
}

/// Makes the secrets, then starts the gateway and waits until it lives.
fn run_inside(bubblewrap: &Path, binary: &Path, folder: &Path) -> Result<()> {
    let cims = |secrets: &str| {
        let mut command = Command::new(bubblewrap);
        command.args(["--unshare-all", "--share-net", "--die-with-parent", "--new-session", "--clearenv"]);
        command.args(["--uid", "65532", "--gid", "65532", "--cap-drop", "ALL"]);
        command.arg("--ro-bind").arg(folder.join("root")).arg("/");
        command.args(["--proc", "/proc", "--dev", "/dev"]);
        command.arg(secrets).arg(folder.join("secrets")).arg("/secrets");
        command.args(["--setenv", "CIMS_WEB_DIR", "/web"]);
        command
    };
    process::run(cims("--bind").args(["/cims", "secrets", "/secrets"]))?;
    let told = process::output(cims("--ro-bind").args(["/cims", "--version"]))?;
    say(told.trim());
    if process::output(cims("--ro-bind").args(["/cims", "secrets", "/web/new"])).is_ok() {
        bail!("the web UI's folder can be written to");
    }

    let [port] = ports::free()?;
    let address = SocketAddr::from(([127, 0, 0, 1], port)).to_string();
    let mut gateway = cims("--ro-bind");
    for (name, value) in [
        ("CIMS_HTTP_ADDR", address.as_str()),
        ("CIMS_AMQP_URL_FILE", "/secrets/amqp/url"),
        ("CIMS_VERIFYING_KEY_FILE", "/secrets/service/verifying-key.pem"),
        ("CIMS_SERVICE_SECRET_FILE", "/secrets/service/secret"),
        ("CIMS_LOG", "error"),
    ] {
        gateway.args(["--setenv", name, value]);
    }
    let mut gateway = Group::spawn(gateway.args(["/cims", "gateway"]).stdout(std::io::stderr()))?;
    let deadline = Instant::now() + START_LIMIT;
    let mut health = Command::new(binary);
    health.args(["health", &address, "--path", "/livez"]);
    while process::output(&mut health).is_err() {
        if let Some(status) = gateway.wait_for(Duration::from_millis(100))? {
            bail!("the gateway ended with {status}");
        }
        if Instant::now() > deadline {
            bail!("the gateway did not answer within {START_LIMIT:?}");
        }
    }
    gateway.terminate(Duration::from_secs(30));
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in sorted_entries(folder)? {
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    Ok(found)
}
