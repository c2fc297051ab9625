-- Why: each agreement that ends or is held asks for its credentials, ended ones among them, before the command is answered; each
-- download leaves one. Until now only those in force had an index. The table is locked against writing while it is built, seconds for a
-- million rows.
CREATE INDEX agreement_credential_agreement ON agreement_credential (agreement_id);
