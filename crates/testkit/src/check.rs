//! What must hold whatever happened.

use axhub_store::engine::Row;
use axhub_store::{Database, Error, Mode, allotments, stock};

/// Fails unless the stock is sound: in every row `0 ≤ held`, `0 ≤ ordered`, `held + ordered ≤ max`, and `ordered` is what
/// its open and used tickets take; every allotment has as many units taken as its channel has; and every order has as many
/// tickets as units.
pub async fn assert_stock_is_sound(database: &Database) {
    let (mismatches, of_allotments, impossible, torn) = database
        .run("test.check", Mode::Snapshot, (), |s, ()| {
            Box::pin(async move {
                let mismatches = stock::mismatches(s).await?;
                let of_allotments = allotments::mismatches(s).await?;
                let impossible = "SELECT COUNT(*) FROM stock WHERE held < 0 OR ordered < 0 OR held + ordered > max_quantity";
                let impossible = s.query_one(impossible, &[]).await?.int(0)?;
                let torn = "SELECT COUNT(*) FROM orders o WHERE o.quantity <> (SELECT COUNT(*) FROM tickets t WHERE t.order_id = o.id)";
                let torn: Result<i64, Error> = s.query_one(torn, &[]).await.and_then(|row: Row| row.int(0));
                Ok::<_, Error>((mismatches, of_allotments, impossible, torn?))
            })
        })
        .await
        .unwrap_or_else(|error| panic!("the stock cannot be checked: {error}"));
    assert_eq!(mismatches, [], "rows whose ordered units are not those of their tickets");
    assert_eq!(of_allotments, [], "allotments whose taken units are not those of their channels' tickets");
    assert_eq!(impossible, 0, "rows with more sold than there is, or less than nothing");
    assert_eq!(torn, 0, "orders with more or fewer tickets than units");
}
