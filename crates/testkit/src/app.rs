//! The whole program over a database of its own.

use std::sync::Arc;

use axhub_domain::ids::RegistrationId;
use axhub_hub::{Hub, Settings};
use axhub_store::Database;
use axhub_web::{Limits, server};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{Client, Engine, TestClock, TestDatabase, TestProduct, World, assert_stock_is_sound};

/// The whole program, listening on a port of its own, over a fresh database with a [`World`] in it. Ends when dropped.
#[derive(Debug)]
pub struct App {
    base_url: String,
    http: reqwest::Client,
    hub: Hub,
    clock: TestClock,
    world: Arc<World>,
    settings: Settings,
    _stop: oneshot::Sender<()>,
    // The last, so that nothing uses it when it goes.
    database: Arc<TestDatabase>,
}

impl App {
    /// Starts the program on an engine.
    pub async fn start(engine: Engine) -> App {
        App::start_with(engine, Settings::default()).await
    }

    /// The same with other settings.
    pub async fn start_with(engine: Engine, settings: Settings) -> App {
        let database = Arc::new(TestDatabase::new(engine).await);
        let clock = TestClock::default();
        let hub = Hub::new(database.database().clone(), Arc::new(clock.clone()), settings);
        let world = Arc::new(World::make(&hub).await);
        App::serve(hub, database, clock, world, settings).await
    }

    /// Another server on the same database, with connections and a hub of its own and the same clock.
    pub async fn another(&self) -> App {
        let hub = Hub::new(self.database.open().await, Arc::new(self.clock.clone()), self.settings);
        App::serve(hub, Arc::clone(&self.database), self.clock.clone(), Arc::clone(&self.world), self.settings).await
    }

    async fn serve(hub: Hub, database: Arc<TestDatabase>, clock: TestClock, world: Arc<World>, settings: Settings) -> App {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap_or_else(|error| panic!("no free port: {error}"));
        let address = listener.local_addr().unwrap_or_else(|error| panic!("no address: {error}"));
        let app = axhub::app::app(hub.clone());
        let (stop, stopped) = oneshot::channel::<()>();
        // The sender is dropped with the app, and that is the sign to stop.
        tokio::spawn(server::run_until(listener, app, Limits::DEFAULT, async move { drop(stopped.await) }));
        App { base_url: format!("http://{address}"), http: reqwest::Client::new(), hub, clock, world, settings, _stop: stop, database }
    }

    /// Where it listens, as `http://127.0.0.1:40000`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Its hub, for what the test does without HTTP.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Its clock.
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// What lives in its database.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Its way into the database.
    pub fn database(&self) -> &Database {
        self.hub.database()
    }

    /// The database itself, for further ways in.
    pub fn test_database(&self) -> &TestDatabase {
        &self.database
    }

    /// A client with the channel's key.
    pub fn channel(&self, code: &str) -> Client {
        self.with_key(&self.world.channel(code).key)
    }

    /// A client with the supplier's key.
    pub fn supplier(&self, code: &str) -> Client {
        self.with_key(&self.world.supplier(code).key)
    }

    /// A client with the operator's key.
    pub fn operator(&self) -> Client {
        self.with_key(&self.world.operator_key)
    }

    /// A client with any key.
    pub fn with_key(&self, key: &str) -> Client {
        Client::new(self.http.clone(), self.base_url.clone(), Some(key))
    }

    /// A client without a key.
    pub fn anonymous(&self) -> Client {
        Client::new(self.http.clone(), self.base_url.clone(), None)
    }

    /// A further product, one without dates: see [`World::make_undated`].
    pub async fn undated(&self) -> TestProduct {
        self.world.make_undated(&self.hub).await
    }

    /// Registers a product for a channel; the code that orders need.
    pub async fn register(&self, channel: &str, product: &TestProduct) -> RegistrationId {
        self.world.register(&self.hub, channel, product).await
    }

    /// See [`assert_stock_is_sound`].
    pub async fn assert_stock_is_sound(&self) {
        assert_stock_is_sound(self.database()).await;
    }
}
