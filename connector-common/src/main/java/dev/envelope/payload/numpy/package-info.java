/** NumPy's arrays: their types, and their elements as vectors, viewed where they can be. */
package dev.envelope.payload.numpy;
