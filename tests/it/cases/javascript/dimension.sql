-- A customer dimension that one procedure keeps: it reads from a control table what is new, builds its statements from
-- the dimension's columns, keeps one attribute's history (SCD 2) and overwrites another (SCD 1), and cleans up.
CREATE DATABASE D;
ALTER SESSION SET TIMEZONE = 'UTC';
CREATE TABLE STAGE_CUSTOMER (ID INT, NAME VARCHAR, CITY VARCHAR, LOADED TIMESTAMP_NTZ);
CREATE TABLE CUSTOMER (ID INT, NAME VARCHAR, CITY VARCHAR, VALID_FROM TIMESTAMP_NTZ, VALID_TO TIMESTAMP_NTZ, IS_CURRENT BOOLEAN);
CREATE TABLE CONTROL (NAME VARCHAR, VALUE VARCHAR);
INSERT INTO CONTROL VALUES ('CUSTOMER_LAST_EXTRACT', '1900-01-01 00:00:00');
--> number of rows inserted
--- 1
CREATE PROCEDURE LOAD_CUSTOMER(TARGET VARCHAR, KEY VARCHAR, OVERWRITTEN ARRAY, KEPT ARRAY) RETURNS VARIANT LANGUAGE JAVASCRIPT EXECUTE AS CALLER AS
$$
  const FOREVER = '9999-12-31 00:00:00';
  const run = (sqlText, binds = []) => {
    const statement = snowflake.createStatement({ sqlText, binds });
    return [statement, statement.execute()];
  };
  const one = (sqlText, binds) => {
    const [, rows] = run(sqlText, binds);
    return rows.next() ? rows.getColumnValueAsString(1) : null;
  };
  const control = TARGET + '_LAST_EXTRACT';
  const since = one('SELECT VALUE FROM CONTROL WHERE NAME = ?', [control]);
  const until = one(`SELECT TO_VARCHAR(MAX(LOADED), 'YYYY-MM-DD HH24:MI:SS') FROM STAGE_${TARGET} WHERE LOADED > ?`, [since]);
  if (until === null) {
    return { status: 'nothing new', since };
  }
  const summary = { since, until };
  const newest = `(SELECT * FROM STAGE_${TARGET} WHERE LOADED > '${since}' AND LOADED <= '${until}'
                   QUALIFY ROW_NUMBER() OVER (PARTITION BY ${KEY} ORDER BY LOADED DESC) = 1)`;
  const differs = (columns) => columns.map((c) => `T.${c} IS DISTINCT FROM S.${c}`).join(' OR ');
  run('BEGIN');
  try {
    let [s] = run(`UPDATE ${TARGET} T SET ${OVERWRITTEN.map((c) => `${c} = S.${c}`).join(', ')} FROM ${newest} S
                   WHERE T.${KEY} = S.${KEY} AND (${differs(OVERWRITTEN)})`);
    summary.overwritten = s.getNumRowsUpdated();
    [s] = run(`MERGE INTO ${TARGET} T USING ${newest} S ON T.${KEY} = S.${KEY} AND T.IS_CURRENT
               WHEN MATCHED AND (${differs(KEPT)}) THEN UPDATE SET VALID_TO = S.LOADED, IS_CURRENT = FALSE`);
    summary.closed = s.getNumRowsUpdated();
    const columns = [KEY, ...OVERWRITTEN, ...KEPT].join(', ');
    [s] = run(`INSERT INTO ${TARGET} (${columns}, VALID_FROM, VALID_TO, IS_CURRENT)
               SELECT ${columns}, LOADED, :1, TRUE FROM ${newest} S
               WHERE NOT EXISTS (SELECT 1 FROM ${TARGET} T WHERE T.${KEY} = S.${KEY} AND T.IS_CURRENT)`, [FOREVER]);
    summary.opened = s.getNumRowsInserted();
    run('UPDATE CONTROL SET VALUE = ? WHERE NAME = ?', [until, control]);
    run(`DELETE FROM STAGE_${TARGET} WHERE LOADED <= :1`, [until]);
    run('COMMIT');
    summary.status = 'loaded';
  } catch (error) {
    run('ROLLBACK');
    summary.status = 'failed: ' + error.message;
  }
  return summary;
$$;
CALL LOAD_CUSTOMER('CUSTOMER', 'ID', ['NAME'], ['CITY']);
--> LOAD_CUSTOMER
--- {\n  "since": "1900-01-01 00:00:00",\n  "status": "nothing new"\n}
INSERT INTO STAGE_CUSTOMER VALUES (1, 'Ann', 'Oslo', '2026-01-01 10:00:00'), (2, 'Bob', 'Rome', '2026-01-01 10:00:00'), (1, 'Anne', 'Oslo', '2026-01-01 11:00:00');
--> number of rows inserted
--- 3
CALL LOAD_CUSTOMER('CUSTOMER', 'ID', ['NAME'], ['CITY']);
--> LOAD_CUSTOMER
--- {\n  "closed": 0,\n  "opened": 2,\n  "overwritten": 0,\n  "since": "1900-01-01 00:00:00",\n  "status": "loaded",\n  "until": "2026-01-01 11:00:00"\n}
SELECT * FROM CUSTOMER ORDER BY ID, VALID_FROM;
--> ID | NAME | CITY | VALID_FROM | VALID_TO | IS_CURRENT
--- 1 | Anne | Oslo | 2026-01-01 11:00:00.000 | 9999-12-31 00:00:00.000 | TRUE
--- 2 | Bob | Rome | 2026-01-01 10:00:00.000 | 9999-12-31 00:00:00.000 | TRUE
INSERT INTO STAGE_CUSTOMER VALUES (1, 'Anna', 'Bergen', '2026-01-02 10:00:00'), (2, 'Bob', 'Rome', '2026-01-02 10:00:00'), (3, 'Eve', NULL, '2026-01-02 10:00:00');
--> number of rows inserted
--- 3
CALL LOAD_CUSTOMER('CUSTOMER', 'ID', ['NAME'], ['CITY']);
--> LOAD_CUSTOMER
--- {\n  "closed": 1,\n  "opened": 2,\n  "overwritten": 1,\n  "since": "2026-01-01 11:00:00",\n  "status": "loaded",\n  "until": "2026-01-02 10:00:00"\n}
SELECT * FROM CUSTOMER ORDER BY ID, VALID_FROM;
--> ID | NAME | CITY | VALID_FROM | VALID_TO | IS_CURRENT
--- 1 | Anna | Oslo | 2026-01-01 11:00:00.000 | 2026-01-02 10:00:00.000 | FALSE
--- 1 | Anna | Bergen | 2026-01-02 10:00:00.000 | 9999-12-31 00:00:00.000 | TRUE
--- 2 | Bob | Rome | 2026-01-01 10:00:00.000 | 9999-12-31 00:00:00.000 | TRUE
--- 3 | Eve | NULL | 2026-01-02 10:00:00.000 | 9999-12-31 00:00:00.000 | TRUE
SELECT * FROM CONTROL;
--> NAME | VALUE
--- CUSTOMER_LAST_EXTRACT | 2026-01-02 10:00:00
SELECT COUNT(*) FROM STAGE_CUSTOMER;
--> COUNT(*)
--- 0
-- A failure in the middle changes nothing.
INSERT INTO STAGE_CUSTOMER VALUES (2, 'Robert', 'Milan', '2026-01-03 10:00:00');
--> number of rows inserted
--- 1
ALTER TABLE CUSTOMER RENAME COLUMN VALID_TO TO ENDS;
CALL LOAD_CUSTOMER('CUSTOMER', 'ID', ['NAME'], ['CITY']);
--> LOAD_CUSTOMER
--- {\n  "overwritten": 1,\n  "since": "2026-01-02 10:00:00",\n  "status": "failed: SQL compilation error: error line 3 at position 81\ninvalid identifier 'VALID_TO'",\n  "until": "2026-01-03 10:00:00"\n}
SELECT NAME, CITY, IS_CURRENT FROM CUSTOMER WHERE ID = 2;
--> NAME | CITY | IS_CURRENT
--- Bob | Rome | TRUE
ALTER TABLE CUSTOMER RENAME COLUMN ENDS TO VALID_TO;
-- By a task, it goes on where it stopped.
CREATE TASK LOADING SCHEDULE = '5 MINUTES' AS CALL LOAD_CUSTOMER('CUSTOMER', 'ID', ['NAME'], ['CITY']);
ALTER TASK LOADING RESUME;
--@ advance 5 minutes
SELECT ID, NAME, CITY, IS_CURRENT FROM CUSTOMER WHERE ID = 2 ORDER BY VALID_FROM;
--> ID | NAME | CITY | IS_CURRENT
--- 2 | Robert | Rome | FALSE
--- 2 | Robert | Milan | TRUE
