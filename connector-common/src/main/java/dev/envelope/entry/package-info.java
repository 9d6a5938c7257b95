/** The layers around a payload: the file header, the frame, the legacy envelope. */
package dev.envelope.entry;
