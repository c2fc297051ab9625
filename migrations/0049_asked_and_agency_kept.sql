-- Why: terms say which answers a request must have, so that its form asks for no more. And a request keeps the agency it was made for:
-- whoever belongs to another one later does not change what an old request says.

-- Null: as usual, by how the product is shared. Empty: nothing but the purpose. Both tables alike, since a version is copied whole.
ALTER TABLE data_sharing_agreement ADD COLUMN asks text[]
    CONSTRAINT data_sharing_agreement_asks CHECK (asks <@ ARRAY['explanation', 'legal-basis', 'team', 'others', 'until']);
ALTER TABLE agreement_terms ADD COLUMN asks text[]
    CONSTRAINT agreement_terms_asks CHECK (asks <@ ARRAY['explanation', 'legal-basis', 'team', 'others', 'until']);
COMMENT ON COLUMN data_sharing_agreement.asks IS 'Answers that a request must have beside its purpose; null for what is usual.';

ALTER TABLE access_request ADD COLUMN agency text;
COMMENT ON COLUMN access_request.agency IS 'The requester''s when it was submitted, in the words of the identity provider; null where none was known.';
-- The best that is known of requests from before.
UPDATE access_request r SET agency = h.agency FROM person h WHERE h.id = r.requester_id;

-- By whatever hand a request is written, its agency is that of its requester, and stays.
CREATE FUNCTION keep_request_agency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.agency := (SELECT h.agency FROM person h WHERE h.id = NEW.requester_id);
    ELSIF NEW.agency IS DISTINCT FROM OLD.agency THEN
        RAISE EXCEPTION 'the agency that a request was made for never changes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_request_agency BEFORE INSERT OR UPDATE OF agency ON access_request FOR EACH ROW EXECUTE FUNCTION keep_request_agency();
