-- Of jason.lim, for tests that must not reach it: one each of a request with its step, an agreement, a saved search, a question for data,
-- a delegation, a notice, a webhook, an access token and a team.
INSERT INTO sector VALUES ('00000000-0000-7000-8000-000000000001', 'geospatial', 'Geospatial', 'Geospatial trusted centre');
INSERT INTO agency VALUES ('00000000-0000-7000-8000-000000000002', 'land-transport', 'Land transport', NULL);
INSERT INTO data_domain VALUES ('00000000-0000-7000-8000-000000000003', 'ssot-a', 'Buses', NULL,
    '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001');
INSERT INTO person (id, email, name, created_at) VALUES
    ('00000000-0000-7000-8000-000000000004', 'jason.lim@example.invalid', 'Jason Lim', '2026-11-20T00:00:00Z');
INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
VALUES ('00000000-0000-7000-8000-000000000005', '00000000-0000-7000-8000-000000000003', 'busroutes-dp', 'ssot-a.busroutes-dp', 'Bus routes',
    'source-aligned', '1.0.0', 'published', 'listed', '', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z');
INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
VALUES ('00000000-0000-7000-8000-000000000005', 'approval', '{}', '{}', 'none', 365);
INSERT INTO purpose VALUES ('planning', 'Planning', 1);
INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, submission_key)
VALUES ('00000000-0000-7000-8000-0000000000a1', '00000000-0000-7000-8000-000000000004', 'planning', 'Why', 'Law', 'Team', '2026-12-31',
    '2026-11-20T00:00:00Z', '2026-12-01', '00000000-0000-7000-8000-000000000006');
INSERT INTO request_part (id, request_id, product_id, state, decided_at, due_on)
VALUES ('00000000-0000-7000-8000-000000000007', '00000000-0000-7000-8000-0000000000a1', '00000000-0000-7000-8000-000000000005', 'approved',
    '2026-11-21T00:00:00Z', '2026-12-01');
INSERT INTO agreement (id, part_id, product_id, holder_id, state, grant_state, made_at, until)
VALUES ('00000000-0000-7000-8000-0000000000a2', '00000000-0000-7000-8000-000000000007', '00000000-0000-7000-8000-000000000005',
    '00000000-0000-7000-8000-000000000004', 'active', 'granted', '2026-11-21T00:00:00Z', '2026-12-31T00:00:00Z');
INSERT INTO saved_search (id, person_id, name, query, saved_at, seen_at)
VALUES ('00000000-0000-7000-8000-0000000000a3', '00000000-0000-7000-8000-000000000004', 'What Jason Lim looks for', 'q=bus', '2026-11-20T00:00:00Z',
    '2026-11-20T00:00:00Z');
INSERT INTO wanted_data (id, asked_by, domain_id, words, explanation, asked_at, submission_key)
VALUES ('00000000-0000-7000-8000-0000000000a4', '00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-000000000003',
    'What Jason Lim cannot find', 'Why', '2026-11-20T00:00:00Z', '00000000-0000-7000-8000-000000000008');
INSERT INTO part_step (id, part_id, stage, roles, why, state, decided_by, decided_at)
VALUES ('00000000-0000-7000-8000-0000000000a8', '00000000-0000-7000-8000-000000000007', 1, '{steward,owner}', 'The domain decides', 'approved',
    '00000000-0000-7000-8000-000000000004', '2026-11-21T00:00:00Z');
INSERT INTO person (id, email, name, created_at) VALUES
    ('00000000-0000-7000-8000-000000000009', 'stand.in@example.invalid', 'Stand In', '2026-11-20T00:00:00Z');
INSERT INTO delegation (id, person_id, delegate_id, since, until, made_at)
VALUES ('00000000-0000-7000-8000-0000000000a9', '00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-000000000009', '2026-11-20T00:00:00Z',
    '2027-11-20T00:00:00Z', '2026-11-20T00:00:00Z');
INSERT INTO event (id, topic, at, object_kind, object_id, product_id)
VALUES ('00000000-0000-7000-8000-0000000000e1', 'agreement.granted', '2026-11-21T00:00:00Z', 'agreement', '00000000-0000-7000-8000-0000000000a2',
    '00000000-0000-7000-8000-000000000005');
INSERT INTO notice (id, person_id, event_id, kind, made_at, mail)
VALUES ('00000000-0000-7000-8000-0000000000a5', '00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-0000000000e1', 'access',
    '2026-11-21T00:00:00Z', 'none');
INSERT INTO webhook (id, url, domain_id, topics, made_by, made_at)
VALUES ('00000000-0000-7000-8000-0000000000a6', 'https://hooks.example/', '00000000-0000-7000-8000-000000000003', '{product.published}',
    '00000000-0000-7000-8000-000000000004', '2026-11-21T00:00:00Z');
INSERT INTO access_token (id, person_id, name, scopes, token_hash, made_at, expires_at)
VALUES ('00000000-0000-7000-8000-0000000000a7', '00000000-0000-7000-8000-000000000004', 'What Jason Lim runs', '{read}', '\x00',
    '2026-11-21T00:00:00Z', '2027-11-21T00:00:00Z');
INSERT INTO team (id, agency_id, name, about, made_by, made_at)
VALUES ('00000000-0000-7000-8000-0000000000aa', '00000000-0000-7000-8000-000000000002', 'What Jason Lim leads', '',
    '00000000-0000-7000-8000-000000000004', '2026-11-20T00:00:00Z');
