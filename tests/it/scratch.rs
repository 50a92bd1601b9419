use snowglobe::{clock::VirtualClock, engine::Account, world::s3::ObjectStorage};
use std::sync::Arc;

#[tokio::test]
async fn scratch() {
    let clock = Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap()));
    let storage = ObjectStorage::in_memory(clock.clone(), Default::default());
    let account = Account::in_memory(clock, Arc::new(storage));
    let mut session = account.session("TESTER");
    let script = std::fs::read_to_string("/tmp/scratch.sql").unwrap();
    for statement in snowglobe::sql::split(&script) {
        println!("> {}", statement.text);
        let start = std::time::Instant::now();
        match session.execute(&statement.text).await {
            Ok(result) => {
                let names: Vec<String> = result
                    .columns()
                    .iter()
                    .map(|c| format!("{}:{}", c.name, c.data_type))
                    .collect();
                println!("  {}  [{:?}]", names.join(" | "), start.elapsed());
                for row in result.to_text(&session.context().types).unwrap() {
                    println!("  {row:?}");
                }
            }
            Err(error) => println!("  ERROR {error} {:?}", error.place()),
        }
    }
}
