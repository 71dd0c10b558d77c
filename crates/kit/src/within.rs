//! Calls that never leave the process: a role that runs here is called as the function that it is, behind the same layer
//! and with the same messages, without connection, frames and system calls in between.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio::{sync::SetOnce, time::timeout};
use tonic::{Status, body::Body, service::Routes};
use tower::{Layer, Service};

use crate::layer::{Guard, Guarded};

/// Where a service of this process is entered; who comes before it is open waits.
#[derive(Clone, Debug, Default)]
pub struct Door {
    inside: Arc<SetOnce<Guarded<Routes>>>,
}

impl Door {
    /// Opens the door; a second time changes nothing.
    pub fn open(&self, routes: Routes, guard: &Guard) {
        // The first stays, so the error tells nothing new.
        drop(self.inside.set(guard.layer(routes.prepare())));
    }

    /// The service's answer, or the status that a network would have made of it: a service that panics takes only the
    /// call along, and a call that is dropped ends in the service, too.
    pub async fn call(self, request: http::Request<Body>, deadline: Duration) -> http::Response<Body> {
        let answer = async {
            let mut inside = self.inside.wait().await.clone();
            AssertUnwindSafe(inside.call(request)).catch_unwind().await
        };
        match timeout(deadline, answer).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Err(_)) => Status::internal("the service panicked").into_http(),
            Err(_) => Status::deadline_exceeded("the service did not answer in time").into_http(),
        }
    }
}
