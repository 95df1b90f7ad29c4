//! Whose a code is: the one place that looks without knowing the owner, for operators.

use axhub_domain::ids::{OrderId, ProductId};
use futures_util::try_join;
use uuid::Uuid;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;

/// The most that one code is told to be of one kind.
const MAX_OF_A_KIND: i64 = 50;

/// What a code names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum FoundKind {
    Supplier,
    Channel,
    Key,
    Rule,
    Product,
    Option,
    Inventory,
    Registration,
    Order,
    Ticket,
    Question,
    Review,
}

/// Something that has the code that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: FoundKind,
    /// Its own code: the hub's where it has one, whichever code was looked for.
    pub code: String,
    /// The contract's name of the code that was looked for.
    pub by: &'static str,
    /// The code of the supplier whose it is.
    pub supplier_code: Option<String>,
    /// The code of the channel whose it is.
    pub channel_code: Option<String>,
    /// The product that it belongs to.
    pub product: Option<ProductId>,
    /// The order that it belongs to.
    pub order: Option<OrderId>,
}

/// Everything that has an id of the hub's.
///
/// # Errors
/// The database's.
pub async fn by_id(s: &Session, id: Uuid) -> Result<Vec<Found>> {
    let params = params![id];
    let rules =
        "SELECT r.id, s.code, c.code, CAST(NULL AS uuid), CAST(NULL AS uuid) FROM assignment_rules r JOIN channels c ON c.id = r.channel_id
        LEFT JOIN suppliers s ON s.id = r.supplier_id WHERE r.id = $1";
    let products =
        "SELECT p.id, s.code, NULL, p.id, CAST(NULL AS uuid) FROM products p JOIN suppliers s ON s.id = p.supplier_id WHERE p.id = $1";
    let options = "SELECT o.id, s.code, NULL, p.id, CAST(NULL AS uuid) FROM options o JOIN products p ON p.id = o.product_id
        JOIN suppliers s ON s.id = p.supplier_id WHERE o.id = $1";
    let inventory = "SELECT k.id, s.code, NULL, p.id, CAST(NULL AS uuid) FROM stock k JOIN stock_pools o ON o.id = k.pool_id
        JOIN products p ON p.id = o.product_id JOIN suppliers s ON s.id = p.supplier_id WHERE k.id = $1";
    let registrations = "SELECT r.id, s.code, c.code, p.id, CAST(NULL AS uuid) FROM registrations r JOIN channels c ON c.id = r.channel_id
        JOIN products p ON p.id = r.product_id JOIN suppliers s ON s.id = p.supplier_id WHERE r.id = $1";
    let orders = "SELECT o.id, s.code, c.code, o.product_id, o.id FROM orders o JOIN channels c ON c.id = o.channel_id
        JOIN suppliers s ON s.id = o.supplier_id WHERE o.id = $1";
    let tickets = "SELECT t.id, s.code, c.code, o.product_id, o.id FROM tickets t JOIN orders o ON o.id = t.order_id
        JOIN channels c ON c.id = o.channel_id JOIN suppliers s ON s.id = o.supplier_id WHERE t.id = $1";
    let questions = "SELECT q.id, s.code, c.code, q.product_id, CAST(NULL AS uuid) FROM questions q JOIN channels c ON c.id = q.channel_id
        JOIN products p ON p.id = q.product_id JOIN suppliers s ON s.id = p.supplier_id WHERE q.id = $1";
    let reviews = "SELECT r.id, s.code, c.code, r.product_id, CAST(NULL AS uuid) FROM reviews r JOIN channels c ON c.id = r.channel_id
        JOIN products p ON p.id = r.product_id JOIN suppliers s ON s.id = p.supplier_id WHERE r.id = $1";
    let found = try_join!(
        s.query(rules, &params),
        s.query(products, &params),
        s.query(options, &params),
        s.query(inventory, &params),
        s.query(registrations, &params),
        s.query(orders, &params),
        s.query(tickets, &params),
        s.query(questions, &params),
        s.query(reviews, &params),
    )?;
    let (rules, products, options, inventory, registrations, orders, tickets, questions, reviews) = found;
    let kinds = [
        (FoundKind::Rule, "rule_code", rules),
        (FoundKind::Product, "product_code", products),
        (FoundKind::Option, "option_code", options),
        (FoundKind::Inventory, "inventory_code", inventory),
        (FoundKind::Registration, "channel_product_mapping_code", registrations),
        (FoundKind::Order, "ax_order_code", orders),
        (FoundKind::Ticket, "ax_ticket_code", tickets),
        (FoundKind::Question, "question_id", questions),
        (FoundKind::Review, "review_id", reviews),
    ];
    let mut all = Vec::new();
    for (kind, by, rows) in kinds {
        for row in &rows {
            let code = row.get::<Uuid>(0)?.to_string();
            all.push(found_of(kind, by, code, row)?);
        }
    }
    Ok(all)
}

/// Everything that a channel, a supplier or an operator gave this code.
///
/// # Errors
/// The database's.
pub async fn by_code(s: &Session, code: &str) -> Result<Vec<Found>> {
    let params = params![code, MAX_OF_A_KIND];
    let suppliers = "SELECT code, code, NULL, CAST(NULL AS uuid), CAST(NULL AS uuid) FROM suppliers WHERE code = $1 LIMIT $2";
    let channels = "SELECT code, NULL, code, CAST(NULL AS uuid), CAST(NULL AS uuid) FROM channels WHERE code = $1 LIMIT $2";
    // By way of the channels, so that each is one look into the index that makes codes unique per channel.
    let orders = "SELECT o.id, s.code, c.code, o.product_id, o.id FROM channels c
        JOIN channel_orders co ON co.channel_id = c.id AND co.channel_order_code = $1
        JOIN orders o ON o.channel_order_id = co.id JOIN suppliers s ON s.id = o.supplier_id ORDER BY o.id LIMIT $2";
    let tickets = "SELECT t.id, s.code, c.code, o.product_id, o.id FROM tickets t JOIN orders o ON o.id = t.order_id
        JOIN channels c ON c.id = o.channel_id JOIN suppliers s ON s.id = o.supplier_id
        WHERE t.channel_ticket_code = $1 ORDER BY t.id LIMIT $2";
    let questions = "SELECT q.id, s.code, c.code, q.product_id, CAST(NULL AS uuid) FROM channels c
        JOIN questions q ON q.channel_id = c.id AND q.question_code = $1
        JOIN products p ON p.id = q.product_id JOIN suppliers s ON s.id = p.supplier_id ORDER BY q.id LIMIT $2";
    let reviews = "SELECT r.id, s.code, c.code, r.product_id, CAST(NULL AS uuid) FROM channels c
        JOIN reviews r ON r.channel_id = c.id AND r.review_code = $1
        JOIN products p ON p.id = r.product_id JOIN suppliers s ON s.id = p.supplier_id ORDER BY r.id LIMIT $2";
    let found = try_join!(
        s.query(suppliers, &params),
        s.query(channels, &params),
        s.query(orders, &params),
        s.query(tickets, &params),
        s.query(questions, &params),
        s.query(reviews, &params),
    )?;
    let (suppliers, channels, orders, tickets, questions, reviews) = found;
    let mut all = Vec::new();
    for (kind, by, rows) in [(FoundKind::Supplier, "supplier_code", suppliers), (FoundKind::Channel, "channel_code", channels)] {
        for row in &rows {
            all.push(found_of(kind, by, row.get(0)?, row)?);
        }
    }
    let kinds = [
        (FoundKind::Order, "channel_order_code", orders),
        (FoundKind::Ticket, "channel_ticket_code", tickets),
        (FoundKind::Question, "question_code", questions),
        (FoundKind::Review, "review_code", reviews),
    ];
    for (kind, by, rows) in kinds {
        for row in &rows {
            let code = row.get::<Uuid>(0)?.to_string();
            all.push(found_of(kind, by, code, row)?);
        }
    }
    Ok(all)
}

/// The keys whose prefix begins so.
///
/// # Errors
/// The database's.
pub async fn keys(s: &Session, beginning: &str) -> Result<Vec<Found>> {
    let escaped = beginning.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let sql = "SELECT k.prefix, s.code, c.code, CAST(NULL AS uuid), CAST(NULL AS uuid) FROM api_keys k LEFT JOIN suppliers s ON s.id = k.supplier_id
        LEFT JOIN channels c ON c.id = k.channel_id WHERE k.prefix LIKE $1 ESCAPE '\\' ORDER BY k.prefix LIMIT $2";
    let rows = s.query(sql, &params![format!("{escaped}%"), MAX_OF_A_KIND]).await?;
    rows.iter().map(|row| found_of(FoundKind::Key, "key_prefix", row.get(0)?, row)).collect()
}

fn found_of(kind: FoundKind, by: &'static str, code: String, row: &Row) -> Result<Found> {
    Ok(Found { kind, code, by, supplier_code: row.get(1)?, channel_code: row.get(2)?, product: row.get(3)?, order: row.get(4)? })
}
