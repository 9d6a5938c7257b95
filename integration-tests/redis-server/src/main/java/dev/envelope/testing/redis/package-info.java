/**
 * Real servers for tests, Redis above all, and ways to break them.
 *
 * <p>Everything is a resource for try-with-resources, listens on 127.0.0.1 only, on ports that are
 * free, keeps its files in a temporary directory of its own, and ends with its {@code close()}, at
 * the latest with the JVM:
 *
 * <pre>{@code
 * try (RedisServer server = RedisServer.start();
 *     Jedis redis = server.connect();
 *     FaultProxy proxy = FaultProxy.before(server.port())) {
 *   redis.set("key", "value");
 *   proxy.cutNext(Direction.TO_CLIENT, 100);
 *   read("redis://127.0.0.1:" + proxy.port());
 * }
 * }</pre>
 *
 * <ul>
 *   <li>{@link dev.envelope.testing.redis.RedisBinary} finds {@code redis-server}. Where there is
 *       none, tests that ask for a server are skipped, which one line on standard error tells; with
 *       {@code ENVELOPE_REQUIRE_ALL=1} in the environment they fail.
 *   <li>{@link dev.envelope.testing.redis.RedisServer} is one server: with passwords, users, TLS, a
 *       Unix socket, as a replica. It can be stopped, continued, killed and started again.
 *   <li>{@link dev.envelope.testing.redis.RedisSentinel} and {@link
 *       dev.envelope.testing.redis.RedisCluster} are several, which fail over; slots can be moved.
 *   <li>{@link dev.envelope.testing.redis.MemcachedServer} is one Memcached.
 *   <li>{@link dev.envelope.testing.redis.Certificates} makes certificates up, good and bad ones.
 *   <li>{@link dev.envelope.testing.redis.FaultProxy} stands before a server and cuts, slows down,
 *       holds back and falsifies what goes through it.
 * </ul>
 */
package dev.envelope.testing.redis;
