//! The feed of what somebody must do, on the home page and among the notices: everything that waits for them, each with the way there, and
//! nothing of what waits for others.

use crate::common::{Visitor, World};
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const REQUEST: &str = "00000000-0000-7000-8000-0000000000a1";
const AGREEMENT: &str = "00000000-0000-7000-8000-0000000000a2";

/// What concerns the domain's owner: somebody who asks about their data, a linkage, personal data without a policy.
const OF_THE_DOMAIN: &str = "
    INSERT INTO subject_request (id, opened_by, opened_at, identifier_kind, identifier_hash, identifier_mask, wish, purpose, reason, due_on, state)
    VALUES ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-000000000009', '2026-11-20T00:00:00Z', 'nric',
        decode(repeat('00', 32), 'hex'), 'S****', 'report', 'Why', 'Asked', '2026-12-18', 'open');
    INSERT INTO subject_task (id, request_id, domain_id, state, made_at) VALUES ('00000000-0000-7000-8000-0000000000f2',
        '00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-000000000003', 'open', '2026-11-20T00:00:00Z');
    INSERT INTO dataset (id, product_id, name, title, position)
    VALUES ('00000000-0000-7000-8000-0000000000f3', '00000000-0000-7000-8000-000000000005', 'routes', 'Routes', 0);
    INSERT INTO linkage (id, requested_by, reason, way, likeness, least, state, requested_at) VALUES ('00000000-0000-7000-8000-0000000000f4',
        '00000000-0000-7000-8000-000000000004', 'Why', 'exact', 1, 20, 'requested', '2026-11-20T00:00:00Z');
    INSERT INTO linkage_side (linkage_id, side, agreement_id, dataset_id, column_name) SELECT '00000000-0000-7000-8000-0000000000f4', side,
        '00000000-0000-7000-8000-0000000000a2', '00000000-0000-7000-8000-0000000000f3', 'id' FROM unnest('{left,right}'::text[]) side;
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
    VALUES ('00000000-0000-7000-8000-0000000000f5', '00000000-0000-7000-8000-000000000003', 'clinics-dp', 'ssot-a.clinics-dp', 'Clinics',
        'source-aligned', '1.0.0', 'published', 'listed', '', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z');
    INSERT INTO flow_flag (id, product_id, upstream_id, input_port, carried, found_at) VALUES ('00000000-0000-7000-8000-0000000000f6',
        '00000000-0000-7000-8000-000000000005', '00000000-0000-7000-8000-0000000000f5', 'from-clinics', 'direct', '2026-11-20T00:00:00Z')";

async fn says(world: &World, who: &Visitor, line: &str) {
    for path in ["/", "/notices"] {
        let page = world.get(path, Some(&who.cookie)).await.body;
        assert!(page.contains(line), "{path} lacks {line}: {page}");
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows", "reviews")))]
async fn what_waits_for_somebody_is_listed_with_the_way_there(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let domain = Scope::Domain(DOMAIN.parse().unwrap());
    let jason = world.visitor("jason.lim", &[]).await;
    let owner = world.visitor("owner", &[(Role::Owner, domain)]).await;
    let steward = world.visitor("steward", &[(Role::Steward, domain)]).await;
    let stranger = world.visitor("stranger", &[]).await;
    says(&world, &stranger, "Nothing waits for you.").await;

    pool.execute("UPDATE agreement SET until = '2026-12-10T16:00:00Z'").await.unwrap();
    says(&world, &jason, &format!("<a href=\"/agreements/{AGREEMENT}\">1 agreement ends soon: ask for it again</a>")).await;
    pool.execute("UPDATE data_sharing_agreement SET obligations = 'Keep it', accept_by = '2026-12-20'").await.unwrap();
    says(&world, &jason, &format!("<a href=\"/agreements/{AGREEMENT}/terms\">1 agreement has new terms to accept</a>")).await;
    pool.execute("UPDATE request_part SET state = 'submitted', decided_at = NULL, paused_at = '2026-11-21T00:00:00Z'").await.unwrap();
    says(&world, &jason, "<a href=\"/requests\">1 question about a request of yours waits for your answer</a>").await;
    let asked_again = world.get("/", Some(&jason.cookie)).await.body;
    assert!(!asked_again.contains("ends soon"), "it is asked for already: {asked_again}");

    pool.execute(OF_THE_DOMAIN).await.unwrap();
    for line in [
        "<a href=\"/reviews/00000000-0000-7000-8000-0000000000b7\">1 review of access is open for you</a>",
        "<a href=\"/subjects/tasks/00000000-0000-7000-8000-0000000000f2\">1 person asks about data of your domain</a>",
        "<a href=\"/linkages/00000000-0000-7000-8000-0000000000f4\">1 linkage waits for your approval</a>",
        "<a href=\"/flows\">1 product of yours takes personal data without a policy</a>",
    ] {
        says(&world, &owner, line).await;
        assert!(!world.get("/", Some(&stranger.cookie)).await.body.contains(line), "{line}");
    }
    let of_steward = world.get("/", Some(&steward.cookie)).await.body;
    assert!(of_steward.contains("1 person asks about data") && !of_steward.contains("review of access") && !of_steward.contains("linkage waits"));
    says(&world, &stranger, "Nothing waits for you.").await;
    assert!(world.get(&format!("/requests/{REQUEST}"), Some(&stranger.cookie)).await.status == 404);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_question_to_a_team_waits_for_whoever_may_answer_it(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let jason = world.visitor("jason.lim", &[]).await;
    let lead = world.visitor("lead", &[]).await;
    let member = world.visitor("member", &[]).await;
    pool.execute("UPDATE person SET agency = 'land-transport'").await.unwrap();
    for (person, leads) in [(&jason, false), (&lead, true), (&member, false)] {
        sqlx::query(
            "INSERT INTO team_member (id, team_id, person_id, lead, added_by, added_at)
             VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000aa', $1, $2, $1, '2026-11-19T00:00:00Z')",
        )
        .bind(person.person.0)
        .bind(leads)
        .execute(&pool)
        .await
        .unwrap();
    }
    pool.execute(
        "UPDATE access_request SET team_id = '00000000-0000-7000-8000-0000000000aa';
         UPDATE request_part SET state = 'submitted', decided_at = NULL, paused_at = '2026-11-21T00:00:00Z'",
    )
    .await
    .unwrap();
    let line = "1 question about a request of yours waits for your answer";
    says(&world, &jason, line).await;
    says(&world, &lead, line).await;
    assert!(!world.get("/", Some(&member.cookie)).await.body.contains(line), "who may not answer is not asked");
    let answer = |who: &Visitor| format!("csrf={}&part=00000000-0000-7000-8000-000000000007&text=The+last+two+years", who.csrf);
    let path = format!("/requests/{REQUEST}/answer");
    assert_eq!(world.post(&path, Some(&member.cookie), &answer(&member)).await.status, 403);
    // Who asked and has left the team answers for it no more.
    pool.execute("UPDATE team_member m SET ended_at = now(), end_reason = 'left' FROM person h WHERE h.id = m.person_id AND h.email LIKE 'jason%'")
        .await
        .unwrap();
    assert!(!world.get("/", Some(&jason.cookie)).await.body.contains(line));
    assert_eq!(world.post(&path, Some(&lead.cookie), &answer(&lead)).await.status, 303);
    assert!(!world.get("/", Some(&lead.cookie)).await.body.contains(line));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows", "reviews", "trust")))]
async fn what_reviews_audits_and_readers_ask_is_in_the_feed_until_it_is_answered(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let domain = Scope::Domain(DOMAIN.parse().unwrap());
    let sector = Scope::Sector("00000000-0000-7000-8000-000000000001".parse().unwrap());
    let jason = world.visitor("jason.lim", &[]).await;
    let owner = world.visitor("owner", &[(Role::Owner, domain)]).await;
    let curator = world.visitor("curator", &[(Role::TcCurator, sector)]).await;
    let asked =
        "<a href=\"/reviews/asked/00000000-0000-7000-8000-0000000000b8\">1 question whether you still need what you hold waits for your answer</a>";
    says(&world, &jason, asked).await;
    says(&world, &owner, "<a href=\"/quality-tasks/00000000-0000-7000-8000-0000000000d4\">1 finding of an audit of quality is yours to mend</a>")
        .await;
    says(&world, &owner, "<a href=\"/problems/00000000-0000-7000-8000-0000000000ad\">1 reported problem waits for an answer</a>").await;
    let of = async |who: &Visitor| world.get("/", Some(&who.cookie)).await.body;
    for line in ["you still need", "yours to mend", "reported problem"] {
        assert!(!of(&curator).await.contains(line), "{line}");
    }
    pool.execute(
        "UPDATE access_review_item SET needed = true, answered_by = decided_by, answered_at = decided_at; UPDATE quality_task SET state = 'disputed';
         UPDATE problem SET state = 'accepted', answered_at = reported_at",
    )
    .await
    .unwrap();
    assert!(!of(&jason).await.contains("you still need"));
    let left = of(&owner).await;
    assert!(!left.contains("yours to mend") && !left.contains("reported problem") && !left.contains("disagrees"), "{left}");
    says(&world, &curator, "1 owner disagrees with an audit of quality: decide").await;
}
