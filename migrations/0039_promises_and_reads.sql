-- Why: search praised promises that are broken, or that nobody ever measured.

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
