-- Why: a holder may read at the source without the portal; what the source's own log says of it becomes part of the trail.

-- How far each source's log has been read. Moves in the transaction that appends what was found.
CREATE TABLE source_log (
    source text PRIMARY KEY,
    -- False while the source keeps no log that Pasar may read: then reads made there directly are not in the trail.
    kept boolean NOT NULL,
    file text,
    next_byte bigint NOT NULL,
    read_at timestamptz NOT NULL
);

-- Sessions at a source that Pasar itself opened for a read at its API, which has a row in the trail already.
CREATE TABLE api_session (
    session text PRIMARY KEY,
    opened_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON source_log TO pasar_portal;
GRANT SELECT, INSERT, DELETE ON api_session TO pasar_portal;
