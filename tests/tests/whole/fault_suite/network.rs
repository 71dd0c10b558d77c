//! F-4: the network between the gateway and one service cut, slowed and swallowed.

use std::time::{Duration, Instant};

use tests::{Binary, Person, binary::APART, eventually, proxy::Proxy, shared_broker};

use super::{kills, turn};

/// Calls beside those of the customer service, each of another service.
const OTHERS: [&str; 4] = ["/v1/tags", "/v1/interactions?pageSize=10", "/v1/reports/home", "/v1/sessions"];
/// After this time the gateway says that it does not know (gateway/src/services.rs), and a moment to say so.
const DEADLINE: Duration = Duration::from_secs(11);
const LIMIT: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug)]
enum Strike {
    Cut,
    Slow,
    Hold,
}

impl Strike {
    fn set(self, proxy: &Proxy, on: bool) {
        match self {
            Strike::Cut => proxy.cut(on),
            Strike::Slow => proxy.slow(Duration::from_millis(if on { 300 } else { 0 })),
            Strike::Hold => proxy.hold(on),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn a_service_behind_a_broken_network_holds_up_no_other() {
    let _turn = turn().await;
    let mut binary = Binary::start_roles(APART, &shared_broker()).await;
    let proxy = Proxy::to(binary.role_address("customer")).await;
    binary.set_for("gateway", "CIMS_CUSTOMER_URL", format!("http://{}", proxy.address));
    binary.kill_role("gateway");
    binary.restart().await;
    let rep1 = binary.person("rep1").await;
    for strike in [Strike::Cut, Strike::Slow, Strike::Hold] {
        for _ in 0..kills().div_ceil(3) {
            strike.set(&proxy, true);
            let (customers, others) = tokio::join!(customers(&rep1), others(&rep1));
            println!("{strike:?}: {customers:?}, others within {others:?}");
            strike.set(&proxy, false);
            let expected = if matches!(strike, Strike::Slow) { 200 } else { 500 };
            assert!(customers.0 / 100 == expected / 100, "{strike:?}: {customers:?}");
            let begun = Instant::now();
            eventually("customers are served again", || async {
                rep1.get("/v1/customers?pageSize=1").await.status.is_success().then_some(())
            })
            .await;
            assert!(begun.elapsed() <= LIMIT, "{strike:?}: served only after {:?}", begun.elapsed());
        }
    }
}

/// The status of a call to the service whose network is broken, and how long it took.
async fn customers(person: &Person) -> (u16, Duration) {
    let begun = Instant::now();
    let answer = person.get("/v1/customers?pageSize=1").await;
    assert!(begun.elapsed() <= DEADLINE, "{} only after {:?}", answer.status, begun.elapsed());
    assert!(matches!(answer.status.as_u16(), 200 | 503 | 504), "{} {}", answer.status, answer.body);
    (answer.status.as_u16(), begun.elapsed())
}

/// Calls the others again and again meanwhile; the longest that one took.
async fn others(person: &Person) -> Duration {
    let mut longest = Duration::ZERO;
    for _ in 0..20 {
        for path in OTHERS {
            let begun = Instant::now();
            let answer = person.get(path).await;
            assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.body);
            longest = longest.max(begun.elapsed());
        }
    }
    assert!(longest <= LIMIT, "{longest:?}");
    longest
}
