//! dump
#[test]
fn dump() {
    let mut document = axhub_channel_api::routes().into_openapi();
    axhub_web::openapi::complete(&mut document);
    std::fs::write("/tmp/channel.json", document.to_pretty_json().unwrap()).unwrap();
}
