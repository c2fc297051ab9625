//! Sectors, agencies, domains, people and the roles they hold.

mod holidays;
mod people;
mod purposes;
mod roles;
#[cfg(test)]
mod tests;
mod units;

pub use holidays::{add_holidays, ensure_holiday, holiday_years, holidays_of, remove_holiday};
pub use people::{Arrival, Arrived, PersonView, arrive, by_email, ensure_person, people, set_disabled};
pub use purposes::{PurposeLine, PurposeUse, add_purpose, change_purpose, ensure_purpose, purpose_lines, purposes, set_purpose_retired};
pub use roles::{NewRole, RoleView, end_role, grant_role, needs_first_administrator, roles_in_force, scope_words, scopes};
pub use units::{DomainLine, Unit, UnitKind, UnitProduct, domains, ensure_agency, ensure_domain, ensure_sector, unit, units};
