-- SCD 2: a task is skipped while its stream is empty, and runs when there is something in it
--
-- Two minutes pass without a change: both runs are skipped. Then Ada moves, and the third run writes her new version. The
-- fourth has nothing to do again.
-- @setup _changes.sql
-- @setup _history_with_two.sql
-- @setup _lay_out_anew.sql

CREATE TASK HISTORY_TASK
    SCHEDULE = '1 MINUTE'
    WHEN SYSTEM$STREAM_HAS_DATA('NEW_CHANGES')
AS CALL LAY_OUT_ANEW();

ALTER TASK HISTORY_TASK RESUME;

-- @advance 2 minutes

SELECT * FROM CUSTOMER_HISTORY ORDER BY CUSTOMER_ID, VALID_FROM;

INSERT INTO CUSTOMER_CHANGES VALUES (1, 'Ada', 'Paris', 'U', '2026-01-02 09:00:00');

-- @advance 2 minutes

SELECT * FROM CUSTOMER_HISTORY ORDER BY CUSTOMER_ID, VALID_FROM;

ALTER TASK HISTORY_TASK SUSPEND;

SELECT STATE
FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY(TASK_NAME => 'HISTORY_TASK'))
WHERE STATE <> 'SCHEDULED' AND DATABASE_NAME = CURRENT_DATABASE()
ORDER BY SCHEDULED_TIME;
