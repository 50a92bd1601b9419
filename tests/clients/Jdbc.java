// Snowflake's JDBC driver against `snowglobe serve`: statements, prepared statements and batches, metadata, results as
// Arrow and as JSON, large results, errors.
//
// Usage: java -cp snowflake-jdbc.jar Jdbc.java HOST:PORT

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

public class Jdbc {
  static void equal(Object found, Object wanted) {
    if (!Objects.equals(found, wanted)) {
      throw new AssertionError("found " + found + ", not " + wanted);
    }
  }

  static Connection connect(String address, String format) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", "u");
    properties.put("password", "p");
    properties.put("account", "test");
    properties.put("ssl", "off");
    properties.put("disablePlatformDetection", "true");
    properties.put("JDBC_QUERY_RESULT_FORMAT", format);
    return DriverManager.getConnection("jdbc:snowflake://" + address + "/", properties);
  }

  static void values(Statement statement) throws SQLException {
    ResultSet rows = statement.executeQuery(
        "SELECT 7 AS I, 12.5::NUMBER(10,2) AS D, 1.5::FLOAT AS F, 'text' AS S, TRUE AS B, NULL AS N, "
            + "'2026-01-02'::DATE AS DAY, '2026-01-02 03:04:05.678'::TIMESTAMP_NTZ AS NTZ, "
            + "'03:04:05'::TIME AS T, X'CAFE' AS X, PARSE_JSON('{\"a\":1}') AS V");
    equal(rows.next(), true);
    equal(rows.getInt(1), 7);
    equal(rows.getBigDecimal("D"), new BigDecimal("12.50"));
    equal(rows.getDouble(3), 1.5);
    equal(rows.getString(4), "text");
    equal(rows.getBoolean(5), true);
    equal(rows.getString(6), null);
    equal(rows.getDate(7).toString(), "2026-01-02");
    equal(rows.getString(8), "2026-01-02 03:04:05.678");
    equal(rows.getString(9), "03:04:05");
    equal(rows.getBytes(10).length, 2);
    equal(rows.getString(11), "{\n  \"a\": 1\n}");
    equal(rows.next(), false);
    ResultSetMetaData columns = rows.getMetaData();
    equal(columns.getColumnName(2), "D");
    equal(columns.getColumnTypeName(2), "NUMBER");
    equal(columns.getPrecision(2), 10);
    equal(columns.getScale(2), 2);
    equal(columns.getColumnType(4), Types.VARCHAR);
  }

  static void prepared(Connection connection, Statement statement) throws SQLException {
    statement.execute("CREATE OR REPLACE DATABASE JDBC_DRIVER");
    statement.execute(
        "CREATE TABLE T (ID NUMBER(10,0) NOT NULL PRIMARY KEY, NAME VARCHAR(20), AMOUNT NUMBER(10,2), AT TIMESTAMP_NTZ)");
    batch(connection);
    // The same once more, by way of a stage.
    statement.execute("TRUNCATE TABLE T");
    statement.execute("ALTER SESSION SET CLIENT_STAGE_ARRAY_BINDING_THRESHOLD = 100");
    batch(connection);
    statement.execute("ALTER SESSION UNSET CLIENT_STAGE_ARRAY_BINDING_THRESHOLD");
    ResultSet staged = statement.executeQuery("SHOW STAGES LIKE 'SYSTEM$BIND'");
    equal(staged.next(), true);
    try (PreparedStatement query = connection.prepareStatement(
        "SELECT COUNT(*), SUM(AMOUNT), COUNT(NAME) FROM T WHERE ID > ? AND AT = '2026-01-02 03:04:05'")) {
      query.setInt(1, 500);
      ResultSet rows = query.executeQuery();
      equal(rows.next(), true);
      equal(rows.getInt(1), 500);
      equal(rows.getBigDecimal(2), new BigDecimal("3752.50"));
      equal(rows.getInt(3), 450);
    }
    written(connection, statement);
  }

  static void batch(Connection connection) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO T VALUES (?, ?, ?, ?)")) {
      for (int id = 1; id <= 1000; id++) {
        insert.setInt(1, id);
        insert.setString(2, id % 10 == 0 ? null : "name " + id);
        insert.setBigDecimal(3, new BigDecimal(id).movePointLeft(2));
        insert.setTimestamp(4, Timestamp.valueOf("2026-01-02 03:04:05"));
        insert.addBatch();
      }
      int total = 0;
      for (int count : insert.executeBatch()) {
        total += count == Statement.SUCCESS_NO_INFO ? 1 : count;
      }
      equal(total, 1000);
    }
  }

  static void written(Connection connection, Statement statement) throws SQLException {
    equal(statement.executeUpdate("UPDATE T SET NAME = 'x' WHERE NAME IS NULL"), 100);
    connection.setAutoCommit(false);
    equal(statement.executeUpdate("DELETE FROM T"), 1000);
    connection.rollback();
    connection.setAutoCommit(true);
    ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM T");
    equal(rows.next() ? rows.getInt(1) : -1, 1000);
    ResultSetMetaData columns = statement.executeQuery("SELECT ID, ID + 1 FROM T").getMetaData();
    equal(columns.getTableName(1) + columns.getSchemaName(1) + columns.getCatalogName(1), "TPUBLICJDBC_DRIVER");
    equal(columns.getTableName(2), "");
  }

  static List<String> column(ResultSet rows, String name) throws SQLException {
    List<String> values = new ArrayList<>();
    while (rows.next()) {
      values.add(rows.getString(name));
    }
    return values;
  }

  static void metadata(Connection connection) throws SQLException {
    DatabaseMetaData metadata = connection.getMetaData();
    equal(column(metadata.getTables("JDBC_DRIVER", "PUBLIC", "%", new String[] {"TABLE"}), "TABLE_NAME"), List.of("T"));
    equal(
        column(metadata.getColumns("JDBC_DRIVER", "PUBLIC", "T", "%"), "COLUMN_NAME"),
        List.of("ID", "NAME", "AMOUNT", "AT"));
    equal(column(metadata.getPrimaryKeys("JDBC_DRIVER", "PUBLIC", "T"), "COLUMN_NAME"), List.of("ID"));
    equal(column(metadata.getSchemas("JDBC_DRIVER", "PUBLIC"), "TABLE_SCHEM"), List.of("PUBLIC"));
    equal(column(metadata.getCatalogs(), "TABLE_CAT").contains("JDBC_DRIVER"), true);
  }

  static void large(Statement statement) throws SQLException {
    ResultSet rows = statement.executeQuery("SELECT SEQ4() AS N, 'value ' || N AS V FROM TABLE(GENERATOR(ROWCOUNT => 300000))");
    long count = 0;
    long sum = 0;
    while (rows.next()) {
      count++;
      sum += rows.getLong(1);
    }
    equal(count, 300000L);
    equal(sum, 44999850000L);
  }

  static void errors(Statement statement) throws SQLException {
    try {
      statement.execute("SELECT * FROM NOSUCH");
      throw new AssertionError("a query of no table succeeded");
    } catch (SQLException error) {
      equal(error.getErrorCode(), 2003);
      equal(error.getSQLState(), "42S02");
    }
  }

  public static void main(String[] arguments) throws SQLException {
    for (String format : List.of("ARROW", "JSON")) {
      try (Connection connection = connect(arguments[0], format);
          Statement statement = connection.createStatement()) {
        values(statement);
        prepared(connection, statement);
        metadata(connection);
        large(statement);
        errors(statement);
        statement.execute("DROP DATABASE JDBC_DRIVER");
      }
    }
    System.out.println("snowflake-jdbc: values, batches, metadata, large results, errors, as Arrow and as JSON");
  }
}
