-- Why: an officer looks for data about a place. A product says which place it covers: the whole country, planning areas by
-- code, or a box of degrees; none of the three while its team has not said. Widening product rewrites nothing, and the
-- checks read it once under a short lock: it holds thousands of rows.

ALTER TABLE product
    ADD COLUMN place_whole boolean NOT NULL DEFAULT false,
    ADD COLUMN place_areas text[] NOT NULL DEFAULT '{}',
    -- West, south, east and north in WGS 84 degrees.
    ADD COLUMN place_box float8[],
    -- Codes of the areas that the product is found under: those it names, those its box touches by the outlines of now, or all of
    -- them for the whole country. Derived, so that search asks one question whichever way the place was said.
    ADD COLUMN covered_areas text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT product_place_said_once CHECK (place_whole::int + (place_areas <> '{}')::int + (place_box IS NOT NULL)::int <= 1),
    -- Written so that a null or not-a-number among the four is refused as well.
    ADD CONSTRAINT product_place_box CHECK (place_box IS NULL OR (
        array_ndims(place_box) = 1 AND array_lower(place_box, 1) = 1 AND cardinality(place_box) = 4 AND array_position(place_box, NULL) IS NULL
        AND place_box[1] BETWEEN -180 AND place_box[3] AND place_box[3] <= 180
        AND place_box[2] BETWEEN -90 AND place_box[4] AND place_box[4] <= 90));
-- search: products of an area.
CREATE INDEX product_covered_areas ON product USING gin (covered_areas);

-- The planning areas that codes stand for. Outlines and boxes are imported: a record without them can still name areas.
CREATE TABLE planning_area (
    code text PRIMARY KEY,
    name text NOT NULL,
    region text CHECK (region IN ('central', 'east', 'north', 'north-east', 'west')),
    -- A GeoJSON geometry.
    outline jsonb,
    west float8,
    south float8,
    east float8,
    north float8,
    -- All of the outline and its box, or nothing.
    CHECK (num_nulls(outline, west, south, east, north) IN (0, 5))
);

-- Code, name and region of Singapore's Master Plan 2019, as in crates/domain/src/catalogue/planning_areas.rs.
INSERT INTO planning_area (code, name, region) VALUES
    ('AM', 'Ang Mo Kio', 'north-east'),
    ('BD', 'Bedok', 'east'),
    ('BK', 'Bukit Batok', 'west'),
    ('BL', 'Boon Lay', 'west'),
    ('BM', 'Bukit Merah', 'central'),
    ('BP', 'Bukit Panjang', 'west'),
    ('BS', 'Bishan', 'central'),
    ('BT', 'Bukit Timah', 'central'),
    ('CB', 'Changi Bay', 'east'),
    ('CC', 'Central Water Catchment', 'north'),
    ('CH', 'Changi', 'east'),
    ('CK', 'Choa Chu Kang', 'west'),
    ('CL', 'Clementi', 'west'),
    ('DT', 'Downtown Core', 'central'),
    ('GL', 'Geylang', 'central'),
    ('HG', 'Hougang', 'north-east'),
    ('JE', 'Jurong East', 'west'),
    ('JW', 'Jurong West', 'west'),
    ('KL', 'Kallang', 'central'),
    ('LK', 'Lim Chu Kang', 'north'),
    ('MD', 'Mandai', 'north'),
    ('ME', 'Marina East', 'central'),
    ('MP', 'Marine Parade', 'central'),
    ('MS', 'Marina South', 'central'),
    ('MU', 'Museum', 'central'),
    ('NE', 'North-Eastern Islands', 'north-east'),
    ('NT', 'Newton', 'central'),
    ('NV', 'Novena', 'central'),
    ('OR', 'Orchard', 'central'),
    ('OT', 'Outram', 'central'),
    ('PG', 'Punggol', 'north-east'),
    ('PL', 'Paya Lebar', 'east'),
    ('PN', 'Pioneer', 'west'),
    ('PR', 'Pasir Ris', 'east'),
    ('QT', 'Queenstown', 'central'),
    ('RC', 'Rochor', 'central'),
    ('RV', 'River Valley', 'central'),
    ('SB', 'Sembawang', 'north'),
    ('SE', 'Sengkang', 'north-east'),
    ('SG', 'Serangoon', 'north-east'),
    ('SI', 'Southern Islands', 'central'),
    ('SK', 'Sungei Kadut', 'north'),
    ('SL', 'Seletar', 'north-east'),
    ('SM', 'Simpang', 'north'),
    ('SR', 'Singapore River', 'central'),
    ('SV', 'Straits View', 'central'),
    ('TH', 'Tengah', 'west'),
    ('TM', 'Tampines', 'east'),
    ('TN', 'Tanglin', 'central'),
    ('TP', 'Toa Payoh', 'central'),
    ('TS', 'Tuas', 'west'),
    ('WC', 'Western Water Catchment', 'west'),
    ('WD', 'Woodlands', 'north'),
    ('WI', 'Western Islands', 'west'),
    ('YS', 'Yishun', 'north');

GRANT SELECT, UPDATE ON planning_area TO pasar_portal;
