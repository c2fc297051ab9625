-- Why: finding is answered from documents made for it, one a product, rewritten whenever something that is searched or
-- counted changes. Words are analysed by the portal, so that both engines and the ranking mean the same by a word.

CREATE SEQUENCE search_version;
CREATE SEQUENCE search_facet_number MAXVALUE 999999;

CREATE TABLE search_document (
    product_id uuid PRIMARY KEY,
    -- Everyone who is signed in may know of it. What is not listed is never in another engine, nor in the vocabulary.
    listed boolean NOT NULL,
    -- The folded title, for whoever types it whole.
    title_key text NOT NULL,
    title_words tsvector NOT NULL,
    words tsvector NOT NULL,
    -- Analysed words by field, a field a line; what the ranking reads.
    fields text NOT NULL,
    -- Distinct words as written, for the vocabulary.
    vocabulary text NOT NULL,
    -- Codes of search_facet_value.
    facets integer[] NOT NULL,
    trust real NOT NULL,
    freshness real NOT NULL,
    -- Of trust and freshness: the order among products that the words do not tell apart.
    rank real NOT NULL,
    -- When time alone changes freshness.
    stale_on date,
    -- In the order of commits: another engine catches up by it.
    version bigint NOT NULL
);
-- search: words anywhere, in the title, and half-typed. Products that are not listed are in neither, so that they do not even
-- take time from whoever may not know of them.
CREATE INDEX search_document_words ON search_document USING gin (words) WHERE listed;
CREATE INDEX search_document_title_words ON search_document USING gin (title_words) WHERE listed;
-- search: what another engine may still take for listed.
CREATE INDEX search_document_unlisted ON search_document (version) WHERE NOT listed;
-- search: a title typed whole.
CREATE INDEX search_document_title_key ON search_document USING hash (title_key);
-- browsing, and suggestions for a letter or two: best first.
CREATE INDEX search_document_rank ON search_document (rank DESC, product_id) WHERE listed;
-- catching up.
CREATE INDEX search_document_version ON search_document (version);
CREATE INDEX search_document_stale ON search_document (stale_on) WHERE stale_on IS NOT NULL;
-- The rows are read by the thousand to count facets: the long texts stay out of the way.
ALTER TABLE search_document ALTER COLUMN words SET STORAGE EXTERNAL, ALTER COLUMN fields SET STORAGE EXTERNAL, ALTER COLUMN vocabulary SET STORAGE EXTERNAL;
ALTER TABLE search_document SET (toast_tuple_target = 512);

-- What a value of a filter is called; the code begins with the facet's number.
CREATE TABLE search_facet_value (
    code integer PRIMARY KEY,
    facet smallint NOT NULL,
    value text NOT NULL,
    label text NOT NULL,
    UNIQUE (facet, value)
);

-- Every word of listed products, and in how many it occurs.
CREATE TABLE search_word (
    word text PRIMARY KEY,
    products integer NOT NULL
);

-- How much each part of the ranking counts; what is not here counts as the program says.
CREATE TABLE search_weight (
    name text PRIMARY KEY,
    value double precision NOT NULL CHECK (value >= 0 AND value <= 100),
    changed_at timestamptz NOT NULL
);

-- How far another engine has caught up.
CREATE TABLE search_engine (
    name text PRIMARY KEY,
    -- Below 0 when it has not begun.
    version bigint NOT NULL,
    caught_up_at timestamptz NOT NULL
);

-- exact look-ups: an id of the place it came from.
CREATE INDEX product_source_id ON product (source_id);
CREATE INDEX dataset_source_id ON dataset (source_id);
-- browsing in another order.
CREATE INDEX product_by_title ON product (lower(title), id) WHERE visibility = 'listed' AND status IN ('published', 'deprecated');
CREATE INDEX product_by_update ON product (coalesce(updated_on, '0001-01-01') DESC, id) WHERE visibility = 'listed' AND status IN ('published', 'deprecated');
-- what few may know of.
CREATE INDEX product_unlisted ON product (id) WHERE visibility <> 'listed' OR status NOT IN ('published', 'deprecated');

DROP INDEX product_search_words, product_search_text;
ALTER TABLE product DROP COLUMN search_words, DROP COLUMN search_text;
-- A function that returns rows of a table is bound to its columns.
CREATE OR REPLACE FUNCTION visible_product(reader uuid, moment timestamptz) RETURNS SETOF product LANGUAGE sql STABLE AS $$
    SELECT p.* FROM product p
    WHERE (p.visibility = 'listed' AND p.status IN ('published', 'deprecated'))
       OR EXISTS (
            SELECT FROM role_grant r
            WHERE r.person_id = reader AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > moment)
              AND (r.scope_kind = 'whole'
                   OR (r.scope_kind = 'product' AND r.scope_id = p.id)
                   OR (r.scope_kind = 'domain' AND r.scope_id = p.domain_id)
                   OR (r.scope_kind = 'sector' AND r.scope_id = (SELECT d.sector_id FROM data_domain d WHERE d.id = p.domain_id))))
       OR EXISTS (SELECT FROM agreement a WHERE a.product_id = p.id AND a.holder_id = reader AND a.state = 'active')
$$;

-- Whatever changes a product, and by whatever hand, it is looked at again: its parts are written together with its row.
CREATE FUNCTION product_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (at, topic, object_id, next_attempt_at) VALUES (now(), 'search.product', coalesce(NEW.id, OLD.id), 'epoch');
    RETURN NULL;
END
$$;
CREATE TRIGGER product_changed AFTER INSERT OR UPDATE OR DELETE ON product FOR EACH ROW EXECUTE FUNCTION product_changed();
-- A product is also found and counted by the names of its agency, its sector and its domain.
CREATE FUNCTION organisation_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (at, topic, object_id, next_attempt_at)
    SELECT now(), 'search.product', p.id, 'epoch' FROM product p JOIN data_domain d ON d.id = p.domain_id
    WHERE NEW.id IN (d.id, d.agency_id, d.sector_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER sector_renamed AFTER UPDATE ON sector FOR EACH ROW
    WHEN ((OLD.slug, OLD.title) IS DISTINCT FROM (NEW.slug, NEW.title)) EXECUTE FUNCTION organisation_renamed();
CREATE TRIGGER agency_renamed AFTER UPDATE ON agency FOR EACH ROW
    WHEN ((OLD.slug, OLD.title, OLD.abbreviation) IS DISTINCT FROM (NEW.slug, NEW.title, NEW.abbreviation)) EXECUTE FUNCTION organisation_renamed();
CREATE TRIGGER domain_renamed AFTER UPDATE ON data_domain FOR EACH ROW
    WHEN ((OLD.title, OLD.agency_id, OLD.sector_id) IS DISTINCT FROM (NEW.title, NEW.agency_id, NEW.sector_id)) EXECUTE FUNCTION organisation_renamed();
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (next_attempt_at, id) WHERE done_at IS NULL AND topic NOT LIKE 'search.%';
CREATE INDEX outbox_topic_due ON outbox (topic, next_attempt_at, id) WHERE done_at IS NULL;
-- search: is a change of this product still waiting?
CREATE INDEX outbox_waiting ON outbox (object_id) WHERE done_at IS NULL;

-- Products that were there before have no document yet.
INSERT INTO outbox (at, topic, object_id, next_attempt_at) SELECT now(), 'search.product', id, 'epoch' FROM product;

GRANT SELECT, INSERT, UPDATE ON search_document, search_facet_value, search_word, search_engine TO pasar_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON search_weight TO pasar_portal;
GRANT DELETE ON search_word, outbox TO pasar_portal;
GRANT USAGE ON SEQUENCE search_version, search_facet_number TO pasar_portal;
