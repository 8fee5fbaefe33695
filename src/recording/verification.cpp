#include "recording/verification.hpp"

#include <cmath>

#include "recording/media_probe.hpp"
#include "recording/noted_files.hpp"
#include "recording/remux.hpp"

namespace tessera::recording {
namespace {

/// How far a file's length may be from what was noted of it, in milliseconds.
constexpr double length_tolerance = 100;

/// What is wrong with the content of a part's file, whose bytes are right; empty when nothing is.
std::string problem_of_content(const std::string& path, const Json& part, const Progress& progress) {
  const auto probe = probe_media(path, progress);
  if (!probe) return probe.error().message;
  if (const auto missing = part["missingMs"].as_int(); missing > 0)
    return fmt::format(
        "lacks {:.3f} s that were recorded and could not be read; the file as recorded was kept beside it",
        static_cast<double>(missing) / 1000);
  if (std::abs(probe->duration * 1000 - part["durationMs"].as_double()) > length_tolerance)
    return fmt::format("lasts {:.3f} s; {:.3f} s were recorded", probe->duration,
                       part["durationMs"].as_double() / 1000);
  for (const auto& [kind, codec] : part["codecs"].members())
    if (const StreamProbe* stream = probe->find(kind); !stream || stream->packets == 0)
      return fmt::format("has no {}", kind);
  return {};
}

std::string full_problem_of(const std::string& directory, const NotedFile& noted, const Progress& progress) {
  const bool medium = noted.kind == NotedFile::Kind::medium;
  const double share = medium ? 0.5 : 1;
  std::string problem = problem_of(directory, noted, [&](double done) { progress(done * share); });
  if (problem.empty() && medium)
    problem = problem_of_content(directory + "/" + noted.file, noted.about,
                                 [&](double done) { progress(share + done * share); });
  return problem;
}

}  // namespace

Json verify_recording(const Entry& entry, const std::function<void(double)>& progress) {
  Json report =
      Json::object({{"id", entry.id}, {"room", entry.room}, {"state", "ok"}, {"files", Json::array()}});
  if (entry.manifest["state"].as_string() != "ready") return report.set("state", "unfinished");
  auto noted = noted_files(entry.manifest);
  const bool away = !entry.manifest["local"].as_bool(true);
  if (away) std::erase_if(noted, [](const NotedFile& file) { return file.kind != NotedFile::Kind::sidecar; });
  if (noted.empty()) return report.set("state", away ? "away" : "damaged");
  if (away) report.set("state", "away");
  Json files = Json::array();
  for (std::size_t i = 0; i < noted.size(); ++i) {
    const std::string problem = full_problem_of(entry.directory, noted[i], [&](double done) {
      if (progress) progress((static_cast<double>(i) + done) / static_cast<double>(noted.size()));
    });
    Json file = Json::object({{"file", noted[i].file.empty() ? noted[i].about["file"] : Json(noted[i].file)},
                              {"ok", problem.empty()}});
    if (!problem.empty()) {
      file.set("problem", problem);
      report.set("state", "damaged");
    }
    files.push(std::move(file));
  }
  return report.set("files", std::move(files));
}

}  // namespace tessera::recording
