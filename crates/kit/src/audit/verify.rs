//! Reading the chains again, and naming the place where one does not hold.

use std::{collections::HashMap, fmt};

use chrono::{DateTime, Utc};

use super::{
    digest::Digest,
    entry::Entry,
    head::Head,
    key::AuditKeys,
    seal::{RESTORED, Seal},
    store,
};
use crate::{database::Pool, problem::Failure};

/// A service's chain and where it stands.
#[derive(Debug)]
pub struct Chain {
    pub service: &'static str,
    pub pool: Pool,
}

/// What does not hold, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fault {
    EventChanged {
        sequence: i64,
        seal: i64,
    },
    /// It has the content that was sealed under another sequence.
    EventMoved {
        sequence: i64,
        from: i64,
        seal: i64,
    },
    EventMissing {
        sequence: i64,
        seal: i64,
    },
    EventAdded {
        sequence: i64,
        seal: i64,
    },
    PersonalChanged {
        sequence: i64,
        seal: i64,
    },
    PersonalAdded {
        sequence: i64,
        seal: i64,
    },
    SealMissing {
        number: i64,
    },
    /// Its digest is not that of its content, or not what the next one names as the one before.
    SealChanged {
        number: i64,
    },
    /// Signed by none of the keys.
    SealForged {
        number: i64,
    },
    /// The chain does not have what it had when this head was made.
    HeadMissing {
        number: i64,
        time: DateTime<Utc>,
        known_to: String,
    },
    HeadForged {
        number: i64,
        known_to: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::EventChanged { sequence, seal } => write!(formatter, "event {sequence} in seal {seal} was changed"),
            Fault::EventMoved { sequence, from, seal } => {
                write!(formatter, "event {sequence} in seal {seal} has the content of event {from}: reordered")
            }
            Fault::EventMissing { sequence, seal } => write!(formatter, "event {sequence} in seal {seal} was removed"),
            Fault::EventAdded { sequence, seal } => {
                write!(formatter, "event {sequence} was inserted into what seal {seal} covers")
            }
            Fault::PersonalChanged { sequence, seal } => {
                write!(formatter, "the personal part of event {sequence} in seal {seal} was changed")
            }
            Fault::PersonalAdded { sequence, seal } => {
                write!(formatter, "event {sequence} in seal {seal} was given a personal part")
            }
            Fault::SealMissing { number } => write!(formatter, "seal {number} was removed"),
            Fault::SealChanged { number } => write!(formatter, "seal {number} was changed"),
            Fault::SealForged { number } => write!(formatter, "seal {number} was not signed by a known key"),
            Fault::HeadMissing { number, time, known_to } => write!(
                formatter,
                "seal {number} of {} is gone or another; {known_to} knows it: the end was cut off, or an old state put back",
                shown(*time)
            ),
            Fault::HeadForged { number, known_to } => {
                write!(formatter, "the head {number} that {known_to} keeps was not signed by a known key")
            }
        }
    }
}

/// What was found in one service's chain.
#[derive(Debug)]
pub struct Report {
    pub service: &'static str,
    pub seals: i64,
    /// That are sealed.
    pub events: i64,
    /// Events whose personal part was erased.
    pub erased: i64,
    /// Written since the last seal.
    pub unsealed: i64,
    /// When restores were marked, and up to which seal they lost what was there.
    pub restored: Vec<(DateTime<Utc>, i64)>,
    /// The first of them.
    pub faults: Vec<Fault>,
    pub head: Option<Head>,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { service, seals, events, erased, unsealed, .. } = self;
        writeln!(
            formatter,
            "{service:<12} {seals} seals, {events} events, {erased} of them without their personal part; {unsealed} not sealed yet"
        )?;
        for (time, lost) in &self.restored {
            writeln!(formatter, "  restored, marked {}; seals up to {lost} may be lost", shown(*time))?;
        }
        for fault in &self.faults {
            writeln!(formatter, "  {fault}")?;
        }
        Ok(())
    }
}

fn shown(time: DateTime<Utc>) -> impl fmt::Display {
    time.format("%Y-%m-%d %H:%M:%S UTC")
}

/// Faults named for each service; a chain that was rewritten has one at every seal.
const NAMED: usize = 100;

impl Report {
    fn new(service: &'static str) -> Report {
        let (restored, faults) = (Vec::new(), Vec::new());
        Report { service, seals: 0, events: 0, erased: 0, unsealed: 0, restored, faults, head: None }
    }

    fn add(&mut self, fault: Fault) {
        if self.faults.len() < NAMED && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
}

/// Verifies the chains with each other, and with heads written down elsewhere.
///
/// # Errors
/// When a database is out of reach.
pub async fn verify(chains: &[Chain], noted: &[Head], keys: &AuditKeys) -> Result<Vec<Report>, Failure> {
    let mut reports = Vec::with_capacity(chains.len());
    let mut of_others = Vec::new();
    for chain in chains {
        let mut walk = Walk { chain, chains, keys, report: Report::new(chain.service), of_others: Vec::new() };
        walk.seals().await?;
        of_others.append(&mut walk.of_others);
        let kept = store::heads(&chain.pool).await?;
        of_others.append(&mut missing(chains, keys, kept, chain.service).await?);
        reports.push(walk.report);
    }
    of_others.append(&mut missing(chains, keys, noted.to_vec(), "the file of heads").await?);
    for (service, fault) in of_others {
        if let Some(report) = reports.iter_mut().find(|report| report.service == service) {
            report.add(fault);
        }
    }
    Ok(reports)
}

struct Walk<'w> {
    chain: &'w Chain,
    chains: &'w [Chain],
    keys: &'w AuditKeys,
    report: Report,
    /// Heads in these seals that the chain of the service named does not have.
    of_others: Vec<(String, Fault)>,
}

impl Walk<'_> {
    async fn seals(&mut self) -> Result<(), Failure> {
        let (mut number, mut last_sequence, mut previous) = (0, i64::MIN, Vec::new());
        while let Some(seal) = store::next(&self.chain.pool, number).await? {
            if seal.number != number + 1 {
                self.report.add(Fault::SealMissing { number: number + 1 });
            } else if seal.previous != previous {
                self.report.add(Fault::SealChanged { number: number.max(1) });
            }
            self.seal(&seal, last_sequence).await?;
            (number, last_sequence) = (seal.number, last_sequence.max(seal.last_sequence));
            previous.clone_from(&seal.digest);
            self.report.seals += 1;
            self.report.head = Some(seal.head(self.chain.service, 0));
        }
        self.report.unsealed = store::count_after(&self.chain.pool, last_sequence).await?;
        Ok(())
    }

    async fn seal(&mut self, seal: &Seal, after: i64) -> Result<(), Failure> {
        let number = seal.number;
        if seal.content(self.chain.service)[..] != seal.digest {
            self.report.add(Fault::SealChanged { number });
        }
        if !seal.head(self.chain.service, 0).is_signed(self.keys) {
            self.report.add(Fault::SealForged { number });
        }
        if seal.kind == RESTORED {
            self.report.restored.push((seal.time, seal.lost_number));
        }
        match (Entry::decode_all(&seal.entries), Head::decode_all(&seal.heads)) {
            (Some(entries), Some(heads)) => {
                self.events(number, after, seal.last_sequence, &entries).await?;
                let mut missing = missing(self.chains, self.keys, heads, self.chain.service).await?;
                self.of_others.append(&mut missing);
            }
            _ => self.report.add(Fault::SealChanged { number }),
        }
        Ok(())
    }

    /// Compares the events of a seal's range with its entries.
    async fn events(&mut self, seal: i64, after: i64, until: i64, sealed: &[Entry]) -> Result<(), Failure> {
        self.report.events += i64::try_from(sealed.len()).unwrap_or(i64::MAX);
        let mut transaction = self.chain.pool.begin().await?;
        let rows = store::rows(&mut transaction, after, until, sealed.len() + NAMED).await?;
        transaction.commit().await?;
        let found: Vec<Entry> = rows.iter().map(Entry::of).collect();
        let places: HashMap<Digest, i64> = sealed.iter().map(|entry| (entry.public, entry.sequence)).collect();
        let mut own = sealed.iter().peekable();
        for entry in &found {
            while let Some(missing) = own.next_if(|own| own.sequence < entry.sequence) {
                self.report.add(Fault::EventMissing { sequence: missing.sequence, seal });
            }
            match own.next_if(|own| own.sequence == entry.sequence) {
                Some(own) => self.event(own, entry, &places, seal),
                None => self.report.add(Fault::EventAdded { sequence: entry.sequence, seal }),
            }
        }
        for missing in own {
            self.report.add(Fault::EventMissing { sequence: missing.sequence, seal });
        }
        Ok(())
    }

    fn event(&mut self, sealed: &Entry, found: &Entry, places: &HashMap<Digest, i64>, seal: i64) {
        let sequence = sealed.sequence;
        if sealed.public != found.public {
            self.report.add(match places.get(&found.public) {
                Some(&from) => Fault::EventMoved { sequence, from, seal },
                None => Fault::EventChanged { sequence, seal },
            });
            return;
        }
        match (sealed.personal, found.personal) {
            (Some(_), None) => self.report.erased += 1,
            (None, Some(_)) => self.report.add(Fault::PersonalAdded { sequence, seal }),
            (own, other) if own != other => self.report.add(Fault::PersonalChanged { sequence, seal }),
            _ => {}
        }
    }
}

/// Of these heads, those that the chains of their services no longer have.
async fn missing(
    chains: &[Chain],
    keys: &AuditKeys,
    heads: Vec<Head>,
    known_to: &str,
) -> Result<Vec<(String, Fault)>, Failure> {
    let mut missing = Vec::new();
    for head in heads {
        let Some(chain) = chains.iter().find(|chain| chain.service == head.service) else { continue };
        let (number, time, known_to) = (head.number, head.time, known_to.to_owned());
        if !head.is_signed(keys) {
            missing.push((head.service, Fault::HeadForged { number, known_to }));
        } else if !store::has_head(&chain.pool, &head).await? {
            missing.push((head.service, Fault::HeadMissing { number, time, known_to }));
        }
    }
    Ok(missing)
}
