//! Random sets of roles never show a record or a value outside the union of their grants, and show all within it: in lists,
//! searches, records, histories, figures, the log of operations and the notices of open pages.

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::{
    reading::{Page, Reading},
    scene::{Scene, WORD},
    shown::Shown,
    sight::Sight,
};

const SEED: u64 = 20_261_130;
const TURNS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn random_roles_show_what_their_union_grants_and_nothing_else() {
    let mut random = StdRng::seed_from_u64(SEED);
    let mut scene = Scene::create().await;
    for turn in 0..TURNS {
        scene.deal(turn, &mut random).await;
        let mut pages = Vec::new();
        for reader in &scene.readers {
            pages.push(Page::open(reader).await);
        }
        let last = scene.touch(turn).await;
        let customers: Vec<String> = scene.customers.iter().map(|own| own.id.clone()).collect();
        let whole = Reading::of(&scene.admin, WORD, &customers).await;
        for (reader, page) in scene.readers.iter().zip(pages) {
            let sight = Sight { model: &scene.model, person: &reader.id };
            let roles = sight.model.people[&reader.id].roles.iter().map(|role| (role, &sight.model.roles[role]));
            let what = format!("seed {SEED}, turn {turn}, {}: {:#?}", reader.name(), roles.collect::<Vec<_>>());
            let shown = Shown { scene: &scene, sight, reader, what: &what };
            shown.check_notices(&page.told(&last).await);
            shown.check(&whole, &Reading::of(reader, WORD, &customers).await);
            shown.check_questions(&whole, random.random_range(0..customers.len())).await;
        }
    }
    scene.world.stop().await;
}
