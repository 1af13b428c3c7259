package io.vigil.console.web;

import io.vigil.schema.topic.Topics;

/**
 * What the console shows.
 *
 * @param bootstrap Kafka brokers to connect to first
 * @param topics whose records are shown
 * @param applicationId of the service, which is the name of its consumer group
 */
public record ConsoleSource(String bootstrap, Topics topics, String applicationId) {}
