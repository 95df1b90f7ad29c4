//! What must hold for every answer, and for the same thing sent again.

use serde_json::{Map, Value};

use crate::program::Reply;

/// Checks an answer by itself: it is never a fault of ours, and whoever is refused is told why.
pub(crate) fn check(sent: &str, reply: &Reply) {
    assert!(reply.status < 500, "{sent}\nis answered with {}: {}", reply.status, shown(reply));
    if reply.status < 400 {
        return;
    }
    let body = reply.json();
    let Value::Object(members) = &body else { panic!("{sent}\nis refused without a reason: {} {}", reply.status, shown(reply)) };
    let code = members.get("code").or_else(|| members.get("error")?.get("code")).and_then(Value::as_str);
    assert!(code.is_some_and(|code| !code.is_empty()), "{sent}\nis refused without a code: {}", shown(reply));
    let texts = texts(members);
    assert!(!texts.is_empty(), "{sent}\nis refused without a field or a sentence: {}", shown(reply));
    for (name, text) in texts {
        assert!(!text.trim().is_empty(), "{sent}\nis refused without a word about {name}: {}", shown(reply));
        // Where a sentence could not be made, its name or a gap is left.
        assert!(!text.contains("{$") && !text.contains("{ $"), "{sent}\nis refused with a gap in {name}: {text}");
    }
}

/// Checks that a refusal says the same in both languages.
pub(crate) fn check_languages(sent: &str, korean: &Reply, english: &Reply) {
    assert_eq!(korean.status, english.status, "{sent}\nis refused otherwise in English: {}\n{}", shown(korean), shown(english));
    let (korean_body, english_body) = (korean.json(), english.json());
    let (Value::Object(korean), Value::Object(english)) = (&korean_body, &english_body) else { return };
    let (in_korean, in_english) = (texts(korean), texts(english));
    let names = |texts: &[(String, String)]| texts.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&in_korean), names(&in_english), "{sent}\nnames other fields in English");
    for ((name, korean), (_, english)) in in_korean.iter().zip(&in_english) {
        assert!(korean.chars().any(is_hangul), "{sent}\nis not refused in Korean at {name}: {korean}");
        assert!(english.chars().any(|c| c.is_ascii_lowercase()), "{sent}\nis not refused in English at {name}: {english}");
        // What was sent is shown, and may be Korean itself, also behind the escapes of JSON or of an address.
        let may_quote_korean = !sent.is_ascii() || sent.contains(['\\', '%']);
        assert!(may_quote_korean || !english.chars().any(is_hangul), "{sent}\nhas Korean in English: {english}");
    }
}

/// Checks what was answered when the same was sent again in other words.
pub(crate) fn check_same(sent: &str, first: &Reply, again: &Reply) {
    if first.status < 300 {
        // It may be there already now, but it cannot have become wrong by itself.
        assert!(again.status != 400, "{sent}\nis accepted, and refused when written again: {}", shown(again));
        return;
    }
    assert_eq!(first.status, again.status, "{sent}\nis refused otherwise when written again: {}\n{}", shown(first), shown(again));
    assert_eq!(without_id(first), without_id(again), "{sent}\nis refused otherwise when written again");
}

/// The sentences of a refusal by the names of what they are about.
fn texts(members: &Map<String, Value>) -> Vec<(String, String)> {
    let told = |members: &Map<String, Value>| -> Vec<(String, String)> {
        members.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
    };
    match (members.get("error"), members.get("errors"), members.get("message").and_then(Value::as_str)) {
        // Fields of a body, where `error` has the code.
        (Some(Value::Object(_)), _, _) => told(members),
        // Parameters of a query.
        (_, Some(Value::Object(parameters)), Some(_)) => told(parameters),
        (_, _, Some(message)) => vec![("message".to_owned(), message.to_owned())],
        _ => Vec::new(),
    }
}

fn without_id(reply: &Reply) -> Value {
    let mut body = reply.json();
    for object in ["", "/error"] {
        if let Some(Value::Object(members)) = body.pointer_mut(object) {
            members.remove("request_id");
        }
    }
    body
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7a3}')
}

fn shown(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.bytes).chars().take(2_000).collect()
}
