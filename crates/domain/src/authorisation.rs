//! The one place that says who may do what. Deny by default: an action that no rule allows is forbidden.
//! Roles come from the database at the start of each request, so a change holds from the next request on.

mod places;

pub use places::{Answering, Reviewing};

use crate::id::{DomainId, PersonId, SectorId};
use crate::organisation::{Actor, DomainArea, Held, Place, Role, Scope};
use crate::team::{Belongs, InTeam};
use crate::webhook::{Owning, WebhookScope};

/// Something a person wants to do, with what the rule needs to know of its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Read a request: its requester, its deciders, auditors and the sector's security officers.
    ReadRequest {
        requester: Belongs,
        place: Place,
    },
    /// Withdraw it, or answer a question about it: the requester, or who leads the team that asks.
    WithdrawRequest {
        requester: Belongs,
    },
    ReadAgreement {
        holder: Belongs,
        place: Place,
    },
    /// Create or replace one's own credential, accept terms, ask for the same again: the holder, or anybody of its team.
    UseAgreement {
        holder: Belongs,
    },
    GiveUpAgreement {
        holder: Belongs,
    },
    /// Name and end machine clients, and replace their credentials.
    KeepMachines {
        holder: Belongs,
    },
    /// See a team's people and agreements.
    ReadTeam {
        team: InTeam,
    },
    /// Change who is in a team, or end it.
    KeepTeam {
        team: InTeam,
    },
    RevokeAgreement {
        place: Place,
    },
    /// Publish another version of a product's terms.
    ChangeTerms {
        place: Place,
    },
    /// See proposals for a product's columns and decide what they are.
    Classify {
        place: Place,
    },
    /// Choose how columns and rows are protected, as far as no waiver is needed.
    Protect {
        place: Place,
    },
    /// Allow for a while what a steward may not choose alone, and end that.
    WaiveTechnique {
        place: Place,
    },
    /// Make the keys of pseudonyms anew.
    RotateKey {
        place: Place,
    },
    /// Let everyone know of a product.
    Publish {
        place: Place,
    },
    /// Change what levels are called and which are in use.
    ManageScheme,
    /// Add and retire detectors of personal data, of one domain or of all.
    ManageDetector {
        scope: Scope,
    },
    /// Tell of runs that read and write datasets.
    TellLineage,
    /// Say under which names tools know a product's datasets.
    ClaimLineage {
        place: Place,
    },
    ReadAudit,
    /// Read the report of who read what in a sector.
    ReadAuditReport {
        sector: SectorId,
    },
    ManageRoles,
    ManagePeople,
    ManageSynonyms,
    /// Say how the values of a term are written: whoever keeps the term.
    KeepTerm {
        sector: Option<SectorId>,
    },
    /// Propose that a column of a product carries a term of a sector.
    ProposeTerm {
        sector: Option<SectorId>,
        place: Place,
    },
    ManagePurposes,
    ManageHolidays,
    ReadAdministration,
    /// Add and retire rules that say who must agree to requests.
    ManageRule {
        scope: Scope,
    },
    /// Read what somebody looks for: the asker, and those who may answer.
    ReadWanted {
        asker: PersonId,
        area: DomainArea,
    },
    /// Answer for a domain; never oneself.
    AnswerWanted {
        asker: PersonId,
        area: DomainArea,
    },
    WithdrawWanted {
        asker: PersonId,
    },
    /// See, make and change webhooks that hear of a domain's events, or of all.
    OwnWebhook {
        scope: WebhookScope,
    },
    /// What was found at ports that nobody agreed to.
    ReadDrift,
    ReadSuspensions,
    /// Read a linkage: its requester, the owners of both products, and auditors.
    ReadLinkage {
        requester: PersonId,
        places: [Place; 2],
    },
    /// Approve or refuse a linkage for one product: its owner, never for themselves.
    DecideLinkage {
        requester: PersonId,
        place: Place,
    },
    EndLinkage {
        requester: PersonId,
        places: [Place; 2],
    },
    /// Look for a person, in a sector or everywhere. No role is made for it: the data office answers for the whole, and a sector's
    /// security officer for the sector; neither sees rows, and domains do the work.
    OpenSubject {
        sector: Option<SectorId>,
    },
    /// Read requests of people, some at least.
    ReadSubjects,
    ReadSubject {
        sector: Option<SectorId>,
    },
    /// See what a domain holds of a person, and say what was done about it.
    WorkOnSubjectTask {
        area: DomainArea,
    },
    /// Say what is done about personal data that a product consumes without a policy.
    ManageFlowStandard,
    /// Write, publish and retire standards of a scope, answer comments on them, and let products off them.
    KeepStandard {
        scope: Scope,
    },
    /// Agree that a version is published: somebody else than whoever wrote it.
    AgreeStandard {
        scope: Scope,
        writer: Option<PersonId>,
    },
    /// Declare service levels of a product, and report what was measured of it.
    Promise {
        place: Place,
    },
    /// Read a problem: who reported it, who holds an agreement on the product, who looks after it, and who watches.
    ReadProblem {
        reporter: PersonId,
        holds: bool,
        place: Place,
    },
    /// Answer problems and open incidents of a product.
    AnswerProblem {
        place: Place,
    },
    /// Say what a sector expects of quality.
    SetBenchmark {
        sector: SectorId,
    },
    /// Plan audits of the quality of a sector, change and end them.
    KeepQualityAudit {
        sector: SectorId,
    },
    /// Read what an audit asks of a product, and what was answered.
    ReadQualityTask {
        place: Place,
    },
    /// Answer what an audit found of a product.
    AnswerQualityTask {
        place: Place,
    },
    /// Let a product off what an audit found, or ask again; never for what one answers oneself.
    DecideQualityTask {
        place: Place,
    },
    /// Announce something about the fitness of a sector, honour a product of it, and take that back.
    AnnounceFitness {
        sector: SectorId,
    },
    /// Add, change and retire sectors, agencies and domains.
    ManageUnits,
    /// Say how long the record keeps what it need not keep for ever.
    ManageRetention,
    /// See who holds what of a domain, and how its review stands.
    ReadReview {
        area: DomainArea,
    },
    /// Answer what a review asks of what one holds.
    AnswerReview {
        holder: Belongs,
    },
    /// Say of everybody else's access in a domain that it stays or ends.
    ReviewAccess {
        domain: DomainId,
    },
    /// Suspend agreements, or lift that, in a sector; none is everywhere.
    Suspend {
        sector: Option<SectorId>,
    },
}

/// Roles that answer what people look for in a domain, held over the domain or above it.
pub const ANSWERING_ROLES: [Role; 3] = [Role::Owner, Role::Steward, Role::ProductOwner];

/// Roles that see what flows into a product or out of it without a policy, held over the product or above it.
pub const FLOW_ROLES: [Role; 7] =
    [Role::Owner, Role::Steward, Role::ProductOwner, Role::Developer, Role::TcSecurityOfficer, Role::GdoAdministrator, Role::Auditor];

/// Who may decide a step that asks for one of `roles` over a product: whoever holds one, or stands in for somebody who does;
/// never for a request of their own, of their team, or of the one they stand for. `asking` are its requester and everybody
/// who was in the team at any time since it was submitted. Gives for whom, when not in their own right.
pub fn decides(actor: &Actor, stands_for: &[Actor], asking: &[PersonId], place: Place, roles: &[Role]) -> Result<Option<PersonId>, Forbidden> {
    let holds = |who: &Actor| !asking.contains(&who.person) && roles.iter().any(|role| who.is_at(*role, place));
    if !asking.contains(&actor.person) {
        if holds(actor) {
            return Ok(None);
        }
        if let Some(absent) = stands_for.iter().find(|absent| holds(absent)) {
            return Ok(Some(absent.person));
        }
    }
    Err(Forbidden("Only those whom this step names may decide it, and never their own request or their team’s."))
}

/// Refused, with the reason a person can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Forbidden(pub &'static str);

/// Decides whether `actor` may do `action`.
pub fn authorise(actor: &Actor, action: Action) -> Result<(), Forbidden> {
    let keeps = |place| actor.is_at(Role::Steward, place) || actor.is_at(Role::Owner, place);
    let watches = |place| actor.is(Role::Auditor) || actor.is_at(Role::TcSecurityOfficer, place);
    let watches_sector = |sector: Option<SectorId>| {
        sector.is_some_and(|sector| actor.roles.contains(&Held { role: Role::TcSecurityOfficer, scope: Scope::Sector(sector) }))
    };
    let of_sector = |sector: Option<SectorId>| sector.map_or(Scope::Whole, Scope::Sector);
    let (allowed, reason) = match action {
        Action::ReadRequest { requester, place } => (
            requester.is_read_by(actor.person) || keeps(place) || watches(place),
            "Only those who ask, those who decide and auditors may read a request.",
        ),
        Action::WithdrawRequest { requester } => {
            (requester.is_kept_by(actor.person), "Only the requester, or who leads the team that asks, may do this with a request.")
        }
        Action::ReadAgreement { holder, place } => (
            holder.is_used_by(actor.person) || keeps(place) || watches(place),
            "Only its holders, the product's domain and auditors may read an agreement.",
        ),
        Action::UseAgreement { holder } => (holder.is_used_by(actor.person), "Only the holder of an agreement, or its team, may do this."),
        Action::GiveUpAgreement { holder } | Action::KeepMachines { holder } => {
            (holder.is_kept_by(actor.person), "Only the holder of an agreement, or who leads its team, may do this.")
        }
        Action::ReadTeam { team } => (
            team != InTeam::Stranger || actor.is(Role::GdoAdministrator) || actor.is(Role::Auditor),
            "Only a team's people, auditors and GDO administrators may see it.",
        ),
        Action::KeepTeam { team } => {
            (team == InTeam::Lead || actor.is(Role::GdoAdministrator), "Only who leads a team, or a GDO administrator, may change it.")
        }
        Action::RevokeAgreement { place } => (
            keeps(place) || actor.is_at(Role::TcSecurityOfficer, place),
            "Only the domain's steward or owner, or the sector's security officer, may revoke an agreement.",
        ),
        Action::ChangeTerms { place } => (keeps(place), "Only the domain's steward or owner may change a product's terms."),
        Action::Classify { place } | Action::Publish { place } => (
            keeps(place) || actor.is_at(Role::ProductOwner, place),
            "Only the domain's steward or owner, or the product's owner, may classify and publish its data.",
        ),
        Action::Protect { place } => (keeps(place), "Only the domain's steward or owner may change how data is protected."),
        Action::RotateKey { place } => (
            actor.is_at(Role::Owner, place) || actor.is_at(Role::TcSecurityOfficer, place),
            "Only the domain's owner, or the sector's security officer, may make keys anew.",
        ),
        Action::WaiveTechnique { place } => (
            actor.is_at(Role::Owner, place) || actor.is_at(Role::TcSecurityOfficer, place) || actor.is(Role::GdoAdministrator),
            "Only the domain's owner, the sector's security officer or the data office may allow this; a steward asks them.",
        ),
        Action::TellLineage => (
            actor
                .roles
                .iter()
                .any(|held| matches!(held.role, Role::Owner | Role::Steward | Role::ProductOwner | Role::Developer | Role::GdoAdministrator)),
            "Only those who look after a product may tell of lineage.",
        ),
        Action::ClaimLineage { place } => (
            keeps(place) || actor.is_at(Role::ProductOwner, place) || actor.is_at(Role::Developer, place),
            "Only those who look after the product may say under which names its data is known.",
        ),
        Action::ManageDetector { scope } => (
            match scope {
                Scope::Whole => actor.is(Role::GdoAdministrator),
                scope => actor.roles.iter().any(|held| held.scope == scope && matches!(held.role, Role::Owner | Role::Steward)),
            },
            "Only the data office may change detectors for all domains, and only a domain's owner or steward its own.",
        ),
        Action::ReadAudit => (
            actor.is(Role::Auditor) || actor.roles.iter().any(|held| held.role == Role::TcSecurityOfficer),
            "Only auditors and security officers may read the audit trail.",
        ),
        Action::ReadAuditReport { sector } => {
            (actor.is(Role::Auditor) || watches_sector(Some(sector)), "Only auditors, and security officers of the sector, may read this report.")
        }
        Action::ManageRule { scope } => (
            match scope {
                Scope::Whole => actor.is(Role::GdoAdministrator),
                scope => actor.roles.iter().any(|held| held.scope == scope && matches!(held.role, Role::Owner | Role::TcCurator)),
            },
            "Only the data office may change rules of the whole, and only owners and curators those of their own.",
        ),
        Action::ManageRoles
        | Action::ManagePeople
        | Action::ManageSynonyms
        | Action::ManagePurposes
        | Action::ManageHolidays
        | Action::ManageUnits
        | Action::ManageRetention
        | Action::ManageFlowStandard
        | Action::ManageScheme
        | Action::ReadAdministration => (actor.is(Role::GdoAdministrator), "Only a GDO administrator may do this."),
        Action::KeepTerm { sector } => {
            (keeps_standard(actor, of_sector(sector)), "Only the trusted centre of its sector, or the data office where it has none, keeps a term.")
        }
        Action::ProposeTerm { sector, place } => (
            keeps_standard(actor, of_sector(sector)) || actor.is_at(Role::TcCurator, place),
            "Only who keeps the term, or curates the product’s sector, may propose it.",
        ),
        Action::ReadWanted { asker, area } => {
            (asker == actor.person || Answering::of(actor).covers(area), "Only the one who asked and those who answer may read this.")
        }
        Action::AnswerWanted { asker, area } => {
            (asker != actor.person && Answering::of(actor).covers(area), "Only the domain's owner or steward may answer, and never themselves.")
        }
        Action::OwnWebhook { scope } => {
            (Owning::of(actor).covers(scope), "Only the owner of the domain, or a GDO administrator where it is all domains, may do this.")
        }
        Action::WithdrawWanted { asker } => (asker == actor.person, "Only the one who asked may withdraw it."),
        Action::ReadDrift | Action::ReadSuspensions => (
            actor.is(Role::Auditor) || actor.is(Role::GdoAdministrator) || actor.roles.iter().any(|held| held.role == Role::TcSecurityOfficer),
            "Only auditors, security officers and GDO administrators may read this.",
        ),
        Action::ReadLinkage { requester, places } => (
            requester == actor.person || actor.is(Role::Auditor) || places.iter().any(|place| actor.is_at(Role::Owner, *place)),
            "Only the requester, the owners of both products and auditors may read a linkage.",
        ),
        Action::DecideLinkage { requester, place } => {
            (requester != actor.person && actor.is_at(Role::Owner, place), "Only the owner of the product may decide, and never their own linkage.")
        }
        Action::EndLinkage { requester, places } => (
            requester == actor.person || places.iter().any(|place| actor.is_at(Role::Owner, *place)),
            "Only the requester and the owners of both products may end a linkage.",
        ),
        Action::OpenSubject { sector } => (
            actor.is(Role::GdoAdministrator) || watches_sector(sector),
            "Only GDO administrators, and security officers in their sector, may look for a person.",
        ),
        Action::ReadSubjects => (
            actor.is(Role::Auditor) || actor.is(Role::GdoAdministrator) || actor.roles.iter().any(|held| held.role == Role::TcSecurityOfficer),
            "Only auditors, security officers and GDO administrators may read this.",
        ),
        Action::ReadSubject { sector } => (
            actor.is(Role::Auditor) || actor.is(Role::GdoAdministrator) || watches_sector(sector),
            "Only auditors, GDO administrators and the sector’s security officer may read this.",
        ),
        Action::WorkOnSubjectTask { area } => (Answering::of(actor).covers(area), "Only the domain’s owner or steward may see its task."),
        Action::KeepStandard { scope } => (
            keeps_standard(actor, scope),
            "Only the data office may keep standards of the whole, a TC curator those of the sector, and an owner those of the domain.",
        ),
        Action::AgreeStandard { scope, writer } => (
            writer != Some(actor.person) && (keeps_standard(actor, scope) || actor.is(Role::GdoAdministrator)),
            "Somebody else than who wrote it must agree: another who may keep this standard, or the data office.",
        ),
        Action::Promise { place } => (
            keeps(place) || actor.is_at(Role::ProductOwner, place) || actor.is_at(Role::Developer, place),
            "Only those who look after the product may declare and measure its service levels.",
        ),
        Action::ReadProblem { reporter, holds, place } => (
            reporter == actor.person
                || holds
                || keeps(place)
                || actor.is_at(Role::ProductOwner, place)
                || actor.is_at(Role::Developer, place)
                || actor.is_at(Role::TcCurator, place)
                || watches(place),
            "Only who reported it, who uses or looks after the product, and auditors may read a problem.",
        ),
        Action::AnswerProblem { place } => (
            keeps(place) || actor.is_at(Role::ProductOwner, place) || actor.is_at(Role::Developer, place),
            "Only those who look after the product may answer its problems.",
        ),
        Action::SetBenchmark { sector } => (
            actor.is(Role::GdoAdministrator) || actor.roles.contains(&Held { role: Role::TcCurator, scope: Scope::Sector(sector) }),
            "Only the sector’s curators and the data office may say what is expected of quality.",
        ),
        Action::KeepQualityAudit { sector } => (
            actor.is(Role::GdoAdministrator) || actor.roles.contains(&Held { role: Role::TcCurator, scope: Scope::Sector(sector) }),
            "Only the sector’s curators and the data office may plan audits of its quality.",
        ),
        Action::ReadQualityTask { place } => (
            keeps(place)
                || actor.is_at(Role::ProductOwner, place)
                || actor.is_at(Role::Developer, place)
                || actor.is_at(Role::TcCurator, place)
                || actor.is(Role::GdoAdministrator)
                || watches(place),
            "Only those who look after the product, the sector’s curators, the data office and auditors may read this.",
        ),
        Action::AnswerQualityTask { place } => (
            keeps(place) || actor.is_at(Role::ProductOwner, place),
            "Only the domain’s steward or owner, or the product’s owner, may answer what an audit found.",
        ),
        Action::DecideQualityTask { place } => (
            (actor.is(Role::GdoAdministrator) || actor.is_at(Role::TcCurator, place)) && !keeps(place) && !actor.is_at(Role::ProductOwner, place),
            "Only the sector’s curators and the data office may decide this, and nobody for data that they answer for.",
        ),
        Action::AnnounceFitness { sector } => (
            actor.roles.contains(&Held { role: Role::TcCurator, scope: Scope::Sector(sector) }),
            "Only the sector’s curators may announce something about its fitness.",
        ),
        Action::ReadReview { area } => (
            Reviewing::of(actor).covers(area),
            "Only the domain’s owners, the sector’s security officers, auditors and the data office may see this.",
        ),
        Action::AnswerReview { holder } => (holder.is_used_by(actor.person), "Only whoever holds what is asked about may answer."),
        Action::ReviewAccess { domain } => (
            actor.is(Role::GdoAdministrator) || actor.roles.contains(&Held { role: Role::Owner, scope: Scope::Domain(domain) }),
            "Only the domain’s owners and the data office may review who has access.",
        ),
        Action::Suspend { sector } => (
            actor.is(Role::GdoAdministrator) || watches_sector(sector),
            "Only the sector’s security officer or a GDO administrator may suspend agreements.",
        ),
    };
    if allowed { Ok(()) } else { Err(Forbidden(reason)) }
}

/// Whether somebody may keep the standards of a scope. Roles above do not: each scope has its own, and a narrower one only adds.
pub fn keeps_standard(actor: &Actor, scope: Scope) -> bool {
    let role = match scope {
        Scope::Whole => Role::GdoAdministrator,
        Scope::Sector(_) => Role::TcCurator,
        Scope::Domain(_) => Role::Owner,
        Scope::Product(_) => return false,
    };
    actor.roles.contains(&Held { role, scope })
}

#[cfg(test)]
mod tests;
