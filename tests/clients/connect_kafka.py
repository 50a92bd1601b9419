"""Sends messages through Snowflake's Kafka connector, which is running, and looks at what it loads.

    python connect_kafka.py HTTP KAFKA STEP

HTTP and KAFKA are addresses of a server. STEP is `prepare`, before the connector starts; `first`; or `second`, after it
was killed and started again. Ends with status 0 if everything holds; otherwise the first thing that does not is raised.
"""

import json
import sys
import time
import urllib.request

from confluent_kafka import Producer

HTTP, KAFKA, STEP = sys.argv[1:]
EACH = 25


def query(statement):
    """The rows of a statement, by the SQL API."""
    request = urllib.request.Request(
        f"http://{HTTP}/api/v2/statements", json.dumps({"statement": statement}).encode(),
        {"Authorization": "Bearer x", "Content-Type": "application/json", "Accept": "application/json",
         "User-Agent": "kafkaConnectorTest/1.0"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return json.loads(answer.read())["data"]


def send(numbers):
    producer = Producer({"bootstrap.servers": KAFKA})
    for number in numbers:
        producer.produce("orders", json.dumps({"id": number, "who": f"customer {number % 3}"}), key=str(number))
    if producer.flush(20):
        raise AssertionError("the broker did not take all messages")


def await_rows(count):
    """Waits until so many rows are there, and then as long as a file that comes twice would take."""
    statement = ("select count(*), count(distinct record_metadata:offset), count(distinct record_content:id),"
                 " min(record_metadata:topic::varchar), min(record_metadata:key::varchar) from shop.public.orders")
    found = None
    for _ in range(90):
        try:
            found = query(statement)
        except urllib.error.HTTPError as error:
            found = error.read()
        else:
            if int(found[0][0]) >= count:
                time.sleep(3)
                found = query(statement)
                break
        time.sleep(1)
    expected = [[str(count)] * 3 + ["orders", "0"]]
    if found != expected:
        raise AssertionError(f"expected {expected}, found {found}")


if STEP == "prepare":
    query("create database shop")
    send(range(EACH))
elif STEP == "first":
    await_rows(EACH)
    send(range(EACH, 2 * EACH))
else:
    await_rows(2 * EACH)
    rows = query("select record_content:id::int, record_content:who::varchar from shop.public.orders order by 1")
    if rows != [[str(number), f"customer {number % 3}"] for number in range(2 * EACH)]:
        raise AssertionError(f"found {rows}")
    print(f"{2 * EACH} messages, each once")
