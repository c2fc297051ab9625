-- Why: rules read of each product which roles are filled over it. Without an index by place all grants were gone through for each product: with a
-- grant for each of 100,000 products the night took longer for that than for everything else together.
-- It locks role_grant against writing while it is built: a fraction of a second for 100,000 grants.
CREATE INDEX role_grant_scope ON role_grant (scope_id) WHERE ended_at IS NULL;
