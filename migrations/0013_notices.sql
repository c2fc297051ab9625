-- Why: people and programs are told of what concerns them. What is told follows from the audit trail: a change that people are
-- told of leaves an event and its outbox row in the same transaction, so that nothing is lost and nothing is told that was
-- rolled back.

-- One for each audit row of a topic (domain::event::Topic), and for each reminder, which nobody did.
CREATE TABLE event (
    id uuid PRIMARY KEY,
    -- The number in the trail. No foreign key: nothing hangs on the trail, so that whoever restores it needs to touch nothing else.
    audit_id bigint UNIQUE,
    topic text NOT NULL,
    at timestamptz NOT NULL,
    actor_id uuid REFERENCES person,
    object_kind text NOT NULL,
    object_id uuid NOT NULL,
    -- Like the trail's own: it outlives its product.
    product_id uuid,
    -- Days left, of a reminder.
    days integer,
    -- What machines are told (domain::event::Payload); written when the event is told.
    payload jsonb,
    told_at timestamptz
);
CREATE INDEX event_at ON event (at);

CREATE TABLE notice (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    event_id uuid NOT NULL REFERENCES event,
    kind text NOT NULL,
    made_at timestamptz NOT NULL,
    read_at timestamptz,
    -- By e-mail, as its reader wanted it when it was made.
    mail text NOT NULL CHECK (mail IN ('none', 'at-once', 'daily')),
    -- The message that it went into.
    message_id uuid,
    UNIQUE (event_id, person_id)
);
-- The page, newest first, and the count in the header of every page.
CREATE INDEX notice_person ON notice (person_id, made_at DESC, id DESC);
CREATE INDEX notice_unread ON notice (person_id) WHERE read_at IS NULL;
-- What has to be sent.
CREATE INDEX notice_to_mail ON notice (person_id, made_at) WHERE mail <> 'none' AND message_id IS NULL;
CREATE INDEX notice_message ON notice (message_id) WHERE message_id IS NOT NULL;

-- Who has chosen nothing has no row: the usual way is domain::notice::NoticeKind::usual.
CREATE TABLE notice_preference (
    person_id uuid NOT NULL REFERENCES person,
    kind text NOT NULL,
    delivery text NOT NULL CHECK (delivery IN ('portal', 'at-once', 'daily', 'off')),
    PRIMARY KEY (person_id, kind)
);

-- A reminder is given once: each agreement, each number of days.
CREATE TABLE agreement_reminder (
    agreement_id uuid NOT NULL REFERENCES agreement,
    days integer NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, days)
);

-- One e-mail to one person, with all notices that were due for them; its outbox row is written with it.
CREATE TABLE mail_message (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    made_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'refused', 'dropped')),
    ended_at timestamptz,
    -- What the mail server said when it refused for good.
    answer text,
    CHECK ((state = 'waiting') = (ended_at IS NULL))
);
ALTER TABLE notice ADD FOREIGN KEY (message_id) REFERENCES mail_message;
CREATE INDEX mail_message_refused ON mail_message (person_id, ended_at DESC) WHERE state = 'refused';

-- Where a program is told. The secret is kept nowhere: it is derived from the portal's own and this id.
CREATE TABLE webhook (
    id uuid PRIMARY KEY,
    url text NOT NULL CHECK (octet_length(url) <= 500),
    domain_id uuid REFERENCES data_domain,
    -- None of them means all.
    topics text[] NOT NULL,
    made_by uuid NOT NULL REFERENCES person,
    made_at timestamptz NOT NULL,
    paused_at timestamptz,
    removed_at timestamptz
);
CREATE INDEX webhook_in_force ON webhook (domain_id) WHERE removed_at IS NULL;

-- The body is kept as it is signed.
CREATE TABLE webhook_delivery (
    id uuid PRIMARY KEY,
    webhook_id uuid NOT NULL REFERENCES webhook,
    event_id uuid NOT NULL REFERENCES event,
    body text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    made_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    tried_at timestamptz,
    -- Of the last attempt: the answer's status and beginning, or why there was none.
    status integer,
    answer text,
    UNIQUE (webhook_id, event_id)
);
CREATE INDEX webhook_delivery_newest ON webhook_delivery (webhook_id, made_at DESC, id DESC);

-- Tokens that people make for programs of theirs; only the hash is kept.
CREATE TABLE access_token (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    name text NOT NULL,
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    token_hash bytea NOT NULL UNIQUE,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX access_token_person ON access_token (person_id, made_at DESC);

-- Jobs look for their work each second: they need not pass by the thousands of rows that an import leaves for search.
CREATE INDEX outbox_due_save_search ON outbox (next_attempt_at, id) WHERE done_at IS NULL AND topic NOT LIKE 'search.%';

GRANT SELECT, INSERT, UPDATE ON event, notice, agreement_reminder, mail_message, webhook, webhook_delivery, access_token TO pasar_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON notice_preference TO pasar_portal;
