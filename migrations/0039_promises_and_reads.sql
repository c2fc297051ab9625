-- Why: search praised promises that are broken, or that nobody ever measured; what a read took could be written anew; and nothing could
-- be measured at a time of the day.

-- A product is found and counted by how its promises stand; by whatever hand one changes its state, comes or goes, the product is looked at again.
CREATE FUNCTION level_stands_otherwise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (at, topic, object_id, next_attempt_at)
    VALUES (now(), 'search.product', CASE WHEN TG_OP = 'DELETE' THEN OLD.product_id ELSE NEW.product_id END, 'epoch');
    RETURN NULL;
END
$$;
CREATE TRIGGER level_stands_otherwise AFTER UPDATE ON service_level FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION level_stands_otherwise();
CREATE TRIGGER level_is_gone AFTER DELETE ON service_level FOR EACH ROW
    WHEN (OLD.state <> 'not-measured') EXECUTE FUNCTION level_stands_otherwise();
-- Documents of before have the old mark.
INSERT INTO outbox (at, topic, object_id, next_attempt_at)
SELECT DISTINCT now(), 'search.product', product_id, 'epoch'::timestamptz FROM service_level;

-- What left with a read is said once: columns and personal columns when the read is noted, its rows when they were counted. Nothing of it changes later,
-- by whatever hand; it stands beside the sealed event and is not under the seal.
CREATE FUNCTION count_rows_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.event_id, NEW.dataset_id, NEW.columns, NEW.personal) IS DISTINCT FROM (OLD.event_id, OLD.dataset_id, OLD.columns, OLD.personal)
       OR OLD.rows IS NOT NULL AND NEW.rows IS DISTINCT FROM OLD.rows THEN
        RAISE EXCEPTION 'what left with a read is said once' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER port_read_rows_once BEFORE UPDATE ON port_read FOR EACH ROW EXECUTE FUNCTION count_rows_once();
CREATE TRIGGER port_read_append_only BEFORE DELETE OR TRUNCATE ON port_read FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- "Fresh by 09:00" is measured at nine: a minute of the day in Singapore, for what is measured on whole days.
ALTER TABLE service_level ADD probe_minute integer CHECK (probe_minute BETWEEN 0 AND 1439),
    ADD CHECK (probe_minute IS NULL OR every_minutes % 1440 = 0);
