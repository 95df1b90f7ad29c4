//! Typed parameters and columns of both engines.
//!
//! | here | PostgreSQL | SQLite |
//! |---|---|---|
//! | `Uuid`, ids | `uuid` | 16-byte blob |
//! | `Timestamp` | `timestamptz` | microseconds since 1970, UTC |
//! | `Date`, `Time` | `date`, `time` | ISO text |
//! | `Money`, `i64` | `bigint` | integer |
//! | JSON | `jsonb` | text |

use std::error::Error as StdError;

use axhub_domain::ids::{
    AnswerId, AuditId, ChannelId, ChannelOrderId, EventId, KeyId, OptionId, OrderId, PoolId, ProductId, QuestionId, RegistrationId,
    ReviewId, RuleId, StockId, SupplierId, TicketId,
};
use axhub_domain::money::{Currency, Money};
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::{Confirmation, OptionKind, ProductKind};
use axhub_domain::reply::NoReply;
use axhub_domain::state::{OrderStatus, TicketStatus};
use bytes::BytesMut;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use rusqlite::types::Value as SqliteValue;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::error::{Error, Result};

/// A parameter of a statement.
#[derive(Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    Uuid(Uuid),
    Instant(Timestamp),
    Date(Date),
    Time(Time),
    Json(serde_json::Value),
    Bytes(Vec<u8>),
    List(Vec<Value>),
}

impl std::fmt::Debug for Value {
    /// Numbers and ids as they are; of texts and documents, which may be about people, only that they are there.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Bool(v) => write!(f, "{v}"),
            Value::Int(v) => write!(f, "{v}"),
            Value::Uuid(v) => write!(f, "{v}"),
            Value::Instant(v) => write!(f, "{v}"),
            Value::Date(v) => write!(f, "{v}"),
            Value::Time(v) => write!(f, "{v}"),
            Value::Text(v) => write!(f, "Text({} bytes)", v.len()),
            Value::Json(_) => f.write_str("Json(…)"),
            Value::Bytes(v) => write!(f, "Bytes({})", v.len()),
            Value::List(v) => f.debug_list().entries(v).finish(),
        }
    }
}

/// What can be a parameter.
pub trait ToValue {
    /// It as a parameter.
    fn to_value(&self) -> Value;
}

/// The parameters of a statement, in the order of their numbers.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$($crate::engine::ToValue::to_value(&$value)),*] };
}

macro_rules! to_value {
    ($($type:ty => |$value:ident| $make:expr;)*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value {
                let $value = self;
                $make
            }
        }
    )*};
}

to_value! {
    bool => |v| Value::Bool(*v);
    i64 => |v| Value::Int(*v);
    u32 => |v| Value::Int(i64::from(*v));
    str => |v| Value::Text(v.to_owned());
    String => |v| Value::Text(v.clone());
    Uuid => |v| Value::Uuid(*v);
    Timestamp => |v| Value::Instant(*v);
    Date => |v| Value::Date(*v);
    Time => |v| Value::Time(*v);
    serde_json::Value => |v| Value::Json(v.clone());
    serde_json::Map<String, serde_json::Value> => |v| Value::Json(serde_json::Value::Object(v.clone()));
    [u8; 32] => |v| Value::Bytes(v.to_vec());
    Money => |v| Value::Int(v.parts());
    Currency => |v| Value::Text(v.code().to_owned());
    Value => |v| v.clone();
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl<T: ToValue> ToValue for [T] {
    fn to_value(&self) -> Value {
        Value::List(self.iter().map(ToValue::to_value).collect())
    }
}

impl<T: ToValue> ToValue for Vec<T> {
    fn to_value(&self) -> Value {
        self.as_slice().to_value()
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Bool(v) => v.to_sql_checked(ty, out),
            Value::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Value::Int(v) if *ty == Type::INT2 => i16::try_from(*v)?.to_sql(ty, out),
            Value::Int(v) => v.to_sql_checked(ty, out),
            Value::Text(v) => v.to_sql_checked(ty, out),
            Value::Uuid(v) => v.to_sql_checked(ty, out),
            Value::Instant(v) => v.to_sql_checked(ty, out),
            Value::Date(v) => v.to_sql_checked(ty, out),
            Value::Time(v) => v.to_sql_checked(ty, out),
            Value::Json(v) => v.to_sql_checked(ty, out),
            Value::Bytes(v) => v.to_sql_checked(ty, out),
            Value::List(v) => v.to_sql_checked(ty, out),
        }
    }

    /// What a value is, and so where it fits, is known only when it is written.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The parameter as SQLite keeps it.
pub(crate) fn to_sqlite(value: &Value) -> SqliteValue {
    match value {
        Value::Null | Value::List(_) => SqliteValue::Null,
        Value::Bool(v) => SqliteValue::Integer(i64::from(*v)),
        Value::Int(v) => SqliteValue::Integer(*v),
        Value::Text(v) => SqliteValue::Text(v.clone()),
        Value::Uuid(v) => SqliteValue::Blob(v.as_bytes().to_vec()),
        Value::Instant(v) => SqliteValue::Integer(v.as_microsecond()),
        Value::Date(v) => SqliteValue::Text(v.to_string()),
        Value::Time(v) => SqliteValue::Text(v.to_string()),
        Value::Json(v) => SqliteValue::Text(v.to_string()),
        Value::Bytes(v) => SqliteValue::Blob(v.clone()),
    }
}

/// A row of an answer.
pub struct Row(pub(super) RowOf);

impl std::fmt::Debug for Row {
    /// Without the contents, which may be about people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Row(…)")
    }
}

pub(super) enum RowOf {
    Postgres(tokio_postgres::Row),
    Sqlite(Vec<SqliteValue>),
}

impl Row {
    /// The column at `index`, from 0.
    ///
    /// # Errors
    /// When there is no such column or it holds something else.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        match &self.0 {
            RowOf::Postgres(row) => {
                let value = row.try_get::<_, T::Postgres>(index).map_err(|error| Error::Database(error.to_string()))?;
                T::from_postgres(value)
            }
            RowOf::Sqlite(row) => {
                let value = row.get(index).ok_or_else(|| Error::Database(format!("there is no column {index}")))?;
                T::from_sqlite(value)
            }
        }
    }

    /// Reads the columns one after another.
    pub fn reader(&self) -> Reader<'_> {
        Reader { row: self, next: 0 }
    }

    /// The number at `index`.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn int(&self, index: usize) -> Result<i64> {
        self.get(index)
    }
}

/// Reads the columns of a row from left to right.
#[derive(Debug)]
pub struct Reader<'a> {
    row: &'a Row,
    next: usize,
}

impl Reader<'_> {
    /// The next column.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn take<T: Column>(&mut self) -> Result<T> {
        self.next += 1;
        self.row.get(self.next - 1)
    }
}

/// What a column can be read as.
pub trait Column: Sized {
    /// What PostgreSQL's driver gives.
    type Postgres: for<'a> FromSql<'a>;

    /// From what PostgreSQL's driver gives.
    ///
    /// # Errors
    /// When the stored value makes no sense.
    fn from_postgres(value: Self::Postgres) -> Result<Self>;

    /// From what SQLite keeps.
    ///
    /// # Errors
    /// When the stored value makes no sense.
    fn from_sqlite(value: &SqliteValue) -> Result<Self>;
}

impl<T: Column> Column for Option<T> {
    type Postgres = Option<T::Postgres>;

    fn from_postgres(value: Self::Postgres) -> Result<Self> {
        value.map(T::from_postgres).transpose()
    }

    fn from_sqlite(value: &SqliteValue) -> Result<Self> {
        match value {
            SqliteValue::Null => Ok(None),
            value => T::from_sqlite(value).map(Some),
        }
    }
}

fn unexpected<T>(wanted: &str) -> Result<T> {
    Err(Error::Database(format!("a stored value is no {wanted}")))
}

/// `Timestamp::from_microsecond` without its gap: it refuses the last second that a `Timestamp` can be.
fn from_micros(micros: i64) -> Option<Timestamp> {
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1_000).ok()?;
    Timestamp::new(micros.div_euclid(1_000_000), nanos).ok()
}

macro_rules! column {
    ($($type:ty, $name:literal, $pattern:pat => $make:expr;)*) => {$(
        impl Column for $type {
            type Postgres = $type;

            fn from_postgres(value: $type) -> Result<Self> {
                Ok(value)
            }

            fn from_sqlite(value: &SqliteValue) -> Result<Self> {
                match value {
                    $pattern => $make.map_or_else(|| unexpected($name), Ok),
                    _ => unexpected($name),
                }
            }
        }
    )*};
}

column! {
    bool, "truth value", SqliteValue::Integer(v) => Some(*v != 0);
    i64, "number", SqliteValue::Integer(v) => Some(*v);
    String, "text", SqliteValue::Text(v) => Some(v.clone());
    Uuid, "uuid", SqliteValue::Blob(v) => Uuid::from_slice(v).ok();
    Timestamp, "instant", SqliteValue::Integer(v) => from_micros(*v);
    Date, "date", SqliteValue::Text(v) => v.parse().ok();
    Time, "time", SqliteValue::Text(v) => v.parse().ok();
    serde_json::Value, "json", SqliteValue::Text(v) => serde_json::from_str(v).ok();
    Vec<u8>, "bytes", SqliteValue::Blob(v) => Some(v.clone());
}

macro_rules! column_via {
    ($($type:ty, $via:ty, $name:literal, |$value:ident| $make:expr;)*) => {$(
        impl Column for $type {
            type Postgres = <$via as Column>::Postgres;

            fn from_postgres(value: Self::Postgres) -> Result<Self> {
                let $value = <$via as Column>::from_postgres(value)?;
                $make.map_or_else(|| unexpected($name), Ok)
            }

            fn from_sqlite(value: &SqliteValue) -> Result<Self> {
                let $value = <$via as Column>::from_sqlite(value)?;
                $make.map_or_else(|| unexpected($name), Ok)
            }
        }
    )*};
}

column_via! {
    u32, i64, "small number", |v| u32::try_from(v).ok();
    Money, i64, "amount", |v| Some(Money::from_parts(v));
    Currency, String, "currency", |v| Currency::from_code(&v);
    [u8; 32], Vec<u8>, "hash", |v| <[u8; 32]>::try_from(v).ok();
    serde_json::Map<String, serde_json::Value>, serde_json::Value, "json object", |v| match v {
        serde_json::Value::Object(map) => Some(map),
        _ => None,
    };
}

macro_rules! id_columns {
    ($($id:ident),*) => {$(
        to_value! { $id => |v| Value::Uuid(v.0); }
        column_via! { $id, Uuid, "id", |v| Some($id(v)); }
    )*};
}

to_value! {
    ProductKind => |v| Value::Text(v.as_str().to_owned());
    Confirmation => |v| Value::Text(v.as_str().to_owned());
    OptionKind => |v| Value::Text(v.as_str().to_owned());
    NoReply => |v| Value::Text(v.as_str().to_owned());
    OrderStatus => |v| Value::Int(i64::from(v.digit()));
    TicketStatus => |v| Value::Int(i64::from(v.digit()));
    MarkUp => |v| Value::Int(v.0);
}

column_via! {
    ProductKind, String, "kind of product", |v| ProductKind::from_word(&v);
    Confirmation, String, "confirmation", |v| Confirmation::from_word(&v);
    OptionKind, String, "kind of option", |v| OptionKind::from_word(&v);
    NoReply, String, "outcome", |v| NoReply::from_word(&v);
    OrderStatus, i64, "state of an order", |v| OrderStatus::from_digit(v);
    TicketStatus, i64, "state of a ticket", |v| TicketStatus::from_digit(v);
    MarkUp, i64, "mark-up", |v| Some(MarkUp(v));
}

id_columns!(
    AnswerId,
    AuditId,
    ChannelId,
    ChannelOrderId,
    EventId,
    KeyId,
    OptionId,
    OrderId,
    PoolId,
    ProductId,
    QuestionId,
    RegistrationId,
    ReviewId,
    RuleId,
    StockId,
    SupplierId,
    TicketId
);
