//! No secret and nothing about a traveler is told where it does not belong: not in a log at any level, not in the metrics,
//! not in an error, whoever asks and however wrong.
//!
//! The real program serves a world into which markers are planted: words that stand nowhere else. Everything is asked of it
//! that could make it speak of them, its database fails in the middle, and at the end every word that it said is searched.

mod asking;
mod commands;
mod http2;
mod people;
mod proxy;
mod server;

use std::collections::BTreeSet;
use std::sync::Arc;

use axhub_hub::{Hub, Settings, SystemClock};
use axhub_store::{Error, Mode};
use axhub_testkit::{Engine, TestDatabase, TestProduct, World};
use parking_lot::Mutex;
use rstest::rstest;

use self::asking::Asker;
use self::proxy::Proxy;
use self::server::Server;

/// Something planted: what it is, and the word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Marker {
    what: String,
    word: String,
    /// Whether an error may name it to whoever sent it: a member, a choice that is none.
    may_be_named: bool,
    /// Whether it stands for what a traveler or a reviewer is.
    is_personal: bool,
}

/// All markers, and where one was found that should not be there.
#[derive(Default)]
pub struct Markers {
    planted: Mutex<Vec<Marker>>,
    faults: Mutex<BTreeSet<String>>,
}

impl Markers {
    /// A new one, which nobody is to be told.
    pub fn plant(&self, what: &str) -> String {
        self.note_word(what, false, false)
    }

    /// A new one that an error may name to whoever sent it, and nobody else: the contract has it so.
    pub fn plant_name(&self, what: &str) -> String {
        self.note_word(what, true, false)
    }

    /// The same of a person: a value.
    pub fn plant_personal(&self, what: &str) -> String {
        self.note_word(what, false, true)
    }

    /// The same of a person: a member.
    pub fn plant_personal_name(&self, what: &str) -> String {
        self.note_word(what, true, true)
    }

    /// What was planted of persons until now, as (what, word).
    pub fn personal(&self) -> Vec<(String, String)> {
        let planted = self.planted.lock();
        planted.iter().filter(|marker| marker.is_personal).map(|marker| (marker.what.clone(), marker.word.clone())).collect()
    }

    fn note_word(&self, what: &str, may_be_named: bool, is_personal: bool) -> String {
        let mut planted = self.planted.lock();
        let letters = what.replace(|c: char| !c.is_ascii_alphanumeric(), "");
        let word = format!("zq{}xj{letters}", planted.len() + 100);
        planted.push(Marker { what: what.to_owned(), word: word.clone(), may_be_named, is_personal });
        word
    }

    /// A secret that is there already.
    pub fn watch(&self, what: &str, word: &str) {
        assert!(word.len() > 8, "{what} is too short to search for");
        self.planted.lock().push(Marker { what: what.to_owned(), word: word.to_owned(), may_be_named: false, is_personal: false });
    }

    /// Notes a fault for every marker that stands in a text which everybody may read.
    pub fn search(&self, place: &str, text: &str) {
        self.note(place, text, |_| true);
    }

    /// The same for a text which only the sender reads.
    pub fn search_answer(&self, place: &str, text: &str) {
        self.note(place, text, |marker| !marker.may_be_named);
    }

    fn note(&self, place: &str, text: &str, is_wanted: impl Fn(&Marker) -> bool) {
        for marker in self.planted.lock().iter().filter(|marker| is_wanted(marker)) {
            if let Some(at) = text.find(&marker.word) {
                let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
                let shown: String = text[line..].lines().next().unwrap_or_default().chars().take(400).collect();
                self.faults.lock().insert(format!("{place} tells {}: {shown}", marker.what));
            }
        }
    }

    /// Notes a fault unless all is well.
    pub fn check(&self, is_well: bool, fault: impl FnOnce() -> String) {
        if !is_well {
            self.faults.lock().insert(fault());
        }
    }

    /// Fails when there was a fault.
    #[track_caller]
    pub fn assert_clean(&self) {
        let faults: Vec<String> = self.faults.lock().iter().cloned().collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// What the tests share: a database with a world in it, by the clock of this machine.
struct Scene {
    database: TestDatabase,
    world: World,
    ticket: TestProduct,
    mapping: String,
    markers: Arc<Markers>,
}

impl Scene {
    async fn make(engine: Engine) -> Scene {
        let database = TestDatabase::new(engine).await;
        let hub = Hub::new(database.database().clone(), Arc::new(SystemClock), Settings::default());
        let world = World::make(&hub).await;
        let ticket = world.make_undated(&hub).await;
        let mapping = world.register(&hub, "alpha", &ticket).await.to_string();
        let markers = Arc::new(Markers::default());
        let keys = world.channels.iter().map(|member| &member.key).chain(world.suppliers.iter().map(|member| &member.key));
        for key in keys.chain([&world.operator_key]) {
            markers.watch("a key", key.rsplit_once('_').expect("a key has parts").1);
        }
        Scene { database, world, ticket, mapping, markers }
    }

    /// Where the database is for the server: PostgreSQL behind a proxy that can be cut, its password a marker.
    async fn address(&self) -> (String, Option<Proxy>) {
        let address = self.database.address_text();
        let Ok(mut url) = url::Url::parse(&address) else { return (address, None) };
        let Some(port) = url.port() else { return (address, None) };
        self.markers.watch("the password of the database", url.password().expect("it has one"));
        let proxy = Proxy::to(url.host_str().expect("it has a host"), port).await;
        url.set_port(Some(proxy.port())).expect("a port");
        (url.into(), Some(proxy))
    }

    async fn execute(&self, statements: &'static [&'static str]) {
        let run = self.database.database().run("test.break", Mode::Write, (), move |s, ()| {
            Box::pin(async move {
                for sql in statements {
                    s.execute(sql, &[]).await?;
                }
                Ok::<_, Error>(())
            })
        });
        run.await.expect("it can be broken");
    }
}

/// Refuses travelers as a constraint would, and tells everything of them.
const TELL_TALE: &[&str] = &[
    "CREATE FUNCTION tell_tale() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'duplicate key value' USING ERRCODE = 'unique_violation', DETAIL = 'Key (name)=(' || NEW.name || ') is there.',
            HINT = NEW.phone;
    END $$",
    "CREATE TRIGGER tell_tale BEFORE INSERT ON travelers FOR EACH ROW EXECUTE FUNCTION tell_tale()",
];
const NO_TALE: &[&str] = &["DROP TRIGGER tell_tale ON travelers", "DROP FUNCTION tell_tale"];
const LOSE_A_TABLE: &[&str] = &["ALTER TABLE travelers RENAME TO strangers"];
const FIND_IT: &[&str] = &["ALTER TABLE strangers RENAME TO travelers"];

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_told_at_any_level(
    #[case] engine: Engine,
    #[values(("info", "json"), ("debug", "text"), ("trace,h2=trace,h2::server=trace", "json"))] logging: (&str, &str),
) {
    let (level, format) = logging;
    let scene = Scene::make(engine).await;
    let (address, proxy) = scene.address().await;
    let server = Server::start(&address, level, format);
    let asker = Asker::new(&scene.world, &scene.ticket, &scene.mapping, server.address(), Arc::clone(&scene.markers));

    let order = asker.all_that_is_right().await;
    people::assert_apart(&scene).await;
    asker.erase(&order).await;
    people::assert_gone(&scene, &scene.markers.personal()).await;
    if level == "debug" {
        let until_now = scene.markers.personal().len();
        let order = asker.order_again("left").await;
        commands::on_a_marked_database(&scene.database.address_text(), "left", &order, &scene.markers);
        people::assert_gone(&scene, &scene.markers.personal()[until_now..]).await;
    }
    asker.all_that_is_wrong().await;
    http2::send_what_is_broken(&server.address(), &scene.markers);
    if engine == Engine::Postgres {
        scene.execute(TELL_TALE).await;
        asker.fails_inside().await;
        scene.execute(NO_TALE).await;
    }
    scene.execute(LOSE_A_TABLE).await;
    asker.fails_inside().await;
    scene.execute(FIND_IT).await;
    if let Some(proxy) = proxy {
        proxy.cut();
        asker.fails_inside().await;
    }
    let metrics = asker.metrics().await;
    assert!(metrics.contains("axhub_http_request_seconds"), "{metrics}");
    scene.markers.search("/metrics", &metrics);

    let said = server.stop();
    assert!(said.contains("answered") && said.contains("status") && said.contains("500"), "the log says too little: {said}");
    scene.markers.search("the log", &said);
    scene.markers.assert_clean();
}
