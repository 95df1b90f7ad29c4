//! Values between PostgreSQL's wire and SQLite's rows: the same as when the hub itself reads and writes them.

use std::error::Error as StdError;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use rusqlite::types::Value as SqliteValue;
use serde_json::Value as Json;
use tokio_postgres::types::{FromSql, Type};
use uuid::Uuid;

use crate::engine::{Column, Value, to_sqlite};
use crate::error::{Error, Result};

/// A value from PostgreSQL, as SQLite keeps it.
pub(super) struct FromWire(pub(super) SqliteValue);

impl<'a> FromSql<'a> for FromWire {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> std::result::Result<Self, Box<dyn StdError + Sync + Send>> {
        let value = match *ty {
            Type::TEXT => return Ok(FromWire(SqliteValue::Text(String::from_sql(ty, raw)?))),
            Type::BYTEA => return Ok(FromWire(SqliteValue::Blob(raw.to_vec()))),
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::UUID => Value::Uuid(Uuid::from_sql(ty, raw)?),
            Type::TIMESTAMPTZ => Value::Instant(Timestamp::from_sql(ty, raw)?),
            Type::DATE => Value::Date(Date::from_sql(ty, raw)?),
            Type::TIME => Value::Time(Time::from_sql(ty, raw)?),
            Type::JSONB => Value::Json(Json::from_sql(ty, raw)?),
            _ => return Err(format!("no column of axhub is of the type {ty}").into()),
        };
        Ok(FromWire(to_sqlite(&value)))
    }

    fn from_sql_null(_: &Type) -> std::result::Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(FromWire(SqliteValue::Null))
    }

    /// What a type means is known only when a value is read.
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A value from SQLite, as a parameter of this type.
pub(super) fn to_wire(value: SqliteValue, ty: &Type) -> Result<Value> {
    Ok(match (value, ty) {
        (SqliteValue::Null, _) => Value::Null,
        (SqliteValue::Text(text), &Type::TEXT) => Value::Text(text),
        (SqliteValue::Blob(bytes), &Type::BYTEA) => Value::Bytes(bytes),
        (value, &Type::BOOL) => Value::Bool(bool::from_sqlite(&value)?),
        (value, &Type::INT8) => Value::Int(i64::from_sqlite(&value)?),
        (value, &Type::UUID) => Value::Uuid(Uuid::from_sqlite(&value)?),
        (value, &Type::TIMESTAMPTZ) => Value::Instant(Timestamp::from_sqlite(&value)?),
        (value, &Type::DATE) => Value::Date(Date::from_sqlite(&value)?),
        (value, &Type::TIME) => Value::Time(Time::from_sqlite(&value)?),
        (value, &Type::JSONB) => Value::Json(Json::from_sqlite(&value)?),
        (_, ty) => return Err(Error::Database(format!("a stored value is no {ty}"))),
    })
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use tokio_postgres::types::ToSql;

    use super::*;

    fn there_and_back(value: &SqliteValue, ty: &Type) -> SqliteValue {
        let mut wire = BytesMut::new();
        to_wire(value.clone(), ty).unwrap().to_sql(ty, &mut wire).unwrap();
        FromWire::from_sql(ty, &wire).unwrap().0
    }

    #[test]
    fn every_type_comes_back_as_it_went() {
        let text = |text: &str| SqliteValue::Text(text.to_owned());
        for (ty, values) in [
            (Type::BOOL, vec![SqliteValue::Integer(0), SqliteValue::Integer(1)]),
            (Type::INT8, [i64::MIN, -1, 0, i64::MAX].map(SqliteValue::Integer).to_vec()),
            (Type::TEXT, vec![text(""), text("\\N"), text("한옥 🏯\t\"'\n"), text("\u{feff}e\u{301}")]),
            (Type::BYTEA, vec![SqliteValue::Blob(vec![]), SqliteValue::Blob((0..=255).collect())]),
            (Type::UUID, vec![SqliteValue::Blob(vec![0; 16]), SqliteValue::Blob(vec![255; 16])]),
            (Type::TIMESTAMPTZ, [-62_135_596_800_000_000, -1, 0, 253_402_207_199_999_999].map(SqliteValue::Integer).to_vec()),
            (Type::DATE, vec![text("0001-01-01"), text("1969-12-31"), text("2028-02-29"), text("9999-12-31")]),
            (Type::TIME, vec![text("00:00:00"), text("09:30:00"), text("23:59:59.999999")]),
            (Type::JSONB, vec![text("null"), text("{\"a\":[1,\"\\u0001\",12345678901234567890.5]}"), text("\"한\"")]),
        ] {
            for value in values {
                assert_eq!(there_and_back(&value, &ty), value, "{ty}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (value, ty) in [
            (SqliteValue::Integer(1), Type::TEXT),
            (SqliteValue::Text("x".to_owned()), Type::INT8),
            (SqliteValue::Text("2026-02-30".to_owned()), Type::DATE),
            (SqliteValue::Text("{".to_owned()), Type::JSONB),
            (SqliteValue::Blob(vec![1]), Type::UUID),
            (SqliteValue::Real(1.0), Type::INT8),
            (SqliteValue::Integer(1), Type::NUMERIC),
        ] {
            assert!(to_wire(value.clone(), &ty).is_err(), "{value:?} as {ty}");
        }
        assert!(FromWire::from_sql(&Type::INT4, &[0, 0, 0, 1]).is_err());
        assert!(matches!(FromWire::from_sql_null(&Type::INT8), Ok(FromWire(SqliteValue::Null))));
        assert!(matches!(to_wire(SqliteValue::Null, &Type::NUMERIC), Ok(Value::Null)));
    }
}
