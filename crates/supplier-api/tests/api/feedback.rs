//! What the lists of questions and of reviews have in common: the same products, channels and filters.

use axhub_testkit::{App, Engine, TestProduct};
use jiff::SignedDuration;

use crate::support::{NOBODYS, each};

/// One of the two lists.
#[derive(Clone, Copy, Debug)]
pub struct Feedback {
    /// The last part of its address, and the member that has the items.
    pub list: &'static str,
    /// The member that has the channel's code of an item.
    pub code: &'static str,
    /// What the codes begin with.
    pub letter: char,
}

impl Feedback {
    /// Three things about hanok's products, each a minute after the last: 0 about `북촌` (alpha), 1 about the museum (beta)
    /// and 2 about `북촌` again (beta). Then 9 about lumiere's product (alpha). Answers the hub's ids, too.
    pub async fn said(&self, engine: Engine, say: impl AsyncFn(&App, &str, &str, &TestProduct) -> String) -> (App, Vec<String>) {
        let app = App::start(engine).await;
        let mut ids = Vec::new();
        let (seoul, museum, paris) = (&app.world().seoul, &app.world().museum, &app.world().paris);
        for (channel, number, product) in [("alpha", 0, seoul), ("beta", 1, museum), ("beta", 2, seoul), ("alpha", 9, paris)] {
            app.clock().advance(SignedDuration::from_mins(1));
            ids.push(say(&app, channel, &self.code_of(number), product).await);
        }
        (app, ids)
    }

    /// Fails unless the list is filtered by product, and paged.
    pub async fn assert_filters_by_product(&self, app: &App) {
        let (seoul, museum, paris) = (app.world().seoul.id, app.world().museum.id, app.world().paris.id);
        self.assert_finds(app, "hanok", "", &[0, 1, 2]).await;
        self.assert_finds(app, "hanok", &format!("product_code={seoul}"), &[0, 2]).await;
        self.assert_finds(app, "hanok", &format!("product_code={museum}"), &[1]).await;
        self.assert_finds(app, "hanok", "product_code=", &[0, 1, 2]).await;
        // Another's product, an unknown one and a code that is none: nobody can tell them apart.
        self.assert_finds(app, "hanok", &format!("product_code={paris}"), &[]).await;
        self.assert_finds(app, "hanok", &format!("product_code={NOBODYS}"), &[]).await;
        self.assert_finds(app, "hanok", "product_code=7", &[]).await;
        self.assert_finds(app, "hanok", "page=2&page_size=2", &[2]).await;
        self.assert_finds(app, "hanok", "page=9", &[]).await;
        self.assert_finds(app, "lumiere", "", &[9]).await;
    }

    /// Fails unless a supplier's list has exactly these, in this order.
    pub async fn assert_finds(&self, app: &App, supplier: &str, query: &str, expected: &[u32]) {
        let reply = app.supplier(supplier).get(&format!("/v1/supplier/{}?{query}", self.list)).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.body);
        let expected: Vec<String> = expected.iter().map(|number| self.code_of(*number)).collect();
        assert_eq!(each(&reply.body[self.list], self.code), expected, "{query}");
    }

    fn code_of(&self, number: u32) -> String {
        format!("{}-{number}", self.letter)
    }
}
