//! Demo people, customers and contact records, through the same doors as everybody's.

mod contact_records;

use std::{path::Path, time::Duration};

use cims_proto::{
    customer::v1::{
        GetImportRequest, Import, RunImportRequest, UploadImportRequest, import, imports_client::ImportsClient,
    },
    identity::v1::{CreateSessionRequest, sessions_client::SessionsClient},
};
use kit::{
    Failure,
    clock::Clock,
    database::{self, PoolSettings},
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::Interceptor,
    transport::Channel,
};

use crate::{process::Process, role::Role, settings::Settings, variables::DEMO_PASSWORD};

const USERS: [&str; 9] = ["admin", "manager1", "manager2", "rep1", "rep2", "rep3", "service1", "marketing1", "exec1"];

fn password() -> Result<Option<String>, Failure> {
    DEMO_PASSWORD.secret().map_err(Failure::internal)
}

/// The demo people's logins on the standard output, while the server listens on loopback and they have a password.
///
/// # Errors
/// When `CIMS_DEMO_PASSWORD_FILE` cannot be read.
pub fn print_logins(process: &Process) -> Result<(), Failure> {
    let Some(address) = process.http_address else { return Ok(()) };
    println!("CIMS listens on http://{address}");
    if let Some(password) = password()?.filter(|_| address.ip().is_loopback()) {
        print(&password);
    }
    Ok(())
}

fn print(password: &str) {
    println!("users: {}", USERS.join(", "));
    println!("password: {password}");
}

/// Fills in the demo people and departments and, with a sample file, imports its customers as the administrator and records
/// contacts with some of them as their representatives.
/// Run again it changes nothing. Prints the logins on request.
///
/// # Errors
/// When the server would listen beyond loopback, or a part is out of reach.
pub async fn seed(settings: &Settings, sample: Option<&Path>, print_logins: bool) -> Result<(), Failure> {
    if !settings.http_address.ip().is_loopback() {
        return Err(Failure::internal("demo data is for servers that listen on loopback only; see CIMS_HTTP_ADDR"));
    }
    let password = password()?.ok_or_else(|| Failure::internal(DEMO_PASSWORD.missing()))?;
    let pool = database::connect(settings.database.url(Role::Identity)?, PoolSettings::default())?;
    identity::seed(&pool, &Clock::system(), &password).await?;
    if let Some(sample) = sample {
        let process = Process::start(settings, &Role::SERVICES).await?;
        let filled = Demo { process: &process, password: &password }.fill(sample).await;
        process.stop().await;
        filled?;
    }
    if print_logins {
        print(&password);
    }
    Ok(())
}

/// The running services, and the password of all who sign in there.
struct Demo<'p> {
    process: &'p Process,
    password: &'p str,
}

impl Demo<'_> {
    async fn fill(&self, sample: &Path) -> Result<(), Failure> {
        self.import(sample).await?;
        contact_records::record(self).await
    }

    async fn channel(&self, role: Role) -> Result<Channel, Failure> {
        let url = self.process.services.get(&role).cloned().unwrap_or_default();
        let endpoint = tonic::transport::Endpoint::from_shared(url).map_err(Failure::internal)?;
        endpoint.connect().await.map_err(Failure::internal)
    }

    async fn sign_in(&self, username: &str) -> Result<Signed, Failure> {
        let request = CreateSessionRequest { username: username.to_owned(), password: self.password.to_owned() };
        let session = SessionsClient::new(self.channel(Role::Identity).await?).create_session(request).await?;
        let header = format!("Bearer {}", session.into_inner().access_token);
        Ok(Signed(header.parse().map_err(Failure::internal)?))
    }

    async fn import(&self, sample: &Path) -> Result<(), Failure> {
        let signed = self.sign_in("admin").await?;
        let mut imports = ImportsClient::with_interceptor(self.channel(Role::Customer).await?, signed);
        let bytes = std::fs::read(sample).map_err(Failure::internal)?;
        let file_name = sample.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let upload = UploadImportRequest { file_name, chunk: bytes.into() };
        let mut current = imports.upload_import(tokio_stream::once(upload)).await?.into_inner();
        loop {
            match current.state() {
                import::State::Ready if current.accepted == 0 => return Ok(()),
                import::State::Ready => {
                    current = imports.run_import(RunImportRequest { id: current.id }).await?.into_inner()
                }
                import::State::Checking | import::State::Running => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    current = imports.get_import(GetImportRequest { id: current.id }).await?.into_inner();
                }
                import::State::Succeeded => return Ok(()),
                _ => return Err(ended(&current)),
            }
        }
    }
}

/// Calls as somebody who is signed in.
#[derive(Clone)]
struct Signed(MetadataValue<Ascii>);

impl Interceptor for Signed {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

fn ended(import: &Import) -> Failure {
    Failure::internal(format!("the import of the sample ended {:?}: {}", import.state(), import.problem))
}
