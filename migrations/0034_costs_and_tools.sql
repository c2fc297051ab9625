-- Why: whoever renews a product asks what it costs, for whom; and its team keeps more of it in tools of its own than a catalogue does.
-- Links come with the product's document, costs from programs that know a source's bills.

-- A page of the product in another tool. A document says all of them anew.
CREATE TABLE tool_link (
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    position integer NOT NULL,
    -- domain::catalogue::LinkedTool.
    tool text NOT NULL CHECK (tool IN ('openmetadata', 'airflow', 'superset', 'other')),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 100),
    -- domain::catalogue::ToolLink::fault says more; nothing but https is ever kept.
    url text NOT NULL CHECK (url ~ '^https://[^/?#@\\[:space:]]+([/?#]|$)' AND octet_length(url) <= 500),
    PRIMARY KEY (product_id, position)
);
GRANT SELECT, INSERT, DELETE ON tool_link TO pasar_portal;

-- What a product cost in a month of Singapore. Rows are added and never change; of a month, the latest word holds.
CREATE TABLE product_cost (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    -- Of Singapore dollars.
    cents bigint NOT NULL CHECK (cents BETWEEN 0 AND 100000000000),
    -- Rows that were read in the month, where the source counts them: the trail of reads does not.
    rows_read bigint CHECK (rows_read BETWEEN 0 AND 1000000000000000),
    -- The bill or program that the amount is from.
    measured_by text NOT NULL CHECK (length(measured_by) BETWEEN 1 AND 100),
    said_by uuid NOT NULL REFERENCES person,
    recorded_at timestamptz NOT NULL,
    -- The same request again adds nothing.
    key uuid NOT NULL,
    UNIQUE (product_id, key)
);
CREATE INDEX product_cost_month ON product_cost (product_id, month, recorded_at DESC);
CREATE TRIGGER product_cost_stays BEFORE UPDATE OR TRUNCATE ON product_cost FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
GRANT SELECT, INSERT ON product_cost TO pasar_portal;
