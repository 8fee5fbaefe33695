#include "recording/disk_guard.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tessera::recording {
namespace {

constexpr std::chrono::seconds window{60};
/// Before that a rate is a guess: the first second of a recording is one key frame.
constexpr std::chrono::seconds least{5};
/// A warning may come again once things were this much better in between.
constexpr double relief = 1.5;

/// Of the most that sound is coded with: 320 kbit/s.
constexpr std::uint64_t changed_sound_bytes_per_ms = 40;
/// A container's own, whatever its length.
constexpr std::uint64_t container_bytes = 1'000'000;

}  // namespace

std::uint64_t finishing_bytes(std::uint64_t part, std::int64_t changed_ms) {
  if (changed_ms == 0) return part;
  if (changed_ms < 0) return 2 * part;
  return part + std::min(part, static_cast<std::uint64_t>(changed_ms) * changed_sound_bytes_per_ms +
                                   container_bytes);
}

std::string forecast_text(std::string_view what, std::chrono::seconds left) {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(left).count();
  if (left < std::chrono::minutes(1)) return fmt::format("{} lasts for less than a minute.", what);
  return fmt::format("{} lasts for about {} more minute{}.", what, minutes, minutes == 1 ? "" : "s");
}

DiskOutlook DiskGuard::look(std::chrono::steady_clock::time_point now, std::uint64_t free,
                            std::uint64_t written, std::uint64_t claimed) {
  const std::uint64_t disk = free, taken = written + claimed;
  free -= std::min(free, claimed);
  samples_.push_back({now, free, taken});
  while (samples_.size() > 2 && now - samples_.front().at > window) samples_.pop_front();
  DiskOutlook outlook;
  outlook.free = disk;
  if (free < spec_.reserve) {
    outlook.verdict = DiskOutlook::Verdict::stop;
    return outlook;
  }
  const Sample& first = samples_.front();
  const std::chrono::duration<double> span = now - first.at;
  if (span < least) return outlook;
  const double lost = static_cast<double>(first.free) - static_cast<double>(free);
  const double own = static_cast<double>(taken) - static_cast<double>(first.taken);
  outlook.bytes_per_second = std::max({lost, own, 0.0}) / span.count();
  if (outlook.bytes_per_second < 1) return outlook;
  const double seconds = static_cast<double>(free - spec_.reserve) / outlook.bytes_per_second;
  outlook.left = std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, 1e9)));
  const auto limit = std::chrono::duration<double>(spec_.warn_before).count();
  if (seconds < limit && !warned_) {
    warned_ = true;
    outlook.verdict = DiskOutlook::Verdict::warn;
  } else if (seconds > limit * relief) {
    warned_ = false;
  }
  return outlook;
}

}  // namespace tessera::recording
