#pragma once
#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "recording/store.hpp"

namespace tessera::recording {

/// The manifests of a folder of recordings, kept so that looking through thousands costs one look at each
/// file's date, not reading it. What is given is always what is on the disk. Not for several threads.
class Catalog {
 public:
  using Manifest = std::shared_ptr<const Json>;

  explicit Catalog(const Store& store) : store_(store) {}

  /// Of all rooms or of one, in no order.
  std::vector<Manifest> manifests(const std::optional<std::string>& room = {});

  /// Reads up to `limit` that are not known yet; true when none are left. Before the first question, so that
  /// it finds them known.
  bool warm(std::size_t limit);

 private:
  struct Known {
    ino_t inode = 0;
    std::int64_t changed_ns = 0, size = 0;
    bool fresh = false;  ///< written so lately that the next change could bear the same date
    Manifest manifest;   ///< null: not the manifest of the recording that the folder is for
  };
  using Room = std::map<std::string, Known>;  ///< by the recording's folder

  /// Brings one room up to date; reads at most `limit` files, and says how many.
  std::size_t refresh(const std::string& room, std::size_t limit);
  std::vector<std::string> rooms() const;

  const Store& store_;
  std::map<std::string, Room> rooms_;
};

}  // namespace tessera::recording
