//! F-1: kill -9 of each role.

use std::time::{Duration, Instant};

use tests::{Binary, Driver, Fault, Ledger, agrees, binary::APART, driver::RATE, shared_broker};

use super::{kills, pause, tell, turn};

/// Services that others do not ask on every call; who asks customer for what its replica does not know is refused with it.
const ALONE: [&str; 4] = ["identity", "interaction", "tagging", "reporting"];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn a_role_that_is_killed_loses_no_acknowledged_write_and_repeats_none() {
    let _turn = turn().await;
    let mut binary = Binary::start_roles(APART, &shared_broker()).await;
    let mut all = Ledger::default();
    for role in APART.iter().copied() {
        let driver = Driver::start(&binary.url()).await;
        let mut faults = Vec::new();
        for _ in 0..kills() {
            driver.passed(RATE as usize).await;
            pause().await;
            let begun = Instant::now();
            binary.kill_role(role);
            let ended = Instant::now();
            binary.restart().await;
            assert!(ended.elapsed() <= Duration::from_secs(5), "{role} is ready only after {:?}", ended.elapsed());
            faults.push(Fault { begun, ended });
        }
        driver.passed(RATE as usize).await;
        let ledger = driver.finish().await;
        tell(role, &ledger);
        ledger.attempts.bear(&faults);
        if ALONE.contains(&role) {
            let failed = ledger.attempts.beside(role).failed_percent();
            assert!(failed <= 1.0, "{role}: {failed} % of the others' calls failed");
        }
        all.add(ledger);
        agrees(&binary, &all).await;
    }
}
