/** ByteStorage: cachekit's compressed container around MessagePack payloads. */
package dev.envelope.payload.storage;
