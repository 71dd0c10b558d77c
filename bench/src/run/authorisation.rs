//! What authorisation costs of P-1 and P-3: the processor time of deciding who asks, what they reach, what they may ask and see, as a
//! share of that of the whole request.
//!
//! CIMS cannot run without authorisation: a switch for this measurement would be one for an attacker. So the parts are timed by
//! themselves: what the layer of every service calls (`kit::layer`) is called here as often as a processor can, for the same people,
//! requests and answers, right after each run of the load. The two make a pair; pairs follow each other, so that a machine that is
//! slower for a while is so for both; the figure is the median of their shares.
//!
//! Rather too much is counted than too little: the token is verified twice, because the gateway looks whose it is for its log, and what
//! is copied so that it can be masked counts whole. The scope's predicate is not counted: it is part of the statement, which the
//! limit of P-1 and P-3 runs with it.

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use cims_proto::customer::v1::{GetCustomerRequest, SearchCustomersRequest, customers_client::CustomersClient};
use kit::{
    auth::{Caller, Grants},
    client::Channel,
    layer::{Guard, check_rules},
    schema::{MethodTable, from_json, mask, schema, table_of},
};
use prost::Message;
use tokio_util::sync::CancellationToken;
use tonic::{
    Request,
    codegen::http::{HeaderMap, HeaderValue, header::AUTHORIZATION},
};

use super::{
    Arguments, list,
    measure::{Work, drive},
    process::{Running, System, cpu_seconds},
    read,
    report::{Figure, Report, median},
    sign_in::Person,
};
use crate::data::customer_id;

/// Share of a request's processor time, in percent.
const GOAL: f64 = 5.0;
const PAIRS: usize = 10;
/// Of each loop: a hundred times the grain of the processor's clock.
const LENGTH: Duration = Duration::from_secs(1);

/// What is measured: a work, and the method that its requests call.
const PARTS: [(&Work, &str); 2] = [
    (&read::WORK, "/cims.customer.v1.Customers/GetCustomer"),
    (&list::WORK, "/cims.customer.v1.Customers/SearchCustomers"),
];

/// A person's request and its answer.
struct Sample {
    headers: HeaderMap,
    token: String,
    request: Vec<u8>,
    answer: Vec<u8>,
}

/// Microseconds of a request.
#[derive(Debug)]
struct Pair {
    whole: f64,
    deciding: f64,
    masking: f64,
}

pub async fn measure(system: &System, arguments: &Arguments, report: &mut Report) -> Result<()> {
    let mut all = system.all()?;
    all.ready(Some("/readyz")).await?;
    let stop = CancellationToken::new();
    let _stopped = stop.clone().drop_guard();
    let guard = system.guard(stop).await?;
    let customers = Channel::lazy(&system.service_url("customer").await?, None)?;
    for (work, path) in PARTS {
        let method = schema().method(path).with_context(|| format!("{path} is no method"))?;
        let mut pairs = Vec::with_capacity(PAIRS);
        for number in 0..PAIRS {
            report.note_load();
            let load = drive(arguments, work, number, &all, &[&all]).await?;
            // Anew for each, because tokens live for ten minutes.
            let samples = samples(arguments, work, &all, &customers).await?;
            let [deciding, masking] = cost(&guard, method, &samples).await?;
            let pair = Pair { whole: load.cpu_us[0], deciding, masking };
            println!("authorisation, {} pair {}: {pair:.2?}", work.id, number + 1);
            pairs.push(pair);
        }
        judge(work, &pairs, report);
    }
    Ok(())
}

/// One of each person of the load.
async fn samples(arguments: &Arguments, work: &Work, all: &Running, customers: &Channel) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for person in (work.people)(all.address, &arguments.password).await? {
        samples.push(match work.id {
            "P-1" => read_one(customers.clone(), &person, arguments.template.customers).await?,
            _ => list_page(customers.clone(), &person).await?,
        });
    }
    ensure!(!samples.is_empty(), "nobody asks");
    Ok(samples)
}

async fn read_one(channel: Channel, person: &Person, customers: u64) -> Result<Sample> {
    let request = GetCustomerRequest { id: customer_id(person.reach.customer(0, customers)).to_string() };
    let asked = asking(person, request.clone())?;
    let answer = CustomersClient::new(channel).get_customer(asked).await?.into_inner();
    sample(person, request.encode_to_vec(), answer.encode_to_vec())
}

async fn list_page(channel: Channel, person: &Person) -> Result<Sample> {
    let mut misfits = Vec::new();
    let request = from_json(table_of::<SearchCustomersRequest>(), &list::body(""), "", &mut misfits);
    ensure!(misfits.is_empty(), "the request has changed: {misfits:?}");
    let asked = asking(person, SearchCustomersRequest::decode(request.as_slice())?)?;
    let answer = CustomersClient::new(channel).search_customers(asked).await?.into_inner();
    ensure!(!answer.results.is_empty(), "an empty page has nothing to mask");
    sample(person, request, answer.encode_to_vec())
}

fn token(person: &Person) -> Result<&str> {
    let token = person.authorization.trim().strip_prefix("authorization: Bearer ");
    token.context("no token")
}

fn asking<M>(person: &Person, message: M) -> Result<Request<M>> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {}", token(person)?).parse()?);
    Ok(request)
}

fn sample(person: &Person, request: Vec<u8>, answer: Vec<u8>) -> Result<Sample> {
    let token = token(person)?.to_owned();
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::try_from(format!("Bearer {token}"))?);
    Ok(Sample { headers, token, request, answer })
}

/// What deciding takes, and what masking.
async fn cost(guard: &Guard, method: &MethodTable, samples: &[Sample]) -> Result<[f64; 2]> {
    let mut known = Vec::with_capacity(samples.len());
    for sample in samples {
        known.push((decide(guard, method, sample).await?, sample));
    }
    let deciding = microseconds(samples, async |sample| decide(guard, method, sample).await.map(drop)).await?;
    let masking = microseconds(&known, async |(grants, sample)| mask_answer(method, grants, &sample.answer)).await?;
    Ok([deciding, masking])
}

/// As gateway and layer do before a handler.
async fn decide(guard: &Guard, method: &MethodTable, sample: &Sample) -> Result<Arc<Grants>> {
    black_box(guard.verifier.verify(&sample.token)?);
    let (caller, scope) = guard.authorise(method, &sample.headers).await?;
    black_box(scope);
    let Caller::User(grants) = caller else { bail!("somebody is meant") };
    check_rules(method, &sample.request, &grants.field_rules)?;
    Ok(grants)
}

/// As the layer does behind one. The answer was masked once already, which changes no more than what is starred or left out.
fn mask_answer(method: &MethodTable, grants: &Grants, answer: &[u8]) -> Result<()> {
    let rules = &grants.field_rules;
    if !rules.all_clear(method.response()) {
        let own = answer.to_vec();
        let mut masked = Vec::with_capacity(own.len());
        mask(method.response(), &own, rules, &mut masked)?;
        black_box(masked);
    }
    Ok(())
}

/// Processor time of one turn, in a loop over what it is given.
async fn microseconds<T>(given: &[T], mut turn: impl AsyncFnMut(&T) -> Result<()>) -> Result<f64> {
    let process = std::process::id();
    let (before, begin, mut turns) = (cpu_seconds(process)?, Instant::now(), 0_usize);
    while begin.elapsed() < LENGTH {
        for one in given {
            turn(one).await?;
        }
        turns += given.len();
        // What follows the state of the grants runs on this thread, too.
        tokio::task::yield_now().await;
    }
    Ok((cpu_seconds(process)? - before) * 1e6 / turns as f64)
}

fn judge(work: &Work, pairs: &[Pair], report: &mut Report) {
    let of = |value: fn(&Pair) -> f64| median(pairs.iter().map(value).collect());
    let mut put = |name: &str, value, unit, goal| {
        report.put(Figure { id: work.id, name: format!("{}: {name}", work.name), value, unit, goal });
    };
    let share = of(|pair| (pair.deciding + pair.masking) / pair.whole * 100.0);
    put("authorisation, of its processor time", share, "%", Some((GOAL, false)));
    put("… deciding", of(|pair| pair.deciding), "µs", None);
    put("… masking", of(|pair| pair.masking), "µs", None);
    put("… processor time of cims all", of(|pair| pair.whole), "µs", None);
}
