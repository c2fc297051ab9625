//! Words for what keeps an agreement from being used for a while, and for what was found at a port that nobody agreed to.

use crate::text_enum;

text_enum! {
    /// Why an agreement is held. It goes on when its last hold is lifted.
    HoldKind, "kind of hold" {
        Suspended = "suspended", "Suspended";
        Terms = "terms", "New terms are not accepted yet";
        Standard = "standard", "A standard is not met";
        PersonalData = "personal-data", "Personal data comes in without a policy";
    }
}

text_enum! {
    /// What all agreements of can be suspended at once.
    SubjectKind, "subject" {
        Person = "person", "Person";
        Agency = "agency", "Agency";
        Product = "product", "Product";
    }
}

text_enum! {
    DriftState, "state of a finding" {
        Open = "open", "Still open";
        Repaired = "repaired", "Repaired";
    }
}

text_enum! {
    /// What differs at a source from what was agreed.
    DriftKind, "kind of finding" {
        RoleMissing = "role.missing", "The role is missing";
        RoleStray = "role.stray", "A role without an agreement";
        RoleLogin = "role.login", "Who may log in";
        RoleUntil = "role.until", "Until when the role holds";
        RoleAttribute = "role.attribute", "An attribute of the role";
        RoleSetting = "role.setting", "A setting of the role";
        RoleMembership = "role.membership", "A membership";
        RolePassword = "role.password", "The role’s password";
        DatabasePrivilege = "database.privilege", "A privilege on the database";
        PrivilegeElsewhere = "privilege.elsewhere", "A privilege on something else";
        SchemaMissing = "schema.missing", "The schema is missing";
        SchemaOwner = "schema.owner", "Who owns the schema";
        SchemaPrivilege = "schema.privilege", "A privilege on the schema";
        ViewMissing = "view.missing", "A view is missing";
        ViewDefinition = "view.definition", "What a view shows";
        ViewOwner = "view.owner", "Who owns a view";
        ViewOption = "view.option", "An option of a view";
        ViewPrivilege = "view.privilege", "A privilege on a view";
        ObjectExtra = "object.extra", "Something that was added";
        OthersPrivilege = "others.privilege", "A privilege of somebody else";
    }
}

/// Why an agreement is held, as its holder reads it: the standards that the product does not meet, each with whom to ask.
pub fn why_stopped(product: &str, standards: &[(String, String, String)]) -> String {
    let named = |(title, owner, contact): &(String, String, String)| format!("“{title}” ({owner}, {contact})");
    let all = standards.iter().map(named).collect::<Vec<_>>().join("; ");
    format!("{product} does not meet a standard: {all}. It serves again once that is mended or waived")
}
