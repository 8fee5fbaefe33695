#pragma once
// upload.json in a recording's folder: how far its upload has come, so that it goes on where it was after a
// restart.

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "recording/names.hpp"

namespace tessera::upload {

inline constexpr const char* journal_file = recording::upload_file;

/// An upload in parts that has begun.
struct PartialUpload {
  std::string upload_id;
  std::uint64_t part_bytes = 0;
  std::vector<std::string> etags;  ///< of the parts done, in order
  bool completed = false;          ///< the store has put them together; whether rightly is not known yet
};

/// Owned by who uploads and holds the folder's lock. Written at once, whole, at each change.
class Journal {
 public:
  /// Reads it; one for another destination, or a damaged one, counts as none.
  static Journal load(const std::string& directory, const std::string& destination);

  /// Whether a file with this content is there already and has been verified.
  [[nodiscard]] bool is_done(const std::string& file, const std::string& sha256) const;
  /// The content that was last sent by that name, whether all of it came there or not; empty when none was.
  [[nodiscard]] std::string sum_of(const std::string& file) const;
  [[nodiscard]] PartialUpload partial(const std::string& file, const std::string& sha256) const;

  // "cannot-write", "disk-full".
  Result<void> note_partial(const std::string& file, const std::string& sha256, const PartialUpload& upload);
  Result<void> note_done(const std::string& file, const std::string& sha256);
  /// It is done no more: the copy has gone. What it was stays known.
  Result<void> forget(const std::string& file);
  /// Takes the file away.
  void remove() const;

 private:
  Result<void> set(const std::string& file, Json entry);
  [[nodiscard]] const Json* entry(const std::string& file, const std::string& sha256) const;

  std::string path_;
  Json content_;
};

}  // namespace tessera::upload
