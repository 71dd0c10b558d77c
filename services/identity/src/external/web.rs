//! Requests to the provider, each within bounds.

use std::{error::Error, pin::Pin, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use kit::Failure;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, url::Url};
use rustls::crypto::ring;

use super::setting::is_safe;

/// One request ends after this time.
const DEADLINE: Duration = Duration::from_secs(4);
/// Largest answer, in bytes.
const ANSWER_LIMIT: usize = 1 << 20;

/// A client that follows no redirects: an answer is to come from where it was asked for.
#[derive(Clone, Debug)]
pub struct Web {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Web {
    /// # Errors
    /// When this machine has no certificates of authorities.
    pub fn new() -> Result<Web, Failure> {
        let builder = HttpsConnectorBuilder::new().with_provider_and_native_roots(ring::default_provider());
        // Whatever is not safe is refused before it is sent.
        let connector = builder.map_err(Failure::internal)?.https_or_http().enable_http1().build();
        Ok(Web { client: Client::builder(TokioExecutor::new()).build(connector) })
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let to = request.uri().to_string();
        if !Url::parse(&to).is_ok_and(|url| is_safe(&url)) {
            return Err(Failure::Unavailable("the provider names an address that is not https".to_owned()));
        }
        let asked = async {
            let answer = self.client.request(request.map(Full::from)).await.map_err(away)?;
            let (parts, body) = answer.into_parts();
            let body = Limited::new(body, ANSWER_LIMIT).collect().await.map_err(away)?;
            Ok(HttpResponse::from_parts(parts, body.to_bytes().to_vec()))
        };
        tokio::time::timeout(DEADLINE, asked).await.unwrap_or_else(|_| Err(away("no answer in time")))
    }
}

impl<'c> AsyncHttpClient<'c> for Web {
    /// `Unavailable` when no whole answer comes in time.
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Failure>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

fn away(error: impl Into<Box<dyn Error + Send + Sync>>) -> Failure {
    Failure::Unavailable(chain(&*error.into()))
}

/// An error with what caused it, on one line.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
