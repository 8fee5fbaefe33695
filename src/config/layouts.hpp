#pragma once
// The layouts of a directory, checked as a whole: every *.json except *.schema.json is one.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "layout/layout.hpp"

namespace tessera::config {

/// A file that was refused, and why: every fault as "file: path: reason", one a line.
struct RefusedLayout {
  std::string file;  ///< name in the folder
  std::string reason;
  bool operator==(const RefusedLayout&) const = default;
};

/// A value: read once, copied freely.
class Layouts {
 public:
  Layouts() = default;

  /// Errors: "cannot-read" (the directory), "bad-layout" (every fault of every file as "file: path: reason",
  /// one a line; also a file not named after its layout, a rule that names a missing layout, a missing
  /// image).
  static Result<Layouts> load(const std::string& directory);
  /// The folder as it is now, file by file: a good one replaces what this has under that name, one that is
  /// gone goes, a bad one is refused and what was there before stays. So does `needed` (the default layout)
  /// if its file is gone.
  [[nodiscard]] Layouts reload(const std::string& needed, std::vector<RefusedLayout>& refused) const;
  /// From JSON that was read before: {"<name>": <the file's JSON>}; images are beside `directory`'s files.
  /// Error "bad-layout".
  static Result<Layouts> from_sources(const std::string& directory, const Json& sources);
  /// For tests. Names must be unique.
  static Layouts from_list(std::vector<layout::Layout> layouts);

  /// The layout, or null. Valid as long as this object.
  [[nodiscard]] const layout::Layout* find(std::string_view name) const;
  /// The file's JSON as it was read, or null.
  [[nodiscard]] const Json* source(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;  ///< in alphabetical order
  /// {"<name>": <the file's JSON>}, for from_sources().
  [[nodiscard]] Json sources() const;
  /// [{name, title}]: what clients list.
  [[nodiscard]] Json titles() const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] const std::string& directory() const { return directory_; }
  bool operator==(const Layouts&) const = default;

 private:
  struct Entry {
    layout::Layout layout;
    Json source;
    bool operator==(const Entry&) const = default;
  };
  void refuse_broken_rules(const Layouts& before, std::vector<RefusedLayout>& refused);
  std::string directory_;
  std::map<std::string, Entry, std::less<>> entries_;
};

/// One file by itself, for `tessera layout check`; rules may name layouts that are elsewhere. Errors:
/// "cannot-read", "bad-json", "bad-layout".
Result<layout::Layout> load_layout_file(const std::string& path);

}  // namespace tessera::config
