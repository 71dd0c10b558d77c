//! Free ports on loopback.

use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Below the range from which systems take ports for outgoing connections, so that none of those takes one of ours
/// between finding it and listening on it.
const FIRST: u16 = 15_000;
const COUNT: u16 = 17_000;

/// Finds `N` ports on which nobody listens.
pub fn free<const N: usize>() -> Result<[u16; N]> {
    let begin = RandomState::new().hash_one(std::process::id());
    let mut held = Vec::with_capacity(N);
    for step in 0..u64::from(COUNT) {
        let offset = u16::try_from((begin.wrapping_add(step)) % u64::from(COUNT))?;
        // Held until all are found: a port is not to be found twice.
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, FIRST + offset)) {
            held.push(listener);
        }
        if held.len() == N {
            let mut ports = [0; N];
            for (port, listener) in ports.iter_mut().zip(&held) {
                *port = listener.local_addr()?.port();
            }
            return Ok(ports);
        }
    }
    bail!("no {N} free ports between {FIRST} and {}", FIRST + COUNT)
}

/// Connects to a port on loopback, with limits on everything.
pub fn connect(port: u16) -> std::io::Result<TcpStream> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    Ok(stream)
}

/// Waits that long at most until nobody listens: a killed server's children hold its port for a moment longer.
pub fn wait_until_closed(port: u16, limit: Duration) {
    let deadline = Instant::now() + limit;
    while connect(port).is_ok() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
}
