//! A small catalogue, and a searcher over it on either engine.

use domain::id::PersonId;
use search::{FacetKind, Meilisearch, Results, SearchQuery, Searcher};
use sqlx::{AssertSqlSafe, Executor, PgPool};
use uuid::Uuid;

pub const OFFICER: PersonId = PersonId(Uuid::from_u128(0x90));
pub const STEWARD: PersonId = PersonId(Uuid::from_u128(0x91));

/// Titles with agency (0 or 1) and columns; products are numbered from 1.
pub const PRODUCTS: [(&str, u8, &str); 24] = [
    ("Live Births by Ethnic Group, Annual", 0, "year,ethnic_group,births"),
    ("Resident Population by Planning Area, June 2019", 0, "planning_area,age,count"),
    ("Resident Population by Planning Area, June 2020", 0, "planning_area,age,count"),
    ("Resident Population by Single Year of Age", 0, "age,sex,count"),
    ("Deaths by Age and Sex", 0, "age,sex,deaths"),
    ("Bus Stops", 1, "bus_stop_code,road,latitude,longitude"),
    ("Bus Routes", 1, "route_no,direction,bus_stop_code"),
    ("Carpark Availability", 1, "carpark_no,lots,updated"),
    ("Parking Charges at Public Places", 1, "place,weekday_rate"),
    ("Rapid Transit Ridership by Month", 1, "month,line,boardings"),
    ("Road Traffic Accidents, Annual", 1, "year,severity,count"),
    ("Dengue Clusters", 0, "locality,case_size"),
    ("Hawker Centres", 0, "name,stalls,postal_code"),
    ("Rainfall by Station, Daily", 0, "station,day,rainfall_mm"),
    ("Colour of Taxis", 1, "company,colour"),
    ("Organisation of Schools", 0, "school,level"),
    ("Household Income from Work", 0, "decile,income"),
    ("Median Rent of Public Flats", 0, "town,flat_type,rent"),
    ("Unemployment Rate, Quarterly", 0, "quarter,rate"),
    ("Job Vacancies by Industry", 0, "industry,vacancies"),
    ("Tourist Arrivals by Region", 1, "region,arrivals"),
    ("Park Connectors", 1, "name,length"),
    ("Tree Inventory", 1, "species,girth"),
    ("Zebra Crossings under Review", 1, "crossing,zanzibar"),
];

/// The one that tests hide: it alone has words such as “zebra” and “zanzibar”.
pub const SECRET: u128 = 24;

pub fn product(n: u128) -> Uuid {
    Uuid::from_u128(0x1000 + n)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Postgres,
    Meilisearch,
}

pub struct World {
    pub pool: PgPool,
    pub searcher: Searcher,
    pub engine: Engine,
    index: String,
}

/// The server that tests use; `cargo xtask test` always starts one. None is said aloud.
pub fn meilisearch(index: &str) -> Option<Meilisearch> {
    let (Ok(url), Ok(key)) = (std::env::var("PASAR_TEST_MEILI_URL"), std::env::var("PASAR_TEST_MEILI_KEY")) else {
        eprintln!("SKIPPED on Meilisearch: PASAR_TEST_MEILI_URL and PASAR_TEST_MEILI_KEY are not set; `cargo xtask test` sets them");
        return None;
    };
    Some(Meilisearch::new(&url, &key, index).unwrap())
}

pub async fn catalogue(pool: &PgPool) {
    pool.execute(
        "INSERT INTO sector VALUES ('00000000-0000-0000-0000-000000000001', 'transport', 'Transport', 'Centre');
         INSERT INTO agency VALUES ('00000000-0000-0000-0000-000000000010', 'dos', 'Department of Counting', 'DOC'),
                                   ('00000000-0000-0000-0000-000000000011', 'lta', 'Roads and Rails', 'RAR');
         INSERT INTO data_domain VALUES ('00000000-0000-0000-0000-000000000020', 'counts', 'Counts', NULL, '00000000-0000-0000-0000-000000000010', '00000000-0000-0000-0000-000000000001'),
                                        ('00000000-0000-0000-0000-000000000021', 'roads', 'Roads', NULL, '00000000-0000-0000-0000-000000000011', '00000000-0000-0000-0000-000000000001');
         INSERT INTO person (id, email, name, created_at) VALUES ('00000000-0000-0000-0000-000000000090', 'o@example.invalid', 'Officer', now()),
                                                                 ('00000000-0000-0000-0000-000000000091', 's@example.invalid', 'Steward', now());
         INSERT INTO role_grant (id, person_id, role, scope_kind, scope_id, granted_at) VALUES
             ('00000000-0000-0000-0000-0000000000a0', '00000000-0000-0000-0000-000000000091', 'steward', 'domain', '00000000-0000-0000-0000-000000000021', now());
         INSERT INTO search_synonym (id, words, changed_at) VALUES
             ('00000000-0000-0000-0000-0000000000b0', ARRAY['babies', 'births'], now()), ('00000000-0000-0000-0000-0000000000b1', ARRAY['mrt', 'rapid transit'], now()),
             ('00000000-0000-0000-0000-0000000000b2', ARRAY['car park', 'carpark', 'parking'], now())",
    )
    .await
    .unwrap();
    for (n, (title, agency, columns)) in (1u128..).zip(PRODUCTS) {
        let mut conn = pool.acquire().await.unwrap();
        let (domain, slug) = if agency == 0 { (0x20, "counts") } else { (0x21, "roads") };
        sqlx::query(
            "INSERT INTO product (id, domain_id, name, address, title, summary, product_type, version, status, visibility, classification, tags, updated_on,
                 source, source_id, digest, created_at, changed_at)
             VALUES ($1, $2, 'p' || $3, $4 || '.p' || $3, $5, 'A table for tests', $6, '1.0.0', 'published', 'listed', 'official-open',
                     ARRAY[$4], '2026-01-01'::date - $7, 'elsewhere', 'src-' || $3, '', now(), now())",
        )
        .bind(product(n))
        .bind(Uuid::from_u128(domain))
        .bind(n.to_string())
        .bind(slug)
        .bind(title)
        .bind(if n % 3 == 0 { "aggregated" } else { "source-aligned" })
        .bind(i32::try_from(n).unwrap() * 40)
        .execute(&mut *conn)
        .await
        .unwrap();
        let dataset = Uuid::from_u128(0x2000 + n);
        sqlx::query(
            "INSERT INTO dataset (id, product_id, name, title, format, source_id, position) VALUES ($1, $2, 'main', $3, 'csv', 'ds-' || $4, 0)",
        )
        .bind(dataset)
        .bind(product(n))
        .bind(format!("{title} (table)"))
        .bind(n.to_string())
        .execute(&mut *conn)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO data_column SELECT gen_random_uuid(), $1, n, c, 'text', NULL, true, false, 'official-open', 'non-sensitive', 'none'
             FROM unnest(string_to_array($2, ',')) WITH ORDINALITY AS u(c, n)",
        )
        .bind(dataset)
        .bind(columns)
        .execute(&mut *conn)
        .await
        .unwrap();
        sqlx::query("INSERT INTO data_sharing_agreement VALUES ($1, $2, '{}', '{}', NULL, NULL, 'none', NULL, 365)")
            .bind(product(n))
            .bind(if n % 2 == 0 { "open" } else { "approval" })
            .execute(&mut *conn)
            .await
            .unwrap();
    }
}

impl World {
    /// None when there is no such engine here.
    pub async fn new(pool: PgPool, engine: Engine) -> Option<Self> {
        // A name of its own for each database, so that tests can run side by side.
        let index: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&pool).await.unwrap();
        let meilisearch = match engine {
            Engine::Postgres => None,
            Engine::Meilisearch => Some(meilisearch(&index)?),
        };
        catalogue(&pool).await;
        let world = Self { pool, searcher: Searcher::new(meilisearch), engine, index };
        world.settle().await;
        Some(world)
    }

    /// Everything that waits is done, as the portal's job does it.
    pub async fn settle(&self) {
        let mut conn = self.pool.acquire().await.unwrap();
        let waiting: Vec<Uuid> =
            sqlx::query_scalar("DELETE FROM outbox WHERE topic = 'search.product' RETURNING object_id").fetch_all(&mut *conn).await.unwrap();
        let mut tx = self.pool.begin().await.unwrap();
        search::index::write(&mut tx, &waiting, now()).await.unwrap();
        tx.commit().await.unwrap();
        self.searcher.refresh(&mut conn).await.unwrap();
        self.searcher.catch_up(&self.pool).await.unwrap();
        let name = if self.engine == Engine::Meilisearch { "meilisearch" } else { "postgres" };
        assert_eq!(self.searcher.engine(), name);
    }

    /// So many more listed products that look alike. They are found once the world has settled.
    pub async fn lamps(&self, many: usize) {
        self.pool
            .execute(AssertSqlSafe(format!(
                "INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, classification, updated_on, source,
                     digest, created_at, changed_at)
                 SELECT ('00000000-0000-0000-0001-' || lpad(to_hex(n), 12, '0'))::uuid, '00000000-0000-0000-0000-000000000020', 'lamp' || n,
                        'counts.lamp' || n, 'Lamp Posts ' || md5(n::text), 'source-aligned', '1.0.0', 'published', 'listed', 'official-open',
                        '2026-01-01'::date - n % 5 * 300, 'elsewhere', '', now(), now() FROM generate_series(1, {many}) n;
                 INSERT INTO data_sharing_agreement SELECT id, 'open', '{{}}', '{{}}', NULL, NULL, 'none', NULL, 365 FROM product WHERE name LIKE 'lamp%'"
            )))
            .await
            .unwrap();
    }

    pub async fn ask(&self, reader: PersonId, query: &SearchQuery) -> Results {
        let mut conn = self.pool.acquire().await.unwrap();
        self.searcher.search(&mut conn, reader, query, now()).await.unwrap()
    }

    pub async fn find(&self, words: &str) -> Results {
        self.ask(OFFICER, &words_of(words)).await
    }

    /// The titles of what is found, best first.
    pub async fn titles(&self, words: &str) -> Vec<String> {
        self.find(words).await.hits.into_iter().map(|hit| hit.title).collect()
    }

    pub async fn suggest(&self, reader: PersonId, typed: &str) -> Vec<String> {
        let mut conn = self.pool.acquire().await.unwrap();
        let found = self.searcher.suggest(&mut conn, reader, typed, now()).await.unwrap();
        found.into_iter().map(|suggestion| suggestion.title).collect()
    }

    /// A second hand on the same index.
    pub fn other_hand(&self) -> Option<Meilisearch> {
        (self.engine == Engine::Meilisearch).then(|| meilisearch(&self.index)).flatten()
    }

    /// Leaves nothing on the server.
    pub async fn end(self) {
        if let Some(hand) = self.other_hand() {
            hand.drop_index().await.unwrap();
        }
    }
}

pub fn words_of(words: &str) -> SearchQuery {
    SearchQuery { words: words.to_owned(), ..SearchQuery::default() }
}

pub fn filtered(words: &str, filters: &[(FacetKind, &str)]) -> SearchQuery {
    let mut query = words_of(words);
    for (kind, value) in filters {
        query.choose(*kind, value);
    }
    query
}

pub fn now() -> chrono::DateTime<chrono::Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}
