//! The state of a handover: that of all its parts together.

use chrono::{DateTime, Utc};
use cims_proto::job::State;
use kit::clock::time;

use super::{Goal, Progress};

/// The state that a goal leads through.
pub fn meant(goal: Goal) -> State {
    match goal {
        Goal::HandOver => State::Running,
        Goal::Cancel => State::Cancelled,
        Goal::Undo => State::Undoing,
    }
}

/// As long as one part goes on, all of it does; then one that failed counts before those that did not.
pub fn of(goal: Goal, progress: &[Progress]) -> State {
    let states: Vec<State> = progress.iter().map(|own| part(goal, own)).collect();
    let end = match goal {
        Goal::HandOver | Goal::Cancel => State::Succeeded,
        Goal::Undo => State::Undone,
    };
    let first = [State::Running, State::Undoing, State::Failed, State::Cancelled];
    first.into_iter().find(|state| states.contains(state)).unwrap_or(end)
}

fn part(goal: Goal, Progress { part, answer }: &Progress) -> State {
    let job = answer.as_ref().and_then(|answer| answer.job.as_ref());
    match (part.refused, job) {
        // What was never begun needs no undo.
        (true, None) if goal == Goal::Undo => State::Undone,
        (true, _) => State::Failed,
        (false, Some(job)) if part.told == Some(goal) => job.state(),
        (false, _) if goal == Goal::Undo => State::Undoing,
        (false, _) => State::Running,
    }
}

/// When the last part ended; none while one goes on.
pub fn finish_time(state: State, progress: &[Progress]) -> Option<DateTime<Utc>> {
    if matches!(state, State::Running | State::Undoing) {
        return None;
    }
    let ends = progress.iter().filter_map(|own| own.answer.as_ref()?.job.as_ref()?.finish_time.as_ref());
    ends.filter_map(time::from_proto).max()
}

#[cfg(test)]
mod tests {
    use cims_proto::{Job, handover::v1::HandoverPart};

    use super::{super::Part, *};

    fn own(told: Option<Goal>, state: Option<State>) -> Progress {
        let job = state.map(|state| Job { state: state.into(), ..Job::default() });
        let answer = job.map(|job| HandoverPart { job: Some(job), ..HandoverPart::default() });
        Progress { part: Part { service: "customer".to_owned(), told, refused: false }, answer }
    }

    fn refused(told: Option<Goal>, state: Option<State>) -> Progress {
        let own = own(told, state);
        Progress { part: Part { refused: true, ..own.part }, ..own }
    }

    #[test]
    fn all_parts_together_have_one_state() {
        let (over, undo) = (Some(Goal::HandOver), Some(Goal::Undo));
        let cases = [
            (Goal::HandOver, vec![], State::Succeeded),
            (Goal::HandOver, vec![own(None, None)], State::Running),
            (Goal::HandOver, vec![own(over, Some(State::Succeeded)), own(None, None)], State::Running),
            (Goal::HandOver, vec![own(over, Some(State::Succeeded)), own(over, Some(State::Failed))], State::Failed),
            (Goal::HandOver, vec![own(over, Some(State::Succeeded)), refused(None, None)], State::Failed),
            // The service runs on until it has been told.
            (Goal::Cancel, vec![own(over, Some(State::Running))], State::Running),
            (Goal::Cancel, vec![own(Some(Goal::Cancel), Some(State::Cancelled))], State::Cancelled),
            (Goal::Cancel, vec![own(Some(Goal::Cancel), Some(State::Succeeded))], State::Succeeded),
            (Goal::Undo, vec![own(over, Some(State::Succeeded))], State::Undoing),
            (Goal::Undo, vec![own(undo, Some(State::Undone)), refused(None, None)], State::Undone),
            (Goal::Undo, vec![own(undo, Some(State::Undone)), own(undo, Some(State::Failed))], State::Failed),
            (Goal::Undo, vec![refused(over, Some(State::Succeeded))], State::Failed),
        ];
        for (goal, progress, state) in cases {
            assert_eq!(of(goal, &progress), state, "{goal:?} {progress:?}");
        }
    }
}
