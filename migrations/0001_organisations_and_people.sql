-- Why: everything Pasar decides rests on who somebody is and which role they hold where. Roles live here, not at the
-- identity provider, so that a change holds from the next request on.

-- The portal's privileges hang on a group role that cannot log in; the operator's login is a member of it.
-- Roles belong to the cluster, so that two databases being migrated at once may both try to create it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pasar_portal') THEN
        CREATE ROLE pasar_portal NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

CREATE TABLE sector (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    title text NOT NULL,
    trusted_centre text NOT NULL
);

CREATE TABLE agency (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    title text NOT NULL UNIQUE,
    abbreviation text
);

CREATE TABLE data_domain (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    title text NOT NULL,
    description text,
    agency_id uuid NOT NULL REFERENCES agency,
    sector_id uuid NOT NULL REFERENCES sector
);
CREATE INDEX data_domain_agency ON data_domain (agency_id);
CREATE INDEX data_domain_sector ON data_domain (sector_id);

-- A person may be known by e-mail address (named as steward in a document) before the first sign-in binds the subject.
CREATE TABLE person (
    id uuid PRIMARY KEY,
    issuer text,
    subject text,
    email text NOT NULL,
    name text NOT NULL,
    agency text,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    UNIQUE (issuer, subject),
    CHECK ((issuer IS NULL) = (subject IS NULL))
);
CREATE UNIQUE INDEX person_email ON person (lower(email));

CREATE TABLE role_grant (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    role text NOT NULL CHECK (role IN ('owner', 'steward', 'product-owner', 'developer', 'tc-curator',
                                       'tc-security-officer', 'gdo-administrator', 'auditor')),
    scope_kind text NOT NULL CHECK (scope_kind IN ('whole', 'sector', 'domain', 'product')),
    scope_id uuid,
    granted_by uuid REFERENCES person,
    granted_at timestamptz NOT NULL,
    until timestamptz,
    ended_at timestamptz,
    CHECK ((scope_kind = 'whole') = (scope_id IS NULL))
);
-- Read with every request: the roles in force of one person.
CREATE INDEX role_grant_person ON role_grant (person_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX role_grant_once ON role_grant (person_id, role, scope_kind, coalesce(scope_id, '00000000-0000-0000-0000-000000000000'))
    WHERE ended_at IS NULL;

-- Only hashes of cookies are kept: a copy of this table signs nobody in.
CREATE TABLE session (
    token_hash bytea PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    csrf text NOT NULL,
    issuer text NOT NULL,
    oidc_sid text,
    id_token text,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_person ON session (person_id);
-- Back-channel logout names a session of the provider.
CREATE INDEX session_oidc_sid ON session (issuer, oidc_sid) WHERE oidc_sid IS NOT NULL;

-- A sign-in under way, bound to the browser by a short-lived cookie whose hash is the key; used once.
CREATE TABLE sign_in (
    token_hash bytea PRIMARY KEY,
    state text NOT NULL,
    nonce text NOT NULL,
    pkce_verifier text NOT NULL,
    return_to text NOT NULL,
    created_at timestamptz NOT NULL
);

-- Logout tokens are accepted once (their jti), so that a copied one ends no later session.
CREATE TABLE logout_token (
    issuer text NOT NULL,
    jti text NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, jti)
);

CREATE TABLE holiday (
    day date PRIMARY KEY,
    title text NOT NULL
);

CREATE TABLE purpose (
    code text PRIMARY KEY,
    title text NOT NULL,
    position integer NOT NULL
);
