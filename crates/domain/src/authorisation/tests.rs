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
fn who_promises_answers_and_expects() {
    let (domain, sector) = (Scope::Domain(PLACE.domain), Scope::Sector(PLACE.sector));
    let elsewhere = Scope::Domain(DomainId(id(99)));
    for (role, scope, promises, reads, expects) in [
        (Role::Owner, domain, true, true, false),
        (Role::Steward, domain, true, true, false),
        (Role::ProductOwner, Scope::Product(PLACE.product), true, true, false),
        (Role::Developer, Scope::Product(PLACE.product), true, true, false),
        (Role::TcCurator, sector, false, true, true),
        (Role::TcSecurityOfficer, sector, false, true, false),
        (Role::GdoAdministrator, Scope::Whole, false, false, true),
        (Role::Auditor, Scope::Whole, false, true, false),
        (Role::Owner, elsewhere, false, false, false),
        (Role::TcCurator, Scope::Sector(SectorId(id(99))), false, false, false),
    ] {
        let who = actor(10, role, scope);
        let problem = |reporter, holds| authorise(&who, Action::ReadProblem { reporter: PersonId(id(reporter)), holds, place: PLACE }).is_ok();
        assert_eq!(authorise(&who, Action::Promise { place: PLACE }).is_ok(), promises, "{role} {scope:?}");
        assert_eq!(authorise(&who, Action::AnswerProblem { place: PLACE }).is_ok(), promises, "{role} {scope:?}");
        assert_eq!(authorise(&who, Action::SetBenchmark { sector: PLACE.sector }).is_ok(), expects, "{role} {scope:?}");
        assert_eq!(authorise(&who, Action::KeepQualityAudit { sector: PLACE.sector }).is_ok(), expects, "{role} {scope:?}");
        let answers = promises && role != Role::Developer;
        assert_eq!(authorise(&who, Action::AnswerQualityTask { place: PLACE }).is_ok(), answers, "{role} {scope:?}");
        assert_eq!(authorise(&who, Action::DecideQualityTask { place: PLACE }).is_ok(), expects, "{role} {scope:?}");
        let both = Actor { roles: [who.roles.clone(), vec![Held { role: Role::Owner, scope: domain }]].concat(), ..who.clone() };
        assert!(authorise(&both, Action::DecideQualityTask { place: PLACE }).is_err(), "nobody lets themselves off");
        let sees = reads || role == Role::GdoAdministrator;
        assert_eq!(authorise(&who, Action::ReadQualityTask { place: PLACE }).is_ok(), sees, "{role} {scope:?}");
        let announces = authorise(&who, Action::AnnounceFitness { sector: PLACE.sector }).is_ok();
        assert_eq!(announces, expects && role == Role::TcCurator, "{role} {scope:?}");
        assert_eq!(problem(11, false), reads, "{role} {scope:?}");
        assert!(problem(10, false) && problem(11, true), "one's own, and of what one uses");
    }
}

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
        (Action::ReadAuditReport { sector: PLACE.sector }, false),
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
fn reports_of_a_sector_are_for_its_security_officer_and_auditors() {
    for (role, scope, reads) in [
        (Role::Auditor, Scope::Whole, true),
        (Role::TcSecurityOfficer, Scope::Sector(PLACE.sector), true),
        (Role::TcSecurityOfficer, Scope::Sector(SectorId(id(99))), false),
        (Role::TcCurator, Scope::Sector(PLACE.sector), false),
        (Role::GdoAdministrator, Scope::Whole, false),
        (Role::Owner, Scope::Domain(PLACE.domain), false),
    ] {
        assert_eq!(authorise(&actor(10, role, scope), Action::ReadAuditReport { sector: PLACE.sector }).is_ok(), reads, "{role} {scope:?}");
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
fn terms_are_kept_by_their_centre_and_proposed_by_curators() {
    let (own, other) = (Some(PLACE.sector), Some(SectorId(id(99))));
    for (role, scope, keeps, proposes) in [
        (Role::GdoAdministrator, Scope::Whole, [true, false, false], [true, false, false]),
        (Role::TcCurator, Scope::Sector(PLACE.sector), [false, true, false], [true; 3]),
        (Role::TcCurator, Scope::Sector(SectorId(id(99))), [false, false, true], [false, false, true]),
        (Role::Owner, Scope::Domain(PLACE.domain), [false; 3], [false; 3]),
        (Role::Auditor, Scope::Whole, [false; 3], [false; 3]),
    ] {
        let who = actor(10, role, scope);
        let may = |action: fn(Option<SectorId>) -> Action| [None, own, other].map(|sector| authorise(&who, action(sector)).is_ok());
        assert_eq!(may(|sector| Action::KeepTerm { sector }), keeps, "{role} {scope:?}");
        assert_eq!(may(|sector| Action::ProposeTerm { sector, place: PLACE }), proposes, "{role} {scope:?}");
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

#[test]
fn who_reviews_access_and_who_watches() {
    let area = DomainArea { domain: PLACE.domain, sector: PLACE.sector };
    for (role, scope, reads, decides) in [
        (Role::Owner, Scope::Domain(PLACE.domain), true, true),
        (Role::Owner, Scope::Domain(DomainId(id(99))), false, false),
        (Role::Steward, Scope::Domain(PLACE.domain), false, false),
        (Role::ProductOwner, Scope::Product(PLACE.product), false, false),
        (Role::TcSecurityOfficer, Scope::Sector(PLACE.sector), true, false),
        (Role::TcSecurityOfficer, Scope::Sector(SectorId(id(99))), false, false),
        (Role::Auditor, Scope::Whole, true, false),
        (Role::GdoAdministrator, Scope::Whole, true, true),
    ] {
        let who = actor(10, role, scope);
        assert_eq!(authorise(&who, Action::ReadReview { area }).is_ok(), reads, "{role} {scope:?}");
        assert_eq!(authorise(&who, Action::ReviewAccess { domain: PLACE.domain }).is_ok(), decides, "{role} {scope:?}");
        for action in [Action::ManageUnits, Action::ManageRetention] {
            assert_eq!(authorise(&who, action).is_ok(), role == Role::GdoAdministrator, "{role} {scope:?}");
        }
    }
}
