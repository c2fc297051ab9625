-- Why: rules ask what was measured of a promise, for every product each night. What the last measurement said is kept with the promise, so
-- that nobody reads thousands of measurements for it, and a product is judged again when that changes and not at each look.

ALTER TABLE service_level
    -- Of the measurement that speaks of the latest moment.
    ADD latest_value double precision,
    ADD latest_good boolean,
    -- Of the error budget, 1 being all of it; below 0 once more was used than there was.
    ADD budget_left double precision;
UPDATE service_level l SET latest_value = m.value, latest_good = m.good FROM service_level_measurement m
    WHERE m.id = (SELECT x.id FROM service_level_measurement x WHERE x.level_id = l.id ORDER BY x.at DESC, x.recorded_at DESC LIMIT 1);

DROP TRIGGER look_when_changed ON service_level;
CREATE FUNCTION standard_level_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A budget counts by whole percents, and a measurement by its day.
    PERFORM look_at_standards(ARRAY(
        SELECT DISTINCT n.product_id FROM changed n JOIN unchanged o ON o.id = n.id
        WHERE (n.dimension, n.objective, n.target, n.unit, n.time_window, n.state, n.latest_value, n.latest_good, round(n.budget_left * 100),
               (n.measured_at AT TIME ZONE 'Asia/Singapore')::date)
              IS DISTINCT FROM
              (o.dimension, o.objective, o.target, o.unit, o.time_window, o.state, o.latest_value, o.latest_good, round(o.budget_left * 100),
               (o.measured_at AT TIME ZONE 'Asia/Singapore')::date)));
    RETURN NULL;
END
$$;
CREATE TRIGGER look_when_changed AFTER UPDATE ON service_level REFERENCING OLD TABLE AS unchanged NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION standard_level_changed();
