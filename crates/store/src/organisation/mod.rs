//! Sectors, agencies, domains, people and the roles they hold.

mod ends;
mod holidays;
mod keep;
mod people;
mod person;
mod purposes;
mod retire;
mod roles;
#[cfg(test)]
mod tests;
mod units;

pub use domain::organisation::UnitKind;
pub use ends::{change_end, end_due, last_administrator, remind_ending};
pub use holidays::{add_holidays, ensure_holiday, holiday_years, holidays_of, remove_holiday};
pub use keep::{KeptUnit, UnitFault, add_unit, change_unit, kept_unit, kept_units};
pub use people::{Arrival, Arrived, PersonView, arrive, by_email, ensure_person, people, set_disabled};
pub use person::{HeldRole, PersonEvent, PersonPage, held_role, person_page, roles_ending, roles_of};
pub use purposes::{PurposeLine, PurposeUse, add_purpose, change_purpose, ensure_purpose, purpose_lines, purposes, set_purpose_retired};
pub use retire::{restore_unit, retire_unit};
pub use roles::{NewRole, RoleView, end_role, grant_role, needs_first_administrator, roles_in_force, scope_words, scopes};
pub use units::{DomainLine, Unit, UnitProduct, domains, ensure_agency, ensure_domain, ensure_sector, unit, units};
