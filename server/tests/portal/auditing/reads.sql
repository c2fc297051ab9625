-- After common/rows.sql: a dataset with personal columns that jason.lim's agreement reads, masked.
INSERT INTO dataset (id, product_id, name, title, position)
VALUES ('00000000-0000-7000-8000-0000000000d1', '00000000-0000-7000-8000-000000000005', 'staff', 'Staff of depots', 1);
INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal, technique) VALUES
    ('00000000-0000-7000-8000-0000000000c1', '00000000-0000-7000-8000-0000000000d1', 1, 'depot', 'text', false, false, 'official-closed', 'non-sensitive', 'none', NULL),
    ('00000000-0000-7000-8000-0000000000c2', '00000000-0000-7000-8000-0000000000d1', 2, 'nric', 'text', false, true, 'restricted', 'sensitive-normal', 'direct',
     '{"technique": "mask", "first": 0, "last": 4, "shortest": 8}'),
    ('00000000-0000-7000-8000-0000000000c3', '00000000-0000-7000-8000-0000000000d1', 3, 'salary', 'integer', false, false, 'secret', 'sensitive-high', 'sensitive', NULL);
INSERT INTO output_port (id, product_id, name, kind)
VALUES ('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-000000000005', 'tables', 'postgres');
INSERT INTO agreement_dataset (agreement_id, dataset_id, output_port_id, view_name, columns)
VALUES ('00000000-0000-7000-8000-0000000000a2', '00000000-0000-7000-8000-0000000000d1', '00000000-0000-7000-8000-0000000000b1', 'staff', '{depot,nric,salary}');
