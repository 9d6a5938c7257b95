package dev.envelope.spark

import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.nio.charset.StandardCharsets.UTF_8
import java.security.MessageDigest

import javax.crypto.{Cipher, Mac}
import javax.crypto.spec.{GCMParameterSpec, SecretKeySpec}

/** Encrypts tables as cachekit does, by the JDK alone and apart from the connector. */
object Sealing {
  private val Tenant = "550e8400-e29b-41d4-a716-446655440000"

  /**
   * A frame around an encrypted table.
   *
   * @param masterKey in hexadecimal digits
   * @param key the cache key that the frame is bound to
   * @param payload the checksum and the Arrow file
   */
  def table(masterKey: String, key: String, payload: Array[Byte]): Array[Byte] = {
    val tenantKey = derive(unhex(masterKey))
    val json = ("""{"s":"arrow","m":{"format":"arrow","encoding":"utf-8","compressed":false,""" +
      s""""original_type":"arrow","encrypted":true,"tenant_id":"$Tenant",""" +
      s""""encryption_algorithm":"AES-256-GCM","key_fingerprint":"${fingerprint(tenantKey)}"},""" +
      """"v":"2.0"}""").getBytes(UTF_8)
    // Of no use but to a test: a nonce is never used twice.
    val nonce = "testing only".getBytes(UTF_8)
    val cipher = Cipher.getInstance("AES/GCM/NoPadding")
    cipher.init(
      Cipher.ENCRYPT_MODE,
      new SecretKeySpec(tenantKey, "AES"),
      new GCMParameterSpec(128, nonce))
    cipher.updateAAD(bound(key))
    val frame = ByteBuffer.allocate(7 + json.length + 12 + payload.length + 16)
    frame.put(Array[Byte]('C', 'K', 3)).putInt(json.length).put(json).put(nonce)
    cipher.doFinal(ByteBuffer.wrap(payload), frame)
    frame.array
  }

  private def bound(key: String): Array[Byte] = {
    val bytes = new ByteArrayOutputStream
    bytes.write(3)
    for (part <- Seq(Tenant, key, "arrow", "False", "arrow").map(_.getBytes(UTF_8))) {
      bytes.write(ByteBuffer.allocate(4).putInt(part.length).array)
      bytes.write(part)
    }
    bytes.toByteArray
  }

  /** HKDF-SHA256; one block is enough for 32 bytes. */
  private def derive(masterKey: Array[Byte]): Array[Byte] = {
    val purpose = "encryption".getBytes(UTF_8)
    val salt = "cachekit_v1_".getBytes(UTF_8) ++ Array(purpose.length.toByte) ++ purpose ++
      ByteBuffer.allocate(2).putShort(Tenant.length.toShort).array ++ Tenant.getBytes(UTF_8)
    mac(mac(salt, masterKey), purpose :+ 1.toByte)
  }

  private def mac(key: Array[Byte], data: Array[Byte]): Array[Byte] = {
    val mac = Mac.getInstance("HmacSHA256")
    mac.init(new SecretKeySpec(key, "HmacSHA256"))
    mac.doFinal(data)
  }

  private def fingerprint(tenantKey: Array[Byte]): String = {
    val sha = MessageDigest.getInstance("SHA-256")
    sha.update("key_fingerprint_v1".getBytes(UTF_8))
    sha.digest(tenantKey).take(16).map("%02x".format(_)).mkString
  }

  def unhex(digits: String): Array[Byte] =
    digits.grouped(2).map(Integer.parseInt(_, 16).toByte).toArray
}
