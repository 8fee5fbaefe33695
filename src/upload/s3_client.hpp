#pragma once
// Signed requests to an S3-compatible store, by libcurl. Blocking.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/storage_config.hpp"
#include "recording/source.hpp"

namespace tessera::upload {

using recording::Source;
using Progress = std::function<void(double)>;  ///< 0…1

/// A stretch of a source as a request's body, with its SHA-256 (raw bytes).
struct Body {
  const Source* source = nullptr;
  std::uint64_t offset = 0, length = 0;
  std::string sha256;
};

struct S3Request {
  std::string method;  ///< "GET", "HEAD", "PUT", "POST", "DELETE"
  std::string key;
  std::string query;  ///< encoded, its names in order, each with =: libcurl signs it as it stands
  std::vector<std::string> headers;
  Body body;
  /// Gets the response's body instead of keeping it; for a status of 200 only.
  std::function<void(std::span<const std::uint8_t>)> sink;
  Progress progress;
};

struct S3Response {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< at most 1 MiB of it
};

/// Owned by the target; one connection that is kept open. Not for several threads.
class S3Client {
 public:
  explicit S3Client(const config::UploadConfig& config);
  ~S3Client();

  /// As it is configured, without a slash behind it.
  [[nodiscard]] const std::string& endpoint() const { return config_.endpoint; }
  /// Any status is an answer. Error: "upload-failed" when there was none.
  Result<S3Response> send(const S3Request& request);

 private:
  struct Handle;
  config::UploadConfig config_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace tessera::upload
