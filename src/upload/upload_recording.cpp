#include "upload/upload_recording.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/log.hpp"
#include "recording/beneath.hpp"
#include "recording/digest.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/names.hpp"
#include "recording/noted_files.hpp"
#include "recording/upload_state.hpp"

namespace tessera::upload {
namespace {

namespace fs = std::filesystem;
using recording::NotedFile;

using recording::deleting_key;

struct LocalFile {
  std::string name;  ///< below the recording's folder
  std::uint64_t bytes = 0;
  bool media = false;
};

/// All but the manifest, which goes last; media first.
std::vector<LocalFile> to_copy(const std::string& directory, const std::vector<std::string>& names) {
  std::vector<LocalFile> files;
  for (const std::string& name : names) {
    if (name == recording::manifest_file || recording::is_working_file(name)) continue;
    const bool media = recording::part_of_final(name).has_value() || name.starts_with("tracks/");
    files.push_back({name, recording::regular_file_size(directory + "/" + name).value_or(0), media});
  }
  std::stable_sort(files.begin(), files.end(),
                   [](const LocalFile& a, const LocalFile& b) { return a.media > b.media; });
  return files;
}

/// What goes when the copy is safe.
bool is_media(const NotedFile& noted) {
  return noted.kind != NotedFile::Kind::sidecar && !noted.file.empty();
}

Json described(const Error& failure) {
  return Json::object({{"code", failure.code}, {"message", failure.message}});
}

Json without(const Json& object, std::string_view key) {
  Json rest = Json::object();
  for (const auto& [name, value] : object.members())
    if (name != key) rest.set(name, value);
  return rest;
}

class Uploading {
 public:
  Uploading(const std::string& directory, Target& target, bool delete_after, const Progress& progress)
      : directory_(directory), target_(target), delete_after_(delete_after), progress_(progress) {}

  Result<Json> run() {
    auto lock = recording::FolderLock::try_take(directory_);
    if (!lock) return lock.error();
    if (!lock->has_value()) return error("conflict", "{} is being worked on", directory_);
    auto manifest = recording::load_manifest(directory_);
    if (!manifest) return manifest.error();
    manifest_ = std::move(*manifest);
    if (manifest_["state"].as_string() != "ready" || recording::sidecars_pending(manifest_))
      return error("not-ready", "{} is {}, and not finished", directory_, manifest_["state"].as_string());
    const fs::path folder = fs::absolute(directory_ + "/.").lexically_normal().parent_path();
    base_ = manifest_["room"].as_string() + "/" + folder.filename().string();
    url_ = target_.url_of(base_ + "/");
    noted_ = recording::noted_files(manifest_);
    // A run that was stopped between its last word and the deleting is as if it had not said that it deletes.
    if (recording::is_going(manifest_) && has_all_media()) {
      manifest_.set("local", true).set("upload", without(manifest_["upload"], deleting_key));
      if (!delete_after_)
        if (auto saved = recording::save_manifest(directory_, manifest_); !saved) return saved.error();
    }
    const bool local = manifest_["local"].as_bool(true);
    const bool done = manifest_["upload"]["state"].as_string() == "done";
    if (done && is_this_place(manifest_["upload"]) && !(local && delete_after_)) return finish_up(true);
    if (!local) return away();
    if (auto noted = note("uploading", {}); !noted) return noted.error();
    if (auto copied = copy_all(); !copied) {
      if (auto noted = note("failed", copied.error()); !noted) log::warn("{}", noted.error().message);
      return copied.error();
    }
    if (delete_after_) manifest_.set("local", false);
    if (auto noted = note("done", {}); !noted) return noted.error();
    return finish_up(false);
  }

 private:
  /// Where there are several stores with buckets of that name, a manifest that names none means any.
  [[nodiscard]] bool is_this_place(const Json& upload) const {
    return upload["url"].as_string() == url_ &&
           upload["endpoint"].as_string(target_.endpoint()) == target_.endpoint();
  }
  /// What a journal is for.
  [[nodiscard]] std::string destination() const {
    return target_.endpoint().empty() ? url_ : target_.endpoint() + " " + url_;
  }

  /// Nothing is noted of this place: that the media are at the other one is all that is known of where they
  /// are.
  Error away() {
    const std::string where = manifest_["upload"]["url"].as_string("another place");
    const NotedFile* left = any_left();
    if (recording::is_going(manifest_) && left)
      return note_left(
          error("away",
                "its media were uploaded to {}, and not all of them deleted here yet ({} is left); "
                "upload it there once more",
                where, left->file));
    if (recording::is_going(manifest_))
      if (auto saved = have_gone(); !saved) return saved.error();
    return error("away", "its media were uploaded to {} and deleted here; copy them from there", where);
  }

  [[nodiscard]] Item item_of(const std::string& name, std::string sum) const {
    return {.key = base_ + "/" + name, .name = name, .sha256 = std::move(sum)};
  }

  [[nodiscard]] bool has_all_media() const {
    return std::all_of(noted_.begin(), noted_.end(),
                       [&](const NotedFile& noted) { return !is_media(noted) || is_left(noted); });
  }
  [[nodiscard]] bool is_left(const NotedFile& noted) const {
    return is_media(noted) && recording::regular_file_size(directory_ + "/" + noted.file).has_value();
  }
  /// A medium that is here still; null when none is.
  [[nodiscard]] const NotedFile* any_left() const {
    const auto left =
        std::find_if(noted_.begin(), noted_.end(), [this](const NotedFile& noted) { return is_left(noted); });
    return left == noted_.end() ? nullptr : &*left;
  }

  /// A copy is believed that was verified (then the journal says so) and that the place says it has still:
  /// copies expire, and are taken away.
  Result<bool> is_copied(const Journal& journal, const Item& item, std::uint64_t bytes) {
    if (!journal.is_done(item.name, item.sha256)) return false;
    return target_.holds(item, bytes);
  }

  /// Copies a file. Until that is verified, it counts no more that it was once.
  Result<void> put(Journal& journal, const Item& item, const Progress& progress) {
    const auto source = Source::of_file(directory_ + "/" + item.name);
    if (!source) return source.error();
    if (journal.is_done(item.name, item.sha256))
      if (auto forgotten = journal.forget(item.name); !forgotten) return forgotten;
    return target_.put(*source, item, journal, progress);
  }

  Result<void> copy_all() {
    const auto names = recording::files_beneath(directory_);
    if (!names) return names.error();
    // Half a recording is not passed on, and what is left of it not deleted.
    if (auto whole = recording::check_whole(directory_, noted_, *names); !whole) return whole;
    const auto files = to_copy(directory_, *names);
    Journal journal = Journal::load(directory_, destination());
    double total = 1, done = 0;
    for (const LocalFile& file : files) total += static_cast<double>(file.bytes);
    for (const LocalFile& file : files) {
      const auto part = [&](double fraction) {
        if (progress_) progress_((done + fraction * static_cast<double>(file.bytes)) / total);
      };
      auto sum = recording::sha256_of(directory_ + "/" + file.name);
      if (!sum) return sum.error();
      if (auto sound = check_sum(file, *sum, journal); !sound) return sound;
      const Item item = item_of(file.name, *sum);
      const auto copied_before = is_copied(journal, item, file.bytes);
      if (!copied_before) return copied_before.error();
      if (!*copied_before)
        if (auto copied = put(journal, item, part); !copied) return copied;
      done += static_cast<double>(file.bytes);
    }
    note_track_sums(journal);
    return copy_manifest(journal);
  }

  /// Tracks of older recordings have none. The journal goes, and what they were when they were copied is to
  /// stay known: they may be deleted later.
  void note_track_sums(const Journal& journal) {
    Json tracks = Json::array();
    for (Json track : manifest_["tracks"].items()) {
      const std::string sum = journal.sum_of(track["file"].as_string());
      if (track["sha256"].as_string().empty() && !sum.empty()) track.set("sha256", sum);
      tracks.push(std::move(track));
    }
    if (manifest_.has("tracks")) manifest_.set("tracks", std::move(tracks));
    noted_ = recording::noted_files(manifest_);
  }

  /// Last: where it is, everything is.
  Result<void> copy_manifest(Journal& journal) {
    // Where it lies beside its media, they are there.
    const Source text = Source::of_text(without(without(manifest_, "upload"), "local").dump(true) + "\n");
    const auto sums = text.sums(0, text.size());
    return target_.put(text, item_of(recording::manifest_file, recording::hex(sums->sha256)), journal, {});
  }

  /// What it was when it was recorded, or where nobody knows that, when it was first sent to where it goes
  /// now.
  static std::string known_sum(const NotedFile& noted, const Journal& journal) {
    return noted.sha256.empty() && is_media(noted) ? journal.sum_of(noted.file) : noted.sha256;
  }

  /// A file that rotted on this disk is not passed on as the recording.
  [[nodiscard]] Result<void> check_sum(const LocalFile& file, const std::string& sum,
                                       const Journal& journal) const {
    for (const auto& noted : noted_) {
      if (noted.file != file.name) continue;
      if (const std::string known = known_sum(noted, journal); known.empty() || known == sum) continue;
      if (noted.kind != NotedFile::Kind::sidecar)
        return error("verify-failed",
                     "{}/{} is not any more what was recorded, or first copied; see "
                     "`tessera recording verify`",
                     directory_, file.name);
      log::warn("{}/{} was changed after it was made; it is uploaded as it is", directory_, file.name);
    }
    return {};
  }

  Result<void> note(std::string_view state, const std::optional<Error>& failure) {
    Json upload =
        Json::object({{"state", state}, {"url", url_}, {"at", recording::timestamp(recording::wall_now())}});
    if (const auto endpoint = target_.endpoint(); !endpoint.empty()) upload.set("endpoint", endpoint);
    if (state == "done" && delete_after_) upload.set(deleting_key, true);
    if (failure) upload.set("error", described(*failure));
    manifest_.set("upload", std::move(upload));
    return recording::save_manifest(directory_, manifest_);
  }

  /// The copy is safe: the journal goes, and where that was asked for the media. Only what the manifest names
  /// goes: that is what the copy was checked against. That it is to go stands in the manifest before,
  /// together with "done", so that a run that was stopped here is gone on with; with `ask`, what it left goes
  /// when its copy is there still, or again.
  Result<Json> finish_up(bool ask) {
    if (recording::is_going(manifest_)) {
      if (ask && any_left())
        if (auto there = copy_again(); !there) return note_left(there.error());
      for (const NotedFile& noted : noted_) {
        if (!is_media(noted)) continue;
        if (::unlink((directory_ + "/" + noted.file).c_str()) != 0 && errno != ENOENT)
          return note_left(error("cannot-write", "{}/{} was copied, and cannot be deleted here: {}",
                                 directory_, noted.file, std::strerror(errno)));
      }
      if (auto saved = have_gone(); !saved) return saved.error();
    }
    ::unlink((directory_ + "/" + journal_file).c_str());
    if (progress_) progress_(1);
    return manifest_;
  }

  Result<void> have_gone() {
    manifest_.set("upload", without(without(manifest_["upload"], deleting_key), "error"));
    return recording::save_manifest(directory_, manifest_);
  }

  /// What is left here, where its copy is there no more; and the manifest, which a run that was stopped may
  /// not have come to.
  Result<void> copy_again() {
    Journal journal = Journal::load(directory_, destination());
    for (const NotedFile& noted : noted_) {
      if (!is_left(noted)) continue;
      const std::string path = directory_ + "/" + noted.file;
      auto sum = recording::sha256_of(path);
      if (!sum) return sum.error();
      const std::string known = known_sum(noted, journal);
      const Item item = item_of(noted.file, known.empty() ? *sum : known);
      const std::uint64_t bytes = recording::regular_file_size(path).value_or(0);
      const auto copied =
          is_copied(journal, item, noted.bytes < 0 ? bytes : static_cast<std::uint64_t>(noted.bytes));
      if (!copied) return copied.error();
      if (*copied) continue;  // also where this one has rotted
      if (auto sound = check_sum({noted.file, bytes, true}, *sum, journal); !sound) return sound;
      if (auto again = put(journal, item, progress_); !again) return again;
    }
    return copy_manifest(journal);
  }

  /// The manifest goes on saying that it is done and being deleted: "failed" would be taken for a copy that
  /// is to be made of what is not here any more.
  Error note_left(const Error& failure) {
    Json upload = manifest_["upload"];
    upload.set("error", described(failure));
    manifest_.set("upload", std::move(upload));
    if (auto saved = recording::save_manifest(directory_, manifest_); !saved)
      log::warn("{}", saved.error().message);
    return failure;
  }

  const std::string& directory_;
  Target& target_;
  bool delete_after_;
  const Progress& progress_;
  Json manifest_;
  std::vector<NotedFile> noted_;
  std::string base_, url_;
};

}  // namespace

Result<Json> upload_recording(const std::string& directory, Target& target, bool delete_after,
                              const Progress& progress) {
  return Uploading(directory, target, delete_after, progress).run();
}

}  // namespace tessera::upload
