#include "recording/verification.hpp"

#include <cmath>

#include "recording/files.hpp"
#include "recording/media_probe.hpp"
#include "recording/names.hpp"

namespace tessera::recording {
namespace {

/// How far a file's length may be from what was noted of it, in milliseconds.
constexpr double length_tolerance = 100;

/// What is wrong with a part's file; empty when nothing is.
std::string problem_of(const std::string& directory, const Json& part,
                       const std::function<void(double)>& progress) {
  const std::string file = part["file"].as_string();
  if (!part_of_final(file)) return "the manifest names a file that can not be one";
  const std::string path = directory + "/" + file;
  const auto size = regular_file_size(path);
  if (!size) return "is missing";
  if (static_cast<std::int64_t>(*size) != part["bytes"].as_int())
    return fmt::format("has {} bytes; {} were recorded", *size, part["bytes"].as_int());
  const auto sum = sha256_of(path, [&](double done) {
    if (progress) progress(done / 2);
  });
  if (!sum) return sum.error().message;
  if (*sum != part["sha256"].as_string()) return "has another check sum than was recorded";
  const auto probe = probe_media(path, [&](double done) {
    if (progress) progress(0.5 + done / 2);
  });
  if (!probe) return probe.error().message;
  if (std::abs(probe->duration * 1000 - part["durationMs"].as_double()) > length_tolerance)
    return fmt::format("lasts {:.3f} s; {:.3f} s were recorded", probe->duration,
                       part["durationMs"].as_double() / 1000);
  for (const auto& [kind, codec] : part["codecs"].members())
    if (const StreamProbe* stream = probe->find(kind); !stream || stream->packets == 0)
      return fmt::format("has no {}", kind);
  return {};
}

/// The parts with a file; of a recording from before there were parts, its one file.
std::vector<Json> parts_of(const Json& manifest) {
  std::vector<Json> parts;
  for (const Json& part : manifest["parts"].items())
    if (part["sha256"].is_string()) parts.push_back(part);
  if (parts.empty() && manifest["sha256"].is_string() && !manifest["files"].items().empty()) {
    Json whole = Json::object({{"file", manifest["files"].items().front()}});
    for (const char* key : {"bytes", "sha256", "durationMs", "codecs"}) whole.set(key, manifest[key]);
    parts.push_back(std::move(whole));
  }
  return parts;
}

}  // namespace

Json verify_recording(const Entry& entry, const std::function<void(double)>& progress) {
  Json report =
      Json::object({{"id", entry.id}, {"room", entry.room}, {"state", "ok"}, {"files", Json::array()}});
  if (entry.manifest["state"].as_string() != "ready") return report.set("state", "unfinished");
  if (!entry.manifest["local"].as_bool(true)) return report.set("state", "away");
  const auto parts = parts_of(entry.manifest);
  if (parts.empty()) return report.set("state", "damaged");
  Json files = Json::array();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string problem = problem_of(entry.directory, parts[i], [&](double done) {
      if (progress) progress((static_cast<double>(i) + done) / static_cast<double>(parts.size()));
    });
    Json file = Json::object({{"file", parts[i]["file"]}, {"ok", problem.empty()}});
    if (!problem.empty()) {
      file.set("problem", problem);
      report.set("state", "damaged");
    }
    files.push(std::move(file));
  }
  return report.set("files", std::move(files));
}

}  // namespace tessera::recording
