-- A review of a domain in which jason.lim holds an agreement and is asked whether it is needed, for tests that must not reach it. It comes after rows.sql.
INSERT INTO access_review (id, domain_id, quarter, opened_at, due_on)
VALUES ('00000000-0000-7000-8000-0000000000b7', '00000000-0000-7000-8000-000000000003', '2026-10-01', '2026-11-20T00:00:00Z', '2026-12-20');
INSERT INTO access_review_item (id, review_id, agreement_id, decision, decided_by, decided_at, note)
VALUES ('00000000-0000-7000-8000-0000000000b8', '00000000-0000-7000-8000-0000000000b7', '00000000-0000-7000-8000-0000000000a2', 'ask',
    '00000000-0000-7000-8000-000000000009', '2026-11-21T00:00:00Z', 'Is it read');
