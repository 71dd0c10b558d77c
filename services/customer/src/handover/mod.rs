//! This service's part of a handover (I-10): customers of one person go to others, by rules.
//!
//! Those in the bin stay: they are nobody's work. What hangs on a customer, its contact records and follow-ups in other
//! services included, goes along by its event.

mod rpc;
mod store;
mod work;

pub use rpc::HandoverService;

use cims_proto::handover::v1::HandoverRule;
use kit::{Failure, call::parse_id};
use uuid::Uuid;

/// The subject of a customer's events.
const CUSTOMER: &str = "customer.customer";

/// Whose customers go to whom.
#[derive(Debug)]
struct Plan {
    owner_id: Uuid,
    rules: Vec<Rule>,
}

#[derive(Debug, Eq, PartialEq)]
struct Rule {
    /// What the codes of its region and of all below it begin with; empty: any.
    region: String,
    /// Empty: any.
    level: String,
    receivers: Vec<Uuid>,
}

/// The rule that fits a customer, and which of its receivers the customer falls to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Fit {
    /// 1 is the first; 0: none fits.
    rule: usize,
    share: usize,
}

impl Plan {
    fn parse(owner_id: &str, rules: &[HandoverRule]) -> Result<Plan, Failure> {
        let rules = rules.iter().map(Rule::parse).collect::<Result<_, _>>()?;
        Ok(Plan { owner_id: parse_id("/ownerId", owner_id)?, rules })
    }

    /// None when no rule fits.
    fn receiver(&self, fit: Fit) -> Option<Uuid> {
        self.rules.get(fit.rule.checked_sub(1)?)?.receivers.get(fit.share).copied()
    }

    fn receivers(&self) -> Vec<Uuid> {
        let mut all: Vec<Uuid> = self.rules.iter().flat_map(|rule| &rule.receivers).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Rule {
    fn parse(rule: &HandoverRule) -> Result<Rule, Failure> {
        Ok(Rule {
            region: region::stem(&rule.region_code).to_owned(),
            level: rule.level.clone(),
            receivers: rule.receiver_ids.iter().map(|id| parse_id("/receiverIds", id)).collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_means_all_below_it_and_a_share_one_of_the_receivers() {
        let ids = [1, 2].map(Uuid::from_u128);
        let rule = |region: &str| HandoverRule {
            region_code: region.to_owned(),
            level: String::new(),
            receiver_ids: ids.map(|id| id.to_string()).to_vec(),
        };
        let beginning = |region: &str| Rule::parse(&rule(region)).expect("a rule").region;
        assert_eq!(["", "330000", "330100", "330106"].map(beginning), ["", "33", "3301", "330106"]);
        let plan = Plan::parse(&ids[0].to_string(), &[rule("330000")]).expect("a plan");
        assert_eq!(plan.receiver(Fit { rule: 1, share: 1 }), Some(ids[1]));
        assert_eq!(plan.receiver(Fit { rule: 0, share: 0 }), None, "no rule fits");
        assert_eq!(plan.receivers(), ids);
    }
}
