"""Exercises a Kafka broker with Python's two Kafka clients: confluent-kafka (librdkafka) and kafka-python.

    python3 kafka_clients.py HOST:PORT

Ends with status 0 if everything holds; otherwise the first thing that does not is raised.
"""

import sys
import time
import uuid

import confluent_kafka
from confluent_kafka import admin as confluent_admin
import kafka
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.structs import TopicPartition

PATIENCE = 30


def check(found, expected, what):
    """Compares, and tells what was compared."""
    if found != expected:
        raise AssertionError(f"{what}: expected {expected!r}, found {found!r}")


def until(step, what):
    """Calls `step` until it answers something true."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        result = step()
        if result:
            return result
    raise AssertionError(f"{what}: nothing within {PATIENCE} s")


def confluent(servers, name):
    """librdkafka: admin, idempotent producer, group, times, offsets."""
    common = {"bootstrap.servers": servers}
    admin = confluent_admin.AdminClient(common)
    topic = confluent_admin.NewTopic(name, num_partitions=3, replication_factor=1)
    admin.create_topics([topic])[name].result(PATIENCE)
    listed = admin.list_topics(name, timeout=PATIENCE).topics[name]
    check(sorted(listed.partitions), [0, 1, 2], "partitions")
    config = confluent_admin.ConfigResource(confluent_admin.ConfigResource.Type.TOPIC, name)
    settings = admin.describe_configs([config])[config].result(PATIENCE)
    check(settings["cleanup.policy"].value, "delete", "cleanup.policy")
    check(len(admin.describe_cluster().result(PATIENCE).nodes), 1, "nodes")

    for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
        producer = confluent_kafka.Producer(
            {**common, "enable.idempotence": True, "compression.type": codec, "linger.ms": 5}
        )
        reports = []
        for n in range(100):
            producer.produce(
                name,
                key=f"k{n}",
                value=f"{codec} {n} " + "x" * 100,
                partition=n % 3,
                timestamp=1_000_000 + n * 1000,
                headers=[("codec", codec)],
                on_delivery=lambda error, message: reports.append(error),
            )
        producer.flush(PATIENCE)
        check(reports, [None] * 100, f"delivery with {codec}")

    group = f"{name}-group"
    settings = {**common, "group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False}
    consumers = [confluent_kafka.Consumer(settings) for _ in range(2)]
    for consumer in consumers:
        consumer.subscribe([name])
    seen = set()

    def poll_all():
        for consumer in consumers:
            message = consumer.poll(0.1)
            if message is not None:
                if message.error():
                    raise AssertionError(message.error())
                seen.add((message.partition(), message.offset()))
                consumer.commit(message, asynchronous=False)
        return len(seen) == 500

    def shared():
        for consumer in consumers:
            consumer.poll(0.1)
        return sorted(len(c.assignment()) for c in consumers) == [1, 2]

    until(shared, "a rebalance over two consumers")
    for consumer in consumers:
        for assigned in consumer.assignment():
            consumer.seek(confluent_kafka.TopicPartition(name, assigned.partition, 0))
    until(poll_all, "all messages")

    described = admin.describe_consumer_groups([group])[group].result(PATIENCE)
    check(len(described.members), 2, "members")
    check(described.state, confluent_kafka.ConsumerGroupState.STABLE, "group state")
    times = [confluent_kafka.TopicPartition(name, 1, 1_000_000 + 5000)]
    found = consumers[0].offsets_for_times(times, timeout=PATIENCE)[0].offset
    check(found, 2, "offset for a time")  # partition 1 has the messages 1, 4, 7, ...
    check(consumers[0].get_watermark_offsets(times[0], timeout=PATIENCE), (0, 165), "watermarks")
    for consumer in consumers:
        consumer.close()

    wanted = [confluent_kafka.TopicPartition(name, p) for p in range(3)]
    reader = confluent_kafka.Consumer(settings)
    committed = [p.offset for p in reader.committed(wanted, timeout=PATIENCE)]
    check(committed, [170, 165, 165], "committed offsets")
    reader.close()
    latest = {confluent_kafka.TopicPartition(name, 0): confluent_admin.OffsetSpec.latest()}
    check([f.result(PATIENCE).offset for f in admin.list_offsets(latest).values()], [170], "latest offset")
    newest = {confluent_kafka.TopicPartition(name, 0): confluent_admin.OffsetSpec.max_timestamp()}
    check([f.result(PATIENCE).timestamp for f in admin.list_offsets(newest).values()], [1_099_000], "latest time")
    groups = admin.list_consumer_groups().result(PATIENCE).valid
    check([g.group_id for g in groups if g.group_id == group], [group], "listed groups")
    admin.delete_consumer_groups([group])[group].result(PATIENCE)

    more = confluent_admin.NewPartitions(name, 5)
    admin.create_partitions([more])[name].result(PATIENCE)
    check(len(admin.list_topics(name, timeout=PATIENCE).topics[name].partitions), 5, "more partitions")
    admin.delete_topics([name])[name].result(PATIENCE)

    transactional = confluent_kafka.Producer({**common, "transactional.id": name})
    try:
        transactional.init_transactions(PATIENCE)
    except confluent_kafka.KafkaException as refused:
        code = confluent_kafka.KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
        check(refused.args[0].code(), code, "refusal of transactions")
    else:
        raise AssertionError("transactions were not refused")


def kafka_python(servers, name):
    """kafka-python: the same ground."""
    admin = KafkaAdminClient(bootstrap_servers=servers)
    admin.create_topics([NewTopic(name=name, num_partitions=2, replication_factor=1)])
    check(name in admin.list_topics(), True, "listed topic")

    for codec in (None, "gzip"):
        producer = kafka.KafkaProducer(bootstrap_servers=servers, acks="all", compression_type=codec)
        sent = [
            producer.send(name, key=b"k", value=b"v%d" % n, partition=n % 2, timestamp_ms=5_000 + n)
            for n in range(20)
        ]
        producer.flush(PATIENCE)
        offsets = [future.get(PATIENCE).offset for future in sent]
        check(len(offsets), 20, "sent")
        producer.close()
    empty = kafka.KafkaProducer(bootstrap_servers=servers)
    empty.send(name, value=None, key=b"gone", partition=0).get(PATIENCE)
    empty.send(name, value=b"", partition=0).get(PATIENCE)
    empty.close()

    group = f"{name}-group"

    def consumer():
        return kafka.KafkaConsumer(
            name,
            bootstrap_servers=servers,
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            consumer_timeout_ms=PATIENCE * 1000,
        )

    reader = consumer()
    values = []
    for message in reader:
        values.append(message.value)
        if len(values) == 42:
            break
    check(values.count(None), 1, "null values")
    check(values.count(b""), 1, "empty values")
    first = TopicPartition(name, 0)
    check(reader.end_offsets([first]), {first: 22}, "end offsets")
    check(reader.beginning_offsets([first]), {first: 0}, "beginning offsets")
    check(reader.offsets_for_times({first: 5_003})[first].offset, 2, "offset for a time")
    reader.commit()
    check(reader.committed(first), 22, "committed")
    reader.close()

    again = consumer()
    check(again.committed(TopicPartition(name, 1)), 20, "committed after a rejoin")
    again.close()
    if hasattr(admin, "list_group_offsets"):
        listed = admin.list_group_offsets(group)[group]
    else:  # before version 3 of the client
        listed = admin.list_consumer_group_offsets(group)
    check(listed[first].offset, 22, "a group's offsets")
    admin.delete_topics([name])
    admin.close()


def main():
    servers = sys.argv[1]
    run = uuid.uuid4().hex[:8]
    confluent(servers, f"confluent-{run}")
    print("confluent-kafka", confluent_kafka.version(), "librdkafka", confluent_kafka.libversion(), "holds")
    kafka_python(servers, f"kafka-python-{run}")
    print("kafka-python", kafka.__version__, "holds")


if __name__ == "__main__":
    main()
