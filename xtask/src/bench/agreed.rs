//! The bench's table under three agreements of the sample's Jason Lim, each with masks of its own: written into the record, granted by the portal's
//! own work, and read with the credential that the agreement's page gives.

use super::Bench;
use super::client::Reader;
use super::masked::{COLUMNS, Mask, SUPPRESS, VIEWS, agreement, role};
use crate::processes::Running;
use crate::psql::Psql;
use anyhow::{Context as _, Result, ensure};
use std::time::Duration;

const PRODUCT: &str = "00000000-0000-7000-8000-0000000000b1";
const DATASET: &str = "00000000-0000-7000-8000-0000000000b2";
const PORT: &str = "00000000-0000-7000-8000-0000000000b3";

/// An agreement as its holder reads under it.
pub struct Agreed {
    pub word: &'static str,
    /// At the source, as the agreement's own role.
    pub source: Psql,
    /// For the API.
    pub token: String,
}

/// The address of the table's rows.
pub fn rows(bench: &Bench<'_>, format: &str) -> String {
    format!("{}/api/v1/ports/ssot-a.masked-dp.output-port1.people/rows?format={format}", bench.setting.base_url)
}

/// Writes the agreements down, waits until the server has granted them, and has a credential made for each.
pub fn make(bench: &Bench<'_>, server: &mut Running, holder: &Reader) -> Result<Vec<Agreed>> {
    let record = bench.setting.databases.admin().on("pasar");
    record.run(&product())?;
    for (number, (_, masks)) in (1u32..).zip(VIEWS) {
        record.run(&agreed(number, masks))?;
    }
    let granted = format!("SELECT count(*) FROM agreement WHERE product_id = '{PRODUCT}' AND grant_state = 'granted'");
    server.wait_until(Duration::from_mins(2), || record.run(&granted).is_ok_and(|count| count == VIEWS.len().to_string()))?;
    let mut all = vec![];
    for (number, (word, masks)) in (1u32..).zip(VIEWS) {
        let id = agreement(number);
        let page = holder.answer(&format!("{}/agreements/{id}/credential", bench.setting.base_url), "csrf=bench")?;
        let token = page.split("<code id=\"token\">").nth(1).and_then(|rest| rest.split('<').next()).context("the page shows no token")?;
        let secret = token.splitn(3, '_').nth(2).context("a token holds a secret")?;
        let url = record.url_for(&role(&id), secret, "pasar_data")?;
        let source = Psql { program: record.program.clone(), url };
        // What else keeps a column back would be measured as a mask.
        let shown: usize = source.run("SELECT count(*) FROM pg_attribute WHERE attrelid = 'people'::regclass AND attnum > 0")?.parse()?;
        let suppressed = masks.iter().filter(|(_, technique)| *technique == SUPPRESS).count();
        ensure!(shown == COLUMNS.len() - suppressed, "{word} shows {shown} columns");
        all.push(Agreed { word, source, token: token.to_owned() });
    }
    Ok(all)
}

fn product() -> String {
    let (names, types): (Vec<&str>, Vec<&str>) = COLUMNS.iter().copied().unzip();
    format!(
        "INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
             SELECT '{PRODUCT}', id, 'masked-dp', 'ssot-a.masked-dp', 'Masked', 'source-aligned', '1.0.0', 'published', 'listed', '', now(), now()
             FROM data_domain WHERE slug = 'ssot-a';
         INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
             VALUES ('{PRODUCT}', 'approval', '{{}}', '{{}}', 'none', 365);
         INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
             VALUES ('{DATASET}', '{PRODUCT}', 'people', 'People', 'base', 'people', 0);
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
             SELECT gen_random_uuid(), '{DATASET}', place - 1, name, kind, true, false, 'official-closed', 'non-sensitive', 'none'
             FROM unnest('{{{}}}'::text[], '{{{}}}'::text[]) WITH ORDINALITY AS c(name, kind, place);
         INSERT INTO output_port VALUES ('{PORT}', '{PRODUCT}', 'output-port1', 'postgres', NULL);
         INSERT INTO output_port_dataset VALUES ('{PORT}', '{DATASET}');",
        names.join(","),
        types.join(",")
    )
}

/// Masks stand in the agreement, as approvals ask for them: whatever the columns are, one view is whole.
fn agreed(number: u32, masks: &[Mask]) -> String {
    let (id, names) = (agreement(number), COLUMNS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(","));
    let techniques: Vec<String> = masks.iter().map(|(name, technique)| format!("\"{name}\": {technique}")).collect();
    format!(
        "BEGIN;
         INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, submission_key)
             SELECT '{id}', id, 'planning', 'why', 'law', 'team', current_date + 90, now(), current_date + 9, gen_random_uuid()
             FROM person WHERE email = 'jason.lim@example.invalid';
         INSERT INTO request_part (id, request_id, product_id, state, decided_at, due_on) VALUES ('{id}', '{id}', '{PRODUCT}', 'approved', now(), current_date + 9);
         INSERT INTO agreement (id, part_id, product_id, holder_id, state, grant_state, made_at, until)
             SELECT '{id}', '{id}', '{PRODUCT}', requester_id, 'active', 'pending', now(), now() + interval '90 days' FROM access_request WHERE id = '{id}';
         INSERT INTO agreement_dataset (agreement_id, dataset_id, output_port_id, view_name, columns, techniques)
             VALUES ('{id}', '{DATASET}', '{PORT}', 'people', '{{{names}}}', '{{{}}}');
         INSERT INTO outbox (at, topic, object_id, next_attempt_at) VALUES (now(), 'agreement.grant', '{id}', now());
         COMMIT;",
        techniques.join(", ")
    )
}
