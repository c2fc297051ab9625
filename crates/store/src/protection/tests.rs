//! The record's own functions say the same as the domain, for every column that there can be.

use domain::catalogue::{Classification, ColumnType, PersonalCategory, Sensitivity};
use domain::protection::{ColumnName, DateUnit, KeyScope, Technique};
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

const CHOICES: &[Option<Technique>] = &[
    None,
    Some(Technique::Clear {}),
    Some(Technique::Suppress {}),
    Some(Technique::LAST_FOUR),
    Some(Technique::Pseudonym { per: KeyScope::Purpose }),
    Some(Technique::Band { width: 5 }),
    Some(Technique::DateTo { unit: DateUnit::Day }),
    Some(Technique::DateTo { unit: DateUnit::Year }),
    Some(Technique::PostalSector {}),
    Some(Technique::Grid { thousandths: 10 }),
    Some(Technique::Round { digits: -1 }),
    Some(Technique::Noise { most: 3 }),
];

fn choices() -> Vec<Option<Technique>> {
    let area = ColumnName::new("longitude").map(|longitude| Technique::PlanningArea { longitude });
    CHOICES.iter().copied().chain(area.map(Some)).collect()
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_record_and_the_domain_agree_on_what_leaves(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    let dataset = Uuid::from_u128(1);
    sqlx::raw_sql(
        "SET session_replication_role = replica;
         INSERT INTO dataset (id, product_id, name, title, position) VALUES ('00000000-0000-0000-0000-000000000001', gen_random_uuid(), 'd', 'D', 1)",
    )
    .execute(&mut *conn)
    .await
    .unwrap();
    let mut names: Vec<String> = vec![];
    let (mut types, mut classes, mut sensitivities, mut personals, mut techniques) = (vec![], vec![], vec![], vec![], vec![]);
    for column in ColumnType::ALL {
        for class in Classification::ALL {
            for sensitivity in Sensitivity::ALL {
                for personal in PersonalCategory::ALL {
                    for choice in choices() {
                        names.push(format!("c{}", names.len()));
                        types.push(column.as_str());
                        classes.push(class.as_str());
                        sensitivities.push(sensitivity.as_str());
                        personals.push(personal.as_str());
                        techniques.push(choice.map(Json));
                    }
                }
            }
        }
    }
    sqlx::query(
        "INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal, technique)
         SELECT gen_random_uuid(), $1, 1, u.name, u.kind, true, false, u.class, u.sensitivity, u.personal, u.technique
         FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[]) AS u(name, kind, class, sensitivity, personal, technique)",
    )
    .bind(dataset)
    .bind(&names)
    .bind(&types)
    .bind(&classes)
    .bind(&sensitivities)
    .bind(&personals)
    .bind(&techniques)
    .execute(&mut *conn)
    .await
    .unwrap();
    for waived in [false, true] {
        if waived {
            sqlx::query(
                "INSERT INTO technique_waiver (id, dataset_id, column_name, reason, granted_by, granted_at, until)
                 SELECT gen_random_uuid(), dataset_id, name, 'tried', gen_random_uuid(), now(), now() FROM data_column",
            )
            .execute(&mut *conn)
            .await
            .unwrap();
        }
        let known = super::columns(&mut conn, &[dataset]).await.unwrap().remove(&dataset).unwrap();
        assert_eq!(known.len(), names.len());
        let said: Vec<(String, bool, bool)> =
            sqlx::query_as("SELECT c.name, column_leaves(c), column_is_clear(c) FROM data_column c").fetch_all(&mut *conn).await.unwrap();
        for (name, leaves, clear) in said {
            let technique = known[&name].effective(None);
            assert_eq!((leaves, clear), (!technique.is_suppressed(), technique.is_clear()), "{:?}", known[&name]);
        }
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_choice_outlives_a_document_that_is_applied_again(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    let write = "INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
                 VALUES (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 1, 'nric', 'text', true, false, 'restricted', 'sensitive-high', 'direct')";
    for statement in [
        "ALTER TABLE data_column DROP CONSTRAINT data_column_dataset_id_fkey; ALTER TABLE technique_choice DROP CONSTRAINT technique_choice_dataset_id_fkey",
        write,
        r#"UPDATE data_column SET technique = '{"technique": "mask", "first": 0, "last": 4, "shortest": 8}'"#,
        "DELETE FROM data_column",
        write,
    ] {
        sqlx::raw_sql(statement).execute(&mut *conn).await.unwrap();
    }
    let chosen = async |conn: &mut sqlx::PgConnection| {
        let known = super::columns(conn, &[Uuid::from_u128(1)]).await.unwrap();
        known[&Uuid::from_u128(1)]["nric"].effective(None)
    };
    assert_eq!(chosen(&mut conn).await, Technique::LAST_FOUR);
    for statement in ["UPDATE data_column SET technique = NULL", "DELETE FROM data_column", write] {
        sqlx::raw_sql(statement).execute(&mut *conn).await.unwrap();
    }
    assert_eq!(chosen(&mut conn).await, Technique::Suppress {}, "back to the default, for good");
}
