//! Databases on a PostgreSQL server, one per test, cloned from a template that has the schema.
//!
//! All that is done to the server itself goes through one connection per process, which a thread of its own keeps. It
//! holds an advisory lock with the number of this run as long as the process lives, and every database of the run has
//! that number in its name: so the next run can tell what a killed one left behind.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use axhub_store::{Address, Database, Options};
use tokio::sync::oneshot;
use tokio_postgres::{Client, NoTls};
use url::Url;

/// The class of our advisory locks; the second number says which lock.
const LOCKS: i32 = 0x6178;
/// Held while the template is looked for and made, and while leftovers are deleted.
const TEMPLATE_LOCK: i32 = 0;

/// A database on the server, dropped with this.
pub(crate) struct Place {
    name: String,
    url: String,
}

impl Place {
    pub(crate) async fn make(with_schema: bool) -> Place {
        let server = server();
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let name = format!("axhub_test_{}_{}", server.run, NEXT.fetch_add(1, Ordering::Relaxed));
        let template = if with_schema { server.template.as_str() } else { "template0" };
        server.wait(format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Place { url: server.url_of(&name), name }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        server().block(format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// The server that tests use.
struct Server {
    url: Url,
    run: i32,
    template: String,
    jobs: parking_lot::Mutex<mpsc::Sender<Job>>,
}

/// A statement, and what is to be done with its outcome.
type Job = (String, Box<dyn FnOnce(Outcome) + Send>);
type Outcome = Result<(), String>;

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::connect)
}

impl Server {
    /// Starts the thread, and returns when the server is ready for clones.
    fn connect() -> Server {
        let Ok(url) = std::env::var("AXHUB_TEST_POSTGRES") else {
            panic!("tests need PostgreSQL: run scripts/test, or export AXHUB_TEST_POSTGRES=$(scripts/postgres start)");
        };
        let url = Url::parse(&url).unwrap_or_else(|_| panic!("AXHUB_TEST_POSTGRES is no URL"));
        let (jobs, waiting) = mpsc::channel();
        let (ready, is_ready) = mpsc::channel();
        let address = url.clone();
        let serve = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.unwrap_or_else(|error| panic!("no runtime: {error}"));
            runtime.block_on(serve(&address, &ready, &waiting));
        };
        std::thread::Builder::new().name("testkit-postgres".to_owned()).spawn(serve).unwrap_or_else(|error| panic!("no thread: {error}"));
        let (run, template) = is_ready.recv().unwrap_or_else(|_| panic!("PostgreSQL is not ready; the reason stands above"));
        Server { url, run, template, jobs: parking_lot::Mutex::new(jobs) }
    }

    fn url_of(&self, database: &str) -> String {
        let mut url = self.url.clone();
        url.set_path(database);
        url.into()
    }

    fn send(&self, sql: String, answer: impl FnOnce(Outcome) + Send + 'static) {
        // When the thread is gone, the answer is dropped with it, and whoever waits sees that.
        let _ = self.jobs.lock().send((sql, Box::new(answer)));
    }

    async fn wait(&self, sql: String) {
        let (answer, answered) = oneshot::channel();
        self.send(sql, |outcome| drop(answer.send(outcome)));
        check(answered.await.unwrap_or_else(|_| Err("the thread has ended".to_owned())));
    }

    /// The same for `drop`, which cannot await.
    fn block(&self, sql: String) {
        let (answer, answered) = mpsc::channel();
        self.send(sql, move |outcome| drop(answer.send(outcome)));
        let outcome = answered.recv().unwrap_or_else(|_| Err("the thread has ended".to_owned()));
        if !std::thread::panicking() {
            check(outcome);
        }
    }
}

fn check(outcome: Outcome) {
    if let Err(error) = outcome {
        panic!("PostgreSQL: {error}");
    }
}

/// What the thread does: prepare the server, say that it is ready, then run statements one after another.
async fn serve(url: &Url, ready: &mpsc::Sender<(i32, String)>, jobs: &mpsc::Receiver<Job>) {
    let client = connect(url).await;
    let run = begin_run(&client).await;
    let template = template_name();
    must(client.batch_execute(&format!("SELECT pg_advisory_lock({LOCKS}, {TEMPLATE_LOCK})")).await);
    delete_leftovers(&client, run).await;
    make_template(&client, url, &template).await;
    must(client.batch_execute(&format!("SELECT pg_advisory_unlock({LOCKS}, {TEMPLATE_LOCK})")).await);
    if ready.send((run, template)).is_err() {
        return;
    }
    while let Ok((sql, answer)) = jobs.recv() {
        let outcome = client.batch_execute(&sql).await.map_err(|error| describe(&error));
        answer(outcome);
    }
}

async fn connect(url: &Url) -> Client {
    let (client, connection) = must(tokio_postgres::connect(url.as_str(), NoTls).await);
    tokio::spawn(connection);
    client
}

/// A number that no other living run has, locked.
async fn begin_run(client: &Client) -> i32 {
    loop {
        let run = rand::random_range(1..i32::MAX);
        if try_lock(client, run).await {
            return run;
        }
    }
}

async fn try_lock(client: &Client, number: i32) -> bool {
    must(client.query_one("SELECT pg_try_advisory_lock($1, $2)", &[&LOCKS, &number]).await).get(0)
}

/// Drops the databases of runs that are no longer alive.
async fn delete_leftovers(client: &Client, own_run: i32) {
    let names = must(client.query("SELECT datname FROM pg_database WHERE datname LIKE 'axhub\\_test\\_%'", &[]).await);
    for name in names.iter().map(|row| row.get::<_, String>(0)) {
        let Some(run) = name.split('_').nth(2).and_then(|run| run.parse::<i32>().ok()) else { continue };
        if run != own_run && try_lock(client, run).await {
            must(client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await);
            must(client.query_one("SELECT pg_advisory_unlock($1, $2)", &[&LOCKS, &run]).await);
        }
    }
}

/// Named after the schema, so that a changed schema gets a new one.
fn template_name() -> String {
    let mut hasher = DefaultHasher::new();
    axhub_store::engine::postgres_schema().hash(&mut hasher);
    format!("axhub_template_{:016x}", hasher.finish())
}

/// Makes the template when there is none. It gets its name when it is whole.
async fn make_template(client: &Client, url: &Url, template: &str) {
    if must(client.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&template]).await).is_some() {
        return;
    }
    let unfinished = format!("{template}_unfinished");
    must(client.batch_execute(&format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await);
    must(client.batch_execute(&format!("CREATE DATABASE {unfinished} TEMPLATE template0")).await);
    let mut place = url.clone();
    place.set_path(&unfinished);
    migrate(&place).await;
    // The pool closes its connections in the background; nobody may be in the database that is renamed.
    let disconnect = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
    let present = "SELECT 1 FROM pg_stat_activity WHERE datname = $1";
    while !must(client.query(present, &[&unfinished]).await).is_empty() {
        must(client.query(disconnect, &[&unfinished]).await);
    }
    must(client.batch_execute(&format!("ALTER DATABASE {unfinished} RENAME TO {template}")).await);
}

async fn migrate(place: &Url) {
    let address = Address::Postgres(place.to_string());
    let database = must(Database::open(&address, Options { connections: 1 }).await);
    must(database.migrate().await);
}

fn must<T, E: std::error::Error>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("PostgreSQL: {}", describe(&error)))
}

fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
