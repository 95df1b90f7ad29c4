//! Where persons are in the database: in two tables, and after they were erased in none.

use std::collections::BTreeSet;

use axhub_testkit::contents;

use super::Scene;

/// The only tables that have persons.
const TABLES: [&str; 2] = ["travelers", "reviewers"];

/// Fails unless everything that was planted of persons stands in these tables, and nothing of it in another.
pub async fn assert_apart(scene: &Scene) {
    let contents = contents(scene.database.database()).await;
    let planted = scene.markers.personal();
    let (mut elsewhere, mut found) = (Vec::new(), BTreeSet::new());
    for (table, rows) in &contents {
        for (what, _) in planted.iter().filter(|(_, word)| rows.contains(word.as_str())) {
            if TABLES.contains(&table.as_str()) {
                found.insert(what);
            } else {
                elsewhere.push(format!("{table} has {what}"));
            }
        }
    }
    assert!(elsewhere.is_empty(), "{}", elsewhere.join("\n"));
    let lost: Vec<&String> = planted.iter().map(|(what, _)| what).filter(|what| !found.contains(what)).collect();
    assert!(lost.is_empty() && planted.len() > 50, "planted, and not found where persons are: {lost:?}");
}

/// Fails when anything of these persons stands in any table.
pub async fn assert_gone(scene: &Scene, persons: &[(String, String)]) {
    assert!(!persons.is_empty());
    for (table, rows) in contents(scene.database.database()).await {
        let left: Vec<&String> = persons.iter().filter(|(_, word)| rows.contains(word.as_str())).map(|(what, _)| what).collect();
        assert!(left.is_empty(), "{table} still has {left:?}");
    }
}
