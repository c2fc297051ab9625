-- Why: what was agreed is what a source grants. Every minute both are compared; what differs is made as agreed again, and kept
-- here for those who watch. Agreements of a person, an agency or a product can be stopped at once, and go on later.

-- What the source said of each view when it was made; a view that says something else was changed there.
ALTER TABLE agreement_dataset ADD COLUMN view_digest text;

-- One row for each difference, from when it was found until it was gone. It names agreements and products without a
-- reference: a finding outlives what it was about.
CREATE TABLE drift_finding (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    agreement_id uuid,
    product_id uuid,
    kind text NOT NULL,
    object text NOT NULL,
    found text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'repaired')),
    found_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    repaired_at timestamptz,
    CHECK ((state = 'repaired') = (repaired_at IS NOT NULL))
);
CREATE UNIQUE INDEX drift_finding_open ON drift_finding (source, kind, object, md5(found)) WHERE state = 'open';
CREATE INDEX drift_finding_newest ON drift_finding (found_at DESC, id DESC);

-- All agreements of one subject, within a sector or everywhere. It holds each agreement that there is and each that is made
-- while it stands.
CREATE TABLE suspension (
    id uuid PRIMARY KEY,
    person_id uuid REFERENCES person,
    -- As people carry it, whatever its case.
    agency text,
    product_id uuid REFERENCES product,
    sector_id uuid REFERENCES sector,
    reason text NOT NULL,
    placed_by uuid NOT NULL REFERENCES person,
    placed_at timestamptz NOT NULL,
    lifted_by uuid REFERENCES person,
    lifted_at timestamptz,
    lift_reason text,
    CHECK (num_nonnulls(person_id, agency, product_id) = 1),
    CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
);
CREATE INDEX suspension_standing ON suspension (placed_at) WHERE lifted_at IS NULL;
CREATE INDEX suspension_newest ON suspension (placed_at DESC, id DESC);

ALTER TABLE agreement_hold ADD COLUMN suspension_id uuid REFERENCES suspension;
-- Placed twice, it stands once.
CREATE UNIQUE INDEX agreement_hold_once ON agreement_hold (agreement_id, kind, coalesce(suspension_id, agreement_id)) WHERE lifted_at IS NULL;

-- The agreements that a suspension is for.
CREATE FUNCTION suspended_agreements(s suspension) RETURNS TABLE (agreement_id uuid) LANGUAGE sql STABLE AS $$
    SELECT a.id FROM agreement a JOIN person h ON h.id = a.holder_id JOIN product p ON p.id = a.product_id JOIN data_domain d ON d.id = p.domain_id
    WHERE a.state = 'active' AND (s.person_id IS NULL OR a.holder_id = s.person_id) AND (s.agency IS NULL OR lower(h.agency) = lower(s.agency))
      AND (s.product_id IS NULL OR a.product_id = s.product_id) AND (s.sector_id IS NULL OR d.sector_id = s.sector_id)
$$;

GRANT SELECT, INSERT, UPDATE ON drift_finding, suspension TO pasar_portal;
GRANT EXECUTE ON FUNCTION suspended_agreements(suspension) TO pasar_portal;
