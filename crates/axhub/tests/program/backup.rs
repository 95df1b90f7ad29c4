//! `axhub backup` and `axhub restore`: while orders are placed, on to another engine, killed in the middle, and where files may not grow.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axhub_store::{Address, Database, Mode, Options};
use axhub_testkit::{Engine, TestDatabase, assert_stock_is_sound};
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::process::{Demo, Said, axhub, empty, finish, run};
use crate::shop::Shop;

type Answered = Vec<(Value, Value)>;

/// A database to restore into.
struct Target {
    address: String,
    _server: Option<TestDatabase>,
}

impl Target {
    /// The other engine's than this one's.
    async fn opposite(engine: Engine, place: &TempDir) -> Target {
        match engine {
            Engine::Postgres => Target { address: format!("sqlite:{}", place.path().join("restored.db").display()), _server: None },
            Engine::Sqlite => {
                let server = empty(Engine::Postgres).await;
                Target { address: server.address_text(), _server: Some(server) }
            }
        }
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn backup(file: &Path, database: &str) -> Said {
    run(&["backup", text(file), "--database", database, "--json"])
}

fn restore(file: &Path, database: &str) -> Said {
    run(&["restore", text(file), "--database", database, "--json"])
}

/// What a command that went well says.
fn document(said: &Said) -> Value {
    assert!(said.status.success(), "{}", said.err);
    assert_eq!(said.err, "");
    serde_json::from_str(&said.out).expect("JSON")
}

/// A backup is sound, and has every order that was answered before it was begun, whole.
async fn check(file: &Path, answered: &Answered) {
    let options = Options { read_only: true, ..Options::default() };
    let database = Database::open(&Address::Sqlite(file.to_owned()), options).await.expect("it can be opened");
    assert_stock_is_sound(&database).await;
    let codes = database.run("test.codes", Mode::Read, (), |s, ()| {
        Box::pin(async move {
            let rows = s.query("SELECT channel_order_code FROM channel_orders", &[]).await?;
            rows.iter().map(|row| row.get(0)).collect::<axhub_store::Result<HashSet<String>>>()
        })
    });
    let codes: HashSet<String> = codes.await.expect("it can be read");
    for (order, _) in answered {
        assert!(codes.contains(code(order)), "{} was answered before, and is not in the backup", code(order));
    }
}

fn code(order: &Value) -> &str {
    order["order"]["channel_order_code"].as_str().expect("a code")
}

/// The order changes of the feed behind a cursor: their cursors, codes and states.
async fn order_changes(shop: &Shop, after: &str) -> Vec<(String, String, String)> {
    let (mut found, mut cursor) = (Vec::new(), after.to_owned());
    loop {
        let page = shop.get(&format!("/v1/channel/changes?limit=1000&cursor={cursor}")).await;
        let word = |value: &Value| value.as_str().expect("a word").to_owned();
        for change in page["changes"].as_array().expect("changes").iter().filter(|change| change["kind"] == "order") {
            let order = &change["order"];
            found.push((word(&change["cursor"]), word(&order["channel_order_code"]), word(&order["ax_order_status"])));
        }
        cursor = word(&page["next_cursor"]);
        if page["has_more"] == false {
            return found;
        }
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_is_one_moment_and_goes_on_on_the_other_engine(#[case] engine: Engine) {
    const CLIENTS: usize = 4;
    let place = tempfile::tempdir().expect("a directory");
    let database = empty(engine).await;
    let demo = Demo::start(&database);
    let shop = Arc::new(Shop::open(&demo.base_url, demo.key("channels", 0), "instant").await);
    let (answered, is_over) = (Arc::new(Mutex::new(Answered::new())), Arc::new(AtomicBool::new(false)));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (shop, answered, is_over) = (Arc::clone(&shop), Arc::clone(&answered), Arc::clone(&is_over));
            tokio::spawn(async move {
                for n in 0.. {
                    if is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    let order = shop.order(&format!("B-{client}-{n}"), &shop.rows()[(client * 5 + n) % shop.rows().len()], 1);
                    let (status, answer) = shop.place(&order).await;
                    if status == StatusCode::CREATED {
                        answered.lock().await.push((order, answer));
                    } else {
                        assert_eq!(status, StatusCode::CONFLICT, "{answer}");
                    }
                }
            })
        })
        .collect();
    for round in 1..=2 {
        let before = loop {
            let before = answered.lock().await.clone();
            if before.len() >= round * 20 {
                break before;
            }
            tokio::task::yield_now().await;
        };
        let (file, address) = (place.path().join(format!("{round}.db")), database.address_text());
        let written = file.clone();
        let said = tokio::task::spawn_blocking(move || backup(&written, &address)).await.expect("it ends");
        assert!(document(&said)["rows"].as_u64() > Some(1000), "{}", said.out);
        check(&file, &before).await;
    }
    is_over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("the client ends");
    }

    // The last one, with the cursor of somebody who has read everything.
    let all = answered.lock().await.clone();
    let read = order_changes(&shop, "c0").await;
    let cursor = shop.get("/v1/channel/changes?cursor=latest").await["next_cursor"].as_str().expect("a cursor").to_owned();
    let (file, target) = (place.path().join("last.db"), Target::opposite(engine, &place).await);
    let made = document(&backup(&file, &database.address_text()));
    drop(demo);
    let restored = document(&restore(&file, &target.address));
    assert_eq!((&restored["tables"], &restored["rows"], &restored["bytes"]), (&made["tables"], &made["rows"], &made["bytes"]));

    let demo = Demo::start_at(&target.address);
    let shop = Shop::open(&demo.base_url, demo.key("channels", 0), "instant").await;
    assert_eq!(order_changes(&shop, "c0").await, read, "the feed is as it was");
    assert_eq!(order_changes(&shop, &cursor).await, [], "nothing comes twice");
    for (order, answer) in all.iter().rev().take(30) {
        let (status, repeated) = shop.place(order).await;
        assert_eq!((status, &repeated), (StatusCode::OK, answer), "{} repeated is not the first answer", code(order));
    }
    let order = shop.order("B-new", shop.rows().last().expect("a row"), 1);
    let (status, answer) = shop.place(&order).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let new = order_changes(&shop, &cursor).await;
    assert_eq!(new.iter().map(|(_, code, _)| code.as_str()).collect::<Vec<_>>(), ["B-new"], "what is new comes, once");
    let opened = Database::open(&target.address.parse().expect("an address"), Options::default()).await.expect("it can be opened");
    assert_stock_is_sound(&opened).await;
}

/// Ends a command without a warning as soon as `is_time`.
fn kill_when(command: &mut Command, is_time: impl Fn() -> bool) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("axhub can be started");
    while !is_time() && child.try_wait().expect("it can be asked").is_none() {
        std::thread::yield_now();
    }
    let _ = child.kill();
    child.wait().expect("it ends");
}

/// A command for which files end at 64 KiB.
fn cramped(arguments: &[&str]) -> Said {
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$@\"";
    let mut command = Command::new("bash");
    command.args(["-c", script, "bash", env!("CARGO_BIN_EXE_axhub")]).args(arguments).env("AXHUB_LOG", "warn");
    finish(&mut command)
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_is_broken_off_never_has_the_name(#[case] engine: Engine) {
    let place = tempfile::tempdir().expect("a directory");
    let database = empty(engine).await;
    drop(Demo::start(&database));
    let address = database.address_text();
    let (file, unfinished) = (place.path().join("b.db"), place.path().join("b.db.unfinished"));
    let elsewhere = tempfile::tempdir().expect("a directory");
    let whole = document(&backup(&elsewhere.path().join("whole.db"), &address));
    let size = || std::fs::metadata(&unfinished).map(|about| about.len()).ok();
    for bytes in [0, 1, 100_000, 300_000, 1_000_000] {
        kill_when(&mut axhub(&["backup", text(&file), "--database", &address]), || size() >= Some(bytes));
        if file.exists() {
            // It was quicker than we.
            check(&file, &Answered::new()).await;
            std::fs::remove_file(&file).expect("it can be deleted");
        } else if unfinished.exists() {
            // What is left passes for a backup only if nothing but its name is missing.
            let target = place.path().join("half.db");
            let address = format!("sqlite:{}", target.display());
            let said = restore(&unfinished, &address);
            if said.status.success() {
                assert_eq!(document(&said)["tables"], whole["tables"], "half of a backup was restored");
                let said = run(&["verify", "--database", &address]);
                assert!(said.status.success(), "half of a backup was restored: {}", said.out);
                std::fs::remove_file(&target).expect("it can be deleted");
            }
        }
    }
    let said = cramped(&["backup", text(&file), "--database", &address]);
    assert_eq!(said.status.code(), Some(1), "{}", said.out);
    assert!(said.err.starts_with("axhub: no backup was made of ") && said.err.contains("b.db.unfinished: "), "{}", said.err);
    assert_eq!(std::fs::read_dir(place.path()).expect("a directory").count(), 0, "nothing is left, not even of those that were killed");

    let made = document(&backup(&file, &address));
    assert!(made["rows"].as_u64() > Some(1000), "{made}");
    let target = place.path().join("restored.db");
    let said = cramped(&["restore", text(&file), "--database", &format!("sqlite:{}", target.display())]);
    assert_eq!(said.status.code(), Some(1), "{}", said.out);
    assert!(said.err.starts_with("axhub: nothing was restored into ") && said.err.contains("restored.db.unfinished: "), "{}", said.err);
    let left: Vec<PathBuf> = std::fs::read_dir(place.path()).expect("a directory").map(|entry| entry.expect("a file").path()).collect();
    assert_eq!(left, [file.as_path()]);
    check(&file, &Answered::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_into_a_file_that_is_killed_never_has_the_name() {
    let place = tempfile::tempdir().expect("a directory");
    let source = empty(Engine::Sqlite).await;
    drop(Demo::start(&source));
    let (file, target) = (place.path().join("b.db"), place.path().join("restored.db"));
    let made = document(&backup(&file, &source.address_text()));
    let (unfinished, address) = (place.path().join("restored.db.unfinished"), format!("sqlite:{}", target.display()));
    let size = || std::fs::metadata(&unfinished).map(|about| about.len()).ok();
    for bytes in [0, 1, 100_000, 300_000, 1_000_000] {
        kill_when(&mut axhub(&["restore", text(&file), "--database", &address]), || size() >= Some(bytes));
        if target.exists() {
            // It was quicker than we.
            let copied = document(&backup(&place.path().join("copy.db"), &address));
            assert_eq!(copied["tables"], made["tables"], "half of a backup was restored");
            std::fs::remove_file(place.path().join("copy.db")).expect("it can be deleted");
            std::fs::remove_file(&target).expect("it can be deleted");
        }
    }
    assert_eq!(document(&restore(&file, &address))["tables"], made["tables"], "the same command can be given again");
    check(&target, &Answered::new()).await;
    let mut left: Vec<_> = std::fs::read_dir(place.path()).expect("a directory").map(|entry| entry.expect("a file").file_name()).collect();
    left.sort();
    assert_eq!(left, ["b.db", "restored.db"], "nothing is left, not even of those that were killed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_that_is_killed_leaves_an_empty_database() {
    let place = tempfile::tempdir().expect("a directory");
    let (source, target) = (empty(Engine::Sqlite).await, empty(Engine::Postgres).await);
    drop(Demo::start(&source));
    let file = place.path().join("b.db");
    document(&backup(&file, &source.address_text()));
    target.database().migrate().await.expect("it can be migrated");
    let runtime = tokio::runtime::Handle::current();
    let copies = || {
        let sql = "SELECT COUNT(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = to_regclass('travelers')
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let asked =
            target.database().run("test.locks", Mode::Read, (), move |s, ()| Box::pin(async move { s.query_one(sql, &[]).await?.int(0) }));
        tokio::task::block_in_place(|| runtime.block_on(asked)).unwrap_or_else(|error: axhub_store::Error| panic!("{error}"))
    };
    kill_when(&mut axhub(&["restore", text(&file), "--database", &target.address_text()]), || copies() > 0);
    // The server notices in its own time that nobody is there any more.
    while copies() > 0 {
        tokio::task::yield_now().await;
    }
    let again = restore(&file, &target.address_text());
    if !again.status.success() {
        assert!(again.err.contains("is not empty"), "it was quicker than we: {}", again.err);
    }
    assert_stock_is_sound(target.database()).await;
    let copy = place.path().join("copy.db");
    assert_eq!(
        document(&backup(&copy, &target.address_text()))["tables"],
        document(&backup(&place.path().join("same.db"), &source.address_text()))["tables"]
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn people_read_what_was_copied(#[case] engine: Engine) {
    let place = tempfile::tempdir().expect("a directory");
    let database = TestDatabase::new(engine).await;
    let file = place.path().join("b.db");
    let said = run(&["backup", text(&file), "--database", &database.address_text()]);
    assert!(said.status.success(), "{}", said.err);
    for line in ["TABLE ", "orders ", "database  ", "copied    1 rows in "] {
        assert!(said.out.lines().any(|told| told.starts_with(line)), "{line}: {}", said.out);
    }
    let address = database.address_text();
    let said = run(&["backup", text(&file), "--database", &address]);
    assert_eq!((said.status.code(), said.out.as_str()), (Some(1), ""));
    assert!(said.err.contains("b.db is there already"), "{}", said.err);
    let password = address.split_once("://").and_then(|(_, rest)| rest.split_once('@')).and_then(|(user, _)| user.split_once(':'));
    assert!(password.is_none_or(|(_, password)| !said.err.contains(password)), "{}", said.err);
    let said = run(&["backup", text(&file), "--force", "--database", &address]);
    assert!(said.status.success(), "{}", said.err);
}
