/**
 * The command line tool: looks into a cache as an engine would, by the planner and the reader of
 * {@link dev.envelope.scan}, and writes what it finds for people and for other programs.
 */
package dev.envelope.cli;
