/** Who owns a piece of memory, what views it, and when it is given back. */
package dev.envelope.memory;
