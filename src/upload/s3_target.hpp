#pragma once
#include <functional>

#include "upload/s3_client.hpp"
#include "upload/target.hpp"

namespace tessera::upload {

/// A bucket of an S3-compatible store. Files up to a part's size go in one request, larger ones in parts that
/// are noted in the journal, so that a restart goes on with the next part.
class S3Target : public Target {
 public:
  explicit S3Target(const config::UploadConfig& config);
  Result<void> put(const Source& source, const Item& item, Journal& journal,
                   const Progress& progress) override;
  /// By size and by the sum that put() left with it. Not by reading it: who changes an object in the store
  /// and leaves both as they were is not noticed.
  Result<bool> holds(const Item& item, std::uint64_t bytes) override;
  [[nodiscard]] std::string endpoint() const override { return client_.endpoint(); }
  [[nodiscard]] std::string url_of(const std::string& key) const override;

 private:
  Result<void> put_whole(const Source& source, const Item& item, const Progress& progress);
  Result<void> put_in_parts(const Source& source, const Item& item, Journal& journal,
                            const Progress& progress);
  Result<std::string> begin_parts(const Item& item);
  Result<void> complete_parts(const Item& item, const PartialUpload& upload);
  /// Lets go of an upload that can not become anything; the next attempt begins anew.
  void abandon(const Item& item, const PartialUpload& upload, Journal& journal);
  /// Whether what is there is the source, by its ETag (`expected`) or, where that is no MD5, by reading it.
  Result<void> verify(const Source& source, const Item& item, const std::string& expected);
  Result<void> read_back(std::uint64_t expected, const Item& item);
  Result<void> put_object(const Source& source, const Item& item, Journal& journal, const Progress& progress);
  /// Sends, and again after a short while when the store stumbles (no answer, 429, 5xx); `begin` comes before
  /// each time. Errors: "upload-failed"; "not-found" (404), "forbidden" (401, 403), else "upload-refused".
  Result<S3Response> send(const S3Request& request, const std::function<void()>& begin = {});
  /// HEAD.
  Result<S3Response> ask(const Item& item);
  [[nodiscard]] std::string key_of(const Item& item) const { return prefix_ + item.key; }

  S3Client client_;
  std::string bucket_, prefix_;
  std::uint64_t part_bytes_;
};

}  // namespace tessera::upload
