#!/usr/bin/env python3
"""Prints Vigil's detections as JSON lines, knowing nothing of Vigil but where its schema registry is.

    read_with_registry.py --bootstrap localhost:9092 --registry http://localhost:8080/registry

Each record is read with the schema it was written with, which the registry client fetches by the id in the record.

Debian: apt-get install python3-confluent-kafka python3-avro python3-requests
"""

import argparse
import io
import json
import sys

import avro.io
import avro.schema
from confluent_kafka import Consumer, KafkaException
from confluent_kafka.schema_registry import SchemaRegistryClient

HEADER_BYTES = 5


def reader(registry, subject):
    """A function from a record's value to a dict with the fields of the subject's latest schema."""
    wanted = avro.schema.parse(registry.get_latest_version(subject).schema.schema_str)
    readers = {}

    def read(value):
        if value[0] != 0:
            raise ValueError(f"no record in Confluent's wire format: it starts with byte {value[0]}")
        schema_id = int.from_bytes(value[1:HEADER_BYTES], "big")
        if schema_id not in readers:
            written = avro.schema.parse(registry.get_schema(schema_id).schema_str)
            readers[schema_id] = avro.io.DatumReader(written, wanted)
        return readers[schema_id].read(avro.io.BinaryDecoder(io.BytesIO(value[HEADER_BYTES:])))

    return read


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", default="localhost:9092", help="Kafka brokers, host:port (default: %(default)s)")
    parser.add_argument("--registry", default="http://localhost:8080/registry", help="(default: %(default)s)")
    parser.add_argument("--topic", default="vigil.detections", help="(default: %(default)s)")
    parser.add_argument("--max", type=int, default=0, help="stop after so many records (default: never)")
    options = parser.parse_args()

    read = reader(SchemaRegistryClient({"url": options.registry}), f"{options.topic}-value")
    consumer = Consumer(
        {
            "bootstrap.servers": options.bootstrap,
            "group.id": "read-with-registry",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
        }
    )
    consumer.subscribe([options.topic])
    count = 0
    try:
        while not options.max or count < options.max:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise KafkaException(message.error())
            print(json.dumps(read(message.value()), default=str), flush=True)
            count += 1
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()


if __name__ == "__main__":
    sys.exit(main())
