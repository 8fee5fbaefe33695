#pragma once
#include "upload/target.hpp"

namespace tessera::upload {

/// Copies into a directory, of another disk or of a mounted store. A copy has its name only when it has been
/// read back.
class DirectoryTarget : public Target {
 public:
  explicit DirectoryTarget(std::string directory) : directory_(std::move(directory)) {}
  Result<void> put(const Source& source, const Item& item, Journal& journal,
                   const Progress& progress) override;
  Result<bool> holds(const Item& item, std::uint64_t bytes) override;
  [[nodiscard]] std::string url_of(const std::string& key) const override {
    return "file://" + directory_ + "/" + key;
  }

 private:
  std::string directory_;
};

}  // namespace tessera::upload
