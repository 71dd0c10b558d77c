//! What operators see of migrations before and after they run.

use cims::Settings;
use kit::{
    Failure,
    database::{Step, StepState},
};

/// Prints what is still to run, a line each.
pub async fn plan(settings: &Settings) -> Result<(), Failure> {
    let steps = cims::migrations(&settings.database).await?;
    let pending: Vec<&Step> = steps.iter().filter(|step| step.state == StepState::Pending).collect();
    for step in &pending {
        println!("{:<12} {:04} {}", step.schema, step.version, step.description);
    }
    println!("{} to run", pending.len());
    sound(&steps)
}

/// Prints how far each schema is.
pub async fn status(settings: &Settings) -> Result<(), Failure> {
    let steps = cims::migrations(&settings.database).await?;
    for own in steps.chunk_by(|one, next| one.schema == next.schema) {
        let count = |state| own.iter().filter(|step| step.state == state).count();
        let (applied, pending, ahead) =
            (count(StepState::Applied), count(StepState::Pending), count(StepState::Unknown));
        println!("{:<12} {applied} applied, {pending} to run, {ahead} of a newer version", own[0].schema);
    }
    sound(&steps)?;
    match steps.iter().filter(|step| step.state == StepState::Pending).count() {
        0 => Ok(()),
        pending => Err(Failure::internal(format!("{pending} migrations are to run: cims migrate"))),
    }
}

fn sound(steps: &[Step]) -> Result<(), Failure> {
    match steps.iter().find(|step| step.state == StepState::Changed) {
        Some(step) => Err(Failure::internal(format!(
            "{} {:04} {} ran as another text than this binary has",
            step.schema, step.version, step.description
        ))),
        None => Ok(()),
    }
}
