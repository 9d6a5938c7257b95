package dev.envelope.store;

import dev.envelope.CorruptEntryException;
import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.entry.FileHeader;
import dev.envelope.entry.FileName;
import dev.envelope.options.FileAccess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * cachekit's file cache: one file an entry, named by the hash of its key.
 *
 * <p>Nothing is ever deleted or written. Only files with an entry's name are looked at, so
 * temporary and hidden files never are. A symbolic link in an entry's place is refused, also one
 * that is put there between the check and the opening.
 */
public final class FileStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(FileStore.class);

  /** BLAKE2b-128 in lower-case hexadecimal, see {@link FileName}. */
  private static final Pattern ENTRY_NAME = Pattern.compile("[0-9a-f]{32}");

  /** How often an entry is looked at again that is replaced while it is opened. */
  private static final int ATTEMPTS = 100;

  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final Path directory;
  private final FileAccess access;
  private final Clock clock;

  /**
   * Opens nothing yet.
   *
   * @param directory the directory; it may itself be a symbolic link
   * @param access whether entries are mapped or read
   */
  public FileStore(Path directory, FileAccess access) {
    this(directory, access, Clock.systemUTC());
  }

  FileStore(Path directory, FileAccess access, Clock clock) {
    this.directory = directory;
    this.access = access;
    this.clock = clock;
  }

  @Override
  public EntryId entryOf(String key) {
    return new EntryId(FileName.of(key), key);
  }

  @Override
  public List<EntryId> list() {
    List<EntryId> entries = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (ENTRY_NAME.matcher(name).matches()) {
          entries.add(new EntryId(name, null));
        }
      }
    } catch (NoSuchFileException e) {
      throw new StoreException("there is no directory " + directory, e);
    } catch (NotDirectoryException e) {
      throw new StoreException(directory + " is not a directory", e);
    } catch (AccessDeniedException e) {
      throw new StoreException("no permission to list the directory " + directory, e);
    } catch (IOException | DirectoryIteratorException e) {
      throw new StoreException("cannot list the directory " + directory, e);
    }
    entries.sort(Comparator.comparing(EntryId::name));
    return entries;
  }

  @Override
  public long[] sizes(List<EntryId> ids) {
    long[] sizes = new long[ids.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = size(ids.get(i));
    }
    return sizes;
  }

  private long size(EntryId id) {
    Path file = directory.resolve(id.name());
    try {
      if (!attributes(file).isRegularFile()) {
        return 0;
      }
      // An expired file is no entry, and only its head tells.
      try (FileChannel channel = FileChannel.open(file, READ)) {
        FileHeader header = header(channel);
        return header.expired(clock.instant().getEpochSecond())
            ? -1
            : channel.size() - FileHeader.LENGTH;
      }
    } catch (NoSuchFileException e) {
      return -1;
    } catch (CorruptEntryException | UnsupportedEntryException | IOException e) {
      LOG.debug("No size of the file of entry '{}' could be told", id.label(), e);
      return 0;
    }
  }

  @Override
  public StoredEntry open(EntryId id) {
    Path file = directory.resolve(id.name());
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        // Told before opening: a FIFO in an entry's place would block the open for ever.
        BasicFileAttributes before = regularFile(id, file);
        FileChannel channel = FileChannel.open(file, READ);
        try {
          // A file that was put there after the check is not the one that the attributes are of.
          if (revision(before).equals(revision(regularFile(id, file)))) {
            return open(id, channel, before);
          }
          channel.close();
        } catch (RuntimeException | IOException e) {
          try {
            channel.close();
          } catch (IOException f) {
            e.addSuppressed(f);
          }
          throw e;
        }
      }
      throw new StoreException(
          "the file of entry '" + id.label() + "' is replaced faster than it can be opened");
    } catch (NoSuchFileException e) {
      throw new MissingEntryException(
          "there is no entry '" + id.label() + "' (file " + id.name() + ") in " + directory, e);
    } catch (AccessDeniedException e) {
      throw new StoreException("no permission to read the file of entry '" + id.label() + "'", e);
    } catch (IOException e) {
      throw new StoreException("cannot open the file of entry '" + id.label() + "'", e);
    }
  }

  private static BasicFileAttributes regularFile(EntryId id, Path file) throws IOException {
    BasicFileAttributes attributes = attributes(file);
    if (!attributes.isRegularFile()) {
      throw new UnsupportedEntryException(
          "entry '"
              + id.label()
              + "': the file "
              + id.name()
              + (attributes.isSymbolicLink() ? " is a symbolic link" : " is not a regular file")
              + "; only regular files are read");
    }
    return attributes;
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static FileHeader header(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), FileHeader.LENGTH));
    FileStoredEntry.readFully(channel, 0, bytes);
    return FileHeader.parse(bytes.flip());
  }

  /** Which file it is, and when it was written last. */
  private static String revision(BasicFileAttributes attributes) {
    return attributes.fileKey() + ":" + attributes.lastModifiedTime();
  }

  private StoredEntry open(EntryId id, FileChannel channel, BasicFileAttributes attributes)
      throws IOException {
    long size = channel.size();
    FileHeader header = header(channel);
    if (header.expired(clock.instant().getEpochSecond())) {
      throw new MissingEntryException(
          "entry '" + id.label() + "' (file " + id.name() + ") has expired");
    }
    return new FileStoredEntry(
        id, channel, size - FileHeader.LENGTH, header.expiresAt(), revision(attributes), access);
  }

  @Override
  public void close() {}
}
