//! Connections that never leave the process: between roles that run in one, gRPC goes as it does between hosts, but
//! through memory instead of the loopback device, whose system calls cost more than the call itself.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::Stream;
use tokio::{
    io::{DuplexStream, duplex},
    sync::mpsc,
};

/// Bytes on their way in each direction before the writer waits, as a socket has.
const BUFFER: usize = 256 << 10;
/// Connections that wait to be accepted.
const BACKLOG: usize = 64;

/// Where a server of this process is entered.
#[derive(Clone, Debug)]
pub struct Door {
    sender: mpsc::Sender<DuplexStream>,
}

/// The connections that come in by a [`Door`].
#[derive(Debug)]
pub struct Visitors {
    receiver: mpsc::Receiver<DuplexStream>,
}

/// A door and what comes in by it.
pub fn door() -> (Door, Visitors) {
    let (sender, receiver) = mpsc::channel(BACKLOG);
    (Door { sender }, Visitors { receiver })
}

impl Door {
    /// # Errors
    /// When the server has ended.
    pub async fn connect(&self) -> io::Result<DuplexStream> {
        let (near, far) = duplex(BUFFER);
        self.sender.send(far).await.map_err(|_| io::Error::from(io::ErrorKind::ConnectionRefused))?;
        Ok(near)
    }
}

impl Stream for Visitors {
    type Item = io::Result<DuplexStream>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.receiver.poll_recv(context).map(|visitor| visitor.map(Ok))
    }
}
