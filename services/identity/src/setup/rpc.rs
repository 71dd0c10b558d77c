//! The RPCs of the set-up.

use cims_proto::identity::v1::{
    GetSetupRequest, RunSetupRequest, Setup, SetupDone, User,
    setups_server::{Setups, SetupsServer},
};
use kit::{
    Failure, Violation,
    database::Pool,
    open,
    schema::table_of,
    service::Context,
    write::{Change, Writer},
};
use tokio::task::spawn_blocking;
use tonic::{Request, Response, Status};

use super::{digest, store};
use crate::{
    epoch,
    password::{Hasher, policy},
    role::ADMINISTRATOR,
};

const WRONG_SETUP_TOKEN: &str = "WRONG_SETUP_TOKEN";

#[derive(Debug)]
pub struct SetupService {
    pool: Pool,
    writer: Writer,
    hasher: Hasher,
}

pub fn server(context: &Context, hasher: Hasher) -> SetupsServer<SetupService> {
    let (pool, writer) = (context.pool.clone(), context.writer.clone());
    SetupsServer::new(SetupService { pool, writer, hasher })
}

#[tonic::async_trait]
impl Setups for SetupService {
    async fn get_setup(&self, request: Request<GetSetupRequest>) -> Result<Response<Setup>, Status> {
        open(request)?;
        Ok(Response::new(Setup { open: store::is_open(&self.pool).await? }))
    }

    async fn run_setup(&self, request: Request<RunSetupRequest>) -> Result<Response<User>, Status> {
        let (call, request) = open(request)?;
        if !store::is_open(&self.pool).await? {
            return Err(Failure::state("SETUP_DONE").into());
        }
        let token = digest(&request.token);
        // Before anything that costs: nobody without the token is to keep the processor busy.
        if !store::is_token(&self.pool, &token).await? {
            return Err(wrong_token().into());
        }
        let password = allowed(&request).await?;
        let password_hash = self.hasher.hash(password).await?;
        let mut write = self.writer.begin_unkeyed(&call).await?;
        epoch::store::raise(write.connection()).await?;
        if !store::close(write.connection(), &token).await? {
            return Err(Failure::state("SETUP_DONE").into());
        }
        let (now, id, department_id) = (write.now(), write.id(), write.id());
        let first = store::First {
            id,
            department_id,
            organisation: &request.organisation,
            username: &request.username,
            display_name: &request.display_name,
            password_hash: &password_hash,
        };
        store::insert(write.connection(), &first, now).await?;
        write.act_as(id);
        let change = Change {
            subject_type: "identity.setup",
            subject_id: id,
            parent_id: None,
            version: 1,
            verb: "done",
            fields: Vec::new(),
            owner_id: Some(id),
            department_id: Some(department_id),
            payload: &SetupDone { user_id: id.to_string() },
        };
        write.record(change).await?;
        let user = User {
            id: id.to_string(),
            username: request.username,
            display_name: request.display_name,
            department_id: department_id.to_string(),
            roles: vec![ADMINISTRATOR.to_owned()],
            ..User::default()
        };
        write.commit(user).await
    }
}

/// The password, checked beside the async threads.
async fn allowed(request: &RunSetupRequest) -> Result<String, Failure> {
    let (password, names) = (request.password.clone(), [request.username.clone(), request.display_name.clone()]);
    let checked = spawn_blocking(move || {
        policy::check("/password", &password, &names.each_ref().map(String::as_str)).map(|()| password)
    });
    checked.await.map_err(Failure::internal)?
}

fn wrong_token() -> Failure {
    let (pointer, code) = ("/token", WRONG_SETUP_TOKEN);
    let label = table_of::<RunSetupRequest>().field("token");
    Failure::Invalid(vec![
        label.map_or_else(|| Violation::new(pointer, code), |label| Violation::of(label, pointer, code)),
    ])
}
