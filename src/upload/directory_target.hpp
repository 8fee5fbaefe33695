#pragma once
#include "upload/target.hpp"

namespace tessera::upload {

/// Copies into a directory, of another disk or of a mounted store. A copy has its name only when it has been
/// read back. The directory is not made: where it lies in something mounted, its absence says that nothing
/// is, and what is copied to the empty mount point would be nowhere once something is.
class DirectoryTarget : public Target {
 public:
  explicit DirectoryTarget(const std::string& directory);
  Result<void> put(const Source& source, const Item& item, Journal& journal,
                   const Progress& progress) override;
  Result<bool> holds(const Item& item, std::uint64_t bytes) override;
  [[nodiscard]] std::string url_of(const std::string& key) const override {
    return "file://" + directory_ + "/" + key;
  }

 private:
  [[nodiscard]] Result<void> check_there() const;

  std::string directory_;  ///< absolute, without a slash behind it
};

}  // namespace tessera::upload
