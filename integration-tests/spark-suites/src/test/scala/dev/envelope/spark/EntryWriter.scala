package dev.envelope.spark

import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.nio.channels.{FileChannel, WritableByteChannel}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import java.nio.file.StandardCopyOption.{ATOMIC_MOVE, REPLACE_EXISTING}
import java.nio.file.StandardOpenOption.{CREATE, READ, WRITE}
import java.util.{Arrays, Collections, Optional}

import com.github.luben.zstd.Zstd
import dev.envelope.entry.FileName
import dev.envelope.memory.{Allocators, MappedRegion, Xxh3}
import dev.envelope.shaded.arrow.memory.{ArrowBuf, BufferAllocator}
import dev.envelope.shaded.arrow.vector.VectorSchemaRoot
import dev.envelope.shaded.arrow.vector.compression.{AbstractCompressionCodec, CompressionCodec}
import dev.envelope.shaded.arrow.vector.compression.CompressionUtil.CodecType
import dev.envelope.shaded.arrow.vector.ipc.ArrowFileWriter
import dev.envelope.shaded.arrow.vector.ipc.message.IpcOption
import dev.envelope.shaded.arrow.vector.types.FloatingPointPrecision.DOUBLE
import dev.envelope.shaded.arrow.vector.types.pojo.{ArrowType => Arrow, Field, FieldType, Schema}
import net.jpountz.lz4.LZ4FrameOutputStream

/**
 * Writes tables as cachekit does, of any size: batch after batch into a file, then the checksum,
 * then a rename.
 */
object EntryWriter {
  private val Header =
    """{"s":"arrow","m":{"format":"arrow","encoding":"utf-8","compressed":false,""" +
      """"original_type":"arrow"},"v":"2.0"}"""

  val int32: Arrow = new Arrow.Int(32, true)
  val int64: Arrow = new Arrow.Int(64, true)
  val float64: Arrow = new Arrow.FloatingPoint(DOUBLE)
  val utf8: Arrow = Arrow.Utf8.INSTANCE

  def field(name: String, arrow: Arrow, children: Field*): Field =
    new Field(name, FieldType.nullable(arrow), Arrays.asList(children: _*))

  /**
   * Writes an entry.
   *
   * @param codec how buffers are compressed, or NO_COMPRESSION
   * @param fill sets the values of a batch and the row count
   */
  def write(
      directory: Path,
      key: String,
      fields: Seq[Field],
      batches: Int,
      codec: CodecType = CodecType.NO_COMPRESSION)(fill: (VectorSchemaRoot, Int) => Unit): Path = {
    val file = directory.resolve(FileName.of(key))
    val partial = directory.resolve("." + file.getFileName)
    val channel = FileChannel.open(partial, CREATE, READ, WRITE)
    try {
      val json = Header.getBytes(UTF_8)
      val head = ByteBuffer.allocate(14 + 7 + json.length + 8)
      head.put(Array[Byte]('C', 'K', 1, 0, 0, 0)).putLong(0)
      head.put(Array[Byte]('C', 'K', 3)).putInt(json.length).put(json).putLong(0)
      channel.write(head.flip())
      arrow(channel, new Schema(Arrays.asList(fields: _*)), batches, codec, fill)
      val sum = ByteBuffer.allocate(8).putLong(checksum(channel, head.capacity))
      channel.write(sum.flip(), head.capacity - 8L)
    } finally channel.close()
    Files.move(partial, file, ATOMIC_MOVE, REPLACE_EXISTING)
  }

  private def arrow(
      channel: FileChannel,
      schema: Schema,
      batches: Int,
      codec: CodecType,
      fill: (VectorSchemaRoot, Int) => Unit): Unit = {
    val out = new WritableByteChannel {
      override def write(bytes: ByteBuffer): Int = channel.write(bytes)
      override def isOpen: Boolean = true
      override def close(): Unit = ()
    }
    val allocator = Allocators.root().newChildAllocator("writer", 0, Long.MaxValue)
    val root = VectorSchemaRoot.create(schema, allocator)
    try {
      val writer = new ArrowFileWriter(
        root,
        null,
        out,
        Collections.emptyMap[String, String](),
        IpcOption.DEFAULT,
        Codecs,
        codec,
        Optional.empty[Integer]())
      writer.start()
      for (batch <- 0 until batches) {
        fill(root, batch)
        writer.writeBatch()
      }
      writer.close()
    } finally {
      root.close()
      allocator.close()
    }
  }

  private def checksum(channel: FileChannel, start: Long): Long = {
    val length = channel.size - start
    val region = new MappedRegion(channel, start, length, Allocators.mapped())
    val bytes = region.view(0, length)
    try Xxh3.hash(bytes.memoryAddress, length)
    finally {
      bytes.close()
      region.close()
    }
  }

  /** Arrow's own codecs are in a library that is not in the bundle. */
  private object Codecs extends CompressionCodec.Factory {
    override def createCodec(codec: CodecType): CompressionCodec = codec match {
      case CodecType.ZSTD => new BytesCodec(codec, Zstd.compress(_))
      case CodecType.LZ4_FRAME => new BytesCodec(codec, lz4)
      case _ => CompressionCodec.Factory.INSTANCE.createCodec(codec)
    }

    override def createCodec(codec: CodecType, level: Int): CompressionCodec = createCodec(codec)

    private def lz4(bytes: Array[Byte]): Array[Byte] = {
      val compressed = new ByteArrayOutputStream
      val frame = new LZ4FrameOutputStream(compressed)
      frame.write(bytes)
      frame.close()
      compressed.toByteArray
    }
  }

  private final class BytesCodec(codec: CodecType, compress: Array[Byte] => Array[Byte])
      extends AbstractCompressionCodec {
    override def getCodecType: CodecType = codec

    override protected def doCompress(allocator: BufferAllocator, plain: ArrowBuf): ArrowBuf = {
      val bytes = new Array[Byte](plain.writerIndex.toInt)
      plain.getBytes(0, bytes)
      val compressed = compress(bytes)
      val target = allocator.buffer(8L + compressed.length)
      target.setBytes(8, compressed)
      target.writerIndex(8L + compressed.length)
      target
    }

    override protected def doDecompress(allocator: BufferAllocator, bytes: ArrowBuf): ArrowBuf =
      throw new UnsupportedOperationException
  }
}
