#include "recording/finisher.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/log.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/media_probe.hpp"
#include "recording/remux.hpp"

namespace tessera::recording {
namespace {

/// Room for what is not packets: the index, the manifest.
constexpr std::uint64_t extra_bytes = 16'000'000;

// Shares of the work: reading, writing, reading back, hashing.
constexpr double scan_share = 0.25, write_share = 0.6, verify_share = 0.8;

class Finishing {
 public:
  explicit Finishing(const FinishSpec& spec) : spec_(spec) {}

  Result<Json> run() {
    auto lock = FolderLock::try_take(spec_.directory);
    if (!lock) return lock.error();
    if (!lock->has_value()) return error("conflict", "{} is being recorded or finished", spec_.directory);
    load();
    if (regular_file_size(final_path()) && finished_already()) return describe();
    if (auto made = make(); !made) return give_up(made.error());
    return describe();
  }

 private:
  [[nodiscard]] std::string path(const char* name) const { return spec_.directory + "/" + name; }
  [[nodiscard]] std::string live_path() const { return path(live_file); }
  [[nodiscard]] std::string final_path() const { return path(final_file); }
  [[nodiscard]] std::string partial_path() const { return path(partial_file); }

  [[nodiscard]] Progress share(double from, double to) const {
    if (!spec_.progress) return {};
    return [this, from, to](double done) { spec_.progress(from + (to - from) * done); };
  }
  [[nodiscard]] Result<void> reached(FinishStep step) const {
    if (spec_.go_on && !spec_.go_on(step)) return error("abandoned", "stopped on request");
    return {};
  }

  /// The manifest, or a new one: the recording counts, not what is written about it.
  void load() {
    auto manifest = load_manifest(spec_.directory);
    if (manifest) {
      manifest_ = std::move(*manifest);
    } else {
      const std::filesystem::path folder = std::filesystem::absolute(spec_.directory).lexically_normal();
      log::warn("{}; writing a new one", manifest.error().message);
      const std::string name = folder.filename().string();
      manifest_ = new_manifest(new_id(valid_folder_name(name) ? name : folder_name(wall_now())),
                               folder.parent_path().filename().string(), wall_now());
    }
    recovered_ = spec_.recovered || manifest_["recovered"].as_bool() || !manifest_["closed"].as_bool();
  }

  /// Whether the finished file stands and is whole. It got its name only after it was verified and synced, so
  /// reading it once more is caution, not need.
  bool finished_already() {
    const auto probe = probe_media(final_path());
    const StreamProbe* video = probe ? probe->find("video") : nullptr;
    if (video && video->key_packets > 0) return true;
    log::warn("{} is damaged; making it again", final_path());
    return !regular_file_size(live_path());  // nothing to make it from: leave it as it is
  }

  Result<void> make() {
    const auto size = regular_file_size(live_path());
    if (!size || *size == 0)
      return error("no-picture", "{} holds no live file; nothing was recorded", spec_.directory);
    ::unlink(partial_path().c_str());
    const auto space = free_bytes(spec_.directory);
    if (!space) return space.error();
    if (*space < *size + extra_bytes)
      return error("disk-full",
                   "finishing {} needs {} MB of free disk, and there are {}; make room and run it again",
                   spec_.directory, (*size + extra_bytes) / 1'000'000, *space / 1'000'000);

    const auto live = scan_live(live_path(), share(0, scan_share));
    if (!live) return live.error();
    const auto plan = plan_remux(*live);
    if (!plan) return error("no-picture", "{} holds no key frame", live_path());
    if (auto go = reached(FinishStep::planned); !go) return go;

    const Tags tags{.title = manifest_["room"].as_string(), .created = manifest_["startedAt"].as_string()};
    if (auto written = write_mp4(live_path(), partial_path(), *plan, tags, share(scan_share, write_share));
        !written)
      return written;
    if (auto go = reached(FinishStep::written); !go) return go;
    if (auto verified = verify_mp4(partial_path(), *plan, share(write_share, verify_share)); !verified)
      return verified;
    if (auto synced = sync_path(partial_path()); !synced) return synced;
    if (auto go = reached(FinishStep::verified); !go) return go;
    if (::rename(partial_path().c_str(), final_path().c_str()) != 0)
      return error("cannot-write", "cannot rename {}: {}", partial_path(), std::strerror(errno));
    if (auto synced = sync_path(spec_.directory); !synced) return synced;
    return reached(FinishStep::renamed);
  }

  /// The finished file stands: say so, and only then take the live file away.
  Result<Json> describe() {
    const bool known = manifest_["state"].as_string() == "ready" && manifest_["sha256"].is_string() &&
                       regular_file_size(final_path()) ==
                           std::optional(static_cast<std::uint64_t>(manifest_["bytes"].as_int()));
    if (!known) {
      if (auto described = fill_in(); !described) return give_up(described.error());
      if (auto saved = save_manifest(spec_.directory, manifest_); !saved) return give_up(saved.error());
    }
    if (auto go = reached(FinishStep::described); !go) return go.error();
    ::unlink(partial_path().c_str());
    if (::unlink(live_path().c_str()) == 0) (void)sync_path(spec_.directory).ok();
    if (auto go = reached(FinishStep::cleaned); !go) return go.error();
    if (spec_.progress) spec_.progress(1);
    return manifest_;
  }

  Result<void> fill_in() {
    const auto probe = probe_media(final_path());
    if (!probe) return probe.error();
    auto sum = sha256_of(final_path(), share(verify_share, 1));
    if (!sum) return sum.error();
    set_state(manifest_, "ready");
    manifest_.set("files", Json::array({final_file}));
    manifest_.set("recovered", recovered_);
    manifest_.set("durationMs", static_cast<std::int64_t>(probe->duration * 1000 + 0.5));
    manifest_.set("bytes", static_cast<std::int64_t>(regular_file_size(final_path()).value_or(0)));
    manifest_.set("sha256", std::move(*sum));
    Json codecs = Json::object();
    for (const StreamProbe& stream : probe->streams) codecs.set(stream.kind, stream.codec);
    manifest_.set("codecs", std::move(codecs));
    if (const auto start = parse_timestamp(manifest_["startedAt"].as_string());
        start && !manifest_.has("endedAt"))
      manifest_.set("endedAt",
                    timestamp(*start + std::chrono::milliseconds(manifest_["durationMs"].as_int())));
    return {};
  }

  Error give_up(Error failure) {
    if (failure.code == "abandoned") return failure;
    ::unlink(partial_path().c_str());
    set_state(manifest_, "failed");
    set_error(manifest_, failure);
    if (auto saved = save_manifest(spec_.directory, manifest_); !saved)
      log::warn("{}", saved.error().message);
    return failure;
  }

  const FinishSpec& spec_;
  Json manifest_;
  bool recovered_ = false;
};

}  // namespace

Result<Json> finish(const FinishSpec& spec) {
  return Finishing(spec).run();
}

}  // namespace tessera::recording
