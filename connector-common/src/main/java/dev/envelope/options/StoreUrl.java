package dev.envelope.options;

import java.io.Serializable;

/** Where a store is that is reached over a network. Immutable; {@code toString} shows no secret. */
public sealed interface StoreUrl extends Serializable permits RedisUrl, MemcachedUrl, HttpUrl {}
