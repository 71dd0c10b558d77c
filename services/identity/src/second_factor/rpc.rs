//! The RPCs of one's own second factor.

use cims_proto::identity::v1::{
    ConfirmSecondFactorRequest, DisableSecondFactorRequest, EnrolSecondFactorRequest, Enrolment,
    GetSecondFactorRequest, RecoveryCodes, RenewRecoveryCodesRequest, SecondFactor,
    second_factors_server::{SecondFactors, SecondFactorsServer},
};
use kit::{
    Call, Failure,
    clock::{Clock, time},
    open,
    service::Context,
    write::{Write, Writer},
};
use tonic::{Request, Response, Status};

use super::{FactorProver, Owner, place, record, recovery, store, totp};
use crate::{
    attempt::{self, Prover, Tried},
    epoch, password,
    password::policy::WRONG_PASSWORD,
    session,
};

/// The code of the field error of a code that is none, or was used.
pub const WRONG_CODE: &str = "WRONG_CODE";

#[derive(Debug)]
pub struct SecondFactorService {
    writer: Writer,
    clock: Clock,
    prover: Prover,
    factors: FactorProver,
}

pub fn server(context: &Context, prover: Prover, factors: FactorProver) -> SecondFactorsServer<SecondFactorService> {
    let (writer, clock) = (context.writer.clone(), context.clock.clone());
    SecondFactorsServer::new(SecondFactorService { writer, clock, prover, factors })
}

#[tonic::async_trait]
impl SecondFactors for SecondFactorService {
    async fn get_second_factor(
        &self,
        request: Request<GetSecondFactorRequest>,
    ) -> Result<Response<SecondFactor>, Status> {
        let (call, _) = open(request)?;
        let row = store::find(&self.factors.pool, call.user()?.user_id).await?;
        Ok(Response::new(row.map_or_else(SecondFactor::default, |row| SecondFactor {
            enabled: row.secret.is_some(),
            confirm_time: row.confirm_time.map(time::to_proto),
            recovery_code_count: i32::try_from(row.unused).unwrap_or(i32::MAX),
        })))
    }

    async fn enrol_second_factor(
        &self,
        request: Request<EnrolSecondFactorRequest>,
    ) -> Result<Response<Enrolment>, Status> {
        let (call, request) = open(request)?;
        let user_id = call.user()?.user_id;
        if self.factors.is_on(user_id).await? {
            return Err(Failure::state("SECOND_FACTOR_ON").into());
        }
        let username = self.prove(&call, request.password).await?;
        let secret: [u8; totp::SECRET] = rand::random();
        let sealed = self.factors.secrets.seal(&place(user_id), &secret)?;
        let mut write = self.writer.begin_unkeyed(&call).await?;
        attempt::store::clear(write.connection(), &attempt::store::account(&username)).await?;
        if !store::put_pending(write.connection(), user_id, &sealed).await? {
            return Err(Failure::state("SECOND_FACTOR_ON").into());
        }
        write.commit(Enrolment { secret: totp::text(&secret), uri: totp::uri(&secret, &username) }).await
    }

    async fn confirm_second_factor(
        &self,
        request: Request<ConfirmSecondFactorRequest>,
    ) -> Result<Response<RecoveryCodes>, Status> {
        let (call, request) = open(request)?;
        let grants = call.user()?;
        let owner = Owner { user_id: grants.user_id, department_id: grants.department_id };
        let row = store::find(&self.factors.pool, owner.user_id).await?;
        let pending = row.and_then(|row| row.pending_secret).ok_or(Failure::state("NO_ENROLMENT"))?;
        let secret = self.factors.secrets.open(&place(owner.user_id), &pending)?;
        let now = self.clock.now();
        // No try is counted: whoever asks was shown the secret.
        let step = totp::step_of(&secret, request.code.trim(), now).ok_or_else(wrong_code)?;
        let mut write = self.writer.begin_unkeyed(&call).await?;
        epoch::store::raise(write.connection()).await?;
        if !store::confirm(write.connection(), owner.user_id, &pending, (step, now)).await? {
            return Err(Failure::state("NO_ENROLMENT").into());
        }
        record(&mut write, owner, "enabled").await?;
        // Who else is signed in has not shown the second factor.
        session::end_others(&mut write, owner.user_id, grants.session_id).await?;
        self.renew(write, owner).await
    }

    async fn renew_recovery_codes(
        &self,
        request: Request<RenewRecoveryCodesRequest>,
    ) -> Result<Response<RecoveryCodes>, Status> {
        let (call, request) = open(request)?;
        let (mut write, owner) = self.prove_both(&call, request.password, &request.code).await?;
        record(&mut write, owner, "recoveryCodesRenewed").await?;
        self.renew(write, owner).await
    }

    async fn disable_second_factor(
        &self,
        request: Request<DisableSecondFactorRequest>,
    ) -> Result<Response<SecondFactor>, Status> {
        let (call, request) = open(request)?;
        let (mut write, owner) = self.prove_both(&call, request.password, &request.code).await?;
        store::disable(write.connection(), owner.user_id).await?;
        record(&mut write, owner, "disabled").await?;
        write.commit(SecondFactor::default()).await
    }
}

impl SecondFactorService {
    /// Proves the caller by the password; the username. The try stays counted.
    async fn prove(&self, call: &Call, password: String) -> Result<String, Failure> {
        let owner = password::store::owner(&self.factors.pool, call.user()?.user_id).await?;
        let owner = owner.ok_or(Failure::NotFound)?;
        let tried = self.prover.begin(call, &owner.username).await?;
        let whom = Tried { user_id: call.user()?.user_id, department_id: owner.department_id };
        if !self.prover.verify(&tried, password, Some((whom, owner.password_hash))).await? {
            return Err(Failure::field("/password", WRONG_PASSWORD, ""));
        }
        Ok(owner.username)
    }

    /// Proves the caller by both factors, and begins the write in which the code is used up.
    async fn prove_both(&self, call: &Call, password: String, code: &str) -> Result<(Write, Owner), Failure> {
        let grants = call.user()?;
        let owner = Owner { user_id: grants.user_id, department_id: grants.department_id };
        if !self.factors.is_on(owner.user_id).await? {
            return Err(Failure::state("SECOND_FACTOR_OFF"));
        }
        let username = self.prove(call, password).await?;
        let accepted = self.factors.check(owner.user_id, code, self.clock.now()).await?;
        let mut write = self.writer.begin_unkeyed(call).await?;
        let used = match &accepted {
            Some(accepted) => self.factors.accept(&mut write, owner, accepted).await?,
            None => false,
        };
        if !used {
            return Err(wrong_code());
        }
        attempt::store::clear(write.connection(), &attempt::store::account(&username)).await?;
        Ok((write, owner))
    }

    /// Gives out recovery codes in place of those there were.
    async fn renew(&self, mut write: Write, owner: Owner) -> Result<Response<RecoveryCodes>, Status> {
        let codes = recovery::generate();
        let digest = |code: &String| recovery::digests(&self.factors.secrets, owner.user_id, code).swap_remove(0);
        let digests: Vec<Vec<u8>> = codes.iter().map(digest).collect();
        store::put_recovery_codes(write.connection(), owner.user_id, &digests).await?;
        write.commit(RecoveryCodes { codes }).await
    }
}

fn wrong_code() -> Failure {
    Failure::field("/code", WRONG_CODE, "")
}
