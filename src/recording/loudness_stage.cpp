#include "recording/loudness_stage.hpp"

#include <unistd.h>

#include <cmath>

#include "base/log.hpp"
#include "recording/loudness.hpp"
#include "recording/names.hpp"
#include "recording/sound_reader.hpp"

namespace tessera::recording {
namespace {

constexpr const char* key = "loudnessGain";

double rounded(double decibels) {
  return std::round(decibels * 100) / 100;
}

}  // namespace

void LoudnessStage::note(std::string_view state, Json more) {
  Json gain = Json::object({{"state", state}});
  for (const auto& [name, value] : more.members()) gain.set(name, value);
  account_.manifest().set(key, std::move(gain));
  if (auto saved = account_.save(); !saved) log::warn("{}", saved.error().message);
}

void LoudnessStage::measure(const PartMap& files, const std::function<void(double)>& progress) {
  const auto target = account_.loudness_target();
  const std::string before = account_.manifest()[key]["state"].as_string();
  if (!target || (!before.empty() && before != "measuring" && before != "again")) return;
  std::vector<std::string> sounds;
  for (const auto& [part, about] : files)
    if (about.live && about.final_name.empty()) sounds.push_back(directory_ + "/" + live_name(part));
  if (sounds.empty()) return;
  // A decoder that brought the finisher down twice is not tried a third time.
  if (before == "again") return note("failed");
  note(before.empty() ? "measuring" : "again");
  std::erase_if(sounds, [](const std::string& path) { return !SoundReader::open(path); });
  const auto measured = measure_loudness(sounds, progress);
  if (!measured) {
    log::warn("{}: the loudness stays as it is: {}", directory_, measured.error().message);
    return note("failed");
  }
  if (!*measured) return note("silent");
  const auto gain = gain_for(**measured, *target);
  Json figures = Json::object({{"measuredLufs", rounded(**measured)}});
  if (gain) figures.set("gainDb", rounded(*gain));
  note(gain ? "measured" : "as-recorded", std::move(figures));
}

bool LoudnessStage::active() const {
  const Json& gain = account_.manifest()[key];
  return gain["state"].as_string() == "measured" && gain["gainDb"].is_number();
}

std::string LoudnessStage::sound_path(int part) const {
  return directory_ + "/" + live_name(part) + ".loud.part";
}

std::string LoudnessStage::make_sound(int part, const std::function<void(double)>& progress) {
  if (!active()) return {};
  const std::string path = sound_path(part);
  const double gain = account_.manifest()[key]["gainDb"].as_double();
  auto made = apply_gain(directory_ + "/" + live_name(part), path, gain, progress);
  if (made) return path;
  log::warn("part {} of {}: the loudness stays as it is: {}", part, directory_, made.error().message);
  ::unlink(path.c_str());
  return {};
}

void LoudnessStage::remove_sound(int part) const {
  ::unlink(sound_path(part).c_str());
}

}  // namespace tessera::recording
