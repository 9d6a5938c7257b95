package dev.envelope.memory;

import dev.envelope.StoreException;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * A part of a file in memory, which is unmapped when Arrow releases it, not when the garbage
 * collector gets to it: otherwise maps pile up by gigabytes.
 */
abstract sealed class FileMapping extends ForeignAllocation {
  /** The first Java whose {@code java.lang.foreign} is final. */
  private static final int ARENAS_SINCE = 22;

  private FileMapping(long length, long address) {
    super(length, address);
  }

  /**
   * Maps a part of a file, read-only.
   *
   * @throws IOException when the system refuses
   * @throws StoreException when this JVM does not show the address of what it mapped
   */
  static FileMapping map(FileChannel file, long position, long length) throws IOException {
    return Runtime.version().feature() >= ARENAS_SINCE
        ? ArenaMapping.map(file, position, length)
        : BufferMapping.map(file, position, length);
  }

  /** Before Java 22: a byte buffer, which only a library with access to the JVM can unmap early. */
  private static final class BufferMapping extends FileMapping {
    // Held strongly: once it is unreachable, the collector unmaps under the views.
    private final MappedByteBuffer bytes;

    private BufferMapping(MappedByteBuffer bytes, long length) {
      super(length, MemoryUtil.getByteBufferAddress(bytes));
      this.bytes = bytes;
    }

    static FileMapping map(FileChannel file, long position, long length) throws IOException {
      MappedByteBuffer bytes = file.map(FileChannel.MapMode.READ_ONLY, position, length);
      try {
        return new BufferMapping(bytes, length);
      } catch (RuntimeException e) {
        unmap(bytes);
        throw new StoreException(
            "direct buffers have no visible address in this JVM; start it with"
                + " --add-opens=java.base/java.nio=ALL-UNNAMED, as Spark's and Flink's launchers do",
            e);
      }
    }

    @Override
    protected void release0() {
      unmap(bytes);
    }

    @SuppressWarnings("deprecation") // The replacement only frees buffers that Netty allocated.
    private static void unmap(MappedByteBuffer bytes) {
      PlatformDependent.freeDirectBuffer(bytes);
    }
  }

  /**
   * From Java 22 on: an arena, closed to unmap. Netty no longer frees foreign buffers there. Called
   * by handles, since the classes are compiled for Java 17.
   */
  private static final class ArenaMapping extends FileMapping {
    private final AutoCloseable arena;

    private ArenaMapping(AutoCloseable arena, long length, long address) {
      super(length, address);
      this.arena = arena;
    }

    static FileMapping map(FileChannel file, long position, long length) throws IOException {
      AutoCloseable arena = null;
      try {
        arena = (AutoCloseable) Handles.NEW_SHARED_ARENA.invoke();
        Object segment =
            Handles.MAP.invoke(file, FileChannel.MapMode.READ_ONLY, position, length, arena);
        return new ArenaMapping(arena, length, (long) Handles.ADDRESS.invoke(segment));
      } catch (Throwable e) {
        close(arena, e);
        if (e instanceof IOException failure) {
          throw failure;
        }
        if (e instanceof Error failure) {
          throw failure;
        }
        throw new StoreException("cannot map the file", e);
      }
    }

    private static void close(AutoCloseable arena, Throwable cause) {
      if (arena != null) {
        try {
          arena.close();
        } catch (Exception e) {
          cause.addSuppressed(e);
        }
      }
    }

    @Override
    protected void release0() {
      try {
        arena.close();
      } catch (Exception e) {
        throw new StoreException("cannot unmap the file", e);
      }
    }
  }

  /** Looked up once, and only where they exist. */
  private static final class Handles {
    static final MethodHandle NEW_SHARED_ARENA;
    static final MethodHandle MAP;
    static final MethodHandle ADDRESS;

    static {
      try {
        Class<?> arena = Class.forName("java.lang.foreign.Arena");
        Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        NEW_SHARED_ARENA = lookup.findStatic(arena, "ofShared", MethodType.methodType(arena));
        MAP =
            lookup.findVirtual(
                FileChannel.class,
                "map",
                MethodType.methodType(
                    segment, FileChannel.MapMode.class, long.class, long.class, arena));
        ADDRESS = lookup.findVirtual(segment, "address", MethodType.methodType(long.class));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }
}
