-- Why: every product of a catalogue that is imported calls these nine times, and an import of two thousand took four times as long as without.
-- They were planned at each call; the look for what the same transaction has asked for already went through all that waits for standards, because
-- nothing is known of the outbox's size while it is being filled; and it found nothing, because each product has a savepoint of its own, and rows
-- carry the number of that. In plpgsql plans are kept; an index holds just what is looked for; and a row says which transaction wrote it.
ALTER TABLE outbox ADD COLUMN written_by xid8 NOT NULL DEFAULT pg_current_xact_id();
COMMENT ON COLUMN outbox.written_by IS 'The transaction that wrote it, savepoints and all: what it asked for once it need not ask for again.';
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (object_id, topic) WHERE done_at IS NULL;

-- What another transaction asked for may be under way, and not see this change: it is no reason not to ask.
CREATE OR REPLACE FUNCTION look_at_standards(products uuid[]) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    product uuid;
BEGIN
    FOREACH product IN ARRAY coalesce(products, '{}') LOOP
        IF product IS NOT NULL AND NOT EXISTS (
            SELECT FROM outbox o
            WHERE o.object_id = product AND o.topic = 'standard.product' AND o.done_at IS NULL AND o.written_by = pg_current_xact_id())
        THEN
            INSERT INTO outbox (at, topic, object_id, next_attempt_at) VALUES (now(), 'standard.product', product, 'epoch');
        END IF;
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION look_at_lineage(products uuid[]) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO outbox (at, topic, object_id, next_attempt_at)
    SELECT now(), 'lineage.product', look.id, 'epoch'::timestamptz FROM (
        SELECT p.id FROM product p
        WHERE p.id = ANY (products) AND (EXISTS (SELECT FROM input_port i WHERE i.product_id = p.id)
            OR EXISTS (SELECT FROM dataset d WHERE d.product_id = p.id
                       AND (d.table_name IS NOT NULL OR EXISTS (SELECT FROM lineage_node n WHERE n.dataset_id = d.id))))
        -- Whoever takes from them is looked at again: a dataset more or less goes in.
        UNION SELECT i.product_id FROM product p JOIN input_port i ON i.comes_from = p.address WHERE p.id = ANY (products)
    ) look;
END
$$;
-- A few products or addresses each time: a plan for one call does as well for the next.
ALTER FUNCTION products_taking(uuid[], text[]) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION products_taken_from(text[]) SET plan_cache_mode = force_generic_plan;
