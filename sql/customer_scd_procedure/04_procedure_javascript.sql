-- 4. The load, in JavaScript. 04_procedure_sql.sql holds the same in Snowflake Scripting; whichever of the two is run
-- last is the one that the task calls.
--
-- All of it is one transaction: a load that fails leaves everything as it was, and the next one takes it up again.

USE SCHEMA CUSTOMER_SCD_DB.DIMENSION;

CREATE OR REPLACE PROCEDURE LOAD_CUSTOMERS()
RETURNS VARCHAR
LANGUAGE JAVASCRIPT
COMMENT = 'CUSTOMER_RAW through CUSTOMER_STAGE into CUSTOMER_DIM'
AS
$$
const raw = "CUSTOMER_SCD_DB.LANDING.CUSTOMER_RAW";
const stage = "CUSTOMER_SCD_DB.LANDING.CUSTOMER_STAGE";
const dim = "CUSTOMER_SCD_DB.DIMENSION.CUSTOMER_DIM";
const control = "CUSTOMER_SCD_DB.DIMENSION.PARAMETER_CONTROL";
const loadedFiles = "CUSTOMER_SCD_DB.DIMENSION.LOADED_FILES";
const log = "CUSTOMER_SCD_DB.DIMENSION.LOAD_LOG";
const thisLoad = `FILE_NAME IN (SELECT FILE_NAME FROM ${loadedFiles} WHERE LOAD_ID = ?)`;

// Runs a statement; answers how many rows it changed.
function run(sqlText, binds = []) {
    const statement = snowflake.createStatement({ sqlText, binds });
    statement.execute();
    return statement.getNumRowsAffected();
}

// The one row of a query.
function row(sqlText, binds = []) {
    const statement = snowflake.createStatement({ sqlText, binds });
    const result = statement.execute();
    result.next();
    const cells = [];
    for (let column = 1; column <= statement.getColumnCount(); column++) {
        cells.push(result.getColumnValue(column));
    }
    return cells;
}

run("BEGIN TRANSACTION");
try {
    // Moments go to and fro as text, whose nanoseconds a JavaScript Date would drop.
    const [load, from] = row(
        `SELECT LAST_LOAD + 1,
            TO_VARCHAR(DATEADD('MINUTE', -OVERLAP_MINUTES, LAST_EXTRACTED), 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM')
         FROM ${control} WHERE TABLE_NAME = 'CUSTOMER_RAW'`);

    // The rows of a file are committed together, so naming its files says once and for all what this load takes:
    // a file that Snowpipe commits from here on is for the next.
    const files = run(
        `INSERT INTO ${loadedFiles} (LOAD_ID, FILE_NAME, ROW_COUNT, LOADED_AT)
         SELECT ?, FILE_NAME, COUNT(*), MAX(LOADED_AT)
         FROM ${raw} WHERE LOADED_AT > TO_TIMESTAMP_LTZ(?, 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM')
         GROUP BY FILE_NAME ORDER BY FILE_NAME`, [load, from]);
    if (files === 0) {
        run("ROLLBACK");
        return "nothing new";
    }
    const [taken, to] = row(
        `SELECT SUM(ROW_COUNT), TO_VARCHAR(MAX(LOADED_AT), 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM')
         FROM ${loadedFiles} WHERE LOAD_ID = ?`, [load]);
    const [refused] = row(`SELECT COUNT(*) FROM ${raw} WHERE SURPLUS IS NOT NULL AND ${thisLoad}`, [load]);

    // One row per customer: the latest, and of several that tell of one moment the first to arrive.
    run(`DELETE FROM ${stage}`);
    const staged = run(
        `INSERT INTO ${stage}
         SELECT CUSTOMER_ID, FIRST_NAME, LAST_NAME, EMAIL, STREET, CITY, STATE, COUNTRY, ZIP, UPDATED_AT,
            SCD1_HASH, SCD2_HASH
         FROM ${raw} WHERE SURPLUS IS NULL AND ${thisLoad}
         QUALIFY ROW_NUMBER() OVER (
            PARTITION BY CUSTOMER_ID ORDER BY UPDATED_AT DESC, FILE_NAME, FILE_ROW_NUMBER) = 1`, [load]);

    // What is not newer than the dimension came late, or a second time.
    const late = run(
        `DELETE FROM ${stage} s USING ${dim} d
         WHERE d.CUSTOMER_ID = s.CUSTOMER_ID AND d.IS_CURRENT AND s.UPDATED_AT <= d.UPDATED_AT`);
    const [newcomers] = row(
        `SELECT COUNT_IF(d.CUSTOMER_ID IS NULL)
         FROM ${stage} s LEFT JOIN ${dim} d ON d.CUSTOMER_ID = s.CUSTOMER_ID AND d.IS_CURRENT`);

    // SCD 1 in every version; SCD 2: a current version with another address ends.
    const names =
        "FIRST_NAME = s.FIRST_NAME, LAST_NAME = s.LAST_NAME, EMAIL = s.EMAIL, SCD1_HASH = s.SCD1_HASH";
    run(`MERGE INTO ${dim} d USING ${stage} s ON d.CUSTOMER_ID = s.CUSTOMER_ID
         WHEN MATCHED AND d.IS_CURRENT AND d.SCD2_HASH <> s.SCD2_HASH
            THEN UPDATE SET ${names}, VALID_TO = s.UPDATED_AT, IS_CURRENT = FALSE
         WHEN MATCHED AND d.IS_CURRENT THEN UPDATE SET ${names}, UPDATED_AT = s.UPDATED_AT
         WHEN MATCHED AND d.SCD1_HASH <> s.SCD1_HASH THEN UPDATE SET ${names}`);

    // A first version for new customers, the next one for those whose version has just ended.
    const inserted = run(
        `INSERT INTO ${dim} (
            CUSTOMER_ID, FIRST_NAME, LAST_NAME, EMAIL, STREET, CITY, STATE, COUNTRY, ZIP,
            SCD1_HASH, SCD2_HASH, UPDATED_AT, VALID_FROM, VALID_TO, IS_CURRENT)
         SELECT s.CUSTOMER_ID, s.FIRST_NAME, s.LAST_NAME, s.EMAIL, s.STREET, s.CITY, s.STATE, s.COUNTRY, s.ZIP,
            s.SCD1_HASH, s.SCD2_HASH, s.UPDATED_AT, s.UPDATED_AT, '9999-12-31'::TIMESTAMP_NTZ, TRUE
         FROM ${stage} s LEFT JOIN ${dim} d ON d.CUSTOMER_ID = s.CUSTOMER_ID AND d.IS_CURRENT
         WHERE d.CUSTOMER_ID IS NULL
         ORDER BY s.CUSTOMER_ID`);
    const versions = inserted - newcomers;

    run(`INSERT INTO ${log}
         SELECT ?, CURRENT_TIMESTAMP(), TO_TIMESTAMP_LTZ(?, 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM'),
            TO_TIMESTAMP_LTZ(?, 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM'), ?, ?, ?, ?, ?, ?, ?, ?`,
        [load, from, to, files, taken, refused, taken - refused - staged, late, newcomers, versions,
            staged - late - newcomers - versions]);
    run(`UPDATE ${control}
         SET LAST_EXTRACTED = GREATEST(LAST_EXTRACTED, TO_TIMESTAMP_LTZ(?, 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM')),
            LAST_LOAD = ?
         WHERE TABLE_NAME = 'CUSTOMER_RAW'`, [to, load]);

    // Clean-up: what this load took leaves both tables.
    run(`DELETE FROM ${raw} WHERE ${thisLoad}`, [load]);
    run(`DELETE FROM ${stage}`);
    run("COMMIT");
    return `load ${load}: ${files} files, ${taken} rows, ${newcomers} new customers, `
        + `${versions} new versions, ${late} late`;
} catch (error) {
    run("ROLLBACK");
    throw error;
}
$$;
