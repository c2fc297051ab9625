//! Where somebody answers and reviews, for lists and counts that ask by it.

use super::ANSWERING_ROLES;
use crate::id::{DomainId, SectorId};
use crate::organisation::{Actor, DomainArea, Role, Scope};

/// Where somebody answers what people look for. Queries that list or count it ask by these, so that a list shows what
/// [`super::authorise`] allows and nothing else.
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

    pub(super) fn covers(&self, area: DomainArea) -> bool {
        self.whole || self.sectors.contains(&area.sector) || self.domains.contains(&area.domain)
    }
}

/// Where somebody sees reviews of access. The list asks by these, so that it shows what [`super::authorise`] allows and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviewing {
    pub whole: bool,
    pub sectors: Vec<SectorId>,
    pub domains: Vec<DomainId>,
}

impl Reviewing {
    pub fn of(actor: &Actor) -> Self {
        let mut found = Self::default();
        for held in &actor.roles {
            match (held.role, held.scope) {
                (Role::GdoAdministrator | Role::Auditor, Scope::Whole) => found.whole = true,
                (Role::TcSecurityOfficer, Scope::Sector(id)) => found.sectors.push(id),
                (Role::Owner, Scope::Domain(id)) => found.domains.push(id),
                _ => {}
            }
        }
        found
    }

    pub(super) fn covers(&self, area: DomainArea) -> bool {
        self.whole || self.sectors.contains(&area.sector) || self.domains.contains(&area.domain)
    }
}
