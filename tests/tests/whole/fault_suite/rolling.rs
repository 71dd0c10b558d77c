//! F-10: every role replaced under load, a new process beside the old one first, as Kubernetes does it
//! (docs/operations/upgrade.md).

use std::{collections::HashMap, time::Duration};

use tests::{Binary, Driver, agrees, binary::APART, driver::RATE, proxy::Proxy, shared_broker};

use super::{kills, tell, turn};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn a_rolling_restart_of_every_role_fails_no_request() {
    let _turn = turn().await;
    let mut binary = Binary::start_roles(APART, &shared_broker()).await;
    // What a service of Kubernetes is to its pods.
    let mut entrances: HashMap<&str, Proxy> = HashMap::new();
    for role in APART.iter().copied() {
        let entrance = Proxy::to(binary.role_address(role)).await;
        if role != "gateway" {
            binary.set(&format!("CIMS_{}_URL", role.to_uppercase()), format!("http://{}", entrance.address));
        }
        entrances.insert(role, entrance);
    }
    binary.kill();
    binary.restart().await;
    let driver = Driver::start(&format!("http://{}", entrances["gateway"].address)).await;
    for _ in 0..kills().div_ceil(3) {
        for role in APART.iter().copied() {
            driver.passed(RATE as usize).await;
            let entrance = &entrances[role];
            let gone = binary.replace_role(role, |address| entrance.lead_to(address.to_string())).await;
            assert!(gone < Duration::from_secs(25), "{role} is gone only after {gone:?}");
        }
    }
    driver.passed(RATE as usize).await;
    let ledger = driver.finish().await;
    tell("rolling restart", &ledger);
    ledger.attempts.bear(&[]);
    // The driver repeats as the gateway does: twice. What then still fails has failed.
    assert!(ledger.attempts.most() <= 3, "{:?}", ledger.attempts.kinds());
    agrees(&binary, &ledger).await;
}
