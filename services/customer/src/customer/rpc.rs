//! The RPCs of the service `Customers`.

use cims_proto::customer::v1::{
    self as proto, AssignCustomersRequest, AssignCustomersResponse, CancelCustomerJobRequest, ContactChanged,
    CreateCustomerRequest, CustomerChanged, CustomerRevealed, DeleteCustomerRequest, GetCustomerJobRequest,
    GetCustomerRequest, ListCustomerHistoryRequest, ListCustomerHistoryResponse, ListCustomersRequest,
    ListCustomersResponse, RestoreCustomerRequest, RevealCustomerRequest, RevealCustomerResponse,
    SearchCustomersRequest, SearchCustomersResponse, ShareChanged, UndoCustomerJobRequest, UpdateCustomerRequest,
    customers_server::Customers,
};
use kit::{
    Call, Failure,
    call::parse_id,
    database::Pool,
    events,
    schema::table_of,
    write::{Begin, Write, Writer, check_version, merged},
};
use prost::Message;
use tonic::{Request, Response, Status};

use super::{Customer, access, duplicate, write};
use crate::{
    assign::Assigning,
    lag::Lag,
    reveal::{self, Revealing},
    search::Searcher,
};

/// The service `Customers`.
#[derive(Debug)]
pub struct CustomerService {
    writer: Writer,
    searcher: Searcher,
    assigning: Assigning,
    revealing: Revealing,
    lag: Lag,
}

impl CustomerService {
    pub fn new(
        writer: Writer,
        searcher: Searcher,
        assigning: Assigning,
        revealing: Revealing,
        lag: Lag,
    ) -> CustomerService {
        CustomerService { writer, searcher, assigning, revealing, lag }
    }

    fn pool(&self) -> &Pool {
        self.writer.pool()
    }
}

/// What the history of a customer holds.
const HISTORY: [events::Subject; 4] = [
    ("customer.customer", table_of::<CustomerChanged>),
    ("customer.contact", table_of::<ContactChanged>),
    (reveal::SUBJECT, table_of::<CustomerRevealed>),
    ("customer.share", table_of::<ShareChanged>),
];

#[tonic::async_trait]
impl Customers for CustomerService {
    async fn list_customers(
        &self,
        request: Request<ListCustomersRequest>,
    ) -> Result<Response<ListCustomersResponse>, Status> {
        let (call, request) = kit::open(request)?;
        Ok(Response::new(self.searcher.list(&call, &request).await?))
    }

    async fn get_customer(&self, request: Request<GetCustomerRequest>) -> Result<Response<proto::Customer>, Status> {
        let (call, request) = kit::open(request)?;
        let id = parse_id("/id", &request.id)?;
        let may_be_stale = Some(self.lag.is_there());
        let customer = access::read(self.pool(), &call, id, self.writer.clock().now()).await?;
        Ok(Response::new(proto::Customer { may_be_stale, ..customer.into_proto() }))
    }

    async fn create_customer(
        &self,
        request: Request<CreateCustomerRequest>,
    ) -> Result<Response<proto::Customer>, Status> {
        let (call, request) = kit::open(request)?;
        let author = call.user()?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let mut customer = Customer::new(write.id(), Some(author.user_id), author.department_id, write.now());
        customer.write(request.customer.unwrap_or_default())?;
        let keys = customer.duplicate_keys();
        let created = match write::create(&mut write, customer.clone(), Vec::new(), Vec::new()).await {
            Ok(created) => created,
            Err(failure) => {
                drop(write);
                return Err(self.refused(failure, &call, &customer).await);
            }
        };
        duplicate::refuse_twins(&mut write, &call, &created, &keys).await?;
        write.commit(created.into_proto()).await
    }

    async fn update_customer(
        &self,
        request: Request<UpdateCustomerRequest>,
    ) -> Result<Response<proto::Customer>, Status> {
        let (call, request) = kit::open(request)?;
        let patch = request.customer.unwrap_or_default();
        let id = parse_id("/customer/id", &patch.id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = access::lock(&mut write, &call, id).await?;
        let mut after = before.clone();
        after.write(merged(&before.state(), &patch, request.update_mask.as_ref())?)?;
        check(&mut write, &call, &before, &after).await?;
        if before.state() == after.state() {
            return write.commit(before.into_proto()).await;
        }
        if let Err(failure) = write::update(&mut write, "updated", &before, &mut after).await {
            drop(write);
            return Err(self.refused(failure, &call, &after).await);
        }
        let old_keys = before.duplicate_keys();
        let new_keys: Vec<i64> = after.duplicate_keys().into_iter().filter(|key| !old_keys.contains(key)).collect();
        duplicate::refuse_twins(&mut write, &call, &after, &new_keys).await?;
        write.commit(after.into_proto()).await
    }

    async fn delete_customer(
        &self,
        request: Request<DeleteCustomerRequest>,
    ) -> Result<Response<proto::Customer>, Status> {
        let (call, request) = kit::open(request)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = access::lock(&mut write, &call, parse_id("/id", &request.id)?).await?;
        let mut after = Customer { delete_time: Some(write.now()), ..before.clone() };
        check(&mut write, &call, &before, &after).await?;
        write::update(&mut write, "deleted", &before, &mut after).await?;
        write.commit(after.into_proto()).await
    }

    async fn restore_customer(
        &self,
        request: Request<RestoreCustomerRequest>,
    ) -> Result<Response<proto::Customer>, Status> {
        let (call, request) = kit::open(request)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = access::lock_any(&mut write, &call, parse_id("/id", &request.id)?).await?;
        if !before.is_binned() {
            return Err(Failure::state("NOT_DELETED").into());
        }
        let mut after = Customer { delete_time: None, ..before.clone() };
        check(&mut write, &call, &before, &after).await?;
        write::update(&mut write, "restored", &before, &mut after).await?;
        write.commit(after.into_proto()).await
    }

    async fn list_customer_history(
        &self,
        request: Request<ListCustomerHistoryRequest>,
    ) -> Result<Response<ListCustomerHistoryResponse>, Status> {
        let (call, request) = kit::open(request)?;
        let id = parse_id("/customerId", &request.customer_id)?;
        access::read(self.pool(), &call, id, self.writer.clock().now()).await?;
        let page = (request.page_size, request.page_token.as_str());
        let events::HistoryPage { entries, next_page_token } =
            events::history(self.pool(), &call, id, page, &HISTORY).await?;
        Ok(Response::new(ListCustomerHistoryResponse { entries, next_page_token }))
    }

    async fn search_customers(
        &self,
        request: Request<SearchCustomersRequest>,
    ) -> Result<Response<SearchCustomersResponse>, Status> {
        let (call, request) = kit::open(request)?;
        Ok(Response::new(self.searcher.search(&call, &request).await?))
    }

    async fn assign_customers(
        &self,
        request: Request<AssignCustomersRequest>,
    ) -> Result<Response<AssignCustomersResponse>, Status> {
        let (call, request) = kit::open(request)?;
        self.assigning.assign(&call, request).await
    }

    async fn reveal_customer(
        &self,
        request: Request<RevealCustomerRequest>,
    ) -> Result<Response<RevealCustomerResponse>, Status> {
        let (call, request) = kit::open(request)?;
        self.revealing.reveal(&call, request).await
    }

    async fn get_customer_job(
        &self,
        request: Request<GetCustomerJobRequest>,
    ) -> Result<Response<cims_proto::Job>, Status> {
        let (call, request) = kit::open(request)?;
        self.assigning.jobs.get(&call, parse_id("/id", &request.id)?).await
    }

    async fn cancel_customer_job(
        &self,
        request: Request<CancelCustomerJobRequest>,
    ) -> Result<Response<cims_proto::Job>, Status> {
        let (call, request) = kit::open(request)?;
        self.assigning.jobs.cancel(&call, parse_id("/id", &request.id)?).await
    }

    async fn undo_customer_job(
        &self,
        request: Request<UndoCustomerJobRequest>,
    ) -> Result<Response<cims_proto::Job>, Status> {
        let (call, request) = kit::open(request)?;
        self.assigning.jobs.undo(&call, parse_id("/id", &request.id)?).await
    }
}

impl CustomerService {
    /// The answer of a write that the database refused. Its transaction is lost and given up, so another connection
    /// looks for the holder of the credit code.
    async fn refused(&self, failure: Failure, call: &Call, customer: &Customer) -> Status {
        duplicate::name_holder(failure, self.pool(), call, customer, self.writer.clock().now()).await.into()
    }
}

async fn check(write: &mut Write, call: &Call, before: &Customer, after: &Customer) -> Result<(), Failure> {
    let original = |payload: &[u8]| CustomerChanged::decode(payload).ok()?.after;
    check_version(write, call, (before.id, before.version), (&before.state(), &after.state()), original).await
}
