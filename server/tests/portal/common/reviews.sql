-- A review of a domain in which jason.lim holds an agreement, for tests that must not reach it. It comes after rows.sql.
INSERT INTO access_review (id, domain_id, quarter, opened_at, due_on)
VALUES ('00000000-0000-7000-8000-0000000000b7', '00000000-0000-7000-8000-000000000003', '2026-10-01', '2026-11-20T00:00:00Z', '2026-12-20');
INSERT INTO access_review_item (id, review_id, agreement_id)
VALUES ('00000000-0000-7000-8000-0000000000b8', '00000000-0000-7000-8000-0000000000b7', '00000000-0000-7000-8000-0000000000a2');
