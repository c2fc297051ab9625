//! Postgres's types as Arrow's. A value that has no place in its type is an error, not another value; the two infinities of
//! dates and moments are no values.

use crate::error::PortError;
use arrow_array::ArrayRef;
use arrow_array::builder::{
    BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Float32Builder, Float64Builder, Int16Builder, Int32Builder, Int64Builder,
    StringBuilder, Time64MicrosecondBuilder, TimestampMicrosecondBuilder,
};
use arrow_schema::{DataType, TimeUnit};
use std::sync::Arc;

/// What a column's values become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Boolean,
    Int16,
    Int32,
    Int64,
    Float32,
    /// Also of a numeric without a precision: CSV and JSON lines carry all of its digits.
    Float64,
    Decimal {
        precision: u8,
        scale: i8,
    },
    Date,
    Time,
    /// In no zone.
    Timestamp,
    /// In UTC.
    Moment,
    Binary,
    /// Everything else, as the source writes it.
    Text,
}

/// From the source's first day, 1 January 2000, back to that of Arrow.
const DAYS: i32 = 10_957;
const MICROSECONDS: i64 = 946_684_800_000_000;

const MOST_DIGITS: i32 = 38;

impl Kind {
    /// By the type's name and modifier.
    pub(crate) fn of(name: &str, modifier: i32) -> Self {
        match name {
            "boolean" => Self::Boolean,
            "smallint" => Self::Int16,
            "integer" => Self::Int32,
            "bigint" => Self::Int64,
            "real" => Self::Float32,
            "double precision" => Self::Float64,
            "numeric" if modifier < 4 => Self::Float64,
            "numeric" => {
                let (precision, scale) = ((modifier - 4) >> 16 & 0xffff, (((modifier - 4) & 0x7ff) ^ 1024) - 1024);
                match (u8::try_from(precision), i8::try_from(scale)) {
                    (Ok(digits), Ok(after)) if precision <= MOST_DIGITS && (0..=precision).contains(&scale) => {
                        Self::Decimal { precision: digits, scale: after }
                    }
                    _ => Self::Text,
                }
            }
            "date" => Self::Date,
            "time without time zone" => Self::Time,
            "timestamp without time zone" => Self::Timestamp,
            "timestamp with time zone" => Self::Moment,
            "bytea" => Self::Binary,
            _ => Self::Text,
        }
    }

    /// The type that the source is asked for.
    pub(crate) const fn cast(self) -> &'static str {
        match self {
            Self::Boolean => "bool",
            Self::Int16 => "int2",
            Self::Int32 => "int4",
            Self::Int64 => "int8",
            Self::Float32 => "float4",
            Self::Float64 => "float8",
            Self::Date => "date",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
            Self::Moment => "timestamptz",
            Self::Binary => "bytea",
            Self::Decimal { .. } | Self::Text => "text",
        }
    }

    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Boolean => DataType::Boolean,
            Self::Int16 => DataType::Int16,
            Self::Int32 => DataType::Int32,
            Self::Int64 => DataType::Int64,
            Self::Float32 => DataType::Float32,
            Self::Float64 => DataType::Float64,
            Self::Decimal { precision, scale } => DataType::Decimal128(precision, scale),
            Self::Date => DataType::Date32,
            Self::Time => DataType::Time64(TimeUnit::Microsecond),
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Moment => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Binary => DataType::Binary,
            Self::Text => DataType::Utf8,
        }
    }
}

/// Values of one column until their batch is full.
pub(crate) enum Column {
    Boolean(BooleanBuilder),
    Int16(Int16Builder),
    Int32(Int32Builder),
    Int64(Int64Builder),
    Float32(Float32Builder),
    Float64(Float64Builder),
    Decimal(Decimal128Builder, u8, i8),
    Date(Date32Builder),
    Time(Time64MicrosecondBuilder),
    Timestamp(TimestampMicrosecondBuilder),
    Binary(BinaryBuilder),
    Text(StringBuilder),
}

fn strange(error: impl std::fmt::Display) -> PortError {
    PortError::Source(error.to_string())
}

/// A field that must have exactly so many bytes.
fn exactly<const N: usize>(field: Option<&[u8]>) -> Result<Option<[u8; N]>, PortError> {
    field.map(|bytes| bytes.try_into().map_err(|_| strange("the source sent a value of another length"))).transpose()
}

impl Column {
    pub(crate) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Boolean => Self::Boolean(BooleanBuilder::new()),
            Kind::Int16 => Self::Int16(Int16Builder::new()),
            Kind::Int32 => Self::Int32(Int32Builder::new()),
            Kind::Int64 => Self::Int64(Int64Builder::new()),
            Kind::Float32 => Self::Float32(Float32Builder::new()),
            Kind::Float64 => Self::Float64(Float64Builder::new()),
            Kind::Decimal { precision, scale } => {
                Self::Decimal(Decimal128Builder::new().with_data_type(DataType::Decimal128(precision, scale)), precision, scale)
            }
            Kind::Date => Self::Date(Date32Builder::new()),
            Kind::Time => Self::Time(Time64MicrosecondBuilder::new()),
            Kind::Timestamp | Kind::Moment => Self::Timestamp(TimestampMicrosecondBuilder::new().with_data_type(kind.data_type())),
            Kind::Binary => Self::Binary(BinaryBuilder::new()),
            Kind::Text => Self::Text(StringBuilder::new()),
        }
    }

    /// A value in Postgres's binary form.
    pub(crate) fn append(&mut self, field: Option<&[u8]>) -> Result<(), PortError> {
        match self {
            Self::Boolean(builder) => builder.append_option(exactly::<1>(field)?.map(|[byte]| byte != 0)),
            Self::Int16(builder) => builder.append_option(exactly(field)?.map(i16::from_be_bytes)),
            Self::Int32(builder) => builder.append_option(exactly(field)?.map(i32::from_be_bytes)),
            Self::Int64(builder) => builder.append_option(exactly(field)?.map(i64::from_be_bytes)),
            Self::Float32(builder) => builder.append_option(exactly(field)?.map(f32::from_be_bytes)),
            Self::Float64(builder) => builder.append_option(exactly(field)?.map(f64::from_be_bytes)),
            Self::Decimal(builder, precision, scale) => {
                let text = field.map(std::str::from_utf8).transpose().map_err(strange)?;
                builder.append_option(text.map(|text| decimal(text, *precision, *scale)).transpose()?);
            }
            Self::Date(builder) => {
                let since = exactly(field)?.map(i32::from_be_bytes);
                builder.append_option(since.and_then(|since| since.checked_add(DAYS).filter(|_| since != i32::MIN)));
            }
            Self::Time(builder) => builder.append_option(exactly(field)?.map(i64::from_be_bytes)),
            Self::Timestamp(builder) => {
                let since = exactly(field)?.map(i64::from_be_bytes);
                builder.append_option(since.and_then(|since| since.checked_add(MICROSECONDS).filter(|_| since != i64::MIN)));
            }
            Self::Binary(builder) => builder.append_option(field),
            Self::Text(builder) => builder.append_option(field.map(std::str::from_utf8).transpose().map_err(strange)?),
        }
        Ok(())
    }

    pub(crate) fn finish(&mut self) -> Result<ArrayRef, PortError> {
        Ok(match self {
            Self::Boolean(builder) => Arc::new(builder.finish()),
            Self::Int16(builder) => Arc::new(builder.finish()),
            Self::Int32(builder) => Arc::new(builder.finish()),
            Self::Int64(builder) => Arc::new(builder.finish()),
            Self::Float32(builder) => Arc::new(builder.finish()),
            Self::Float64(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder, precision, scale) => Arc::new(builder.finish().with_precision_and_scale(*precision, *scale).map_err(strange)?),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Time(builder) => Arc::new(builder.finish()),
            Self::Timestamp(builder) => Arc::new(builder.finish()),
            Self::Binary(builder) => Arc::new(builder.finish()),
            Self::Text(builder) => Arc::new(builder.finish()),
        })
    }
}

/// `-12.50` with a scale of two is -1250.
fn decimal(text: &str, precision: u8, scale: i8) -> Result<i128, PortError> {
    let refused = || strange(format!("{text} is no decimal of {precision} digits, {scale} of them behind the point"));
    let (digits, negative) = text.strip_prefix('-').map_or((text, false), |rest| (rest, true));
    let (whole, behind) = digits.split_once('.').unwrap_or((digits, ""));
    let places = usize::try_from(scale).map_err(|_| refused())?;
    if behind.len() > places || whole.is_empty() || !whole.bytes().chain(behind.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(refused());
    }
    let value: i128 = format!("{whole}{behind:0<places$}").parse().map_err(|_| refused())?;
    Ok(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerics_are_as_exact_as_their_type() {
        assert_eq!(Kind::of("numeric", -1), Kind::Float64);
        assert_eq!(Kind::of("numeric", (10 << 16) + 2 + 4), Kind::Decimal { precision: 10, scale: 2 });
        assert_eq!(Kind::of("numeric", (60 << 16) + 2 + 4), Kind::Text, "too long for a decimal");
        assert_eq!(Kind::of("numeric", (3 << 16) + (0x7ff & -2) + 4), Kind::Text, "a negative scale");
        assert_eq!(decimal("-12.5", 10, 2).unwrap(), -1250);
        assert_eq!(decimal("7", 10, 0).unwrap(), 7);
        for wrong in ["NaN", "Infinity", "1.234", "", "-", "1e3"] {
            assert!(decimal(wrong, 10, 2).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_value_of_another_length_is_an_error() {
        assert!(Column::new(Kind::Int32).append(Some(&[0, 1])).is_err());
        assert!(Column::new(Kind::Text).append(Some(&[0xff])).is_err());
        assert!(Column::new(Kind::Date).append(None).is_ok());
    }
}
