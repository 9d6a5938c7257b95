package dev.envelope.scan;

import dev.envelope.AuthenticationException;
import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.crypto.Binding;
import dev.envelope.crypto.Decryptor;
import dev.envelope.entry.FrameHeader;
import dev.envelope.entry.KeyForm;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import dev.envelope.options.EntryFormat;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.store.EntryId;
import dev.envelope.store.StoredEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes off what is around payloads, as one plan or task was asked to: reads heads, pulls,
 * decrypts. Holds the keys of its reader until it is closed. Used by one thread.
 */
final class Unwrapper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Unwrapper.class);

  private final EnvelopeOptions options;
  private final ScanMetrics metrics;
  private final Decryptor decryptor;
  private final Reading reading;
  private boolean warned;

  /**
   * Loads no key yet.
   *
   * @param schemaGiven whether a user has named the columns
   */
  Unwrapper(EnvelopeOptions options, boolean schemaGiven, ScanMetrics metrics) {
    this.reading = Reading.of(options, schemaGiven);
    this.options = options;
    this.metrics = metrics;
    this.decryptor = new Decryptor(options.masterKeys());
  }

  EnvelopeOptions options() {
    return options;
  }

  /** What entries are read as. */
  Reading reading() {
    return reading;
  }

  ScanMetrics metrics() {
    return metrics;
  }

  /**
   * Whether there is a key.
   *
   * @throws dev.envelope.InvalidOptionException when keys cannot be loaded
   */
  boolean hasKeys() {
    return decryptor.hasKeys();
  }

  /**
   * Reads the head of an entry.
   *
   * @return what it tells, which the caller closes
   * @throws AuthenticationException when it is not encrypted, and only encrypted ones are taken
   */
  EntryContent content(StoredEntry entry) {
    boolean sealed = options.format() == EntryFormat.INTEROP && decryptor.hasKeys();
    EntryContent content;
    try {
      content = EntryContent.of(entry, options.format(), sealed, Allocators.allocated());
    } catch (CorruptEntryException | UnsupportedEntryException e) {
      // One that only claims to be plaintext is no corrupt entry, which may be skipped.
      FrameHeader header = EntryContent.headerOf(entry, options.format());
      if (header != null) {
        refusePlaintext(header);
      }
      throw e;
    }
    try {
      refusePlaintext(content.header());
      return content;
    } catch (RuntimeException e) {
      content.close();
      throw e;
    }
  }

  private void refusePlaintext(FrameHeader header) {
    if (header.encrypted() || !decryptor.hasKeys()) {
      return;
    }
    if (!options.allowPlaintext()) {
      throw new AuthenticationException(
          "it is not encrypted, and a reader with a master key takes no entry that anybody could"
              + " have written; allow-plaintext = true reads it");
    }
    if (!warned) {
      warned = true;
      LOG.warn(
          "Entries of {} that are not encrypted are read although there is a master key"
              + " (allow-plaintext = true)",
          options.place());
    }
  }

  /**
   * Refuses an encrypted entry that this reader could not decrypt by name or tenant, also where
   * another one has and what it found is remembered.
   *
   * @param content the entry's head
   * @throws AuthenticationException when its key is not known, or it is of another tenant
   */
  void refuseUnbound(EntryId id, EntryContent content) {
    if (content.layout() == null) {
      var unused = bindings(id, content.header());
    }
  }

  /**
   * Pulls an entry and takes off what is around its payload.
   *
   * @param content its head; a value that was read whole for it is taken over
   * @param memory where the bytes are put
   */
  ClearPayload payload(StoredEntry entry, EntryContent content, RegionMemory memory) {
    Region whole = content.takeWhole();
    if (whole != null) {
      metrics.addCopied(whole.size());
    }
    Region region = whole == null ? pull(entry, content, memory) : whole;
    long start = content.payload();
    PayloadLayout layout = content.layout();
    if (layout == null) {
      Supplier<Region> again =
          whole != null || entry.mapped() ? null : () -> pull(entry, content, memory);
      Decryptor.Plaintext plain = decrypt(entry.id(), content, region, memory, again);
      region = plain.region();
      start = plain.offset();
    }
    try {
      if (layout == null) {
        layout = content.layoutOf(region, start);
      }
      return ClearPayload.of(region, start, layout, content.header(), memory, metrics);
    } catch (RuntimeException | Error e) {
      region.close();
      throw e;
    }
  }

  private Region pull(StoredEntry entry, EntryContent content, RegionMemory memory) {
    if (entry.mapped()) {
      metrics.addMapped(entry.size());
      return entry.region(Allocators.mapped(), content.aligned());
    }
    Region region = entry.region(memory, content.aligned());
    metrics.addCopied(entry.size());
    metrics.holds(Allocators.allocated().getAllocatedMemory());
    return region;
  }

  /** Takes the region over. */
  private Decryptor.Plaintext decrypt(
      EntryId id,
      EntryContent content,
      Region sealed,
      RegionMemory memory,
      Supplier<Region> again) {
    boolean begun = false;
    try {
      List<Binding> bindings = bindings(id, content.header());
      begun = true;
      return decryptor.decrypt(
          sealed, content.payload(), content.header().keyFingerprint(), bindings, memory, again);
    } finally {
      if (!begun) {
        sealed.close();
      }
    }
  }

  /**
   * What the payload may be bound to. Releases of cachekit up to 0.22 bind it to the cache key,
   * later ones to the key with what the store puts in front of it.
   */
  private List<Binding> bindings(EntryId id, FrameHeader header) {
    if (id.key() == null) {
      throw new AuthenticationException(
          "it is encrypted, and what it is bound to, its cache key, is not known: a file cache keeps"
              + " no keys; give the key by 'key', 'keys' or 'key-file'");
    }
    boolean interop = options.format() == EntryFormat.INTEROP;
    String tenant = interop ? options.interopTenant() : header.tenant();
    if (tenant == null) {
      throw new AuthenticationException("it is encrypted and names no tenant");
    }
    if (options.tenant().isPresent()
        && !options.tenant().get().equals(tenant)
        && !isOfNobody(id, options.tenant().get())) {
      throw new AuthenticationException(
          "it is of tenant '" + tenant + "', and tenant = " + options.tenant().get() + " is read");
    }
    List<Binding> bindings = new ArrayList<>();
    for (String key : keys(id)) {
      bindings.add(
          interop
              ? Binding.ofInterop(tenant, key)
              : new Binding(
                  tenant,
                  key,
                  header.format() == null ? "" : header.format(),
                  header.compressed(),
                  header.originalType()));
    }
    return bindings;
  }

  /**
   * Whether a key lies where cachekit puts those of no tenant. Who an entry is encrypted for is
   * another matter there: a deployment's UUID, or whom the function was called for.
   */
  private static boolean isOfNobody(EntryId id, String tenant) {
    return tenant.equals(KeyForm.NO_TENANT)
        && id.name().startsWith(KeyForm.tenantPrefix(KeyForm.NO_TENANT));
  }

  private static Set<String> keys(EntryId id) {
    Set<String> keys = new LinkedHashSet<>();
    boolean named = id.name().endsWith(id.key());
    if (named) {
      keys.add(id.name());
      KeyForm.withoutTenant(id.name()).ifPresent(keys::add);
    }
    keys.add(id.key());
    return keys;
  }

  @Override
  public void close() {
    decryptor.close();
  }
}
