//! How many connections the process may have: each is an open file.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files for everything else: the database, its pools, the log, clients that are turned away.
const OTHERS: u64 = 256;

/// As many connections as wanted, or as the process may have. Raises its own limit where the system allows it: systems set a
/// low one and leave it to each program to ask for more.
pub(super) fn allow(connections: u32) -> u32 {
    let wanted = u64::from(connections) + OTHERS;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // `None` is without bounds.
    if current.is_none_or(|current| current >= wanted) {
        return connections;
    }
    let possible = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let allowed = match setrlimit(Resource::Nofile, Rlimit { current: Some(possible), maximum }) {
        Ok(()) => possible,
        Err(_) => current.unwrap_or(possible),
    };
    // Even where hardly any file is allowed, somebody is served.
    let fitting = allowed.saturating_sub(OTHERS).max(allowed / 2).max(1);
    let fitting = u32::try_from(fitting).unwrap_or(u32::MAX).min(connections);
    if fitting < connections {
        tracing::warn!(connections, fitting, files = allowed, "the process may open too few files for its connections: raise `ulimit -n`");
    }
    fitting
}
