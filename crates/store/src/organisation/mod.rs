//! Sectors, agencies, domains, people and the roles they hold.

mod people;
mod roles;
#[cfg(test)]
mod tests;
mod units;

pub use people::{Arrival, Arrived, PersonView, arrive, by_email, ensure_person, people, set_disabled};
pub use roles::{NewRole, RoleView, end_role, grant_role, needs_first_administrator, roles_in_force, scopes};
pub use units::{
    DomainLine, Unit, UnitKind, UnitProduct, domains, ensure_agency, ensure_domain, ensure_holiday, ensure_purpose, ensure_sector, purposes, unit,
    units,
};
