/** MessagePack and JSON documents, and how they become Arrow batches without a tree in between. */
package dev.envelope.payload.document;
