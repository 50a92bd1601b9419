use object_store::memory::InMemory;

use super::*;

fn events(numbers: std::ops::Range<u32>) -> Vec<Event> {
    numbers
        .map(|number| Event {
            key: None,
            payload: format!("{number},x").into_bytes(),
            timestamp: jiff::Timestamp::UNIX_EPOCH,
        })
        .collect()
}

fn dropping(store: &Arc<InMemory>) -> FileDrop {
    let config = FilesConfig {
        prefix: "in/".to_owned(),
        name: "rows".to_owned(),
        extension: "csv".to_owned(),
        header: Some("ID,X".to_owned()),
        records_per_file: 2,
    };
    FileDrop::new(config, Arc::clone(store) as Arc<dyn ObjectStore>).unwrap()
}

#[tokio::test]
async fn records_go_into_numbered_files_and_on_behind_them() {
    let store = Arc::new(InMemory::new());
    assert_eq!(dropping(&store).end().await.unwrap(), 0);
    assert_eq!(dropping(&store).write(events(0..3)).await.unwrap(), 3);
    store
        .put(&Path::from("in/rows+7.csv"), "not ours".into())
        .await
        .unwrap();
    store
        .put(&Path::from("in/other+0-99.csv"), "nor this".into())
        .await
        .unwrap();
    assert_eq!(dropping(&store).end().await.unwrap(), 3);
    assert_eq!(dropping(&store).write(events(3..5)).await.unwrap(), 2);
    assert_eq!(dropping(&store).write(events(0..0)).await.unwrap(), 0);
    let text = |key: &'static str| {
        let store = Arc::clone(&store);
        async move { store.get(&Path::from(key)).await.unwrap().bytes().await.unwrap() }
    };
    assert_eq!(
        text("in/rows+0000000000-0000000002.csv").await,
        "ID,X\n0,x\n1,x\n"
    );
    assert_eq!(text("in/rows+0000000002-0000000003.csv").await, "ID,X\n2,x\n");
    assert_eq!(
        text("in/rows+0000000003-0000000005.csv").await,
        "ID,X\n3,x\n4,x\n"
    );
}
