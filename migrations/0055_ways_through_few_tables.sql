-- Why: where pipelines have many tables that are in no product, each walk of 0048 went through two thousand of them, 30 ms for each product that is judged,
-- and found hundreds of products upstream. Between two products stand a handful: two hundred tables are looked at, and ten thousand columns become a
-- thousand. The rest of each function stays as it was.
DO $$
BEGIN
    EXECUTE replace(pg_get_functiondef('lineage_products_after(bigint[])'::regprocedure), 'LIMIT 2000', 'LIMIT 200');
    EXECUTE replace(pg_get_functiondef('lineage_products_before(uuid)'::regprocedure), 'LIMIT 2000', 'LIMIT 200');
    EXECUTE replace(pg_get_functiondef('lineage_personal_before(uuid, text)'::regprocedure), 'LIMIT 10000', 'LIMIT 1000');
END
$$;
