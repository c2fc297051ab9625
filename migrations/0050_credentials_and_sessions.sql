-- Why: two things that are asked for more often from now on.

-- Each agreement that ends or is held asks for its credentials, ended ones among them, before the command is answered; each download
-- leaves one. Until now only those in force had an index. The table is locked against writing while it is built, seconds for a million rows.
CREATE INDEX agreement_credential_agreement ON agreement_credential (agreement_id);

-- People see their own sessions and end them one by one, without a word of the cookie that keeps each. The table is rewritten, which is
-- quick: it holds the sessions of half a day.
ALTER TABLE session ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid();
CREATE UNIQUE INDEX session_id ON session (id);
COMMENT ON COLUMN session.id IS 'Names it to its own person; it opens nothing.';
