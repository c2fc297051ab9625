-- Why: the data office keeps who there is and who holds what: sectors, agencies and domains by hand, roles that end by themselves,
-- a review of access by each domain's owners every quarter, and how long the record keeps what it need not keep for ever.

-- Zero while it is as documents and imports made it; each change by hand counts one up, and from then on no document changes it back.
-- A form that was opened on an older version is told so. All three are small, and locked for a moment.
ALTER TABLE sector ADD COLUMN retired_at timestamptz, ADD COLUMN version integer NOT NULL DEFAULT 0;
ALTER TABLE data_domain ADD COLUMN retired_at timestamptz, ADD COLUMN version integer NOT NULL DEFAULT 0;
-- People are known to be of an agency by the word that their identity provider has for it. An agency that is renamed here keeps its
-- people: what it was called before, in small letters, still means it, and is no other's name.
ALTER TABLE agency ADD COLUMN retired_at timestamptz, ADD COLUMN version integer NOT NULL DEFAULT 0, ADD COLUMN former_names text[] NOT NULL DEFAULT '{}';

CREATE FUNCTION means_agency(word text, g agency) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(lower(word) = lower(g.slug) OR lower(word) = lower(g.title), false) OR coalesce(lower(word) = lower(g.abbreviation), false)
        OR coalesce(lower(word) = ANY (g.former_names), false)
$$;

CREATE OR REPLACE VIEW team_people AS
SELECT m.team_id, m.person_id, m.lead FROM team_member m JOIN team t ON t.id = m.team_id AND t.ended_at IS NULL
JOIN agency g ON g.id = t.agency_id
JOIN person h ON h.id = m.person_id AND h.disabled_at IS NULL AND means_agency(h.agency, g)
WHERE m.ended_at IS NULL;

-- A suspended agency stays so under every name that it has or had.
CREATE OR REPLACE FUNCTION suspended_agreements(s suspension) RETURNS TABLE (agreement_id uuid) LANGUAGE sql STABLE AS $$
    SELECT a.id FROM agreement a JOIN person h ON h.id = a.holder_id JOIN product p ON p.id = a.product_id JOIN data_domain d ON d.id = p.domain_id
    LEFT JOIN team t ON t.id = a.team_id LEFT JOIN agency g ON g.id = t.agency_id
    WHERE a.state = 'active' AND (s.person_id IS NULL OR (a.holder_id = s.person_id AND a.team_id IS NULL))
      AND (s.agency IS NULL OR CASE WHEN g.id IS NULL THEN lower(h.agency) = lower(s.agency) OR lower(h.agency) IN (
               SELECT unnest(y.former_names || ARRAY[lower(y.slug), lower(y.title), lower(y.abbreviation)]) FROM agency y WHERE means_agency(s.agency, y))
           ELSE means_agency(s.agency, g) END)
      AND (s.product_id IS NULL OR a.product_id = s.product_id) AND (s.sector_id IS NULL OR d.sector_id = s.sector_id)
$$;

-- A domain that goes to another sector is held against the standards of that one.
CREATE FUNCTION standard_domain_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(SELECT id FROM product WHERE domain_id = NEW.id));
    RETURN NULL;
END
$$;
CREATE TRIGGER look_when_handed_over AFTER UPDATE ON data_domain FOR EACH ROW
    WHEN ((OLD.agency_id, OLD.sector_id) IS DISTINCT FROM (NEW.agency_id, NEW.sector_id)) EXECUTE FUNCTION standard_domain_changed();

-- A role that has an end: when its holder was told that it comes.
ALTER TABLE role_grant ADD COLUMN reminded_at timestamptz;
CREATE INDEX role_grant_until ON role_grant (until) WHERE ended_at IS NULL AND until IS NOT NULL;

GRANT EXECUTE ON FUNCTION means_agency(text, agency) TO pasar_portal;

-- One review for each domain and quarter: who holds a role there, and who holds an agreement on its products.
CREATE TABLE access_review (
    id uuid PRIMARY KEY,
    domain_id uuid NOT NULL REFERENCES data_domain,
    -- Its first day in Singapore.
    quarter date NOT NULL CHECK (extract(day FROM quarter) = 1 AND extract(month FROM quarter) IN (1, 4, 7, 10)),
    opened_at timestamptz NOT NULL,
    due_on date NOT NULL,
    reminded_at timestamptz,
    -- When its owners were told that it is late.
    late_at timestamptz,
    done_at timestamptz,
    UNIQUE (domain_id, quarter)
);
CREATE INDEX access_review_open ON access_review (due_on) WHERE done_at IS NULL;

-- What was held when it was opened. What comes later is for the next quarter's.
CREATE TABLE access_review_item (
    id uuid PRIMARY KEY,
    review_id uuid NOT NULL REFERENCES access_review,
    -- One of the two.
    role_grant_id uuid REFERENCES role_grant,
    agreement_id uuid REFERENCES agreement,
    decision text CHECK (decision IN ('keep', 'end', 'ask')),
    decided_by uuid REFERENCES person,
    decided_at timestamptz,
    note text NOT NULL DEFAULT '',
    CHECK (num_nonnulls(role_grant_id, agreement_id) = 1),
    CHECK ((decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)),
    UNIQUE (review_id, role_grant_id),
    UNIQUE (review_id, agreement_id)
);

GRANT SELECT, INSERT, UPDATE ON access_review, access_review_item TO pasar_portal;

-- How long the record keeps what it need not keep for ever; the kinds are those of domain::retention. The trail is none of them.
CREATE TABLE retention_period (
    what text PRIMARY KEY,
    days integer NOT NULL CHECK (days BETWEEN 1 AND 3660),
    version integer NOT NULL DEFAULT 0,
    -- The last day in Singapore on which everything older was deleted, and how many were on the day that is under way.
    swept_on date,
    sweeping bigint NOT NULL DEFAULT 0
);
INSERT INTO retention_period (what, days) VALUES
    ('notices', 365), ('request-drafts', 30), ('past-searches', 90), ('viewed-products', 90), ('mail', 90), ('webhook-deliveries', 90),
    ('outbox', 30), ('person-requests', 1095);
-- What is deleted is found by its age. Built while writes to these wait, seconds for a million rows.
CREATE INDEX notice_made ON notice (made_at);
CREATE INDEX mail_message_ended ON mail_message (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX webhook_delivery_tried ON webhook_delivery (tried_at) WHERE state <> 'waiting';
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;
GRANT SELECT, UPDATE ON retention_period TO pasar_portal;
GRANT DELETE ON notice, mail_message, webhook_delivery TO pasar_portal;
