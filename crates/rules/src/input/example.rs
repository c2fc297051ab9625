//! An invented product, complete: the white paper's bus routes, with its staff.

use super::parts::{
    Agreement, Column, Dataset, InputPort, Lineage, Measurement, OutputPort, People, Product, Request, ServiceLevel, Step, Terms, Time, Upstream,
};
use super::{Input, Ports, SCHEMA_VERSION};
use domain::catalogue::{
    Classification, ColumnType, Distribution, Onward, PersonalCategory, ProductStatus, ProductType, Sensitivity, Sharing, Visibility,
};
use domain::organisation::Role;

pub fn example() -> Input {
    Input {
        schema_version: SCHEMA_VERSION,
        product: product(),
        datasets: vec![routes(), staff()],
        ports: Ports {
            input: vec![InputPort { name: "depot".into(), from: "Depot rostering system".into() }],
            output: vec![OutputPort {
                name: "output-port1".into(),
                kind: "postgres".into(),
                description: Some("Routes and staff, read through views".into()),
                datasets: vec!["routes_dataset".into(), "staff_dataset".into()],
            }],
        },
        lineage: Lineage { known: true, datasets: vec!["routes_dataset".into(), "staff_dataset".into()], upstream: vec![], downstream: 1 },
        service_levels: vec![level("freshness", 2.0, "days", 1.0), level("quality", 98.0, "percent", 99.1)],
        people: People { filled: vec![Role::Owner, Role::Steward, Role::ProductOwner], actor: vec![] },
        agreement: None,
        request: None,
        time: Time { today: "2026-11-20".into() },
    }
}

/// As [`example`], with everything that may be left out, so that every name is there.
pub fn full() -> Input {
    let mut input = example();
    input.agreement = Some(Agreement {
        id: "a".into(),
        agency: "sample-health".into(),
        purpose: "planning".into(),
        legal_basis: Some("law".into()),
        days: 180,
        columns: vec!["routes_dataset.route_no".into()],
        held: false,
    });
    input.request = Some(Request {
        id: "r".into(),
        agency: "sample-health".into(),
        own_agency: false,
        purpose: "planning".into(),
        legal_basis: Some("law".into()),
        explanation_words: 30,
        team_words: 2,
        others_words: 0,
        days: 180,
        columns: vec!["routes_dataset.route_no".into()],
        classification: Classification::OfficialOpen,
        classification_rank: 0,
        personal: false,
        steps: vec![Step { stage: 1, roles: vec![Role::Steward] }],
    });
    input.people.actor = vec![Role::Steward];
    input.lineage.upstream = vec![Upstream {
        address: "sensors.stops-dp".into(),
        classification: Classification::OfficialOpen,
        classification_rank: 0,
        personal: false,
        personal_told: false,
        personal_may_come: false,
    }];
    input
}

fn product() -> Product {
    Product {
        address: "ssot-a.busroutes-dp".into(),
        domain: "ssot-a".into(),
        name: "busroutes-dp".into(),
        sector: "geospatial".into(),
        agency: "sample-transport".into(),
        title: "Bus routes".into(),
        summary: Some("Every bus route with its stops, and the staff who drive it.".into()),
        description: Some("Routes, directions and stops of every public bus service, and the roster of its staff.".into()),
        product_type: ProductType::SourceAligned,
        version: "1.2.0".into(),
        status: ProductStatus::Published,
        visibility: Visibility::Listed,
        tags: vec!["transport".into(), "bus".into()],
        frequency: Some("daily".into()),
        coverage: Some("Whole country".into()),
        coverage_start: Some("2020-01-01".into()),
        coverage_end: Some("2026-12-31".into()),
        updated_on: Some("2026-11-19".into()),
        days_since_update: Some(1),
        classification: Classification::Restricted,
        classification_rank: 2,
        sensitivity: Sensitivity::SensitiveNormal,
        personal: true,
        privacy_policy: true,
        terms: Terms {
            sharing: Sharing::Approval,
            purposes: vec!["planning".into(), "services".into()],
            forbidden: vec!["security".into()],
            distribution: Distribution::None,
            onward: Some(Onward::Nobody),
            retention_days: Some(30),
            longest_days: 365,
        },
    }
}

fn routes() -> Dataset {
    Dataset {
        name: "routes_dataset".into(),
        title: "Routes".into(),
        description: Some("A row for each route and direction.".into()),
        format: Some("table".into()),
        rows: Some(720),
        updated_on: Some("2026-11-19".into()),
        days_since_update: Some(1),
        served_at: vec!["output-port1".into()],
        columns: vec![
            open("route_no", "The number at the front of the bus"),
            open("direction", "1 outward, 2 back"),
            open("bus_stop_code", "Five digits, leading zeros count"),
        ],
    }
}

fn staff() -> Dataset {
    Dataset {
        name: "staff_dataset".into(),
        title: "Staff".into(),
        description: Some("A row for each driver and day.".into()),
        served_at: vec!["output-port1".into()],
        columns: vec![
            personal("staff_no", PersonalCategory::Direct, "pseudonym"),
            personal("nric", PersonalCategory::Direct, "suppress"),
            personal("birth_date", PersonalCategory::Indirect, "date-to"),
            open("depot", "Where the day begins"),
        ],
        ..routes()
    }
}

fn open(name: &str, description: &str) -> Column {
    Column {
        name: name.into(),
        column_type: ColumnType::Text,
        description: Some(description.into()),
        nullable: false,
        key: name == "route_no",
        classification: Classification::OfficialOpen,
        classification_rank: 0,
        sensitivity: Sensitivity::NonSensitive,
        personal: PersonalCategory::None,
        classified: true,
        term: Some(name.replace('_', "-")),
        technique: None,
    }
}

fn personal(name: &str, personal: PersonalCategory, technique: &str) -> Column {
    Column {
        classification: Classification::Restricted,
        classification_rank: 2,
        sensitivity: Sensitivity::SensitiveNormal,
        personal,
        technique: Some(technique.into()),
        ..open(name, "About one member of staff")
    }
}

fn level(dimension: &str, target: f64, unit: &str, value: f64) -> ServiceLevel {
    ServiceLevel {
        dimension: dimension.into(),
        objective: format!("{dimension} as promised"),
        target,
        unit: unit.into(),
        window: "30 days".into(),
        measured: Some(Measurement { value, met: true, budget_left: 0.9, days_ago: 1 }),
    }
}
