-- Why: people who are written differently in two places are found by several fields together: a name, a date of birth and a postal code that are
-- nearly the same say more than one name that is. Owners approve fields, weights and the likeness as they were asked for.

ALTER TABLE linkage DROP CONSTRAINT linkage_way_check, ADD CONSTRAINT linkage_way_check CHECK (way IN ('exact', 'alike', 'fields'));

-- What stands beside the columns of linkage_side, when several fields are compared.
CREATE TABLE linkage_field (
    linkage_id uuid NOT NULL REFERENCES linkage,
    place smallint NOT NULL CHECK (place BETWEEN 1 AND 5),
    -- The first place is that of the columns in linkage_side.
    left_column text NOT NULL,
    right_column text NOT NULL,
    -- domain::linkage::Weight
    weight text NOT NULL CHECK (weight IN ('little', 'ordinary', 'much')),
    PRIMARY KEY (linkage_id, place),
    UNIQUE (linkage_id, left_column),
    UNIQUE (linkage_id, right_column)
);
GRANT SELECT, INSERT ON linkage_field TO pasar_portal;
