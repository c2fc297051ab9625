-- Why: a data sharing agreement is a document that people accept, so each wording of it is kept, and everyone can say which
-- one they accepted. And the lists that the data office keeps: purposes may be explained and retired.

-- Beside the words there were: what a program can hold a requester to, and the text that people read. Agencies by slug; an
-- empty list of those who may means all. What is not said is null or empty.
ALTER TABLE data_sharing_agreement
    ADD COLUMN agencies_may text[] NOT NULL DEFAULT '{}',
    ADD COLUMN agencies_may_not text[] NOT NULL DEFAULT '{}',
    ADD COLUMN onward text CHECK (onward IN ('nobody', 'own-agency', 'agencies', 'public')),
    -- Days after the end of an agreement within which copies must be gone.
    ADD COLUMN retention_days integer CHECK (retention_days >= 0),
    ADD COLUMN introduction text NOT NULL DEFAULT '',
    ADD COLUMN obligations text NOT NULL DEFAULT '',
    ADD COLUMN safeguards text NOT NULL DEFAULT '',
    ADD COLUMN breach text NOT NULL DEFAULT '',
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN made_at timestamptz NOT NULL DEFAULT now(),
    -- Null: by the product's document.
    ADD COLUMN made_by uuid REFERENCES person,
    -- What changed, in its maker's words.
    ADD COLUMN change_note text,
    -- The last day on which holders accept this version; null for the first.
    ADD COLUMN accept_by date,
    -- Of the terms in the document last applied: a document that says the same again does not undo what the owner wrote since.
    ADD COLUMN document_digest text;
UPDATE data_sharing_agreement t SET made_at = p.changed_at FROM product p WHERE p.id = t.product_id;

-- Every version there ever was, the current one among them. data_sharing_agreement holds the current one, for every query that
-- asks what holds now; whatever changes it, and by whatever hand, leaves a version here.
CREATE TABLE agreement_terms (
    LIKE data_sharing_agreement INCLUDING CONSTRAINTS,
    PRIMARY KEY (product_id, version),
    FOREIGN KEY (product_id) REFERENCES product ON DELETE CASCADE,
    FOREIGN KEY (made_by) REFERENCES person
);
INSERT INTO agreement_terms SELECT * FROM data_sharing_agreement;

-- The number is the record's own: one more for each change of what is agreed, none for a change of nothing.
CREATE FUNCTION number_terms() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about CONSTANT text[] := '{version,made_at,made_by,change_note,accept_by,document_digest}';
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.version := 1;
        NEW.accept_by := NULL;
    ELSIF to_jsonb(NEW) - about = to_jsonb(OLD) - about THEN
        NEW.version := OLD.version;
        NEW.made_at := OLD.made_at;
        NEW.made_by := OLD.made_by;
        NEW.change_note := OLD.change_note;
        NEW.accept_by := OLD.accept_by;
    ELSE
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER number_terms BEFORE INSERT OR UPDATE ON data_sharing_agreement FOR EACH ROW EXECUTE FUNCTION number_terms();

CREATE FUNCTION remember_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.version > OLD.version THEN
        INSERT INTO agreement_terms SELECT NEW.*;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER remember_terms AFTER INSERT OR UPDATE ON data_sharing_agreement FOR EACH ROW EXECUTE FUNCTION remember_terms();

-- What somebody has accepted cannot be made to say something else. With its product it may go.
CREATE FUNCTION keep_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM product WHERE id = OLD.product_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a version of an agreement''s terms never changes' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER keep_terms BEFORE UPDATE OR DELETE ON agreement_terms FOR EACH ROW EXECUTE FUNCTION keep_terms();

-- The version that a requester accepted by submitting, and those that a holder accepted later.
ALTER TABLE request_part ADD COLUMN accepted_terms integer,
    ADD FOREIGN KEY (product_id, accepted_terms) REFERENCES agreement_terms (product_id, version);
UPDATE request_part p SET accepted_terms = t.version FROM data_sharing_agreement t WHERE t.product_id = p.product_id;
CREATE TABLE terms_acceptance (
    agreement_id uuid NOT NULL REFERENCES agreement ON DELETE CASCADE,
    version integer NOT NULL,
    person_id uuid NOT NULL REFERENCES person,
    at timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, version)
);

-- Agreements in force whose holder has yet to accept the current terms. The earliest date of any version not accepted counts:
-- another version that comes meanwhile gives nobody more time. Whoever came late has as long as anyone at least.
CREATE VIEW terms_owed AS
SELECT a.id AS agreement_id, a.product_id, a.holder_id, t.version, had.version AS accepted,
       greatest(due.accept_by, (a.made_at AT TIME ZONE 'Asia/Singapore')::date + 14) AS accept_by
FROM agreement a JOIN request_part q ON q.id = a.part_id JOIN data_sharing_agreement t ON t.product_id = a.product_id
CROSS JOIN LATERAL (SELECT greatest(coalesce(q.accepted_terms, 0), max(c.version)) AS version FROM terms_acceptance c WHERE c.agreement_id = a.id) had
CROSS JOIN LATERAL (SELECT min(v.accept_by) AS accept_by FROM agreement_terms v WHERE v.product_id = a.product_id AND v.version > had.version) due
WHERE a.state = 'active' AND t.version > had.version AND due.accept_by IS NOT NULL;

-- Purposes are explained, and retired rather than deleted: old requests name them for ever.
ALTER TABLE purpose ADD COLUMN explanation text NOT NULL DEFAULT '', ADD COLUMN legal_source text NOT NULL DEFAULT '', ADD COLUMN retired_at timestamptz;

-- Taken away and written anew, the current terms would be a first version again.
REVOKE DELETE ON data_sharing_agreement FROM pasar_portal;
GRANT SELECT, INSERT ON agreement_terms, terms_acceptance TO pasar_portal;
GRANT SELECT ON terms_owed TO pasar_portal;
