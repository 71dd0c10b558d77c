//! Debian and Ubuntu packages.

use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Result, bail};

use crate::account::is_root;
use crate::console::{say, timed};
use crate::process::{self, find};

/// The packages' services must not start on ports and data of the machine: a policy says no to all of them while we
/// install, and no cluster is created. Both go away again, also when the installation fails or is interrupted.
const SCRIPT: &str = r#"
set -eu
policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.d
restore() {
    rm -f "$policy" "$clusters/cims.conf"
    if [ -e "$policy.before-cims" ]; then mv "$policy.before-cims" "$policy"; fi
}
trap restore EXIT
trap 'exit 130' INT TERM HUP
if [ -e "$policy" ]; then mv "$policy" "$policy.before-cims"; fi
printf '#!/bin/sh\nexit 101\n' > "$policy"
chmod 755 "$policy"
mkdir -p "$clusters"
echo 'create_main_cluster = false' > "$clusters/cims.conf"
export DEBIAN_FRONTEND=noninteractive
if [ "$1" = update ]; then apt-get update -q; fi
shift
apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
"#;

/// Installs the packages as root or by sudo without a password.
pub fn install(packages: &[&str]) -> Result<()> {
    if find("apt-get").is_none() {
        bail!("this machine has no apt-get");
    }
    let mut command = if is_root() {
        Command::new("sh")
    } else if may_sudo() {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "sh"]);
        sudo
    } else {
        bail!("cannot be installed: neither root nor sudo without a password");
    };
    static UPDATED: OnceLock<()> = OnceLock::new();
    let update = if UPDATED.set(()).is_ok() { "update" } else { "no-update" };
    say(format!("installing {}", packages.join(", ")));
    // Progress belongs on standard error.
    command.args(["-c", SCRIPT, "sh", update]).args(packages).stdout(std::io::stderr());
    timed("packages installed", || process::run(&mut command))
}

fn may_sudo() -> bool {
    find("sudo").is_some() && process::output(Command::new("sudo").args(["-n", "true"])).is_ok()
}
