-- Why: people come back. What somebody follows, has looked at and searches for is theirs alone: nobody else reads these
-- tables, and nothing in them counts towards what others are shown. That is also why they leave no rows in the audit trail.

-- What was seen last is kept with it, so that the list can say what has changed since.
CREATE TABLE followed_product (
    person_id uuid NOT NULL REFERENCES person,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    followed_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    seen_version text NOT NULL,
    PRIMARY KEY (person_id, product_id)
);
CREATE INDEX followed_product_product ON followed_product (product_id);

-- At most the last 50 of each person.
CREATE TABLE viewed_product (
    person_id uuid NOT NULL REFERENCES person,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    viewed_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, product_id)
);
CREATE INDEX viewed_product_product ON viewed_product (product_id);
-- Newest first, for the home page.
CREATE INDEX viewed_product_newest ON viewed_product (person_id, viewed_at DESC);

-- What is new is said by product, not by time: a product may be written months before it is published, be listed again, be
-- opened to this person by a role, or be described anew so that the words are in it at last. No moment of the product tells
-- all of these; having been found before does. At most 1,000 ids each; a search that finds more is too broad to be watched.
CREATE TABLE saved_search (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    name text NOT NULL,
    -- Before it was last renamed, for the way back.
    former_name text,
    -- The search page's query string without its page: q=bus&type=aggregated.
    query text NOT NULL CHECK (octet_length(query) BETWEEN 1 AND 500),
    saved_at timestamptz NOT NULL,
    -- When its matches were last looked at.
    seen_at timestamptz NOT NULL,
    -- Products found until it was last looked at; null before it has been counted for the first time.
    known uuid[],
    -- Products found since. Shown and counted only as far as their reader may know of them at that moment.
    fresh uuid[] NOT NULL DEFAULT '{}',
    broad boolean NOT NULL DEFAULT false,
    counted_at timestamptz,
    -- Kept for a day after it was removed, for the way back.
    removed_at timestamptz,
    UNIQUE (person_id, query)
);
-- The job that looks for new matches: the longest uncounted first.
CREATE INDEX saved_search_due ON saved_search (counted_at NULLS FIRST, id) WHERE removed_at IS NULL;

-- Words that somebody has searched for, offered again while they type; the last 50 of each person.
CREATE TABLE past_query (
    person_id uuid NOT NULL REFERENCES person,
    words text NOT NULL,
    asked_at timestamptz NOT NULL,
    times integer NOT NULL,
    PRIMARY KEY (person_id, words)
);

-- Products that share a key column. Built while writes to data_column wait: seconds for a million columns, few of them keys.
CREATE INDEX data_column_key ON data_column (lower(name)) WHERE is_key;
-- The latest of each domain, beside a product; products are not written to while it is built: a second for a million.
CREATE INDEX product_domain_changed ON product (domain_id, changed_at DESC, id);

GRANT SELECT, INSERT, UPDATE, DELETE ON followed_product, viewed_product, saved_search, past_query TO pasar_portal;
