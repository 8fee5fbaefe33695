#include <arpa/inet.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/ip_address.hpp"
#include "config/room_settings.hpp"
#include "config/server_config.hpp"

namespace tessera::config {
namespace {

bool is_address(const std::string& text) {
  in6_addr binary;
  return inet_pton(AF_INET, text.c_str(), &binary) == 1 || inet_pton(AF_INET6, text.c_str(), &binary) == 1;
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Checks {
 public:
  template <typename... Args>
  void that(bool holds, fmt::format_string<Args...> reason, Args&&... args) {
    if (!holds) faults_.push_back(fmt::format(reason, std::forward<Args>(args)...));
  }
  [[nodiscard]] Result<void> result() const {
    if (faults_.empty()) return {};
    return error("bad-config", "{}", fmt::join(faults_, "\n"));
  }

 private:
  std::vector<std::string> faults_;
};

// RFC 7518, section 3.2: a shorter key than the hash is easier to guess than the hash is to forge.
constexpr std::size_t least_secret_bytes = 32;
constexpr std::size_t longest_kid = 64;

bool is_plain_word(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// The secrets, each with its place in the configuration.
std::vector<std::pair<std::string, std::string_view>> secrets_of(const AuthConfig& auth) {
  std::vector<std::pair<std::string, std::string_view>> secrets;
  if (!auth.key.empty()) secrets.emplace_back("auth.key", auth.key);
  for (std::size_t i = 0; i < auth.keys.size(); ++i)
    if (!auth.keys[i].key.empty())
      secrets.emplace_back(fmt::format("auth.keys[{}].key", i), auth.keys[i].key);
  return secrets;
}

void check_auth(Checks& check, const ServerConfig& config) {
  const AuthConfig& auth = config.auth;
  check.that(auth.key.empty() || auth.public_key_file.empty(),
             "auth: key (HS256) and publicKeyFile (RS256) are both set; keep one, or list both in auth.keys");
  for (std::size_t i = 0; i < auth.keys.size(); ++i) {
    const AuthKey& one = auth.keys[i];
    check.that(
        is_plain_word(one.kid, longest_kid),
        "auth.keys[{}].kid: must be 1 to {} visible ASCII characters: the name that tokens call the key by",
        i, longest_kid);
    check.that(one.key.empty() != one.public_key_file.empty(),
               "auth.keys[{}]: set key (HS256) or publicKeyFile (RS256), and not both", i);
    for (std::size_t before = 0; before < i; ++before)
      check.that(auth.keys[before].kid != one.kid, "auth.keys[{}].kid: \"{}\" is there twice", i, one.kid);
  }
  for (const auto& [place, secret] : secrets_of(auth)) {
    check.that(secret.find("-----BEGIN") == std::string_view::npos,
               "{}: is a PEM file's text; a public key is no secret: name its file in publicKeyFile", place);
    check.that(secret.size() >= least_secret_bytes || is_loopback(config.listen.address),
               "{}: has {} bytes and can be guessed; off loopback an HS256 secret has at least {}: "
               "openssl rand -base64 48 makes one",
               place, secret.size(), least_secret_bytes);
  }
  check.that(
      !auth.open() || (auth.issuer.empty() && auth.audience.empty() && !auth.end_sessions_at_expiry),
      "auth: issuer, audience and endSessionsAtExpiry say something about tokens, and there is no key to "
      "check tokens with; set auth.key, auth.publicKeyFile or auth.keys");
  check.that(one_of(config.room.opened_by, {"viewer", "speaker", "operator", "admin"}),
             "room.openedBy: \"{}\" is not one of viewer, speaker, operator, admin", config.room.opened_by);
}

void check_front(Checks& check, const ServerConfig& config) {
  check.that(!config.listen.address.empty(), "listen.address: is empty; 127.0.0.1 is the default");
  check.that(config.listen.port >= 0 && config.listen.port <= 65535,
             "listen.port: {} is not a port (0 to 65535)", config.listen.port);
  check.that(
      !config.auth.open() || config.listen.address.empty() || is_loopback(config.listen.address),
      "listen.address: {} can be reached from other machines, and without a token key everybody may do "
      "everything; set auth.key (TESSERA_AUTH_KEY) or auth.publicKeyFile, or listen on 127.0.0.1",
      config.listen.address);
  check.that(config.tls.certificate.empty() == config.tls.key.empty(),
             "tls: certificate and key go together; set both or neither");
}

// What a browser sends as Origin (RFC 6454 section 6.2): scheme, host in lower case, port unless it is the
// usual one.
bool is_origin(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    const std::string_view host = text.substr(scheme.size());
    return !host.empty() &&
           host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-:[]_") == std::string_view::npos;
  }
  return false;
}

// Scheme, host, perhaps a port and a path; what is put in front of a path, which begins with a slash.
bool is_base_url(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    const std::string_view rest = text.substr(scheme.size());
    return !rest.empty() && rest.front() != '/' && rest.front() != ':' && !rest.ends_with('/') &&
           std::all_of(rest.begin(), rest.end(), [](char c) {
             return c > 0x20 && c < 0x7f &&
                    std::string_view("?#@\"<>\\^`{|}").find(c) == std::string_view::npos;
           });
  }
  return false;
}

void check_http(Checks& check, const HttpConfig& http) {
  for (const auto& proxy : http.trusted_proxies)
    check.that(IpNetwork::parse(proxy).has_value(),
               "http.trustedProxies: \"{}\" is neither an IP address nor a network such as 10.0.0.0/8",
               proxy);
  for (const auto& origin : http.allowed_origins)
    check.that(
        origin == "*" || is_origin(origin),
        "http.allowedOrigins: \"{}\" is not an origin; write it as the browser sends it, in lower case and "
        "without a path (https://meet.example or http://localhost:3000), or \"*\" for every page",
        origin);
  check.that(http.public_url.empty() || is_base_url(http.public_url),
             "http.publicUrl: \"{}\" is not of the form https://HOST[:PORT][/PATH], without a slash at the "
             "end, a query, a fragment or a user name",
             http.public_url);
}

void check_ice(Checks& check, const IceConfig& ice) {
  for (const auto& address : ice.addresses)
    check.that(is_address(address), "ice.addresses: \"{}\" is not an IP address", address);
  for (const auto& address : ice.announced_addresses)
    check.that(is_address(address),
               "ice.announcedAddresses: \"{}\" is not an IP address; a name must be resolved first", address);
  check.that(ice.min_port >= 0 && ice.max_port <= 65535 && ice.min_port <= ice.max_port,
             "ice: minPort {} and maxPort {} are not a range of ports", ice.min_port, ice.max_port);
  check.that((ice.min_port == 0) == (ice.max_port == 0), "ice: set both minPort and maxPort, or neither");
  for (const auto& url : ice.stun_servers)
    check.that(url.starts_with("stun:") && url.size() > 5 && !url.starts_with("stun://"),
               "ice.stunServers: \"{}\" is not of the form stun:HOST:PORT", url);
  for (const auto& url : ice.turn.urls)
    check.that((url.starts_with("turn:") || url.starts_with("turns:")) &&
                   url.find("://") == std::string::npos && url.back() != ':',
               "ice.turn.urls: \"{}\" is not of the form turn:HOST:PORT?transport=udp", url);
  const bool credentials =
      !ice.turn.secret.empty() || (!ice.turn.username.empty() && !ice.turn.password.empty());
  check.that(ice.turn.urls.empty() || credentials,
             "ice.turn: needs a secret (coturn's static-auth-secret), or a username and a password");
}

void check_room(Checks& check, const RoomConfig& room) {
  check.that(room.width % 2 == 0 && room.height % 2 == 0, "room: width {} and height {} must be even",
             room.width, room.height);
  const auto fits = [](int side) { return side >= min_canvas_side && side <= max_canvas_side; };
  check.that(fits(room.width) && fits(room.height), "room: {}x{} is out of bounds; {} to {} each way",
             room.width, room.height, min_canvas_side, max_canvas_side);
  check.that(room.framerate >= 1 && room.framerate <= max_canvas_framerate,
             "room.framerate: {} is out of bounds; 1 to {}", room.framerate, max_canvas_framerate);
  check.that(
      room.reserved_for_operators < room.max_participants,
      "room.reservedForOperators: with {} of maxParticipants {} nobody but operators gets in; keep fewer",
      room.reserved_for_operators, room.max_participants);
  check.that(!room.layout.empty(), "room.layout: is empty; \"grid\" is the default");
}

void check_media(Checks& check, const ServerConfig& config) {
  check.that(!config.video.codecs.empty(), "video.codecs: is empty; name h264, vp8 or both");
  for (const auto& codec : config.video.codecs)
    check.that(one_of(codec, {"h264", "vp8"}), "video.codecs: \"{}\" cannot be sent; h264 and vp8 can",
               codec);
  for (std::size_t i = 0; i < config.video.codecs.size(); ++i)
    check.that(std::find(config.video.codecs.begin(), config.video.codecs.begin() + static_cast<long>(i),
                         config.video.codecs[i]) == config.video.codecs.begin() + static_cast<long>(i),
               "video.codecs: \"{}\" is there twice", config.video.codecs[i]);
  check.that(one_of(config.audio.mode, {"speech", "music"}), "audio.mode: \"{}\" is neither speech nor music",
             config.audio.mode);
  check.that(!config.recording.directory.empty(), "recording.directory: is empty");
  check.that(one_of(config.recording.format, {"mp4", "mp4-opus", "webm", "m4a", "opus", "wav"}),
             "recording.format: \"{}\" is not one of mp4, mp4-opus, webm, m4a, opus, wav",
             config.recording.format);
  check.that(!config.paths.layouts.empty(), "paths.layouts: is empty");
  check.that(!config.paths.pipelines.empty(), "paths.pipelines: is empty");
  const auto is_file_name = [](const std::string& name) {
    return name.find('/') == std::string::npos && !name.starts_with('.');
  };
  check.that(is_file_name(config.announcements.recording),
             "announcements.recording: \"{}\" must be the name of a file in paths.announcements, or empty",
             config.announcements.recording);
  check.that(is_file_name(config.announcements.hold_music),
             "announcements.holdMusic: \"{}\" must be the name of a file in paths.announcements, or empty",
             config.announcements.hold_music);
  check.that(config.limits.room_memory_mb == 0 || config.limits.room_memory_mb >= 256,
             "limits.roomMemoryMb: {} is less than a room needs; give it 256 or more, or 0 for no limit",
             config.limits.room_memory_mb);
  check.that(
      config.limits.endpoint_megapixels == 0 || config.limits.endpoint_megapixels >= 10,
      "limits.endpointMegapixels: {} is less than one small camera; give it 10 or more, or 0 for no limit",
      config.limits.endpoint_megapixels);
  check.that(one_of(config.log.level, {"debug", "info", "warn", "error"}),
             "log.level: \"{}\" is not one of debug, info, warn, error", config.log.level);
}

bool is_web_address(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"})
    if (text.starts_with(scheme)) return text.size() > scheme.size() && text[scheme.size()] != '/';
  return false;
}

void check_upload(Checks& check, const UploadConfig& upload) {
  check.that(upload.directory.empty() || !upload.to_s3(),
             "recording.upload: directory and bucket are both set; keep one");
  check.that(upload.bucket.empty() == upload.endpoint.empty(),
             "recording.upload: bucket and endpoint go together; set both or neither");
  check.that(upload.endpoint.empty() || is_web_address(upload.endpoint),
             "recording.upload.endpoint: \"{}\" is not of the form https://HOST[:PORT]", upload.endpoint);
  check.that(!upload.to_s3() || (!upload.access_key.empty() && !upload.secret_key.empty()),
             "recording.upload: a bucket needs accessKey and secretKey (TESSERA_S3_ACCESS_KEY, "
             "TESSERA_S3_SECRET_KEY)");
  check.that(!upload.to_s3() || !upload.region.empty(),
             "recording.upload.region: is empty; us-east-1 is the default");
  check.that(upload.prefix.find("..") == std::string::npos && !upload.prefix.starts_with('/'),
             "recording.upload.prefix: \"{}\" must not begin with / or contain ..", upload.prefix);
  check.that(
      !upload.delete_after || upload.enabled(),
      "recording.upload.deleteAfter: there is no place to upload to; set directory, or bucket and endpoint");
}

void check_recording(Checks& check, const RecordingConfig& recording) {
  check.that(
      recording.loudness == 0 || recording.loudness <= -5,
      "recording.loudness: {} LUFS is too loud to keep from clipping; -5 to -40, or 0 to leave it as it is",
      recording.loudness);
  check_upload(check, recording.upload);
}

void check_sandbox(Checks& check, const SandboxConfig& sandbox) {
  check.that(one_of(sandbox.mode, {"auto", "required", "off"}),
             "sandbox.mode: \"{}\" is not one of auto, required, off", sandbox.mode);
  for (const auto* paths : {&sandbox.readable, &sandbox.writable})
    for (const auto& path : *paths)
      check.that(path.starts_with('/') && path.size() > 1,
                 "sandbox: \"{}\" must be an absolute path, and not / itself", path);
}

}  // namespace

Result<void> UploadConfig::validate() const {
  Checks check;
  check_upload(check, *this);
  return check.result();
}

Result<void> ServerConfig::validate() const {
  Checks check;
  check_front(check, *this);
  check_http(check, http);
  check_auth(check, *this);
  check_ice(check, ice);
  check_room(check, room);
  check_media(check, *this);
  check_recording(check, recording);
  check_sandbox(check, sandbox);
  return check.result();
}

std::vector<std::string> ServerConfig::warnings() const {
  std::vector<std::string> all;
  for (const auto& [place, secret] : secrets_of(auth))
    if (secret.size() < least_secret_bytes)
      all.push_back(fmt::format(
          "{}: has {} bytes and can be guessed; use at least {} (openssl rand -base64 48 makes one)", place,
          secret.size(), least_secret_bytes));
  if (recording.chat && recording.announce && announcements.recording.empty())
    all.push_back(
        "recording.chat: the built-in announcement of a recording does not speak of chat; name a file that "
        "does "
        "in announcements.recording");
  return all;
}

bool is_loopback(std::string_view address) {
  const std::string text(address);
  if (text == "localhost") return true;
  if (in_addr v4; inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6;
  return inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

Result<ListenConfig> parse_listen(std::string_view text) {
  const auto wrong = [&] {
    return error("bad-config", "\"{}\" is not of the form ADDRESS:PORT or [IPV6]:PORT", text);
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  std::string_view address = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);

  ListenConfig listen;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), listen.port);
  if (digits.empty() || failure != std::errc{} || end != digits.data() + digits.size() || listen.port < 0 ||
      listen.port > 65535)
    return wrong();
  if (address.starts_with('[') != address.ends_with(']') || address == "[") return wrong();
  const bool bracketed = address.starts_with('[');
  if (bracketed) address = address.substr(1, address.size() - 2);
  listen.address = address.empty() && !bracketed ? "0.0.0.0" : std::string(address);
  // Only brackets tell the colons of an IPv6 address from the one before the port.
  if (bracketed != (listen.address.find(':') != std::string::npos)) return wrong();
  if (bracketed && !is_address(listen.address)) return wrong();
  if (!is_address(listen.address) &&
      listen.address.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") !=
          std::string::npos)
    return wrong();
  return listen;
}

}  // namespace tessera::config
