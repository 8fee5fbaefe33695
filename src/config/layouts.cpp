#include "config/layouts.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/json_reader.hpp"
#include "config/text_file.hpp"

namespace tessera::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_file_bytes = 256 * 1024;

bool is_layout_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return path.extension() == ".json" && !name.starts_with('.') && !name.ends_with(".schema.json");
}

Result<std::vector<std::string>> files_of(const std::string& directory) {
  std::error_code failure;
  fs::directory_iterator entries(directory, failure);
  std::vector<std::string> files;
  for (; !failure && entries != fs::directory_iterator(); entries.increment(failure))
    if (is_layout_file(entries->path())) files.push_back(entries->path().string());
  if (failure)
    return error("cannot-read", "the layouts directory {}: {}; name another with --layouts or paths.layouts",
                 directory, failure.message());
  std::sort(files.begin(), files.end());  // faults come in the same order everywhere
  return files;
}

Result<Json> read_json(const std::string& path) {
  auto text = read_text_file(path, max_file_bytes);
  if (!text) return text.error();
  auto json = Json::parse(*text);
  if (!json) return error(json.error().code, "{}: {}", path, json.error().message);
  return json;
}

void check_file(const fs::path& path, const layout::Layout& layout, std::vector<JsonFault>& faults) {
  if (!layout.name.empty() && layout.name != path.stem().string())
    faults.push_back(
        {"$.name", fmt::format("is \"{}\", but the file is named {}; a layout is called as its file is",
                               layout.name, path.filename().string())});
  for (const auto& image : layout.images()) {
    std::error_code ignored;
    if (!fs::is_regular_file(path.parent_path() / image, ignored))
      faults.push_back({"$", fmt::format("the image {} is not beside the file", image)});
  }
}

}  // namespace

Result<Layouts> Layouts::load(const std::string& directory) {
  const auto files = files_of(directory);
  if (!files) return files.error();

  Layouts layouts;
  layouts.directory_ = directory;
  std::string problems;
  const auto note = [&](const std::string& text) { problems += (problems.empty() ? "" : "\n") + text; };
  for (const auto& file : *files) {
    auto json = read_json(file);
    if (!json) {
      note(json.error().message);
      continue;
    }
    std::vector<JsonFault> faults;
    layout::Layout layout = layout::Layout::read(*json, faults);
    check_file(file, layout, faults);
    if (!faults.empty()) note(describe(file, faults));
    // Kept even when faulty, so that a rule that names it is not a second fault.
    layouts.entries_[fs::path(file).stem().string()] = {std::move(layout), std::move(*json)};
  }
  const auto names = layouts.names();
  for (const auto& [name, entry] : layouts.entries_) {
    std::vector<JsonFault> faults;
    for (std::size_t i = 0; i < entry.layout.rules.size(); ++i) {
      const auto& use = entry.layout.rules[i].use;
      if (use.empty() || layouts.find(use)) continue;
      faults.push_back({fmt::format("$.rules[{}].use", i),
                        fmt::format("there is no layout \"{}\"; there are {}", use, fmt::join(names, ", "))});
    }
    if (!faults.empty()) note(describe((fs::path(directory) / (name + ".json")).string(), faults));
  }
  if (files->empty()) note(fmt::format("{}: holds no layout (*.json)", directory));
  if (!problems.empty()) return error("bad-layout", "{}", problems);
  return layouts;
}

Result<Layouts> Layouts::from_sources(const std::string& directory, const Json& sources) {
  Layouts layouts;
  layouts.directory_ = directory;
  for (const auto& [name, source] : sources.members()) {
    auto layout = layout::Layout::from_json(source, name);
    if (!layout) return std::move(layout).error();
    layouts.entries_[name] = {std::move(*layout), source};
  }
  if (layouts.entries_.empty()) return error("bad-layout", "no layout at all");
  return layouts;
}

Layouts Layouts::reload(const std::string& needed, std::vector<RefusedLayout>& refused) const {
  const auto files = files_of(directory_);
  if (!files) {
    refused.push_back({directory_, files.error().message});
    return *this;
  }
  Layouts next;
  next.directory_ = directory_;
  const auto keep = [&](const std::string& name) {
    if (const auto had = entries_.find(name); had != entries_.end()) next.entries_[name] = had->second;
  };
  for (const auto& file : *files) {
    const std::string name = fs::path(file).stem().string(), base = fs::path(file).filename().string();
    auto json = read_json(file);
    std::vector<JsonFault> faults;
    layout::Layout layout;
    if (json) {
      layout = layout::Layout::read(*json, faults);
      check_file(file, layout, faults);
    }
    if (json && faults.empty()) {
      next.entries_[name] = {std::move(layout), std::move(*json)};
    } else {
      refused.push_back({base, json ? describe(file, faults) : json.error().message});
      keep(name);
    }
  }
  if (!next.find(needed) && find(needed)) {
    refused.push_back(
        {needed + ".json", fmt::format("{}/{}.json: is gone, but it is the default layout (room.layout); "
                                       "the last version stays",
                                       directory_, needed)});
    keep(needed);
  }
  next.refuse_broken_rules(*this, refused);
  return next;
}

// A rule that names a layout that is not there refuses its file as any other fault does. What stays instead
// may still have such a rule, when the file it names is gone: the choice passes over it.
void Layouts::refuse_broken_rules(const Layouts& before, std::vector<RefusedLayout>& refused) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    std::vector<JsonFault> faults;
    for (std::size_t i = 0; i < entry->second.layout.rules.size(); ++i)
      if (const auto& use = entry->second.layout.rules[i].use; !find(use))
        faults.push_back(
            {fmt::format("$.rules[{}].use", i),
             fmt::format("there is no layout \"{}\"; there are {}", use, fmt::join(names(), ", "))});
    if (faults.empty()) {
      ++entry;
      continue;
    }
    const std::string base = entry->first + ".json";
    refused.push_back({base, describe((fs::path(directory_) / base).string(), faults)});
    const auto had = before.entries_.find(entry->first);
    if (had != before.entries_.end()) {
      entry->second = had->second;
      ++entry;
    } else {
      entry = entries_.erase(entry);
    }
  }
}

Layouts Layouts::from_list(std::vector<layout::Layout> list) {
  Layouts layouts;
  layouts.directory_ = "(given in code)";
  for (auto& layout : list) {
    std::string name = layout.name;
    layouts.entries_.emplace(std::move(name), Entry{std::move(layout), Json()});
  }
  return layouts;
}

const layout::Layout* Layouts::find(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second.layout;
}

const Json* Layouts::source(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second.source;
}

std::vector<std::string> Layouts::names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

Json Layouts::sources() const {
  Json sources = Json::object();
  for (const auto& [name, entry] : entries_) sources.set(name, entry.source);
  return sources;
}

Json Layouts::titles() const {
  Json list = Json::array();
  for (const auto& [name, entry] : entries_)
    list.push(Json::object({{"name", name}, {"title", entry.layout.title}}));
  return list;
}

Result<layout::Layout> load_layout_file(const std::string& path) {
  auto json = read_json(path);
  if (!json) return json.error();
  std::vector<JsonFault> faults;
  layout::Layout layout = layout::Layout::read(*json, faults);
  check_file(path, layout, faults);
  if (!faults.empty()) return error("bad-layout", "{}", describe(path, faults));
  return layout;
}

}  // namespace tessera::config
