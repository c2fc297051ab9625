-- Why: a waiver that nobody looks at before it ends surprises those who rely on it, and whoever comments on a draft needs to see what was changed since.

-- When those whom it concerns were told that it ends soon; once.
ALTER TABLE standard_waiver ADD COLUMN reminded_at timestamptz;

-- What each save of an open version replaced, part by part: [{part, before, after}].
CREATE TABLE standard_change (
    id uuid PRIMARY KEY,
    standard_id uuid NOT NULL,
    version integer NOT NULL,
    changed_by uuid NOT NULL REFERENCES person,
    at timestamptz NOT NULL,
    -- Whether it was open for comments then.
    consulted boolean NOT NULL,
    changes jsonb NOT NULL CHECK (jsonb_typeof(changes) = 'array' AND jsonb_array_length(changes) > 0),
    FOREIGN KEY (standard_id, version) REFERENCES standard_version
);
CREATE INDEX standard_change_version ON standard_change (standard_id, version, at DESC);
GRANT SELECT, INSERT ON standard_change TO pasar_portal;
