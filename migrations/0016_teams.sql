-- Why: data is used by teams, whose people change, and by programs. An agreement may belong to a team; each of its people, and
-- each program that is named, has a credential of their own, so that whoever leaves takes nothing along and the trail says who read.

-- A named group of people of one agency.
CREATE TABLE team (
    id uuid PRIMARY KEY,
    agency_id uuid NOT NULL REFERENCES agency,
    name text NOT NULL,
    about text NOT NULL,
    made_by uuid NOT NULL REFERENCES person,
    made_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE UNIQUE INDEX team_name ON team (agency_id, lower(name)) WHERE ended_at IS NULL;

-- One row for each time that somebody was in a team; it stays when they have left.
CREATE TABLE team_member (
    id uuid PRIMARY KEY,
    team_id uuid NOT NULL REFERENCES team,
    person_id uuid NOT NULL REFERENCES person,
    -- Keeps the team: its people, its machine clients, what it gives up.
    lead boolean NOT NULL,
    added_by uuid NOT NULL REFERENCES person,
    added_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text CHECK (end_reason IN ('removed', 'left', 'agency', 'disabled', 'team-ended')),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE UNIQUE INDEX team_member_once ON team_member (team_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX team_member_person ON team_member (person_id);

-- Who is in a team now. Whoever is disabled, or belongs to another agency, is in none from that moment on; a job writes it down.
CREATE VIEW team_people AS
SELECT m.team_id, m.person_id, m.lead FROM team_member m JOIN team t ON t.id = m.team_id AND t.ended_at IS NULL
JOIN agency g ON g.id = t.agency_id
JOIN person h ON h.id = m.person_id AND h.disabled_at IS NULL AND lower(h.agency) IN (lower(g.slug), lower(g.title), lower(g.abbreviation))
WHERE m.ended_at IS NULL;

-- Whether somebody has been in a team at any time since a moment. Whoever was, since its request was submitted, decides nothing of it.
CREATE FUNCTION in_team_since(team uuid, person uuid, since timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM team_member m WHERE m.team_id = team AND m.person_id = person AND (m.ended_at IS NULL OR m.ended_at >= since))
$$;

ALTER TABLE access_request ADD COLUMN team_id uuid REFERENCES team;
CREATE INDEX access_request_team ON access_request (team_id, id DESC) WHERE team_id IS NOT NULL;
-- The holder is then who asked for the team, and holds nothing by that alone.
ALTER TABLE agreement ADD COLUMN team_id uuid REFERENCES team;
CREATE INDEX agreement_team ON agreement (team_id, id DESC) WHERE team_id IS NOT NULL;

-- Who may use an agreement: its holder, or the people of its team; never who decided for it, who might have joined later.
CREATE VIEW agreement_people AS
SELECT a.id AS agreement_id, a.product_id, a.state, a.until, a.holder_id AS person_id, true AS lead FROM agreement a
JOIN person h ON h.id = a.holder_id AND h.disabled_at IS NULL WHERE a.team_id IS NULL
UNION ALL
SELECT a.id, a.product_id, a.state, a.until, m.person_id, m.lead OR m.person_id = a.holder_id FROM agreement a
JOIN team_people m ON m.team_id = a.team_id
WHERE NOT EXISTS (SELECT FROM part_step s WHERE s.part_id = a.part_id AND m.person_id IN (s.decided_by, s.decided_for));

-- Credentials beside an agreement's own: of each person of its team, and of machine clients. Each has a role of its own at the
-- source, named after this id, which may do what the agreement's own role may.
CREATE TABLE agreement_credential (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    -- One of the two.
    person_id uuid REFERENCES person,
    machine text,
    made_by uuid NOT NULL REFERENCES person,
    made_at timestamptz NOT NULL,
    -- SHA-256 of the bearer token; none until a credential was made.
    token_hash bytea,
    set_at timestamptz,
    ended_at timestamptz,
    CHECK (num_nonnulls(person_id, machine) = 1),
    CHECK ((token_hash IS NULL) = (set_at IS NULL))
);
CREATE UNIQUE INDEX agreement_credential_person ON agreement_credential (agreement_id, person_id) WHERE ended_at IS NULL AND machine IS NULL;
CREATE UNIQUE INDEX agreement_credential_machine ON agreement_credential (agreement_id, lower(machine)) WHERE ended_at IS NULL AND person_id IS NULL;

-- Those that count now: while the agreement is in force, and their person, or somebody at all, may use it and is not suspended.
CREATE VIEW credential_in_force AS
SELECT c.id, c.agreement_id, c.person_id, c.machine, c.set_at FROM agreement_credential c
JOIN agreement a ON a.id = c.agreement_id AND a.state = 'active'
WHERE c.ended_at IS NULL AND EXISTS (
    SELECT FROM agreement_people p JOIN product x ON x.id = p.product_id JOIN data_domain d ON d.id = x.domain_id
    WHERE p.agreement_id = c.agreement_id AND (c.person_id IS NULL OR p.person_id = c.person_id)
      AND (a.team_id IS NULL OR NOT EXISTS (SELECT FROM suspension s WHERE s.lifted_at IS NULL AND s.person_id = p.person_id
                                            AND (s.sector_id IS NULL OR s.sector_id = d.sector_id))));

-- A machine client is said where the read came from, behind the address: what is sealed there cannot be changed, and nothing is
-- kept beside it.
CREATE FUNCTION machine_of(client_address text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT substring(client_address FROM 'machine ([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$')::uuid
$$;
CREATE FUNCTION actor_kind(actor uuid, client_address text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN machine_of(client_address) IS NOT NULL THEN 'machine' WHEN actor IS NOT NULL THEN 'person' ELSE 'pasar' END
$$;

-- People of a team know of what the team may read.
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
       OR EXISTS (SELECT FROM agreement a WHERE a.product_id = p.id AND a.holder_id = reader AND a.team_id IS NULL AND a.state = 'active')
       OR EXISTS (SELECT FROM team_people m JOIN agreement a ON a.team_id = m.team_id
                  WHERE m.person_id = reader AND a.product_id = p.id AND a.state = 'active')
$$;

-- One person's suspension stops what is theirs: of a team's agreement their own credential, and an agency's the whole.
CREATE OR REPLACE FUNCTION suspended_agreements(s suspension) RETURNS TABLE (agreement_id uuid) LANGUAGE sql STABLE AS $$
    SELECT a.id FROM agreement a JOIN person h ON h.id = a.holder_id JOIN product p ON p.id = a.product_id JOIN data_domain d ON d.id = p.domain_id
    LEFT JOIN team t ON t.id = a.team_id LEFT JOIN agency g ON g.id = t.agency_id
    WHERE a.state = 'active' AND (s.person_id IS NULL OR (a.holder_id = s.person_id AND a.team_id IS NULL))
      AND (s.agency IS NULL OR CASE WHEN g.id IS NULL THEN lower(h.agency) = lower(s.agency)
                                    ELSE lower(s.agency) IN (lower(g.slug), lower(g.title), lower(g.abbreviation)) END)
      AND (s.product_id IS NULL OR a.product_id = s.product_id) AND (s.sector_id IS NULL OR d.sector_id = s.sector_id)
$$;

GRANT SELECT, INSERT, UPDATE ON team, team_member, agreement_credential TO pasar_portal;
GRANT SELECT ON team_people, agreement_people, credential_in_force TO pasar_portal;
GRANT EXECUTE ON FUNCTION in_team_since(uuid, uuid, timestamptz), machine_of(text), actor_kind(uuid, text) TO pasar_portal;
