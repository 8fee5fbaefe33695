#pragma once
// Where an export goes, and what is left of one that did not come to its end: nothing.

#include <filesystem>
#include <set>
#include <string>

#include "base/result.hpp"
#include "recording/store.hpp"

namespace tessera::recording {

struct ExportPlace {
  std::string output;    ///< as it was asked for
  std::string path;      ///< of the folder or the file that export_recording() makes there
  bool is_file = false;  ///< the medium alone
  /// Whether something of that name is there.
  [[nodiscard]] bool taken() const;
};

/// Errors: "bad-usage" (`output` is the name of a file, but of another kind than the recording's),
/// "bad-manifest" (its room would lead elsewhere).
Result<ExportPlace> export_place(const Entry& entry, const std::string& output);

/// Removes, when it goes, what was not there when it came, unless the export was completed.
class ExportCleanup {
 public:
  explicit ExportCleanup(ExportPlace place);
  ~ExportCleanup();
  ExportCleanup(const ExportCleanup&) = delete;
  ExportCleanup& operator=(const ExportCleanup&) = delete;
  void keep() { kept_ = true; }

 private:
  ExportPlace place_;
  std::set<std::filesystem::path> before_;  ///< what is under the names that the export uses
  bool output_was_there_ = false, kept_ = false;
};

}  // namespace tessera::recording
