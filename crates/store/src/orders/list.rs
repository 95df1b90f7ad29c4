//! Pages of orders, as channels and suppliers see them.
//!
//! A page is found first, as the codes on it, and then read: so neither engine ever gathers whole orders that are on no page.
//! What is asked most has statements of its own, since PostgreSQL plans each statement once, for whatever it may be given.

use axhub_domain::ids::{ChannelId, ChannelOrderId, OrderId, ProductId, SupplierId};
use axhub_domain::product::ProductKind;
use axhub_domain::state::OrderStatus;
use futures_util::try_join;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Order, OrderSearch, read};
use crate::engine::{Row, Session, Value};
use crate::error::Result;
use crate::paging::{Page, Paged, count};
use crate::params;

/// Which orders of a list are wanted; all where a field is `None`.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    /// Of this kind of product; under the kind of tickets, of day-tickets too.
    pub kind: Option<ProductKind>,
    /// In this state.
    pub status: Option<OrderStatus>,
    /// Changed at or after this.
    pub updated_since: Option<Timestamp>,
    /// For this local date or later.
    pub date_from: Option<Date>,
    /// For this local date or earlier.
    pub date_to: Option<Date>,
    /// Of this product.
    pub product: Option<ProductId>,
    /// Of the channel of this code; only for suppliers.
    pub channel: Option<String>,
    /// With a code, a name or a telephone number like this; only for suppliers.
    pub search: Option<OrderSearch>,
}

/// That the order is of the kind `$2`, which is its product's. The address of tickets, the oldest, shows day-tickets too. Each
/// product is looked at where it is met: a join might read all that there are.
macro_rules! is_of_kind {
    ($orders:literal) => {
        concat!(
            "(CASE (SELECT p.kind FROM products p WHERE p.id = ",
            $orders,
            ".product_id) WHEN $2 THEN TRUE WHEN 'day-ticket' THEN $2 = 'ticket' ELSE FALSE END OR $2 IS NULL)"
        )
    };
}

macro_rules! is_in_state {
    ($owner:literal) => {
        concat!("o.", $owner, " = $1 AND o.status = $3 AND ", is_of_kind!("o"))
    };
}

macro_rules! is_to_answer {
    ($owner:literal) => {
        concat!("o.status IN (1, 2) AND o.", $owner, " = $1 AND o.status >= $3 AND o.status <= $3 AND ", is_of_kind!("o"))
    };
}

macro_rules! is_wanted {
    ($owner:literal) => {
        concat!(
            "o.",
            $owner,
            " = $1 AND ",
            is_of_kind!("o"),
            " AND (o.status = $3 OR $3 IS NULL) AND (o.date >= $4 OR $4 IS NULL) AND (o.date <= $5 OR $5 IS NULL)
              AND (o.product_id = $6 OR $6 IS NULL)"
        )
    };
}

/// What only suppliers look for. A traveler is looked at only where the ticket is one of this order, since a channel's
/// order may have options of other suppliers.
macro_rules! is_searched {
    () => {
        " AND (o.updated_at >= $7 OR $7 IS NULL) AND (c.code = $8 OR $8 IS NULL) AND (o.id = $11
            OR co.channel_order_code LIKE $9 ESCAPE '\\' OR LOWER(co.channel_order_code) LIKE $10 ESCAPE '\\'
            OR EXISTS (SELECT 1 FROM tickets t WHERE t.order_id = o.id AND (t.id = $11
                OR t.channel_ticket_code LIKE $9 ESCAPE '\\' OR LOWER(t.channel_ticket_code) LIKE $10 ESCAPE '\\'))
            OR EXISTS (SELECT 1 FROM travelers v LEFT JOIN tickets t ON t.id = v.ticket_id
                WHERE v.channel_order_id = o.channel_order_id AND (t.id IS NULL OR t.order_id = o.id)
                AND (v.name LIKE $9 ESCAPE '\\' OR LOWER(v.name) LIKE $10 ESCAPE '\\'
                    OR REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(v.national_code || v.phone, '-', ''), ' ', ''), '.', ''), '(', ''), ')', '') LIKE $12))
            OR $9 IS NULL)"
    };
}

/// How many orders there are, and which are on a page.
struct Statements {
    count: &'static str,
    page: &'static str,
}

/// The statements for the orders of an owner.
struct StatementsOfOwner {
    /// Of a kind, and nothing else is asked.
    of_kind: Statements,
    /// Of a kind, and in a state in which they wait for their suppliers.
    to_answer: Statements,
    /// Of a kind, and in any one state.
    in_state: Statements,
    /// What changed, by any filter.
    changed: Statements,
    /// By any filter, whenever they changed.
    filtered: Statements,
}

macro_rules! page_of {
    ($wanted:expr, $limit:literal) => {
        concat!("SELECT o.id, o.channel_order_id FROM orders o WHERE ", $wanted, " ORDER BY o.created_at, o.id ", $limit)
    };
}

macro_rules! statements {
    ($owner:literal) => {
        StatementsOfOwner {
            of_kind: Statements {
                // How many there are of each product, an index tells by itself.
                count: concat!(
                    "WITH ordered AS MATERIALIZED (SELECT o.product_id, COUNT(*) AS orders FROM orders o WHERE o.",
                    $owner,
                    " = $1 GROUP BY o.product_id) SELECT CAST(COALESCE(SUM(ordered.orders), 0) AS bigint) FROM ordered WHERE ",
                    is_of_kind!("ordered")
                ),
                page: page_of!(concat!("o.", $owner, " = $1 AND ", is_of_kind!("o")), "LIMIT $3 OFFSET $4"),
            },
            // The words of the index of those that wait, and the state as a range: else they might come from an index of all.
            to_answer: Statements {
                count: concat!("SELECT COUNT(*) FROM orders o WHERE ", is_to_answer!($owner)),
                page: concat!(
                    "SELECT o.id, o.channel_order_id FROM orders o WHERE ",
                    is_to_answer!($owner),
                    " ORDER BY o.status, o.created_at, o.id LIMIT $4 OFFSET $5"
                ),
            },
            in_state: Statements {
                count: concat!("SELECT COUNT(*) FROM orders o WHERE ", is_in_state!($owner)),
                page: page_of!(is_in_state!($owner), "LIMIT $4 OFFSET $5"),
            },
            changed: Statements {
                count: concat!("SELECT COUNT(*) FROM orders o WHERE o.updated_at >= $7 AND ", is_wanted!($owner)),
                // What changed is gathered first: PostgreSQL would rather go through all orders, as they are wanted in that order.
                page: concat!(
                    "WITH changed AS MATERIALIZED (SELECT o.id, o.channel_order_id, o.created_at FROM orders o WHERE o.updated_at >= $7 AND ",
                    is_wanted!($owner),
                    ") SELECT id, channel_order_id FROM changed ORDER BY created_at, id LIMIT $8 OFFSET $9"
                ),
            },
            filtered: Statements {
                count: concat!("SELECT COUNT(*) FROM orders o WHERE ", is_wanted!($owner)),
                page: page_of!(is_wanted!($owner), "LIMIT $7 OFFSET $8"),
            },
        }
    };
}

/// A page of the channel's orders, oldest first.
///
/// # Errors
/// The database's.
pub async fn list_of_channel(s: &Session, channel: ChannelId, filter: &OrderFilter, page: Page) -> Result<Paged<Order>> {
    const STATEMENTS: StatementsOfOwner = statements!("channel_id");
    list(s, &STATEMENTS, params![channel], filter, page).await
}

/// A page of the supplier's orders, oldest first.
///
/// # Errors
/// The database's.
pub async fn list_of_supplier(s: &Session, supplier: SupplierId, filter: &OrderFilter, page: Page) -> Result<Paged<Order>> {
    const STATEMENTS: StatementsOfOwner = statements!("supplier_id");
    macro_rules! searched {
        () => {
            concat!(
                " FROM orders o JOIN channel_orders co ON co.id = o.channel_order_id JOIN channels c ON c.id = o.channel_id WHERE ",
                is_wanted!("supplier_id"),
                is_searched!()
            )
        };
    }
    const SEARCH: Statements = Statements {
        count: concat!("SELECT COUNT(*)", searched!()),
        page: concat!("SELECT o.id, o.channel_order_id", searched!(), " ORDER BY o.created_at, o.id LIMIT $13 OFFSET $14"),
    };
    let owner = params![supplier];
    if filter.channel.is_none() && filter.search.is_none() {
        return list(s, &STATEMENTS, owner, filter, page).await;
    }
    let search = filter.search.as_ref();
    let (pattern, lower) = search.map(OrderSearch::patterns).unzip();
    let (code, phone) = (search.and_then(OrderSearch::code), search.and_then(OrderSearch::phone));
    let of_supplier = params![filter.updated_since, filter.channel, pattern, lower, code, phone];
    page_by(s, &SEARCH, [owner.as_slice(), &any_filter(filter), &of_supplier].concat(), page).await
}

/// A page by the statements that suit the filter.
async fn list(s: &Session, statements: &StatementsOfOwner, owner: [Value; 1], filter: &OrderFilter, page: Page) -> Result<Paged<Order>> {
    let is_plain = filter.date_from.is_none() && filter.date_to.is_none() && filter.product.is_none();
    let (chosen, asked) = match (filter.updated_since, filter.status) {
        (Some(since), _) => (&statements.changed, [any_filter(filter).as_slice(), &params![since]].concat()),
        (None, None) if is_plain => (&statements.of_kind, params![filter.kind].to_vec()),
        (None, Some(status @ (OrderStatus::New | OrderStatus::SupplierPending))) if is_plain => {
            (&statements.to_answer, params![filter.kind, status].to_vec())
        }
        (None, Some(status)) if is_plain => (&statements.in_state, params![filter.kind, status].to_vec()),
        (None, _) => (&statements.filtered, any_filter(filter).to_vec()),
    };
    page_by(s, chosen, [owner.as_slice(), &asked].concat(), page).await
}

/// What stands for `$2` to `$6` where every filter may be set.
fn any_filter(filter: &OrderFilter) -> [Value; 5] {
    params![filter.kind, filter.status, filter.date_from, filter.date_to, filter.product]
}

async fn page_by(s: &Session, statements: &Statements, params: Vec<Value>, page: Page) -> Result<Paged<Order>> {
    let with_page = [params.as_slice(), &params![page.limit(), page.offset()]].concat();
    let (total, found) = try_join!(s.query_one(statements.count, &params), s.query(statements.page, &with_page))?;
    let codes = |row: &Row| Ok((row.get(0)?, row.get(1)?));
    let found: Vec<(OrderId, ChannelOrderId)> = found.iter().map(codes).collect::<Result<_>>()?;
    Ok(Paged { items: read(s, &found).await?, total: count(&total)? })
}
