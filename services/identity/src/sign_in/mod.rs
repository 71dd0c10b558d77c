//! The log of sign-ins: a query on the events of whatever proves who somebody is.

mod rpc;
mod store;

pub use rpc::server;

use cims_proto::identity::v1::sign_in::Kind;

/// The types of events that the log has, and what they are called there.
const KINDS: [(&str, Kind); 16] = [
    ("identity.session.created.v1", Kind::SignedIn),
    ("identity.session.deleted.v1", Kind::SignedOut),
    ("identity.signIn.failed.v1", Kind::Failed),
    ("identity.signIn.lockedOut.v1", Kind::LockedOut),
    ("identity.password.changed.v1", Kind::PasswordChanged),
    ("identity.secondFactor.enabled.v1", Kind::SecondFactorEnabled),
    ("identity.secondFactor.disabled.v1", Kind::SecondFactorDisabled),
    ("identity.secondFactor.reset.v1", Kind::SecondFactorReset),
    ("identity.secondFactor.recoveryCodesRenewed.v1", Kind::RecoveryCodesRenewed),
    ("identity.secondFactor.recoveryCodeUsed.v1", Kind::RecoveryCodeUsed),
    ("identity.apiKey.created.v1", Kind::ApiKeyCreated),
    ("identity.apiKey.used.v1", Kind::ApiKeyUsed),
    ("identity.apiKey.revoked.v1", Kind::ApiKeyRevoked),
    ("identity.setup.done.v1", Kind::SetUp),
    ("identity.externalIdentity.linked.v1", Kind::ExternalLinked),
    ("identity.externalIdentity.unlinked.v1", Kind::ExternalUnlinked),
];

/// The event types of these kinds; of all when none is named.
fn types(kinds: &[Kind]) -> Vec<String> {
    let asked = |kind: &Kind| kinds.is_empty() || kinds.contains(kind);
    KINDS.iter().filter(|(_, kind)| asked(kind)).map(|(name, _)| (*name).to_owned()).collect()
}

fn kind(name: &str) -> Kind {
    KINDS.iter().find(|(own, _)| *own == name).map_or(Kind::Unspecified, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_event() {
        for number in 1.. {
            let Ok(kind) = Kind::try_from(number) else { break };
            let names = types(&[kind]);
            assert_eq!(names.len(), 1, "{kind:?}");
            assert_eq!(super::kind(&names[0]), kind);
        }
        assert_eq!(types(&[]).len(), KINDS.len());
    }
}
