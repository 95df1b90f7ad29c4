//! The one of all targets that the environment names, for libFuzzer, which has no arguments of ours.

use std::sync::LazyLock;

use crate::{Engine, Target, targets};

/// Takes any bytes for the target that `AXHUB_FUZZ_TARGET` names, over the engine that `AXHUB_FUZZ_ENGINE` names.
///
/// # Panics
/// When something does not hold, and where the environment names what there is not.
pub fn any(bytes: &[u8]) {
    static CHOSEN: LazyLock<(Target, Engine)> = LazyLock::new(|| {
        let variable = |name: &str| std::env::var(name).ok();
        chosen(variable("AXHUB_FUZZ_TARGET").as_deref(), variable("AXHUB_FUZZ_ENGINE").as_deref()).unwrap_or_else(|why| panic!("{why}"))
    });
    let (target, engine) = &*CHOSEN;
    target.run(*engine, bytes);
}

fn chosen(target: Option<&str>, engine: Option<&str>) -> Result<(Target, Engine), String> {
    let engine = match engine {
        None | Some("sqlite") => Engine::Sqlite,
        Some("postgres") => Engine::Postgres,
        Some(other) => return Err(format!("AXHUB_FUZZ_ENGINE must be sqlite or postgres, not {other}")),
    };
    let found = targets().into_iter().find(|known| Some(known.name) == target);
    let names = || targets().iter().map(|known| known.name).collect::<Vec<_>>().join(", ");
    found.map(|target| (target, engine)).ok_or_else(|| format!("AXHUB_FUZZ_TARGET must be one of {}", names()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_chooses() {
        let name = |target, engine| chosen(target, engine).map(|(target, engine)| (target.name, engine));
        assert_eq!(name(Some("channel-order"), None), Ok(("channel-order", Engine::Sqlite)));
        assert_eq!(name(Some("dates"), Some("sqlite")), Ok(("dates", Engine::Sqlite)));
        assert_eq!(name(Some("channel-order"), Some("postgres")), Ok(("channel-order", Engine::Postgres)));
        assert!(name(None, None).is_err_and(|why| why.contains("channel-order, ")));
        assert!(name(Some("channel-orders"), None).is_err());
        assert_eq!(name(Some("dates"), Some("mysql")), Err("AXHUB_FUZZ_ENGINE must be sqlite or postgres, not mysql".to_owned()));
    }
}
