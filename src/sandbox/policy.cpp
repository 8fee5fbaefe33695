#include "sandbox/policy.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace tessera::sandbox {
namespace {

// Programs and data that every user of a machine may read; no configuration of this server is among them.
constexpr const char* system_places[] = {
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/bin",
    "/opt",
    "/nix/store",
    "/gnu/store",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/ld.so.preload",
    "/etc/alternatives",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/locale.alias",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/group",
    "/etc/fonts",
    "/etc/ssl/openssl.cnf",
    "/etc/gnutls",
    "/etc/crypto-policies",
    "/etc/xdg",
    "/etc/gtk-3.0",
    "/etc/OpenCL",
    "/etc/vulkan",
    "/var/cache/fontconfig",
    "/var/lib/fontconfig",
    "/sys/devices/system",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/loadavg",
    "/proc/uptime",
    "/proc/version",
    "/proc/filesystems",
    "/proc/sys/vm",
    "/proc/sys/kernel/random",
    "/proc/sys/net/core",
};

constexpr const char* devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};

constexpr const char* network_places[] = {
    "/etc/resolv.conf", "/etc/hosts",     "/etc/host.conf",       "/etc/gai.conf",
    "/etc/services",    "/etc/protocols", "/run/systemd/resolve", "/run/resolvconf",
    "/etc/ssl/certs",   "/etc/pki",       "/etc/ca-certificates", "/var/lib/ca-certificates",
};

void allow(Policy& policy, Access access, const std::string& path) {
  if (!path.empty()) policy.paths.push_back({path, access});
}

std::string below(const std::string& folder, const char* name) {
  return folder.empty() ? std::string() : folder + "/" + name;
}

Policy common(std::string name, const Surroundings& around, const Extra& extra) {
  Policy policy{.name = std::move(name), .paths = {}};
  for (const char* place : system_places) allow(policy, Access::read, place);
  for (const char* device : devices) allow(policy, Access::device, device);
  allow(policy, Access::read, around.executable);
  // Fonts and GStreamer's plugins of the user that the server runs as.
  const std::string cache = around.cache_home.empty() ? below(around.home, ".cache") : around.cache_home;
  const std::string data = around.data_home.empty() ? below(around.home, ".local/share") : around.data_home;
  const std::string settings =
      around.config_home.empty() ? below(around.home, ".config") : around.config_home;
  for (const char* place : {"fontconfig", "gstreamer-1.0"}) allow(policy, Access::read, below(cache, place));
  for (const char* place : {"fonts", "gstreamer-1.0"}) allow(policy, Access::read, below(data, place));
  allow(policy, Access::read, below(settings, "fontconfig"));
  allow(policy, Access::read, below(around.home, ".fonts"));
  for (const auto& path : around.library_paths) allow(policy, Access::read, path);
  allow(policy, Access::write, around.graphs);
  for (const auto& path : extra.readable) allow(policy, Access::read, path);
  for (const auto& path : extra.writable) {
    allow(policy, Access::write, path);
    allow(policy, Access::device, path);
  }
  return policy;
}

void allow_network(Policy& policy, Network network, const Surroundings& around) {
  policy.network = network;
  for (const char* place : network_places) allow(policy, Access::read, place);
  for (const auto& path : around.certificates) allow(policy, Access::read, path);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read before any thread starts
  return value ? value : "";
}

void add_list(std::vector<std::string>& paths, std::string_view list) {
  while (!list.empty()) {
    const auto colon = list.find(':');
    if (const auto path = list.substr(0, colon); !path.empty()) paths.emplace_back(path);
    list = colon == std::string_view::npos ? std::string_view{} : list.substr(colon + 1);
  }
}

std::string own_file() {
  char path[4096];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : std::string();
}

}  // namespace

Surroundings Surroundings::of_this_process() {
  Surroundings around{.home = variable("HOME"),
                      .cache_home = variable("XDG_CACHE_HOME"),
                      .data_home = variable("XDG_DATA_HOME"),
                      .config_home = variable("XDG_CONFIG_HOME"),
                      .library_paths = {},
                      .certificates = {},
                      .graphs = variable("GST_DEBUG_DUMP_DOT_DIR"),
                      .executable = own_file()};
  for (const char* name :
       {"LD_LIBRARY_PATH", "GST_PLUGIN_PATH", "GST_PLUGIN_PATH_1_0", "GST_PLUGIN_SYSTEM_PATH",
        "GST_PLUGIN_SYSTEM_PATH_1_0", "GST_REGISTRY", "GST_REGISTRY_1_0", "GST_PRESET_PATH",
        "GIO_EXTRA_MODULES", "GIO_MODULE_DIR", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "LIBVA_DRIVERS_PATH"})
    add_list(around.library_paths, variable(name));
  for (const char* name : {"SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"})
    add_list(around.certificates, variable(name));
  return around;
}

Policy room_policy(const RoomPlaces& places, const Surroundings& around, const Extra& extra) {
  Policy policy = common("room", around, extra);
  allow_network(policy, places.tcp ? Network::all : Network::udp, around);
  allow(policy, Access::read, places.layouts);
  allow(policy, Access::read, places.pipelines);
  allow(policy, Access::read, places.announcements);
  allow(policy, Access::write, places.recordings);
  return policy;
}

Policy finisher_policy(const std::string& recording, const Surroundings& around, const Extra& extra) {
  Policy policy = common("finisher", around, extra);
  allow(policy, Access::write, recording);
  return policy;
}

Policy uploader_policy(const std::string& recording, const std::string& copies, const Surroundings& around,
                       const Extra& extra) {
  Policy policy = common("uploader", around, extra);
  if (copies.empty()) allow_network(policy, Network::all, around);
  allow(policy, Access::write, recording);
  allow(policy, Access::write, copies);
  return policy;
}

Policy preview_policy(const std::string& images, const Surroundings& around, const Extra& extra) {
  Policy policy = common("preview", around, extra);
  allow(policy, Access::read, images);
  return policy;
}

}  // namespace tessera::sandbox
