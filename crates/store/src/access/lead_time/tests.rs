//! Every part once, with its pauses; nothing of products that the reader may not know of.

use super::*;
use crate::PgPool;
use sqlx::Executor;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Product 10 of agency `a` is listed, 11 of agency `b` is hidden from all but person 22, its steward. Person 20 asks for agency
/// A, 21 for B. Parts 40 to 43 are on product 10, 44 is on product 11; 43 is of October.
const RECORD: &str = "
    INSERT INTO sector VALUES ('00000000-0000-0000-0000-000000000001', 's', 'Sector', 'Centre');
    INSERT INTO agency SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, chr(95 + n), 'Agency ' || chr(63 + n), NULL FROM generate_series(2, 3) n;
    INSERT INTO data_domain SELECT ('00000000-0000-0000-0000-00000000000' || n + 2)::uuid, 'd' || n, 'Domain', NULL,
        ('00000000-0000-0000-0000-00000000000' || n)::uuid, '00000000-0000-0000-0000-000000000001' FROM generate_series(2, 3) n;
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
        SELECT ('00000000-0000-0000-0000-0000000000' || n)::uuid, ('00000000-0000-0000-0000-00000000000' || n - 6)::uuid, 'p', 'd' || n - 8 || '.p', 'Product ' || n,
            'source-aligned', '1.0.0', 'published', CASE n WHEN 10 THEN 'listed' ELSE 'hidden' END, '', now(), now() FROM generate_series(10, 11) n;
    INSERT INTO person (id, email, name, agency, created_at) SELECT ('00000000-0000-0000-0000-0000000000' || n)::uuid, n || '@example.invalid', 'Person',
        CASE n WHEN 20 THEN 'Agency A' ELSE 'Agency B' END, now() FROM generate_series(20, 22) n;
    INSERT INTO role_grant (id, person_id, role, scope_kind, scope_id, granted_at) VALUES
        (gen_random_uuid(), '00000000-0000-0000-0000-000000000022', 'steward', 'domain', '00000000-0000-0000-0000-000000000005', '2026-01-01');
    INSERT INTO purpose VALUES ('planning', 'Planning', 1);
    INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, submission_key)
        SELECT ('00000000-0000-0000-0000-0000000000' || n)::uuid, ('00000000-0000-0000-0000-0000000000' || CASE n WHEN 31 THEN 21 ELSE 20 END)::uuid, 'planning', 'Why',
            'Law', 'Team', '2027-01-01', CASE n WHEN 33 THEN timestamptz '2026-10-31 15:59Z' ELSE timestamptz '2026-10-31 16:00Z' END, '2026-11-10', gen_random_uuid()
        FROM generate_series(30, 34) n;
    INSERT INTO request_part (id, request_id, product_id, state, decided_at, due_on)
        SELECT ('00000000-0000-0000-0000-0000000000' || n)::uuid, ('00000000-0000-0000-0000-0000000000' || n - 10)::uuid,
            ('00000000-0000-0000-0000-0000000000' || CASE n WHEN 44 THEN 11 ELSE 10 END)::uuid,
            CASE n WHEN 41 THEN 'submitted' WHEN 42 THEN 'refused' ELSE 'approved' END, CASE n WHEN 41 THEN NULL ELSE timestamptz '2026-11-05 02:00Z' END, '2026-11-10'
        FROM generate_series(40, 44) n;
    INSERT INTO agreement (id, part_id, product_id, holder_id, state, grant_state, made_at, until, ended_at, first_read_at)
        SELECT gen_random_uuid(), q.id, q.product_id, '00000000-0000-0000-0000-000000000020', s.state, 'granted', '2026-11-05 02:00Z', '2027-01-01',
            CASE s.state WHEN 'undone' THEN timestamptz '2026-11-06' END, CASE s.state WHEN 'active' THEN timestamptz '2026-11-06 03:00Z' END
        FROM request_part q CROSS JOIN (VALUES ('active'), ('undone')) s (state) WHERE q.state = 'approved';
    INSERT INTO part_message SELECT gen_random_uuid(), '00000000-0000-0000-0000-000000000040', k.kind, '00000000-0000-0000-0000-000000000020', 'Text', k.at::timestamptz
        FROM (VALUES ('question', '2026-11-02 01:00Z'), ('question', '2026-11-02 05:00Z'), ('answer', '2026-11-03 01:00Z'), ('question', '2026-11-04 01:00Z')) k (kind, at)";

async fn found(conn: &mut PgConnection, reader: Option<u128>, filter: &SharingFilter) -> Vec<(String, usize)> {
    let products = lead_times(conn, reader.map(|reader| PersonId(id(reader))), filter, at("2026-11-23T02:00:00Z")).await.unwrap();
    let mut found: Vec<_> = products.into_iter().map(|product| (product.address, product.parts.len())).collect();
    found.sort();
    found
}

fn november() -> SharingFilter {
    let month: Month = "2026-11".parse().unwrap();
    SharingFilter { agency: None, requester: None, product: None, from: month, until: month }
}

#[sqlx::test(migrations = "../../migrations")]
async fn nothing_of_what_is_hidden_is_counted(pool: PgPool) {
    pool.execute(RECORD).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    conn.execute("SET ROLE pasar_portal").await.unwrap();
    let own = |address: &str, many| (address.to_owned(), many);
    assert_eq!(found(&mut conn, None, &november()).await, [own("d2.p", 3)]);
    assert_eq!(found(&mut conn, Some(0x21), &november()).await, [own("d2.p", 3)]);
    assert_eq!(found(&mut conn, Some(0x22), &november()).await, [own("d2.p", 3), own("d3.p", 1)]);
    for hidden in [SharingFilter { product: Some("d3.p".into()), ..november() }, SharingFilter { agency: Some("b".into()), ..november() }] {
        assert_eq!(found(&mut conn, Some(0x21), &hidden).await, []);
        assert_eq!(found(&mut conn, Some(0x22), &hidden).await, [own("d3.p", 1)]);
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn filters_narrow_and_months_begin_in_singapore(pool: PgPool) {
    pool.execute(RECORD).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    let own = |many| vec![("d2.p".to_owned(), many)];
    assert_eq!(found(&mut conn, None, &SharingFilter { requester: Some("Agency B".into()), ..november() }).await, own(1));
    assert_eq!(found(&mut conn, None, &SharingFilter { from: "2026-10".parse().unwrap(), ..november() }).await, own(4));
    let october: Month = "2026-10".parse().unwrap();
    assert_eq!(found(&mut conn, None, &SharingFilter { from: october, until: october, ..november() }).await, own(1));
    assert_eq!(found(&mut conn, None, &SharingFilter { agency: Some("a".into()), product: Some("d2.p".into()), ..november() }).await, own(3));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_part_has_its_moments_its_pauses_and_no_agreement_that_was_undone(pool: PgPool) {
    pool.execute(RECORD).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    let mut products = lead_times(&mut conn, None, &november(), at("2026-11-23T02:00:00Z")).await.unwrap();
    let mut parts = products.remove(0).parts;
    parts.sort_by_key(|part| part.state.as_str());
    let [approved, refused, submitted] = &parts[..] else { panic!("{parts:?}") };
    let agreement =
        AgreementTimes { made_at: at("2026-11-05T02:00:00Z"), granted: true, in_force: true, first_read_at: Some(at("2026-11-06T03:00:00Z")) };
    assert_eq!((approved.agreement, refused.agreement, submitted.decided_at), (Some(agreement), None, None));
    // Asked twice before the first answer is one pause.
    let first = Pause { from: at("2026-11-02T01:00:00Z"), until: Some(at("2026-11-03T01:00:00Z")) };
    assert_eq!(approved.pauses, [first, Pause { from: at("2026-11-04T01:00:00Z"), until: None }]);
    assert!(refused.pauses.is_empty() && submitted.pauses.is_empty());
    let choices = sharing_choices(&mut conn).await.unwrap();
    assert_eq!(choices.agencies[1], ("b".into(), "Agency B".into()));
    assert_eq!(choices.requesters, ["Agency A", "Agency B"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_written_past_counts_once_and_leaves_nothing_to_do(pool: PgPool) {
    use crate::access::{PastPart, write_past};
    pool.execute(RECORD).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    conn.execute("SET ROLE pasar_portal").await.unwrap();
    let part = |number: u128, state: PartState, product: &str| PastPart {
        requester: PersonId(id(0x21)),
        key: id(number),
        product: product.into(),
        purpose: "planning".into(),
        submitted_at: at("2026-09-01T02:00:00Z"),
        decided_at: at("2026-09-03T02:00:00Z"),
        state,
        at_once: false,
        first_read_at: (state == PartState::Approved).then(|| at("2026-09-04T02:00:00Z")),
        ended_at: at("2026-09-30T16:00:00Z"),
    };
    let parts = [
        part(1, PartState::Approved, "d2.p"),
        PastPart { at_once: true, ..part(2, PartState::Approved, "d2.p") },
        part(3, PartState::Refused, "d2.p"),
        part(4, PartState::Withdrawn, "d2.p"),
        part(5, PartState::Approved, "d9.nowhere"),
    ];
    let next = std::sync::atomic::AtomicU16::new(0);
    let ids = domain::Ids::new(move || {
        let [high, low] = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_be_bytes();
        [0, 0, 0, 0, 0, 0, 0, 0, high, low]
    });
    let now = at("2026-11-23T02:00:00Z");
    let outbox = "SELECT count(*) FROM outbox WHERE split_part(topic, '.', 1) IN ('agreement', 'credential', 'preview', 'purpose')";
    let before: i64 = sqlx::query_scalar(outbox).fetch_one(&mut *conn).await.unwrap();
    assert_eq!(write_past(&mut conn, &parts, "Invented", &ids, now).await.unwrap(), 4);
    assert_eq!(write_past(&mut conn, &parts, "Invented", &ids, now).await.unwrap(), 0, "written once");
    let september: Month = "2026-09".parse().unwrap();
    assert_eq!(found(&mut conn, None, &SharingFilter { from: september, until: september, ..november() }).await, [("d2.p".to_owned(), 4)]);
    let count = |sql: &'static str| sqlx::query_scalar::<_, i64>(sql).fetch_one(&pool);
    assert_eq!(
        count("SELECT count(*) FROM agreement WHERE made_at = '2026-09-03T02:00:00Z' AND state = 'expired' AND grant_state = 'ended'").await.unwrap(),
        2
    );
    assert_eq!(count("SELECT count(*) FROM audit_event WHERE action = 'catalogue.import'").await.unwrap(), 1);
    assert_eq!(count(outbox).await.unwrap(), before, "no port has anything to do");
}
