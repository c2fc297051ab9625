-- After rows.sql, for tests that must not reach them: a task about data of a person, and a linkage of jason.lim's.
INSERT INTO subject_request (id, opened_by, opened_at, identifier_kind, identifier_hash, identifier_mask, wish, purpose, reason, due_on, state)
VALUES ('00000000-0000-7000-8000-0000000000e2', '00000000-0000-7000-8000-000000000004', '2026-11-20T00:00:00Z', 'nric', decode(repeat('00', 32), 'hex'),
    '•••••••1X', 'erasure', 'Law', 'Why', '2026-12-31', 'open');
INSERT INTO subject_task (id, request_id, domain_id, state, made_at)
VALUES ('00000000-0000-7000-8000-0000000000aa', '00000000-0000-7000-8000-0000000000e2', '00000000-0000-7000-8000-000000000003', 'open',
    '2026-11-20T00:00:00Z');
INSERT INTO dataset (id, product_id, name, title, position)
VALUES ('00000000-0000-7000-8000-0000000000ab', '00000000-0000-7000-8000-000000000005', 'linked', 'Linked', 9);
INSERT INTO linkage (id, requested_by, reason, way, likeness, least, state, requested_at)
VALUES ('00000000-0000-7000-8000-0000000000ac', '00000000-0000-7000-8000-000000000004', 'Why', 'exact', 1, 10, 'requested', '2026-11-20T00:00:00Z');
INSERT INTO linkage_side (linkage_id, side, agreement_id, dataset_id, column_name)
SELECT '00000000-0000-7000-8000-0000000000ac', side, '00000000-0000-7000-8000-0000000000a2', '00000000-0000-7000-8000-0000000000ab', 'no'
FROM unnest(ARRAY['left', 'right']) AS s(side);
