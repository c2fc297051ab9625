//! Who there is: sectors with their trusted centres, agencies, domains, people and the roles they hold.

mod holiday;
mod purpose;
mod role_end;
mod unit;

pub use holiday::{Holiday, check_holiday, read_holidays};
pub use purpose::{Purpose, PurposeForm, check_purpose};
pub use role_end::{REMIND_BEFORE, check_role_end};
pub use unit::{UnitForm, UnitKind, UnitText, check_unit};

use crate::id::{DomainId, PersonId, ProductId, SectorId};
use crate::text_enum;

text_enum! {
    /// What a person may be, always within a [`Scope`]. Everyone who signs in is an officer without holding a role.
    Role, "role" {
        Owner = "owner", "Data owner";
        Steward = "steward", "Data domain steward";
        ProductOwner = "product-owner", "Product owner";
        Developer = "developer", "Product developer";
        TcCurator = "tc-curator", "TC curator";
        TcSecurityOfficer = "tc-security-officer", "TC security officer";
        GdoAdministrator = "gdo-administrator", "GDO administrator";
        Auditor = "auditor", "Auditor";
    }
}

/// Where a role holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    Whole,
    Sector(SectorId),
    Domain(DomainId),
    Product(ProductId),
}

impl Role {
    /// Whether the role makes sense at such a scope: a steward looks after a domain, an auditor the whole.
    pub const fn fits(self, scope: Scope) -> bool {
        matches!(
            (self, scope),
            (Self::GdoAdministrator | Self::Auditor, Scope::Whole)
                | (Self::TcCurator | Self::TcSecurityOfficer, Scope::Sector(_))
                | (Self::Owner | Self::Steward, Scope::Domain(_))
                | (Self::ProductOwner | Self::Developer, Scope::Product(_))
        )
    }
}

/// A role held now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Held {
    pub role: Role,
    pub scope: Scope,
}

/// The person behind a request, with the roles that the database held when the request began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub person: PersonId,
    pub name: String,
    pub email: String,
    pub agency: Option<String>,
    pub roles: Vec<Held>,
}

/// Where a product stands, for deciding who may act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub product: ProductId,
    pub domain: DomainId,
    pub sector: SectorId,
}

/// Where a domain stands, for deciding who may act for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DomainArea {
    pub domain: DomainId,
    pub sector: SectorId,
}

impl Actor {
    /// Whether any of `roles` is held over the whole of government.
    pub fn is(&self, role: Role) -> bool {
        self.roles.iter().any(|held| held.role == role && held.scope == Scope::Whole)
    }

    /// Whether `role` is held at a scope that covers the product.
    pub fn is_at(&self, role: Role, place: Place) -> bool {
        self.roles.iter().any(|held| {
            held.role == role
                && match held.scope {
                    Scope::Whole => true,
                    Scope::Sector(id) => id == place.sector,
                    Scope::Domain(id) => id == place.domain,
                    Scope::Product(id) => id == place.product,
                }
        })
    }

    /// Up to two letters for the account button.
    pub fn initials(&self) -> String {
        self.name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect()
    }
}
