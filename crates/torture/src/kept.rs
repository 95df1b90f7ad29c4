//! What a round with findings leaves, so that it can be judged again: the world, the history, and the database.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use axhub_store::{Address, Database, Options, transfer};

use crate::checker::{self, Finding};
use crate::history::{self, History, Record};
use crate::world::World;

const WORLD: &str = "world.json";
const HISTORY: &str = "history.jsonl";
const DATABASE: &str = "axhub.db";

/// A round that was kept.
#[derive(Debug)]
pub struct Kept {
    directory: PathBuf,
    world: World,
    /// What was asked and answered.
    pub records: Vec<Record>,
}

impl Kept {
    /// Keeps the world and the history in a directory.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn save(directory: &Path, world: &World, history: &History) -> anyhow::Result<()> {
        history.save(&directory.join(HISTORY))?;
        Ok(fs::write(directory.join(WORLD), serde_json::to_vec_pretty(world)?)?)
    }

    /// Keeps a copy of the database beside them, whatever engine it is of, unless it is that file.
    ///
    /// # Errors
    /// When it cannot be copied: it is copied into the tables of a sound one.
    pub async fn save_database(directory: &Path, database: &Address) -> anyhow::Result<()> {
        let file = directory.join(DATABASE);
        if !matches!(database, Address::Sqlite(own) if *own == file) {
            transfer::backup(database, &file, true).await?;
        }
        Ok(())
    }

    /// Reads what was kept in a directory.
    ///
    /// # Errors
    /// When a file is missing or makes no sense.
    pub fn load(directory: &Path) -> anyhow::Result<Kept> {
        let world = directory.join(WORLD);
        let text = fs::read(&world).with_context(|| format!("there is no world in {}", world.display()))?;
        let records = history::load(&directory.join(HISTORY))?;
        Ok(Kept { directory: directory.to_owned(), world: serde_json::from_slice(&text)?, records })
    }

    /// Holds the history against this database; against a copy of the one that was kept when it is left out, so that that one
    /// stays as it was found. Positions in the feed that nobody had given then were given when it was first judged.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn judge(&self, database: Option<Address>) -> anyhow::Result<Vec<Finding>> {
        let copied = tempfile::tempdir()?;
        let address = match database {
            Some(database) => database,
            None => Address::Sqlite(self.copy_database(copied.path())?),
        };
        let database = Database::open(&address, Options::default()).await.with_context(|| format!("cannot open {address}"))?;
        checker::check(&self.world, &self.records, &database).await
    }

    fn copy_database(&self, to: &Path) -> anyhow::Result<PathBuf> {
        let file = self.directory.join(DATABASE);
        ensure!(file.exists(), "no database was kept in {}: say where it is with --database", self.directory.display());
        // What is committed may stand beside it.
        for name in [DATABASE, "axhub.db-wal"] {
            let from = self.directory.join(name);
            if from.exists() {
                fs::copy(from, to.join(name))?;
            }
        }
        Ok(to.join(DATABASE))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axhub_domain::product::ProductKind;
    use axhub_hub::{Hub, Settings, SystemClock};

    use super::*;
    use crate::history::{Answer, Ask, Outcome, PlaceAnswer, PlaceAsk};

    #[tokio::test]
    async fn what_was_kept_is_judged_as_it_was() {
        let (round, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let address = Address::Sqlite(round.path().join(DATABASE));
        let database = Database::open(&address, Options::default()).await.unwrap();
        database.migrate().await.unwrap();
        let hub = Hub::new(database.clone(), Arc::new(SystemClock), Settings::default());
        let world = World::make(&hub, 1).await.unwrap();
        // As a reader of the feed would.
        axhub_hub::changes::latest_cursor(&hub).await.unwrap();
        let history = History::new();
        let ask = PlaceAsk { channel: 0, kind: ProductKind::Tour, code: "A-1".to_owned(), lines: Vec::new() };
        let answer = PlaceAnswer { is_replay: false, code: "A-1".to_owned(), lines: Vec::new() };
        let outcome = Outcome::Answered(Answer::Placed(answer));
        history.end(history.begin(), 1, 8080, Ask::Place(ask), outcome, None);
        let found = checker::check(&world, &history.records(), &database).await.unwrap();
        assert_eq!(found.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [checker::LOST]);

        Kept::save(kept.path(), &world, &history).unwrap();
        assert!(Kept::load(kept.path()).unwrap().judge(None).await.is_err(), "the database is elsewhere");
        assert_eq!(Kept::load(kept.path()).unwrap().judge(Some(address.clone())).await.unwrap(), found);
        Kept::save_database(kept.path(), &address).await.unwrap();
        assert_eq!(Kept::load(kept.path()).unwrap().judge(None).await.unwrap(), found);

        // A round on SQLite is kept where its file is.
        Kept::save(round.path(), &world, &history).unwrap();
        Kept::save_database(round.path(), &address).await.unwrap();
        assert_eq!(Kept::load(round.path()).unwrap().judge(None).await.unwrap(), found);
    }
}
