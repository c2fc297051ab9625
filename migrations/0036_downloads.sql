-- Why: somebody downloads a file from a page, without a secret of their own. The portal holds no key to data, so that such a read needs a
-- credential too: one that is made for it, shown to nobody, and ends with it. Its role reads what the agreement's own role reads.
-- Rebuilding the index below is quick: a row for each person of a team and each machine client.

ALTER TABLE agreement_credential ADD COLUMN once boolean NOT NULL DEFAULT false CHECK (NOT once OR person_id IS NOT NULL);
COMMENT ON COLUMN agreement_credential.once IS 'Made for one download by this person, and ended with it.';

-- Of these somebody may have several at once, beside the one that they know.
DROP INDEX agreement_credential_person;
CREATE UNIQUE INDEX agreement_credential_person ON agreement_credential (agreement_id, person_id) WHERE ended_at IS NULL AND machine IS NULL AND NOT once;
CREATE INDEX agreement_credential_once ON agreement_credential (made_at) WHERE once AND ended_at IS NULL;

CREATE OR REPLACE VIEW credential_in_force AS
SELECT c.id, c.agreement_id, c.person_id, c.machine, c.set_at, c.once FROM agreement_credential c
JOIN agreement a ON a.id = c.agreement_id AND a.state = 'active'
WHERE c.ended_at IS NULL AND EXISTS (
    SELECT FROM agreement_people p JOIN product x ON x.id = p.product_id JOIN data_domain d ON d.id = x.domain_id
    WHERE p.agreement_id = c.agreement_id AND (c.person_id IS NULL OR p.person_id = c.person_id)
      AND (a.team_id IS NULL OR NOT EXISTS (SELECT FROM suspension s WHERE s.lifted_at IS NULL AND s.person_id = p.person_id
                                            AND (s.sector_id IS NULL OR s.sector_id = d.sector_id))));
