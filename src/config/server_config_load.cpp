// The sources of a configuration, weakest first: defaults, file, environment. (Flags are the command line's.)

#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "base/json_reader.hpp"
#include "config/paths.hpp"
#include "config/server_config.hpp"
#include "config/text_file.hpp"

namespace tessera::config {
namespace {

constexpr std::size_t max_file_bytes = 1024 * 1024;
constexpr const char* default_file = "tessera.json";

std::vector<std::string> comma_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

std::optional<int> whole_number(std::string_view text, int max) {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value < 0 || value > max) return std::nullopt;
  return value;
}

// Sets members from the environment, noting mistakes under the variable's name.
class FromEnvironment {
 public:
  FromEnvironment(const ServerConfig::Environment& environment, std::vector<JsonFault>& faults)
      : environment_(environment), faults_(faults) {}

  // An empty variable counts as unset: `TESSERA_AUTH_KEY= tessera serve` is how a shell clears one.
  std::optional<std::string> get(const char* name) const {
    auto value = environment_(name);
    if (value && value->empty()) value.reset();
    return value;
  }
  void operator()(const char* name, std::string& member) const {
    if (auto value = get(name)) member = *value;
  }
  void operator()(const char* name, std::vector<std::string>& member) const {
    if (auto value = get(name)) member = comma_list(*value);
  }
  void operator()(const char* name, int& member, int max) const {
    const auto value = get(name);
    if (!value) return;
    if (const auto number = whole_number(*value, max))
      member = *number;
    else
      fault(name, fmt::format("expected a whole number up to {}, found \"{}\"", max, *value));
  }
  void operator()(const char* name, bool& member) const {
    const auto value = get(name);
    if (!value) return;
    if (*value == "true" || *value == "false")
      member = *value == "true";
    else
      fault(name, fmt::format("expected true or false, found \"{}\"", *value));
  }
  void fault(const char* name, std::string reason) const { faults_.push_back({name, std::move(reason)}); }

 private:
  const ServerConfig::Environment& environment_;
  std::vector<JsonFault>& faults_;
};

void apply_listen(const FromEnvironment& set, ServerConfig& config) {
  const auto text = set.get("TESSERA_LISTEN");
  if (!text) return;
  auto listen = parse_listen(*text);
  if (listen)
    config.listen = std::move(*listen);
  else
    set.fault("TESSERA_LISTEN", listen.error().message);
}

void apply_ports(const FromEnvironment& set, ServerConfig& config) {
  const auto text = set.get("TESSERA_ICE_PORTS");
  if (!text) return;
  const auto dash = text->find('-');
  const auto min = whole_number(std::string_view(*text).substr(0, dash), 65535);
  const auto max =
      dash == std::string::npos ? min : whole_number(std::string_view(*text).substr(dash + 1), 65535);
  if (!min || !max)
    return set.fault("TESSERA_ICE_PORTS", fmt::format("expected MIN-MAX, found \"{}\"", *text));
  config.ice.min_port = *min;
  config.ice.max_port = *max;
}

void apply_environment(const FromEnvironment& set, ServerConfig& config) {
  apply_listen(set, config);  // listen.address and listen.port
  set("TESSERA_TLS_CERTIFICATE", config.tls.certificate);
  set("TESSERA_TLS_KEY", config.tls.key);
  set("TESSERA_TRUSTED_PROXIES", config.http.trusted_proxies);  // comma list
  set("TESSERA_ALLOWED_ORIGINS", config.http.allowed_origins);  // comma list
  set("TESSERA_PUBLIC_URL", config.http.public_url);
  set("TESSERA_AUTH_KEY", config.auth.key);
  set("TESSERA_AUTH_PUBLIC_KEY_FILE", config.auth.public_key_file);
  set("TESSERA_ICE_ADDRESS", config.ice.addresses);                    // comma list
  set("TESSERA_ANNOUNCED_ADDRESSES", config.ice.announced_addresses);  // comma list
  apply_ports(set, config);                      // ice.minPort and ice.maxPort, "MIN-MAX"
  set("TESSERA_STUN", config.ice.stun_servers);  // comma list
  set("TESSERA_TURN", config.ice.turn.urls);     // comma list
  set("TESSERA_TURN_SECRET", config.ice.turn.secret);
  set("TESSERA_TURN_USERNAME", config.ice.turn.username);
  set("TESSERA_TURN_PASSWORD", config.ice.turn.password);
  set("TESSERA_LAYOUT", config.room.layout);
  set("TESSERA_VIDEO_CODECS", config.video.codecs);  // comma list
  set("TESSERA_RECORDINGS", config.recording.directory);
  set("TESSERA_S3_ACCESS_KEY", config.recording.upload.access_key);
  set("TESSERA_S3_SECRET_KEY", config.recording.upload.secret_key);
  set("TESSERA_RECORDING_ANNOUNCE", config.recording.announce);
  set("TESSERA_RECORDING_CHAT", config.recording.chat);
  set("TESSERA_ANNOUNCEMENTS", config.paths.announcements);
  set("TESSERA_LAYOUTS", config.paths.layouts);
  set("TESSERA_PIPELINES", config.paths.pipelines);
  set("TESSERA_LOG_LEVEL", config.log.level);
  set("TESSERA_SANDBOX", config.sandbox.mode);
  set("TESSERA_MAX_ROOMS", config.limits.max_rooms, 10000);
  set("TESSERA_SPARE_ROOMS", config.limits.spare_rooms, 16);
}

}  // namespace

// Of the variables above.
const std::vector<std::string_view>& secret_variables() {
  static const std::vector<std::string_view> names = {"TESSERA_AUTH_KEY", "TESSERA_TURN_SECRET",
                                                      "TESSERA_TURN_PASSWORD", "TESSERA_S3_ACCESS_KEY",
                                                      "TESSERA_S3_SECRET_KEY"};
  return names;
}

namespace {

Result<ServerConfig> read_config(const std::string& file) {
  auto text = read_text_file(file, max_file_bytes);
  if (!text) return text.error();
  auto json = Json::parse(*text);
  if (!json) return error(json.error().code, "{}: {}", file, json.error().message);
  return ServerConfig::from_json(*json, file);
}

}  // namespace

Result<ServerConfig> ServerConfig::load(std::optional<std::string> file) {
  return load(std::move(file), [](const char* name) -> std::optional<std::string> {
    const char* value =
        std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read once, before any thread starts
    if (!value) return std::nullopt;
    return value;
  });
}

Result<ServerConfig> ServerConfig::load(std::optional<std::string> file, const Environment& environment) {
  std::vector<JsonFault> faults;
  const FromEnvironment set(environment, faults);
  std::error_code ignored;
  if (!file) file = set.get("TESSERA_CONFIG");
  if (!file && std::filesystem::exists(default_file, ignored)) file = default_file;

  ServerConfig config;
  if (file) {
    auto read = read_config(*file);
    if (!read) return read.error();
    config = std::move(*read);
  }
  apply_environment(set, config);
  if (!faults.empty()) return error("bad-config", "{}", describe("environment", faults));
  resolve_default_directories(config, executable_directory());
  return config;
}

}  // namespace tessera::config
