//! A token opens what its own agreement grants, whatever address it is shown to, and nothing of anybody else's.

use crate::common::Answer;
use crate::granting::{Granting, ROWS};
use axum::http::Method;
use sqlx::{AssertSqlSafe, Executor};
use store::PgPool;

const OTHER: &str = "00000000-0000-7000-8000-0000000000f2";
const THEIRS: &str = "/api/v1/ports/ssot-a.patients-dp.output-port1.people/rows";
/// What stands in the other agreement's rows.
const SECRET: &str = "Secret-4711";

/// Somebody else's agreement on another product, granted at the same source; gives their token.
async fn another(place: &mut Granting, pool: &PgPool) -> String {
    place
        .source
        .execute(AssertSqlSafe(format!(
            "CREATE SCHEMA health; CREATE TABLE health.patients (ward text); INSERT INTO health.patients VALUES ('{SECRET}');
             SELECT pasar_source.share_table('health', 'patients')"
        )))
        .await
        .unwrap();
    let siti = place.world.visitor("siti.yusof", &[]).await;
    pool.execute(AssertSqlSafe(format!(
        "INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
             SELECT '00000000-0000-7000-8000-0000000000f1', domain_id, 'patients-dp', 'ssot-a.patients-dp', 'Patients', product_type, version, status,
                 visibility, '', created_at, changed_at FROM product;
         INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
             VALUES ('00000000-0000-7000-8000-0000000000f1', 'approval', '{{}}', '{{}}', 'none', 365);
         INSERT INTO request_part (id, request_id, product_id, state, decided_at, due_on)
             SELECT '00000000-0000-7000-8000-0000000000f4', request_id, '00000000-0000-7000-8000-0000000000f1', state, decided_at, due_on FROM request_part;
         INSERT INTO agreement (id, part_id, product_id, holder_id, state, grant_state, made_at, until)
             SELECT '{OTHER}', '00000000-0000-7000-8000-0000000000f4', '00000000-0000-7000-8000-0000000000f1', '{}', 'active', 'pending', made_at, until
             FROM agreement;
         INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
             VALUES ('00000000-0000-7000-8000-0000000000f3', '00000000-0000-7000-8000-0000000000f1', 'people', 'People', 'health', 'patients', 0);
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
             VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000f3', 0, 'ward', 'text', false, false, 'restricted', 'non-sensitive', 'none');
         INSERT INTO output_port VALUES ('00000000-0000-7000-8000-0000000000f5', '00000000-0000-7000-8000-0000000000f1', 'output-port1', 'postgres', NULL);
         INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000f5', '00000000-0000-7000-8000-0000000000f3');
         INSERT INTO agreement_dataset (agreement_id, dataset_id, output_port_id, view_name, columns)
             VALUES ('{OTHER}', '00000000-0000-7000-8000-0000000000f3', '00000000-0000-7000-8000-0000000000f5', 'people', '{{ward}}');
         INSERT INTO outbox (at, topic, object_id, next_attempt_at) VALUES (now(), 'agreement.grant', '{OTHER}', '2026-11-20')",
        siti.person
    )))
    .await
    .unwrap();
    place.work().await;
    let made = place.world.post(&format!("/agreements/{OTHER}/credential"), Some(&siti.cookie), &format!("csrf={}", siti.csrf)).await;
    made.body.split("<code id=\"token\">").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned()
}

async fn read(place: &Granting, path: &str, token: &str) -> Answer {
    place.world.send(Method::GET, path, None, None, &[("authorization", &format!("Bearer {token}"))]).await
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_token_opens_its_own_agreement_alone(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 2).await;
    let holder = place.holder().await;
    let (mine, theirs) = (place.credential(&holder).await, another(&mut place, &pool).await);
    assert_eq!(read(&place, ROWS, &mine).await.body, "route\n101\n102\n");
    assert!(read(&place, THEIRS, &theirs).await.body.contains(SECRET), "the other one does read");

    // What is another's and what never was are refused alike, in every format.
    for format in ["csv", "jsonl", "parquet", "arrow"] {
        for path in [
            THEIRS,
            "/api/v1/ports/ssot-a.patients-dp.people/rows",
            "/api/v1/ports/ssot-a.patients-dp.output-port1.routes/rows",
            "/api/v1/ports/ssot-a.busroutes-dp.output-port1.people/rows",
            "/api/v1/ports/ssot-a.busroutes-dp.output-port2.routes/rows",
            "/api/v1/ports/ssot-a.busroutes-dp/rows",
            "/api/v1/ports/ssot-a.never-was-dp.output-port1.people/rows",
        ] {
            let answer = read(&place, &format!("{path}?format={format}"), &mine).await;
            let refused = answer.status == 403 && answer.body.contains("not_in_agreement") && !answer.body.contains(SECRET);
            assert!(refused, "{path} {format}: {} {}", answer.status, answer.body);
        }
    }
    assert_eq!(read(&place, ROWS, &theirs).await.status, 403, "nor the other way");

    // One agreement's name with another's secret, and what is no agreement's token at all.
    let (my_secret, their_secret) = (mine.splitn(3, '_').nth(2).unwrap(), theirs.splitn(3, '_').nth(2).unwrap());
    let id = OTHER.replace('-', "");
    for token in [format!("pasar_{id}_{my_secret}"), format!("pasar_c_{id}_{my_secret}"), format!("pasar_c_{id}_{their_secret}")] {
        let answer = read(&place, THEIRS, &token).await;
        assert!(answer.status == 401 && answer.body.contains("token_invalid"), "{token}: {} {}", answer.status, answer.body);
    }
    assert_eq!(place.world.get(THEIRS, Some(&holder.cookie)).await.status, 401, "a session is no token");

    // Pages and forms of the other agreement, as the holder of this one.
    for path in [format!("/agreements/{OTHER}"), format!("/api/v1/agreements/{OTHER}")] {
        let answer = place.world.get(&path, Some(&holder.cookie)).await;
        assert!(matches!(answer.status.as_u16(), 403 | 404) && !answer.body.contains(SECRET), "{path}: {}", answer.status);
    }
    let stolen = place.world.post(&format!("/agreements/{OTHER}/credential"), Some(&holder.cookie), &format!("csrf={}", holder.csrf)).await;
    assert_eq!(stolen.status, 404);
    assert!(read(&place, THEIRS, &theirs).await.body.contains(SECRET), "and the credential is what it was");
    let refused: i64 =
        sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE action = 'port.read' AND outcome = 'refused' AND reason = 'not_in_agreement'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(refused, 29, "each attempt with a token is in the trail");
}
