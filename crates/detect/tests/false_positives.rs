//! Columns that a published detector took for personal data. None may be proposed, whatever table they stand in.

use detect::{Column, Detectors};

fn proposals(table: &str, name: &str, values: &[&str]) -> detect::Proposal {
    let values: Vec<Option<&str>> = values.iter().map(|value| Some(*value)).collect();
    Detectors::default().column(&Column::new(table, name, &values))
}

#[test]
fn columns_of_the_published_list_are_not_personal() {
    let areas = ["Ang Mo Kio", "Bedok", "Bishan", "Choa Chu Kang", "Clementi", "Lim Chu Kang", "Marine Parade", "Tampines", "Toa Payoh", "Yishun"];
    let cases: &[(&str, &[&str])] = &[
        ("ACADEMIC_YEAR_CODE", &["123", "124", "201", "202", "203", "204"]),
        ("ACADEMIC_YEAR_CODE", &["2019", "2020", "2021", "2022"]),
        ("scenario", &["SCN-125", "SCN-126", "SCN-127", "SCN-128", "SCN-901"]),
        ("code", &["SCN-125", "SCN-126", "SCN-127", "SCN-128", "SCN-901"]),
        ("browser", &["Safari", "Safari", "Safari", "Safari", "Safari"]),
        ("browser", &["Safari", "Chrome", "Firefox", "Edge", "Opera"]),
        ("bus_stop_code", &["01012", "01013", "01019", "01029", "83139"]),
        ("col_3", &["01012", "01013", "01019", "01029", "83139"]),
        ("batch", &["901231", "150116", "200229", "240405", "071118", "560123"]),
        ("f4", &["901231", "150116", "200229", "240405", "071118", "230928", "181212", "050705"]),
        ("planning_area", &areas),
        ("town", &areas),
        ("name", &areas),
        ("c1", &areas),
        ("blk_no", &["1", "12A", "204", "567D", "123B", "88", "10C"]),
        ("x", &["101A", "12A", "204B", "567D", "123B", "880C", "110C"]),
    ];
    for table in ["data", "planning_areas", "hdb_blocks", "records"] {
        for (name, values) in cases {
            let proposal = proposals(table, name, values);
            assert!(!proposal.pii, "{table}.{name}: {proposal:?}");
            assert!(!proposal.evidence.is_empty());
        }
    }
}

#[test]
fn they_are_not_personal_by_name_alone_either() {
    for name in ["ACADEMIC_YEAR_CODE", "scenario_id", "browser", "bus_stop_code", "start_yymmdd", "planning_area", "town", "blk_no"] {
        assert!(!proposals("records", name, &[]).pii, "{name}");
    }
}
