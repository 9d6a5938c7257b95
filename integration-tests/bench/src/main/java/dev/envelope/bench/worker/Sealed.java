package dev.envelope.bench.worker;

import dev.envelope.crypto.Binding;
import dev.envelope.crypto.Decryptor;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.RegionMemory;
import dev.envelope.options.KeySettings;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * An encrypted entry in memory, decrypted by the connector or by nothing but the cipher. Reading it
 * is not part of the time.
 */
final class Sealed {
  private static final int AROUND_HEADER = 14 + 7;
  private static final int HEADER_LENGTH_AT = 17;
  private static final String MASTER_KEY = "61".repeat(32);

  private Sealed() {}

  private static ByteBuffer payload(Path file) throws Exception {
    // Mapped, so that the heap may be small.
    try (var channel = java.nio.channels.FileChannel.open(file)) {
      ByteBuffer all =
          channel.map(java.nio.channels.FileChannel.MapMode.READ_ONLY, 0, channel.size());
      int start = AROUND_HEADER + all.getInt(HEADER_LENGTH_AT);
      return all.slice(start, all.capacity() - start);
    }
  }

  /** By the connector, from the master key on. The answer is the bytes. */
  static Measured byConnector(Path file, String key) throws Exception {
    ByteBuffer payload = payload(file);
    AllocatedRegion region =
        AllocatedRegion.allocate(Allocators.allocated(), payload.remaining(), Decryptor.NONCE);
    try (var bytes = region.view(0, payload.remaining())) {
      bytes.setBytes(0, payload.duplicate());
    }
    long start = System.nanoTime();
    try (Decryptor decryptor = new Decryptor(new KeySettings(MASTER_KEY, null, null, null));
        var plain =
            decryptor
                .decrypt(
                    region,
                    0,
                    null,
                    List.of(new Binding("bench", key, "arrow", false, "arrow")),
                    RegionMemory.of(Allocators.allocated()),
                    null)
                .region()) {
      return Job.measured(start, plain.size());
    }
  }

  /** By the cipher, with the key at hand, where it lies. The answer is the bytes. */
  static Measured byCipher(Path file, Path tenantKey, Path bound) throws Exception {
    ByteBuffer payload = payload(file);
    int length = payload.remaining() - Decryptor.NONCE;
    try (BufferAllocator allocator = new RootAllocator();
        ArrowBuf memory = allocator.buffer(length)) {
      byte[] nonce = new byte[Decryptor.NONCE];
      payload.get(0, nonce);
      memory.setBytes(0, payload.slice(Decryptor.NONCE, length));
      SecretKeySpec key = new SecretKeySpec(Files.readAllBytes(tenantKey), "AES");
      byte[] authenticated = Files.readAllBytes(bound);
      long start = System.nanoTime();
      open(key, nonce, authenticated, memory.nioBuffer(0, length), memory.nioBuffer(0, length));
      return Job.measured(start, length - Decryptor.TAG);
    }
  }

  private static void open(
      SecretKeySpec key, byte[] nonce, byte[] bound, ByteBuffer from, ByteBuffer to)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(Decryptor.TAG * Byte.SIZE, nonce));
    cipher.updateAAD(bound);
    cipher.doFinal(from, to);
  }
}
