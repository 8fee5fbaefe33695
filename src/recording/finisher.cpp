#include "recording/finisher.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <optional>

#include "base/log.hpp"
#include "recording/files.hpp"
#include "recording/loudness_stage.hpp"
#include "recording/manifest.hpp"
#include "recording/noted_files.hpp"
#include "recording/part_files.hpp"
#include "recording/part_finisher.hpp"
#include "recording/recording_account.hpp"
#include "recording/sidecars.hpp"
#include "recording/track_finish.hpp"

namespace tessera::recording {
namespace {

/// How much of a part's work is making its sound louder or softer (where asked for), then its file; the rest
/// is its check sum.
constexpr double sound_share = 0.3, make_share = 0.85;
/// How much of everything is measuring the loudness, where asked for.
constexpr double measure_share = 0.2;
/// How much of everything is making the parts; the rest is the sidecars.
constexpr double parts_share = 0.9;

/// Beyond what a crash may take there is a reason to look.
constexpr std::int64_t most_missing_ms = 1000;

bool is_hopeless(const Error& failure) {
  return failure.code == "no-picture" || failure.code == "unreadable";
}

class Finishing {
 public:
  explicit Finishing(const FinishSpec& spec) : spec_(spec), loudness_(spec.directory, account_) {}

  Result<Json> run() {
    // Before anything is written: the folder may be anybody's.
    if (spec_.directory.empty() ||
        (!regular_file_size(path(manifest_file)) && part_files(spec_.directory).empty()))
      return error("unknown-recording", "\"{}\" is not the folder of a recording", spec_.directory);
    auto lock = FolderLock::try_take(spec_.directory);
    if (!lock) return lock.error();
    if (!lock->has_value()) return error("conflict", "{} is being recorded or finished", spec_.directory);
    account_ = RecordingAccount::load(spec_.directory, spec_.recovered);
    files_ = part_files(spec_.directory);
    if (is_done(account_.manifest(), files_)) return account_.manifest();
    loudness_.measure(
        files_, spec_.progress ? [this](double done) { spec_.progress(measure_share * done); } : Progress{});
    begin_ = loudness_.active() ? measure_share : 0;
    std::size_t index = 0;
    for (const auto& [part, files] : files_) {
      if (auto finished = finish_part(part, files, index++); !finished) {
        if (finished.error().code == "abandoned") return finished.error();
        note_failure(part, finished.error());
      }
    }
    return conclude();
  }

 private:
  [[nodiscard]] std::string path(const std::string& name) const { return spec_.directory + "/" + name; }

  /// `done` of part number `index` of all, as a fraction of everything.
  [[nodiscard]] Progress share(std::size_t index, double from, double to) const {
    if (!spec_.progress) return {};
    const double each = (parts_share - begin_) / static_cast<double>(files_.size());
    return [this, start = begin_ + each * static_cast<double>(index), each, from, to](double done) {
      spec_.progress(start + each * (from + (to - from) * done));
    };
  }
  [[nodiscard]] Result<void> reached(FinishStep step) const {
    if (spec_.go_on && !spec_.go_on(step)) return error("abandoned", "stopped on request");
    return {};
  }

  Result<void> finish_part(int part, const PartFiles& files, std::size_t index) {
    std::string name = files.final_name;
    if (!name.empty() && !account_.knows(part, name, regular_file_size(path(name)).value_or(0)) &&
        !is_sound_file(path(name)) && files.live) {
      log::warn("{} is damaged; making it again", path(name));
      name.clear();
    }
    if (name.empty()) {
      // Before the work, and not after it: it is long, and its own file takes room, too.
      if (auto space = check_space(spec_.directory, part, account_.manifest()); !space) return space.error();
      const double begin = loudness_.active() ? sound_share : 0;
      const std::string sound = loudness_.make_sound(part, share(index, 0, begin));
      auto made = make_part({.directory = spec_.directory,
                             .part = part,
                             .wanted = account_.format(),
                             .tags = account_.tags(part),
                             .sound = sound,
                             .reached = [this](FinishStep step) { return reached(step); },
                             .progress = share(index, begin, make_share)});
      if (!made) return made.error();
      name = *made;
    }
    if (!account_.knows(part, name, regular_file_size(path(name)).value_or(0))) {
      auto described = describe_part(spec_.directory, name, share(index, make_share, 1));
      if (!described) return described.error();
      note_what_is_missing(part, *described);
      account_.note_part(part, std::move(*described));
      if (auto saved = account_.save(); !saved) return saved.error();
    }
    if (auto go = reached(FinishStep::noted); !go) return go.error();
    remove_live(part, name);
    return {};
  }

  /// What was closed in order is as long as its recorder said. If it is not, reading it came to an end before
  /// the file did: what could be read is the recording, and the rest is left to people.
  void note_what_is_missing(int part, Json& described) const {
    const auto recorded = account_.recorded_ms(part);
    const std::int64_t missing = recorded.value_or(0) - described["durationMs"].as_int();
    if (missing <= most_missing_ms) return;
    log::error("part {} of {}: {} ms of what was recorded could not be read; {} is kept", part,
               spec_.directory, missing, damaged_name(part));
    described.set("missingMs", missing).set("recordedMs", *recorded);
  }

  static std::string damaged_name(int part) { return live_name(part) + ".damaged"; }

  void remove_live(int part, const std::string& final_file) {
    ::unlink(path(final_file + ".part").c_str());
    loudness_.remove_sound(part);
    const std::string live = path(live_name(part));
    const int done = account_.missing_ms(part) > 0 ? ::rename(live.c_str(), path(damaged_name(part)).c_str())
                                                   : ::unlink(live.c_str());
    if (done == 0) (void)sync_path(spec_.directory).ok();
  }

  void note_failure(int part, const Error& failure) {
    log::warn("part {} of {}: {}", part, spec_.directory, failure.message);
    account_.note_part(
        part,
        Json::object({{"error", Json::object({{"code", failure.code}, {"message", failure.message}})}}));
    for (const Format& format : all_formats()) ::unlink(path(partial_name(part, format)).c_str());
    loudness_.remove_sound(part);
    if (is_hopeless(failure))
      hopeless_.emplace_back(part, failure);
    else if (!failure_)
      failure_ = failure;
  }

  Result<Json> conclude() {
    if (failure_) return give_up(*failure_);
    if (!account_.has_files())
      return give_up(hopeless_.empty()
                         ? error("no-picture", "{} holds no live file; nothing was recorded", spec_.directory)
                         : hopeless_.front().second);
    account_.complete();
    if (auto saved = account_.save(); !saved) return give_up(saved.error());
    // Beside good parts a bad one must not look as if it were still waiting. (Noted before: a run that ends
    // here is followed by another one, which finds the live file.)
    for (const auto& [part, failure] : hopeless_)
      ::rename(path(live_name(part)).c_str(), path(damaged_name(part)).c_str());
    if (auto go = reached(FinishStep::described); !go) return go.error();
    if (account_.begin_sidecars())
      account_.end_sidecars(make_company());
    else
      remove_half_made_sidecars(spec_.directory);  // the processes that made them died: they are given up
    if (auto saved = account_.save(); !saved) {
      log::warn("{}", saved.error().message);
      account_.end_sidecars(saved.error());  // what is on the disk says that they are being made
    }
    if (auto go = reached(FinishStep::cleaned); !go) return go.error();
    if (spec_.progress) spec_.progress(1);
    return account_.manifest();
  }

  /// What accompanies the files: people's tracks, chapters, pictures. "disk-full": not all of it.
  Result<void> make_company() {
    Json& manifest = account_.manifest();
    Json tracks = finish_tracks(spec_.directory, manifest);
    if (manifest["tracks"].is_array() || !tracks.items().empty()) manifest.set("tracks", std::move(tracks));
    auto made = make_sidecars(spec_.directory, manifest);
    note_sums(spec_.directory, manifest);
    return made;
  }

  Error give_up(const Error& failure) {
    account_.fail(failure);
    if (auto saved = account_.save(); !saved) log::warn("{}", saved.error().message);
    return failure;
  }

  const FinishSpec& spec_;
  RecordingAccount account_;
  LoudnessStage loudness_;
  double begin_ = 0;  ///< of making the parts, as a fraction of everything
  PartMap files_;
  std::optional<Error> failure_;  ///< one that trying again may cure
  std::vector<std::pair<int, Error>> hopeless_;
};

}  // namespace

Result<Json> finish(const FinishSpec& spec) {
  return Finishing(spec).run();
}

}  // namespace tessera::recording
