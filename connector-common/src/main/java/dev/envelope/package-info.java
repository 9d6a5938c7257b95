/** The errors that every part of the connector speaks of. */
package dev.envelope;
