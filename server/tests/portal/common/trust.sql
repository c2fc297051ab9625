-- After rows.sql, for tests that must not reach it: a problem that jason.lim reported.
INSERT INTO problem (id, product_id, about, words, submission_key, reported_by, reported_at, state)
VALUES ('00000000-0000-7000-8000-0000000000ad', '00000000-0000-7000-8000-000000000005', 'other', 'What Jason Lim found', '00000000-0000-7000-8000-0000000000ae',
    '00000000-0000-7000-8000-000000000004', '2026-11-20T00:00:00Z', 'reported');
-- What an audit of quality, planned by jason.lim, asks of a product.
INSERT INTO quality_audit_plan (id, sector_id, name, scope, criteria, rhythm, first_on, announce_days, mend_days, made_by, made_at, submission_key)
VALUES ('00000000-0000-7000-8000-0000000000d1', '00000000-0000-7000-8000-000000000001', 'What Jason Lim planned', 'sector', '{all}', 'once', '2026-11-20', 0, 30,
    '00000000-0000-7000-8000-000000000004', '2026-11-19T00:00:00Z', '00000000-0000-7000-8000-0000000000d2');
INSERT INTO quality_audit (id, plan_id, due_on, begun_at, asked, done_at)
VALUES ('00000000-0000-7000-8000-0000000000d3', '00000000-0000-7000-8000-0000000000d1', '2026-11-20', '2026-11-20T00:00:00Z', 0, '2026-11-20T00:00:00Z');
INSERT INTO quality_task (id, plan_id, audit_id, product_id, criterion, at_least, within_days, opened_at, due_on, looked_at)
VALUES ('00000000-0000-7000-8000-0000000000d4', '00000000-0000-7000-8000-0000000000d1', '00000000-0000-7000-8000-0000000000d3',
    '00000000-0000-7000-8000-000000000005', 'all', 90, 7, '2026-11-20T00:00:00Z', '2026-12-20', '2026-11-20T00:00:00Z');
