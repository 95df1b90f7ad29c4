//! What may become of an order, by the hub's table: asked once for each order that looks the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axhub_domain::state::{Action, transition};

use crate::state::{Changed, Line};

/// The changes that each order may see. Clients and suppliers try everything; what is refused or changes nothing is left out.
#[derive(Debug, Default)]
pub struct Changes(Mutex<HashMap<Line, Possible>>);

/// Every action that changes an order, and what it changes.
type Possible = Arc<Vec<(Action, Changed)>>;

impl Changes {
    /// Every action that changes the order, and what it changes.
    pub fn of(&self, line: &Line) -> Possible {
        let mut known = self.0.lock().expect("nobody panics here");
        if let Some(changes) = known.get(line) {
            return Arc::clone(changes);
        }
        let actions = line.actions().into_iter();
        let changes = Arc::new(actions.filter_map(|action| Some((action, change_of(line, action)?))).collect::<Vec<_>>());
        known.insert(line.clone(), Arc::clone(&changes));
        changes
    }
}

/// What an action changes, by [`transition`]; `None` when it may not be or changes nothing.
fn change_of(line: &Line, action: Action) -> Option<Changed> {
    let change = transition(&line.as_order(), action).ok().flatten()?;
    (!change.is_empty()).then(|| change.into())
}
