//! An input as the values that rules read, made straight from its fields. Through JSON text it took twice the time of judging: each name of a field
//! was written and read again for every column of every dataset.

use regorus::Value;
use serde::Serialize;
use serde::ser::{
    self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;

thread_local! {
    /// Names of fields and variants: they are few, and each is in thousands of objects.
    static NAMES: RefCell<HashMap<&'static str, Value>> = RefCell::default();
}

fn name(text: &'static str) -> Value {
    NAMES.with_borrow_mut(|names| names.entry(text).or_insert_with(|| Value::from(text)).clone())
}

/// The same value as of the JSON that the input would be stored as.
pub fn values(input: &impl Serialize) -> Result<Value, NoValue> {
    input.serialize(Values)
}

/// What has no value that a rule could read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoValue(String);

impl ser::Error for NoValue {
    fn custom<T: Display>(why: T) -> Self {
        Self(why.to_string())
    }
}

struct Values;

/// Collections on their way.
struct List(Vec<Value>);
struct Fields {
    found: BTreeMap<Value, Value>,
    /// A map's key that waits for its value.
    key: Option<Value>,
}
/// What stands under the name of a variant.
struct Under<T>(&'static str, T);

fn list(length: Option<usize>) -> List {
    List(Vec::with_capacity(length.unwrap_or_default()))
}

const fn fields() -> Fields {
    Fields { found: BTreeMap::new(), key: None }
}

fn under(variant: &'static str, value: Value) -> Value {
    Value::from(BTreeMap::from([(name(variant), value)]))
}

impl ser::Serializer for Values {
    type Ok = Value;
    type Error = NoValue;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = Under<List>;
    type SerializeMap = Fields;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Under<Fields>;

    fn serialize_bool(self, value: bool) -> Result<Value, NoValue> {
        Ok(Value::from(value))
    }
    fn serialize_i8(self, value: i8) -> Result<Value, NoValue> {
        self.serialize_i64(value.into())
    }
    fn serialize_i16(self, value: i16) -> Result<Value, NoValue> {
        self.serialize_i64(value.into())
    }
    fn serialize_i32(self, value: i32) -> Result<Value, NoValue> {
        self.serialize_i64(value.into())
    }
    fn serialize_i64(self, value: i64) -> Result<Value, NoValue> {
        Ok(Value::from(value))
    }
    fn serialize_u8(self, value: u8) -> Result<Value, NoValue> {
        self.serialize_u64(value.into())
    }
    fn serialize_u16(self, value: u16) -> Result<Value, NoValue> {
        self.serialize_u64(value.into())
    }
    fn serialize_u32(self, value: u32) -> Result<Value, NoValue> {
        self.serialize_u64(value.into())
    }
    fn serialize_u64(self, value: u64) -> Result<Value, NoValue> {
        Ok(Value::from(value))
    }
    fn serialize_f32(self, value: f32) -> Result<Value, NoValue> {
        self.serialize_f64(value.into())
    }
    /// What is no number is null, as in JSON.
    fn serialize_f64(self, value: f64) -> Result<Value, NoValue> {
        Ok(Value::from(value))
    }
    fn serialize_char(self, value: char) -> Result<Value, NoValue> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, value: &str) -> Result<Value, NoValue> {
        Ok(Value::String(value.into()))
    }
    fn serialize_bytes(self, value: &[u8]) -> Result<Value, NoValue> {
        Ok(Value::from(value.iter().map(|byte| Value::from(u64::from(*byte))).collect::<Vec<_>>()))
    }
    fn serialize_none(self) -> Result<Value, NoValue> {
        Ok(Value::Null)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, NoValue> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<Value, NoValue> {
        Ok(Value::Null)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, NoValue> {
        Ok(Value::Null)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, NoValue> {
        Ok(name(variant))
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Value, NoValue> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: &'static str, _: u32, variant: &'static str, value: &T) -> Result<Value, NoValue> {
        Ok(under(variant, value.serialize(self)?))
    }
    fn serialize_seq(self, length: Option<usize>) -> Result<List, NoValue> {
        Ok(list(length))
    }
    fn serialize_tuple(self, length: usize) -> Result<List, NoValue> {
        Ok(list(Some(length)))
    }
    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<List, NoValue> {
        Ok(list(Some(length)))
    }
    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, length: usize) -> Result<Under<List>, NoValue> {
        Ok(Under(variant, list(Some(length))))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Fields, NoValue> {
        Ok(fields())
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields, NoValue> {
        Ok(fields())
    }
    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Under<Fields>, NoValue> {
        Ok(Under(variant, fields()))
    }
}

impl List {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoValue> {
        self.0.push(value.serialize(Values)?);
        Ok(())
    }
}

impl Fields {
    fn put<T: Serialize + ?Sized>(&mut self, field: &'static str, value: &T) -> Result<(), NoValue> {
        self.found.insert(name(field), value.serialize(Values)?);
        Ok(())
    }
}

impl SerializeSeq for List {
    type Ok = Value;
    type Error = NoValue;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoValue> {
        self.push(value)
    }
    fn end(self) -> Result<Value, NoValue> {
        Ok(Value::from(self.0))
    }
}

impl SerializeTuple for List {
    type Ok = Value;
    type Error = NoValue;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoValue> {
        self.push(value)
    }
    fn end(self) -> Result<Value, NoValue> {
        Ok(Value::from(self.0))
    }
}

impl SerializeTupleStruct for List {
    type Ok = Value;
    type Error = NoValue;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoValue> {
        self.push(value)
    }
    fn end(self) -> Result<Value, NoValue> {
        Ok(Value::from(self.0))
    }
}

impl SerializeTupleVariant for Under<List> {
    type Ok = Value;
    type Error = NoValue;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoValue> {
        self.1.push(value)
    }
    fn end(self) -> Result<Value, NoValue> {
        Ok(under(self.0, Value::from(self.1.0)))
    }
}

impl SerializeMap for Fields {
    type Ok = Value;
    type Error = NoValue;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NoValue> {
        self.key = Some(key.serialize(Values)?);
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoValue> {
        let key = self.key.take().ok_or_else(|| NoValue("a value stands before its key".to_owned()))?;
        self.found.insert(key, value.serialize(Values)?);
        Ok(())
    }
    fn end(self) -> Result<Value, NoValue> {
        Ok(Value::from(self.found))
    }
}

impl SerializeStruct for Fields {
    type Ok = Value;
    type Error = NoValue;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, field: &'static str, value: &T) -> Result<(), NoValue> {
        self.put(field, value)
    }
    fn end(self) -> Result<Value, NoValue> {
        Ok(Value::from(self.found))
    }
}

impl SerializeStructVariant for Under<Fields> {
    type Ok = Value;
    type Error = NoValue;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, field: &'static str, value: &T) -> Result<(), NoValue> {
        self.1.put(field, value)
    }
    fn end(self) -> Result<Value, NoValue> {
        Ok(under(self.0, Value::from(self.1.found)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Every shape that serde knows.
    #[derive(Serialize)]
    enum Shape {
        Unit,
        One(u8),
        Two(i16, char),
        Named { at: Option<f64>, on: (bool, &'static str) },
    }

    #[test]
    fn every_shape_is_what_its_json_is() {
        let shapes = [
            Shape::Unit,
            Shape::One(7),
            Shape::Two(-3, 'é'),
            Shape::Named { at: Some(1.5), on: (true, "x") },
            Shape::Named { at: None, on: (false, "") },
        ];
        let maps = BTreeMap::from([("b", vec![1.0, 2.5, f64::NAN]), ("a", vec![])]);
        for (value, text) in [
            (values(&shapes).unwrap(), serde_json::to_string(&shapes).unwrap()),
            (values(&maps).unwrap(), serde_json::to_string(&maps).unwrap()),
            (values(&json!({"n": [null, 1, -1, 1e30]})).unwrap(), json!({"n": [null, 1, -1, 1e30]}).to_string()),
            (values(&u64::MAX).unwrap(), u64::MAX.to_string()),
        ] {
            assert_eq!(value, Value::from_json_str(&text).unwrap(), "{text}");
        }
    }
}
