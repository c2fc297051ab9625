//! Identifiers: one newtype for each noun, UUID version 7 (RFC 9562), so that they sort by creation.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// An identifier that can be made from a moment and 80 random bits.
pub trait Identifier: From<Uuid> {
    /// Makes an identifier whose order follows `now` (milliseconds).
    fn at(now: DateTime<Utc>, random: [u8; 10]) -> Self {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().into()
    }
}

macro_rules! identifiers {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { Self(id) } }
        impl From<$name> for Uuid { fn from(id: $name) -> Self { id.0 } }
        impl Identifier for $name {}
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )+};
}

identifiers!(
    SectorId,
    AgencyId,
    DomainId,
    PersonId,
    RoleGrantId,
    ProductId,
    DatasetId,
    ColumnId,
    InputPortId,
    OutputPortId,
    ServiceLevelId,
    RequestId,
    RequestPartId,
    PartStepId,
    PartMessageId,
    DelegationId,
    AgreementId,
    TermId,
    SynonymId,
    SavedSearchId,
    WantedId,
    EventId,
    NoticeId,
    MailId,
    WebhookId,
    DeliveryId,
    AccessTokenId,
    HoldId,
    SuspensionId,
    DriftFindingId,
    FlowFlagId,
    StandardId,
    StandardCommentId,
    StandardCheckInId,
    StandardWaiverId,
    EvaluationId,
    JudgementId,
    SubjectRequestId,
    SubjectTaskId,
    LinkageId,
    TeamId,
    TeamMemberId,
    CredentialId,
    ColumnProposalId,
    ColumnDecisionId,
    ColumnConflictId,
    DetectorId,
    ProposalRejectionId,
    WaiverId,
    MeasurementId,
    LevelChangeId,
    QualityRuleId,
    DeclaredRuleId,
    QualityRunId,
    BenchmarkId,
    QualityAuditPlanId,
    QualityAuditId,
    QualityTaskId,
    QualityTaskAnswerId,
    ProblemId,
    ProblemAnswerId,
    IncidentId,
    ProductCostId,
    AnnouncementId,
    AccessReviewId,
    ReviewItemId,
    SessionId,
);
