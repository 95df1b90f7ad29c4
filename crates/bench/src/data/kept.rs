//! What a database was filled with, as it is noted there.

use axhub_store::{Database, Error, Mode, keys, products, settings};
use jiff::civil::Date;

use super::{Size, World};

/// The name of the note among the hub's settings, which do not know it and leave it alone.
const NOTE: &str = "bench";

/// How much a database was filled with, and its first day of stock; `None` when it was not.
pub(super) async fn read(database: &Database) -> anyhow::Result<Option<(Size, Date)>> {
    let set = database.run("bench.read", Mode::Read, (), |s, ()| Box::pin(settings::all(s))).await?;
    let Some(note) = set.get(NOTE) else { return Ok(None) };
    let parts = note.split_once(" from ").and_then(|(size, date)| Some((size.parse().ok()?, date.parse().ok()?)));
    parts.map(Some).ok_or_else(|| anyhow::anyhow!("the database was filled by another version of this program: {note:?}"))
}

/// Notes it. The last step: without the note, a load was not finished.
pub(super) async fn write(database: &Database, world: &World) -> anyhow::Result<()> {
    let note = format!("{} from {}", world.size, world.first_day);
    let write = database
        .run("bench.write", Mode::Write, note, |s, note| Box::pin(async move { settings::set(s, NOTE, note, super::RATE_SINCE).await }));
    Ok(write.await?)
}

/// Whether nobody has put anything into a database.
pub(super) async fn is_empty(database: &Database) -> anyhow::Result<bool> {
    let empty = database.run("bench.is-empty", Mode::Read, (), |s, ()| {
        Box::pin(async move { Ok::<_, Error>(products::count_all(s).await? == 0 && keys::list(s).await?.is_empty()) })
    });
    Ok(empty.await?)
}
