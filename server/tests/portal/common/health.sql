-- After rows.sql, for tests with a product of another domain: patients by area, with one dataset. Each test says what columns it has.
INSERT INTO data_domain VALUES ('00000000-0000-7000-8000-0000000000d1', 'health', 'Health', NULL, '00000000-0000-7000-8000-000000000002',
    '00000000-0000-7000-8000-000000000001');
INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
VALUES ('00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-0000000000d1', 'patients-dp', 'health.patients-dp', 'Patients by area',
    'source-aligned', '1.0.0', 'published', 'listed', '', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z');
INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
VALUES ('00000000-0000-7000-8000-0000000000d2', 'approval', '{}', '{}', 'none', 365);
INSERT INTO dataset (id, product_id, name, title, position)
VALUES ('00000000-0000-7000-8000-0000000000d3', '00000000-0000-7000-8000-0000000000d2', 'people', 'People', 0);
