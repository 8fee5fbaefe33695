#pragma once
// The folder of recordings: <directory>/<room>/<UTC start>/{recording.json, live.mkv, recording.mp4 …}. Used
// by the HTTP front and the command line; knows files and manifests, no media. Every call reads the disk
// afresh, so any number of processes may look at the same folder.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "recording/held_rooms.hpp"
#include "recording/manifest.hpp"

namespace tessera::recording {

struct Created {
  std::string id;
  std::string directory;
};

struct Entry {
  std::string id;
  std::string room;
  std::string directory;
  Json manifest;  ///< recording.json; an object with at least id, room and state
  std::string
      file;  ///< path of the finished file, of the first if there are several; empty while there is none
};

class Store {
 public:
  /// Gets what is there and cannot be read; without it that is passed over in silence.
  using Unreadable = std::function<void(const Error&)>;
  explicit Store(std::string directory, Unreadable on_unreadable = {})
      : directory_(std::move(directory)), on_unreadable_(std::move(on_unreadable)) {}

  /// Makes the folder of a new recording with a manifest in state "starting". Errors: "bad-room-name",
  /// "cannot-write".
  Result<Created> create(const std::string& room) const;
  /// Makes the room's folder, where there is none, and keeps it for as long as what is returned exists.
  [[nodiscard]] std::shared_ptr<void> hold(const std::string& room) const {
    return held_->hold(folder_of_room(room));
  }
  [[nodiscard]] std::string folder_of_room(const std::string& room) const { return directory_ + "/" + room; }
  /// Manifests, newest first, of all rooms or of one. A name that no room can have gives an empty list.
  [[nodiscard]] std::vector<Json> list(const std::optional<std::string>& room = {}) const;
  /// Any string may be given; only a well-formed id that a manifest here carries is found.
  [[nodiscard]] std::optional<Entry> find(std::string_view id) const;
  /// Deletes the recording and its folder. Errors: "unknown-recording", "conflict" (being recorded or
  /// finished), "cannot-write".
  Result<void> remove(std::string_view id) const;
  /// Recordings that are not finished, oldest first.
  struct Unfinished {
    std::vector<Entry> left;  ///< behind by a crash, a full disk or a power cut; none is beyond rescue
    std::vector<Entry> held;  ///< by somebody who records or finishes them now
  };
  /// One look: who lets go of a recording during it is in one of the two.
  [[nodiscard]] Unfinished survey() const;
  [[nodiscard]] std::vector<Entry> unfinished() const { return survey().left; }

  /// Everything there is, newest first, of all rooms or of one. A folder without a usable manifest has an
  /// empty id.
  [[nodiscard]] std::vector<Entry> entries(const std::optional<std::string>& room = {}) const;

  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  [[nodiscard]] std::optional<Error> unreadable(const std::string& path, int how) const;

  std::string directory_;
  Unreadable on_unreadable_;
  std::shared_ptr<HeldRooms> held_ = std::make_shared<HeldRooms>();  ///< shared by copies of this
};

/// The media files in a recording's folder.
FolderContent content_of(const std::string& directory);

}  // namespace tessera::recording
