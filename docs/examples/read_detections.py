#!/usr/bin/env python3
"""Prints Vigil's detections as JSON lines, knowing nothing of Vigil but the published schema.

    read_detections.py --bootstrap localhost:9092 \
        --schema schemas/src/main/resources/io/vigil/schema/released/Detections-v2.avsc

Values are Avro behind five bytes: a zero and the schema's id (Confluent's wire format).

Debian: apt-get install python3-confluent-kafka python3-avro
"""

import argparse
import io
import json
import sys

import avro.io
import avro.schema
from confluent_kafka import Consumer, KafkaException

HEADER_BYTES = 5


def reader(schema_file):
    """A function from a record's value to a dict."""
    with open(schema_file, encoding="utf-8") as file:
        datum_reader = avro.io.DatumReader(avro.schema.parse(file.read()))

    def read(value):
        if value[0] != 0:
            raise ValueError(f"no record in Confluent's wire format: it starts with byte {value[0]}")
        return datum_reader.read(avro.io.BinaryDecoder(io.BytesIO(value[HEADER_BYTES:])))

    return read


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", default="localhost:9092", help="Kafka brokers, host:port (default: %(default)s)")
    parser.add_argument("--schema", required=True, help="Detections-v2.avsc")
    parser.add_argument("--topic", default="vigil.detections", help="(default: %(default)s)")
    parser.add_argument("--max", type=int, default=0, help="stop after so many records (default: never)")
    options = parser.parse_args()

    read = reader(options.schema)
    consumer = Consumer(
        {
            "bootstrap.servers": options.bootstrap,
            "group.id": "read-detections",
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
