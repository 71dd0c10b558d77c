//! Several services' events as one list.

use std::{
    collections::{BTreeMap, VecDeque},
    iter,
};

use cims_proto::event::v1::FoundEvent;

/// Where the list has come to in each service: the sequence of its last event. A service without one is at its start.
pub type Positions = BTreeMap<String, i64>;

/// An event of the list, and where the list has come to with it.
#[derive(Debug)]
pub struct Placed {
    pub found: FoundEvent,
    pub positions: Positions,
}

/// The newest first, at most so many. Each service's own order stands, by which its next page begins.
pub fn merge(mut positions: Positions, services: Vec<(String, Vec<FoundEvent>)>, limit: usize) -> Vec<Placed> {
    let mut services: Vec<(String, VecDeque<FoundEvent>)> =
        services.into_iter().map(|(name, events)| (name, events.into())).collect();
    let next = || {
        let newest = services.iter_mut().max_by_key(|(_, events)| events.front().map(moment))?;
        let found = newest.1.pop_front()?;
        let sequence = found.event.as_ref().map_or(0, |event| event.sequence);
        positions.insert(newest.0.clone(), sequence);
        Some(Placed { found, positions: positions.clone() })
    };
    iter::from_fn(next).take(limit).collect()
}

fn moment(found: &FoundEvent) -> (i64, i32) {
    let time = found.event.as_ref().and_then(|event| event.time);
    time.map_or((0, 0), |time| (time.seconds, time.nanos))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use cims_proto::event::v1::Event;
    use kit::clock::time;

    use super::*;

    fn event((sequence, seconds): (i64, i64)) -> FoundEvent {
        let time = DateTime::from_timestamp(seconds, 0).map(time::to_proto);
        let event = Event { sequence, time, ..Event::default() };
        FoundEvent { event: Some(event), ..FoundEvent::default() }
    }

    fn services(positions: &Positions) -> Vec<(String, Vec<FoundEvent>)> {
        let all = [("customer", vec![(9, 50), (8, 51), (4, 20)]), ("tagging", vec![(3, 60), (2, 40)])];
        let after = |name: &str, sequence: i64| positions.get(name).is_none_or(|last| sequence < *last);
        let events = all.map(|(name, events)| {
            let left = events.into_iter().filter(|(sequence, _)| after(name, *sequence));
            (name.to_owned(), left.map(event).collect())
        });
        events.to_vec()
    }

    #[test]
    fn pages_have_every_event_once() {
        for size in 1..=6 {
            let (mut positions, mut seen) = (Positions::new(), Vec::new());
            loop {
                let page = merge(positions.clone(), services(&positions), size);
                let Some(last) = page.last() else { break };
                positions = last.positions.clone();
                seen.extend(page.iter().filter_map(|placed| placed.found.event.as_ref()).map(|event| event.sequence));
            }
            assert_eq!(seen, [3, 9, 8, 2, 4], "{size} a page");
        }
    }
}
