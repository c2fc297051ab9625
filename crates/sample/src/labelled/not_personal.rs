//! Families of columns that are not personal, many of which look as if they were.

use super::Family;
use super::makers::{Make, Way};
use domain::catalogue::PersonalCategory::None as Nobody;

const PLACES: &str = "bus_stops hdb_blocks parks carparks mrt_stations planning_areas";
const FIRMS: &str = "companies registered_entities suppliers licensed_shops";
const FIGURES: &str = "population_by_age_sex monthly_summary enrolment_statistics resale_index quarterly_totals";
const THINGS: &str = "products sensors assets inventory spare_parts";
const NOTHING: &str = "extract_01 t_9 staging_a dump data_final sheet1";
const OPAQUE: &str = "col_4 field7 f12 attr_3 c9 x1 value2 data_1 v3";

pub fn families() -> Vec<Family> {
    let mut all = easy();
    all.extend(hard());
    all
}

fn plain(tables: &'static str, names: &'static str, make: Make) -> Family {
    Family { category: Nobody, hard: false, tables, names, make, missing: 0.05 }
}

fn tricky(tables: &'static str, names: &'static str, make: Make) -> Family {
    Family { hard: true, missing: 0.2, ..plain(tables, names, make) }
}

fn easy() -> Vec<Family> {
    let roads = "Kestrel Road|Jalan Melor|Orchid Grove|Old Quarry Lane|Heron Crescent|Tamarind Ave 4|Upper Quarry Rd";
    vec![
        plain(PLACES, "bus_stop_code stop_id", Make::Form("00000")),
        plain(PLACES, "blk_no block_no", Make::Mixed(70, Box::new(Make::Between(1, 999)), Box::new(Make::Form("n00A")))),
        plain(PLACES, "road_name street", Make::One(roads)),
        plain(PLACES, "town planning_area subzone", Make::One("Bedok|Tampines|Choa Chu Kang|Hougang|Sengkang|Bukit Merah|Toa Payoh")),
        plain(
            PLACES,
            "name station_name description",
            Make::One("Hotel Grand Pacific|Opp Natl Lib|Bras Basah Cplx|Bugis Stn Exit A|Aft Kallang Bridge|Fern Valley Park"),
        ),
        plain(PLACES, "latitude lat", Make::Decimal(1.22, 1.47, 6)),
        plain(PLACES, "longitude lng", Make::Decimal(103.6, 104.0, 6)),
        plain(FIRMS, "uen entity_no", Make::One("53123456X|201912345K|T08GB0012A")),
        plain(
            FIRMS,
            "company_name entity_name name",
            Make::One("Kestrel Logistics Pte Ltd|Tamarind Foods|Heron & Sons Trading|Quarry Engineering LLP|Goh Brothers Construction Pte Ltd"),
        ),
        plain(THINGS, "product_name item_name model", Make::One("Galaxy S21|LED panel 60x60|Hex bolt M8|Thermal camera|Office chair|Steel pipe 2in")),
        plain(THINGS, "sku part_no serial_no", Make::Form("AA-00000")),
        plain(THINGS, "price unit_cost amount", Make::Decimal(1.0, 900.0, 2)),
        plain(THINGS, "status state", Make::One("ACTIVE|PENDING|CLOSED|REJECTED")),
        plain(FIGURES, "count total no_of_cases persons", Make::Between(0, 90000)),
        plain(FIGURES, "year academic_year", Make::Between(1990, 2025)),
        plain(FIGURES, "month quarter", Make::Form("2024-00")),
        plain(NOTHING, "created_at updated_on last_modified", Make::Day(2022, 2026, "Y-M-DT08:15:22Z")),
        plain(NOTHING, "uuid guid checksum etag", Make::Form("hhhhhhhh-hhhh-4hhh-ahhh-hhhhhhhhhhhh")),
        plain(NOTHING, "url link website", Make::Text("https://portal.example/item/{}", Box::new(Make::Between(1, 9999)))),
        plain(NOTHING, "is_active approved flag", Make::One("Y|N")),
        plain("web_sessions events", "browser user_agent os", Make::One("Safari|Chrome|Firefox|Edge|Opera")),
        plain(THINGS, "installed_on warranty_end inspected_on", Make::Day(2012, 2026, "Y-M-D")),
        plain(
            THINGS,
            "remarks notes",
            Make::One("Replaced the pump at Blk 12|Paint peeling on the north side|Waiting for parts from the vendor|Tested, no fault found"),
        ),
        plain(NOTHING, "colour size grade", Make::One("Red|Blue|Green|Black")),
        plain(PLACES, "species tree_name", Make::One("Rain tree|Angsana|Tembusu|Yellow flame|Sea almond")),
    ]
}

fn hard() -> Vec<Family> {
    vec![
        tricky(NOTHING, "col_4 ref_no serial permit_ref asset_code", Make::Wrong("STFG")),
        tricky("invoices orders", "invoice_no tracking_no batch_id ref", Make::NoCard),
        tricky(NOTHING, OPAQUE, Make::NoCard),
        tricky("customs_tariff trade_lines", "hs_code commodity_code", Make::Form("84710000")),
        tricky(NOTHING, "batch run_date f4 c1", Make::Day(2001, 2025, "yMD")),
        tricky("scenarios simulations", "scenario code run_id", Make::Form("SCN-000")),
        tricky(FIGURES, "ACADEMIC_YEAR_CODE fin_year", Make::Form("200")),
        tricky(THINGS, "meter_no account_ref", Make::Up(90_012_345)),
        tricky(NOTHING, "seq row_id record_no", Make::Up(81_000_000)),
        tricky("servers network_devices", "ip ip_address mgmt_ip", Make::Form("10.0.n.1n")),
        tricky("software_releases apps", "version firmware_version", Make::Form("n.0.0.n")),
        tricky(
            FIRMS,
            "email contact_email company_email",
            Make::One("enquiry@kestrel.example|info@heron.example|sales@tamarind.example|feedback@quarry.example|hr@goh.example"),
        ),
        tricky("clinics libraries schools", "tel phone hotline", Make::Form("6000 0000")),
        tricky(PLACES, "postal_code postal", Make::Form("560000")),
        tricky(FIRMS, "address office_address", Make::Address),
        tricky(FIGURES, "sex gender", Make::One("Male|Female|Total")),
        tricky(FIGURES, "age age_group age_band", Make::One("0-4|5-9|10-14|15-19|65 & over|Total")),
        tricky(FIGURES, "median_income avg_salary", Make::Between(2000, 15000)),
        tricky(FIGURES, "race ethnic_group", Make::One("Chinese|Malay|Indian|Others|Total")),
        tricky("campaigns mailings", "email_status email_type is_email_verified", Make::One("sent|bounced|opened|queued")),
        tricky("devices handsets", "phone_model mobile_brand", Make::One("iPhone 12|Pixel 7|Galaxy S21|Moto G")),
        tricky(
            "brands products",
            "brand brand_name product_name",
            Make::One("Jack Daniel|Paul Smith|Tommy Bahama|Hugo Boss|Ella Baker Bakery|Marie Biscuits"),
        ),
        tricky(PLACES, "name station road_name", Make::One("Tan Kah Kee|Lim Ah Pin Road|Chong Pang|Joo Chiat Place|Henry Park|Kent Ridge")),
        tricky(
            "schools",
            "name school_name",
            Make::One("Raffles Institution|Henry Park Primary School|Saint Margaret's School|Tan Siew Primary|Canberra Secondary School"),
        ),
        tricky("ships vessel_calls", "vessel vessel_name", Make::Text("MV {}|{} Star", Box::new(Make::Name(Way::Western)))),
        tricky("storms", "name storm_name", Make::One("Harriet|Tobias|Greta|Imogen|Callum")),
        tricky("appliances", "wattage name_plate_rating address_line_count", Make::Between(5, 4000)),
        tricky("companies", "incorporation_date registration_date", Make::Day(1960, 2024, "Y-M-D")),
        tricky(PLACES, "lease_commence completed_on opened", Make::Day(1960, 2020, "Y-M-D")),
        tricky("transport_fleet buses", "bus_reg_no plate_no", Make::Plate),
        tricky(NOTHING, "hash digest token", Make::Form("hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh")),
        tricky("menu_items dishes", "dish name", Make::One("Chicken rice|Laksa|Mee siam|Kaya toast|Char kway teow|Fish head curry")),
        tricky(
            "faults maintenance_log",
            "remarks description",
            Make::One(
                "Lift 3 at Blk 204 stopped, ref 91234567|Call the hotline 1800 555 0100 for parts|Unit S1234567A replaced, see feedback@quarry.example|Tan Kah Kee exit closed for works",
            ),
        ),
        tricky("employers", "employer_name agency name", Make::One("Ministry of Parks|Housing Board|Water Agency|Department of Statistics")),
    ]
}
