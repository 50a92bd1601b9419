-- Messages and integrations for notifications, as texts in JSON
-- https://docs.snowflake.com/en/sql-reference/functions/text_html
-- https://docs.snowflake.com/en/sql-reference/functions/application_json
-- https://docs.snowflake.com/en/sql-reference/functions/integration
-- https://docs.snowflake.com/en/sql-reference/functions/email_integration_config
-- https://docs.snowflake.com/en/sql-reference/functions/sanitize_webhook_content
SELECT SNOWFLAKE.NOTIFICATION.TEXT_HTML('<p>A message</p>') AS HTML, SNOWFLAKE.NOTIFICATION.TEXT_PLAIN('A message') AS PLAIN, SNOWFLAKE.NOTIFICATION.TEXT_PLAIN(NULL) AS NONE;
SELECT SNOWFLAKE.NOTIFICATION.APPLICATION_JSON('{"data": "hello world"}') AS J, SNOWFLAKE.NOTIFICATION.INTEGRATION('my_queue_int') AS I;
SELECT SNOWFLAKE.NOTIFICATION.EMAIL_INTEGRATION_CONFIG('my_email_int', 'Updates', ARRAY_CONSTRUCT('person_a@example.com', 'person_b@example.com')) AS E;
SELECT SNOWFLAKE.NOTIFICATION.EMAIL_INTEGRATION_CONFIG('my_email_int', 'Updates', ['a@example.com'], ['cc@example.com'], NULL) AS CC, SNOWFLAKE.NOTIFICATION.EMAIL_INTEGRATION_CONFIG('my_email_int', 'Updates', ['a@example.com'], ['cc@example.com'], ['bcc@example.com']) AS BCC;
SELECT SNOWFLAKE.NOTIFICATION.SANITIZE_WEBHOOK_CONTENT('token SNOWFLAKE_WEBHOOK_SECRET!') AS S;
-- @error 100137
SELECT SNOWFLAKE.NOTIFICATION.EMAIL_INTEGRATION_CONFIG('my_email_int', 'Updates', NULL, NULL, ['bcc@example.com']);
-- @error 000938
SELECT SNOWFLAKE.NOTIFICATION.TEXT_HTML();
