package dev.envelope.bench.flink;

import java.io.Serializable;
import org.apache.flink.api.common.accumulators.DoubleCounter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Adds up a number of each record; the sum of all tasks is an accumulator of the job. */
final class SumOperator<T> extends AbstractStreamOperator<Double>
    implements OneInputStreamOperator<T, Double> {
  /** The accumulator's name. */
  static final String SUM = "sum";

  private static final long serialVersionUID = 1L;

  private final NumberOf<T> number;
  private double sum;

  /** A number of a record. */
  @FunctionalInterface
  interface NumberOf<T> extends Serializable {
    double of(T record);
  }

  SumOperator(NumberOf<T> number) {
    this.number = number;
    // Otherwise the rows would go through a network buffer, which would be all that is measured.
    chainingStrategy = ChainingStrategy.ALWAYS;
  }

  @Override
  public void processElement(StreamRecord<T> element) {
    sum += number.of(element.getValue());
  }

  @Override
  public void finish() throws Exception {
    DoubleCounter counter = new DoubleCounter();
    counter.add(sum);
    getRuntimeContext().addAccumulator(SUM, counter);
    super.finish();
  }
}
