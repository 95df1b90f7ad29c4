//! Any one of the targets: `AXHUB_FUZZ_TARGET` says which, and `AXHUB_FUZZ_ENGINE` whether the database is `postgres` rather than
//! `sqlite`. See `scripts/fuzz`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| axhub_fuzzing::any(bytes));
