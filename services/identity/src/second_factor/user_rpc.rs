//! The RPC of another person's second factor.

use cims_proto::identity::v1::{
    ResetSecondFactorRequest, SecondFactor,
    user_second_factors_server::{UserSecondFactors, UserSecondFactorsServer},
};
use kit::{
    Failure,
    call::parse_id,
    database::Pool,
    open,
    service::Context,
    write::{Begin, Writer},
};
use tonic::{Request, Response, Status};

use super::{Owner, record, store};
use crate::{epoch, session, user};

#[derive(Debug)]
pub struct UserSecondFactorService {
    pool: Pool,
    writer: Writer,
}

pub fn server(context: &Context) -> UserSecondFactorsServer<UserSecondFactorService> {
    let (pool, writer) = (context.pool.clone(), context.writer.clone());
    UserSecondFactorsServer::new(UserSecondFactorService { pool, writer })
}

#[tonic::async_trait]
impl UserSecondFactors for UserSecondFactorService {
    async fn reset_second_factor(
        &self,
        request: Request<ResetSecondFactorRequest>,
    ) -> Result<Response<SecondFactor>, Status> {
        let (call, request) = open(request)?;
        let user = user::store::find(&self.pool, parse_id("/userId", &request.user_id)?).await?;
        let user = user.ok_or(Failure::NotFound)?;
        let owner = Owner { user_id: user.id, department_id: user.department_id };
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        // Whoever has found the device may be signed in by it.
        if store::disable(write.connection(), owner.user_id).await? {
            record(&mut write, owner, "reset").await?;
            session::end_others(&mut write, owner.user_id, None).await?;
        }
        write.commit(SecondFactor::default()).await
    }
}
