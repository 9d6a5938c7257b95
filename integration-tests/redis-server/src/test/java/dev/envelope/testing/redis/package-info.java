/** The servers and the proxy do what they say. */
package dev.envelope.testing.redis;
