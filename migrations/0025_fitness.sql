-- Why: what is counted centrally of every product, and shown to everybody, is what teams mend. The record keeps how fit each product was on each
-- day, so that it can be seen who became better; and what trusted centres said about it.

-- One row for each product and day in Singapore: what the checks of crates/rules/fitness gave that day, the last time that it was looked at.
CREATE TABLE product_fitness (
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    day date NOT NULL,
    -- From 0 to 1.
    self_describable double precision NOT NULL,
    addressable double precision NOT NULL,
    discoverable double precision NOT NULL,
    secure double precision NOT NULL,
    trustworthy double precision NOT NULL,
    interoperable double precision NOT NULL,
    overall double precision NOT NULL CHECK (overall BETWEEN 0 AND 1),
    -- Codes of checks that are not met, and for each what the whole score would gain if it were.
    unmet text[] NOT NULL,
    gains double precision[] NOT NULL,
    -- Of them those of which it cannot be told.
    unclear text[] NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (product_id, day),
    CHECK (cardinality(unmet) = cardinality(gains))
);

-- What a trusted centre says of its sector, and the product that it honours.
CREATE TABLE fitness_announcement (
    id uuid PRIMARY KEY,
    sector_id uuid NOT NULL REFERENCES sector,
    text text NOT NULL,
    award text CHECK (award IN ('most-improved', 'fittest', 'example')),
    product_id uuid REFERENCES product ON DELETE CASCADE,
    made_by uuid NOT NULL REFERENCES person,
    made_at timestamptz NOT NULL,
    withdrawn_by uuid REFERENCES person,
    withdrawn_at timestamptz,
    -- Given with the form: the same form sent twice is one announcement.
    submission_key uuid NOT NULL UNIQUE,
    CHECK ((award IS NULL) = (product_id IS NULL)),
    CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL))
);
CREATE INDEX fitness_announcement_made ON fitness_announcement (made_at DESC);
CREATE INDEX fitness_announcement_product ON fitness_announcement (product_id) WHERE withdrawn_at IS NULL;

-- How fit those products are that a reader may know of and that are in use, as of the end of a day. A product that nobody looked at for a week is
-- left out: nothing is known of it.
CREATE FUNCTION fitness_of(reader uuid, moment timestamptz, until date, in_sector text, in_agency text, in_domain text)
RETURNS TABLE (product_id uuid, address text, title text, domain text, domain_title text, agency text, agency_title text, sector text, sector_title text,
    self_describable double precision, addressable double precision, discoverable double precision, secure double precision,
    trustworthy double precision, interoperable double precision, overall double precision, unmet text[], gains double precision[], unclear text[])
LANGUAGE sql STABLE AS $$
    SELECT p.id, p.address, p.title, d.slug, d.title, g.slug, g.title, s.slug, s.title, x.self_describable, x.addressable, x.discoverable, x.secure,
           x.trustworthy, x.interoperable, x.overall, x.unmet, x.gains, x.unclear
    FROM visible_product(reader, moment) p JOIN data_domain d ON d.id = p.domain_id JOIN agency g ON g.id = d.agency_id JOIN sector s ON s.id = d.sector_id
    CROSS JOIN LATERAL (SELECT f.* FROM product_fitness f WHERE f.product_id = p.id AND f.day <= until AND f.day > until - 7
                        ORDER BY f.day DESC LIMIT 1) x
    WHERE p.status IN ('published', 'deprecated') AND (in_sector IS NULL OR s.slug = in_sector) AND (in_agency IS NULL OR g.slug = in_agency)
      AND (in_domain IS NULL OR d.slug = in_domain)
$$;

-- Products are looked at after a change whether or not a standard acts: their fitness follows from the same input.
CREATE OR REPLACE FUNCTION look_at_standards(products uuid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO outbox (at, topic, object_id, next_attempt_at)
    SELECT DISTINCT now(), 'standard.product', p, 'epoch'::timestamptz FROM unnest(products) AS p
    WHERE p IS NOT NULL
      AND NOT EXISTS (SELECT FROM outbox o WHERE o.object_id = p AND o.done_at IS NULL AND o.topic = 'standard.product'
                          AND o.xmin = pg_current_xact_id()::xid)
$$;
-- The whole is looked at anew: what was there before has no fitness yet.
DELETE FROM standard_run;

GRANT EXECUTE ON FUNCTION fitness_of(uuid, timestamptz, date, text, text, text) TO pasar_portal;
GRANT SELECT, INSERT, UPDATE ON product_fitness, fitness_announcement TO pasar_portal;
