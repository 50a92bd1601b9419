"""Compares what Spark made of the orders with what the built-in processor made of them.

Arguments: S3's endpoint, the built-in processor's bucket, Spark's bucket. Spark takes all orders in one batch, so that
none of them is late for it; the built-in one takes them wave by wave.
"""

import csv
import io
import json
import sys
from collections import defaultdict
from decimal import Decimal

import boto3

endpoint, ours, sparks = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")


def objects(bucket, prefix):
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            yield found["Key"], s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read().decode()


def rows(bucket, folder):
    found = []
    for key, text in objects(bucket, f"{folder}/"):
        if key.endswith(".csv"):
            found.extend(csv.DictReader(io.StringIO(text)))
    return found


own, spark = rows(ours, "orders"), rows(sparks, "orders")
same = lambda row: tuple(row[name] for name in sorted(row))
own_rows, spark_rows = set(map(same, own)), set(map(same, spark))
assert len(own_rows) == len(own) and len(spark_rows) == len(spark), "an order is there twice"
assert own_rows <= spark_rows, f"not among Spark's: {sorted(own_rows - spark_rows)[:3]}"

letters = [json.loads(text) for _, text in objects(ours, "dead-letter/")]
late = {json.loads(letter["payload"])["order_id"] for letter in letters if letter["reason"].startswith("late: ")}
more = {row["order_id"] for row in spark} - {row["order_id"] for row in own}
assert more == late, f"{len(more)} more orders of Spark's, {len(late)} were late"

# Spark's windows, from Spark's orders.
wanted = defaultdict(lambda: [0, 0, Decimal(0)])
for row in spark:
    window = wanted[row["ordered_at"][:16], row["region"], row["channel"]]
    window[0] += 1
    window[1] += int(row["quantity"])
    window[2] += Decimal(row["amount"])
windows = rows(sparks, "sales")
for row in windows:
    key = row["start"][:16], row["region"], row["channel"]
    found = [int(row["row_count"]), int(row["quantity_sum"]), Decimal(row["amount_sum"])]
    assert wanted[key] == found, f"{key}: {wanted[key]} is not {found}"
assert windows and len(windows) < len(wanted) + 1

print(f"{len(spark)} orders and {len(windows)} windows of Spark's; {len(late)} orders were late for the built-in one")
