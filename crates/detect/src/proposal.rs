//! What is proposed for a column, and the evidence a person needs to agree or not.

use domain::catalogue::PersonalCategory;
use domain::text_enum;

text_enum! {
    /// What a column holds, as far as persons are concerned.
    Kind, "kind of personal data" {
        Nric = "nric", "NRIC or FIN";
        NationalId = "national-id", "Identity number of another country";
        Passport = "passport", "Passport number";
        PersonName = "person-name", "Name of a person";
        Phone = "phone", "Phone number";
        Email = "email", "E-mail address";
        Card = "card", "Payment card";
        BankAccount = "bank-account", "Bank account";
        StaffNumber = "staff-number", "Staff number";
        PersonNumber = "person-number", "Number given to a person";
        FreeText = "free-text", "Free text that names persons";
        Login = "login", "Name of an account";
        BirthDate = "birth-date", "Date of birth";
        Address = "address", "Address";
        PostalCode = "postal-code", "Postal code";
        Vehicle = "vehicle", "Vehicle number";
        IpAddress = "ip-address", "IP address";
        Device = "device", "Device of a person";
        Whereabouts = "whereabouts", "Where a person is";
        Attribute = "attribute", "Trait of a person";
        Health = "health", "Health of a person";
        Belief = "belief", "Belief or conviction";
        Income = "income", "Income of a person";
        Custom = "custom", "Found by a detector of the domain";
    }
}

impl Kind {
    /// The category it falls in when a detector does not say another, after the guide to basic anonymisation of the PDPC:
    /// what names one person alone is direct, what does so together with other columns is indirect.
    pub const fn category(self) -> PersonalCategory {
        match self {
            Self::BirthDate
            | Self::Address
            | Self::PostalCode
            | Self::Vehicle
            | Self::IpAddress
            | Self::Device
            | Self::Whereabouts
            | Self::Attribute
            | Self::Custom => PersonalCategory::Indirect,
            Self::Health | Self::Belief | Self::Income => PersonalCategory::Sensitive,
            _ => PersonalCategory::Direct,
        }
    }
}

text_enum! {
    /// What a piece of evidence was drawn from.
    Basis, "basis of evidence" {
        Name = "name", "the column's name";
        Table = "table", "the table's name";
        Type = "type", "the column's type";
        Term = "term", "the glossary term";
        Values = "values", "the values";
        Neighbours = "neighbours", "the table's other columns";
    }
}

/// One reason for or against.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Evidence {
    /// Which detector: the word of a [`Kind`], the name of a domain's own, or what spoke against.
    pub detector: String,
    pub basis: Basis,
    /// Whether it speaks for personal data.
    pub speaks_for: bool,
    /// So many of so many values; nought of nought when no value was looked at.
    pub matched: usize,
    pub of: usize,
    /// Up to three values, masked. Never a raw one.
    pub examples: Vec<String>,
    /// One plain sentence.
    pub note: String,
}

/// What is proposed for one column. It is a proposal: a person decides.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Proposal {
    pub pii: bool,
    pub category: PersonalCategory,
    /// What was found; none when the column is not personal.
    pub kind: Option<Kind>,
    /// From 0.5, a toss of a coin, to 1: how sure this answer is, whichever it is.
    pub confidence: f64,
    /// The strongest first. Never empty.
    pub evidence: Vec<Evidence>,
}
