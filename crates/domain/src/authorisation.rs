//! The one place that says who may do what. Deny by default: an action that no rule allows is forbidden.
//! Roles come from the database at the start of each request, so a change holds from the next request on.

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
    ReadAudit,
    ManageRoles,
    ManagePeople,
    ManageSynonyms,
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

/// Where somebody answers what people look for. Queries that list or count it ask by these, so that a list shows what
/// [`authorise`] allows and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answering {
    pub whole: bool,
    pub sectors: Vec<SectorId>,
    pub domains: Vec<DomainId>,
}

impl Answering {
    pub fn of(actor: &Actor) -> Self {
        let mut found = Self::default();
        for held in actor.roles.iter().filter(|held| ANSWERING_ROLES.contains(&held.role)) {
            match held.scope {
                Scope::Whole => found.whole = true,
                Scope::Sector(id) => found.sectors.push(id),
                Scope::Domain(id) => found.domains.push(id),
                // Whoever looks after one product does not speak for the domain.
                Scope::Product(_) => {}
            }
        }
        found
    }

    /// Nobody's questions come here.
    pub fn is_nowhere(&self) -> bool {
        *self == Self::default()
    }

    fn covers(&self, area: DomainArea) -> bool {
        self.whole || self.sectors.contains(&area.sector) || self.domains.contains(&area.domain)
    }
}

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
        | Action::ManageFlowStandard
        | Action::ManageScheme
        | Action::ReadAdministration => (actor.is(Role::GdoAdministrator), "Only a GDO administrator may do this."),
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
        Action::Suspend { sector } => (
            actor.is(Role::GdoAdministrator) || watches_sector(sector),
            "Only the sector’s security officer or a GDO administrator may suspend agreements.",
        ),
    };
    if allowed { Ok(()) } else { Err(Forbidden(reason)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{DomainId, ProductId, SectorId};
    use crate::organisation::{Held, Scope};
    use uuid::Uuid;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn actor(person: u128, role: Role, scope: Scope) -> Actor {
        Actor { person: PersonId(id(person)), name: "A B".into(), email: String::new(), agency: None, roles: vec![Held { role, scope }] }
    }

    const PLACE: Place = Place { product: ProductId(Uuid::from_u128(1)), domain: DomainId(Uuid::from_u128(2)), sector: SectorId(Uuid::from_u128(3)) };

    #[test]
    fn a_steward_decides_in_her_domain_but_never_her_own_request() {
        let steward = actor(10, Role::Steward, Scope::Domain(PLACE.domain));
        let by = |who: &Actor, n| decides(who, &[], &[PersonId(id(n))], PLACE, &[Role::Owner, Role::Steward]);
        assert_eq!(by(&steward, 11), Ok(None));
        assert!(by(&steward, 10).is_err());
        let elsewhere = actor(10, Role::Steward, Scope::Domain(DomainId(id(99))));
        assert!(by(&elsewhere, 11).is_err());
    }

    #[test]
    fn a_step_is_decided_by_its_roles_or_by_who_stands_in() {
        let steward = actor(10, Role::Steward, Scope::Domain(PLACE.domain));
        let deputy = Actor { roles: vec![], ..actor(12, Role::Auditor, Scope::Whole) };
        let by = |who: &Actor, absent: &[Actor], requester: u128, roles: &[Role]| decides(who, absent, &[PersonId(id(requester))], PLACE, roles);
        assert_eq!(by(&steward, &[], 11, &[Role::Steward, Role::Owner]), Ok(None));
        assert!(by(&steward, &[], 11, &[Role::Owner]).is_err() && by(&steward, &[], 10, &[Role::Steward]).is_err());
        assert_eq!(by(&deputy, std::slice::from_ref(&steward), 11, &[Role::Steward]), Ok(Some(steward.person)));
        assert!(by(&deputy, &[], 11, &[Role::Steward]).is_err());
        for requester in [10, 12] {
            assert!(by(&deputy, std::slice::from_ref(&steward), requester, &[Role::Steward]).is_err(), "neither's own request");
        }
        let team = [PersonId(id(11)), steward.person];
        assert!(decides(&steward, &[], &team, PLACE, &[Role::Steward]).is_err(), "her team's request");
        assert!(decides(&deputy, std::slice::from_ref(&steward), &team, PLACE, &[Role::Steward]).is_err(), "nor in her stead");
        let other = actor(13, Role::Steward, Scope::Domain(PLACE.domain));
        assert_eq!(decides(&other, &[], &team, PLACE, &[Role::Steward]), Ok(None));
    }

    #[test]
    fn what_a_team_holds_its_people_use_and_its_leads_keep() {
        let officer = Actor { roles: vec![], ..actor(10, Role::Auditor, Scope::Whole) };
        let of = |owner: u128, team| Belongs { owner: PersonId(id(owner)), team: Some(team) };
        for (holder, uses, keeps) in [
            (of(11, InTeam::Stranger), false, false),
            (of(11, InTeam::Member), true, false),
            (of(11, InTeam::Lead), true, true),
            (of(10, InTeam::Member), true, true),
            // Whoever asked for the team and has left it.
            (of(10, InTeam::Stranger), false, false),
        ] {
            assert_eq!(authorise(&officer, Action::UseAgreement { holder }).is_ok(), uses, "{holder:?}");
            assert_eq!(authorise(&officer, Action::ReadAgreement { holder, place: PLACE }).is_ok(), uses, "{holder:?}");
            for action in [Action::GiveUpAgreement { holder }, Action::KeepMachines { holder }, Action::WithdrawRequest { requester: holder }] {
                assert_eq!(authorise(&officer, action).is_ok(), keeps, "{action:?}");
            }
        }
        let administrator = actor(12, Role::GdoAdministrator, Scope::Whole);
        for (team, reads, keeps) in [(InTeam::Stranger, false, false), (InTeam::Member, true, false), (InTeam::Lead, true, true)] {
            assert_eq!(authorise(&officer, Action::ReadTeam { team }).is_ok(), reads);
            assert_eq!(authorise(&officer, Action::KeepTeam { team }).is_ok(), keeps);
            assert!(authorise(&administrator, Action::KeepTeam { team }).is_ok());
        }
    }

    #[test]
    fn a_person_without_a_role_may_only_touch_what_is_theirs() {
        let officer = Actor { roles: vec![], ..actor(10, Role::Auditor, Scope::Whole) };
        let theirs = Belongs::to(PersonId(id(10)));
        let anothers = Belongs::to(PersonId(id(11)));
        for (action, allowed) in [
            (Action::ReadRequest { requester: theirs, place: PLACE }, true),
            (Action::ReadRequest { requester: anothers, place: PLACE }, false),
            (Action::UseAgreement { holder: anothers }, false),
            (Action::UseAgreement { holder: theirs }, true),
            (Action::RevokeAgreement { place: PLACE }, false),
            (Action::ReadAudit, false),
            (Action::ManageRoles, false),
            (Action::ManagePeople, false),
            (Action::ManageSynonyms, false),
            (Action::ManagePurposes, false),
            (Action::ManageHolidays, false),
            (Action::ManageFlowStandard, false),
            (Action::ChangeTerms { place: PLACE }, false),
        ] {
            assert_eq!(authorise(&officer, action).is_ok(), allowed, "{action:?}");
        }
    }

    #[test]
    fn a_domain_answers_what_people_look_for_in_it() {
        let area = DomainArea { domain: PLACE.domain, sector: PLACE.sector };
        let (asker, own) = (PersonId(id(11)), PersonId(id(10)));
        for (role, scope, answers) in [
            (Role::Owner, Scope::Domain(area.domain), true),
            (Role::Steward, Scope::Domain(area.domain), true),
            (Role::ProductOwner, Scope::Sector(area.sector), true),
            (Role::Owner, Scope::Whole, true),
            (Role::ProductOwner, Scope::Product(PLACE.product), false),
            (Role::Steward, Scope::Domain(DomainId(id(99))), false),
            (Role::Owner, Scope::Sector(SectorId(id(99))), false),
            (Role::GdoAdministrator, Scope::Whole, false),
            (Role::Auditor, Scope::Whole, false),
        ] {
            let who = actor(10, role, scope);
            assert_eq!(authorise(&who, Action::AnswerWanted { asker, area }).is_ok(), answers, "{role} {scope:?}");
            assert_eq!(authorise(&who, Action::ReadWanted { asker, area }).is_ok(), answers, "{role} {scope:?}");
            assert!(authorise(&who, Action::AnswerWanted { asker: own, area }).is_err(), "never their own");
            assert!(authorise(&who, Action::ReadWanted { asker: own, area }).is_ok());
            assert!(authorise(&who, Action::WithdrawWanted { asker }).is_err() && authorise(&who, Action::WithdrawWanted { asker: own }).is_ok());
        }
        assert!(Answering::of(&actor(10, Role::ProductOwner, Scope::Product(PLACE.product))).is_nowhere());
    }

    #[test]
    fn columns_are_classified_by_those_who_answer_for_the_product() {
        for (role, scope, may) in [
            (Role::Owner, Scope::Domain(PLACE.domain), true),
            (Role::Steward, Scope::Domain(PLACE.domain), true),
            (Role::ProductOwner, Scope::Product(PLACE.product), true),
            (Role::Developer, Scope::Product(PLACE.product), false),
            (Role::Steward, Scope::Domain(DomainId(id(99))), false),
            (Role::GdoAdministrator, Scope::Whole, false),
        ] {
            let who = actor(10, role, scope);
            assert_eq!(authorise(&who, Action::Classify { place: PLACE }).is_ok(), may, "{role} {scope:?}");
            assert_eq!(authorise(&who, Action::Publish { place: PLACE }).is_ok(), may, "{role} {scope:?}");
            assert_eq!(authorise(&who, Action::ManageScheme).is_ok(), role == Role::GdoAdministrator);
            let detectors = |scope| authorise(&who, Action::ManageDetector { scope }).is_ok();
            assert_eq!(detectors(Scope::Whole), role == Role::GdoAdministrator);
            assert_eq!(detectors(Scope::Domain(PLACE.domain)), matches!(role, Role::Owner | Role::Steward) && scope == Scope::Domain(PLACE.domain));
        }
    }

    #[test]
    fn terms_are_changed_by_the_products_own_domain() {
        for (role, scope, may) in [
            (Role::Owner, Scope::Domain(PLACE.domain), true),
            (Role::Steward, Scope::Domain(PLACE.domain), true),
            (Role::Steward, Scope::Domain(DomainId(id(99))), false),
            (Role::Developer, Scope::Product(PLACE.product), false),
            (Role::GdoAdministrator, Scope::Whole, false),
        ] {
            assert_eq!(authorise(&actor(10, role, scope), Action::ChangeTerms { place: PLACE }).is_ok(), may, "{role} {scope:?}");
        }
    }

    #[test]
    fn agreements_are_suspended_within_the_officers_own_sector() {
        let (own, other) = (Some(PLACE.sector), Some(SectorId(id(99))));
        let officer = actor(10, Role::TcSecurityOfficer, Scope::Sector(PLACE.sector));
        let administrator = actor(10, Role::GdoAdministrator, Scope::Whole);
        let auditor = actor(10, Role::Auditor, Scope::Whole);
        let curator = actor(10, Role::TcCurator, Scope::Sector(PLACE.sector));
        for (who, here, elsewhere, everywhere, reads) in [
            (&officer, true, false, false, true),
            (&administrator, true, true, true, true),
            (&auditor, false, false, false, true),
            (&curator, false, false, false, false),
        ] {
            let may = |sector| authorise(who, Action::Suspend { sector }).is_ok();
            assert_eq!((may(own), may(other), may(None)), (here, elsewhere, everywhere), "{who:?}");
            assert_eq!(authorise(who, Action::ReadDrift).is_ok(), reads);
            assert_eq!(authorise(who, Action::ReadSuspensions).is_ok(), reads);
        }
    }

    #[test]
    fn people_are_looked_for_by_the_office_and_answered_by_domains() {
        let area = DomainArea { domain: PLACE.domain, sector: PLACE.sector };
        let (own, other) = (Some(PLACE.sector), Some(SectorId(id(99))));
        for (role, scope, opens, reads, works) in [
            (Role::GdoAdministrator, Scope::Whole, [true; 3], [true; 3], false),
            (Role::TcSecurityOfficer, Scope::Sector(PLACE.sector), [false, true, false], [false, true, false], false),
            (Role::Auditor, Scope::Whole, [false; 3], [true; 3], false),
            (Role::Owner, Scope::Domain(PLACE.domain), [false; 3], [false; 3], true),
            (Role::Steward, Scope::Domain(PLACE.domain), [false; 3], [false; 3], true),
            (Role::Steward, Scope::Domain(DomainId(id(99))), [false; 3], [false; 3], false),
        ] {
            let who = actor(10, role, scope);
            let may = |action: fn(Option<SectorId>) -> Action| [None, own, other].map(|sector| authorise(&who, action(sector)).is_ok());
            assert_eq!(may(|sector| Action::OpenSubject { sector }), opens, "{role}");
            assert_eq!(may(|sector| Action::ReadSubject { sector }), reads, "{role}");
            assert_eq!(authorise(&who, Action::WorkOnSubjectTask { area }).is_ok(), works, "{role}");
        }
    }

    #[test]
    fn each_side_of_a_linkage_is_decided_by_its_own_owner() {
        let other = Place { product: ProductId(id(21)), domain: DomainId(id(22)), sector: SectorId(id(23)) };
        let (asker, places) = (PersonId(id(10)), [PLACE, other]);
        let owner = actor(11, Role::Owner, Scope::Domain(PLACE.domain));
        let may = |who: &Actor, place| authorise(who, Action::DecideLinkage { requester: asker, place }).is_ok();
        assert!(may(&owner, PLACE) && !may(&owner, other));
        assert!(!may(&actor(10, Role::Owner, Scope::Domain(PLACE.domain)), PLACE), "never their own");
        assert!(!may(&actor(12, Role::Steward, Scope::Domain(PLACE.domain)), PLACE));
        for (who, reads, ends) in [
            (&owner, true, true),
            (&Actor { roles: vec![], ..actor(10, Role::Auditor, Scope::Whole) }, true, true),
            (&actor(12, Role::Auditor, Scope::Whole), true, false),
            (&actor(12, Role::Owner, Scope::Domain(DomainId(id(99)))), false, false),
            (&actor(12, Role::GdoAdministrator, Scope::Whole), false, false),
        ] {
            assert_eq!(authorise(who, Action::ReadLinkage { requester: asker, places }).is_ok(), reads, "{who:?}");
            assert_eq!(authorise(who, Action::EndLinkage { requester: asker, places }).is_ok(), ends, "{who:?}");
        }
    }

    #[test]
    fn an_administrator_cannot_decide_requests() {
        let administrator = actor(10, Role::GdoAdministrator, Scope::Whole);
        assert!(decides(&administrator, &[], &[PersonId(id(11))], PLACE, &[Role::Owner, Role::Steward]).is_err());
        assert!(authorise(&administrator, Action::ManageRoles).is_ok());
    }
}
