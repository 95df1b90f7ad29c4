//! Databases on a PostgreSQL server: each test has one for itself as long as it runs.
//!
//! To create and to drop a database costs the server half a second of writing to disk, to empty one a few milliseconds.
//! So databases are kept, `axhub_test_<schema>_1`, `_2`, …: a test takes the first one that nobody has locked, which is
//! emptied before the test sees it. When its schema is not the one that it should be, it is dropped and cloned anew
//! from `axhub_template_<schema>`, which is made once. What a killed run left behind is thereby the next one's.
//!
//! All of this goes through one connection per process, which a thread of its own keeps. Its advisory locks say what is
//! in use. At its start it drops the databases of other schemas that nobody uses any more.

use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;
use std::sync::mpsc;

use axhub_store::{Address, Database, Options};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio_postgres::{Client, NoTls};
use url::Url;

/// A database on the server that nobody else uses until this is dropped.
pub(crate) struct Place {
    name: String,
    url: String,
}

impl Place {
    pub(crate) async fn take(with_schema: bool) -> Place {
        let server = server();
        let (answer, answered) = oneshot::channel();
        server.send(Job::Take { with_schema, answer });
        let name = answered.await.unwrap_or_else(|_| panic!("the thread for PostgreSQL has ended; the reason stands above"));
        Place { url: server.url_of(&name), name }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        server().send(Job::GiveBack { name: std::mem::take(&mut self.name) });
    }
}

enum Job {
    Take { with_schema: bool, answer: oneshot::Sender<String> },
    GiveBack { name: String },
}

/// The server that tests use, and the way to the thread.
struct Server {
    url: Url,
    jobs: parking_lot::Mutex<mpsc::Sender<Job>>,
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let Ok(url) = std::env::var("AXHUB_TEST_POSTGRES") else {
            panic!("tests need PostgreSQL: run scripts/test, or export AXHUB_TEST_POSTGRES=$(scripts/postgres start)");
        };
        let url = Url::parse(&url).unwrap_or_else(|_| panic!("AXHUB_TEST_POSTGRES is no URL"));
        let (jobs, waiting) = mpsc::channel();
        let address = url.clone();
        let serve = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap_or_else(|error| panic!("no runtime: {error}")).block_on(serve(address, &waiting));
        };
        std::thread::Builder::new().name("testkit-postgres".to_owned()).spawn(serve).unwrap_or_else(|error| panic!("no thread: {error}"));
        Server { url, jobs: parking_lot::Mutex::new(jobs) }
    })
}

impl Server {
    fn url_of(&self, database: &str) -> String {
        with_database(&self.url, database).into()
    }

    fn send(&self, job: Job) {
        // When the thread is gone, whoever waits for its answer sees that.
        let _ = self.jobs.lock().send(job);
    }
}

fn with_database(url: &Url, database: &str) -> Url {
    let mut url = url.clone();
    url.set_path(database);
    url
}

/// What the thread does: prepare the server, then one job after another.
async fn serve(url: Url, jobs: &mpsc::Receiver<Job>) {
    let mut keeper = Keeper { admin: connect(&url).await, url, schema: schema_name(), taken: HashSet::new() };
    keeper.prepare().await;
    while let Ok(job) = jobs.recv() {
        match job {
            Job::Take { with_schema, answer } => {
                let name = keeper.take(with_schema).await;
                if let Err(name) = answer.send(name) {
                    keeper.give_back(&name).await;
                }
            }
            Job::GiveBack { name } => keeper.give_back(&name).await,
        }
    }
}

/// Named after the schema, so that a changed schema gets databases of its own.
fn schema_name() -> String {
    let mut hasher = DefaultHasher::new();
    axhub_store::engine::postgres_schema().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

struct Keeper {
    admin: Client,
    url: Url,
    schema: String,
    /// What this process has locked. The server would let it lock the same twice.
    taken: HashSet<String>,
}

impl Keeper {
    fn template(&self) -> String {
        format!("axhub_template_{}", self.schema)
    }

    /// Makes the template when there is none, and drops what other schemas left.
    async fn prepare(&self) {
        // Held to the end of the process: this template is in use.
        must(self.admin.query("SELECT pg_advisory_lock_shared(hashtext($1))", &[&self.template()]).await);
        must(self.admin.query("SELECT pg_advisory_lock(hashtext('axhub_template'))", &[]).await);
        self.drop_other_schemas().await;
        if self.likeness().await.is_none() {
            self.drop(&self.template()).await;
            self.make_template().await;
        }
        must(self.admin.query("SELECT pg_advisory_unlock(hashtext('axhub_template'))", &[]).await);
    }

    async fn drop_other_schemas(&self) {
        let sql = "SELECT datname FROM pg_database WHERE datname LIKE 'axhub\\_t%' AND datname NOT LIKE '%' || $1 || '%'
            AND datname NOT LIKE 'axhub\\_test\\_empty%' AND (datname LIKE 'axhub\\_test\\_%' OR datname LIKE 'axhub\\_template\\_%')";
        for row in must(self.admin.query(sql, &[&self.schema]).await) {
            let name: String = row.get(0);
            if self.lock(&name).await {
                self.drop(&name).await;
                self.unlock(&name).await;
            }
        }
    }

    /// It gets its name when it is whole. What it is like is noted as its comment.
    async fn make_template(&self) {
        let unfinished = format!("{}_unfinished", self.template());
        self.drop(&unfinished).await;
        must(self.admin.batch_execute(&format!("CREATE DATABASE {unfinished} TEMPLATE template0")).await);
        let place = with_database(&self.url, &unfinished);
        let database = must(Database::open(&Address::Postgres(place.to_string()), Options { connections: 1, ..Options::default() }).await);
        must(database.migrate().await);
        let likeness = Likeness::of(&connect(&place).await).await.to_string().replace('\'', "''");
        drop(database);
        self.disconnect_all(&unfinished).await;
        must(self.admin.batch_execute(&format!("COMMENT ON DATABASE {unfinished} IS '{likeness}'")).await);
        must(self.admin.batch_execute(&format!("ALTER DATABASE {unfinished} RENAME TO {}", self.template())).await);
    }

    /// Locks a database that nobody uses, and makes it or empties it.
    async fn take(&mut self, with_schema: bool) -> String {
        let family = if with_schema { self.schema.as_str() } else { "empty" };
        for number in 1.. {
            let name = format!("axhub_test_{family}_{number}");
            if self.taken.contains(&name) || !self.lock(&name).await {
                continue;
            }
            self.taken.insert(name.clone());
            if self.exists(&name).await {
                self.disconnect_all(&name).await;
                if self.empty(&name, with_schema).await {
                    return name;
                }
                self.drop(&name).await;
            }
            let template = if with_schema { self.template() } else { "template0".to_owned() };
            must(self.admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await);
            return name;
        }
        panic!("all databases are in use")
    }

    async fn give_back(&mut self, name: &str) {
        self.disconnect_all(name).await;
        self.unlock(name).await;
        self.taken.remove(name);
    }

    /// Deletes everything; `false` when that does not bring it back to what it should be.
    async fn empty(&self, name: &str, with_schema: bool) -> bool {
        let client = connect(&with_database(&self.url, name)).await;
        if !with_schema {
            must(client.batch_execute("SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public").await);
            return true;
        }
        match self.likeness().await {
            Some(wanted) if schema_of(&client).await.as_ref() == Some(&wanted.schema) => wanted.restore(&client).await,
            _ => return false,
        }
        true
    }

    /// What is noted of the template; `None` when there is none.
    async fn likeness(&self) -> Option<Likeness> {
        let sql = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1";
        let noted: Option<String> = must(self.admin.query_opt(sql, &[&self.template()]).await)?.get(0);
        Likeness::from_note(&noted?)
    }

    /// Ends all connections to a database and waits until they are gone.
    async fn disconnect_all(&self, name: &str) {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        while !must(self.admin.query(sql, &[&name]).await).is_empty() {}
    }

    async fn exists(&self, name: &str) -> bool {
        must(self.admin.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).await).is_some()
    }

    async fn drop(&self, name: &str) {
        must(self.admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await);
    }

    async fn lock(&self, name: &str) -> bool {
        must(self.admin.query_one("SELECT pg_try_advisory_lock(hashtext($1))", &[&name]).await).get(0)
    }

    async fn unlock(&self, name: &str) {
        must(self.admin.query("SELECT pg_advisory_unlock(hashtext($1))", &[&name]).await);
    }
}

async fn connect(url: &Url) -> Client {
    let (client, connection) = must(tokio_postgres::connect(url.as_str(), NoTls).await);
    tokio::spawn(connection);
    client
}

/// What a migrated database is like that nobody has used yet.
struct Likeness {
    /// A hash of its schema.
    schema: String,
    /// The rows that migrations put into tables, as one JSON object of lists by table.
    rows: Value,
}

impl Likeness {
    async fn of(client: &Client) -> Likeness {
        let schema = schema_of(client).await.unwrap_or_else(|| panic!("the template has no schema"));
        let mut rows = json!({});
        for table in tables(client).await {
            let sql = format!("SELECT CAST(json_agg(t) AS text) FROM {table} t");
            let found: Option<String> = must(client.query_one(&sql, &[]).await).get(0);
            if let Some(found) = found {
                rows[table] = found.into();
            }
        }
        Likeness { schema, rows }
    }

    fn from_note(note: &str) -> Option<Likeness> {
        let mut note: Value = serde_json::from_str(note).ok()?;
        Some(Likeness { schema: note["schema"].as_str()?.to_owned(), rows: note["rows"].take() })
    }

    /// Makes a database of the same schema alike.
    async fn restore(&self, client: &Client) {
        // Without the checks of foreign keys, so that the order does not matter.
        let mut sql = "SET session_replication_role = replica; SET synchronous_commit = off;".to_owned();
        for table in tables(client).await {
            sql += &format!("DELETE FROM {table};");
        }
        for (table, rows) in self.rows.as_object().into_iter().flatten() {
            let rows = rows.as_str().unwrap_or_default().replace('\'', "''");
            sql += &format!("INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::{table}, '{rows}');");
        }
        sql += "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence";
        must(client.batch_execute(&sql).await);
    }
}

impl fmt::Display for Likeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", json!({ "schema": self.schema, "rows": self.rows }))
    }
}

/// All tables but the history of migrations, which belongs to the schema.
async fn tables(client: &Client) -> Vec<String> {
    let sql = "SELECT CAST(oid::regclass AS text) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'refinery_schema_history'";
    must(client.query(sql, &[]).await).iter().map(|row| row.get(0)).collect()
}

/// A hash of everything that belongs to the schema of a database; `None` when it is not migrated.
async fn schema_of(client: &Client) -> Option<String> {
    let sql = "SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
        SELECT concat(c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS part
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)
        UNION ALL SELECT concat(conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE conrelid <> 0
        UNION ALL SELECT concat(indexname, indexdef) FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT concat(tgname, tgrelid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT concat(proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT concat(version, name, checksum) FROM refinery_schema_history
    ) parts";
    client.query_one(sql, &[]).await.ok()?.get(0)
}

fn must<T, E: Into<anyhow::Error>>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("PostgreSQL: {:#}", error.into()))
}
