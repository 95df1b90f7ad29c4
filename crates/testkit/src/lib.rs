//! Only for tests: a database of either engine per test, a running app, builders of test data.
