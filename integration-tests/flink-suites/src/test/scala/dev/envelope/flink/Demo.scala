package dev.envelope.flink

/** The bundled table of features, as the README shows it. */
object Demo {
  val key =
    "ns:shop:func:shop.features:args:f9cf3864b6e929eb73f84cf6d69409e0bd7575f8cf6feafe3a543b0f7267b2b2:1x2263"

  val userKey =
    "ns:shop:func:shop.users:args:f9cf3864b6e929eb73f84cf6d69409e0bd7575f8cf6feafe3a543b0f7267b2b2:1x2263"

  val rows = 5000L

  val columns =
    "user_id BIGINT, country STRING, score DOUBLE, amount DOUBLE, ts TIMESTAMP(6)"
}
