#pragma once
// What becomes of recordings once they are finished: how long they stay, and where copies go.

#include <string>

#include "base/result.hpp"

namespace tessera::config {

/// Which finished recordings are deleted. Never one that is running, unfinished, or still to be uploaded.
struct RetentionConfig {
  int days = 0;             ///< older ones go; 0: never
  int total_mb = 0;         ///< beyond this the oldest go (10⁶ bytes, all rooms together); 0: no limit
  int check_seconds = 600;  ///< how often this is looked at
  [[nodiscard]] bool any() const { return days > 0 || total_mb > 0; }
  bool operator==(const RetentionConfig&) const = default;
};

/// Where finished recordings are copied to: an S3-compatible store (a bucket) or a directory.
struct UploadConfig {
  std::string directory;  ///< copies go to <directory>/<room>/<start>/
  std::string endpoint;   ///< "https://s3.eu-central-1.amazonaws.com", "http://127.0.0.1:9000"
  std::string bucket;
  std::string region = "us-east-1";
  std::string prefix;  ///< of the keys, such as "meetings/"
  std::string access_key;
  std::string secret_key;
  int part_mb = 16;              ///< larger files go in parts of this size (S3 asks for 5 at least)
  int retry_seconds = 10;        ///< first delay after a failure; doubled each time …
  int max_retry_seconds = 3600;  ///< … up to this
  bool delete_after = false;     ///< delete the local media once the copy is verified
  [[nodiscard]] bool to_s3() const { return !bucket.empty(); }
  [[nodiscard]] bool enabled() const { return to_s3() || !directory.empty(); }
  /// Whether it can be used; every fault on a line, with its key. "bad-config".
  [[nodiscard]] Result<void> validate() const;
  bool operator==(const UploadConfig&) const = default;
};

}  // namespace tessera::config
