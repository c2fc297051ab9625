//! The one place that says who may do what. Deny by default: an action that no rule allows is forbidden.
//! Roles come from the database at the start of each request, so a change holds from the next request on.

use crate::id::{DomainId, PersonId, SectorId};
use crate::organisation::{Actor, DomainArea, Held, Place, Role, Scope};
use crate::webhook::{Owning, WebhookScope};

/// Something a person wants to do, with what the rule needs to know of its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Read a request: its requester, its deciders, auditors and the sector's security officers.
    ReadRequest {
        requester: PersonId,
        place: Place,
    },
    WithdrawRequest {
        requester: PersonId,
    },
    ReadAgreement {
        holder: PersonId,
        place: Place,
    },
    /// Create or replace the credential: the holder alone.
    UseAgreement {
        holder: PersonId,
    },
    GiveUpAgreement {
        holder: PersonId,
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
    /// Suspend agreements, or lift that, in a sector; none is everywhere.
    Suspend {
        sector: Option<SectorId>,
    },
}

/// Roles that answer what people look for in a domain, held over the domain or above it.
pub const ANSWERING_ROLES: [Role; 3] = [Role::Owner, Role::Steward, Role::ProductOwner];

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
/// never for a request of their own or of the one they stand for. Gives for whom, when not in their own right.
pub fn decides(actor: &Actor, stands_for: &[Actor], requester: PersonId, place: Place, roles: &[Role]) -> Result<Option<PersonId>, Forbidden> {
    let holds = |who: &Actor| who.person != requester && roles.iter().any(|role| who.is_at(*role, place));
    if actor.person != requester {
        if holds(actor) {
            return Ok(None);
        }
        if let Some(absent) = stands_for.iter().find(|absent| holds(absent)) {
            return Ok(Some(absent.person));
        }
    }
    Err(Forbidden("Only those whom this step names may decide it, and never their own request."))
}

/// Refused, with the reason a person can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Forbidden(pub &'static str);

/// Decides whether `actor` may do `action`.
pub fn authorise(actor: &Actor, action: Action) -> Result<(), Forbidden> {
    let keeps = |place| actor.is_at(Role::Steward, place) || actor.is_at(Role::Owner, place);
    let watches = |place| actor.is(Role::Auditor) || actor.is_at(Role::TcSecurityOfficer, place);
    let (allowed, reason) = match action {
        Action::ReadRequest { requester, place } => {
            (requester == actor.person || keeps(place) || watches(place), "Only the requester, those who decide and auditors may read a request.")
        }
        Action::WithdrawRequest { requester } => (requester == actor.person, "Only the requester may withdraw a request."),
        Action::ReadAgreement { holder, place } => {
            (holder == actor.person || keeps(place) || watches(place), "Only the holder, the product's domain and auditors may read an agreement.")
        }
        Action::UseAgreement { holder } | Action::GiveUpAgreement { holder } => {
            (holder == actor.person, "Only the holder of an agreement may do this.")
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
        Action::Suspend { sector } => (
            actor.is(Role::GdoAdministrator)
                || sector.is_some_and(|sector| actor.roles.contains(&Held { role: Role::TcSecurityOfficer, scope: Scope::Sector(sector) })),
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
        let by = |who: &Actor, n| decides(who, &[], PersonId(id(n)), PLACE, &[Role::Owner, Role::Steward]);
        assert_eq!(by(&steward, 11), Ok(None));
        assert!(by(&steward, 10).is_err());
        let elsewhere = actor(10, Role::Steward, Scope::Domain(DomainId(id(99))));
        assert!(by(&elsewhere, 11).is_err());
    }

    #[test]
    fn a_step_is_decided_by_its_roles_or_by_who_stands_in() {
        let steward = actor(10, Role::Steward, Scope::Domain(PLACE.domain));
        let deputy = Actor { roles: vec![], ..actor(12, Role::Auditor, Scope::Whole) };
        let by = |who: &Actor, absent: &[Actor], requester: u128, roles: &[Role]| decides(who, absent, PersonId(id(requester)), PLACE, roles);
        assert_eq!(by(&steward, &[], 11, &[Role::Steward, Role::Owner]), Ok(None));
        assert!(by(&steward, &[], 11, &[Role::Owner]).is_err() && by(&steward, &[], 10, &[Role::Steward]).is_err());
        assert_eq!(by(&deputy, std::slice::from_ref(&steward), 11, &[Role::Steward]), Ok(Some(steward.person)));
        assert!(by(&deputy, &[], 11, &[Role::Steward]).is_err());
        for requester in [10, 12] {
            assert!(by(&deputy, std::slice::from_ref(&steward), requester, &[Role::Steward]).is_err(), "neither's own request");
        }
    }

    #[test]
    fn a_person_without_a_role_may_only_touch_what_is_theirs() {
        let officer = Actor { roles: vec![], ..actor(10, Role::Auditor, Scope::Whole) };
        let theirs = PersonId(id(10));
        let anothers = PersonId(id(11));
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
    fn an_administrator_cannot_decide_requests() {
        let administrator = actor(10, Role::GdoAdministrator, Scope::Whole);
        assert!(decides(&administrator, &[], PersonId(id(11)), PLACE, &[Role::Owner, Role::Steward]).is_err());
        assert!(authorise(&administrator, Action::ManageRoles).is_ok());
    }
}
