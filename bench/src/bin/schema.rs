//! The measurement behind docs/decisions/0001: what the edges cost, for one customer and for a list of 50, by tables
//! over wire bytes (what CIMS does), and by reflection (`DynamicMessage`).

use std::{hint::black_box, time::Instant};

use cims_proto::customer::v1::{Contact, Customer, CustomerTag, ListCustomersResponse, Phone};
use kit::schema::{FieldRules, Visibility, mask, table_of, to_json, validate};
use prost::{Message, Name};
use prost_reflect::DynamicMessage;

fn main() {
    let one = customer();
    let list = ListCustomersResponse { customers: vec![one.clone(); 50], ..Default::default() };
    println!("{:<44}{:>12}{:>12}", "microseconds", "one", "list of 50");
    row("wire bytes to JSON", to_json_of(&one), to_json_of(&list));
    row("mask wire bytes, then JSON", masked(&one), masked(&list));
    row("validate wire bytes", validated(&one), validated(&list));
    row("decode into the type and encode again", typed(&one), typed(&list));
    row("reflect: decode, then JSON", reflected(&one), reflected(&list));
}

fn row(name: &str, one: f64, list: f64) {
    println!("{name:<44}{one:>12.2}{list:>12.2}");
}

/// Median of microseconds per run.
fn time(mut work: impl FnMut()) -> f64 {
    const ROUNDS: usize = 21;
    const RUNS: u32 = 400;
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            (0..RUNS).for_each(|_| work());
            start.elapsed().as_secs_f64() * 1e6 / f64::from(RUNS)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

fn to_json_of<M: Message + Name>(message: &M) -> f64 {
    let bytes = message.encode_to_vec();
    time(|| {
        let mut out = Vec::with_capacity(bytes.len() * 2);
        to_json(table_of::<M>(), black_box(&bytes), &mut out).expect("a message");
        black_box(out);
    })
}

fn masked<M: Message + Name>(message: &M) -> f64 {
    let bytes = message.encode_to_vec();
    let rules = FieldRules::new([("phone".to_owned(), Visibility::Masked), ("email".to_owned(), Visibility::Masked)]);
    time(|| {
        let mut hidden = Vec::with_capacity(bytes.len());
        mask(table_of::<M>(), black_box(&bytes), &rules, &mut hidden).expect("a message");
        let mut out = Vec::with_capacity(bytes.len() * 2);
        to_json(table_of::<M>(), &hidden, &mut out).expect("a message");
        black_box(out);
    })
}

fn validated<M: Message + Name>(message: &M) -> f64 {
    let bytes = message.encode_to_vec();
    time(|| drop(black_box(validate(table_of::<M>(), black_box(&bytes), None))))
}

fn typed<M: Message + Name + Default>(message: &M) -> f64 {
    let bytes = message.encode_to_vec();
    time(|| {
        let decoded = M::decode(black_box(bytes.as_slice())).expect("a message");
        black_box(decoded.encode_to_vec());
    })
}

fn reflected<M: Message + Name>(message: &M) -> f64 {
    let bytes = message.encode_to_vec();
    let descriptor = cims_proto::descriptors().get_message_by_name(&M::full_name()).expect("a descriptor");
    time(|| {
        let decoded = DynamicMessage::decode(descriptor.clone(), black_box(bytes.as_slice())).expect("a message");
        black_box(serde_json::to_vec(&decoded).expect("JSON"));
    })
}

fn customer() -> Customer {
    let phone = |number: &str| Phone { number: number.to_owned(), kind: 1, label: "办公室".to_owned() };
    Customer {
        id: "0190a0a0-0000-7000-8000-000000000001".to_owned(),
        code: "C-000001".to_owned(),
        name: "杭州西湖科技有限公司".to_owned(),
        r#type: 1,
        credit_code: "91330106MA2CDXXX0A".to_owned(),
        phones: vec![phone("13812340000"), phone("0571-88001234")],
        email: "office@example.com".to_owned(),
        region_code: "330106".to_owned(),
        address: "文三路478号华星时代广场A座1201".to_owned(),
        industry: "information_technology".to_owned(),
        level: "vip".to_owned(),
        status: "active".to_owned(),
        cumulative_amount: "717605.36".to_owned(),
        currency: "CNY".to_owned(),
        remarks: "展会上认识，要求月底报价；偏好微信联系".to_owned(),
        contacts: vec![Contact {
            id: "0190a0a0-0000-7000-8000-000000000002".to_owned(),
            name: "王小明".to_owned(),
            phones: vec![phone("13900001111")],
            primary: true,
            ..Default::default()
        }],
        tags: vec![CustomerTag {
            id: "0190a0a0-0000-7000-8000-000000000003".to_owned(),
            name: "高潜力".to_owned(),
            color: "#1677ff".to_owned(),
            ..Default::default()
        }],
        owner_id: "0190a0a0-0000-7000-8000-000000000004".to_owned(),
        department_id: "0190a0a0-0000-7000-8000-000000000005".to_owned(),
        etag: "\"3\"".to_owned(),
        create_time: Some(prost_types::Timestamp { seconds: 1_790_000_000, nanos: 123_456_000 }),
        update_time: Some(prost_types::Timestamp { seconds: 1_790_000_100, nanos: 123_456_000 }),
        ..Default::default()
    }
}
