-- After rows.sql, for tests that must not reach it: a problem that jason.lim reported.
INSERT INTO problem (id, product_id, about, words, submission_key, reported_by, reported_at, state)
VALUES ('00000000-0000-7000-8000-0000000000ad', '00000000-0000-7000-8000-000000000005', 'other', 'What Jason Lim found', '00000000-0000-7000-8000-0000000000ae',
    '00000000-0000-7000-8000-000000000004', '2026-11-20T00:00:00Z', 'reported');
