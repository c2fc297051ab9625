//! The pages on which protection is chosen: who may, what holds after, and what a source hides before it does.

use crate::common::{Answer, Visitor};
use crate::granting::Granting;
use axum::http::Method;
use chrono::TimeDelta;
use domain::audit::Origin;
use domain::id::{DatasetId, ProductId};
use domain::organisation::{Role, Scope};
use domain::protection::{DatasetPolicy, KAnonymity, Technique};
use serde_json::{Value, json};
use sqlx::Executor;
use store::protection::{self, Changed, ProtectionChange};
use store::{PgPool, StoreError};

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const PRODUCT: &str = "00000000-0000-7000-8000-000000000005";
const DATASET: &str = "00000000-0000-7000-8000-0000000000b1";
const PAGE: &str = "/products/ssot-a.busroutes-dp/protection";

fn domain(role: Role) -> (Role, Scope) {
    (role, Scope::Domain(DOMAIN.parse().unwrap()))
}

async fn place(pool: &PgPool, rows: i32) -> Granting {
    let place = Granting::new(pool.clone(), "{}", rows).await;
    pool.execute("UPDATE agreement_dataset SET columns = '{route,driver}'; UPDATE data_column SET column_type = 'text'").await.unwrap();
    place
}

fn form(who: &Visitor, fields: &[(&str, &str)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("csrf", &who.csrf).extend_pairs(fields);
    form.finish()
}

async fn post(place: &Granting, who: &Visitor, path: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = place.world.post(path, Some(&who.cookie), &form(who, fields)).await;
    place.work().await;
    answer
}

/// The hidden field of a page, as it goes back.
fn before(page: &str) -> String {
    let value = page.split("name=\"before\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    value.replace("&quot;", "\"").replace("&amp;", "&")
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_steward_chooses_sees_rows_first_and_readers_get_it(pool: PgPool) {
    let place = place(&pool, 2).await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let steward = place.world.visitor("grace.tan", &[domain(Role::Steward)]).await;
    let column = format!("{PAGE}/routes/driver");
    let page = place.world.get(PAGE, Some(&steward.cookie)).await;
    assert!(page.status == 200 && page.body.contains("are left out") && page.body.contains(&format!("{column}\"")), "{}", page.body);
    let kept = place.world.get("/manage", Some(&steward.cookie)).await.body;
    assert!(kept.contains("ssot-a.busroutes-dp") && kept.contains(&format!("{PAGE}\"")), "{kept}");
    assert!(place.world.get("/manage", Some(&holder.cookie)).await.body.contains("You look after no product."));
    let product = PAGE.trim_end_matches("/protection");
    assert!(place.world.get(product, Some(&steward.cookie)).await.body.contains("Choose what readers get"));
    assert!(!place.world.get(product, Some(&holder.cookie)).await.body.contains("Choose what readers get"));
    for (path, who) in [(PAGE.to_owned(), &holder), (column.clone(), &holder), (format!("{PAGE}/routes"), &holder)] {
        assert_eq!(place.world.get(&path, Some(&who.cookie)).await.status, 403, "{path}");
    }
    assert_eq!(post(&place, &holder, &column, &[("technique", "clear")]).await.status, 403);

    let mask = [("technique", "mask"), ("technique_first", "0"), ("technique_last", "2"), ("technique_shortest", "6")];
    let page = place.world.get(&column, Some(&steward.cookie)).await.body;
    let seen = before(&page);
    let shown = [&mask[..], &[("do", "preview"), ("before", &seen)]].concat();
    let preview = post(&place, &steward, &column, &shown).await;
    assert!(preview.status == 200 && preview.body.contains("xxxxxdy") && !preview.body.contains("somebody"), "{}", preview.body);
    assert_eq!(place.read(&token).await.body, "route\n101\n102\n", "shown, not chosen");

    let chosen = [&mask[..], &[("do", "choose"), ("before", &seen)]].concat();
    assert_eq!(post(&place, &steward, &column, &chosen).await.location(), format!("{PAGE}?done=chosen"));
    assert_eq!(place.read(&token).await.body, "route,driver\n101,xxxxxdy\n102,xxxxxdy\n");
    let again = [("technique", "suppress"), ("do", "choose"), ("before", &seen)];
    let behind = post(&place, &steward, &column, &again).await;
    assert!(behind.status == 409 && behind.body.contains("since the page was read"), "{}", behind.body);
    let wrong = [("technique", "mask"), ("technique_first", "x"), ("do", "choose")];
    let wrong = post(&place, &steward, &column, &wrong).await;
    assert!(wrong.status == 422 && wrong.body.contains("value=\"x\"") && wrong.body.contains("in digits"), "{}", wrong.body);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM column_tightening").fetch_one(&pool).await.unwrap();
    assert_eq!(left, 0);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_waiver_takes_more_than_a_steward_and_ends(pool: PgPool) {
    let place = place(&pool, 2).await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let steward = place.world.visitor("grace.tan", &[domain(Role::Steward)]).await;
    let owner = place.world.visitor("lim.owner", &[domain(Role::Owner)]).await;
    let column = format!("{PAGE}/routes/driver");
    let clear = [("technique", "clear"), ("do", "choose")];
    let refused = post(&place, &steward, &column, &clear).await;
    assert!(refused.status == 409 && refused.body.contains("waiver"), "{}", refused.body);
    let waiver = [("reason", "An inquest asks for names."), ("until", "2026-12-20")];
    assert_eq!(post(&place, &steward, &format!("{column}/waive"), &waiver).await.status, 403);
    let short = post(&place, &owner, &format!("{column}/waive"), &[("reason", "why"), ("until", "2031-01-01")]).await;
    assert!(short.status == 422 && short.body.contains("value=\"why\"") && short.body.contains("Choose a day"), "{}", short.body);
    assert_eq!(post(&place, &owner, &format!("{column}/waive"), &waiver).await.location(), format!("{PAGE}?done=waived"));
    assert_eq!(post(&place, &steward, &column, &clear).await.location(), format!("{PAGE}?done=chosen"));
    assert!(place.read(&token).await.body.contains("somebody"));
    assert!(place.world.get(PAGE, Some(&steward.cookie)).await.body.contains("An inquest asks for names."));
    let ended = post(&place, &owner, &format!("{column}/end-waiver"), &[("reason", "The inquest is over.")]).await;
    assert_eq!(ended.location(), format!("{PAGE}?done=waiver-ended"), "{}", ended.body);
    assert_eq!(place.read(&token).await.body, "route\n101\n102\n");
    let twice = post(&place, &owner, &format!("{column}/end-waiver"), &[("reason", "The inquest is over.")]).await;
    assert_eq!(twice.status, 409);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn rows_are_protected_and_the_achieved_k_is_shown(pool: PgPool) {
    let place = place(&pool, 4).await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let steward = place.world.visitor("grace.tan", &[domain(Role::Steward)]).await;
    let rows = format!("{PAGE}/routes");
    let seen = before(&place.world.get(&rows, Some(&steward.cookie)).await.body);
    let unknown = post(&place, &steward, &rows, &[("before", &seen), ("policy_without", "pay: 1")]).await;
    assert!(unknown.status == 422 && unknown.body.contains("is not a column"), "{}", unknown.body);
    let fields = [("before", seen.as_str()), ("policy_without", "route: 102"), ("policy_k", "3"), ("policy_identifiers", "driver")];
    assert_eq!(post(&place, &steward, &rows, &fields).await.location(), format!("{PAGE}?done=chosen"));
    assert_eq!(place.read(&token).await.body, "route\n101\n103\n104\n");
    let page = place.world.get(PAGE, Some(&steward.cookie)).await.body;
    assert!(page.contains("Smallest group that readers see") && page.contains("Asked for (k)"), "{page}");
    assert_eq!(post(&place, &steward, &rows, &fields).await.status, 409, "made from what does not hold any more");
    let policy: sqlx::types::Json<DatasetPolicy> = sqlx::query_scalar("SELECT policy FROM dataset").fetch_one(&pool).await.unwrap();
    assert_eq!(policy.k, Some(KAnonymity { k: 3, identifiers: ["driver".to_owned()].into() }));
}

/// Whoever dies between writing down and confirming leaves the source hiding more; taking it back shows again what was shown.
#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn dying_in_between_leaves_less_to_read(pool: PgPool) {
    let place = place(&pool, 2).await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let steward = place.world.visitor("grace.tan", &[domain(Role::Steward)]).await;
    let state = &place.world.state;
    let change = |what| ProtectionChange {
        product: ProductId(PRODUCT.parse().unwrap()),
        address: "ssot-a.busroutes-dp".into(),
        dataset: DatasetId(DATASET.parse().unwrap()),
        what,
    };
    let mask = Technique::Mask { first: 0, last: 2, shortest: 6 };
    let shown = change(Changed::Column { name: "driver".into(), before: None, choice: Some(mask) });
    server::tightening::protect(state, steward.person, &shown, &Origin::default()).await.unwrap();
    place.work().await;
    assert!(place.read(&token).await.body.contains("xxxxxdy"));
    let hidden = change(Changed::Column { name: "driver".into(), before: Some(mask), choice: Some(Technique::Suppress {}) });
    let mut tx = pool.begin().await.unwrap();
    protection::begin(&mut tx, steward.person, &hidden, place.world.now()).await.unwrap();
    tx.commit().await.unwrap();
    // Dead here. What the outbox holds makes the source so.
    place.world.later(TimeDelta::minutes(2));
    place.work().await;
    assert_eq!(place.read(&token).await.body, "route\n101\n102\n");
    assert!(place.world.get(PAGE, Some(&steward.cookie)).await.body.contains("was interrupted"));
    // Another who began meanwhile is not overtaken.
    let mut conn = pool.acquire().await.unwrap();
    let other = change(Changed::Column { name: "driver".into(), before: Some(mask), choice: None });
    let overtaken = protection::confirm(&mut conn, steward.person, &other, &Origin::default(), place.world.now()).await;
    assert!(matches!(overtaken, Err(StoreError::Conflict(_))), "{overtaken:?}");
    let back = place.world.post("/products/ssot-a.busroutes-dp/classify/take-back", Some(&steward.cookie), &form(&steward, &[])).await;
    assert_eq!(back.status, 303, "{}", back.body);
    place.work().await;
    assert!(place.read(&token).await.body.contains("xxxxxdy"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_key_is_made_anew_and_the_holder_is_told(pool: PgPool) {
    let place = place(&pool, 2).await;
    pool.execute(r#"UPDATE data_column SET technique = '{"technique": "pseudonym", "per": "agreement"}' WHERE name = 'driver'"#).await.unwrap();
    pool.execute("INSERT INTO outbox (at, topic, object_id, next_attempt_at) SELECT now(), 'agreement.protect', id, '2026-11-20' FROM agreement")
        .await
        .unwrap();
    place.work().await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let first = place.read(&token).await.body;
    let owner = place.world.visitor("lim.owner", &[domain(Role::Owner)]).await;
    let path = format!("{}/rotate-key", place.page);
    assert_eq!(post(&place, &holder, &path, &[]).await.status, 403, "a holder of rows does not make their pseudonyms others");
    assert!(place.world.get(&place.page, Some(&owner.cookie)).await.body.contains("Make its pseudonyms anew"));
    assert_eq!(post(&place, &owner, &path, &[]).await.status, 303);
    let second = place.read(&token).await.body;
    assert!(first != second && first.lines().count() == second.lines().count(), "{first} {second}");
    let told: i64 = sqlx::query_scalar("SELECT count(*) FROM event WHERE topic = 'key.rotated'").fetch_one(&pool).await.unwrap();
    assert_eq!(told, 1);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_engine_is_answered_from_the_agreements_own_plan(pool: PgPool) {
    let key = "a key of the test, long enough".repeat(2).replace(' ', "-");
    let place = Granting::with(pool.clone(), "{}", 2, &[("PASAR_ENGINE_KEY", &key)]).await;
    let user: String = sqlx::query_scalar("SELECT 'pasar_a_' || replace(id::text, '-', '') FROM agreement").fetch_one(&pool).await.unwrap();
    let (schema, table): (String, String) =
        sqlx::query_as("SELECT table_schema, table_name FROM dataset WHERE table_name IS NOT NULL").fetch_one(&pool).await.unwrap();
    let ask = async |key: &str, user: &str, column: &str| -> (u16, Value) {
        let at = json!({"catalogName": "c", "schemaName": schema, "tableName": table, "columnName": column, "columnType": "varchar"});
        let input = json!({"input": {"context": {"identity": {"user": user}}, "action": {"operation": "GetColumnMask", "resource": {"column": at}}}});
        let answer = place.world.send(Method::POST, &format!("/v1/data/trino/{key}/columnMask"), None, Some(&input.to_string()), &[]).await;
        (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_default())
    };
    let nothing = json!({"result": {"expression": "CAST(NULL AS varchar)"}});
    let key = key.as_str();
    assert_eq!(ask(key, &user, "route").await, (200, json!({ "result": null })));
    assert_eq!(ask(key, &user, "driver").await, (200, nothing.clone()));
    assert_eq!(ask(key, "jason.lim", "route").await, (200, nothing.clone()), "nobody's name opens anything");
    assert_eq!(ask("0123456789abcdef0123456789abcdee", &user, "route").await.0, 404);
    pool.execute("UPDATE agreement SET state = 'revoked', ended_at = now()").await.unwrap();
    assert_eq!(ask(key, &user, "route").await, (200, nothing));
}
