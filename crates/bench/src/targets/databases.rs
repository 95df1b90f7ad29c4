//! The databases that are measured on: small ones, made anew for each round so that they stay small, and large ones,
//! which take long to fill and are kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use axhub_store::Address;
use tokio_postgres::NoTls;
use url::Url;

use super::series::{Data, Engine};
use crate::cli::{DataArgs, load};
use crate::data::Size;
use crate::measure::{Place, Serving, light_runtime};
use crate::server::Program;

/// Where the databases are.
#[derive(Debug)]
pub struct Databases {
    server: Url,
    directory: PathBuf,
    program: Program,
    small: Size,
    large: Size,
}

impl Databases {
    /// On this server of PostgreSQL, and in this directory.
    ///
    /// # Errors
    /// When the server is none, or the directory cannot be made.
    pub fn new(server: &Address, directory: &Path, program: Program, small: Size, large: Size) -> anyhow::Result<Databases> {
        let Address::Postgres(url) = server else { bail!("{server} is no server of PostgreSQL") };
        std::fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        Ok(Databases { server: Url::parse(url).context("the server's URL")?, directory: directory.to_owned(), program, small, large })
    }

    /// A database with just the data, empty of what earlier rounds have added.
    ///
    /// # Errors
    /// The engine's.
    pub fn fresh(&self, engine: Engine, data: Data) -> anyhow::Result<Place> {
        self.remove(engine, data)?;
        self.create(engine, data)?;
        self.filled(engine, data)
    }

    /// The database of last time; a new one when there was none, or when it does not fit.
    ///
    /// # Errors
    /// The engine's.
    pub fn kept(&self, engine: Engine, data: Data) -> anyhow::Result<Place> {
        self.create(engine, data)?;
        match self.filled(engine, data) {
            Ok(place) => Ok(place),
            Err(error) => {
                eprintln!("{engine} {data} is made anew: {error:#}");
                self.fresh(engine, data)
            }
        }
    }

    fn filled(&self, engine: Engine, data: Data) -> anyhow::Result<Place> {
        let size = match data {
            Data::Small => self.small,
            Data::Large => self.large,
        };
        let database = self.address(engine, data);
        let world = load(&DataArgs { database: database.clone(), data: size })?;
        Ok(Place { database, world: Arc::new(world), serving: Serving::Child(self.program.clone()) })
    }

    fn name(data: Data) -> String {
        format!("axhub_bench_{data}")
    }

    fn address(&self, engine: Engine, data: Data) -> Address {
        match engine {
            Engine::Sqlite => Address::Sqlite(self.file(data)),
            Engine::Postgres => {
                let mut url = self.server.clone();
                url.set_path(&Databases::name(data));
                Address::Postgres(url.into())
            }
        }
    }

    fn file(&self, data: Data) -> PathBuf {
        self.directory.join(format!("{}.db", Databases::name(data)))
    }

    fn create(&self, engine: Engine, data: Data) -> anyhow::Result<()> {
        if engine == Engine::Sqlite {
            return Ok(());
        }
        let name = Databases::name(data);
        if self.ask(&format!("SELECT FROM pg_database WHERE datname = '{name}'"))? == 0 {
            self.ask(&format!("CREATE DATABASE {name}"))?;
        }
        Ok(())
    }

    /// Removes a database if there is one.
    ///
    /// # Errors
    /// The engine's.
    pub fn remove(&self, engine: Engine, data: Data) -> anyhow::Result<()> {
        match engine {
            Engine::Postgres => self.ask(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", Databases::name(data))).map(drop),
            Engine::Sqlite => {
                let file = self.file(data).into_os_string();
                for suffix in ["", "-wal", "-shm"] {
                    let mut part = file.clone();
                    part.push(suffix);
                    match std::fs::remove_file(&part) {
                        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                        _ => {}
                    }
                }
                Ok(())
            }
        }
    }

    /// Sends a statement that is no use case of the hub and stands in no transaction; how many rows it has.
    fn ask(&self, statement: &str) -> anyhow::Result<usize> {
        light_runtime()?.block_on(async {
            let (client, connection) = tokio_postgres::connect(self.server.as_str(), NoTls).await.context("cannot reach PostgreSQL")?;
            let connection = tokio::spawn(connection);
            let rows = client.query(statement, &[]).await.with_context(|| statement.to_owned())?.len();
            drop(client);
            connection.await??;
            Ok(rows)
        })
    }
}
