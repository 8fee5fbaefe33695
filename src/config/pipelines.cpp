#include "config/pipelines.hpp"

#include <fmt/ranges.h>
#include <glib.h>

#include <algorithm>
#include <filesystem>

#include "config/text_file.hpp"

namespace tessera::config {
namespace {

constexpr std::size_t max_file_bytes = 64 * 1024;
constexpr std::string_view blank = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// Drops comments and empty lines, joins the rest with single spaces.
std::string description_of(std::string_view text) {
  std::string joined;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.empty() || line.front() == '#') continue;
    if (!joined.empty()) joined += ' ';
    joined += line;
  }
  return joined;
}

}  // namespace

Result<Pipelines> Pipelines::load(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code failure;
  fs::directory_iterator entries(directory, failure);
  if (failure)
    return error("cannot-read",
                 "the pipelines directory {}: {}; name another with --pipelines or paths.pipelines",
                 directory, failure.message());

  Pipelines pipelines;
  pipelines.directory_ = directory;
  for (; entries != fs::directory_iterator(); entries.increment(failure)) {
    const fs::path& path = entries->path();
    if (path.extension() != ".gst" || path.filename().string().starts_with('.')) continue;
    auto text = read_text_file(path.string(), max_file_bytes);
    if (!text) return text.error();
    if (!g_utf8_validate(text->data(), static_cast<gssize>(text->size()), nullptr))
      return error("cannot-read", "{}: not valid UTF-8", path.string());
    std::string description = description_of(*text);
    if (description.empty())
      return error("bad-pipeline", "{}: holds no pipeline, only comments or nothing", path.string());
    pipelines.texts_.emplace(path.stem().string(), std::move(description));
    if (failure) break;
  }
  if (failure) return error("cannot-read", "the pipelines directory {}: {}", directory, failure.message());
  return pipelines;
}

Pipelines Pipelines::from_map(std::map<std::string, std::string> texts) {
  Pipelines pipelines;
  pipelines.directory_ = "(given in code)";
  for (auto& [name, text] : texts) pipelines.texts_.emplace(name, description_of(text));
  return pipelines;
}

Result<std::string> Pipelines::get(std::string_view name) const {
  if (const auto found = texts_.find(name); found != texts_.end()) return found->second;
  return error("missing-pipeline", "there is no {}.gst in {}; it holds {}", name, directory_,
               texts_.empty() ? "no pipelines" : fmt::format("{}", fmt::join(names(), ", ")));
}

bool Pipelines::has(std::string_view name) const {
  return texts_.find(name) != texts_.end();
}

std::vector<std::string> Pipelines::names() const {
  std::vector<std::string> names;
  names.reserve(texts_.size());
  for (const auto& [name, text] : texts_) names.push_back(name);
  return names;
}

}  // namespace tessera::config
