#pragma once
// How much a room's recordings hold, and whether that is as much as they may.

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "recording/store.hpp"

namespace tessera::recording {

/// Bytes of all files in a folder and its folders; links are not followed.
std::uint64_t folder_bytes(const std::string& directory);

/// Bytes of one recording's folder. While it is being finished some of its files are there twice: that counts
/// once.
std::uint64_t recording_bytes(const std::string& directory);

/// Bytes of a room's recordings, `except` (the name of one's folder) left out.
std::uint64_t room_bytes(const std::string& folder, const std::string& except = "");

/// "quota-exceeded" when the room's recordings hold as much as they may (0: no limit). Blocking.
Result<void> check_quota(const Store& store, const std::string& room, std::uint64_t quota_bytes);

/// What the room holds while one of its recordings grows: that one as it is, the others as they were some
/// seconds ago. Blocking; one thread at a time.
class QuotaMeter {
 public:
  /// `directory`: of the recording that grows; those beside it are the room's.
  explicit QuotaMeter(std::string directory) : directory_(std::move(directory)) {}
  std::uint64_t held(std::chrono::steady_clock::time_point now);

 private:
  std::string directory_;
  std::uint64_t others_ = 0;
  std::chrono::steady_clock::time_point next_look_{};
};

}  // namespace tessera::recording
