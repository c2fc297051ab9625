use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn facts() -> Facts {
    Facts {
        sharing: Sharing::Approval,
        classification: Some(Classification::Confidential),
        personal: false,
        agency: Agency::Other,
        purpose: "planning".into(),
    }
}

fn rule(title: &str, applies: &str, asks: &str) -> ApprovalRule {
    ApprovalRule {
        code: title.to_lowercase(),
        title: title.into(),
        applies: serde_json::from_str(applies).unwrap(),
        asks: serde_json::from_str(asks).unwrap(),
    }
}

fn shown(route: &Route) -> Vec<(u8, Vec<Role>)> {
    match route {
        Route::Automatic { .. } => vec![],
        Route::Steps(steps) => steps.iter().map(|step| (step.stage, step.roles.clone())).collect(),
    }
}

#[test]
fn rules_add_up() {
    let rules = [
        rule("Open", r#"{"sharing": ["open"]}"#, r#"{"automatic": true}"#),
        rule("Domain", r#"{"sharing": ["approval"]}"#, r#"{"steps": [{"stage": 1, "roles": ["steward", "owner"]}]}"#),
        rule(
            "Confidential",
            r#"{"classification": ["confidential"], "agency": "other"}"#,
            r#"{"steps": [{"stage": 5, "roles": ["owner"]}, {"stage": 5, "roles": ["tc-security-officer"]}, {"stage": 1, "roles": ["owner", "steward"]}]}"#,
        ),
    ];
    let route = compile(&rules, &facts());
    assert_eq!(shown(&route), [(1, vec![Role::Owner, Role::Steward]), (2, vec![Role::Owner]), (2, vec![Role::TcSecurityOfficer])]);
    assert!(matches!(&route, Route::Steps(steps) if steps[0].why == "Domain; Confidential"));
    let own = Facts { agency: Agency::Own, ..facts() };
    assert_eq!(shown(&compile(&rules, &own)).len(), 1);
    let open = Facts { sharing: Sharing::Open, classification: None, ..facts() };
    assert_eq!(compile(&rules, &open), Route::Automatic { why: "Open".into() });
    let open_and_confidential = Facts { sharing: Sharing::Open, ..facts() };
    assert_eq!(shown(&compile(&rules, &open_and_confidential)).len(), 3, "a step wins over what is automatic");
}

#[test]
fn silence_grants_nothing() {
    assert_eq!(shown(&compile(&[], &Facts { sharing: Sharing::Open, ..facts() })), [(1, vec![Role::Steward, Role::Owner])]);
    assert_eq!(outcome(&[]), Outcome::Waiting { stage: 1 });
}

#[test]
fn a_rule_with_an_unknown_word_is_no_rule() {
    assert!(serde_json::from_str::<Applies>(r#"{"sharng": ["open"]}"#).is_err());
    assert!(serde_json::from_str::<Asks>(r#"{"steps": [{"stage": 1, "roles": ["king"]}]}"#).is_err());
}

#[test]
fn somebody_always_stands_above_but_at_the_top() {
    assert_eq!(above(&[Role::Steward]), Some(Role::Owner));
    assert_eq!(above(&[Role::Steward, Role::Owner]), Some(Role::TcSecurityOfficer));
    assert_eq!(above(&[Role::TcSecurityOfficer]), Some(Role::GdoAdministrator));
    assert_eq!(above(&[Role::GdoAdministrator]), None);
    assert_eq!(above(&[Role::TcCurator]), Some(Role::Steward));
}

proptest! {
    #[test]
    fn nothing_is_approved_before_every_step_is(steps in vec((1u8..4, select(StepState::ALL)), 0..6)) {
        let steps: Vec<StepAt> = steps.into_iter().map(|(stage, state)| StepAt { stage, state }).collect();
        match outcome(&steps) {
            Outcome::Approved => prop_assert!(!steps.is_empty() && steps.iter().all(|step| step.state == StepState::Approved)),
            Outcome::Refused => prop_assert!(steps.iter().any(|step| step.state == StepState::Refused)),
            Outcome::Waiting { stage } => {
                prop_assert!(steps.iter().all(|step| step.state != StepState::Refused));
                prop_assert!(steps.iter().filter(|step| step.stage < stage).all(|step| step.state == StepState::Approved));
            }
        }
    }

    #[test]
    fn more_rules_never_ask_for_less(sharing in select(Sharing::ALL), automatic in any::<bool>(), stage in 1u8..4) {
        let facts = Facts { sharing, ..facts() };
        let some = [rule("A", "{}", r#"{"steps": [{"stage": 1, "roles": ["owner"]}]}"#)];
        let more = [some[0].clone(), rule("B", "{}", &format!(r#"{{"automatic": {automatic}, "steps": [{{"stage": {stage}, "roles": ["gdo-administrator"]}}]}}"#))];
        let roles = |route: &Route| shown(route).into_iter().map(|(_, roles)| roles).collect::<Vec<_>>();
        let asked = roles(&compile(&more, &facts));
        prop_assert!(roles(&compile(&some, &facts)).iter().all(|roles| asked.contains(roles)));
    }
}
