//! The audit trail's vocabulary: who did what, on what, from where, why, and how it ended.

pub mod report;

use crate::id::{AccessTokenId, CredentialId, PersonId, ProductId};
use crate::text_enum;

text_enum! {
    /// What was done.
    AuditAction, "audit action" {
        SignIn = "session.sign-in", "Signed in";
        SignOut = "session.sign-out", "Signed out";
        RoleGrant = "role.grant", "Granted a role";
        RoleEnd = "role.end", "Ended a role";
        PersonDisable = "person.disable", "Disabled a person";
        PersonEnable = "person.enable", "Enabled a person";
        CatalogueImport = "catalogue.import", "Imported products";
        PlanningAreaImport = "planning-area.import", "Imported outlines of planning areas";
        ProductPublish = "product.publish", "Published a product";
        ProductHoldBack = "product.hold-back", "Held an imported product back as a draft";
        RequestSubmit = "request.submit", "Submitted a request";
        RequestWithdraw = "request.withdraw", "Withdrew a request";
        RequestApprove = "request.approve", "Approved a request";
        RequestRefuse = "request.refuse", "Refused a request";
        RequestAgree = "request.agree", "Agreed to a request; others must agree too";
        RequestAsk = "request.ask", "Asked the requester; the clock stands";
        RequestAnswer = "request.answer", "Answered a question; the clock runs";
        RequestHandOver = "request.hand-over", "Handed a decision over";
        RequestUndo = "request.undo", "Undid a decision";
        RequestEscalate = "request.escalate", "Passed a decision up";
        RequestRemind = "request.remind", "Reminded of a decision";
        RuleChange = "rule.change", "Changed who must agree to requests";
        DelegationMake = "delegation.make", "Named who decides while away";
        DelegationEnd = "delegation.end", "Ended a delegation";
        AgreementMake = "agreement.make", "Made an agreement";
        AgreementGrant = "agreement.grant", "Granted at the port";
        AgreementEnd = "agreement.end", "Removed from the port";
        AgreementExpire = "agreement.expire", "Agreement expired";
        AgreementRevoke = "agreement.revoke", "Revoked an agreement";
        AgreementUndo = "agreement.undo", "Agreement undone with its decision";
        AgreementGiveUp = "agreement.give-up", "Gave up an agreement";
        CredentialCreate = "credential.create", "Created a credential";
        PortRead = "port.read", "Read at a port";
        PortCount = "port.count", "Counted the rows of a read";
        GlossaryChange = "glossary.change", "Changed the glossary";
        PolysemeChange = "polyseme.change", "Changed the format of a shared concept";
        PolysemePropose = "polyseme.propose", "Proposed that a column carries a concept";
        PolysemeMap = "polyseme.map", "Said whether a column carries a concept";
        PolysemeMiss = "polyseme.miss", "Found values without the format of their concept";
        SynonymChange = "synonym.change", "Changed search synonyms";
        SearchWeigh = "search.weigh", "Changed weights of the ranking";
        WantedAsk = "wanted.ask", "Asked for data that does not exist yet";
        WantedAnswer = "wanted.answer", "Answered who looks for data";
        AuditExport = "audit.export", "Exported the audit trail";
        AuditErase = "audit.erase", "Erased fields of events of the audit trail";
        AuditKeyBegin = "audit-key.begin", "Began to use a key for the audit trail";
        AuditKeyEnd = "audit-key.end", "Retired a key of the audit trail";
        TermsPublish = "terms.publish", "Published another version of terms";
        TermsAccept = "terms.accept", "Accepted a version of terms";
        PurposeChange = "purpose.change", "Changed the list of purposes";
        HolidayChange = "holiday.change", "Changed the list of holidays";
        WantedWithdraw = "wanted.withdraw", "Withdrew a question for data";
        WebhookMake = "webhook.make", "Made a webhook";
        WebhookPause = "webhook.pause", "Paused a webhook";
        WebhookResume = "webhook.resume", "Resumed a webhook";
        WebhookRemove = "webhook.remove", "Removed a webhook";
        WebhookReplay = "webhook.replay", "Sent an event to a webhook again";
        TokenMake = "token.make", "Made an access token";
        TokenRevoke = "token.revoke", "Revoked an access token";
        AgreementHold = "agreement.hold", "Held an agreement";
        AgreementLift = "agreement.lift", "Lifted a hold of an agreement";
        AgreementForewarn = "agreement.forewarn", "Told the holder of an agreement that a standard will stop it";
        SuspensionPlace = "suspension.place", "Suspended agreements";
        SuspensionLift = "suspension.lift", "Lifted a suspension";
        DriftFind = "drift.find", "Found at a port what nobody agreed to";
        TechniqueChange = "technique.change", "Changed how data is protected";
        KeyRotate = "key.rotate", "Made the key of an agreement’s pseudonyms anew";
        PurposeKeyRotate = "purpose-key.rotate", "Made the key of a purpose’s pseudonyms anew";
        DriftRepair = "drift.repair", "Made a port as agreed again";
        ColumnTighten = "column.tighten", "Hid columns at the port before a decision";
        ColumnClassify = "column.classify", "Classified a column";
        ColumnConflict = "column.conflict", "Found a contradiction to a classification";
        SchemeChange = "scheme.change", "Changed the classification scheme";
        DetectorChange = "detector.change", "Changed detectors of personal data";
        SubjectOpen = "subject.open", "Opened a request of a person";
        SubjectFind = "subject.find", "Looked for a person";
        SubjectClose = "subject.close", "Answered a request of a person";
        SubjectTaskOpen = "subject-task.open", "Gave a domain a task about data of a person";
        SubjectTaskDone = "subject-task.done", "Did a task about data of a person";
        SubjectTaskRefuse = "subject-task.refuse", "Refused a task about data of a person";
        LinkageAsk = "linkage.ask", "Asked for a linkage";
        LinkageApprove = "linkage.approve", "Approved one side of a linkage";
        LinkageRefuse = "linkage.refuse", "Refused a linkage";
        LinkageMeasure = "linkage.measure", "Counted a linkage at the source";
        LinkageEnd = "linkage.end", "Ended a linkage";
        LineageRecord = "lineage.record", "Told where data comes from";
        LineageClaim = "lineage.claim", "Said under which name tools know a dataset";
        LineageRelease = "lineage.release", "Took back a name of a dataset";
        FlowFlag = "flow.flag", "Flagged personal data that comes in without a policy";
        FlowWarn = "flow.warn", "Flagged personal data that goes on without a policy";
        FlowMend = "flow.mend", "Found a policy for all personal data that comes in";
        FlowStandardChange = "flow.standard", "Changed what is done about personal data without a policy";
        TeamMake = "team.make", "Made a team";
        TeamJoin = "team.join", "Added somebody to a team";
        TeamLead = "team.lead", "Changed who leads a team";
        TeamLeave = "team.leave", "Somebody left a team";
        TeamEnd = "team.end", "Ended a team";
        MachineMake = "machine.make", "Named a machine client";
        CredentialEnd = "credential.end", "Ended a credential";
        StandardDraft = "standard.draft", "Wrote a draft of a standard";
        StandardConsult = "standard.consult", "Opened a consultation on a standard";
        StandardInvite = "standard.invite", "Asked the owner of a product what a standard would mean";
        StandardComment = "standard.comment", "Commented on a standard";
        StandardAnswer = "standard.answer", "Answered a comment on a standard";
        StandardCheckInPlan = "standard.plan-check-in", "Planned a check-in of a working group";
        StandardCheckInNote = "standard.note-check-in", "Wrote down what a working group decided";
        StandardAgree = "standard.agree", "Agreed to publish a standard";
        StandardPublish = "standard.publish", "Published a standard";
        StandardAffect = "standard.affect", "Told the owner of a product what a standard will ask";
        StandardBegin = "standard.begin", "A standard came into force";
        StandardRetire = "standard.retire", "Retired a standard";
        StandardStop = "standard.stop", "A product stopped serving: a standard is not met";
        StandardMend = "standard.mend", "A product meets a standard again";
        StandardUnclear = "standard.unclear", "A standard could not be judged";
        StandardRefuse = "standard.refuse", "Refused by a standard";
        WaiverGrant = "waiver.grant", "Let a product off a standard";
        WaiverRemind = "waiver.remind", "Told that a waiver ends soon";
        WaiverEnd = "waiver.end", "A waiver ended";
        LevelDeclare = "service-level.declare", "Declared a service level";
        LevelEnd = "service-level.end", "Ended a service level";
        LevelReport = "service-level.report", "Reported a measurement";
        LevelBreach = "service-level.breach", "Found a service level broken";
        LevelRecover = "service-level.recover", "Found a service level kept again";
        LevelBurnFast = "service-level.burn-fast", "Found an error budget burning fast";
        LevelBurnSlow = "service-level.burn-slow", "Found an error budget burning";
        QualityReport = "quality.report", "Reported results of quality checks";
        QualityRuleDeclare = "quality-rule.declare", "Declared a rule of quality";
        QualityRuleEnd = "quality-rule.end", "Ended a rule of quality";
        BenchmarkSet = "benchmark.set", "Changed what a sector expects of quality";
        QualityAuditPlan = "quality-audit.plan", "Planned an audit of quality";
        QualityAuditChange = "quality-audit.change", "Changed the plan of an audit of quality";
        QualityAuditAnnounce = "quality-audit.announce", "Announced an audit of quality";
        QualityAuditBegin = "quality-audit.begin", "Began an audit of quality";
        QualityAuditFinish = "quality-audit.finish", "Finished an audit of quality";
        QualityTaskAnswer = "quality-task.answer", "Answered what an audit of quality found";
        QualityTaskDecide = "quality-task.decide", "Decided about what an audit of quality found";
        QualityTaskLate = "quality-task.late", "Found late what an audit of quality found";
        QualityTaskMeet = "quality-task.meet", "Found a benchmark met again";
        ProblemReport = "problem.report", "Reported a problem";
        ProblemAnswer = "problem.answer", "Answered a problem";
        ProblemEnd = "problem.end", "Ended a problem";
        IncidentOpen = "incident.open", "Opened an incident";
        IncidentMend = "incident.mend", "Mended an incident";
        SatisfactionSay = "satisfaction.say", "Said how useful a product is";
        CostReport = "cost.report", "Reported what a product costs";
        FitnessAnnounce = "fitness.announce", "Announced something about the fitness of a sector";
        FitnessWithdraw = "fitness.withdraw", "Withdrew an announcement about fitness";
        UnitChange = "unit.change", "Changed sectors, agencies or domains";
        RoleChange = "role.change", "Changed until when a role is held";
        RoleRemind = "role.remind", "Told that a role ends soon";
        RoleExpire = "role.expire", "A role ended at its time";
        ReviewOpen = "review.open", "Opened a review of access";
        ReviewRemind = "review.remind", "Reminded of a review of access";
        ReviewLate = "review.late", "Found a review of access late";
        ReviewKeep = "review.keep", "Kept access in a review";
        ReviewEnd = "review.end", "Ended access in a review";
        ReviewAsk = "review.ask", "Asked in a review whether access is needed";
        ReviewAnswer = "review.answer", "Answered in a review whether access is needed";
        ReviewClose = "review.close", "Finished a review of access";
        RetentionChange = "retention.change", "Changed how long something is kept";
        RetentionSweep = "retention.sweep", "Deleted what was kept long enough";
    }
}

text_enum! {
    /// Who does something: reads of people and of machine clients are told apart.
    ActorKind, "kind of actor" {
        Person = "person", "People";
        Machine = "machine", "Machine clients";
        Pasar = "pasar", "Pasar itself";
        Erased = "erased", "Nobody any longer: erased";
    }
}

text_enum! {
    /// How it ended.
    Outcome, "outcome" {
        Done = "done", "Done";
        Refused = "refused", "Refused";
        Failed = "failed", "Failed";
    }
}

/// Where a request came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's network address as the server saw it.
    pub address: Option<String>,
    /// The id that is also in the logs.
    pub request: Option<String>,
}

impl Origin {
    /// The same, said to have come with an access token and not with a session.
    #[must_use]
    pub fn with_token(self, token: AccessTokenId) -> Self {
        let address = self.address.unwrap_or_default();
        Self { address: Some(format!("{address} token {token}").trim_start().to_owned()), ..self }
    }

    /// The same, said to be a machine client's own doing. The trail knows by it that no person did this, so that an event with
    /// such an origin has no actor.
    #[must_use]
    pub fn with_machine(self, client: CredentialId) -> Self {
        let address = self.address.unwrap_or_default();
        Self { address: Some(format!("{address} machine {client}").trim_start().to_owned()), ..self }
    }
}

/// One row to append. `detail` must hold no credential and no data that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    pub actor: Option<PersonId>,
    pub action: AuditAction,
    pub object_kind: &'static str,
    pub object_id: Option<uuid::Uuid>,
    pub product: Option<ProductId>,
    /// The address of the product or port, in words that outlive a rename.
    pub address: Option<String>,
    pub origin: Origin,
    pub reason: Option<String>,
    pub outcome: Outcome,
    pub detail: Option<String>,
}

impl AuditEvent {
    /// Something done by `actor`, successfully; the rest is filled in with struct update.
    pub fn done(actor: Option<PersonId>, action: AuditAction, object_kind: &'static str, object_id: Option<uuid::Uuid>, origin: Origin) -> Self {
        Self { actor, action, object_kind, object_id, product: None, address: None, origin, reason: None, outcome: Outcome::Done, detail: None }
    }
}
