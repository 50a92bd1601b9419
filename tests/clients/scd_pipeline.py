"""sql/customer_scd_procedure, unchanged, through Snowflake's connector: Faker's files go to the bucket, Snowpipe loads
them, the task runs the procedure, and the dimension is what the files say.

    python scd_pipeline.py SNOWGLOBE [PROCEDURE_SCRIPT]

SNOWGLOBE is the program. Needs snowflake-connector-python, boto3 and faker. On the way, the bucket's notification is
pointed at the queue that SHOW PIPES names, and the queue is read in both of SQS's protocols.
"""

import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import boto3
import snowflake.connector
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "sql" / "customer_scd_procedure"
BUCKET, PREFIX = "customer-files-landing", "incoming/"
KEYS = {"aws_access_key_id": "snowglobe", "aws_secret_access_key": "snowglobe-secret", "region_name": "us-east-1"}


def check(found, wanted, what):
    assert found == wanted, f"{what}: {found!r} instead of {wanted!r}"


def expected(batches):
    """The dimension that files lead to, if each batch is one load: rows of
    (id, first, last, email, street, city, state, country, zip, from, to)."""
    versions = {}
    for files in batches:
        latest = {}
        for path in files:
            with path.open(newline="", encoding="utf-8") as file:
                for row in list(csv.reader(file))[1:]:
                    if len(row) != 10 or not row[0].isdigit() or not re.fullmatch(r"[\d-]+ [\d:.]+", row[9]):
                        continue
                    key = int(row[0])
                    if key not in latest or row[9] > latest[key][9]:
                        latest[key] = row
        for key, row in latest.items():
            known = versions.setdefault(key, [])
            if known and row[9] <= known[-1]["seen"]:
                continue
            for version in known:
                version["names"] = row[1:4]
            if not known or known[-1]["address"] != row[4:9]:
                if known:
                    known[-1]["to"] = row[9]
                known.append({"names": row[1:4], "address": row[4:9], "from": row[9], "to": "9999-12-31 00:00:00.000"})
            known[-1]["seen"] = row[9]
    return sorted(
        (key, *v["names"], *v["address"], v["from"], v["to"]) for key, known in versions.items() for v in known
    )


def queue_works(s3, endpoint, arn):
    """The configured queue, as another consumer reads it."""
    sqs = boto3.client("sqs", endpoint_url=endpoint, **KEYS)
    url = sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[1])["QueueUrl"]
    keys = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages"):
        for message in messages:
            for record in json.loads(message["Body"]).get("Records", []):
                keys.append(record["s3"]["object"]["key"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    check(attributes["ApproximateNumberOfMessages"], "0", "messages left")
    check(attributes["QueueArn"], arn, "the queue's ARN")
    for wrong, code in [({"QueueName": "none"}, "QueueDoesNotExist"), ({"QueueName": ""}, "QueueDoesNotExist")]:
        try:
            sqs.get_queue_url(**wrong)
        except ClientError as error:
            assert code in error.response["Error"]["Code"] or "NonExistent" in error.response["Error"]["Code"], error
    stranger = boto3.client("sqs", endpoint_url=endpoint, **{**KEYS, "aws_secret_access_key": "wrong"})
    try:
        stranger.list_queues()
        raise AssertionError("a wrong key was taken")
    except ClientError as error:
        check(error.response["Error"]["Code"], "SignatureDoesNotMatch", "a wrong key")
    # The same event twice, one of an object that is gone, and nonsense: Snowpipe hears of them, and nothing doubles.
    told = {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": BUCKET}, "object": {"key": key}}}
                        for key in [keys[0], keys[0], PREFIX + "gone.csv"]]}
    for body in [json.dumps(told), "nonsense"]:
        sent = sqs.send_message(QueueUrl=url, MessageBody=body)
        assert sent["MessageId"]
    return keys


def main():
    program = sys.argv[1]
    procedure = sys.argv[2] if len(sys.argv) > 2 else "04_procedure_sql.sql"
    server = subprocess.Popen(
        [program, "serve", "--port", "0", "--s3-port", "0", "--no-kafka"], stdout=subprocess.PIPE, text=True
    )
    try:
        ready = dict(part.split("=", 1) for part in server.stdout.readline().split()[1:])
        host, port = ready["http"].split(":")
        s3 = boto3.client("s3", endpoint_url=f"http://{ready['s3']}", **KEYS,
                          config=Config(s3={"addressing_style": "path"}))
        s3.create_bucket(Bucket=BUCKET)
        connection = snowflake.connector.connect(
            account="local", user="me", password="any", host=host, port=int(port), protocol="http",
            session_parameters={"TIMEZONE": "UTC"})
        cursor = connection.cursor()

        def ask(sql):
            return cursor.execute(sql).fetchall()

        scripts = sorted(path for path in FOLDER.glob("*.sql") if not path.name.startswith("04_"))
        for script in [*scripts[:3], FOLDER / procedure, *scripts[3:]]:
            for _ in connection.execute_string(script.read_text(encoding="utf-8")):
                pass
        # The schedule shall not decide what is loaded together.
        task = "CUSTOMER_SCD_DB.DIMENSION.LOAD_CUSTOMERS_TASK"
        ask(f"ALTER TASK {task} SUSPEND")
        arn = cursor.execute("SHOW PIPES IN ACCOUNT").fetchone()
        arn = dict(zip((column[0] for column in cursor.description), arn))["notification_channel"]
        s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={
            "QueueConfigurations": [{"Id": "pipes", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"],
                                     "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": PREFIX}]}}}]})
        got = s3.get_bucket_notification_configuration(Bucket=BUCKET)["QueueConfigurations"]
        check([(c["QueueArn"], c["Events"]) for c in got], [(arn, ["s3:ObjectCreated:*"])], "the configuration")

        with tempfile.TemporaryDirectory() as folder:
            faker = ROOT / "fixtures" / "faker_customers.py"
            subprocess.run([sys.executable, faker, folder, "--files", "2", "--rows", "10000"], check=True)
            files = sorted(pathlib.Path(folder).glob("*.csv"))
            sent = []
            for number, path in enumerate(files, 1):
                s3.upload_file(str(path), BUCKET, PREFIX + path.name)
                sent.append(PREFIX + path.name)
                loaded = ("SELECT COUNT(*) FROM TABLE(CUSTOMER_SCD_DB.INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => "
                          "'CUSTOMER_SCD_DB.LANDING.CUSTOMER_RAW', START_TIME => DATEADD('HOUR', -1, CURRENT_TIMESTAMP())))")
                await_answer(ask, loaded, [(number,)])
                ask(f"EXECUTE TASK {task}")
                await_answer(ask, "SELECT COUNT(*) FROM CUSTOMER_SCD_DB.DIMENSION.LOAD_LOG", [(number,)])
            check(queue_works(s3, f"http://{ready['sqs']}", arn), sent, "the keys that were told")
            found = ask(
                "SELECT CUSTOMER_ID, FIRST_NAME, LAST_NAME, EMAIL, STREET, CITY, STATE, COUNTRY, ZIP,"
                " TO_CHAR(VALID_FROM, 'YYYY-MM-DD HH24:MI:SS.FF3'), TO_CHAR(VALID_TO, 'YYYY-MM-DD HH24:MI:SS.FF3')"
                " FROM CUSTOMER_SCD_DB.DIMENSION.CUSTOMER_DIM")
            wanted = expected([[path] for path in files])
            assert len(wanted) > 5000, len(wanted)
            assert sorted(found) == wanted, f"{len(found)} versions, {len(wanted)} expected"
        time.sleep(2)
        check(ask("SELECT COUNT(*) FROM CUSTOMER_SCD_DB.LANDING.CUSTOMER_RAW"), [(0,)], "rows left in RAW")
        states = ask("SELECT STATE, RETURN_VALUE FROM TABLE(CUSTOMER_SCD_DB.INFORMATION_SCHEMA.TASK_HISTORY())"
                     " WHERE STATE <> 'SCHEDULED' ORDER BY SCHEDULED_TIME")
        check([state for state, _ in states], ["SUCCEEDED"] * len(states), "the task's runs")
        assert states[0][1].startswith("load 1: 1 files, "), states
        print(f"{len(wanted)} versions of {len({row[0] for row in wanted})} customers; {states[-1][1]}")
    finally:
        server.terminate()
        server.wait()


def await_answer(ask, sql, wanted):
    for _ in range(300):
        found = ask(sql)
        if found == wanted:
            return
        time.sleep(0.2)
    raise AssertionError(f"{sql}: {found} instead of {wanted}")


if __name__ == "__main__":
    main()
