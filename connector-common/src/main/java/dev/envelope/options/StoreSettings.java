package dev.envelope.options;

import java.io.Serializable;

/**
 * How a store over a network is reached and read. Serializable for the way to executors, secrets
 * included; immutable; {@code toString} is the place, without secrets.
 */
public sealed interface StoreSettings extends Serializable
    permits RedisSettings, MemcachedSettings, HttpSettings {}
