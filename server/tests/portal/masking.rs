//! Techniques from the steward's choice and a decider's condition to the rows that are read.

use crate::common::{Visitor, World};
use crate::granting::Granting;
use chrono::TimeDelta;
use domain::audit::Origin;
use domain::id::{DatasetId, PersonId};
use domain::organisation::{Role, Scope};
use domain::protection::{DatasetPolicy, KAnonymity, KeyScope, Technique};
use sqlx::Executor;
use store::{PgPool, StoreError, protection};

const DATASET: &str = "00000000-0000-7000-8000-0000000000b1";
const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";

fn dataset() -> DatasetId {
    DATASET.parse().unwrap()
}

async fn person(pool: &PgPool) -> PersonId {
    PersonId(sqlx::query_scalar("SELECT id FROM person ORDER BY id LIMIT 1").fetch_one(pool).await.unwrap())
}

async fn choose(place: &Granting, pool: &PgPool, column: &str, choice: Option<Technique>) -> store::Result<()> {
    let actor = person(pool).await;
    let mut tx = pool.begin().await.unwrap();
    protection::choose(&mut tx, actor, dataset(), column, choice, &Origin::default(), place.world.now()).await?;
    tx.commit().await.unwrap();
    place.work().await;
    Ok(())
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_a_steward_chooses_is_what_is_read(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    pool.execute("UPDATE agreement_dataset SET columns = '{route,driver}'; UPDATE data_column SET column_type = 'text'").await.unwrap();
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    assert_eq!(place.read(&token).await.body, "route\n101\n102\n", "personal columns are left out while nobody chose");
    choose(&place, &pool, "driver", Some(Technique::Mask { first: 0, last: 2, shortest: 6 })).await.unwrap();
    assert_eq!(place.read(&token).await.body, "route,driver\n101,xxxxxdy\n102,xxxxxdy\n");
    let page = place.world.get(&place.page, Some(&holder.cookie)).await.body;
    assert!(page.contains("How columns of Routes are protected") && page.contains("the last 2 characters"), "{page}");
    choose(&place, &pool, "driver", Some(Technique::Pseudonym { per: KeyScope::Agreement })).await.unwrap();
    let read = place.read(&token).await.body;
    let cells: Vec<&str> = read.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    assert!(cells.len() == 2 && cells[0] == cells[1] && cells[0].len() == 20 && !read.contains("somebody"), "{read}");
    // To show it as it is takes more than a steward, and lasts no longer than the waiver.
    let refused = choose(&place, &pool, "driver", Some(Technique::Clear {})).await;
    assert!(matches!(&refused, Err(StoreError::Conflict(why)) if why.contains("waiver")), "{refused:?}");
    let (actor, until) = (person(&pool).await, place.world.now() + TimeDelta::days(2));
    let mut tx = pool.begin().await.unwrap();
    let now = place.world.now();
    protection::waive(&mut tx, actor, dataset(), "driver", "An inquest asks for names.", until, &Origin::default(), &place.world.state.ids, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    choose(&place, &pool, "driver", Some(Technique::Clear {})).await.unwrap();
    assert!(place.read(&token).await.body.contains("somebody"));
    place.world.later(TimeDelta::days(3));
    let mut tx = pool.begin().await.unwrap();
    assert_eq!(protection::end_waivers(&mut tx, place.world.now()).await.unwrap(), 1);
    tx.commit().await.unwrap();
    place.work().await;
    assert_eq!(place.read(&token).await.body, "route\n101\n102\n");
    let trail: Vec<String> =
        sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = 'technique.change' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(trail.len(), 5, "{trail:?}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_policy_holds_for_rows_together(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 4).await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let set = async |policy: DatasetPolicy| {
        let actor = person(&pool).await;
        let mut tx = pool.begin().await.unwrap();
        let set = protection::set_policy(&mut tx, actor, dataset(), &policy, &Origin::default(), place.world.now()).await;
        tx.commit().await.unwrap();
        place.work().await;
        set
    };
    let without = [("route".to_owned(), ["102".to_owned()].into())].into();
    set(DatasetPolicy { without, ..DatasetPolicy::default() }).await.unwrap();
    assert_eq!(place.read(&token).await.body, "route\n101\n103\n104\n");
    let k = Some(KAnonymity { k: 2, identifiers: ["route".to_owned()].into() });
    set(DatasetPolicy { k: k.clone(), ..DatasetPolicy::default() }).await.unwrap();
    assert_eq!(place.read(&token).await.body, "route\n", "each is alone in its group");
    assert!(place.world.get(&place.page, Some(&holder.cookie)).await.body.contains("At least 2 rows for each combination of route"));
    let unknown = Some(KAnonymity { k: 2, identifiers: ["pay".to_owned()].into() });
    assert!(set(DatasetPolicy { k: unknown, ..DatasetPolicy::default() }).await.is_err());
}

/// The path of the step that this person may decide now.
async fn step(world: &World, who: &Visitor) -> String {
    let body = world.get("/work", Some(&who.cookie)).await.body;
    let step = body.split("action=\"/work/").find_map(|rest| rest.split_once("/approve\"").map(|(step, _)| step.to_owned()));
    format!("/work/{}", step.unwrap())
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_condition_asks_for_a_stronger_mask_and_never_for_a_weaker_one(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    pool.execute("DELETE FROM outbox; DELETE FROM agreement_dataset; DELETE FROM agreement; DELETE FROM part_step; DELETE FROM request_part; DELETE FROM access_request").await.unwrap();
    choose(&place, &pool, "driver", Some(Technique::Mask { first: 2, last: 2, shortest: 8 })).await.unwrap();
    let world = &place.world;
    let steward = world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let holder = place.holder().await;
    let form = format!(
        "csrf={}&key={}&ports=ssot-a.busroutes-dp.output-port1.routes&purpose=planning&explanation=why&legal_basis=law&team=team&until=2027-06-30",
        holder.csrf,
        uuid::Uuid::from_u128(9)
    );
    assert_eq!(world.post("/requests", Some(&holder.cookie), &form).await.status, 303);
    let shown = world.get("/work", Some(&steward.cookie)).await.body;
    assert!(shown.contains("What they would see of Routes") && shown.contains("soxxxxxdy"), "as the requester would get it: {shown}");
    assert!(!shown.contains("somebody"), "{shown}");
    let key = format!("00000000-0000-7000-8000-0000000000b3:{DATASET}");
    let path = format!("{}/approve", step(world, &steward).await);
    let approve = async |mask: &str| {
        let mask: String = url::form_urlencoded::byte_serialize(mask.as_bytes()).collect();
        let fields = format!(
            "csrf={}&until=2026-12-20&columns_shown={key}&columns={key}/route&columns={key}/driver&mask_columns={key}/driver&masks={mask}",
            steward.csrf
        );
        world.post(&path, Some(&steward.cookie), &fields).await
    };
    for wrong in
        [r#"{"technique": "clear"}"#, r#"{"technique": "mask", "first": 3, "last": 2, "shortest": 10}"#, r#"{"technique": "band", "width": 5}"#, "x"]
    {
        let answer = approve(wrong).await;
        assert!(answer.status == 422 && answer.body.contains("only ever makes stricter"), "{wrong}: {}", answer.body);
    }
    assert_eq!(approve(r#"{"technique": "mask", "first": 0, "last": 2, "shortest": 8}"#).await.status, 303);
    let agreement: uuid::Uuid = sqlx::query_scalar("SELECT id FROM agreement").fetch_one(&pool).await.unwrap();
    place.work().await;
    let rows = place.world.state.source.sample(agreement, "routes", 5).await.unwrap().unwrap();
    assert_eq!(rows.1[0], [Some("101".to_owned()), Some("xxxxxdy".to_owned())]);
    // A steward who later asks for less does not loosen what was agreed.
    choose(&place, &pool, "driver", Some(Technique::Mask { first: 4, last: 0, shortest: 8 })).await.unwrap();
    let rows = place.world.state.source.sample(agreement, "routes", 5).await.unwrap().unwrap();
    assert_eq!(rows.1[0][1], Some("xxxxx".to_owned()), "what fulfils both");
    place.world.state.source.end(agreement).await.unwrap();
}
