//! A file from the agreement's page: read as a role of its own that is gone afterwards, and written down like every read.

use crate::common::{Answer, Visitor};
use crate::granting::Granting;
use axum::http::header;
use chrono::TimeDelta;
use server::jobs::reconcile;
use sqlx::Executor;
use store::PgPool;

const DATASET: &str = "ssot-a.busroutes-dp.output-port1.routes";

async fn download(place: &Granting, who: &Visitor, dataset: &str, format: &str) -> Answer {
    let form = format!("csrf={}&dataset={dataset}&format={format}", who.csrf);
    place.world.post(&format!("{}/download", place.page), Some(&who.cookie), &form).await
}

/// Roles at the source that stand beside the agreement's own, after everything that waits was done.
async fn roles_left(place: &mut Granting) -> i64 {
    // What follows a download is spawned beside its answer.
    for _ in 0..100 {
        let open: i64 = sqlx::query_scalar("SELECT count(*) FROM agreement_credential WHERE once AND ended_at IS NULL")
            .fetch_one(&place.world.pool)
            .await
            .unwrap();
        if open == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    place.work().await;
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar("SELECT id FROM agreement_credential").fetch_all(&place.world.pool).await.unwrap();
    let names: Vec<String> = ids.iter().map(|id| ports::RoleOf::Credential(*id).name()).collect();
    sqlx::query_scalar("SELECT count(*) FROM pg_roles WHERE rolname = ANY($1)").bind(names).fetch_one(&mut place.source).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_file_is_read_as_a_role_that_is_gone_afterwards(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 3).await;
    let jason = place.holder().await;
    assert!(place.world.get(&place.page, Some(&jason.cookie)).await.body.contains("Download Routes as Parquet"));
    let csv = download(&place, &jason, DATASET, "csv").await;
    assert_eq!((csv.status.as_u16(), csv.body.as_str()), (200, "route\n101\n102\n103\n"), "no column that was not agreed");
    let said = |answer: &Answer, name: header::HeaderName| answer.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(said(&csv, header::CONTENT_DISPOSITION), "attachment; filename=\"routes.csv\"");
    for (format, kind) in
        [("jsonl", "application/x-ndjson"), ("parquet", "application/vnd.apache.parquet"), ("arrow", "application/vnd.apache.arrow.stream")]
    {
        let file = download(&place, &jason, DATASET, format).await;
        assert!(file.status == 200 && said(&file, header::CONTENT_TYPE) == kind && !file.body.is_empty(), "{format}");
        assert_eq!(roles_left(&mut place).await, 0, "{format}");
    }
    let reads: Vec<(uuid::Uuid, String)> =
        sqlx::query_as("SELECT actor_id, outcome FROM audit_event WHERE action = 'port.read' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(reads, vec![(jason.person.0, "done".to_owned()); 4], "the person's own reads");
    assert_eq!(download(&place, &jason, "ssot-a.busroutes-dp.output-port1.other", "csv").await.status, 404);
    assert_eq!(download(&place, &jason, DATASET, "xls").await.status, 422);

    let stranger = place.world.visitor("stranger", &[]).await;
    assert_eq!(download(&place, &stranger, DATASET, "csv").await.status, 404);
    pool.execute(
        "INSERT INTO agreement_hold (id, agreement_id, kind, reason, placed_at) SELECT gen_random_uuid(), id, 'terms', 'Why', now() FROM agreement",
    )
    .await
    .unwrap();
    assert_eq!(download(&place, &jason, DATASET, "csv").await.status, 409, "nothing is read under a hold");
    assert_eq!(roles_left(&mut place).await, 0);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_a_dead_server_left_behind_ends_later_and_few_run_at_once(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 3).await;
    let jason = place.holder().await;
    sqlx::query(
        "INSERT INTO agreement_credential (id, agreement_id, person_id, made_by, made_at, once)
         SELECT gen_random_uuid(), id, holder_id, holder_id, $1, true FROM agreement, generate_series(1, 3)",
    )
    .bind(place.world.now())
    .execute(&pool)
    .await
    .unwrap();
    let many = download(&place, &jason, DATASET, "csv").await;
    assert!(many.status == 409 && many.body.contains("3 downloads of yours are running"), "{}", many.body);
    place.world.later(TimeDelta::minutes(21));
    reconcile::tidy(&place.world.state).await.unwrap();
    let jason = place.holder().await;
    assert_eq!(download(&place, &jason, DATASET, "csv").await.status, 200);
    assert_eq!(roles_left(&mut place).await, 0);
}
