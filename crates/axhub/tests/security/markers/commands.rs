//! What commands say when they fail: neither a key nor the password of the database.

use std::process::Command;

use axhub_testkit::{Engine, TestDatabase};

use super::Markers;

/// Everything that a command said, which must have failed.
fn failed(arguments: &[&str], database: &str, by_environment: bool) -> String {
    let (is_done, said) = run(arguments, database, by_environment);
    assert!(!is_done, "{arguments:?} on {database}: {said}");
    said
}

/// Whether a command did what it should, and everything that it said.
fn run(arguments: &[&str], database: &str, by_environment: bool) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_axhub"));
    command
        .args(arguments)
        .env_remove("AXHUB_DATABASE")
        .env_remove("AXHUB_LISTEN")
        .env("AXHUB_LOG", "trace")
        .env("AXHUB_DATABASE_WAIT", "0");
    if by_environment {
        command.env("AXHUB_DATABASE", database);
    } else {
        command.args(["--database", database]);
    }
    let output = command.output().expect("axhub can be started");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), said)
}

/// Commands that read every row, and what they say of those that have markers in them. At last the people of an order are erased,
/// whose codes are `channel_order` and `order`.
pub fn on_a_marked_database(database: &str, channel_order: &str, order: &str, markers: &Markers) {
    let place = tempfile::tempdir().expect("a folder");
    let path = |name: &str| place.path().join(name).to_str().expect("a path in UTF-8").to_owned();
    let (backup, restored) = (path("backup.db"), format!("sqlite:{}", path("restored.db")));
    for (arguments, database) in [
        (&["verify"][..], database),
        (&["verify", "--json"], database),
        (&["search", channel_order], database),
        (&["search", order, "--json"], database),
        (&["backup", &backup], database),
        (&["restore", &backup], &restored),
        (&["verify"], &restored),
        (&["traveler", "erase", order], database),
        (&["verify"], database),
    ] {
        let (is_done, said) = run(arguments, database, true);
        assert!(is_done, "{arguments:?}: {said}");
        assert!(arguments[0] == "restore" || !said.is_empty(), "{arguments:?} says nothing");
        markers.search(&format!("{arguments:?}"), &said);
    }
}

#[test]
fn a_wrong_address_does_not_show_its_password() {
    let markers = Markers::default();
    let word = |what: &str| markers.plant(what);
    let addresses = [
        format!("postgres://axhub:{}@127.0.0.1:1/axhub", word("a server that is not there")),
        format!("postgre://axhub:{}@127.0.0.1/axhub", word("a mistyped scheme")),
        format!("axhub:{}@127.0.0.1/axhub", word("no scheme")),
        format!("postgres://axhub:{}@127.0.0.1:port/axhub", word("a mistyped port")),
        format!("postgres://axhub:{}@127.0.0.1:1/axhub?sslmodus=1", word("a mistyped option")),
        format!("postgres://axhub@127.0.0.1:1/axhub?password={}", word("in the query")),
        format!("postgres://axhub:%zz{}@127.0.0.1:1/axhub", word("badly encoded")),
        format!("postgres://axhub:1/{}@127.0.0.1:1/axhub", word("with a slash")),
        format!("postgres://axhub:1#{}@127.0.0.1:1/axhub", word("with a hash")),
        format!("postgres://axhub:1?{}@127.0.0.1:1/axhub", word("with a question mark")),
        format!("postgres://axhub:{}@127.0.0.1:1,127.0.0.1:2/axhub", word("several servers")),
        format!("postgres://axhub:1/{}@127.0.0.1:1,127.0.0.1:2/axhub", word("several servers and a slash")),
        format!("host=127.0.0.1 port=1 user=axhub password={}", word("in the driver's own form")),
    ];
    for address in &addresses {
        for by_environment in [true, false] {
            for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"], &["key", "list"], &["search", "x"]] {
                markers.search(&format!("{arguments:?} on {address}"), &failed(arguments, address, by_environment));
            }
        }
    }
    markers.assert_clean();
}

#[tokio::test]
async fn keys_are_not_repeated() {
    let markers = Markers::default();
    let database = TestDatabase::new(Engine::Sqlite).await;
    let key = format!("axh_c_AbCdEfGhIjKl_{}{}", markers.plant("a key"), "x".repeat(30));
    for arguments in [["key", "revoke", &key], ["key", "rotate", &key]] {
        markers.search(&format!("{arguments:?}"), &failed(&arguments, &database.address_text(), true));
    }
    markers.assert_clean();
}

/// A database that refuses a change says why, and perhaps with whose data.
#[tokio::test]
async fn a_failed_migration_tells_no_rows() {
    use axhub_store::{Error, Mode};

    const REFUSE: [&str; 2] = [
        "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'could not create it' USING ERRCODE = 'unique_violation', DETAIL = 'Key (name)=(zqdetailxj) is there.';
        END $$",
        "CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION refuse()",
    ];
    const LEAVE: [&str; 2] = ["DROP EVENT TRIGGER refuse", "DROP FUNCTION refuse"];
    async fn execute(database: &TestDatabase, statements: [&'static str; 2]) {
        let run = database.database().run("test.refuse", Mode::Write, (), move |s, ()| {
            Box::pin(async move {
                for sql in statements {
                    s.execute(sql, &[]).await?;
                }
                Ok::<_, Error>(())
            })
        });
        run.await.expect("it can be changed");
    }

    let database = TestDatabase::empty(Engine::Postgres).await;
    execute(&database, REFUSE).await;
    let said = failed(&["migrate"], &database.address_text(), true);
    execute(&database, LEAVE).await;
    assert!(said.contains("could not create it (23505)") && !said.contains("zqdetailxj"), "{said}");
}
