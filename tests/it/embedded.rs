//! The warehouse as a library, as Rust tests use it.

use snowglobe::Snowglobe;

#[tokio::test]
async fn a_task_consumes_a_stream_when_time_passes() {
    let mut warehouse = Snowglobe::builder()
        .parameter("TIMEZONE", "UTC")
        .build()
        .await
        .unwrap();
    let script = "
        CREATE TABLE RAW (ID INT, NAME VARCHAR(20));
        CREATE TABLE CUSTOMER (ID INT, NAME VARCHAR(20), AT TIMESTAMP_NTZ);
        CREATE STREAM S ON TABLE RAW;
        CREATE TASK T SCHEDULE = '5 MINUTES' TIMEZONE = 'UTC' WHEN SYSTEM$STREAM_HAS_DATA('S') AS
            INSERT INTO CUSTOMER SELECT ID, NAME, CURRENT_TIMESTAMP()::TIMESTAMP_NTZ FROM S;
        ALTER TASK T RESUME;
        INSERT INTO RAW VALUES (1, 'Ada'), (2, NULL);";
    assert_eq!(warehouse.script(script).await.unwrap().len(), 6);
    let passed = warehouse.advance("11 minutes").await.unwrap();
    assert!(passed.complete && !passed.tasks.is_empty());
    let answer = warehouse
        .execute("SELECT * FROM CUSTOMER ORDER BY ID")
        .await
        .unwrap();
    insta::assert_snapshot!(answer, @r"
    | ID NUMBER(38,0)
    | NAME VARCHAR(20)
    | AT TIMESTAMP_NTZ(9)
      1 | Ada | 2026-01-01 00:05:00.000
      2 | NULL | 2026-01-01 00:05:00.000
    ");
    let error = warehouse.execute("SELECT * FROM NOSUCH").await.unwrap_err();
    assert_eq!(error.code(), 2003);
    assert!(warehouse.advance("soon").await.is_err());
}
