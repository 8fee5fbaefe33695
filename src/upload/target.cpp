#include "upload/target.hpp"

#include "upload/directory_target.hpp"
#include "upload/s3_target.hpp"

namespace tessera::upload {

Result<std::unique_ptr<Target>> make_target(const config::UploadConfig& config) {
  if (auto valid = config.validate(); !valid) return valid.error();
  if (config.to_s3()) return std::unique_ptr<Target>(std::make_unique<S3Target>(config));
  if (!config.directory.empty())
    return std::unique_ptr<Target>(std::make_unique<DirectoryTarget>(config.directory));
  return error(
      "bad-config",
      "recording.upload names no place: set directory, or bucket and endpoint, in the configuration");
}

}  // namespace tessera::upload
