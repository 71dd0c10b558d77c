//! A process that cannot reach identity goes on for a while with what it knows, and lets nobody else in.

use cims::{Process, Role};
use cims_proto::customer::v1::{ListCustomersRequest, customers_client::CustomersClient};
use kit::client::Channel;
use tests::{Person, World, eventually, proxy::Proxy};
use tonic::{Code, Request, metadata::MetadataValue};

async fn read(address: &str, person: &Person) -> Code {
    let mut request = Request::new(ListCustomersRequest::default());
    let value: MetadataValue<_> = format!("Bearer {}", person.token()).parse().expect("a token is a header");
    request.metadata_mut().insert("authorization", value);
    let channel = Channel::lazy(address, None).expect("an address");
    CustomersClient::new(channel).list_customers(request).await.err().map_or(Code::Ok, |status| status.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_known_reads_on_while_identity_is_away() {
    let world = World::start().await;
    let (rep1, rep2) = (world.person("rep1").await, world.person("rep2").await);
    let (proxy, identity) = Proxy::before(world.service_url("identity")).await;
    let mut settings = world.peer_settings();
    settings.peers.insert(Role::Identity, identity);
    settings.peers.remove(&Role::Customer);
    let second = Process::start(&settings, &[Role::Customer]).await.expect("a second process starts");
    let address = second.services[&Role::Customer].clone();
    // Again when identity said for the first time which epoch it is only after rep1 was known.
    eventually("rep1 reads on while nobody new is let in", || async {
        proxy.cut(false);
        let known = read(&address, &rep1).await == Code::Ok;
        proxy.cut(true);
        let refused = read(&address, &rep2).await == Code::Unavailable;
        (known && refused && read(&address, &rep1).await == Code::Ok).then_some(())
    })
    .await;
    second.stop().await;
    world.stop().await;
}
