#pragma once
// The GStreamer descriptions in pipelines/*.gst: one pipeline a file, named after it. Lines that start with
// '#' are comments; the others are joined with spaces into what gst_parse_launch takes.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tessera::config {

/// A value: read once, copied freely, safe to read from any thread.
class Pipelines {
 public:
  Pipelines() = default;

  /// Reads every *.gst of the directory. Errors: "cannot-read" (no such directory, a file that is unreadable,
  /// larger than 64 KiB or not UTF-8), "bad-pipeline" (nothing in it but comments).
  static Result<Pipelines> load(const std::string& directory);
  /// For tests: name → file text (comments allowed).
  static Pipelines from_map(std::map<std::string, std::string> texts);

  /// The description called `name` (the file name without ".gst"). Error: "missing-pipeline".
  [[nodiscard]] Result<std::string> get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;  ///< in alphabetical order
  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  std::string directory_;
  std::map<std::string, std::string, std::less<>> texts_;
};

}  // namespace tessera::config
