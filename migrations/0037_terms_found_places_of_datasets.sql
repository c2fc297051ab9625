-- Why: officers look for what columns mean and not for what they are called, so a product is found by the names of the glossary's terms that its
-- columns carry. A change of a term is a change of those products.

-- terms of a column's name: a document is made from all columns of its product.
CREATE INDEX glossary_term_columns ON glossary_term USING gin (column_names);

CREATE FUNCTION term_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (at, topic, object_id, next_attempt_at)
    SELECT DISTINCT now(), 'search.product', x.product_id, 'epoch'::timestamptz FROM data_column c JOIN dataset x ON x.id = c.dataset_id
    WHERE lower(c.name) = ANY(coalesce(OLD.column_names, '{}') || coalesce(NEW.column_names, '{}'));
    RETURN NULL;
END
$$;
CREATE TRIGGER term_added AFTER INSERT OR DELETE ON glossary_term FOR EACH ROW EXECUTE FUNCTION term_changed();
-- What a term means is not searched.
CREATE TRIGGER term_changed AFTER UPDATE ON glossary_term FOR EACH ROW
    WHEN ((OLD.name, OLD.also_called, OLD.column_names) IS DISTINCT FROM (NEW.name, NEW.also_called, NEW.column_names)) EXECUTE FUNCTION term_changed();

-- Documents that were there before have no terms in them.
INSERT INTO outbox (at, topic, object_id, next_attempt_at)
SELECT DISTINCT now(), 'search.product', x.product_id, 'epoch'::timestamptz
FROM glossary_term t JOIN data_column c ON lower(c.name) = ANY(t.column_names) JOIN dataset x ON x.id = c.dataset_id;

-- Who saved a search is told when it finds something new: once until they have looked, and at most once a day. Both columns come without
-- rewriting the table.
ALTER TABLE saved_search
    -- There is something new where there was nothing, and its owner was not told of it yet.
    ADD COLUMN untold boolean NOT NULL DEFAULT false,
    -- When they were told last.
    ADD COLUMN told_at timestamptz;
-- the job that tells.
CREATE INDEX saved_search_untold ON saved_search (id) WHERE untold;
