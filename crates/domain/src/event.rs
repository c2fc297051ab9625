//! Events: which changes people and machines are told of, and what a machine is told. An event follows from an audit row, so
//! that nothing which is recorded can be forgotten to be told.

use crate::audit::{AuditAction, Outcome};
use crate::id::{EventId, Identifier};
use crate::text_enum;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

text_enum! {
    /// What has happened, as programs know it. Words stay as they are: programs of others compare them.
    Topic, "topic" {
        RequestSubmitted = "request.submitted", "A request was submitted";
        RequestApproved = "request.approved", "A request was approved";
        RequestRefused = "request.refused", "A request was refused";
        RequestWithdrawn = "request.withdrawn", "A request was withdrawn";
        RequestAgreed = "request.agreed", "One step of a request was agreed to; the next is open";
        RequestAsked = "request.asked", "A question was asked about a request";
        RequestAnswered = "request.answered", "A question about a request was answered";
        RequestHandedOver = "request.handed-over", "A decision was handed over";
        RequestUndone = "request.undone", "A decision was undone";
        RequestEscalated = "request.escalated", "A late decision was passed up";
        RequestReminded = "request.reminded", "A decision is due soon";
        TermsPublished = "terms.published", "A version of a product's terms was published";
        AgreementHeld = "agreement.held", "Nothing can be read under an agreement for now";
        AgreementResumed = "agreement.resumed", "Data can be read under an agreement again";
        AgreementStopping = "agreement.stopping", "Nothing will be read under an agreement from a day on: a standard stops it";
        AgreementGranted = "agreement.granted", "Data can be read under an agreement";
        AgreementEnding = "agreement.ending", "An agreement ends soon";
        AgreementExpired = "agreement.expired", "An agreement has expired";
        AgreementRevoked = "agreement.revoked", "An agreement was revoked";
        AgreementGivenUp = "agreement.given-up", "An agreement was given up";
        RoleGranted = "role.granted", "A role was granted";
        RoleEnded = "role.ended", "A role has ended";
        WantedAsked = "wanted.asked", "Data was asked for that nobody describes";
        WantedAnswered = "wanted.answered", "A question for data was answered";
        WantedWithdrawn = "wanted.withdrawn", "A question for data was withdrawn";
        ProductPublished = "product.published", "A product was published";
        ProductHeldBack = "product.held-back", "An imported product was held back as a draft";
        FlowFlagged = "flow.flagged", "Personal data comes into a product without a policy";
        FlowWarned = "flow.warned", "Personal data of a product goes on without a policy";
        SubjectTaskOpened = "subject-task.opened", "A domain has a task about data of a person";
        SubjectTaskEnded = "subject-task.ended", "A domain has ended its task about data of a person";
        LinkageAsked = "linkage.asked", "A linkage of a product was asked for";
        LinkageRefused = "linkage.refused", "A linkage was refused";
        LinkageMeasured = "linkage.measured", "A linkage was counted";
        ColumnContradicted = "column.contradicted", "What somebody decided about a column is contradicted";
        KeyRotated = "key.rotated", "Pseudonyms of an agreement are others from now on";
        FlowMended = "flow.mended", "All personal data that comes into a product has a policy";
        StandardOpened = "standard.opened", "What a standard would ask of a product is open for comments";
        StandardCommented = "standard.commented", "Somebody commented on a standard";
        StandardAnswered = "standard.answered", "A comment on a standard was answered";
        StandardPublished = "standard.published", "A standard was published";
        StandardAffects = "standard.affects", "A standard will ask something of a product";
        StandardStopped = "standard.stopped", "A product does not meet a standard and stopped serving";
        StandardMended = "standard.mended", "A product meets a standard again";
        StandardUnclear = "standard.unclear", "A standard could not be judged of a product";
        WaiverGranted = "waiver.granted", "A product was let off a standard for a while";
        WaiverEnding = "waiver.ending", "A product is let off a standard for two weeks more";
        WaiverEnded = "waiver.ended", "A product is no longer let off a standard";
        LevelBreached = "service-level.breached", "A product does not keep a promise";
        LevelRecovered = "service-level.recovered", "A product keeps a promise again";
        LevelBurningFast = "service-level.burning-fast", "A promise will soon be broken";
        LevelBurningSlow = "service-level.burning-slow", "A promise is at risk";
        ProblemReported = "problem.reported", "A problem of a product was reported";
        ProblemAnswered = "problem.answered", "A reported problem was answered";
        ProblemEnded = "problem.ended", "A reported problem is over";
        IncidentOpened = "incident.opened", "Something is wrong with a product";
        IncidentMended = "incident.mended", "What was wrong with a product is mended";
        QualityAuditAnnounced = "quality-audit.announced", "An audit of quality will be taken";
        QualityAuditDone = "quality-audit.done", "An audit of quality was taken";
        QualityTaskAnswered = "quality-task.answered", "What an audit of quality found was answered";
        QualityTaskDecided = "quality-task.decided", "A trusted centre decided about what an audit of quality found";
        QualityTaskLate = "quality-task.late", "What an audit of quality found is not mended in time";
        QualityTaskMet = "quality-task.met", "A product meets a benchmark of quality again";
        FitnessAnnounced = "fitness.announced", "A trusted centre announced something about the fitness of its sector";
        RoleEnding = "role.ending", "A role ends soon";
        RoleExpired = "role.expired", "A role has ended at its time";
        ReviewOpened = "review.opened", "A review of access was opened";
        ReviewReminded = "review.reminded", "A review of access is due soon";
        ReviewLate = "review.late", "A review of access is late";
        PolysemeProposed = "polyseme.proposed", "It was proposed that a column carries a shared concept";
        PolysemeMissed = "polyseme.missed", "Values of a column do not have the format of its concept";
        ReviewAsked = "review.asked", "Somebody was asked whether access is still needed";
        SearchMatched = "search.matched", "A saved search finds something new";
        DriftFound = "drift.found", "A source granted what nobody had agreed to";
        ReviewAnswered = "review.answered", "Somebody answered whether access is still needed";
    }
}

impl Topic {
    /// About what somebody keeps for themselves: programs of others are never told of it.
    pub const fn is_private(self) -> bool {
        matches!(self, Self::SearchMatched)
    }

    /// The topic of what was done. What was refused or failed is told to nobody; that a source grants what was not agreed is a failure and a
    /// finding.
    pub fn of_event(action: AuditAction, outcome: Outcome) -> Option<Self> {
        Self::of(action).filter(|_| outcome == Outcome::Done || action == AuditAction::DriftFind)
    }

    /// The topic of a change; none when nobody is told of it. Every action is named here, so that a new one is decided on.
    pub const fn of(action: AuditAction) -> Option<Self> {
        use AuditAction as A;
        match action {
            A::RequestSubmit => Some(Self::RequestSubmitted),
            A::RequestApprove => Some(Self::RequestApproved),
            A::RequestRefuse => Some(Self::RequestRefused),
            A::RequestWithdraw => Some(Self::RequestWithdrawn),
            A::RequestAgree => Some(Self::RequestAgreed),
            A::RequestAsk => Some(Self::RequestAsked),
            A::RequestAnswer => Some(Self::RequestAnswered),
            A::RequestHandOver => Some(Self::RequestHandedOver),
            A::RequestUndo => Some(Self::RequestUndone),
            A::RequestEscalate => Some(Self::RequestEscalated),
            A::RequestRemind => Some(Self::RequestReminded),
            A::TermsPublish => Some(Self::TermsPublished),
            A::AgreementHold => Some(Self::AgreementHeld),
            A::AgreementLift => Some(Self::AgreementResumed),
            A::AgreementForewarn => Some(Self::AgreementStopping),
            A::AgreementGrant => Some(Self::AgreementGranted),
            A::AgreementExpire => Some(Self::AgreementExpired),
            A::AgreementRevoke => Some(Self::AgreementRevoked),
            A::AgreementGiveUp => Some(Self::AgreementGivenUp),
            A::RoleGrant => Some(Self::RoleGranted),
            A::RoleEnd => Some(Self::RoleEnded),
            A::WantedAsk => Some(Self::WantedAsked),
            A::WantedAnswer => Some(Self::WantedAnswered),
            A::WantedWithdraw => Some(Self::WantedWithdrawn),
            A::ProductPublish => Some(Self::ProductPublished),
            A::ProductHoldBack => Some(Self::ProductHeldBack),
            A::FlowFlag => Some(Self::FlowFlagged),
            A::FlowWarn => Some(Self::FlowWarned),
            A::SubjectTaskOpen => Some(Self::SubjectTaskOpened),
            A::SubjectTaskDone | A::SubjectTaskRefuse => Some(Self::SubjectTaskEnded),
            A::LinkageAsk => Some(Self::LinkageAsked),
            A::LinkageRefuse => Some(Self::LinkageRefused),
            A::LinkageMeasure => Some(Self::LinkageMeasured),
            A::FlowMend => Some(Self::FlowMended),
            A::ColumnConflict => Some(Self::ColumnContradicted),
            A::KeyRotate => Some(Self::KeyRotated),
            A::StandardInvite => Some(Self::StandardOpened),
            A::StandardComment => Some(Self::StandardCommented),
            A::StandardAnswer => Some(Self::StandardAnswered),
            A::StandardPublish => Some(Self::StandardPublished),
            A::StandardAffect => Some(Self::StandardAffects),
            A::StandardStop => Some(Self::StandardStopped),
            A::StandardMend => Some(Self::StandardMended),
            A::StandardUnclear => Some(Self::StandardUnclear),
            A::WaiverGrant => Some(Self::WaiverGranted),
            A::WaiverRemind => Some(Self::WaiverEnding),
            A::WaiverEnd => Some(Self::WaiverEnded),
            A::LevelBreach => Some(Self::LevelBreached),
            A::LevelRecover => Some(Self::LevelRecovered),
            A::LevelBurnFast => Some(Self::LevelBurningFast),
            A::LevelBurnSlow => Some(Self::LevelBurningSlow),
            A::ProblemReport => Some(Self::ProblemReported),
            A::ProblemAnswer => Some(Self::ProblemAnswered),
            A::ProblemEnd => Some(Self::ProblemEnded),
            A::IncidentOpen => Some(Self::IncidentOpened),
            A::IncidentMend => Some(Self::IncidentMended),
            A::QualityAuditAnnounce => Some(Self::QualityAuditAnnounced),
            A::QualityAuditFinish => Some(Self::QualityAuditDone),
            A::QualityTaskAnswer => Some(Self::QualityTaskAnswered),
            A::QualityTaskDecide => Some(Self::QualityTaskDecided),
            A::QualityTaskLate => Some(Self::QualityTaskLate),
            A::QualityTaskMeet => Some(Self::QualityTaskMet),
            A::FitnessAnnounce => Some(Self::FitnessAnnounced),
            A::RoleRemind => Some(Self::RoleEnding),
            A::RoleExpire => Some(Self::RoleExpired),
            A::ReviewOpen => Some(Self::ReviewOpened),
            A::ReviewRemind => Some(Self::ReviewReminded),
            A::ReviewLate => Some(Self::ReviewLate),
            A::ReviewAsk => Some(Self::ReviewAsked),
            A::PolysemePropose => Some(Self::PolysemeProposed),
            A::PolysemeMiss => Some(Self::PolysemeMissed),
            A::ReviewAnswer => Some(Self::ReviewAnswered),
            A::DriftFind => Some(Self::DriftFound),
            // Told of by the approval and the grant; what somebody does for themselves, or reads; administration, which the audit
            // trail is for.
            A::AuditErase
            | A::StandardDraft
            | A::StandardConsult
            | A::StandardCheckInPlan
            | A::StandardCheckInNote
            | A::StandardAgree
            | A::StandardBegin
            | A::StandardRetire
            | A::StandardRefuse
            | A::AgreementMake
            | A::AgreementEnd
            | A::AgreementUndo
            | A::RuleChange
            | A::TermsAccept
            | A::SuspensionPlace
            | A::SuspensionLift
            | A::DriftRepair
            | A::TeamMake
            | A::TeamJoin
            | A::TeamLead
            | A::TeamLeave
            | A::TeamEnd
            | A::MachineMake
            | A::CredentialEnd
            | A::ColumnTighten
            | A::ColumnClassify
            | A::SchemeChange
            | A::DetectorChange
            | A::TechniqueChange
            | A::PurposeKeyRotate
            | A::PurposeChange
            | A::HolidayChange
            | A::FlowStandardChange
            | A::LineageRecord
            | A::LineageClaim
            | A::LineageRelease
            | A::LinkageApprove
            | A::LinkageEnd
            | A::SubjectOpen
            | A::SubjectFind
            | A::SubjectClose
            | A::DelegationMake
            | A::DelegationEnd
            | A::SignIn
            | A::SignOut
            | A::CredentialCreate
            | A::PortRead
            | A::PortCount
            | A::TokenMake
            | A::TokenRevoke
            | A::PersonDisable
            | A::PersonEnable
            | A::CatalogueImport
            | A::PlanningAreaImport
            | A::GlossaryChange
            | A::SynonymChange
            | A::PolysemeChange
            | A::PolysemeMap
            | A::SearchWeigh
            | A::AuditExport
            | A::AuditKeyBegin
            | A::AuditKeyEnd
            | A::WebhookMake
            | A::WebhookPause
            | A::WebhookResume
            | A::WebhookRemove
            | A::WebhookReplay
            | A::LevelDeclare
            | A::LevelEnd
            | A::LevelReport
            | A::QualityReport
            | A::QualityRuleDeclare
            | A::QualityRuleEnd
            | A::BenchmarkSet
            | A::QualityAuditPlan
            | A::QualityAuditChange
            | A::QualityAuditBegin
            | A::SatisfactionSay
            | A::CostReport
            | A::FitnessWithdraw
            | A::UnitChange
            | A::RoleChange
            | A::ReviewKeep
            | A::ReviewEnd
            | A::ReviewClose
            | A::RetentionChange
            | A::RetentionSweep => None,
        }
    }
}

/// The event of an audit row: its id is made of the row's moment and number, so that one row is one event and ids follow the
/// order of rows.
pub fn event_id(audit: i64, at: DateTime<Utc>) -> EventId {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&audit.to_be_bytes());
    EventId::at(at, bytes)
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    pub kind: String,
    pub id: Uuid,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub id: Uuid,
    pub address: String,
}

/// What a machine is told, by name; docs/notices.md describes each. People are named by id alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    pub object: Object,
    pub product: Option<Product>,
    /// Short names of the domain and the sector.
    pub domain: Option<String>,
    pub sector: Option<String>,
    /// Who did it; none when Pasar did.
    pub actor: Option<Uuid>,
    /// Whom it concerns: the requester, the holder, the one who asks, the one whose role it is.
    pub person: Option<Uuid>,
    /// The role that was granted or ended.
    pub role: Option<String>,
    /// The last day of the agreement or the waiver; the first day of a standard that asks something of the product, or on which
    /// it stops the agreement.
    pub until: Option<NaiveDate>,
    /// Days that were left when an agreement was said to end soon.
    pub days: Option<i32>,
    /// The page that shows it, from the portal's own address on.
    pub path: String,
}

/// The version of [`Data`]; it rises when a field changes its meaning or goes, not when one is added.
pub const VERSION: u8 = 1;

/// The body that is sent. Type, timestamp and data are as in the Standard Webhooks specification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    pub version: u8,
    pub id: EventId,
    #[serde(rename = "type")]
    pub topic: Topic,
    pub timestamp: String,
    pub data: Data,
}

impl Payload {
    pub fn new(id: EventId, topic: Topic, at: DateTime<Utc>, data: Data) -> Self {
        Self { version: VERSION, id, topic, timestamp: at.to_rfc3339_opts(SecondsFormat::Secs, true), data }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_one_id_and_follows_its_row() {
        let at: DateTime<Utc> = "2026-11-23T02:00:00Z".parse().unwrap();
        assert_eq!(event_id(7, at), event_id(7, at));
        assert!(event_id(7, at) < event_id(8, at) && event_id(255, at) < event_id(256, at));
        assert_eq!(event_id(i64::from(u32::MAX), at).0.get_version_num(), 7);
    }

    #[test]
    fn a_payload_is_written_as_it_is_documented() {
        let data = Data {
            object: Object { kind: "agreement".into(), id: Uuid::from_u128(2) },
            product: Some(Product { id: Uuid::from_u128(3), address: "ssot-a.busroutes-dp".into() }),
            domain: Some("ssot-a".into()),
            sector: Some("geospatial".into()),
            actor: None,
            person: Some(Uuid::from_u128(4)),
            role: None,
            until: Some("2026-12-31".parse().unwrap()),
            days: None,
            path: "/agreements/00000000-0000-0000-0000-000000000002".into(),
        };
        let payload = Payload::new(EventId(Uuid::from_u128(1)), Topic::AgreementExpired, "2027-01-01T00:00:00+08:00".parse().unwrap(), data);
        let text = serde_json::to_string(&payload).unwrap();
        assert!(text.starts_with(r#"{"version":1,"id":"00000000-0000-0000-0000-000000000001","type":"agreement.expired","timestamp":"2026-12-31T16:00:00Z","data":{"object":{"kind":"agreement","#), "{text}");
        assert!(text.contains(r#""until":"2026-12-31""#), "{text}");
        assert_eq!(serde_json::from_str::<Payload>(&text).unwrap(), payload);
    }
}
