-- Why: a long queue must open as fast as a short one. Reading it along its own order takes the first page's parts and no others; for
-- who may decide few of many, the next two find those few.

-- The order of the page: the clock that runs out first, and what waits for its requester last. Each of these locks its table for
-- writing while it is made, which takes less than a second for a hundred thousand parts.
CREATE INDEX request_part_queue ON request_part ((paused_at IS NOT NULL), due_on, id) WHERE state = 'submitted';
-- What waits of one product.
CREATE INDEX request_part_waiting_product ON request_part (product_id, id) WHERE state = 'submitted';
-- What waits for one role; without a list of pending entries, which each look would have to read through.
CREATE INDEX part_step_waiting_roles ON part_step USING gin (roles) WITH (fastupdate = off) WHERE state = 'waiting';
