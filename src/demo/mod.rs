//! Demo people and customers, through the same doors as everybody's.

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
use tonic::{Request, metadata::MetadataValue, transport::Channel};

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

/// Fills in the demo people and departments and, with a sample file, imports its customers as the administrator.
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
        let imported = import_sample(&process, &password, sample).await;
        process.stop().await;
        imported?;
    }
    if print_logins {
        print(&password);
    }
    Ok(())
}

async fn import_sample(process: &Process, password: &str, sample: &Path) -> Result<(), Failure> {
    let channel = async |role: Role| -> Result<Channel, Failure> {
        let url = process.services.get(&role).cloned().unwrap_or_default();
        let endpoint = tonic::transport::Endpoint::from_shared(url).map_err(Failure::internal)?;
        endpoint.connect().await.map_err(Failure::internal)
    };
    let request = CreateSessionRequest { username: "admin".to_owned(), password: password.to_owned() };
    let session = SessionsClient::new(channel(Role::Identity).await?).create_session(request).await?.into_inner();
    let token: MetadataValue<_> = format!("Bearer {}", session.access_token).parse().map_err(Failure::internal)?;
    let mut imports =
        ImportsClient::with_interceptor(channel(Role::Customer).await?, move |mut request: Request<()>| {
            request.metadata_mut().insert("authorization", token.clone());
            Ok(request)
        });
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

fn ended(import: &Import) -> Failure {
    Failure::internal(format!("the import of the sample ended {:?}: {}", import.state(), import.problem))
}
