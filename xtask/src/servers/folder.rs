//! The folder in which private servers keep their data, used by one xtask at a time.

use std::fs::{File, Permissions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::account::{is_reachable_by_all, is_root};
use crate::console::say;

/// Where servers that run as another user keep their data when the data folder is closed to them.
const OPEN_BASE: &str = "/var/lib/cims";

/// The servers' folder, locked as long as this value lives.
#[derive(Debug)]
pub struct ServersFolder {
    path: PathBuf,
    // The lock ends with the process, however that ends: whoever gets it knows that running servers are left-overs.
    lock: File,
}

impl Drop for ServersFolder {
    fn drop(&mut self) {
        // A child that is being started holds a copy of the file until it becomes another program: closing ours is not enough.
        // What cannot be unlocked is unlocked at the end of the process.
        let _ = self.lock.unlock();
    }
}

impl ServersFolder {
    /// Opens `servers` in the data folder and creates what is missing.
    pub fn open(data: &Path) -> Result<Self> {
        std::fs::create_dir_all(data).with_context(|| format!("cannot create {}", data.display()))?;
        let data = data.canonicalize().with_context(|| format!("cannot find {}", data.display()))?;
        let entry = data.join("servers");
        if !entry.exists() {
            create(&data, &entry)?;
        }
        let path = entry.canonicalize().with_context(|| format!("cannot find {}", entry.display()))?;
        if is_root() && !is_reachable_by_all(&path) {
            bail!("{} is closed to the users that servers run as: choose another --data", path.display());
        }
        let lock = File::create(path.join("lock"))
            .with_context(|| format!("cannot write in {}: it belongs to another user", path.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, lock }),
            Err(TryLockError::WouldBlock) => {
                bail!("{} is in use by another xtask: stop it or choose another --data", data.display())
            }
            Err(TryLockError::Error(error)) => Err(error).context("cannot lock the data folder"),
        }
    }

    /// The folder of one server.
    pub fn server(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// A folder for data that goes away with the value, which servers that run as another user can get to.
pub fn temporary() -> Result<TempDir> {
    let usual = std::env::temp_dir();
    let parent = if is_root() && !is_reachable_by_all(&usual) { PathBuf::from("/tmp") } else { usual };
    let folder = tempfile::Builder::new()
        .prefix("cims-")
        .permissions(Permissions::from_mode(0o711))
        .tempdir_in(&parent)
        .with_context(|| format!("cannot create a folder in {}", parent.display()))?;
    Ok(folder)
}

fn create(data: &Path, entry: &Path) -> Result<()> {
    // A link whose target is gone.
    let _ = std::fs::remove_file(entry);
    if !is_root() || is_reachable_by_all(data) {
        return std::fs::create_dir(entry).with_context(|| format!("cannot create {}", entry.display()));
    }
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    let open = Path::new(OPEN_BASE).join(format!("{:016x}", hasher.finish()));
    std::fs::create_dir_all(&open).with_context(|| format!("cannot create {}", open.display()))?;
    std::os::unix::fs::symlink(&open, entry)
        .with_context(|| format!("cannot link {} to {}", entry.display(), open.display()))?;
    say(format!("{} is closed to the users that servers run as: their data is in {}", data.display(), open.display()));
    Ok(())
}
