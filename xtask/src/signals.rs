//! Ctrl-C, SIGTERM and a closed terminal ask xtask to stop what it started, in order.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

static ASKED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// From now on a signal sets a flag instead of ending the process, so that guards can stop what was started.
pub fn watch() -> Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, ASKED.clone()).context("cannot watch signals")?;
    }
    Ok(())
}

/// Whether somebody asked to stop.
pub fn asked_to_stop() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// An error when somebody asked to stop, for use between two steps.
pub fn check() -> Result<()> {
    if asked_to_stop() {
        bail!("stopped by a signal");
    }
    Ok(())
}
