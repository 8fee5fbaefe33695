#include "config/server_config.hpp"

#include <limits>

#include "base/json_reader.hpp"
#include "config/room_settings.hpp"

namespace tessera::config {
namespace {

// Reads members of one section. Its twin below writes them: a key stands once, in `fields`.
class Reading {
 public:
  explicit Reading(JsonReader reader) : reader_(std::move(reader)) {}

  void operator()(std::string_view key, std::string& value) { value = reader_.string(key, value); }
  void operator()(std::string_view key, std::vector<std::string>& value) {
    value = reader_.strings(key, value);
  }
  void operator()(std::string_view key, int& value, int min, int max) {
    value = static_cast<int>(reader_.integer(key, value, min, max));
  }
  void operator()(std::string_view key, bool& value) { value = reader_.boolean(key, value); }
  template <typename Section>
  void section(std::string_view key, Section& value) {
    Reading nested(reader_.object(key));
    fields(nested, value);
    nested.finish();
  }
  template <typename Section>
  void list(std::string_view key, std::vector<Section>& value) {
    if (!reader_.has(key)) return;
    value.clear();
    reader_.each(key, [&value](const JsonReader& item) {
      Reading nested(item);
      fields(nested, value.emplace_back());
      nested.finish();
    });
  }
  void finish() { reader_.reject_unknown(); }

 private:
  JsonReader reader_;
};

class Writing {
 public:
  void operator()(std::string_view key, const std::string& value) { json_.set(key, value); }
  void operator()(std::string_view key, const std::vector<std::string>& value) {
    Json array = Json::array();
    for (const auto& item : value) array.push(item);
    json_.set(key, std::move(array));
  }
  void operator()(std::string_view key, int value, int, int) { json_.set(key, value); }
  void operator()(std::string_view key, bool& value) { json_.set(key, value); }
  template <typename Section>
  void section(std::string_view key, Section& value) {
    Writing nested;
    fields(nested, value);
    json_.set(key, std::move(nested.json_));
  }
  template <typename Section>
  void list(std::string_view key, std::vector<Section>& value) {
    Json array = Json::array();
    for (Section& item : value) {
      Writing nested;
      fields(nested, item);
      array.push(std::move(nested.json_));
    }
    json_.set(key, std::move(array));
  }
  Json take() { return std::move(json_); }

 private:
  Json json_ = Json::object();
};

constexpr int unlimited = std::numeric_limits<int>::max();

template <typename Visit>
void fields(Visit& visit, ListenConfig& listen) {
  visit("address", listen.address);
  visit("port", listen.port, 0, 65535);
}

template <typename Visit>
void fields(Visit& visit, TlsConfig& tls) {
  visit("certificate", tls.certificate);
  visit("key", tls.key);
}

template <typename Visit>
void fields(Visit& visit, HttpConfig& http) {
  visit("trustedProxies", http.trusted_proxies);
  visit("allowedOrigins", http.allowed_origins);
  visit("maxConnections", http.max_connections, 0, 1'000'000);
  visit("maxConnectionsPerAddress", http.max_connections_per_address, 1, 1'000'000);
  visit("idleSeconds", http.idle_seconds, 1, 3600);
  visit("stallSeconds", http.stall_seconds, 1, 3600);
  visit("publicUrl", http.public_url);
}

template <typename Visit>
void fields(Visit& visit, AuthKey& key) {
  visit("kid", key.kid);
  visit("key", key.key);
  visit("publicKeyFile", key.public_key_file);
}

template <typename Visit>
void fields(Visit& visit, AuthConfig& auth) {
  visit("key", auth.key);
  visit("publicKeyFile", auth.public_key_file);
  visit.list("keys", auth.keys);
  visit("issuer", auth.issuer);
  visit("audience", auth.audience);
  visit("endSessionsAtExpiry", auth.end_sessions_at_expiry);
}

template <typename Visit>
void fields(Visit& visit, TurnConfig& turn) {
  visit("urls", turn.urls);
  visit("secret", turn.secret);
  visit("username", turn.username);
  visit("password", turn.password);
  visit("ttlSeconds", turn.ttl_seconds, 60, unlimited);
  visit("forServer", turn.for_server);
}

template <typename Visit>
void fields(Visit& visit, IceConfig& ice) {
  visit("addresses", ice.addresses);
  visit("minPort", ice.min_port, 0, 65535);
  visit("maxPort", ice.max_port, 0, 65535);
  visit("stunServers", ice.stun_servers);
  visit("loopback", ice.loopback);
  visit("linkLocal", ice.link_local);
  visit.section("turn", ice.turn);
  visit("announcedAddresses", ice.announced_addresses);
}

template <typename Visit>
void fields(Visit& visit, RoomConfig& room) {
  visit("width", room.width, min_canvas_side, max_canvas_side);
  visit("height", room.height, min_canvas_side, max_canvas_side);
  visit("framerate", room.framerate, 1, max_canvas_framerate);
  visit("layout", room.layout);
  visit("openedBy", room.opened_by);
  visit("maxParticipants", room.max_participants, 1, 10000);
  visit("maxViewers", room.max_viewers, 0, 10000);
  visit("reservedForOperators", room.reserved_for_operators, -1, 10000);
  visit("connectSeconds", room.connect_seconds, 5, 600);
  visit("maxTiles", room.max_tiles, 1, 49);
  visit("idleSeconds", room.idle_seconds, 0, 86400);
  visit("resumeSeconds", room.resume_seconds, 0, 3600);
  visit("silenceSeconds", room.silence_seconds, 1, 3600);
  visit("playoutDelayMs", room.playout_delay_ms, 0, 2000);
  visit("jitterMs", room.jitter_ms, 0, 2000);
}

template <typename Visit>
void fields(Visit& visit, VideoConfig& video) {
  visit("codecs", video.codecs);
}

template <typename Visit>
void fields(Visit& visit, AudioConfig& audio) {
  visit("mode", audio.mode);
  visit("bitrate", audio.bitrate, 6000, 510000);  // what Opus takes (RFC 6716, section 2.1.1)
  visit("musicBitrate", audio.music_bitrate, 6000, 510000);
  visit("complexity", audio.complexity, 0, 10);
  visit("inbandFec", audio.inband_fec);
  visit("maxTalkers", audio.max_talkers, 1, 64);
  visit("noiseSuppression", audio.noise_suppression);
  visit("autoGain", audio.auto_gain);
}

template <typename Visit>
void fields(Visit& visit, RetentionConfig& retention) {
  visit("days", retention.days, 0, 36500);
  visit("totalMb", retention.total_mb, 0, unlimited);
  visit("checkSeconds", retention.check_seconds, 1, 86400);
}

template <typename Visit>
void fields(Visit& visit, UploadConfig& upload) {
  visit("directory", upload.directory);
  visit("endpoint", upload.endpoint);
  visit("bucket", upload.bucket);
  visit("region", upload.region);
  visit("prefix", upload.prefix);
  visit("accessKey", upload.access_key);
  visit("secretKey", upload.secret_key);
  visit("partMb", upload.part_mb, 5, 5000);  // what S3 takes
  visit("retrySeconds", upload.retry_seconds, 1, 86400);
  visit("maxRetrySeconds", upload.max_retry_seconds, 1, 86400);
  visit("deleteAfter", upload.delete_after);
}

template <typename Visit>
void fields(Visit& visit, RecordingConfig& recording) {
  visit("directory", recording.directory);
  visit("reserveMb", recording.reserve_mb, 0, unlimited);
  visit("warnMinutes", recording.warn_minutes, 0, 100'000);
  visit("format", recording.format);
  visit("tracks", recording.tracks);
  visit("announce", recording.announce);
  visit("chat", recording.chat);
  visit("allowSilent", recording.allow_silent);
  visit("deletesPerHour", recording.deletes_per_hour, 0, 100'000);
  visit("splitMinutes", recording.split_minutes, 0, 40'000);
  visit("splitMb", recording.split_mb, 0, unlimited);
  visit("maxMinutes", recording.max_minutes, 0, 40'000);
  visit("emptyMinutes", recording.empty_minutes, 0, 40'000);
  visit("continueSeconds", recording.continue_seconds, 0, 3600);
  visit("quotaMb", recording.quota_mb, 0, unlimited);
  visit("loudness", recording.loudness, -40, 0);
  visit.section("retention", recording.retention);
  visit.section("upload", recording.upload);
}

template <typename Visit>
void fields(Visit& visit, AnnouncementsConfig& announcements) {
  visit("duckDb", announcements.duck_db, 0, 60);
  visit("attackMs", announcements.attack_ms, 0, 10'000);
  visit("releaseMs", announcements.release_ms, 0, 10'000);
  visit("maxSeconds", announcements.max_seconds, 1, 86'400);
  visit("chimes", announcements.chimes);
  visit("recording", announcements.recording);
  visit("holdMusic", announcements.hold_music);
}

template <typename Visit>
void fields(Visit& visit, PathsConfig& paths) {
  visit("layouts", paths.layouts);
  visit("pipelines", paths.pipelines);
  visit("announcements", paths.announcements);
}

template <typename Visit>
void fields(Visit& visit, LogConfig& log) {
  visit("level", log.level);
}

template <typename Visit>
void fields(Visit& visit, LimitsConfig& limits) {
  visit("maxBodyBytes", limits.max_body_bytes, 1024, 64 * 1024 * 1024);
  visit("maxRooms", limits.max_rooms, 1, 10000);
  visit("pendingPerSubject", limits.pending_per_subject, 1, 100000);
  visit("pendingPerAddress", limits.pending_per_address, 1, 100000);
  visit("pendingPerRoom", limits.pending_per_room, 1, 100000);
  visit("spareRooms", limits.spare_rooms, 0, 16);
  visit("roomMemoryMb", limits.room_memory_mb, 0, unlimited);
  visit("endpointMegapixels", limits.endpoint_megapixels, 0, unlimited);
  visit("roomMegapixels", limits.room_megapixels, 0, unlimited);
}

template <typename Visit>
void fields(Visit& visit, SandboxConfig& sandbox) {
  visit("mode", sandbox.mode);
  visit("readable", sandbox.readable);
  visit("writable", sandbox.writable);
  visit("roomThreads", sandbox.room_threads, 256, 1'000'000);
}

template <typename Visit>
void sections(Visit& visit, ServerConfig& config) {
  visit.section("listen", config.listen);
  visit.section("tls", config.tls);
  visit.section("http", config.http);
  visit.section("auth", config.auth);
  visit.section("ice", config.ice);
  visit.section("room", config.room);
  visit.section("video", config.video);
  visit.section("audio", config.audio);
  visit.section("recording", config.recording);
  visit.section("announcements", config.announcements);
  visit.section("paths", config.paths);
  visit.section("log", config.log);
  visit.section("limits", config.limits);
  visit.section("sandbox", config.sandbox);
}

}  // namespace

std::vector<std::string> AuthConfig::secrets() const {
  std::vector<std::string> all;
  if (!key.empty()) all.push_back(key);
  for (const AuthKey& one : keys)
    if (!one.key.empty()) all.push_back(one.key);
  return all;
}

Result<ServerConfig> ServerConfig::from_json(const Json& json, std::string_view file_for_messages) {
  std::vector<JsonFault> faults;
  ServerConfig config;
  Reading reading(JsonReader(json, faults));
  sections(reading, config);
  reading.finish();
  if (!faults.empty()) return error("bad-config", "{}", describe(file_for_messages, faults));
  return config;
}

Json ServerConfig::to_json() const {
  Writing writing;
  ServerConfig copy = *this;  // the visitors take members by reference to share one list of keys
  sections(writing, copy);
  return writing.take();
}

}  // namespace tessera::config
