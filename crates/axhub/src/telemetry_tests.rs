use std::io::Write;
use std::panic::{catch_unwind, set_hook, take_hook};
use std::sync::{Arc, Mutex};

use super::*;

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_panic_is_logged_with_its_place_and_no_text_that_was_put_together() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone()).finish();
    let person = "secret-person".to_owned();
    let before = take_hook();
    log_panics();
    tracing::subscriber::with_default(subscriber, || {
        assert!(catch_unwind(|| panic!("{person} cannot be")).is_err());
        assert!(catch_unwind(|| panic!("what cannot be is")).is_err());
        assert!(catch_unwind(|| person.parse::<u8>().map_err(|_| &person).expect("it is there")).is_err());
    });
    set_hook(before);

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains("secret-person"), "{text}");
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let texts: Vec<&str> = lines.iter().map(|line| line["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["(text withheld)", "what cannot be is", "(text withheld)"]);
    assert!(lines.iter().all(|line| line["place"].as_str().unwrap().contains("telemetry_tests.rs")), "{text}");
}
