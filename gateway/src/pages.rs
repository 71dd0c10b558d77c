//! The web UI, the documents, and nothing else: files of one folder.

use std::path::PathBuf;

use axum::{body::Body, response::Response};
use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode, Uri,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_TYPE, IF_MODIFIED_SINCE, IF_NONE_MATCH, RANGE},
};
use kit::Failure;
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::problems::Problem;

/// Files whose name changes with their content.
const HASHED: &str = "/assets/";

#[derive(Clone, Debug)]
pub struct Pages {
    folder: PathBuf,
    files: ServeDir,
    openapi: bytes::Bytes,
}

impl Pages {
    /// # Errors
    /// When the OpenAPI document cannot be written.
    pub fn new(folder: PathBuf) -> Result<Pages, Failure> {
        let openapi = serde_json::to_vec(&crate::openapi()).map_err(Failure::internal)?.into();
        let files = ServeDir::new(&folder).append_index_html_on_directories(false);
        Ok(Pages { folder, files, openapi })
    }

    /// A file, or the application for every path that is none of its files.
    ///
    /// # Errors
    /// When a file of the application is not there.
    pub async fn answer(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Response, Problem> {
        match uri.path() {
            "/openapi.json" => return Ok(with_type(Body::from(self.openapi.clone()), "application/json")),
            "/docs" | "/docs/" => return self.page("docs.html", method, headers).await,
            "/" => return self.page("index.html", method, headers).await,
            _ => {}
        }
        let mut response = self.file(uri.clone(), method, headers).await?;
        let path = uri.path();
        if response.status() == StatusCode::NOT_FOUND {
            let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
            return if is_file { Err(Problem::not_found()) } else { self.page("index.html", method, headers).await };
        }
        let caching = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(caching));
        Ok(response)
    }

    async fn page(&self, name: &str, method: &Method, headers: &HeaderMap) -> Result<Response, Problem> {
        let uri = Uri::try_from(format!("/{name}")).map_err(Failure::internal)?;
        let mut response = self.file(uri, method, headers).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(self.hint());
        }
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        Ok(response)
    }

    async fn file(&self, uri: Uri, method: &Method, headers: &HeaderMap) -> Result<Response, Problem> {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method.clone();
        *request.uri_mut() = uri;
        for name in [ACCEPT_ENCODING, IF_MODIFIED_SINCE, IF_NONE_MATCH, RANGE] {
            if let Some(value) = headers.get(&name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        let response = self.files.clone().oneshot(request).await.map_err(Failure::internal)?;
        Ok(response.map(Body::new))
    }

    fn hint(&self) -> Response {
        let told = format!(
            "The web UI is not built: {} has no such page. `npm run build` in web/ makes it; the API works without.\n",
            self.folder.display()
        );
        let mut response = with_type(Body::from(told), "text/plain; charset=utf-8");
        *response.status_mut() = StatusCode::NOT_FOUND;
        response
    }
}

fn with_type(body: Body, media_type: &'static str) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
