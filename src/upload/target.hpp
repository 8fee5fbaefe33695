#pragma once
// Where copies go.

#include <functional>
#include <memory>
#include <string>

#include "config/storage_config.hpp"
#include "recording/source.hpp"
#include "upload/journal.hpp"

namespace tessera::upload {

using recording::Source;
using Progress = std::function<void(double)>;  ///< 0…1

/// One file to bring over.
struct Item {
  std::string key;     ///< where to: "<room>/<start>/recording.mp4"
  std::string name;    ///< in the journal
  std::string sha256;  ///< of its content, hexadecimal
};

class Target {
 public:
  virtual ~Target() = default;
  /// Copies and verifies: on success the copy's content is known to be that of the source. Calling it again
  /// goes on where it was. Errors: "upload-refused" (the store said no), "upload-failed" (the store could not
  /// be reached, or broke off), "verify-failed", "cannot-read", "cannot-write", "disk-full".
  virtual Result<void> put(const Source& source, const Item& item, Journal& journal,
                           const Progress& progress) = 0;
  /// Whether a copy of `bytes` bytes, which put() had made and verified, is there still. A store that keeps
  /// from us whether it has it has not. Errors: "upload-failed" and "upload-refused" (it could not be asked).
  virtual Result<bool> holds(const Item& item, std::uint64_t bytes) = 0;
  /// Which of the stores that have the same URLs it is: "https://…"; empty where there are not several.
  [[nodiscard]] virtual std::string endpoint() const { return {}; }
  /// For people and manifests: "s3://bucket/prefix/…", "file:///…". Holds no secret.
  [[nodiscard]] virtual std::string url_of(const std::string& key) const = 0;
};

/// The one that the configuration names. Error: "bad-config" when it names none, or not what it
/// needs to be reached.
Result<std::unique_ptr<Target>> make_target(const config::UploadConfig& config);

}  // namespace tessera::upload
