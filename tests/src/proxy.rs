//! A TCP proxy between a service and what it depends on, which the test slows, cuts, silences or leads elsewhere.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Passes bytes on, each piece after a delay.
#[derive(Debug)]
pub struct Proxy {
    pub address: SocketAddr,
    delay_ms: Arc<AtomicU64>,
    cut: watch::Sender<bool>,
    held: watch::Sender<bool>,
    target: watch::Sender<String>,
}

impl Proxy {
    /// A proxy to `host:port` on a free port of loopback.
    pub async fn to(target: String) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("it is bound");
        let (delay_ms, (cut, cut_seen)) = (Arc::new(AtomicU64::new(0)), watch::channel(false));
        let ((held, held_seen), (target, target_seen)) = (watch::channel(false), watch::channel(target));
        let delay = delay_ms.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (target, delay, mut cut) = (target_seen.borrow().clone(), delay.clone(), cut_seen.clone());
                let held = held_seen.clone();
                if *cut.borrow() {
                    continue;
                }
                tokio::spawn(async move {
                    let Ok(server) = TcpStream::connect(target).await else { return };
                    let (client_read, client_write) = client.into_split();
                    let (server_read, server_write) = server.into_split();
                    let there = pass(client_read, server_write, delay.clone(), held.clone());
                    let back = pass(server_read, client_write, delay, held);
                    tokio::select! {
                        _ = cut.wait_for(|cut| *cut) => {}
                        _ = async { tokio::join!(there, back) } => {}
                    }
                });
            }
        });
        Proxy { address, delay_ms, cut, held, target }
    }

    /// The address with its host and port replaced by the proxy's: `postgres://user@host:port/name`.
    pub async fn before(url: &str) -> (Proxy, String) {
        let (scheme, rest) = url.split_once("://").expect("an address has a scheme");
        let (login, rest) = rest.split_once('@').map_or(("", rest), |(login, rest)| (login, rest));
        let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
        let proxy = Proxy::to(host.to_owned()).await;
        let login = if login.is_empty() { String::new() } else { format!("{login}@") };
        let path = if path.is_empty() { String::new() } else { format!("/{path}") };
        let url = format!("{scheme}://{login}{}{path}", proxy.address);
        (proxy, url)
    }

    /// Each piece waits this long from now on.
    pub fn slow(&self, delay: Duration) {
        self.delay_ms.store(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Cuts every connection, and takes none until told otherwise.
    pub fn cut(&self, cut: bool) {
        self.cut.send_replace(cut);
    }

    /// A black hole: connections are taken and stay, and nothing passes until told otherwise; then what was held does.
    pub fn hold(&self, hold: bool) {
        self.held.send_replace(hold);
    }

    /// Leads connections that come from now on to another `host:port`.
    pub fn lead_to(&self, target: String) {
        self.target.send_replace(target);
    }
}

async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    delay: Arc<AtomicU64>,
    mut held: watch::Receiver<bool>,
) {
    let mut buffer = vec![0; 16 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let wait = delay.load(Ordering::Relaxed);
        if wait > 0 {
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
        // The proxy is gone: nobody will let go any more.
        if held.wait_for(|held| !held).await.is_err() {
            return;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    // The other side learns of the end by its own next read.
    let _ = to.shutdown().await;
}
