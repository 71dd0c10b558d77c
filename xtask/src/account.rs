//! Servers refuse to run as root: whose rights they get instead, and what those can reach.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// A user of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    name: String,
    user: u32,
    group: u32,
}

impl Account {
    /// The user to run a server as when xtask runs as root: the owner of its folder when it exists, else the first of
    /// `names` that this machine knows, else `nobody`. None when xtask has no other rights to give.
    pub fn for_server(folder: &Path, names: &[&str]) -> Result<Option<Self>> {
        if !is_root() {
            return Ok(None);
        }
        let users = std::fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        let accounts: Vec<Self> = users.lines().filter_map(Self::parse).collect();
        let owner = folder.metadata().map(|meta| meta.uid()).ok().filter(|user| *user != 0);
        if let Some(user) = owner {
            return match accounts.into_iter().find(|account| account.user == user) {
                Some(account) => Ok(Some(account)),
                None => bail!("{} belongs to user {user}, whom this machine does not know", folder.display()),
            };
        }
        let known = |name: &&str| accounts.iter().find(|account| account.name == **name).cloned();
        match names.iter().chain(&["nobody"]).find_map(known) {
            Some(account) => Ok(Some(account)),
            None => bail!("no user to run a server as: neither {} nor nobody exists", names.join(", ")),
        }
    }

    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let user = fields.nth(1)?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        Some(Self { name, user, group })
    }

    /// Makes the command run as this user.
    pub fn apply(&self, command: &mut Command) {
        command.uid(self.user).gid(self.group).env("USER", &self.name).env("LOGNAME", &self.name);
    }

    /// Gives a file or folder to this user.
    pub fn own(&self, path: &Path) -> Result<()> {
        chown(path, Some(self.user), Some(self.group))
            .with_context(|| format!("cannot give {} to {}", path.display(), self.name))
    }
}

/// Whether xtask runs as root.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether every user can get to this folder: a server that runs as another user has to pass all its parents.
pub fn is_reachable_by_all(folder: &Path) -> bool {
    folder.ancestors().all(|parent| parent.metadata().is_ok_and(|meta| meta.permissions().mode() & 0o001 != 0))
}

/// Creates a folder that only its owner may enter, for the account when there is one.
pub fn create_private_folder(folder: &Path, account: Option<&Account>) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
        .with_context(|| format!("cannot use {}: it belongs to another user", folder.display()))?;
    account.map_or(Ok(()), |account| account.own(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_user_list_is_read() {
        let account = Account::parse("postgres:x:106:113:PostgreSQL,,,:/var/lib/postgresql:/bin/bash");
        let expected = Account { name: "postgres".to_owned(), user: 106, group: 113 };
        assert_eq!(account, Some(expected));
    }

    #[test]
    fn a_private_folder_is_not_reachable() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner)?;
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700))?;
        assert!(!is_reachable_by_all(&inner));
        Ok(())
    }
}
