// Snowflake's Go driver against `snowglobe serve`: queries, binds, arrays of binds, asynchronous queries,
// transactions, errors.
//
// Usage: go run . HOST:PORT
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	sf "github.com/snowflakedb/gosnowflake/v2"
)

func check(err error) {
	if err != nil {
		log.Output(2, err.Error())
		os.Exit(1)
	}
}

func equal[T comparable](found, wanted T) {
	if found != wanted {
		log.Output(2, fmt.Sprintf("found %v, not %v", found, wanted))
		os.Exit(1)
	}
}

func values(db *sql.DB) {
	var (
		number int64
		amount float64
		text   string
		truth  bool
		none   sql.NullString
		moment time.Time
		data   string
	)
	row := db.QueryRow(`SELECT 7, 12.5::NUMBER(10,2), 'text', TRUE, NULL, '2026-01-02 03:04:05.678'::TIMESTAMP_NTZ,
		PARSE_JSON('{"a":1}')`)
	check(row.Scan(&number, &amount, &text, &truth, &none, &moment, &data))
	equal(number, 7)
	equal(amount, 12.5)
	equal(text, "text")
	equal(truth, true)
	equal(none.Valid, false)
	equal(moment.UTC().Format(time.RFC3339Nano), "2026-01-02T03:04:05.678Z")
	equal(data, "{\n  \"a\": 1\n}")
}

func tables(db *sql.DB) {
	for _, text := range []string{
		"CREATE OR REPLACE DATABASE GO_DRIVER",
		"CREATE OR REPLACE TABLE GO_DRIVER.PUBLIC.T (ID NUMBER, NAME VARCHAR, AT TIMESTAMP_NTZ)",
	} {
		_, err := db.Exec(text)
		check(err)
	}
	done, err := db.Exec("INSERT INTO GO_DRIVER.PUBLIC.T VALUES (?, ?, ?)", 1, "one", time.Unix(0, 0).UTC())
	check(err)
	count, err := done.RowsAffected()
	check(err)
	equal(count, 1)

	ids, names := make([]int, 500), make([]string, 500)
	for at := range ids {
		ids[at], names[at] = at+2, fmt.Sprintf("name %d", at)
	}
	idArray, err := sf.Array(&ids)
	check(err)
	nameArray, err := sf.Array(&names)
	check(err)
	done, err = db.Exec("INSERT INTO GO_DRIVER.PUBLIC.T (ID, NAME) VALUES (?, ?)", idArray, nameArray)
	check(err)
	count, err = done.RowsAffected()
	check(err)
	equal(count, 500)

	var rows, sum int64
	check(db.QueryRow("SELECT COUNT(*), SUM(ID) FROM GO_DRIVER.PUBLIC.T WHERE ID > ?", 0).Scan(&rows, &sum))
	equal(rows, 501)
	equal(sum, 125751)
}

// Binds that the driver puts into a stage, as it does with many when the account tells it to.
func staged(db *sql.DB) {
	ctx := context.Background()
	session, err := db.Conn(ctx)
	check(err)
	defer session.Close()
	for _, text := range []string{
		"USE SCHEMA GO_DRIVER.PUBLIC",
		"CREATE OR REPLACE TABLE GO_DRIVER.PUBLIC.STAGED (ID NUMBER, NAME VARCHAR)",
		"ALTER SESSION SET CLIENT_STAGE_ARRAY_BINDING_THRESHOLD = 1",
	} {
		_, err := session.ExecContext(ctx, text)
		check(err)
	}
	names := make([]string, 3000)
	ids := make([]int, len(names))
	for row := range names {
		ids[row] = row
		names[row] = fmt.Sprintf("name, \"%d\"\n", row)
	}
	boundIDs, err := sf.Array(&ids)
	check(err)
	boundNames, err := sf.Array(&names)
	check(err)
	result, err := session.ExecContext(ctx, "INSERT INTO STAGED VALUES (?, ?)", boundIDs, boundNames)
	check(err)
	affected, err := result.RowsAffected()
	check(err)
	equal(affected, 3000)
	var name string
	check(session.QueryRowContext(ctx, "SELECT NAME FROM STAGED WHERE ID = 2999").Scan(&name))
	equal(name, "name, \"2999\"\n")
}

func asynchronous(db *sql.DB) {
	ctx := sf.WithAsyncMode(context.Background())
	rows, err := db.QueryContext(ctx, "SELECT SUM(SEQ4()) FROM TABLE(GENERATOR(ROWCOUNT => 100000))")
	check(err)
	defer rows.Close()
	equal(rows.Next(), true)
	var sum int64
	check(rows.Scan(&sum))
	equal(sum, 4999950000)
}

func transactions(db *sql.DB) {
	transaction, err := db.Begin()
	check(err)
	_, err = transaction.Exec("DELETE FROM GO_DRIVER.PUBLIC.T")
	check(err)
	check(transaction.Rollback())
	var rows int64
	check(db.QueryRow("SELECT COUNT(*) FROM GO_DRIVER.PUBLIC.T").Scan(&rows))
	equal(rows, 501)
}

func failures(db *sql.DB) {
	_, err := db.Exec("SELECT * FROM GO_DRIVER.PUBLIC.NOSUCH")
	var failure *sf.SnowflakeError
	equal(errors.As(err, &failure), true)
	equal(failure.Number, 2003)
	equal(failure.SQLState, "42S02")
}

func main() {
	log.SetFlags(log.Lshortfile)
	db, err := sql.Open("snowflake", "u:p@"+os.Args[1]+"/?account=test&protocol=http")
	check(err)
	defer db.Close()
	for _, step := range []func(*sql.DB){values, tables, staged, asynchronous, transactions, failures} {
		step(db)
	}
	_, err = db.Exec("DROP DATABASE GO_DRIVER")
	check(err)
	fmt.Println("gosnowflake: values, binds, staged binds, asynchronous queries, transactions, errors")
}
