#pragma once
// What a process that reads strangers' bytes may still do. Pure data: landlock.hpp and syscall_filter.hpp
// turn it into what the kernel enforces, enter.hpp applies it.

#include <string>
#include <vector>

namespace tessera::sandbox {

/// What may be done below a path (or with a file, when the path is one).
enum class Access {
  read,   ///< open for reading, list
  write,  ///< and create, change, rename, delete files and folders
  device  ///< read, write, ioctl; nothing is created
};

struct PathRule {
  std::string path;
  Access access = Access::read;
  bool operator==(const PathRule&) const = default;
};

enum class Network {
  none,  ///< no sockets but those that were handed over
  udp,   ///< UDP, and no TCP where the kernel can tell them apart (Landlock ABI 4)
  all    ///< UDP and TCP
};

struct Policy {
  std::string name;             ///< for messages: "room", "finisher"
  std::vector<PathRule> paths;  ///< those that are missing are left out; everything else is denied
  Network network = Network::none;
};

/// What operators add in the configuration: places that plugins of theirs need, such as a graphics device.
struct Extra {
  std::vector<std::string> readable;
  std::vector<std::string> writable;
};

/// The variables of the environment that say where libraries look for files. Empty: not set.
struct Surroundings {
  std::string home;
  std::string cache_home;                  ///< XDG_CACHE_HOME
  std::string data_home;                   ///< XDG_DATA_HOME
  std::string config_home;                 ///< XDG_CONFIG_HOME
  std::vector<std::string> library_paths;  ///< entries of LD_LIBRARY_PATH, GST_PLUGIN_PATH and their like
  std::vector<std::string> certificates;   ///< SSL_CERT_FILE, SSL_CERT_DIR, CURL_CA_BUNDLE
  std::string graphs;                      ///< GST_DEBUG_DUMP_DOT_DIR
  std::string executable;                  ///< the program's own file, for stack traces

  static Surroundings of_this_process();
};

/// Where a room finds and leaves things. Empty: no such place.
struct RoomPlaces {
  std::string recordings;  ///< the one folder it writes in: <recordings>/<room>
  std::string layouts;
  std::string pipelines;
  std::string announcements;
  bool tcp = false;  ///< relays that are reached by TCP
};

Policy room_policy(const RoomPlaces& places, const Surroundings& around, const Extra& extra = {});
/// Makes finished files of the live files in `recording`.
Policy finisher_policy(const std::string& recording, const Surroundings& around, const Extra& extra = {});
/// Copies `recording` to a store over the network, or to the folder `copies`.
Policy uploader_policy(const std::string& recording, const std::string& copies, const Surroundings& around,
                       const Extra& extra = {});
/// Draws a layout whose images are in `images`, and writes the picture to standard output.
Policy preview_policy(const std::string& images, const Surroundings& around, const Extra& extra = {});

}  // namespace tessera::sandbox
