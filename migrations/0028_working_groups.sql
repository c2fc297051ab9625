-- Why: a standard is talked over by a working group before it is agreed. Whoever reads it later sees who was there, what was on the agenda
-- and what was decided, beside the comments that anybody made.

CREATE TABLE standard_check_in (
    id uuid PRIMARY KEY,
    standard_id uuid NOT NULL REFERENCES standard,
    -- A day in Singapore, past or to come.
    held_on date NOT NULL,
    agenda text NOT NULL,
    -- Names as they were written: people of agencies, who need not use the portal.
    attendance text[] NOT NULL,
    -- Null until it was held and written down; never changed after that.
    decisions text,
    planned_by uuid NOT NULL REFERENCES person,
    planned_at timestamptz NOT NULL,
    noted_by uuid REFERENCES person,
    noted_at timestamptz,
    CHECK ((decisions IS NULL) = (noted_at IS NULL) AND (noted_by IS NULL) = (noted_at IS NULL))
);
-- The same form sent twice is one check-in.
CREATE UNIQUE INDEX standard_check_in_once ON standard_check_in (standard_id, held_on, md5(agenda));
GRANT SELECT, INSERT, UPDATE ON standard_check_in TO pasar_portal;
