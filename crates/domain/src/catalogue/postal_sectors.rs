//! Which planning areas a postal code is near.
//!
//! Approximate reference data, for finding and not for deciding. The sectors (the first two digits of a postal code), their 28
//! districts and what lies in each are the Urban Redevelopment Authority's list of postal districts. That list knows no
//! planning areas, whose borders are others: the areas given here are those that the sector's neighbourhoods lie in, read
//! generously, so that a sector on a border names the areas on both sides.

use super::place::AreaCode;

/// A sector and its areas' codes. In the order of sectors; there is no sector 74, and none after 82.
const SECTORS: &[(&str, &[&str])] = &[
    // District 1: Raffles Place, Cecil, Marina, People's Park.
    ("01", &["DT", "MS", "SV"]),
    ("02", &["DT"]),
    ("03", &["DT", "ME", "MS"]),
    ("04", &["DT"]),
    ("05", &["OT", "SR"]),
    ("06", &["DT", "OT", "SR"]),
    // District 2: Anson, Tanjong Pagar.
    ("07", &["DT", "SV"]),
    ("08", &["BM", "DT", "OT"]),
    // District 4: Telok Blangah, Harbourfront.
    ("09", &["BM", "SI"]),
    ("10", &["BM"]),
    // District 5: Pasir Panjang, Hong Leong Garden, Clementi New Town.
    ("11", &["CL", "QT"]),
    ("12", &["CL"]),
    ("13", &["CL", "QT"]),
    // District 3: Queenstown, Tiong Bahru.
    ("14", &["BM", "QT"]),
    ("15", &["BM", "QT"]),
    ("16", &["BM", "OT", "SR"]),
    // District 6: High Street, Beach Road (part).
    ("17", &["DT", "MU", "SR"]),
    // District 7: Middle Road, Golden Mile.
    ("18", &["DT", "MU", "RC"]),
    ("19", &["DT", "KL", "RC"]),
    // District 8: Little India.
    ("20", &["KL", "RC"]),
    ("21", &["KL", "NV", "RC"]),
    // District 9: Orchard, Cairnhill, River Valley.
    ("22", &["NT", "OR", "RC"]),
    ("23", &["MU", "OR", "RV", "SR"]),
    // District 10: Ardmore, Bukit Timah, Holland Road, Tanglin.
    ("24", &["OR", "RV", "TN"]),
    ("25", &["BT", "NT", "TN"]),
    ("26", &["BT", "TN"]),
    ("27", &["BT", "QT"]),
    // District 11: Watten Estate, Novena, Thomson.
    ("28", &["BT", "NV"]),
    ("29", &["BT", "NV"]),
    ("30", &["NT", "NV"]),
    // District 12: Balestier, Toa Payoh, Serangoon.
    ("31", &["TP"]),
    ("32", &["KL", "NV", "TP"]),
    ("33", &["KL", "TP"]),
    // District 13: Macpherson, Braddell.
    ("34", &["GL", "SG", "TP"]),
    ("35", &["SG", "TP"]),
    ("36", &["GL", "SG", "TP"]),
    ("37", &["GL"]),
    // District 14: Geylang, Eunos.
    ("38", &["GL"]),
    ("39", &["GL", "KL"]),
    ("40", &["BD", "GL"]),
    ("41", &["BD", "GL"]),
    // District 15: Katong, Joo Chiat, Amber Road.
    ("42", &["BD", "GL", "MP"]),
    ("43", &["GL", "KL", "ME", "MP"]),
    ("44", &["MP"]),
    ("45", &["BD", "MP"]),
    // District 16: Bedok, Upper East Coast, Eastwood, Kew Drive.
    ("46", &["BD"]),
    ("47", &["BD"]),
    ("48", &["BD", "TM"]),
    // District 17: Loyang, Changi.
    ("49", &["CB", "CH", "PR"]),
    ("50", &["CH", "NE", "PR"]),
    // District 18: Tampines, Pasir Ris.
    ("51", &["PR", "TM"]),
    ("52", &["TM"]),
    // District 19: Serangoon Garden, Hougang, Punggol.
    ("53", &["HG", "PL", "SG"]),
    ("54", &["HG", "PG", "SE"]),
    ("55", &["HG", "SG"]),
    // District 20: Bishan, Ang Mo Kio.
    ("56", &["AM"]),
    ("57", &["AM", "BS"]),
    // District 21: Upper Bukit Timah, Clementi Park, Ulu Pandan.
    ("58", &["BK", "BT"]),
    ("59", &["BT", "CL"]),
    // District 22: Jurong.
    ("60", &["JE"]),
    ("61", &["BL", "JE", "JW"]),
    ("62", &["BL", "JW", "PN", "WI"]),
    ("63", &["PN", "TS", "WC"]),
    ("64", &["JW"]),
    // District 23: Hillview, Dairy Farm, Bukit Panjang, Choa Chu Kang.
    ("65", &["BK"]),
    ("66", &["BK", "BP"]),
    ("67", &["BP"]),
    ("68", &["CK"]),
    // District 24: Lim Chu Kang, Tengah.
    ("69", &["LK", "TH", "WC"]),
    ("70", &["LK", "TH", "WC"]),
    ("71", &["LK", "WC"]),
    // District 25: Kranji, Woodgrove.
    ("72", &["MD", "SK"]),
    ("73", &["WD"]),
    // District 27: Yishun, Sembawang.
    ("75", &["SB", "SM"]),
    ("76", &["SM", "YS"]),
    // District 26: Upper Thomson, Springleaf.
    ("77", &["CC", "MD", "YS"]),
    ("78", &["AM", "CC", "MD", "YS"]),
    // District 28: Seletar.
    ("79", &["SE", "SL"]),
    ("80", &["AM", "SE", "SG", "SL"]),
    // District 17 again.
    ("81", &["CH"]),
    // District 19 again.
    ("82", &["PG"]),
];

/// The areas of a postal sector, two digits; none when there is no such sector.
pub fn areas_of_sector(sector: &str) -> Option<Vec<AreaCode>> {
    let (_, codes) = SECTORS.get(SECTORS.binary_search_by(|(known, _)| (*known).cmp(sector)).ok()?)?;
    Some(codes.iter().filter_map(|code| code.parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_sector_is_there_once_with_codes_that_exist() {
        let sectors: Vec<String> = SECTORS.iter().map(|(sector, _)| (*sector).to_owned()).collect();
        let expected: Vec<String> = (1..=82).filter(|number| *number != 74).map(|number| format!("{number:02}")).collect();
        assert_eq!(sectors, expected);
        for (sector, codes) in SECTORS {
            assert_eq!(areas_of_sector(sector).unwrap().len(), codes.len(), "{sector}");
            assert!(!codes.is_empty() && codes.is_sorted_by(|one, next| one < next), "{sector}");
        }
    }

    #[test]
    fn every_area_is_near_some_postal_code() {
        let reached: BTreeSet<AreaCode> = SECTORS.iter().filter_map(|(sector, _)| areas_of_sector(sector)).flatten().collect();
        let forgotten: Vec<_> = AreaCode::all().filter(|area| !reached.contains(area)).map(AreaCode::name).collect();
        assert!(forgotten.is_empty(), "{forgotten:?}");
    }

    #[test]
    fn other_digits_are_no_sector() {
        for wrong in ["00", "74", "83", "99", "5", "", "560"] {
            assert_eq!(areas_of_sector(wrong), None, "{wrong}");
        }
    }
}
