//! The address of a database on the command line and in the environment.

use std::ffi::OsStr;

use axhub_store::Address;
use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};

/// Reads the address of a database. A wrong one is not repeated, as other wrong values are: it may have a password in it.
#[derive(Clone, Debug)]
pub(crate) struct AddressParser;

impl TypedValueParser for AddressParser {
    type Value = Address;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<Address, Error> {
        let read = value.to_str().ok_or_else(|| "it is no UTF-8".to_owned());
        read.and_then(|text| text.parse().map_err(|error: axhub_store::Error| error.to_string())).map_err(|why| {
            let of = argument.map(|argument| format!(" for '{argument}'")).unwrap_or_default();
            command.clone().error(ErrorKind::ValueValidation, format!("invalid value{of}: {why}"))
        })
    }
}
