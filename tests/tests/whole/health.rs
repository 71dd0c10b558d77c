//! What load balancers ask of every service by gRPC's own health service.

use cims::Role;
use tests::World;
use tonic::{Code, transport::Channel};
use tonic_health::pb::{
    HealthCheckRequest,
    health_check_response::ServingStatus::{NotServing, Serving},
    health_client::HealthClient,
};

async fn health(url: &str) -> HealthClient<Channel> {
    let endpoint = Channel::from_shared(url.to_owned()).expect("an address");
    HealthClient::new(endpoint.connect().await.expect("it listens"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_says_that_it_takes_calls_until_it_drains() {
    let world = World::start().await;
    for role in Role::SERVICES {
        let url = world.service_url(role.name());
        let mut client = health(url).await;
        let health = client.check(HealthCheckRequest::default()).await.expect("nobody is asked who they are");
        assert_eq!(health.into_inner().status(), Serving, "{}", role.name());
    }
    let url = world.service_url(Role::Customer.name());
    let mut client = health(url).await;
    let other = HealthCheckRequest { service: "cims.customer.v1.Customers".to_owned() };
    assert_eq!(client.check(other).await.expect_err("it is one whole").code(), Code::NotFound);
    let mut watch = client.watch(HealthCheckRequest::default()).await.expect("a stream").into_inner();
    assert_eq!(watch.message().await.expect("an answer").expect("an answer").status(), Serving);
    let seen = async {
        let last = watch.message().await.expect("an answer").expect("an answer").status();
        (last, watch.message().await.expect("the end"))
    };
    let ((), seen) = tokio::join!(world.stop(), seen);
    assert_eq!(seen, (NotServing, None), "it says so, and does not hold up the end");
}
