//! P-2: one customer, new in name and phone.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{
    http::post,
    limit::{Script, filled_in, query, uuid_of},
    load::Requests,
    measure::Work,
    sign_in::{self, Person},
};
use crate::data::{Random, department_id, record, representative_id};
use cims_proto::customer::v1::CustomerChanged;
use kit::schema::{split, table_of};
use prost::Message;

pub const WORK: Work = Work {
    id: "P-2",
    name: "create one customer",
    expected: 201,
    cpu_goal_us: None,
    people: |address, password| Box::pin(sign_in::writers(address, password)),
    requests,
    scripts,
};

/// Where the characters of names are taken from: names then meet in the index of words as rarely as in the limit's.
const FIRST_CHARACTER: u32 = 0x4e00;
const CHARACTERS: u64 = 20_000;
const ADDRESS: &str = "杭州市中山路478号华星时代广场A座1201";
const REMARKS: &str = "展会上认识，要求月底报价；偏好微信联系";

fn requests(person: Person, _: u64, seed: u64) -> Requests {
    let mut random = Random::new(seed);
    Box::new(move || {
        let mut letter = || char::from_u32(FIRST_CHARACTER + random.below(CHARACTERS) as u32).unwrap_or('华');
        let name = format!("杭州{}{}{}科技有限公司", letter(), letter(), letter());
        let number = next_number();
        let body = format!(
            r#"{{"name":"{name}","type":"ENTERPRISE","phones":[{{"number":"15{number:09}"}}],"email":"office{number}@example.com","regionCode":"330106","address":"{ADDRESS}","industry":"software","source":"exhibition","level":"important","remarks":"{REMARKS}"}}"#
        );
        post("/v1/customers", &person.authorization, &body)
    })
}

/// Nine digits that no customer of this run has yet: one that looks like another would be refused.
fn next_number() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed).wrapping_mul(387_420_489) % 1_000_000_000
}

/// The statements of `create_customer` in their order.
fn scripts(_: u64) -> anyhow::Result<Vec<Script>> {
    let insert = query("services/customer/.sqlx", "from held\n                returning id, number, name")?;
    let event = query("crates/kit/.sqlx", "$11, $12, $13, $16)\n            returning sequence")?;
    let twins = query("services/customer/.sqlx", "with alike as materialized")?;
    let name = "('杭州' || chr(:a::int) || chr(:b::int) || chr(:c::int) || '科技有限公司')";
    let phones = "('[{\"number\": \"15' || :p::text || '\", \"kind\": \"MOBILE\", \"label\": \"\"}]')::jsonb";
    // As many words as such a customer has; those that name the brand and the phone are new each time.
    let words = "array[:a, :b, :c, :a::bigint * :b::bigint, :b::bigint * :c::bigint, :p, :p + 1, :p + 2, :p + 3, \
        :a + 1, :b + 1, :c + 1, :a + 2, :b + 2, :c + 2]::bigint[] || (select array_agg(n::bigint) from generate_series(1, 30) n)";
    let sound = "('杭,hang,;州,zhou,;' || chr(:a::int) || ',a,;' || chr(:b::int) || ',b,;' || chr(:c::int) || \
        ',c,;科,ke,;技,ji,;有,you,wei,;限,xian,wen,;公,gong,;司,si,ci,;')";
    let id = "(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7' \
        || substr(md5(random()::text), 1, 19))::uuid";
    let email = "('office' || :p::text || '@example.com')";
    let (owner, department) = (uuid_of(representative_id(0), "g"), uuid_of(department_id(0), "g"));
    let keys = "array[:k, :l]::bigint[]";
    let (address, remarks) = (format!("'{ADDRESS}'"), format!("'{REMARKS}'"));
    let insert = filled_in(
        &insert,
        &[
            keys,
            id,
            name,
            "'ENTERPRISE'",
            "null::text",
            phones,
            email,
            "'330106'",
            &address,
            "''",
            "'software'",
            "'exhibition'",
            "'important'",
            "'potential'",
            "'{}'::text[]",
            "null::date",
            "null::numeric",
            "'CNY'",
            &remarks,
            "'{}'::text[]",
            &owner,
            &department,
            "1",
            "now()",
            "now()",
            name,
            "''",
            "'15' || :p::text",
            sound,
            words,
            "''",
        ],
    );
    let (public, personal) = payload()?;
    let event = filled_in(
        &event,
        &[
            id,
            "'customer.customer'",
            ":id::uuid",
            "1",
            "'customer.customer.created.v1'",
            &owner,
            "'127.0.0.1'",
            "'00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'",
            "now()",
            FIELDS,
            &owner,
            &department,
            &public,
            &personal,
            "false",
            "null::uuid",
        ],
    );
    let twins = filled_in(&twins, &[keys, ":id::uuid", &owner, "now()"]);
    let last = FIRST_CHARACTER as u64 + CHARACTERS - 1;
    let sets: String = ["a", "b", "c"].map(|name| format!("\\set {name} random({FIRST_CHARACTER}, {last})\n")).concat();
    let keys: String = ["k", "l"].map(|name| format!("\\set {name} random(1, 9000000000000000000)\n")).concat();
    let text = format!(
        "{sets}{keys}\\set g random(0, 31)\n\\set p random(100000000, 999999999)\nbegin;\n{insert}\n\\gset\n{event};\n{twins};\ncommit;\n"
    );
    Ok(vec![Script { share: 1, text }])
}

const FIELDS: &str = "'{id,code,name,type,phones,email,regionCode,address,industry,source,level,status,currency,remarks,ownerId,departmentId,etag,createTime,updateTime}'::text[]";

/// The two halves of an event of the usual length.
fn payload() -> anyhow::Result<(String, String)> {
    let mut after = record(1).customer.state();
    (after.address, after.remarks) = (ADDRESS.to_owned(), REMARKS.to_owned());
    let message = CustomerChanged { before: None, after: Some(after), import_tags: Vec::new() };
    let (public, personal) = split(table_of::<CustomerChanged>(), &message.encode_to_vec())?;
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let literal = |bytes: &[u8]| format!("'\\x{}'::bytea", hex(bytes));
    Ok((literal(&public), literal(&personal)))
}
