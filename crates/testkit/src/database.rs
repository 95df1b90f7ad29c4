//! A database of a test's own.

use std::fmt;

use axhub_store::{Address, Database, Options};
use tempfile::TempDir;

use crate::postgres;

/// Which engine a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in a directory that goes away.
    Sqlite,
    /// A database of the server that `AXHUB_TEST_POSTGRES` names.
    Postgres,
}

/// A database of a test's own, gone when this is dropped.
pub struct TestDatabase {
    engine: Engine,
    address: Address,
    database: Database,
    _home: Home,
}

/// What goes away with a [`TestDatabase`].
enum Home {
    Directory(#[expect(dead_code, reason = "deletes the directory when it is dropped")] TempDir),
    Server(#[expect(dead_code, reason = "gives the database back when it is dropped")] postgres::Place),
}

impl TestDatabase {
    /// A database with the schema and nothing in it.
    pub async fn new(engine: Engine) -> TestDatabase {
        let database = TestDatabase::make(engine, true).await;
        if engine == Engine::Sqlite {
            database.database.migrate().await.unwrap_or_else(|error| panic!("a database cannot be migrated: {error}"));
        }
        database
    }

    /// A database without a schema.
    pub async fn empty(engine: Engine) -> TestDatabase {
        TestDatabase::make(engine, false).await
    }

    async fn make(engine: Engine, with_schema: bool) -> TestDatabase {
        let (address, home) = match engine {
            Engine::Sqlite => {
                let directory = tempfile::tempdir().unwrap_or_else(|error| panic!("no temporary directory: {error}"));
                (Address::Sqlite(directory.path().join("axhub.db")), Home::Directory(directory))
            }
            Engine::Postgres => {
                let place = postgres::Place::take(with_schema).await;
                (Address::Postgres(place.url().to_owned()), Home::Server(place))
            }
        };
        let database = open(&address, Options::default()).await;
        TestDatabase { engine, address, database, _home: home }
    }

    /// Its engine.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Where it is, for programs that are started on it.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// What stands behind `--database` for it, password and all.
    pub fn address_text(&self) -> String {
        match &self.address {
            Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            Address::Postgres(url) => url.clone(),
        }
    }

    /// The way in that everything of this process shares.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Another way in, with connections of its own, as another process has it.
    pub async fn open(&self) -> Database {
        self.open_with(Options::default()).await
    }

    /// The same with other sizes.
    pub async fn open_with(&self, options: Options) -> Database {
        open(&self.address, options).await
    }
}

async fn open(address: &Address, options: Options) -> Database {
    Database::open(address, options).await.unwrap_or_else(|error| panic!("a database cannot be opened: {error}"))
}

impl fmt::Debug for TestDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestDatabase({})", self.address)
    }
}
