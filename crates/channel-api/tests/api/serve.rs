#[tokio::test]
#[ignore]
async fn serve() {
    let app = axhub_testkit::App::start(axhub_testkit::Engine::Sqlite).await;
    app.register("alpha", &app.world().paris).await;
    println!("SERVE {} {}", app.base_url(), app.world().channel("alpha").key);
    tokio::time::sleep(std::time::Duration::from_secs(500)).await;
}
