/** Where entries live: listing, opening and reading them, without a notion of what they mean. */
package dev.envelope.store;
