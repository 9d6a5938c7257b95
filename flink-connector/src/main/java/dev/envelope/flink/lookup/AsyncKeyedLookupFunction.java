package dev.envelope.flink.lookup;

import dev.envelope.flink.source.JobClasses;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncLookupFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.types.logical.RowType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the entries of several keys at once, on a few threads that end with the function. */
public final class AsyncKeyedLookupFunction extends AsyncLookupFunction {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(AsyncKeyedLookupFunction.class);
  private static final long CLOSE_SECONDS = 30;

  private final LookupSettings settings;
  private transient KeyedRows rows;
  private transient RowData.FieldGetter[] getters;
  private transient ExecutorService threads;

  AsyncKeyedLookupFunction(LookupSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open(FunctionContext context) {
    rows = new KeyedRows(settings);
    RowType type = settings.source().columns().rowType();
    getters = new RowData.FieldGetter[settings.keys().size()];
    for (int i = 0; i < getters.length; i++) {
      getters[i] = RowData.createFieldGetter(type.getTypeAt(settings.keys().get(i)).copy(true), i);
    }
    AtomicInteger number = new AtomicInteger();
    threads =
        Executors.newFixedThreadPool(
            settings.threads(),
            task -> {
              Thread thread = new Thread(task, "envelope-lookup-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public CompletableFuture<Collection<RowData>> asyncLookup(RowData keyRow) {
    // Flink hands the same object in again for the next row.
    GenericRowData key = new GenericRowData(getters.length);
    for (int i = 0; i < getters.length; i++) {
      key.setField(i, getters[i].getFieldOrNull(keyRow));
    }
    return CompletableFuture.supplyAsync(() -> rows.of(key), threads);
  }

  @Override
  public void close() throws InterruptedException {
    if (threads != null) {
      threads.shutdownNow();
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A lookup has not ended within {} s", CLOSE_SECONDS);
      }
      threads = null;
    }
    JobClasses.releaseNow();
  }
}
