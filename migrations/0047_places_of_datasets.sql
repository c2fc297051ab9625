-- Why: a dataset may be of another place than its product's others: the one table of Bedok, say, or the only one that says a place at all. It
-- says its place as a product does, and its product is found under it as well. Widening rewrites nothing, and the checks read the table
-- once under a short lock: it holds thousands of rows.

ALTER TABLE dataset
    ADD COLUMN place_whole boolean NOT NULL DEFAULT false,
    ADD COLUMN place_areas text[] NOT NULL DEFAULT '{}',
    -- West, south, east and north in WGS 84 degrees.
    ADD COLUMN place_box float8[],
    ADD CONSTRAINT dataset_place_said_once CHECK (place_whole::int + (place_areas <> '{}')::int + (place_box IS NOT NULL)::int <= 1),
    -- Written so that a null or not-a-number among the four is refused as well.
    ADD CONSTRAINT dataset_place_box CHECK (place_box IS NULL OR (
        array_ndims(place_box) = 1 AND array_lower(place_box, 1) = 1 AND cardinality(place_box) = 4 AND array_position(place_box, NULL) IS NULL
        AND place_box[1] BETWEEN -180 AND place_box[3] AND place_box[3] <= 180
        AND place_box[2] BETWEEN -90 AND place_box[4] AND place_box[4] <= 90));

COMMENT ON COLUMN product.covered_areas IS
    'Codes of the areas that the product is found under: of its own place and of its datasets''. Derived; boxes by the outlines of now.';
