//! Families of columns that are personal.

use super::Family;
use super::makers::{Make, Way};
use domain::catalogue::PersonalCategory::{self, Direct, Indirect, Sensitive};

const PERSONS: &str = "patients tbl_applicants EMPLOYEES hr_staff student_master members crm_customers beneficiaries volunteers_2024";
const EVENTS: &str = "bookings claims_2023 case_register intake_forms requests t_0042 extract_final";
const NOTHING: &str = "extract_01 t_9 staging_a dump data_final sheet1";
/// Names that say nothing, and names that say the wrong thing.
const OPAQUE: &str = "col_4 field7 f12 attr_3 c9 x1 value2 data_1 v3";
const WRONG: &str = "product_code status_text batch_ref item_desc category legacy_key";

pub fn families() -> Vec<Family> {
    let mut all = easy();
    all.extend(hard());
    all
}

fn plain(category: PersonalCategory, tables: &'static str, names: &'static str, make: Make) -> Family {
    Family { category, hard: false, tables, names, make, missing: 0.05 }
}

fn tricky(category: PersonalCategory, tables: &'static str, names: &'static str, make: Make) -> Family {
    Family { category, hard: true, tables, names, make, missing: 0.3 }
}

fn boxed(make: Make) -> Box<Make> {
    Box::new(make)
}

fn easy() -> Vec<Family> {
    vec![
        plain(Direct, PERSONS, "nric NRIC_NO uin ic_number applicantNric", Make::Nric("STFG", "PNL")),
        plain(Direct, PERSONS, "fin FIN_NO worker_fin nric_fin", Make::Nric("FGM", "PNL")),
        plain(Direct, PERSONS, "name full_name FullName emp_name applicant_name", Make::Name(Way::Any)),
        plain(Direct, PERSONS, "name guardian_name contact_person next_of_kin", Make::Loud(Way::Any)),
        plain(Direct, EVENTS, "email email_address EMAIL contact_email", Make::Email),
        plain(Direct, PERSONS, "mobile hp_no contact_no tel handphone", Make::Form("9000 0000")),
        plain(
            Direct,
            EVENTS,
            "mobile_number phone PHONE_NO caller_phone",
            Make::Mixed(50, boxed(Make::Form("+65 8000 0000")), boxed(Make::Form("80000000"))),
        ),
        plain(Indirect, PERSONS, "dob date_of_birth birth_date DOB", Make::Day(1940, 2015, "Y-M-D")),
        plain(Indirect, PERSONS, "dob birthdate", Make::Day(1940, 2015, "D/M/Y")),
        plain(Indirect, PERSONS, "address home_address residential_addr mailing_address", Make::Address),
        plain(Indirect, PERSONS, "postal_code home_postal_code postcode", Make::Form("560000")),
        plain(Direct, PERSONS, "passport_no passport travel_doc_no", Make::Form("E9000000A")),
        plain(Direct, "payments donations_2024 card_tokens", "card_no credit_card pan card_number", Make::Card),
        plain(Direct, PERSONS, "bank_account bank_acct_no account_number giro_account", Make::Form("000-00000-0")),
        plain(Indirect, "season_parking vehicle_owners summons", "vehicle_no plate_no car_plate vehicle_reg_no", Make::Plate),
        plain(Indirect, "web_access_log login_history sessions", "ip client_ip ip_address remote_addr", Make::Form("203.0.113.1n")),
        plain(Direct, "hr_staff leave_records duty_roster", "staff_no employee_id officer_no emp_no", Make::Form("E00000")),
        plain(Direct, PERSONS, "student_id patient_no member_id customer_no", Make::Form("M0000000")),
        plain(Indirect, PERSONS, "gender sex", Make::One("M|F")),
        plain(Indirect, PERSONS, "age", Make::Between(7, 93)),
        plain(Indirect, PERSONS, "race nationality marital_status", Make::One("Chinese|Malay|Indian|Eurasian|Others")),
        plain(
            Sensitive,
            PERSONS,
            "diagnosis medical_condition allergies",
            Make::One("Asthma|Type 2 diabetes|Hypertension|Eczema|Migraine|Depression|Penicillin"),
        ),
        plain(Sensitive, PERSONS, "religion", Make::One("Buddhism|Islam|Christianity|Hinduism|None|Taoism")),
        plain(Sensitive, PERSONS, "salary monthly_income gross_salary", Make::Between(1800, 14000)),
        plain(
            Direct,
            EVENTS,
            "remarks case_notes comments",
            Make::Text(
                "Caller {} asked about the form|Resident {} came to the counter, will return|Spoke to {} on the phone, matter closed",
                boxed(Make::Nric("ST", "PNL")),
            ),
        ),
        plain(Direct, PERSONS, "username login_id", Make::Form("aaaaa00")),
    ]
}

fn hard() -> Vec<Family> {
    let fault = "Door at the lobby is stuck|Second reminder sent|Duplicate of an older case|No one was at home, card left";
    vec![
        tricky(Direct, NOTHING, OPAQUE, Make::Nric("STFGM", "PNL")),
        tricky(Direct, "orders assets stock_list", WRONG, Make::Nric("STFG", "PNL")),
        tricky(Direct, NOTHING, "id_no ref nric ident", Make::Nric("STFG", "P N L")),
        tricky(Direct, NOTHING, "id_masked nric ident_no col_2", Make::Nric("STFG", "PXXXXEL")),
        tricky(Direct, PERSONS, "nric_masked nric id_last4", Make::Nric("ST", "*****EL")),
        tricky(Direct, EVENTS, "id_no holder_id", Make::Mixed(35, boxed(Make::Nric("STFG", "PNL")), boxed(Make::Form("200000000A")))),
        tricky(Direct, NOTHING, OPAQUE, Make::Name(Way::Any)),
        tricky(Direct, NOTHING, OPAQUE, Make::Loud(Way::Chinese)),
        tricky(Direct, "orders extract_01 t_9", "remark_type flag_text legacy_key", Make::Name(Way::Malay)),
        tricky(Direct, EVENTS, "nama nom vorname attending_dr approved_by pic", Make::Name(Way::Western)),
        tricky(Direct, EVENTS, "name customer 姓名 contact", Make::Name(Way::Written)),
        tricky(Direct, EVENTS, "handled_by officer assigned_to", Make::Name(Way::Indian)),
        tricky(Direct, NOTHING, OPAQUE, Make::Email),
        tricky(
            Direct,
            "assets orders",
            "asset_tag status_text",
            Make::Mixed(50, boxed(Make::Email), boxed(Make::One("pending|none given|see file"))),
        ),
        tricky(Direct, EVENTS, "contact contact_details", Make::Mixed(50, boxed(Make::Email), boxed(Make::Form("9000 0000")))),
        tricky(Direct, NOTHING, OPAQUE, Make::Form("+65 9000 0000")),
        tricky(Direct, NOTHING, OPAQUE, Make::Mixed(60, boxed(Make::Form("90000000")), boxed(Make::Form("80000000")))),
        tricky(
            Direct,
            EVENTS,
            "telefono tel_no phone_abroad",
            Make::Mixed(50, boxed(Make::Form("+44 7700 900000")), boxed(Make::Form("(415) 555-0100"))),
        ),
        tricky(Indirect, NOTHING, "d1 date2 col_8", Make::Day(1938, 2009, "D-B-Y")),
        tricky(Indirect, PERSONS, "geburtsdatum fecha_nacimiento born_on tarikh_lahir", Make::Day(1950, 2012, "D.M.Y")),
        tricky(Indirect, PERSONS, "dob", Make::Day(1950, 1999, "D/M/y")),
        tricky(Indirect, NOTHING, OPAQUE, Make::Address),
        tricky(
            Indirect,
            PERSONS,
            "adresse direccion",
            Make::Text("Lindenstrasse {}, 10115 Berlin|Calle Mayor {}, 28013 Madrid|{} rue des Lilas, 75020 Paris", boxed(Make::Between(1, 200))),
        ),
        tricky(Direct, NOTHING, OPAQUE, Make::Card),
        tricky(Direct, "payments", "txn_ref memo", Make::Form("4111-11**-****-0000")),
        tricky(Direct, PERSONS, "ssn national_id tax_no", Make::Form("412-n0-n000")),
        tricky(Direct, NOTHING, "col_5 id_1", Make::Day(1950, 2009, "yMD-14-5678")),
        tricky(Indirect, NOTHING, OPAQUE, Make::Plate),
        tricky(
            Direct,
            EVENTS,
            "description note message body",
            Make::Mixed(
                12,
                boxed(Make::Text("Called {} twice, no answer|Informed {} by letter today", boxed(Make::Form("9000 0000")))),
                boxed(Make::One(fault)),
            ),
        ),
        tricky(
            Direct,
            EVENTS,
            "note feedback log_text",
            Make::Mixed(
                25,
                boxed(Make::Text("please write to {} when it is done|forwarded to {} for action", boxed(Make::Email))),
                boxed(Make::One(fault)),
            ),
        ),
        tricky(
            Direct,
            EVENTS,
            "remarks observation",
            Make::Mixed(
                50,
                boxed(Make::Text(
                    "Met Mdm {} at the gate, she will call back|Mr {} complained about the noise again",
                    boxed(Make::Name(Way::Chinese)),
                )),
                boxed(Make::One(fault)),
            ),
        ),
        tricky(Direct, NOTHING, "payload json raw", Make::Text("{\"ref\": 12, \"mail\": \"{}\"}", boxed(Make::Email))),
        tricky(Indirect, "audit events", "src origin_ip seen_from", Make::Form("198.51.1nn.nn")),
    ]
}
