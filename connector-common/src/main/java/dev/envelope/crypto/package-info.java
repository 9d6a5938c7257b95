/**
 * Encrypted payloads: master keys, the keys of tenants, and decryption where the bytes are. Knows
 * neither stores nor what is encrypted.
 */
package dev.envelope.crypto;
