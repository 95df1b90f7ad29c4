//! What may become of an order, by the hub's table: asked once for each order that looks the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axhub_domain::state::{Action, transition};

use crate::state::{Changed, Line};

/// The changes that each order may see. Clients and suppliers try everything; what is refused or changes nothing is left out.
#[derive(Debug, Default)]
pub struct Changes(Mutex<HashMap<Line, Possible>>);

/// Every action that changes an order.
type Possible = Arc<Vec<Way>>;

/// An action that changes an order.
#[derive(Debug)]
pub struct Way {
    pub action: Action,
    pub change: Changed,
    /// Whether the same action is well received once more, and changes nothing then.
    pub is_repeatable: bool,
}

impl Changes {
    /// Every action that changes the order.
    pub fn of(&self, line: &Line) -> Possible {
        let mut known = self.0.lock().expect("nobody panics here");
        if let Some(changes) = known.get(line) {
            return Arc::clone(changes);
        }
        let actions = line.actions().into_iter();
        let changes: Possible = Arc::new(actions.filter_map(|action| way(line, action)).collect());
        known.insert(line.clone(), Arc::clone(&changes));
        changes
    }
}

/// What an action changes, by [`transition`]; `None` when it may not be or changes nothing.
fn way(line: &Line, action: Action) -> Option<Way> {
    let change = transition(&line.as_order(), action).ok().flatten()?;
    if change.is_empty() {
        return None;
    }
    let change = Changed::from(change);
    let mut changed = line.clone();
    changed.apply(&change);
    let repeated = transition(&changed.as_order(), action);
    Some(Way { action, change, is_repeatable: matches!(repeated, Ok(Some(again)) if again.is_empty()) })
}
