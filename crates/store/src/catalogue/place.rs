//! The place that a product covers, between the domain's type and its three columns.

use crate::{Result, StoreError};
use domain::catalogue::{AreaCode, BoundingBox, SpatialCoverage};

/// `place_whole`, `place_areas` and `place_box`, of which at most one says something.
#[derive(Debug, Default)]
pub struct PlaceColumns {
    pub whole: bool,
    pub areas: Vec<String>,
    pub bounds: Option<Vec<f64>>,
}

impl From<Option<&SpatialCoverage>> for PlaceColumns {
    fn from(place: Option<&SpatialCoverage>) -> Self {
        match place {
            None => Self::default(),
            Some(SpatialCoverage::Whole) => Self { whole: true, ..Self::default() },
            Some(SpatialCoverage::Areas(codes)) => Self { areas: codes.iter().map(ToString::to_string).collect(), ..Self::default() },
            Some(SpatialCoverage::Box(bounds)) => Self { bounds: Some(<[f64; 4]>::from(*bounds).to_vec()), ..Self::default() },
        }
    }
}

impl PlaceColumns {
    /// Back again; none when nothing was said.
    pub fn coverage(self) -> Result<Option<SpatialCoverage>> {
        if self.whole {
            return Ok(Some(SpatialCoverage::Whole));
        }
        if let Some(numbers) = self.bounds {
            return Ok(Some(SpatialCoverage::Box(stored_box(numbers)?)));
        }
        let codes = self.areas.iter().map(|code| code.parse()).collect::<std::result::Result<Vec<AreaCode>, _>>()?;
        Ok((!codes.is_empty()).then_some(SpatialCoverage::Areas(codes)))
    }
}

/// A box that the record holds; the schema's checks make a refusal unlikely.
pub fn stored_box(numbers: Vec<f64>) -> Result<BoundingBox> {
    let corners: [f64; 4] = numbers.try_into().map_err(|_| StoreError::Conflict("a stored box has not four numbers".into()))?;
    BoundingBox::try_from(corners).map_err(|reason| StoreError::Conflict(format!("a stored box cannot be read: {reason}")))
}
