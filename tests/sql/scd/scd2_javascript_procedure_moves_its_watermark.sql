-- SCD 2: a procedure in JavaScript reads from its watermark on and moves it
--
-- The same as in Snowflake Scripting, with binds for the times. The second run finds nothing to do and says so; the third
-- takes the one change that is new.
-- @setup _changes.sql
-- @setup _history_with_two.sql
-- @setup _control.sql

CREATE PROCEDURE LOAD_HISTORY()
RETURNS VARCHAR
LANGUAGE JAVASCRIPT
EXECUTE AS CALLER
AS
$$
function run(sql, binds) {
    const statement = snowflake.createStatement({ sqlText: sql, binds: binds || [] });
    return { statement: statement, rows: statement.execute() };
}

const control = run("SELECT TO_VARCHAR(WATERMARK) FROM LOAD_CONTROL WHERE LOAD_NAME = 'CUSTOMER_HISTORY'").rows;
control.next();
const since = control.getColumnValue(1);
const found = run("SELECT TO_VARCHAR(MAX(CHANGED_AT)) FROM CUSTOMER_CHANGES WHERE CHANGED_AT > ?::TIMESTAMP_NTZ", [since]).rows;
found.next();
const latest = found.getColumnValue(1);
if (latest === null) {
    return "nothing since " + since;
}
try {
    run("BEGIN");
    run(`UPDATE CUSTOMER_HISTORY H
         SET VALID_TO = S.CHANGED_AT, IS_CURRENT = FALSE
         FROM CUSTOMER_CHANGES S
         WHERE H.CUSTOMER_ID = S.CUSTOMER_ID AND H.IS_CURRENT AND S.CHANGED_AT > ?::TIMESTAMP_NTZ`, [since]);
    const opened = run(`INSERT INTO CUSTOMER_HISTORY
         SELECT CUSTOMER_ID, NAME, CITY, CHANGED_AT, '9999-12-31', TRUE
         FROM CUSTOMER_CHANGES
         WHERE CHANGED_AT > ?::TIMESTAMP_NTZ`, [since]).statement.getNumRowsAffected();
    run("UPDATE LOAD_CONTROL SET WATERMARK = ?::TIMESTAMP_NTZ, ROWS_LAST_RUN = ? WHERE LOAD_NAME = 'CUSTOMER_HISTORY'",
        [latest, opened]);
    run("COMMIT");
    return opened + " versions opened";
} catch (error) {
    run("ROLLBACK");
    throw error;
}
$$;

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'Paris',    'U', '2026-01-02 09:00:00'),
    (3, 'Bela', 'Budapest', 'I', '2026-01-02 10:00:00');

CALL LOAD_HISTORY();

CALL LOAD_HISTORY();

INSERT INTO CUSTOMER_CHANGES VALUES (3, 'Bela', 'Vienna', 'U', '2026-01-03 10:00:00');

CALL LOAD_HISTORY();

SELECT * FROM CUSTOMER_HISTORY ORDER BY CUSTOMER_ID, VALID_FROM;

SELECT * FROM LOAD_CONTROL;
